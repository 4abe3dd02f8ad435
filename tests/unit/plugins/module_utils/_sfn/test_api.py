# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._sfn import api, execution_api

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:shop"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:shop:run"
NOW = datetime.now(UTC)


@pytest.fixture
def client() -> Any:
    return boto3.client("stepfunctions", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def run(number: int) -> dict[str, Any]:
    return {
        "executionArn": f"{EXECUTION}{number}",
        "stateMachineArn": ARN,
        "name": f"run{number}",
        "status": "FAILED",
        "startDate": NOW,
    }


@pytest.mark.parametrize(
    ("call", "operation", "items", "item", "asked"),
    [
        pytest.param(
            api.machines,
            "list_state_machines",
            "stateMachines",
            {"stateMachineArn": ARN, "name": "shop", "type": "STANDARD", "creationDate": NOW},
            {},
            id="machines",
        ),
        pytest.param(
            lambda client: api.versions(client, ARN),
            "list_state_machine_versions",
            "stateMachineVersions",
            {"stateMachineVersionArn": f"{ARN}:1", "creationDate": NOW},
            {"stateMachineArn": ARN},
            id="versions",
        ),
        pytest.param(
            lambda client: api.aliases(client, ARN),
            "list_state_machine_aliases",
            "stateMachineAliases",
            {"stateMachineAliasArn": f"{ARN}:live", "creationDate": NOW},
            {"stateMachineArn": ARN},
            id="aliases",
        ),
        pytest.param(
            lambda client: execution_api.executions(client, ARN, "FAILED", None),
            "list_executions",
            "executions",
            run(1),
            {"stateMachineArn": ARN, "statusFilter": "FAILED"},
            id="executions",
        ),
        pytest.param(
            lambda client: execution_api.history(client, EXECUTION),
            "get_execution_history",
            "events",
            {"timestamp": NOW, "type": "ExecutionStarted", "id": 1},
            {"executionArn": EXECUTION},
            id="history",
        ),
    ],
)
def test_lists_read_every_page(
    client: Any,
    stub: Stubber,
    call: Callable[[Any], list[dict[str, Any]] | None],
    operation: str,
    items: str,
    item: dict[str, Any],
    asked: dict[str, Any],
) -> None:
    stub.add_response(operation, {items: [item], "nextToken": "more"}, {"maxResults": 1000, **asked})
    stub.add_response(operation, {items: [item]}, {"maxResults": 1000, "nextToken": "more", **asked})
    assert call(client) == [item, item]


def test_a_limit_asks_for_no_more(client: Any, stub: Stubber) -> None:
    asked = {"stateMachineArn": ARN}
    stub.add_response("list_executions", {"executions": [run(1), run(2)], "nextToken": "t"}, {"maxResults": 3, **asked})
    stub.add_response(
        "list_executions",
        {"executions": [run(3), run(4)], "nextToken": "u"},
        {"maxResults": 1, "nextToken": "t", **asked},
    )
    found = execution_api.executions(client, ARN, None, 3) or []
    assert [execution["name"] for execution in found] == ["run1", "run2", "run3"]


@pytest.mark.parametrize(
    ("call", "operation", "code"),
    [
        (lambda client: api.machine(client, ARN), "describe_state_machine", "StateMachineDoesNotExist"),
        (lambda client: api.delete_machine(client, ARN), "delete_state_machine", "StateMachineDoesNotExist"),
        (lambda client: api.tags(client, ARN), "list_tags_for_resource", "ResourceNotFound"),
        (lambda client: api.versions(client, ARN), "list_state_machine_versions", "StateMachineDoesNotExist"),
        (lambda client: api.delete_version(client, f"{ARN}:1"), "delete_state_machine_version", "ResourceNotFound"),
        (lambda client: api.aliases(client, ARN), "list_state_machine_aliases", "StateMachineDoesNotExist"),
        (lambda client: api.alias(client, f"{ARN}:live"), "describe_state_machine_alias", "ResourceNotFound"),
        (lambda client: api.delete_alias(client, f"{ARN}:live"), "delete_state_machine_alias", "ResourceNotFound"),
        (lambda client: execution_api.execution(client, EXECUTION), "describe_execution", "ExecutionDoesNotExist"),
        (lambda client: execution_api.executions(client, ARN, None, 1), "list_executions", "StateMachineDoesNotExist"),
        (lambda client: execution_api.stop(client, EXECUTION, {}), "stop_execution", "ExecutionDoesNotExist"),
    ],
)
def test_what_is_missing_is_none(
    client: Any, stub: Stubber, call: Callable[[Any], Any], operation: str, code: str
) -> None:
    stub.add_client_error(operation, code)
    assert call(client) is None
    stub.add_client_error(operation, "AccessDeniedException", "no right to")
    with pytest.raises(AnsibleAWSError, match="Failed to .*no right to"):
        call(client)


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_state_machine", "InvalidDefinition", "no such state")
    with pytest.raises(AnsibleAWSError, match="Failed to create state machine shop: .*no such state"):
        api.create_machine(client, {"name": "shop", "definition": "{}", "roleArn": "arn:aws:iam::1:role/x"})
