# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import execution
import handler
import payload
import pytest
from botocore.stub import Stubber

ALIAS = "arn:aws:states:us-east-1:123456789012:stateMachine:shop-workflow:live"
RUN = "arn:aws:states:us-east-1:123456789012:execution:shop-workflow:{}"
NOON = datetime(2025, 10, 19, 12, 0, 0, 5000, tzinfo=UTC)


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client = boto3.client("stepfunctions", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    monkeypatch.setattr(execution, "_client", lambda _config: client)
    monkeypatch.setattr(execution.time, "sleep", lambda _seconds: None)
    monkeypatch.setenv("STATE_MACHINE_ARN", ALIAS)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def context(milliseconds: int = 60000) -> Any:
    return SimpleNamespace(aws_request_id="request-1", get_remaining_time_in_millis=lambda: milliseconds)


def starts(states: Stubber, name: str, document: str) -> None:
    states.add_response(
        "start_execution",
        {"executionArn": RUN.format(name), "startDate": NOON},
        {"stateMachineArn": ALIAS, "name": name, "input": document},
    )


def is_described(states: Stubber, name: str, status: str, **more: Any) -> None:
    described = {"executionArn": RUN.format(name), "stateMachineArn": ALIAS, "startDate": NOON, "status": status}
    states.add_response("describe_execution", {**described, **more}, {"executionArn": RUN.format(name)})


def test_it_waits_and_returns_the_output(states: Stubber) -> None:
    starts(states, "request-1", '{"data":"x"}')
    is_described(states, "request-1", "RUNNING")
    is_described(states, "request-1", "SUCCEEDED", output='{"status": "completed"}')
    assert handler.handler({"data": "x"}, context()) == {"status": "completed"}


def test_an_execution_that_is_not_known_yet_is_asked_for_again(states: Stubber) -> None:
    starts(states, "request-1", "{}")
    states.add_client_error("describe_execution", "ExecutionDoesNotExist")
    is_described(states, "request-1", "SUCCEEDED", output="{}")
    assert handler.handler({}, context()) == {}


def test_the_idempotency_key_names_the_execution_and_is_not_passed_on(states: Stubber) -> None:
    starts(states, "order-7", '{"data":1}')
    is_described(states, "order-7", "SUCCEEDED", output="{}")
    handler.handler({"idempotencyKey": "order-7", "data": 1}, context())


def test_a_used_key_with_the_same_input_returns_the_first_output(states: Stubber) -> None:
    states.add_client_error("start_execution", "ExecutionAlreadyExists")
    is_described(states, "order-7", "SUCCEEDED", input='{"data": 1}', output='{"n": 1}')
    is_described(states, "order-7", "SUCCEEDED", input='{"data": 1}', output='{"n": 1}')
    assert handler.handler({"idempotencyKey": "order-7", "data": 1}, context()) == {"n": 1}


def test_a_used_key_with_other_input_is_refused(states: Stubber) -> None:
    states.add_client_error("start_execution", "ExecutionAlreadyExists")
    is_described(states, "order-7", "SUCCEEDED", input='{"data": 1}')
    answer = handler.handler({"idempotencyKey": "order-7", "data": 2}, context())
    assert (answer["status"], answer["error"]) == ("refused", "IdempotencyKeyReused")
    assert answer["execution"] == RUN.format("order-7")


def test_when_time_is_up_it_says_so_and_leaves_the_run_alone(states: Stubber) -> None:
    starts(states, "request-1", "{}")
    is_described(states, "request-1", "RUNNING")
    assert handler.handler({}, context(milliseconds=2001)) == {
        "start": "2025-10-19T12:00:00.005Z",
        "status": "running",
        "execution": RUN.format("request-1"),
    }


@pytest.mark.parametrize(
    ("described", "error", "cause"),
    [
        ({"status": "FAILED", "error": "Boom", "cause": "bang"}, "Boom", "bang"),
        ({"status": "FAILED"}, "States.TaskFailed", "The execution ended with status FAILED."),
        ({"status": "TIMED_OUT"}, "States.Timeout", "The execution ended with status TIMED_OUT."),
        ({"status": "ABORTED"}, "States.Aborted", "The execution ended with status ABORTED."),
    ],
)
def test_failures_without_an_account_of_the_workflow(described: dict[str, Any], error: str, cause: str) -> None:
    answer = payload.of({"executionArn": "arn", "startDate": NOON, "stopDate": NOON, **described})
    assert answer == {
        "start": "2025-10-19T12:00:00.005Z",
        "end": "2025-10-19T12:00:00.005Z",
        "status": "failed",
        "error": error,
        "cause": cause,
        "execution": "arn",
    }


def test_the_workflows_own_account_of_a_failure_is_the_payload() -> None:
    account = {"status": "failed", "service": "service2", "error": "ApiGateway.500", "service1": {"statusCode": 200}}
    run = {"executionArn": "arn", "status": "FAILED", "error": "ApiGateway.500", "cause": json.dumps(account)}
    assert payload.of(run) == {**account, "execution": "arn"}


@pytest.mark.parametrize("key", ["with space", "a" * 81, "ü", ""])
def test_any_key_gives_a_valid_name(key: str) -> None:
    assert re.fullmatch(r"[0-9A-Za-z_-]{1,80}", payload.execution_name(key))


def test_keys_that_look_alike_have_different_names() -> None:
    assert payload.execution_name("a b") != payload.execution_name("a/b")


def test_an_express_machine_is_run_synchronously(states: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_MACHINE_TYPE", "EXPRESS")
    states.add_response(
        "start_sync_execution",
        {"executionArn": "arn", "status": "SUCCEEDED", "output": "{}", "startDate": NOON, "stopDate": NOON},
        {"stateMachineArn": ALIAS, "name": "request-1", "input": "{}"},
    )
    assert handler.handler({}, context()) == {}
