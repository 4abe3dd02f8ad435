# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Executions through the API: names, input, stop, lists, histories, EXPRESS; and the log documents."""

from __future__ import annotations

import datetime
import json
import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import sfn
from local_aws.sfn import execution, logging
from tests.local_aws.sfn_lab import Answer, Lab, call, in_turn, machine
from tests.tools.machine import wait_for

pytest_plugins = ["tests.local_aws.sfn_lab"]

ECHO = machine(A={"Type": "Pass", "End": True})
SLOW = machine(A={"Type": "Wait", "Seconds": 60, "End": True})


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def refused(wanted: str) -> Any:
    return pytest.raises(ClientError, match=wanted)


# --- start


def test_names_are_optional_and_unique(lab: Lab) -> None:
    arn = lab.create(ECHO)
    first, second = lab.start(arn), lab.start(arn)
    assert first != second
    assert first.startswith(arn.replace(":stateMachine:", ":execution:") + ":")


def test_starting_is_idempotent_while_it_runs(lab: Lab) -> None:
    arn = lab.create(SLOW)
    request = {"stateMachineArn": arn, "name": "n", "input": '{"a":1}'}
    first = lab.sfn.start_execution(**request)
    again = lab.sfn.start_execution(**request)
    assert (again["executionArn"], again["startDate"]) == (first["executionArn"], first["startDate"])
    with refused("Execution Already Exists") as error:
        lab.sfn.start_execution(**{**request, "input": '{"a":2}'})
    assert code(error) == "ExecutionAlreadyExists"
    lab.sfn.stop_execution(executionArn=first["executionArn"])
    with refused("Execution Already Exists"):
        lab.sfn.start_execution(**request)


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ({"name": "a b"}, "InvalidName"),
        ({"name": "n" * 81}, "ValidationException"),
        ({"input": "{"}, "InvalidExecutionInput"),
        ({"input": json.dumps("x" * 262_144)}, "ValidationException"),
        ({"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:none"}, "StateMachineDoesNotExist"),
        ({"stateMachineArn": "machine"}, "InvalidArn"),
    ],
)
def test_what_cannot_be_started(lab: Lab, request_: dict[str, str], wanted: str) -> None:
    with pytest.raises(ClientError) as error:
        lab.sfn.start_execution(**{"stateMachineArn": lab.create(ECHO), **request_})
    assert code(error) == wanted


def test_input_comes_back_as_it_was_written(lab: Lab) -> None:
    arn = lab.create(ECHO)
    text = '{ "b": [1.50, null],\n "a": "ü" }'
    started = lab.sfn.start_execution(stateMachineArn=arn, input=text)["executionArn"]
    found = lab.wait(started)
    assert found["input"] == text
    assert found["output"] == '{"b":[1.5,null],"a":"ü"}'
    assert found["inputDetails"] == found["outputDetails"] == {"included": True}
    assert lab.wait(lab.sfn.start_execution(stateMachineArn=arn)["executionArn"])["input"] == "{}"


def test_256_kib_fit_and_more_is_an_error(lab: Lab) -> None:
    largest = lab.run(ECHO, "x" * 262_142)
    assert len(largest["output"]) == 262_144
    found = lab.run(machine(A={"Type": "Pass", "Output": "{% $pad('', 262143, 'x') %}", "End": True}))
    assert (found["status"], found["error"]) == ("FAILED", "States.DataLimitExceeded")


# --- stop and describe


def test_stop_keeps_error_cause_and_date(lab: Lab) -> None:
    running = lab.start(lab.create(SLOW))
    stopped = lab.sfn.stop_execution(executionArn=running, error="E", cause="why")
    found = lab.sfn.describe_execution(executionArn=running)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "E", "why")
    assert found["stopDate"] == stopped["stopDate"] >= found["startDate"]
    last = lab.events(running)[-1]
    assert (last["type"], last["executionAbortedEventDetails"]) == ("ExecutionAborted", {"error": "E", "cause": "why"})
    assert lab.sfn.stop_execution(executionArn=running, error="F")["stopDate"] == stopped["stopDate"]
    assert lab.sfn.describe_execution(executionArn=running)["error"] == "E"


def test_stop_interrupts_a_call(lab: Lab) -> None:
    held = Answer(hold=threading.Event())
    lab.answer = in_turn(held)
    running = lab.start(lab.create(machine(A=call())))
    wait_for(lambda: lab.requests)
    lab.sfn.stop_execution(executionArn=running)
    types = lab.types(running)
    assert types[-1] == "ExecutionAborted"
    held.hold.set()  # type: ignore[union-attr]
    time.sleep(0.1)
    assert lab.types(running) == types
    wait_for(lambda: not [each for each in threading.enumerate() if each.name.startswith("sfn-")], timeout=3)


