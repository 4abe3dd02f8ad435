# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.cost_states import requests, retried, transitions

CALL: dict[str, Any] = {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke"}
END: dict[str, Any] = {"Type": "Succeed"}


def machine(start: str, **states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": start, "States": states}


CHAIN = machine("a", a={**CALL, "Next": "b"}, b={**CALL, "Next": "end"}, end=END)
CAUGHT = machine(
    "a",
    a={**CALL, "Next": "end", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "tell"}]},
    tell={**CALL, "Next": "wrong"},
    wrong={"Type": "Fail"},
    end=END,
)
CHOICE = machine(
    "which",
    which={"Type": "Choice", "Choices": [{"Next": "a"}], "Default": "end"},
    a={**CALL, "Next": "end"},
    end=END,
)
PARALLEL = machine(
    "both",
    both={"Type": "Parallel", "Branches": [machine("a", a={**CALL, "End": True}), CHOICE], "Next": "end"},
    end=END,
)
LOOP = machine(
    "a",
    a={**CALL, "Next": "again"},
    again={"Type": "Choice", "Choices": [{"Next": "a"}], "Default": "end"},
    end=END,
)
EACH = machine("each", each={"Type": "Map", "ItemProcessor": machine("a", a={**CALL, "End": True}), "End": True})
WAITS = machine(
    "each", each={"Type": "Map", "Iterator": machine("a", a={"Type": "Wait", "Seconds": 1, "End": True}), "End": True}
)


@pytest.mark.parametrize(
    ("definition", "entered", "calls"),
    [
        (CHAIN, (3, 3), (2, 2)),
        (CAUGHT, (2, 3), (1, 2)),
        (CHOICE, (2, 3), (0, 1)),
        (PARALLEL, (5, 6), (1, 2)),
        (LOOP, (3, None), (1, None)),
        (EACH, (1, None), (0, None)),
        (WAITS, (1, None), (0, 0)),
    ],
)
def test_the_shortest_and_the_longest_way(definition: dict[str, Any], entered: Any, calls: Any) -> None:
    assert tuple(transitions(definition)) == entered
    assert tuple(requests(definition)) == calls


def test_retries_are_named_wherever_they_are() -> None:
    again = {"Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 2}, {"ErrorEquals": ["B"]}]}
    inner = machine("a", a={**CALL, **again, "End": True})
    assert retried(machine("both", both={"Type": "Parallel", "Branches": [inner], "End": True})) == {"a": 5}
