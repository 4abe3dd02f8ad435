# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._report import events, machine, model, visits

from .histories import BEGAN, CHAIN, EACH, FORK, History, completed, failed, forked, mapped

ABOUT = model.About("run")
ARN = "arn:aws:states:eu-central-1:1:stateMachine:shop:live"


def statuses(execution: model.Execution) -> dict[str, str]:
    return {name: execution.state_status(name) for name in execution.machine.states}


def test_a_chain_with_a_retry_and_a_failure() -> None:
    execution = model.read(ABOUT, CHAIN, failed())
    assert execution.status == "FAILED"
    assert statuses(execution) == {
        "service1": "retried",
        "service2": "failed",
        "service3": "not reached",
        "Completed": "not reached",
        "Failed": "failed",
    }
    retried, caught, _end = execution.visits
    assert [attempt.error for attempt in retried.attempts] == ["ApiGateway.503", None]
    assert retried.waits() == [(BEGAN + 0.2, BEGAN + 1.7)]
    assert (caught.caught, caught.error, caught.cause) == (True, "ApiGateway.400", '{"message": "no"}')
    assert [visit.state for visit in execution.failed()] == ["service2"]
    assert execution.taken == {("service1", "service2", False), ("service2", "Failed", True)}
    assert execution.duration == pytest.approx(2.1)


def test_a_run_that_completes() -> None:
    execution = model.read(ABOUT, CHAIN, completed())
    assert (execution.status, execution.output, execution.failed()) == ("SUCCEEDED", '{"status": "completed"}', [])
    assert set(statuses(execution).values()) == {"succeeded", "not reached"}


def test_a_branch_that_fails_stops_the_others() -> None:
    execution = model.read(ABOUT, FORK, forked())
    assert statuses(execution) == {
        "Both": "failed",
        "left": "failed",
        "left again": "not reached",
        "right": "aborted",
        "Completed": "not reached",
        "Failed": "failed",
    }
    both, left, right, _end = execution.visits
    assert (left.parent, right.parent, both.parent) == (both, both, None)
    assert right.exited == both.exited == left.attempts[0].ended
    assert not left.caught
    assert both.caught


def test_the_items_of_a_map_are_visits_within_it() -> None:
    execution = model.read(ABOUT, EACH, mapped(4))
    assert {name: len(found) for name, found in execution.by_state.items()} == {
        "Each": 1,
        "is it large": 4,
        "cut": 2,
        "keep": 4,
    }
    assert {visit.depth for visit in execution.by_state["keep"]} == {1}
    assert set(statuses(execution).values()) == {"succeeded"}


def test_states_within_states_within_states() -> None:
    history = History()
    history.enter("outer", "Parallel")
    outer = history.add("ParallelStateStarted")
    history.enter("inner", "Parallel", after=outer)
    inner = history.add("ParallelStateStarted")
    history.enter("first", "Pass", after=inner)
    history.leave("first", "Pass")
    history.enter("second", "Wait", after=inner)
    left = history.leave("second", "Wait")
    history.add("ParallelStateSucceeded")
    exited = history.leave("inner", "Parallel", after=left)
    history.add("ParallelStateSucceeded")
    history.leave("outer", "Parallel", after=exited)
    history.add("ExecutionSucceeded")
    found = {visit.state: visit for visit in visits.read(events.read(history.events))}
    assert [found[name].depth for name in ("outer", "inner", "first", "second")] == [0, 1, 2, 2]
    assert {visit.status for visit in found.values()} == {"succeeded"}
    assert found["second"].came_from is None


@pytest.mark.parametrize(
    ("end", "details", "expected", "state"),
    [
        ("ExecutionAborted", {"error": "U", "cause": "why"}, ("ABORTED", "U"), "aborted"),
        ("ExecutionTimedOut", {}, ("TIMED_OUT", "States.Timeout"), "aborted"),
        ("ExecutionFailed", {"error": "States.Runtime"}, ("FAILED", "States.Runtime"), "failed"),
    ],
)
def test_an_execution_that_ends_within_a_state(
    end: str, details: dict[str, str], expected: tuple[str, str], state: str
) -> None:
    history = History()
    history.enter("service1")
    history.add("TaskScheduled")
    history.add(end, wait=2, **details)
    execution = model.read(ABOUT, CHAIN, history.events)
    assert (execution.status, execution.error) == expected
    assert execution.state_status("service1") == state
    visit = execution.visits[0]
    assert visit.exited == visit.attempts[0].ended == BEGAN + 2


def test_an_end_that_follows_from_no_event_stops_what_is_open() -> None:
    history = History()
    history.enter("service1")
    history.add("ExecutionAborted", after=0)
    assert model.read(ABOUT, CHAIN, history.events).state_status("service1") == "aborted"


def test_an_execution_that_runs() -> None:
    history = History()
    history.enter("service1")
    history.add("TaskScheduled", wait=3)
    execution = model.read(ABOUT, CHAIN, history.events)
    assert (execution.status, execution.ended, execution.duration) == ("RUNNING", None, 3)
    assert execution.state_status("service1") == "running"