def test_a_running_execution_has_no_outcome(lab: Lab) -> None:
    running = lab.start(lab.create(SLOW))
    found = lab.sfn.describe_execution(executionArn=running)
    assert found["status"] == "RUNNING"
    assert not {"stopDate", "output", "error", "cause"} & set(found)
    lab.sfn.stop_execution(executionArn=running)


@pytest.mark.parametrize("operation", ["describe_execution", "stop_execution", "get_execution_history"])
def test_executions_that_do_not_exist(lab: Lab, operation: str) -> None:
    base = "arn:aws:states:us-east-1:123456789012"
    for arn, wanted in (
        (f"{base}:execution:none:none", "ExecutionDoesNotExist"),
        (f"{base}:express:machine:name:id", "InvalidArn"),
        ("nonsense", "InvalidArn"),
    ):
        with pytest.raises(ClientError) as error:
            getattr(lab.sfn, operation)(executionArn=arn)
        assert code(error) == wanted


def test_a_cause_is_cut_at_the_length_that_the_api_allows(lab: Lab) -> None:
    found = lab.run(machine(A={"Type": "Fail", "Error": "E", "Cause": "{% $pad('', 40000, 'x') %}"}))
    assert (found["error"], len(found["cause"])) == ("E", 32_768)


# --- lists and histories


def test_executions_are_listed_by_status_in_pages_latest_first(lab: Lab) -> None:
    arn = lab.create(machine(A={"Type": "Wait", "Seconds": "{% $states.input.s %}", "End": True}))
    closed = [lab.start(arn, {"s": 0}) for _ in range(3)]
    for each in closed:
        lab.wait(each)
    running = lab.start(arn, {"s": 60})
    page = lab.sfn.list_executions(stateMachineArn=arn, maxResults=3)
    rest = lab.sfn.list_executions(stateMachineArn=arn, maxResults=3, nextToken=page["nextToken"])
    items = page["executions"] + rest["executions"]
    assert [item["executionArn"] for item in items] == [running, *reversed(closed)]
    assert "stopDate" not in items[0]
    assert all(item["stopDate"] for item in items[1:])
    succeeded = lab.sfn.list_executions(stateMachineArn=arn, statusFilter="SUCCEEDED")["executions"]
    assert {item["executionArn"] for item in succeeded} == set(closed)
    with pytest.raises(ClientError) as error:
        lab.sfn.list_executions(stateMachineArn=arn, statusFilter="LOST")
    assert code(error) == "ValidationException"
    lab.sfn.stop_execution(executionArn=running)


def test_histories_in_pages_backwards_and_without_data(lab: Lab) -> None:
    closed = lab.run(machine(A=call(TimeoutSeconds=35)), {"a": 1})["executionArn"]
    events = lab.events(closed)
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    assert [event["id"] for event in events] == list(range(1, 8))
    assert [event["previousEventId"] for event in events] == [0, 0, 2, 3, 4, 5, 6]
    scheduled = events[2]["taskScheduledEventDetails"]
    assert (scheduled["resourceType"], scheduled["resource"]) == ("apigateway", "invoke")
    assert (scheduled["region"], scheduled["timeoutInSeconds"]) == ("us-east-1", 35)
    assert json.loads(scheduled["parameters"])["Method"] == "POST"
    assert json.loads(events[4]["taskSucceededEventDetails"]["output"])["StatusCode"] == 200
    assert all(isinstance(event["timestamp"], datetime.datetime) for event in events)

    pages = lab.sfn.get_paginator("get_execution_history").paginate(
        executionArn=closed, reverseOrder=True, PaginationConfig={"PageSize": 3}
    )
    assert [event["id"] for page in pages for event in page["events"]] == list(range(7, 0, -1))
    bare = lab.sfn.get_execution_history(executionArn=closed, includeExecutionData=False)["events"]
    assert bare[1]["stateEnteredEventDetails"]["name"] == "A"
    assert '"a"' not in json.dumps(bare, default=str)


# --- EXPRESS


