# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._sfn import definition

GOOD: dict[str, Any] = {
    "StartAt": "Get",
    "QueryLanguage": "JSONata",
    "States": {
        "Get": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Next": "Which",
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Bad"}],
        },
        "Which": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "Both"}], "Default": "Good"},
        "Both": {
            "Type": "Parallel",
            "Next": "Each",
            "Branches": [{"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}}],
        },
        "Each": {
            "Type": "Map",
            "End": True,
            "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Wait", "Seconds": 1, "End": True}}},
        },
        "Good": {"Type": "Succeed"},
        "Bad": {"Type": "Fail"},
    },
}
GONE = object()


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """Return the good definition with one place changed, or removed."""
    machine = copy.deepcopy(GOOD)
    place: Any = machine
    for part in path[:-1]:
        place = place[part]
    if to is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return machine


def test_a_good_definition_has_no_findings() -> None:
    assert definition.check(GOOD) == []


@pytest.mark.parametrize(
    ("machine", "rule", "pointer"),
    [
        pytest.param([], "definition-type", "", id="no mapping"),
        pytest.param(changed("States", to={}), "states-missing", "/States", id="no states"),
        pytest.param(changed("States", to=GONE), "states-missing", "", id="States left out"),
        pytest.param(changed("StartAt", to=GONE), "start-missing", "", id="no start"),
        pytest.param(changed("StartAt", to="X"), "start-unknown", "/StartAt", id="start elsewhere"),
        pytest.param(changed("States", "Get", "Next", to="X"), "next-unknown", "/States/Get/Next", id="next elsewhere"),
        pytest.param(changed("States", "Get", "Next", to=GONE), "next-missing", "/States/Get", id="nowhere to go"),
        pytest.param(changed("States", "Get", "End", to=True), "next-and-end", "/States/Get", id="both"),
        pytest.param(changed("States", "Good", "End", to=True), "next-forbidden", "/States/Good", id="succeed ends"),
        pytest.param(changed("States", "Bad", "Next", to="Good"), "next-forbidden", "/States/Bad", id="fail goes on"),
        pytest.param(
            changed("States", "Which", "Next", to="Good"), "next-forbidden", "/States/Which", id="choice next"
        ),
        pytest.param(
            changed("States", "Good", "Type", to="Stop"), "state-type", "/States/Good/Type", id="type unknown"
        ),
        pytest.param(changed("States", "Good", "Type", to=GONE), "state-type", "/States/Good", id="no type"),
        pytest.param(changed("States", "Good", to="x"), "state-type", "/States/Good", id="state is no mapping"),
        pytest.param(
            changed("States", "Which", "Choices", to=[]), "choices-missing", "/States/Which/Choices", id="no choices"
        ),
        pytest.param(
            changed("States", "Which", "Choices", 0, "Next", to="X"),
            "next-unknown",
            "/States/Which/Choices/0/Next",
            id="choice elsewhere",
        ),
        pytest.param(
            changed("States", "Which", "Default", to="X"),
            "next-unknown",
            "/States/Which/Default",
            id="default elsewhere",
        ),
        pytest.param(
            changed("States", "Get", "Catch", 0, "Next", to="X"),
            "next-unknown",
            "/States/Get/Catch/0/Next",
            id="catch elsewhere",
        ),
        pytest.param(
            changed("States", "Both", "Branches", to=[]), "branches-missing", "/States/Both/Branches", id="no branches"
        ),
        pytest.param(
            changed("States", "Both", "Branches", 0, "StartAt", to="Get"),
            "start-unknown",
            "/States/Both/Branches/0/StartAt",
            id="a branch cannot start outside",
        ),
        pytest.param(
            changed("States", "Each", "ItemProcessor", to=GONE),
            "states-missing",
            "/States/Each",
            id="map without states",
        ),
        pytest.param(
            changed("States", "a/b~c", to={"Type": "Nope"}), "state-type", "/States/a~1b~0c/Type", id="pointer escapes"
        ),
        pytest.param(
            changed("States", "x" * 81, to={"Type": "Succeed"}), "state-name", f"/States/{'x' * 81}", id="long name"
        ),
        pytest.param(changed("Comment", to="x" * 1048576), "definition-size", "", id="too large"),
    ],
)
def test_each_fault_has_its_finding(machine: Any, rule: str, pointer: str) -> None:
    assert [(finding.rule, finding.pointer) for finding in definition.check(machine)] == [(rule, pointer)]


def test_the_largest_definition_is_allowed() -> None:
    room = definition.LONGEST_DEFINITION - len(definition.canonical({**GOOD, "Comment": ""}))
    assert definition.check({**GOOD, "Comment": "x" * room}) == []


def test_every_fault_is_found() -> None:
    machine = {"StartAt": "X", "States": {"A": {"Type": "Pass"}, "B": {"Type": "Pass", "Next": "C"}}}
    assert [finding.rule for finding in definition.check(machine)] == ["start-unknown", "next-missing", "next-unknown"]


@pytest.mark.parametrize("name", ["a", "x" * 80, "shop-prod_workflow.1", "größe", "(a)'!@+=-"])
def test_good_names(name: str) -> None:
    assert definition.check_name(name) == []


@pytest.mark.parametrize(
    "name", ["", "x" * 81, "a b", *(f"a{character}" for character in '<>{}[]?*"#%\\^|~`$&,;:/\x7f\n')]
)
def test_bad_names(name: str) -> None:
    assert len(definition.check_name(name)) == 1
