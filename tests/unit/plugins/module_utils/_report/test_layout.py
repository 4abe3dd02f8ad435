# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Where things are drawn, by what must hold of them: pixels are not compared."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._report import layers, layout, machine
from ansible_collections.orchestra.aws.plugins.module_utils._report.spread import spread

from .histories import CHAIN, EACH, FORK

LOOP: dict[str, Any] = {
    "StartAt": "try",
    "States": {
        "try": {"Type": "Pass", "Next": "done?"},
        "done?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "end"}],
            "Default": "try",
        },
        "end": {"Type": "Succeed"},
    },
}
TURN: dict[str, Any] = {
    "StartAt": "turn",
    "States": {
        "turn": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "IsNull": True, "Next": "turn"}],
            "Default": "end",
        },
        "end": {"Type": "Succeed"},
    },
}


def drawn(definition: dict[str, Any]) -> layout.Drawing:
    return layout.draw(machine.read(definition), {})


def test_a_chain_is_straight_and_its_failure_is_beside_it() -> None:
    drawing = drawn(CHAIN)
    line = ["service1", "service2", "service3", "Completed"]
    middles = [drawing.boxes[name].middle for name in line]
    assert max(middles) - min(middles) < 1
    assert [drawing.boxes[name].y for name in line] == sorted({drawing.boxes[name].y for name in line})
    failed, completed = drawing.boxes["Failed"], drawing.boxes["Completed"]
    assert failed.y == completed.y
    assert failed.x > completed.x + completed.width


def test_transitions_to_one_target_share_their_lanes() -> None:
    found = layers.arrange(machine.read(CHAIN).region)
    assert [len(layer) for layer in found.layers] == [1, 2, 2, 2]
    assert [type(place).__name__ for place in found.layers[2]] == ["str", "Lane"]


@pytest.mark.parametrize("definition", [FORK, EACH])
def test_branches_are_inside_their_state(definition: dict[str, Any]) -> None:
    drawing = drawn(definition)
    inner = {name: box for name, box in drawing.boxes.items() if box.inside}
    assert inner
    for box in [*inner.values(), *drawing.branches]:
        around = drawing.boxes[str(box.inside)]
        assert around.x < box.x
        assert box.x + box.width < around.x + around.width
        assert around.y + layout.HEADER <= box.y
        assert box.y + box.height < around.y + around.height


def test_branches_are_beside_each_other() -> None:
    left, right = drawn(FORK).branches
    assert left.x + left.width < right.x
    assert (left.y, left.height) == (right.y, right.height)


def test_a_transition_that_leads_back_goes_upwards() -> None:
    drawing = drawn(LOOP)
    (back,) = [line for line in drawing.lines if line.edge.target == "try"]
    assert back.points[0][1] > back.points[-1][1]
    assert back.points[0][1] == drawing.boxes["done?"].y
    assert back.points[-1][1] == drawing.boxes["try"].y + layout.HEIGHT


def test_a_state_that_leads_to_itself_has_room_for_the_loop() -> None:
    drawing = drawn(TURN)
    (turn,) = [line for line in drawing.lines if line.edge.target == "turn"]
    box = drawing.boxes["turn"]
    assert {x for x, _y in turn.points} == {box.x + box.width}
    assert drawing.width >= box.x + box.width + layout.LOOP


def test_a_layer_is_ordered_so_that_few_transitions_cross() -> None:
    """a leads to the lower right and b to the lower left, when the states stand as they are written."""
    states: dict[str, Any] = {
        "S": {"Type": "Parallel", "Branches": [], "Catch": [{"ErrorEquals": ["E"], "Next": "b"}], "Next": "a"},
        "a": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": True, "Next": "d"}]},
        "b": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": True, "Next": "c"}]},
        "c": {"Type": "Succeed"},
        "d": {"Type": "Succeed"},
    }
    found = layers.arrange(machine.read({"StartAt": "S", "States": states}).region).layers
    assert [found[1].index("a") < found[1].index("b"), found[2].index("d") < found[2].index("c")] in (
        [True, True],
        [False, False],
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([0.0, 100.0], [0.0, 100.0]),
        ([0.0, 0.0], [-10.0, 10.0]),
        ([50.0, 0.0, 200.0], [15.0, 35.0, 200.0]),
        ([0.0, 0.0, 0.0], [-20.0, 0.0, 20.0]),
    ],
)
def test_things_in_a_row_are_as_near_as_can_be(wanted: list[float], expected: list[float]) -> None:
    order = list(range(len(wanted)))
    found = spread(order, dict(enumerate(wanted)), dict.fromkeys(order, 1.0), dict.fromkeys(order, 16.0), 4.0)
    assert list(found.values()) == pytest.approx(expected)


def test_what_matters_more_moves_less() -> None:
    found = spread("ab", {"a": 0.0, "b": 0.0}, {"a": 99.0, "b": 1.0}, {"a": 16.0, "b": 16.0}, 4.0)
    assert found == pytest.approx({"a": -0.2, "b": 19.8})


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("service1", 200.0, "service1"),
        ("a" * 40, 100.0, "a" * 11 + "…"),
        ("価格" * 20, 100.0, "価格価格価…"),
        ("x", 1.0, "…"),
    ],
)
def test_names_are_cut_to_their_room(text: str, room: float, expected: str) -> None:
    assert layout.fitted(text, room) == expected
