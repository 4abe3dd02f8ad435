# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""States in JSONata: Assign and Output, errors, Retry and Catch, timeouts, Parallel and Map, and no thread left."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any

import pytest

from local_aws.sfn import engine
from tests.local_aws.sfn_lab import Answer, Lab, call, in_turn, machine
from tests.tools.machine import wait_for

pytest_plugins = ["tests.local_aws.sfn_lab"]

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
FAILED = {"Type": "Fail", "Error": "Failed", "Cause": "{% $string($error) %}"}
CATCH_ALL = [{"ErrorEquals": ["States.ALL"], "Assign": {"error": "{% $states.errorOutput %}"}, "Next": "Failed"}]


def retry(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"ErrorEquals": list(names), "IntervalSeconds": 1, **more}]


def threads_of_executions() -> list[str]:
    prefixes = ("sfn-", "BranchWorker")
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(prefixes)]


# --- Assign and Output


def test_assign_and_output_see_the_values_at_entry(lab: Lab) -> None:
    found = lab.run(
        machine(
            First={"Type": "Pass", "Assign": {"x": 1}, "Next": "Second"},
            Second={
                "Type": "Pass",
                "Assign": {"x": "{% $x + 1 %}", "y": "{% $x %}"},
                "Output": "{% $x %}",
                "Next": "Third",
            },
            Third={
                "Type": "Pass",
                "Output": {"in": "{% $states.input %}", "x": "{% $x %}", "y": "{% $y %}"},
                "End": True,
            },
        )
    )
    assert found["value"] == {"in": 1, "x": 2, "y": 1}


def test_a_task_reads_input_result_and_context_in_both(lab: Lab) -> None:
    state = call(
        Assign={"code": "{% $states.result.StatusCode %}", "was": "{% $states.input.a %}"},
        Output={
            "body": "{% $states.result.ResponseBody %}",
            "in": "{% $states.input %}",
            "seen": "{% $exists($code) %}",
        },
        Next="Last",
    )
    last = {"Type": "Pass", "Output": "{% $merge([$states.input, {'code': $code, 'was': $was}]) %}", "End": True}
    found = lab.run(machine(First=state, Last=last), {"a": 'x"y'})
    assert found.get("value", found) == {"body": {"n": 1}, "in": {"a": 'x"y'}, "seen": False, "code": 200, "was": 'x"y'}


def test_without_output_a_task_passes_its_result_on(lab: Lab) -> None:
    assert lab.run(machine(First=call()))["value"]["StatusText"] == "OK"


def test_choice_assigns_and_outputs_by_rule_and_by_default(lab: Lab) -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input.n > 1 %}", "Assign": {"v": "many"}, "Output": 1, "Next": "End"}],
        "Default": "Other",
        "Assign": {"v": "few"},
        "Output": 0,
    }
    end = {"Type": "Pass", "Output": "{% [$states.input, $v] %}", "End": True}
    definition = machine(First=choice, Other={"Type": "Pass", "Next": "End"}, End=end)
    assert lab.run(definition, {"n": 2})["value"] == [1, "many"]
    assert lab.run(definition, {"n": 1})["value"] == [0, "few"]


def test_a_choice_without_a_match_fails_with_its_own_error(lab: Lab) -> None:
    rules = [{"Condition": "{% false %}", "Next": "End"}]
    found = lab.run(machine(First={"Type": "Choice", "Choices": rules}, End={"Type": "Succeed"}))
    assert (found["status"], found["error"]) == ("FAILED", "States.NoChoiceMatched")


def test_values_of_the_context(lab: Lab) -> None:
    found = lab.run(machine(First={"Type": "Pass", "Output": "{% $states.context %}", "End": True}), {"a": None})
    context = found["value"]
    assert context["Execution"]["Id"] == found["executionArn"]
    assert context["Execution"]["Input"] == {"a": None}
    assert context["StateMachine"]["Id"] == found["stateMachineArn"]
    assert context["State"]["Name"] == "First"
    for moment in (context["Execution"]["StartTime"], context["State"]["EnteredTime"]):
        assert INSTANT.fullmatch(moment), moment


