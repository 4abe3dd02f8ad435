# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import function, function_apply

NAME = {"FunctionName": "shop"}
ROLE = "arn:aws:iam::123456789012:role/shop"
TOLD: dict[str, Any] = {
    **NAME,
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:shop",
    "CodeSha256": "old",
    "CodeSize": 3,
    "Role": ROLE,
    "Handler": "handler.handler",
    "Runtime": "python3.13",
    "Architectures": ["arm64"],
    "MemorySize": 128,
    "Timeout": 3,
    "State": "Active",
    "LastUpdateStatus": "Successful",
}


@pytest.fixture
def client() -> Any:
    return boto3.client("lambda", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def stub(client: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    monkeypatch.setattr(_wait, "pauses", lambda: iter([0.0] * 20))
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def params(**given: Any) -> dict[str, Any]:
    left_out = dict.fromkeys((*function.CONFIGURED, "architecture", "reserved_concurrent_executions", "tags"))
    others = {"source": None, "zip_file": None, "exclude": None, "purge_tags": True, "url": None}
    return {"name": "shop", "state": "present", "wait": True, "wait_timeout": 5, **others, **left_out, **given}


def present(client: Any, **given: Any) -> Any:
    return function_apply.ensure_present(params(**given), lambda service, **_: client, False)


@pytest.mark.parametrize(
    ("code", "message", "propagating", "busy"),
    [
        (
            "InvalidParameterValueException",
            "The role defined for the function cannot be assumed by Lambda.",
            True,
            False,
        ),
        (
            "InvalidParameterValueException",
            "The provided execution role does not have permissions to call SendMessage on SQS",
            True,
            False,
        ),
        ("InvalidParameterValueException", "Unzipped size must be smaller than 262144000 bytes", False, False),
        ("AccessDeniedException", "The role cannot be assumed by Lambda.", False, False),
        ("ResourceConflictException", "The operation cannot be performed at this time.", False, True),
        ("ResourceConflictException", "Function already exist: shop", False, False),
        ("", "", False, False),
    ],
)
def test_which_refusals_pass(code: str, message: str, propagating: bool, busy: bool) -> None:
    assert function_apply.propagating(code, message) is propagating
    assert function_apply.busy(code, message) is busy


def test_an_update_that_is_refused_is_repeated(client: Any, stub: Stubber) -> None:
    stub.add_response("get_function", {"Configuration": TOLD}, NAME)
    stub.add_client_error("update_function_configuration", "ResourceConflictException", "An update is in progress")
    message = "The role defined for the function cannot be assumed by Lambda."
    stub.add_client_error("update_function_configuration", "InvalidParameterValueException", message)
    stub.add_response("update_function_configuration", {**TOLD, "Timeout": 9}, {**NAME, "Timeout": 9})
    assert present(client, timeout=9).result["function"]["timeout"] == 9


def test_other_refusals_are_raised_at_once(client: Any, stub: Stubber) -> None:
    stub.add_response("get_function", {"Configuration": TOLD}, NAME)
    stub.add_client_error("update_function_configuration", "InvalidParameterValueException", "No such runtime")
    with pytest.raises(AnsibleAWSError, match="No such runtime"):
        present(client, runtime="python9")


def test_code_waits_for_the_configuration(client: Any, stub: Stubber, tmp_path: Any) -> None:
    (tmp_path / "handler.py").write_text("x = 1")
    updating = {**TOLD, "LastUpdateStatus": "InProgress"}
    stub.add_response("get_function", {"Configuration": TOLD}, NAME)
    stub.add_response("update_function_configuration", updating, {**NAME, "Timeout": 9})
    stub.add_response("get_function_configuration", updating, NAME)
    stub.add_response("get_function_configuration", TOLD, NAME)
    stub.add_response("update_function_code", updating)
    stub.add_response("get_function_configuration", TOLD, NAME)
    outcome = present(client, timeout=9, source=str(tmp_path))
    assert outcome.result["function"]["last_update_status"] == "Successful"
    assert len(outcome.actions) == 2


def test_code_is_not_uploaded_when_the_configuration_has_failed(client: Any, stub: Stubber, tmp_path: Any) -> None:
    (tmp_path / "handler.py").write_text("x = 1")
    stub.add_response("get_function", {"Configuration": TOLD}, NAME)
    stub.add_response("update_function_configuration", {**TOLD, "LastUpdateStatus": "InProgress"})
    failed = {**TOLD, "LastUpdateStatus": "Failed", "LastUpdateStatusReason": "No free address."}
    stub.add_response("get_function_configuration", failed, NAME)
    with pytest.raises(AnsibleAWSError, match="shop is Active, update Failed: No free address"):
        present(client, timeout=9, source=str(tmp_path))


def test_an_update_that_failed_earlier_is_repeated(client: Any, stub: Stubber) -> None:
    stub.add_response("get_function", {"Configuration": {**TOLD, "LastUpdateStatus": "Failed"}}, NAME)
    stub.add_response("update_function_configuration", TOLD)
    outcome = present(client)
    assert outcome.actions == ["repeat the failed update of Lambda function shop"]
    assert outcome.result["wait_for"] == []


def test_without_wait_a_failed_update_is_left_to_wait_for(client: Any, stub: Stubber) -> None:
    stub.add_response("get_function", {"Configuration": TOLD}, NAME)
    stub.add_response("update_function_configuration", {**TOLD, "LastUpdateStatus": "Failed"})
    assert present(client, timeout=9, wait=False).result["wait_for"] == [{"lambda_function": "shop"}]


def test_a_function_whose_creation_failed_has_to_go(client: Any, stub: Stubber) -> None:
    failed = {**TOLD, "State": "Failed", "StateReason": "The subnet is gone."}
    stub.add_response("get_function", {"Configuration": failed}, NAME)
    with pytest.raises(AnsibleAWSError, match="shop is Failed: The subnet is gone. Delete it, then run again."):
        present(client)


def test_a_function_that_is_being_deleted_is_made_anew(client: Any, stub: Stubber, tmp_path: Any) -> None:
    (tmp_path / "handler.py").write_text("x = 1")
    stub.add_response("get_function", {"Configuration": {**TOLD, "State": "Deleting"}}, NAME)
    stub.add_response("get_function_configuration", {**TOLD, "State": "Deleting"}, NAME)
    stub.add_client_error("get_function_configuration", "ResourceNotFoundException")
    stub.add_response("create_function", TOLD)
    given = {"role_arn": ROLE, "handler": "handler.handler", "runtime": "python3.13", "source": str(tmp_path)}
    assert present(client, **given).actions == ["create Lambda function shop"]


def test_a_deletion_waits_until_the_function_is_gone(client: Any, stub: Stubber) -> None:
    stub.add_response("get_function", {"Configuration": TOLD}, NAME)
    stub.add_client_error("delete_function", "ResourceConflictException", "An update is in progress")
    stub.add_response("delete_function", {}, NAME)
    stub.add_response("get_function_configuration", {**TOLD, "State": "Deleting"}, NAME)
    stub.add_client_error("get_function_configuration", "ResourceNotFoundException")
    outcome = function_apply.ensure_absent(params(state="absent"), lambda service, **_: client, False)
    assert outcome.actions == ["delete Lambda function shop"]
