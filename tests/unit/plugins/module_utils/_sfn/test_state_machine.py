# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import state_machine
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.state_machine import Found

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:shop"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/shop"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234"
DEFINITION = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
OFF = {"level": "OFF"}
OWNED = {"type": "AWS_OWNED_KEY"}
LOGGED = {"level": "ALL", "include_execution_data": True, "log_group_arn": f"{GROUP}:*"}
CUSTOMER = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": KEY, "data_key_reuse_seconds": 60}


def described(**changes: Any) -> dict[str, Any]:
    return {
        "stateMachineArn": ARN,
        "name": "shop",
        "status": "ACTIVE",
        "type": "STANDARD",
        "roleArn": "arn:aws:iam::123456789012:role/shop",
        "definition": json.dumps(DEFINITION, indent=4),
        "creationDate": datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
        **changes,
    }


def before(**changes: Any) -> dict[str, Any]:
    found = Found(ARN, described(), {"a": "1"}, ["2", "1"])
    return {**state_machine.normalize(found), **changes}


def options(**changes: Any) -> dict[str, Any]:
    names = ("type", "role_arn", "logging", "tracing", "encryption", "tags", "keep_versions", "version_description")
    return {"name": "shop", "purge_tags": True, "publish": False, **dict.fromkeys(names), **changes}


def test_a_machine_is_normalized_with_what_aws_fills_in() -> None:
    assert state_machine.normalize(Found(ARN, described(), {"a": "1"}, ["2", "1"])) == {
        "name": "shop",
        "type": "STANDARD",
        "role_arn": "arn:aws:iam::123456789012:role/shop",
        "definition": DEFINITION,
        "logging": OFF,
        "tracing": False,
        "encryption": OWNED,
        "tags": {"a": "1"},
        "versions": ["2", "1"],
    }
    assert state_machine.normalize(Found(ARN)) == {}


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (None, OFF),
        ({"level": "OFF", "includeExecutionData": False}, OFF),
        ({"level": "OFF", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": GROUP}}]}, OFF),
        (
            {
                "level": "ALL",
                "includeExecutionData": True,
                "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": f"{GROUP}:*"}}],
            },
            LOGGED,
        ),
    ],
)
def test_normalize_logging(configuration: dict[str, Any] | None, expected: dict[str, Any]) -> None:
    assert state_machine.normalize_logging(configuration) == expected


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (None, OWNED),
        ({"type": "AWS_OWNED_KEY"}, OWNED),
        (
            {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": KEY},
            {**CUSTOMER, "data_key_reuse_seconds": 300},
        ),
    ],
)
def test_normalize_encryption(configuration: dict[str, Any] | None, expected: dict[str, Any]) -> None:
    assert state_machine.normalize_encryption(configuration) == expected