def test_a_whole_second_has_no_fraction() -> None:
    import datetime

    moment = datetime.datetime(2025, 8, 27, 10, 4, 42, 999, datetime.UTC)
    assert engine.timestamp(moment) == "2025-08-27T10:04:42Z"
    assert engine.timestamp(moment.replace(microsecond=70_999)) == "2025-08-27T10:04:42.070Z"


def test_quotes_in_assigned_strings_stay_json_in_the_history(lab: Lab) -> None:
    found = lab.run(machine(First={"Type": "Pass", "Assign": {"x": "{% $states.input %}"}, "End": True}), 'a"b')
    exited = next(event for event in lab.events(found["executionArn"]) if event["type"] == "PassStateExited")
    assert exited["stateExitedEventDetails"]["assignedVariables"] == {"x": '"a\\"b"'}


# --- evaluation errors


@pytest.mark.parametrize(
    ("field", "value", "location"),
    [
        ("Arguments", {"RequestBody": {"a": ["{% $missing %}"]}}, "Arguments/RequestBody/a[0]"),
        ("Output", {"a": {"b": "{% $missing %}"}}, "Output/a/b"),
        ("Assign", {"a": "{% $missing %}"}, "Assign/a"),
        ("TimeoutSeconds", "{% $missing %}", "TimeoutSeconds"),
    ],
)
def test_a_task_catches_its_evaluation_errors(lab: Lab, field: str, value: Any, location: str) -> None:
    state = call(**{field: value}, Catch=CATCH_ALL, Next="Failed")
    found = lab.run(machine(First=state, Failed=FAILED))
    assert found["error"] == "Failed"
    assert '"Error":"States.QueryEvaluationError"' in found["cause"]
    events = lab.events(found["executionArn"])
    failed = [event["evaluationFailedEventDetails"] for event in events if event["type"] == "EvaluationFailed"]
    assert [(item["location"], item["state"]) for item in failed] == [(location, "First")]
    entered = next(event["id"] for event in events if event["type"] == "TaskStateEntered")
    assert failed[0]["cause"] == (
        f"An error occurred while executing the state 'First' (entered at the event id #{entered}). "
        f"The JSONata expression '$missing' specified for the field '{location}' returned nothing (undefined)."
    )
    assert "TaskFailed" not in [event["type"] for event in events]


def test_an_evaluation_error_can_be_retried(lab: Lab) -> None:
    output = "{% $states.context.State.RetryCount < 2 ? 1/0 : $states.context.State.RetryCount %}"
    state = call(Output=output, Retry=retry("States.QueryEvaluationError", BackoffRate=1))
    found = lab.run(machine(First=state))
    assert found["value"] == 2
    assert len(lab.requests) == 3


def test_a_pass_state_fails_the_execution(lab: Lab) -> None:
    found = lab.run(machine(First={"Type": "Pass", "Output": "{% 'a' + 1 %}", "End": True}))
    assert (found["status"], found["error"]) == ("FAILED", "States.QueryEvaluationError")
    assert "specified for the field 'Output' threw an error during evaluation. T2001" in found["cause"]
    assert found["cause"].count("An error occurred") == 1
    assert lab.types(found["executionArn"]) == [
        "ExecutionStarted",
        "PassStateEntered",
        "EvaluationFailed",
        "ExecutionFailed",
    ]


