# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.change import Change
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.tally import Problem, Tally
from ansible_collections.orchestra.aws.plugins.plugin_utils._output import lines

SMALL, LARGE = {"cpu": 256}, {"cpu": 512}
CHANGED = Change("change", "task definition", "shop-a", SMALL, LARGE)


def test_a_change_is_a_line() -> None:
    assert lines.change(Change("add", "VPC", "shop"), 1.23, values=False) == ["  + VPC shop  (1.2 s)"]
    assert lines.change(CHANGED, 12.3, values=False) == ["  ~ task definition shop-a: cpu  (12 s)"]
    assert lines.change(CHANGED, None, values=True) == ["  ~ task definition shop-a", "      cpu: 256 -> 512"]


def test_many_settings_are_counted() -> None:
    many = Change("change", "role", "a", {}, {str(number): number for number in range(8)})
    assert lines.change(many, None, values=False) == ["  ~ role a: 0, 1, 2, 3, 4 and 3 more"]


def test_steps_stand_where_settings_do_not_differ() -> None:
    step = "update ECS service a: task_definition"
    assert lines.change(Change("change", "ECS service", "a", steps=(step,)), None, values=True) == [
        "  ~ ECS service a: task_definition"
    ]


def test_the_last_line_counts() -> None:
    tally = Tally()
    assert lines.last(tally, "run", 1) == ""
    tally.add([CHANGED, Change("none", "VPC", "shop")], "control")
    assert lines.last(tally, "run", 23) == "0 added, 1 changed, 0 removed, 1 unchanged in 23 s"
    tally.problems.append(Problem("a", "Make it", "It broke."))
    assert lines.last(tally, "plan", 65) == "0 to add, 1 to change, 0 to remove, 1 unchanged, 1 problem in 1 min 5 s"


def test_a_problem_says_where_why_and_what_to_do() -> None:
    told = lines.problem(Problem("service2", "Make it", "It broke.\nTwice.", "Mend it."))
    assert told == ["  ! service2: Make it", "      It broke.", "      Twice.", "      To do: Mend it."]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("text\n", "text"), (["a", "b"], "a\nb"), ({"a": {"b": [1]}}, "a:\n  b:\n  - 1"), ([], "[]")],
)
def test_messages(value: Any, expected: str) -> None:
    assert lines.message(value) == expected