@pytest.mark.parametrize(
    ("current", "params", "changed"),
    [
        pytest.param({}, {}, {}, id="nothing asked, nothing changes"),
        pytest.param({}, {"role_arn": "arn:x"}, {"role_arn": "arn:x"}, id="role"),
        pytest.param({}, {"tracing": True}, {"tracing": True}, id="tracing on"),
        pytest.param({"tracing": True}, {"tracing": None}, {}, id="tracing left out stays on"),
        pytest.param({"tracing": True}, {"tracing": False}, {"tracing": False}, id="tracing off"),
        pytest.param(
            {},
            {"logging": {"level": "ALL", "include_execution_data": True, "log_group_arn": GROUP}},
            {"logging": LOGGED},
            id="logging on, :* appended",
        ),
        pytest.param(
            {"logging": LOGGED},
            {"logging": {"level": "ERROR", "include_execution_data": None, "log_group_arn": None}},
            {"logging": {**LOGGED, "level": "ERROR"}},
            id="the rest of logging stays",
        ),
        pytest.param(
            {"logging": LOGGED},
            {"logging": {"level": "OFF", "include_execution_data": True, "log_group_arn": GROUP}},
            {"logging": OFF},
            id="logging off",
        ),
        pytest.param(
            {},
            {"encryption": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": KEY, "data_key_reuse_seconds": 60}},
            {"encryption": CUSTOMER},
            id="own key",
        ),
        pytest.param(
            {"encryption": CUSTOMER},
            {"encryption": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": "1234", "data_key_reuse_seconds": None}},
            {},
            id="the id of a key is its ARN",
        ),
        pytest.param(
            {"encryption": CUSTOMER},
            {"encryption": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": "234", "data_key_reuse_seconds": None}},
            {"encryption": {**CUSTOMER, "kms_key_id": "234"}},
            id="the end of an id is not",
        ),
        pytest.param(
            {"encryption": CUSTOMER},
            {"encryption": {"type": "AWS_OWNED_KEY", "kms_key_id": None, "data_key_reuse_seconds": None}},
            {"encryption": OWNED},
            id="AWS's key again",
        ),
    ],
)
def test_desired(current: dict[str, Any], params: dict[str, Any], changed: dict[str, Any]) -> None:
    old = before(**current)
    after = state_machine.desired(options(**params), None, old)
    assert after == {**{key: value for key, value in old.items() if key != "versions"}, **changed}
    assert state_machine.changes(old, after) == list(changed)


@pytest.mark.parametrize(
    ("definition", "changed"),
    [
        ({"States": {"A": {"Type": "Succeed"}}, "StartAt": "A"}, []),
        ({"StartAt": "A", "States": {"A": {"Type": "Fail"}}}, ["definition"]),
        (None, []),
    ],
)
def test_definitions_are_compared_by_meaning(definition: dict[str, Any] | None, changed: list[str]) -> None:
    old = before()
    assert state_machine.changes(old, state_machine.desired(options(), definition, old)) == changed


def test_a_new_machine_gets_the_defaults_of_aws() -> None:
    after = state_machine.desired(options(role_arn="arn:r", tags={"n": 1}), DEFINITION, {})
    assert after == {
        "name": "shop",
        "type": "STANDARD",
        "role_arn": "arn:r",
        "definition": DEFINITION,
        "logging": OFF,
        "tracing": False,
        "encryption": OWNED,
        "tags": {"n": "1"},
    }
    assert state_machine.creation(after) == {
        "name": "shop",
        "type": "STANDARD",
        "roleArn": "arn:r",
        "definition": '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
        "loggingConfiguration": {"level": "OFF"},
        "tracingConfiguration": {"enabled": False},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
        "tags": [{"key": "n", "value": "1"}],
    }


def test_a_replacement_does_not_send_tags_of_aws() -> None:
    settings = before(tags={"aws:cloudformation:stack-name": "x", "a": "1"})
    assert state_machine.creation(settings)["tags"] == [{"key": "a", "value": "1"}]


def test_an_update_sends_what_it_changes() -> None:
    settings = before(logging=LOGGED, encryption=CUSTOMER)
    assert state_machine.request(settings, ["logging", "encryption"]) == {
        "loggingConfiguration": {
            "level": "ALL",
            "includeExecutionData": True,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": f"{GROUP}:*"}}],
        },
        "encryptionConfiguration": {
            "type": "CUSTOMER_MANAGED_KMS_KEY",
            "kmsKeyId": KEY,
            "kmsDataKeyReusePeriodSeconds": 60,
        },
    }


@pytest.mark.parametrize(
    ("params", "definition", "old", "message"),
    [
        ({"role_arn": "arn:r"}, None, {}, "shop does not exist yet: definition is needed"),
        ({}, DEFINITION, {}, "shop does not exist yet: role_arn is needed"),
        (
            {"logging": {"level": "ALL", "include_execution_data": None, "log_group_arn": None}},
            None,
            before(),
            "logging.level ALL needs logging.log_group_arn",
        ),
        (
            {
                "encryption": {
                    "type": "CUSTOMER_MANAGED_KMS_KEY",
                    "kms_key_id": None,
                    "data_key_reuse_seconds": None,
                }
            },
            None,
            before(),
            "encryption.type CUSTOMER_MANAGED_KMS_KEY needs encryption.kms_key_id",
        ),
    ],
)
def test_desired_refuses(params: dict[str, Any], definition: Any, old: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        state_machine.desired(options(**params), definition, old)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"name": "a b"}, "The name of the state machine 'a b' has ' '"),
        ({"keep_versions": 0}, "keep_versions is 0; the least is 1"),
        ({"version_description": "x"}, "version_description needs publish: true"),
    ],
)
def test_validate_refuses(params: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        state_machine.validate(options(**params))


@pytest.mark.parametrize(
    ("versions", "keep", "used", "deleted"),
    [
        (["3", "2", "1"], None, set(), []),
        (["3", "2", "1"], 3, set(), []),
        (["3", "2", "1"], 1, set(), ["2", "1"]),
        (["3", "2", "1"], 1, {"2"}, ["1"]),
        (["new", "3", "2", "1"], 2, {"1"}, ["2"]),
        ([], 1, set(), []),
    ],
)
def test_superfluous(versions: list[str], keep: int | None, used: set[str], deleted: list[str]) -> None:
    assert state_machine.superfluous(versions, keep, used) == deleted
