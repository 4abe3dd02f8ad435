# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Whatever a state machine looks like and however it ran: the report tells all of it, and draws it legibly."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from xml.etree import ElementTree

from hypothesis import given

from ansible_collections.orchestra.aws.plugins.module_utils._report import graph, layout, machine, model, states
from tests.properties.strategies_report import Run, machines, runs

ABOUT = model.About("run")


@given(run=runs())
def test_a_history_is_read_as_what_happened(run: Run) -> None:
    execution = model.read(ABOUT, run.definition, run.events)
    read = [
        [visit.state, visit.parent and visit.parent.state, len(visit.attempts)]
        for visit in execution.visits
        if visit.type not in ("Parallel", "Map")
    ]
    assert read == [visit[:3] for visit in run.visits if visit[0] not in containers(execution)]
    assert {(source, target) for source, target, _catch in execution.taken} <= run.taken
    for visit, told in zip(execution.visits, run.visits, strict=True):
        if visit.status in ("failed", "succeeded") and visit.exited is not None:
            assert (visit.status == "failed") >= told[3]
        assert visit.exited is None or visit.exited >= visit.entered
    if execution.ended is not None:
        assert all(visit.exited is not None for visit in execution.visits)
        assert all(attempt.ended is not None for visit in execution.visits for attempt in visit.attempts)


def containers(execution: model.Execution) -> set[str]:
    return {name for name, state in execution.machine.states.items() if state.regions}


@given(run=runs())
def test_every_state_and_transition_is_drawn_once_and_told_once(run: Run) -> None:
    execution = model.read(ABOUT, run.definition, run.events)
    root = ElementTree.fromstring(graph.graph(execution)[0])
    names = list(execution.machine.states)
    assert sorted(one.get("data-state") or "" for one in root.iter("g") if one.get("data-state")) == sorted(names)
    lines = [(one.get("data-from"), one.get("data-to")) for one in root.iter("g") if one.get("data-from")]
    assert sorted(lines, key=str) == sorted(((e.source, e.target) for e in execution.machine.edges()), key=str)
    assert len(states.states(execution, 100)) == len(names)
    for one in root.iter("g"):
        if one.get("data-state"):
            assert one.get("data-status") == execution.state_status(one.get("data-state") or "")


@given(definition=machines())
def test_no_states_overlap_and_all_transitions_end_at_states(definition: dict[str, Any]) -> None:
    found = machine.read(definition)
    drawing = layout.draw(found, dict.fromkeys(found.states, "1.23 s · 3 attempts"))
    assert set(drawing.boxes) == set(found.states)
    whole = layout.Box(0, 0, drawing.width, drawing.height)
    assert all(within(box, whole) for box in [*drawing.boxes.values(), *drawing.branches])
    for one, other in combinations(drawing.boxes, 2):
        box, second = drawing.boxes[one], drawing.boxes[other]
        if one in around(drawing, other):
            assert within(second, box)
        elif other in around(drawing, one):
            assert within(box, second)
        else:
            assert apart(box, second), (one, other)
    for line in drawing.lines:
        assert on_border(line.points[0], drawing.boxes[line.edge.source])
        assert on_border(line.points[-1], drawing.boxes[line.edge.target])
        for x, y in line.points:
            assert -0.01 <= x <= drawing.width + 0.01
            assert -0.01 <= y <= drawing.height + 0.01


@given(definition=machines())
def test_no_transition_passes_through_a_state(definition: dict[str, Any]) -> None:
    drawing = layout.draw(machine.read(definition), {})
    for line in drawing.lines:
        ends = {line.edge.source, line.edge.target}
        for (x, y), (next_x, next_y) in zip(line.points, line.points[1:], strict=False):
            for name, box in drawing.boxes.items():
                if name in ends or name in around(drawing, line.edge.source):
                    continue
                beside = max(x, next_x) <= box.x or min(x, next_x) >= box.x + box.width
                away = max(y, next_y) <= box.y + 0.01 or min(y, next_y) >= box.y + box.height - 0.01
                assert beside or away, (line.edge.source, line.edge.target, name)


def around(drawing: layout.Drawing, name: str) -> set[str]:
    """Return the states that a state is in."""
    found: set[str] = set()
    inside = drawing.boxes[name].inside
    while inside is not None:
        found.add(inside)
        inside = drawing.boxes[inside].inside
    return found


def within(inner: layout.Box, outer: layout.Box) -> bool:
    return (
        outer.x - 0.01 <= inner.x
        and inner.x + inner.width <= outer.x + outer.width + 0.01
        and outer.y - 0.01 <= inner.y
        and inner.y + inner.height <= outer.y + outer.height + 0.01
    )


def apart(one: layout.Box, other: layout.Box) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def on_border(point: tuple[float, float], box: layout.Box) -> bool:
    x, y = point
    on_side = abs(x - box.x - box.width) < 0.01 and box.y <= y <= box.y + box.height
    return on_side or (box.x <= x <= box.x + box.width and min(abs(y - box.y), abs(y - box.y - box.height)) < 0.01)