def test_an_express_machine_answers_synchronously(lab: Lab) -> None:
    arn = lab.create(machine(A=call(Output="{% $states.result.ResponseBody %}")), type="EXPRESS")
    found = lab.sfn.start_sync_execution(stateMachineArn=arn, name="n", input='{"a":1}')
    assert (found["status"], found["output"], found["name"]) == ("SUCCEEDED", '{"n":1}', "n")
    assert found["executionArn"].startswith(arn.replace(":stateMachine:", ":express:") + ":n:")
    assert found["stopDate"] >= found["startDate"]
    assert found["billingDetails"]["billedDurationInMilliseconds"] % 100 == 0
    again = lab.sfn.start_sync_execution(stateMachineArn=arn, name="n", input='{"a":1}')
    assert again["executionArn"] != found["executionArn"]
    with refused("Resource type not valid in this context: express") as error:
        lab.sfn.describe_execution(executionArn=found["executionArn"])
    assert code(error) == "InvalidArn"
    with refused("not supported by this type") as error:
        lab.sfn.list_executions(stateMachineArn=arn)
    assert code(error) == "StateMachineTypeNotSupported"


def test_an_express_machine_can_be_started_without_waiting(lab: Lab) -> None:
    arn = lab.create(machine(A=call()), type="EXPRESS")
    request = {"stateMachineArn": arn, "name": "n"}
    first, second = (lab.sfn.start_execution(**request)["executionArn"] for _ in range(2))
    assert first != second
    assert first.startswith(arn.replace(":stateMachine:", ":express:") + ":n:")
    wait_for(lambda: len(lab.requests) == 2)


def test_a_failed_express_execution_is_an_answer_not_an_error(lab: Lab) -> None:
    lab.answer = in_turn(Answer(500, "no"))
    arn = lab.create(machine(A=call()), type="EXPRESS", publish=True)
    lab.sfn.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": f"{arn}:1", "weight": 100}]
    )
    found = lab.sfn.start_sync_execution(stateMachineArn=f"{arn}:live")
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "ApiGateway.500", "no")
    assert "output" not in found


def test_express_ends_at_its_limit(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    assert execution.EXPRESS_LIMIT_SECONDS == 300
    monkeypatch.setattr(execution, "EXPRESS_LIMIT_SECONDS", 0.5)
    found = lab.sfn.start_sync_execution(stateMachineArn=lab.create(SLOW, type="EXPRESS"))
    assert (found["status"], found["error"]) == ("TIMED_OUT", "States.Timeout")


def test_a_standard_machine_has_no_synchronous_start(lab: Lab) -> None:
    with refused("not supported by this type") as error:
        lab.sfn.start_sync_execution(stateMachineArn=lab.create(ECHO))
    assert code(error) == "StateMachineTypeNotSupported"


# --- not implemented


def test_what_is_missing_is_a_501_that_names_the_operation(lab: Lab) -> None:
    attempts = {
        "TestState": lambda: lab.sfn.test_state(definition="{}", roleArn=lab.role),
        "RedriveExecution": lambda: lab.sfn.redrive_execution(executionArn=lab.run(ECHO)["executionArn"]),
    }
    for operation, attempt in attempts.items():
        with refused(operation) as error:
            attempt()
        assert code(error) == "NotImplemented"
        assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


# --- logs


@pytest.fixture
def log_group(lab: Lab) -> str:
    group = f"/aws/vendedlogs/states/{lab.name('group')}"
    lab.client("logs").create_log_group(logGroupName=group)
    return group


def logging_to(group: str, level: str = "ALL", data: bool = True) -> dict[str, Any]:
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"
    return {
        "level": level,
        "includeExecutionData": data,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
    }


def logging_role(lab: Lab) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return lab.create_role(trust, policy={"Effect": "Allow", "Action": ["logs:*"], "Resource": "*"})


def documents(lab: Lab, group: str) -> list[dict[str, Any]]:
    found = lab.client("logs").filter_log_events(logGroupName=group)["events"]
    return [json.loads(event["message"]) for event in found]


def test_every_event_is_logged_with_its_data(lab: Lab, log_group: str) -> None:
    options = {"roleArn": logging_role(lab), "loggingConfiguration": logging_to(log_group)}
    closed = lab.run(machine(A=call()), {"secret": 1}, **options)
    events = lab.events(closed["executionArn"])
    logged = documents(lab, log_group)
    assert [item["type"] for item in logged] == [event["type"] for event in events]
    assert [item["id"] for item in logged] == [str(event["id"]) for event in events]
    assert [item["previous_event_id"] for item in logged] == [str(event["previousEventId"]) for event in events]
    assert {item["execution_arn"] for item in logged} == {closed["executionArn"]}
    assert logged[0]["details"]["input"] == '{"secret": 1}'
    assert logged[0]["event_timestamp"] == str(round(events[0]["timestamp"].timestamp() * 1000))
    streams = lab.client("logs").describe_log_streams(logGroupName=log_group)["logStreams"]
    machine_name = closed["stateMachineArn"].rpartition(":")[2]
    assert [stream["logStreamName"].split("/")[:2] for stream in streams] == [["states", machine_name]]


def test_logs_without_data_hold_none(lab: Lab, log_group: str) -> None:
    options = {"roleArn": logging_role(lab), "loggingConfiguration": logging_to(log_group, data=False)}
    state = call(Arguments={"RequestBody": "{% $states.input %}"}, Assign={"x": "{% $states.input %}"})
    lab.events(lab.run(machine(A=state), "geheim", **options)["executionArn"])
    logged = documents(lab, log_group)
    assert len(logged) == 7
    assert "geheim" not in json.dumps(logged)
    assert logged[1]["details"]["name"] == "A"


@pytest.mark.parametrize(
    ("level", "types"),
    [("ERROR", ["TaskFailed", "FailStateEntered", "ExecutionFailed"]), ("FATAL", ["ExecutionFailed"]), ("OFF", [])],
)
def test_levels(lab: Lab, log_group: str, level: str, types: list[str]) -> None:
    lab.answer = in_turn(Answer(500))
    state = call(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "F"}], Next="F")
    options = {"roleArn": logging_role(lab), "loggingConfiguration": logging_to(log_group, level)}
    lab.events(lab.run(machine(A=state, F={"Type": "Fail", "Error": "E"}), **options)["executionArn"])
    assert [item["type"] for item in documents(lab, log_group)] == types


