# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The drawing of an execution's states, as SVG.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._report import icons
from ansible_collections.orchestra.aws.plugins.module_utils._report.layout import (
    BESIDE_TEXT,
    SMALL,
    Box,
    Drawing,
    Line,
    draw,
    fitted,
)
from ansible_collections.orchestra.aws.plugins.module_utils._report.machine import Edge
from ansible_collections.orchestra.aws.plugins.module_utils._report.markup import Markup, element
from ansible_collections.orchestra.aws.plugins.module_utils._report.model import LASTING, NOT_REACHED, Execution
from ansible_collections.orchestra.aws.plugins.module_utils._report.texts import counted, duration

MARGIN = 8.0
ARROW = 6.0
# Up to this width the drawing and the timeline stand beside each other: style.css has the room for it.
NARROW = 560.0


def graph(execution: Execution) -> tuple[Markup, bool]:
    """Return the drawing, and whether it is narrow."""
    drawing = draw(execution.machine, {name: detail(execution, name) for name in execution.machine.states})
    width, height = drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN
    taken = [line for line in drawing.lines if is_taken(execution, line.edge)]
    others = [line for line in drawing.lines if line not in taken]
    places = {name: index for index, name in enumerate(execution.machine.states)}
    parts = [
        *(_rectangle(branch, "branch") for branch in drawing.branches),
        *(_state(execution, name, box, places[name], _holds(drawing, name)) for name, box in drawing.boxes.items()),
        *(_line(line, False) for line in others),
        *(_line(line, True) for line in taken),
    ]
    attributes = {
        "class": "graph",
        "width": _n(width),
        "height": _n(height),
        "viewBox": f"{_n(-MARGIN)} {_n(-MARGIN)} {_n(width)} {_n(height)}",
        "role": "group",
        "aria-label": "States and transitions",
    }
    return element("svg", attributes, _arrows(), *parts), width <= NARROW


def is_taken(execution: Execution, edge: Edge) -> bool:
    """Tell whether a transition was taken; which of two to one target is told by whether a failure was caught."""
    if (edge.source, edge.target, edge.catch) in execution.taken:
        return True
    alone = sum((other.source, other.target) == (edge.source, edge.target) for other in execution.machine.edges()) == 1
    return alone and (edge.source, edge.target, not edge.catch) in execution.taken


def detail(execution: Execution, name: str, with_type: bool = True) -> str:
    """Return how often and how long a state was visited, and the type of one that only leads on."""
    visits = execution.by_state.get(name, [])
    state = execution.machine.states[name]
    if not visits:
        return "not reached"
    parts = [state.type] if with_type and state.type not in LASTING else []
    if len(visits) > 1:
        parts.append(counted(len(visits), "time"))
    longest = max((visit.exited or execution.last) - visit.entered for visit in visits)
    if state.type in LASTING or longest >= 0.1:
        parts.append(duration(longest) if len(visits) == 1 else f"up to {duration(longest)}")
    attempts = max(len(visit.attempts) for visit in visits)
    if attempts > 1:
        parts.append(counted(attempts, "attempt"))
    if any(visit.caught for visit in visits):
        parts.append("caught")
    return " · ".join(parts)


def _holds(drawing: Drawing, name: str) -> bool:
    return any(branch.inside == name for branch in drawing.branches)


def _state(execution: Execution, name: str, box: Box, index: int, holds: bool) -> Markup:
    status = execution.state_status(name)
    below = detail(execution, name)
    state = execution.machine.states[name]
    room = box.width - BESIDE_TEXT + 2
    said = f"{name} ({state.type}): {icons.WORDS[status]}{'' if status == NOT_REACHED else f', {below}'}"
    content = (
        _rectangle(box, "box", radius=9),
        icons.sign(status, round(box.x + 13, 1), round(box.y + 19, 1)),
        element("text", {"class": "name", "x": _n(box.x + 40), "y": _n(box.y + 24)}, fitted(name, room)),
        element("text", {"class": "below", "x": _n(box.x + 40), "y": _n(box.y + 41)}, fitted(below, room, SMALL)),
    )
    kind = f"state {icons.css_class(status)}{' holds' if holds else ''}"
    link = element("a", {"href": f"#state-{index}"}, element("title", {}, said), *content)
    return element("g", {"class": kind, "data-state": name, "data-status": status}, link)


def _rectangle(box: Box, kind: str, radius: int = 7) -> Markup:
    return element(
        "rect",
        {
            "class": kind,
            "x": _n(box.x),
            "y": _n(box.y),
            "width": _n(box.width),
            "height": _n(box.height),
            "rx": radius,
        },
    )


def _line(line: Line, taken: bool) -> Markup:
    kind = f"{'catch' if line.edge.catch else 'next'}{'-taken' if taken else ''}"
    said = f"{line.edge.source} to {line.edge.target}" + (
        f": {' or '.join(line.edge.conditions)}" if line.edge.conditions else ""
    )
    shape = _loop(line) if line.edge.source == line.edge.target else _curve(line)
    path = element("path", {"class": kind, "d": shape, "marker-end": f"url(#arrow-{kind})"})
    data = {"class": "line", "data-from": line.edge.source, "data-to": line.edge.target, "data-kind": kind}
    return element("g", data, element("title", {}, said), path)


def _curve(line: Line) -> str:
    """Return a smooth path: straight within a layer, curved between two."""
    points = list(line.points)
    rising = points[-1][1] < points[0][1]
    end_x, end_y = points[-1]
    points[-1] = (end_x, end_y + (ARROW if rising else -ARROW))
    path = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for (x, y), (next_x, next_y) in zip(points, points[1:], strict=False):
        if abs(x - next_x) < 0.05:
            path += f"V{_n(next_y)}"
        else:
            middle = _n((y + next_y) / 2)
            path += f"C{_n(x)} {middle} {_n(next_x)} {middle} {_n(next_x)} {_n(next_y)}"
    return path


def _loop(line: Line) -> str:
    (x, y), (end_x, end_y) = line.points
    return f"M{_n(x)} {_n(y)}C{_n(x + 24)} {_n(y)} {_n(end_x + 26)} {_n(end_y)} {_n(end_x + ARROW)} {_n(end_y)}"


def _arrows() -> Markup:
    attributes = {"viewBox": "0 0 8 8", "refX": 1, "refY": 4, "markerWidth": 7, "markerHeight": 7}
    return element(
        "defs",
        {},
        *(
            element(
                "marker",
                {"id": f"arrow-{kind}", "orient": "auto", "markerUnits": "userSpaceOnUse", **attributes},
                element("path", {"class": f"head {kind}", "d": "M0 0.5L7 4L0 7.5z"}),
            )
            for kind in ("next", "catch", "next-taken", "catch-taken")
        ),
    )


def _n(number: float) -> str:
    """Return a coordinate, short."""
    return f"{round(number, 1):g}"