def test_a_redriven_execution_takes_up_what_had_failed() -> None:
    history = History()
    history.enter("service1")
    history.attempt(1, "ApiGateway.500")
    history.add("ExecutionFailed", error="ApiGateway.500")
    history.add("ExecutionRedriven", wait=60)
    execution = model.read(ABOUT, CHAIN, history.events)
    assert (execution.status, execution.ended) == ("RUNNING", None)
    history.attempt(1)
    history.leave("service1")
    execution = model.read(ABOUT, CHAIN, history.events)
    assert execution.state_status("service1") == "retried"
    assert execution.visits[0].waits() == [(BEGAN + 1, BEGAN + 61)]


def test_an_expression_that_fails_is_the_state_s_error() -> None:
    history = History()
    history.enter("service1")
    history.attempt()
    history.add("EvaluationFailed", error="States.QueryEvaluationError", cause="T2002", state="service1")
    history.add("ExecutionFailed", error="States.QueryEvaluationError", cause="T2002")
    visit = model.read(ABOUT, CHAIN, history.events).visits[0]
    assert (visit.status, visit.error, visit.cause) == ("failed", "States.QueryEvaluationError", "T2002")


def test_branches_that_are_started_anew_are_attempts() -> None:
    history = History()
    history.enter("Both", "Parallel")
    for error in ("E", None):
        started = history.add("ParallelStateStarted")
        history.enter("left", after=started)
        history.attempt(1, error)
        if error:
            history.add("ParallelStateFailed")
            history.wait(2)
    history.leave("left")
    history.add("ParallelStateSucceeded")
    history.leave("Both", "Parallel")
    execution = model.read(ABOUT, FORK, history.events)
    assert execution.state_status("Both") == "retried"
    assert execution.by_state["Both"][0].waits() == [(BEGAN + 1, BEGAN + 3)]
    assert [visit.parent for visit in execution.by_state["left"]] == execution.by_state["Both"] * 2


def test_states_that_the_definition_does_not_have_are_told() -> None:
    assert model.read(ABOUT, FORK, completed()).strangers() == ["service1", "service2", "service3"]


@pytest.mark.parametrize(
    "moment",
    [1795435881.725, "2026-11-23T12:11:21.725Z", "2026-11-23T13:11:21.725+01:00", "2026-11-23T12:11:21.725"],
)
def test_moments(moment: Any) -> None:
    assert events.seconds(moment) == pytest.approx(1795435881.725)
    assert events.seconds(datetime(2026, 11, 23, 12, 11, 21, 725000, UTC)) == pytest.approx(1795435881.725)


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        ([], "The history does not begin with ExecutionStarted: it is not whole."),
        ([{"id": 7, "timestamp": 1, "type": "TaskStarted"}], "does not begin with ExecutionStarted"),
        ([{"id": 1}], "The history is not what get-execution-history returns: KeyError 'timestamp'."),
        ([1], "The history is not what get-execution-history returns"),
        ([{"id": 1, "timestamp": "noon", "type": "ExecutionStarted"}], "Invalid isoformat string: 'noon'"),
    ],
)
def test_what_is_no_history(history: list[Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        model.read(ABOUT, CHAIN, history)


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        ([], "The definition is not in Amazon States Language: StartAt and States are missing."),
        ({"StartAt": "a", "States": {"a": 1}}, "The state a is not a mapping."),
        ({"StartAt": "b", "States": {"a": {"Type": "Succeed"}}}, "The definition leads to a state b, which it does"),
        ({"StartAt": "a", "States": {"a": {"Type": "Parallel", "Branches": [{}]}}}, "The state a is not in Amazon"),
        ({"StartAt": "a", "States": {"a": {"Type": "Choice", "Choices": ["b"]}}}, "The definition is not in Amazon"),
        (
            {
                "StartAt": "a",
                "States": {
                    "a": {
                        "Type": "Parallel",
                        "Branches": [{"StartAt": "a", "States": {"a": {"Type": "Succeed"}}}],
                        "End": True,
                    }
                },
            },
            "The definition has two states named a.",
        ),
    ],
)
def test_what_is_no_definition(definition: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        machine.read(definition)


def test_the_states_are_in_the_order_in_which_they_run() -> None:
    assert list(machine.read(CHAIN).states) == ["service1", "service2", "service3", "Completed", "Failed"]


def test_the_conditions_of_transitions_in_both_query_languages() -> None:
    choices = [
        {"Condition": "{% $states.input.size > 9 %}", "Next": "b"},
        {"Variable": "$.size", "NumericGreaterThan": 9, "Next": "b"},
        {"And": [{"Variable": "$.a", "IsNull": True}], "Next": "b"},
    ]
    states = {"a": {"Type": "Choice", "Choices": choices, "Default": "b"}, "b": {"Type": "Succeed"}}
    (edge,) = machine.read({"StartAt": "a", "States": states}).edges()
    assert edge.conditions == (
        "$states.input.size > 9",
        "$.size NumericGreaterThan 9",
        '{"And": [{"Variable": "$.a", "IsNull": true}]}',
        "otherwise",
    )