def test_express_executions_are_seen_in_the_logs(lab: Lab, log_group: str) -> None:
    options = {"roleArn": logging_role(lab), "loggingConfiguration": logging_to(log_group), "type": "EXPRESS"}
    found = lab.sfn.start_sync_execution(stateMachineArn=lab.create(ECHO, **options))
    logged = documents(lab, log_group)
    assert [item["type"] for item in logged][-1] == "ExecutionSucceeded"
    assert {item["execution_arn"] for item in logged} == {found["executionArn"]}


def test_logging_configurations_that_are_refused(lab: Lab, log_group: str) -> None:
    good = logging_to(log_group)
    no_star = {
        **good,
        "destinations": [
            {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:x"}}
        ],
    }
    for configuration, words in (
        ({"level": "ALL"}, "Must specify exactly one Log Destination"),
        ({**good, "destinations": good["destinations"] * 2}, "Must specify exactly one Log Destination"),
        (logging_to("/missing"), "Log Destination not found"),
        (no_star, ":\\*"),
    ):
        with refused(words) as error:
            lab.create(ECHO, roleArn=logging_role(lab), loggingConfiguration=configuration)
        assert code(error) == "InvalidLoggingConfiguration"
    with refused("The state machine IAM Role is not authorized to access the Log Destination") as error:
        lab.create(ECHO, loggingConfiguration=good)
    assert code(error) == "AccessDeniedException"


def test_logging_survives_a_missing_group(lab: Lab, log_group: str) -> None:
    arn = lab.create(ECHO, roleArn=logging_role(lab), loggingConfiguration=logging_to(log_group))
    lab.client("logs").delete_log_group(logGroupName=log_group)
    assert lab.wait(lab.start(arn))["status"] == "SUCCEEDED"


def test_levels_of_event_types() -> None:
    assert logging.is_logged("ERROR", "EvaluationFailed")
    assert not logging.is_logged("ERROR", "TaskStateEntered")
    assert not logging.is_logged("FATAL", "TaskFailed")
    assert not logging.is_logged("OFF", "ExecutionFailed")


# --- the end (last: nothing runs afterwards)


def test_stopping_ends_what_runs(lab: Lab) -> None:
    held = Answer(hold=threading.Event())
    lab.answer = in_turn(held)
    running = [lab.start(lab.create(SLOW)), lab.start(lab.create(machine(A=call())))]
    wait_for(lambda: lab.requests)
    sfn.stop()
    assert {lab.sfn.describe_execution(executionArn=each)["status"] for each in running} == {"ABORTED"}
    wait_for(lambda: not [each for each in threading.enumerate() if each.name.startswith("sfn-")], timeout=3)
    held.hold.set()  # type: ignore[union-attr]
