# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import execution

ARN = "arn:aws:states:us-east-1:123456789012:execution:shop:run"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ({"b": 1, "a": [None, True, "x"]}, '{"a":[null,true,"x"],"b":1}'),
        ('{"b": 1, "a": 2}', '{"a":2,"b":1}'),
        ("[1, 2]", "[1,2]"),
        ("plain", '"plain"'),
        ("{not json", '"{not json"'),
        (5, "5"),
    ],
)
def test_input_text(value: Any, text: str) -> None:
    assert execution.input_text(value) == text


def test_the_limit_of_the_input_is_in_bytes() -> None:
    assert execution.input_text("x" * 262142)
    with pytest.raises(InputError, match="input has 262146 bytes; the limit is 262144"):
        execution.input_text("ä" * 131072)


def test_describe_parses_what_is_json() -> None:
    shown = execution.describe(
        {"executionArn": ARN, "status": "FAILED", "input": '{"a": 1}', "error": "E", "cause": '{"message": "no"}'}
    )
    assert (shown["name"], shown["input"], shown["output"]) == ("run", {"a": 1}, None)
    assert shown["cause"] == {"message": "no"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, f"Execution {ARN} failed."),
        ({"error": "E", "cause": "because"}, f"Execution {ARN} failed with E: because"),
        ({"error": "E", "cause": '{"m": "ä"}'}, f'Execution {ARN} failed with E: {{"m": "ä"}}'),
        ({"status": "TIMED_OUT"}, f"Execution {ARN} timed out."),
        ({"status": "ABORTED", "cause": "x" * 600}, f"Execution {ARN} was aborted: {'x' * 500}..."),
    ],
)
def test_failure(changes: dict[str, Any], sentence: str) -> None:
    shown = execution.describe({"executionArn": ARN, "status": "FAILED", **changes})
    assert execution.failure(shown) == sentence


def test_failure_names_the_state() -> None:
    shown = execution.describe({"executionArn": ARN, "status": "FAILED", "error": "E"}, "service2")
    assert execution.failure(shown) == f"Execution {ARN} failed in state service2 with E."


def events(*types: str, last_points_back: bool = True) -> list[dict[str, Any]]:
    """Return events, each led to by the one before, given as "TaskStateEntered service1", newest first."""
    made = []
    for number, described in enumerate(types, 1):
        kind, _space, name = described.partition(" ")
        event: dict[str, Any] = {"id": number, "previousEventId": number - 1, "type": kind}
        if kind.endswith("StateEntered"):
            event["stateEnteredEventDetails"] = {"name": name}
        elif kind.endswith("StateExited"):
            event["stateExitedEventDetails"] = {"name": name}
        made.append(event)
    if not last_points_back:
        made[-1]["previousEventId"] = 0
    return made[::-1]


ONE = ("ExecutionStarted", "TaskStateEntered one", "TaskSucceeded", "TaskStateExited one")
FAILED = ("TaskStateEntered two", "TaskScheduled", "TaskFailed", "TaskScheduled", "TaskFailed")


@pytest.mark.parametrize(
    ("history", "state"),
    [
        pytest.param([], None, id="no events"),
        pytest.param(events("ExecutionStarted", "ExecutionFailed"), None, id="before the first state"),
        pytest.param(events(*ONE, *FAILED, "ExecutionFailed"), "two", id="not caught"),
        pytest.param(
            events(*ONE, *FAILED, "TaskStateExited two", "FailStateEntered end", "ExecutionFailed"),
            "two",
            id="caught, ends in Fail",
        ),
        pytest.param(
            events(
                *(*ONE, *FAILED, "TaskStateExited two", "PassStateEntered note", "PassStateExited note"),
                *("FailStateEntered end", "ExecutionFailed"),
            ),
            "two",
            id="caught, ends in Fail after a Pass",
        ),
        pytest.param(
            events(*ONE, "ChoiceStateEntered ok?", "ChoiceStateExited ok?", "FailStateEntered end", "ExecutionFailed"),
            "end",
            id="Fail without a failure",
        ),
        pytest.param(
            events(*ONE, *FAILED, "TaskStateExited two", *ONE[1:], "FailStateEntered end", "ExecutionFailed"),
            "end",
            id="the caught failure was dealt with",
        ),
        pytest.param(
            events(*ONE, "PassStateEntered three", "EvaluationFailed", "ExecutionFailed"), "three", id="evaluation"
        ),
        pytest.param(
            events(*ONE, "WaitStateEntered pause", "ExecutionAborted", last_points_back=False), "pause", id="aborted"
        ),
        pytest.param(
            events(*ONE, "WaitStateEntered one", "ExecutionTimedOut", last_points_back=False),
            "one",
            id="timed out in a state of a loop",
        ),
    ],
)
def test_failed_state(history: list[dict[str, Any]], state: str | None) -> None:
    assert execution.failed_state(history) == state
    assert execution.failed_state(history[::-1]) == state


def test_events_are_described_flat_and_parsed() -> None:
    event = {
        "id": 4,
        "previousEventId": 3,
        "type": "TaskStateExited",
        "stateExitedEventDetails": {
            "name": "one",
            "output": '{"a": 1}',
            "outputDetails": {"truncated": False},
            "assignedVariables": {"x": "[1]"},
        },
    }
    shown = execution.event_description(event)
    assert (shown["id"], shown["previous_event_id"], shown["timestamp"]) == (4, 3, None)
    assert shown["details"] == {
        "name": "one",
        "output": {"a": 1},
        "output_details": {"truncated": False},
        "assigned_variables": {"x": [1]},
    }