def test_an_error_in_a_catcher_is_reported_and_fatal(lab: Lab) -> None:
    lab.answer = in_turn(Answer(500))
    catch = [{"ErrorEquals": ["States.ALL"], "Output": "{% $missing %}", "Next": "Failed"}]
    found = lab.run(machine(First=call(Catch=catch, Next="Failed"), Failed={"Type": "Fail"}))
    assert found["error"] == "States.QueryEvaluationError"
    assert "Catch[0]/Output" in found["cause"]
    assert lab.types(found["executionArn"])[-2:] == ["EvaluationFailed", "ExecutionFailed"]


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ({"Type": "Fail", "Cause": "{% {'a': 1} %}"}, "Expected 'string', but was 'object' for value: {\"a\":1}"),
        ({"Type": "Wait", "Seconds": "{% 'x' %}", "End": True}, "Expected 'number', but was 'string'"),
        ({"Type": "Map", "Items": "{% {'a': 1} %}", "End": True}, "Expected 'array', but was 'object'"),
    ],
)
def test_results_of_the_wrong_type(lab: Lab, state: dict[str, Any], wanted: str) -> None:
    if state["Type"] == "Map":
        state = state | {"ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}}}
    found = lab.run(machine(First=state))
    assert found["error"] == "States.QueryEvaluationError"
    assert wanted in found["cause"]


# --- Retry and Catch


def test_retries_wait_longer_and_longer_and_count(lab: Lab) -> None:
    lab.answer = in_turn(Answer(503), Answer(503), Answer(200))
    count = "{% $states.context.State.RetryCount %}"
    state = call(
        Arguments={"RequestBody": {"attempt": count}},
        Output=count,
        Retry=retry("ApiGateway.503", BackoffRate=1.5, MaxAttempts=2),
    )
    started = time.monotonic()
    found = lab.run(machine(First=state))
    assert found["value"] == 2
    assert 2.4 < time.monotonic() - started < 10
    assert [request.body for request in lab.requests] == [b'{"attempt":0}', b'{"attempt":1}', b'{"attempt":2}']
    assert lab.types(found["executionArn"]).count("TaskStateEntered") == 1


def test_max_delay_caps_the_interval(lab: Lab) -> None:
    lab.answer = in_turn(Answer(503), Answer(503), Answer(200))
    state = call(Retry=retry("ApiGateway.503", IntervalSeconds=30, MaxDelaySeconds=1))
    started = time.monotonic()
    assert lab.run(machine(First=state))["status"] == "SUCCEEDED"
    assert time.monotonic() - started < 15


def test_full_jitter_waits_less_than_the_interval(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    monkeypatch.setattr(random, "uniform", lambda low, high: low)
    lab.answer = in_turn(Answer(503), Answer(200))
    state = call(Retry=retry("ApiGateway.503", IntervalSeconds=30, JitterStrategy="FULL"))
    started = time.monotonic()
    assert lab.run(machine(First=state))["status"] == "SUCCEEDED"
    assert time.monotonic() - started < 15


def test_the_first_retrier_that_names_the_error_wins(lab: Lab) -> None:
    lab.answer = in_turn(Answer(404))
    state = call(Retry=[{"ErrorEquals": ["ApiGateway.404"], "MaxAttempts": 0}, *retry("States.TaskFailed")])
    assert lab.run(machine(First=state))["error"] == "ApiGateway.404"
    assert len(lab.requests) == 1


def test_a_catcher_gets_error_and_cause_and_skips_assign(lab: Lab) -> None:
    lab.answer = in_turn(Answer(500, '{"message":"no"}'))
    state = call(
        Assign={"x": "assigned"},
        Catch=[{"ErrorEquals": ["ApiGateway.500"], "Assign": {"e": "{% $states.errorOutput.Error %}"}, "Next": "Last"}],
        Next="Last",
    )
    last = {"Type": "Pass", "Output": "{% [$states.input, $e, $exists($x)] %}", "End": True}
    found = lab.run(machine(First=state, Last=last))
    assert found["value"] == [{"Error": "ApiGateway.500", "Cause": '{"message":"no"}'}, "ApiGateway.500", False]


def test_a_catcher_with_output(lab: Lab) -> None:
    lab.answer = in_turn(Answer(500, "down"))
    catch = [
        {
            "ErrorEquals": ["States.TaskFailed"],
            "Output": "{% [$states.input.a, $states.errorOutput.Cause] %}",
            "Next": "L",
        }
    ]
    found = lab.run(machine(First=call(Catch=catch, Next="L"), L={"Type": "Succeed"}), {"a": 1})
    assert found["value"] == [1, "down"]


def test_a_name_that_nobody_reports_never_matches(lab: Lab) -> None:
    lab.answer = in_turn(Answer(503))
    found = lab.run(machine(First=call(Retry=retry("States.Http.StatusCode.5xx", "States.Http.StatusCode.503"))))
    assert found["error"] == "ApiGateway.503"
    assert len(lab.requests) == 1


def test_the_final_error_is_error_and_cause_of_the_execution(lab: Lab) -> None:
    lab.answer = in_turn(Answer(502, '{"message":"bad"}'))
    found = lab.run(machine(First=call()))
    assert (found["error"], found["cause"]) == ("ApiGateway.502", '{"message":"bad"}')
    last = lab.events(found["executionArn"])[-1]["executionFailedEventDetails"]
    assert last == {"error": "ApiGateway.502", "cause": '{"message":"bad"}'}


# --- time


def test_a_timeout_abandons_the_call(lab: Lab) -> None:
    held = Answer(hold=threading.Event())
    lab.answer = in_turn(held, held, Answer(body='{"late": true}'))
    state = call(TimeoutSeconds=1, Retry=retry("States.Timeout"), Output="{% $states.result.ResponseBody %}")
    found = lab.run(machine(First=state))
    assert found["value"] == {"late": True}
    held.hold.set()  # type: ignore[union-attr]
    types = lab.types(found["executionArn"])
    assert types.count("TaskTimedOut") == 2
    assert types.count("TaskSucceeded") == 1
    wait_for(lambda: not threads_of_executions(), timeout=10)


def test_states_task_failed_does_not_stand_for_timeouts(lab: Lab) -> None:
    held = Answer(hold=threading.Event())
    lab.answer = in_turn(held)
    catch = [
        {"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"},
        {"ErrorEquals": ["States.Timeout"], "Next": "Right"},
    ]
    state = call(TimeoutSeconds=1, Catch=catch, Next="Wrong")
    found = lab.run(machine(First=state, Wrong={"Type": "Fail"}, Right={"Type": "Succeed"}))
    held.hold.set()  # type: ignore[union-attr]
    assert found["value"] == {"Error": "States.Timeout", "Cause": ""}


@pytest.mark.parametrize("waits_for", ["call", "retry", "wait"])
def test_the_execution_times_out_wherever_it_waits(lab: Lab, waits_for: str) -> None:
    held = Answer(hold=threading.Event())
    lab.answer = in_turn(held if waits_for == "call" else Answer(503))
    state = call(Retry=retry("ApiGateway.503", IntervalSeconds=60))
    if waits_for == "wait":
        state = {"Type": "Wait", "Seconds": 60, "End": True}
    started = time.monotonic()
    found = lab.run({**machine(First=state), "TimeoutSeconds": 1})
    assert time.monotonic() - started < 10
    assert (found["status"], found["error"]) == ("TIMED_OUT", "States.Timeout")
    assert (found["stopDate"] - found["startDate"]).total_seconds() >= 1
    assert lab.types(found["executionArn"])[-1] == "ExecutionTimedOut"
    held.hold.set()  # type: ignore[union-attr]
    wait_for(lambda: not threads_of_executions(), timeout=10)


def test_a_wait_state_waits(lab: Lab) -> None:
    started = time.monotonic()
    found = lab.run(
        machine(First={"Type": "Wait", "Seconds": "{% 1 %}", "Output": "{% $states.input.a %}", "End": True}), {"a": 1}
    )
    assert found["value"] == 1
    assert 1 <= time.monotonic() - started < 10


def waiting_task(**fields: Any) -> dict[str, Any]:
    state = call(Arguments={"RequestBody": {"token": "{% $states.context.Task.Token %}"}}, **fields)
    return {**state, "Resource": "arn:aws:states:::apigateway:invoke.waitForTaskToken"}


def test_a_task_waits_for_its_token(lab: Lab) -> None:
    running = lab.start(lab.create(machine(First=waiting_task(Output="{% $states.result %}"))))
    token = json.loads(wait_for(lambda: lab.requests)[0].body)["token"]
    wait_for(lambda: "TaskSubmitted" in str(lab.sfn.get_execution_history(executionArn=running)["events"]))
    lab.sfn.send_task_success(taskToken=token, output='{"done": true}')
    assert lab.wait(running)["value"] == {"done": True}


def test_waiting_for_a_token_ends_with_the_execution(lab: Lab) -> None:
    running = lab.start(lab.create(machine(First=waiting_task())))
    wait_for(lambda: "TaskSubmitted" in str(lab.sfn.get_execution_history(executionArn=running)["events"]))
    lab.sfn.stop_execution(executionArn=running)
    assert lab.types(running)[-1] == "ExecutionAborted"
    wait_for(lambda: not threads_of_executions(), timeout=10)


# --- Parallel and Map


def branch(state: dict[str, Any]) -> dict[str, Any]:
    name = f"In{id(state)}"
    return {"StartAt": name, "States": {name: state}}


def test_parallel_branches_run_side_by_side(lab: Lab) -> None:
    together = threading.Barrier(3, timeout=5)

    def answer(request: Any) -> Answer:
        together.wait()
        return Answer(body=request.body.decode())

    lab.answer = answer
    states = [
        call(
            Arguments={"RequestBody": {"n": number, "in": "{% $states.input.a %}"}},
            Output="{% $states.result.ResponseBody %}",
        )
        for number in range(3)
    ]
    parallel = {
        "Type": "Parallel",
        "Arguments": {"a": "{% $states.input.a * 2 %}"},
        "Branches": [branch(state) for state in states],
        "Assign": {"all": "{% $states.result.n %}"},
        "Output": {"results": "{% $states.result %}", "input": "{% $states.input %}"},
        "Next": "Last",
    }
    last = {"Type": "Pass", "Output": "{% $merge([$states.input, {'all': $all}]) %}", "End": True}
    found = lab.run(machine(First=parallel, Last=last), {"a": 21})
    results = [{"n": number, "in": 42} for number in range(3)]
    assert found["value"] == {"results": results, "input": {"a": 21}, "all": [0, 1, 2]}


def test_branches_read_outer_variables_and_keep_their_own(lab: Lab) -> None:
    inner = {"Type": "Pass", "Assign": {"mine": 1}, "Output": "{% $outer %}", "End": True}
    found = lab.run(
        machine(
            First={"Type": "Pass", "Assign": {"outer": "o"}, "Next": "Both"},
            Both={"Type": "Parallel", "Branches": [branch(inner)], "Next": "Last"},
            Last={"Type": "Pass", "Output": "{% [$states.input, $exists($mine)] %}", "End": True},
        )
    )
    assert found["value"] == ["o", False]


def test_a_failing_branch_ends_the_others(lab: Lab) -> None:
    held = threading.Event()

    def answer(request: Any) -> Answer:
        return Answer(hold=held) if request.body == b'{"n":1}' else Answer(500, "broken")

    lab.answer = answer
    parallel = {
        "Type": "Parallel",
        "Branches": [branch(call()), branch(call(Arguments={"RequestBody": {"n": 2}}))],
        "Catch": CATCH_ALL,
        "Next": "Failed",
    }
    started = time.monotonic()
    found = lab.run(machine(First=parallel, Failed=FAILED))
    assert time.monotonic() - started < 10
    assert found["cause"] == '{"Error":"ApiGateway.500","Cause":"broken"}'
    held.set()
    time.sleep(0.2)
    types = lab.types(found["executionArn"])
    assert types.count("ParallelStateFailed") == 1
    assert "TaskSucceeded" not in types
    wait_for(lambda: not threads_of_executions(), timeout=10)


@pytest.mark.parametrize("error", ["States.Timeout", "States.QueryEvaluationError", "States.DataLimitExceeded"])
def test_reserved_errors_of_a_branch_can_be_caught(lab: Lab, error: str) -> None:
    held = Answer(hold=threading.Event())
    state = call(TimeoutSeconds=1)
    if error == "States.Timeout":
        lab.answer = in_turn(held)
    elif error == "States.QueryEvaluationError":
        state = call(Output="{% $missing %}")
    else:
        lab.answer = in_turn(Answer(body='"' + "x" * 300_000 + '"'))
    parallel = {
        "Type": "Parallel",
        "Branches": [branch(state)],
        "Catch": [{"ErrorEquals": [error], "Output": "{% $states.errorOutput.Error %}", "Next": "Last"}],
        "Next": "Last",
    }
    found = lab.run(machine(First=parallel, Last={"Type": "Succeed"}))
    held.hold.set()  # type: ignore[union-attr]
    assert found["value"] == error


def test_a_parallel_state_retries_all_branches(lab: Lab) -> None:
    lab.answer = in_turn(Answer(503), Answer(200, "1"))
    parallel = {
        "Type": "Parallel",
        "Branches": [branch(call(Output="{% $states.result.ResponseBody %}"))],
        "Retry": retry("ApiGateway.503"),
        "End": True,
    }
    assert lab.run(machine(First=parallel))["value"] == [1]


def test_arguments_of_a_parallel_state_can_fail_and_be_caught(lab: Lab) -> None:
    parallel = {
        "Type": "Parallel",
        "Arguments": "{% $missing %}",
        "Branches": [branch({"Type": "Pass", "End": True})],
        "Catch": CATCH_ALL,
        "Next": "Failed",
    }
    found = lab.run(machine(First=parallel, Failed=FAILED))
    assert "States.QueryEvaluationError" in found["cause"]
    assert lab.types(found["executionArn"]).count("EvaluationFailed") == 1


def test_map_keeps_order_and_shows_the_item_to_tasks(lab: Lab) -> None:
    body = {"i": "{% $states.context.Map.Item.Index %}", "v": "{% $states.context.Map.Item.Value %}"}
    each = {
        "Type": "Map",
        "Items": "{% $states.input.items %}",
        "ItemSelector": {"k": "{% $states.input.k %}", "v": "{% $states.context.Map.Item.Value %}"},
        "MaxConcurrency": 2,
        "ItemProcessor": branch(
            call(Arguments={"RequestBody": body}, Output="{% [$states.input.k, $states.result.ResponseBody] %}")
        ),
        "End": True,
    }
    found = lab.run(machine(First=each), {"items": ["a", "b", "c"], "k": 7})
    assert found["value"] == [[7, {"i": index, "v": value}] for index, value in enumerate("abc")]


def test_map_without_items_takes_the_input(lab: Lab) -> None:
    each = {
        "Type": "Map",
        "ItemProcessor": branch({"Type": "Pass", "Output": "{% $states.input + 1 %}", "End": True}),
        "End": True,
    }
    assert lab.run(machine(First=each), [1, 2])["value"] == [2, 3]
    assert lab.run(machine(First=each), [])["value"] == []


def test_a_failed_iteration_fails_the_map(lab: Lab) -> None:
    held = threading.Event()
    lab.answer = lambda request: Answer(500, "x") if request.body == b'{"n":2}' else Answer(hold=held)
    each = {
        "Type": "Map",
        "Items": [1, 2],
        "ItemProcessor": branch(call(Arguments={"RequestBody": {"n": "{% $states.input %}"}})),
        "Catch": CATCH_ALL,
        "Next": "Failed",
    }
    found = lab.run(machine(First=each, Failed=FAILED))
    held.set()
    assert found["cause"] == '{"Error":"ApiGateway.500","Cause":"x"}'
    time.sleep(0.2)
    assert "MapIterationSucceeded" not in lab.types(found["executionArn"])
    wait_for(lambda: not threads_of_executions(), timeout=10)


# --- the engine as such


def test_a_bad_definition_does_not_change_the_language_of_the_next(lab: Lab) -> None:
    with pytest.raises(ValueError, match="Resource"):
        engine.parse('{"QueryLanguage": "JSONata", "StartAt": "x", "States": {"x": {"Type": "Task", "Resource": "x"}}}')
    jsonpath = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"b.$": "$.a"}, "End": True}}}
    assert lab.run(jsonpath, {"a": 1})["value"] == {"b": 1}


def test_jsonpath_still_works_with_variables(lab: Lab) -> None:
    definition = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"x.$": "$.a"}, "Next": "B"},
            "B": {"Type": "Pass", "Parameters": {"c.$": "$x.b", "t.$": "$$.State.EnteredTime"}, "End": True},
        },
    }
    value = lab.run(definition, {"a": {"b": 'q"'}})["value"]
    assert value["c"] == 'q"'
    assert INSTANT.fullmatch(value["t"])


def test_nothing_is_printed(lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    lab.answer = in_turn(Answer(500, "secret"))
    lab.run(machine(First=call()))
    with pytest.raises(Exception, match="InvalidDefinition"):
        lab.create("@@ {")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_many_executions_at_once(lab: Lab) -> None:
    arn = lab.create(
        machine(
            First=call(Arguments={"RequestBody": "{% $states.input %}"}, Output="{% $states.result.ResponseBody.n %}")
        )
    )
    running = [lab.start(arn, {"n": number}) for number in range(25)]
    assert [lab.wait(each)["value"] for each in running] == list(range(25))
    wait_for(lambda: not threads_of_executions(), timeout=10)
