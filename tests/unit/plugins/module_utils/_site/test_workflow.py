# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.services import service_settings
from ansible_collections.orchestra.aws.plugins.module_utils._site.workflow import workflow_findings

HOST = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
SETTINGS: dict[str, Any] = {
    "name": "shop-prod-workflow",
    "type": "STANDARD",
    "replace": False,
    "keep_versions": 10,
    "encryption_key_arn": "",
    "data_key_reuse_seconds": 300,
    "api_host": HOST,
    "definition": "",
    "substitutions": {},
}
KEY = "arn:aws:kms:eu-central-1:123456789012:key/0a1b"


def found(hosts: dict[str, dict[str, Any]] | None = None, machine: str | None = None, **settings: Any) -> list[str]:
    services = hosts or {"service1": {}, "service2": {}}
    existing = {"type": machine} if machine else None
    return workflow_findings({**SETTINGS, **settings}, service_settings(list(services), services), existing)


def test_good_settings_have_no_finding() -> None:
    assert found(machine="STANDARD", encryption_key_arn=KEY) == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"keep_versions": 0}, "workflow_keep_versions is 0: the least is 1."),
        ({"data_key_reuse_seconds": 901}, "workflow_data_key_reuse_seconds is 901: a number from 60 to 900 is needed."),
        ({"encryption_key_arn": "alias/mine"}, "workflow_encryption_key_arn 'alias/mine' is not the ARN of a KMS key"),
    ],
)
def test_what_is_wrong_is_said(settings: dict[str, Any], sentence: str) -> None:
    [told] = found(**settings)
    assert told.startswith(sentence)


def test_a_type_that_would_change_names_the_option_that_replaces() -> None:
    [told] = found(machine="STANDARD", type="EXPRESS", hosts={"a": {"workflow_retry": {"max_attempts": 1}}})
    assert "is STANDARD and shall be EXPRESS" in told
    assert "workflow_replace: true" in told
    assert found(machine="EXPRESS", replace=True) == []


def test_an_express_workflow_that_cannot_end_in_time_is_told_with_its_numbers() -> None:
    quick = {"workflow_timeout_seconds": 10, "workflow_retry": {"max_attempts": 0}}
    hosts = {
        "a": {"workflow_after": []},
        "b": {"workflow_after": ["a"]},
        "c": {"workflow_after": ["a"], **quick},
    }
    [told] = found(hosts, type="EXPRESS")
    assert told == (
        "An EXPRESS workflow ends after 300 seconds, and this one can take 310: "
        "a 155: 4 calls of 35 seconds and 15 of waiting, then "
        "b (the longest of 2 side by side) 155: 4 calls of 35 seconds and 15 of waiting. "
        "Lower workflow_timeout_seconds or workflow_retry, or leave workflow_type: STANDARD."
    )
    # Side by side they fit: only the longest counts.
    assert found({name: {"workflow_after": []} for name in "abcd"}, type="EXPRESS") == []


def call(path: str, **more: Any) -> dict[str, Any]:
    arguments = {"ApiEndpoint": "${api_host}", "Method": "POST", "Path": path, "AuthType": "IAM_ROLE", **more}
    state = {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke", "TimeoutSeconds": 35, "End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {**state, "Arguments": arguments}}}


def test_an_own_definition_is_linted_and_its_calls_are_compared_with_the_routes() -> None:
    values = {"api_host": HOST}
    assert found(definition=call("service1/process"), substitutions=values) == []
    [missing] = found(definition=call("nobody/process"), substitutions=values)
    assert "workflow_definition at /States/A/Arguments/Path: The API has no route for POST /nobody/process" in missing
    [unsigned] = found(definition=call("service1/process", AuthType="NO_AUTH"), substitutions=values)
    assert "demands a signature" in unsigned
    [unfilled] = found(definition=call("service1/process"), substitutions={"host": HOST})
    assert "the placeholder ${api_host}, for which substitutions has no value" in unfilled
    [unreadable] = found(definition="{")
    assert unreadable.startswith("workflow_definition: ")
