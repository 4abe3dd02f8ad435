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
import request
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


def test_async_returns_at_once_with_the_execution(states: Stubber) -> None:
    starts(states, "order-7", '{"data":1}')
    answer = handler.handler({"invocationMode": "async", "idempotencyKey": "order-7", "data": 1}, context())
    assert answer == {"start": "2025-10-19T12:00:00.005Z", "status": "running", "execution": RUN.format("order-7")}


def test_async_with_a_used_key_tells_how_the_first_one_stands(states: Stubber) -> None:
    states.add_client_error("start_execution", "ExecutionAlreadyExists")
    is_described(states, "order-7", "SUCCEEDED", input="{}", output='{"n": 1}')
    is_described(states, "order-7", "SUCCEEDED", input="{}", output='{"n": 1}')
    assert handler.handler({"invocationMode": "async", "idempotencyKey": "order-7"}, context()) == {"n": 1}


@pytest.mark.parametrize("asked", [{"executionArn": RUN.format("order-7")}, {"idempotencyKey": "order-7"}])
def test_status_starts_nothing(states: Stubber, asked: dict[str, Any]) -> None:
    is_described(states, "order-7", "RUNNING")
    answer = handler.handler({"invocationMode": "status", **asked}, context())
    assert (answer["status"], answer["execution"]) == ("running", RUN.format("order-7"))


def test_the_status_of_what_is_not_there_is_refused_in_a_sentence(states: Stubber) -> None:
    states.add_client_error("describe_execution", "ExecutionDoesNotExist")
    answer = handler.handler({"invocationMode": "status", "executionArn": RUN.format("nobody")}, context())
    assert answer == payload.refused("UnknownExecution", f"{RUN.format('nobody')} is no execution of this workflow.")


@pytest.mark.usefixtures("states")
def test_another_workflows_execution_is_not_shown() -> None:
    other = RUN.format("x").replace("shop-workflow", "other-workflow")
    answer = handler.handler({"invocationMode": "status", "executionArn": other}, context())
    assert answer["error"] == "UnknownExecution"


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize(
    ("event", "error", "cause"),
    [
        ({"invocationMode": "later"}, "InvalidMode", "invocationMode is 'later': it is wait, async or status."),
        ({"invocationMode": "status"}, "InvalidMode", "invocationMode status and executionArn"),
        ({"executionArn": "arn"}, "InvalidMode", "invocationMode status and executionArn"),
        ({"data": "x" * 262_144}, "InputTooLarge", "The input has 262155 bytes, and Step Functions takes 262144"),
    ],
)
def test_what_the_caller_did_wrong_is_a_sentence(event: dict[str, Any], error: str, cause: str) -> None:
    answer = handler.handler(event, context())
    assert (answer["status"], answer["error"]) == ("refused", error)
    assert answer["cause"].startswith(cause)


def test_the_size_is_that_of_utf8_and_any_text_can_be_passed(states: Stubber) -> None:
    assert request.of({"data": "ü" * 100_000}).document.count("ü") == 100_000
    assert request.of({"data": "\ud800"}).document == '{"data":"\\ud800"}'
    starts(states, "request-1", '"text"')
    is_described(states, "request-1", "SUCCEEDED", output='"done"')
    assert handler.handler("text", context()) == "done"


def test_the_largest_output_fits_into_the_largest_response() -> None:
    largest = json.dumps({"data": "\u20ac" * (262_144 // 3 - 10)}, ensure_ascii=False)
    answer = payload.http_response(payload.of({"status": "SUCCEEDED", "output": largest}))
    assert len(json.dumps(answer)) < 6 * 1024 * 1024


@pytest.mark.usefixtures("states")
def test_express_has_no_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_MACHINE_TYPE", "EXPRESS")
    assert handler.handler({"invocationMode": "status", "executionArn": "arn"}, context())["error"] == "NoStatus"


def test_express_can_be_started_without_waiting(states: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_MACHINE_TYPE", "EXPRESS")
    starts(states, "request-1", "{}")
    assert handler.handler({"invocationMode": "async"}, context())["status"] == "running"


def url_event(method: str = "POST", **more: Any) -> dict[str, Any]:
    return {"version": "2.0", "rawPath": "/", "requestContext": {"http": {"method": method}}, **more}


def test_a_function_url_answers_with_status_and_json(states: Stubber) -> None:
    starts(states, "request-1", '{"data":"x"}')
    is_described(states, "request-1", "SUCCEEDED", output='{"status": "completed"}')
    answer = handler.handler(url_event(body='{"data": "x"}'), context())
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"status": "completed"}


def test_a_function_url_takes_base64_and_tells_a_failure(states: Stubber) -> None:
    starts(states, "request-1", '{"a":1}')
    is_described(states, "request-1", "FAILED", error="Boom", cause="bang")
    answer = handler.handler(url_event(body="eyJhIjogMX0=", isBase64Encoded=True), context())
    assert (answer["statusCode"], json.loads(answer["body"])["error"]) == (502, "Boom")


def test_get_asks_a_function_url_for_a_status(states: Stubber) -> None:
    is_described(states, "order-7", "RUNNING")
    answer = handler.handler(url_event("GET", queryStringParameters={"idempotencyKey": "order-7"}), context())
    assert answer["statusCode"] == 202


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize(
    ("event", "status", "error"),
    [
        (url_event(body="{"), 400, "InvalidBody"),
        (url_event("GET"), 400, "InvalidMode"),
        (url_event(body=json.dumps({"data": "x" * 300_000})), 413, "InputTooLarge"),
        (url_event("GET", queryStringParameters={"executionArn": "arn"}), 404, "UnknownExecution"),
    ],
)
def test_a_function_url_refuses_with_a_status(event: dict[str, Any], status: int, error: str) -> None:
    answer = handler.handler(event, context())
    assert (answer["statusCode"], json.loads(answer["body"])["error"]) == (status, error)
