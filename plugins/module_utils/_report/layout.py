# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Where each state and transition of a definition is drawn. Lengths are in pixels; y grows downwards.

Private to the collection. What a state looks like is not decided here, only how large it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ansible_collections.orchestra.aws.plugins.module_utils._report.layers import Lane, Layers, Place, Route, arrange
from ansible_collections.orchestra.aws.plugins.module_utils._report.machine import Edge, Machine, Region, State
from ansible_collections.orchestra.aws.plugins.module_utils._report.spread import spread

HEIGHT, NARROWEST, WIDEST = 54.0, 150.0, 260.0
# Width of a letter of a state's name, and of the smaller line below it; what stands beside them, the sign and margins.
CHARACTER, SMALL, BESIDE_TEXT = 8.1, 6.9, 54.0
LANE = 14.0
GAP_ACROSS, GAP_DOWN = 28.0, 42.0
HEADER, PADDING = 54.0, 16.0
LOOP = 30.0
# How much a transition pulls its ends to one line: the way without failures stays straight.
PULL, CATCH_PULL = 1000.0, 1.0
ROUNDS = 12


@dataclass(frozen=True)
class Box:
    """A rectangle. inside: the state whose branch it is in."""

    x: float
    y: float
    width: float
    height: float
    inside: str | None = None

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Line:
    """A transition. points: pairs of x and y from its source to its target."""

    edge: Edge
    points: tuple[tuple[float, float], ...]


@dataclass
class Drawing:
    """All states by name, the branches of Parallel and Map states, and the transitions."""

    width: float = 0.0
    height: float = 0.0
    boxes: dict[str, Box] = field(default_factory=dict)
    branches: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def draw(machine: Machine, lines: Mapping[str, str]) -> Drawing:
    """Return the drawing of a whole definition. lines: what stands below the name of each state."""
    return _region(machine.region, lines)


def text_width(text: str, letter: float = CHARACTER) -> float:
    """Return about how wide a text is; letters of East Asia take two columns."""
    return letter * sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def fitted(text: str, room: float, letter: float = CHARACTER) -> str:
    """Return a text, cut when it is wider than its room."""
    if text_width(text, letter) <= room:
        return text
    while text and text_width(text, letter) > room - letter:
        text = text[:-1]
    return f"{text}…"


def _region(region: Region, lines: Mapping[str, str]) -> Drawing:
    inner = {name: [_region(one, lines) for one in state.regions] for name, state in region.states.items()}
    sizes = {name: _size(state, lines.get(name, ""), inner[name]) for name, state in region.states.items()}
    found = arrange(region)
    loops = {edge.source for edge in found.loops}
    widths = {
        place: LANE if isinstance(place, Lane) else sizes[place][0] + (LOOP if place in loops else 0)
        for layer in found.layers
        for place in layer
    }
    lefts = _lefts(found, widths)
    drawing = Drawing(max(lefts[place] + widths[place] for place in widths))
    bands = _bands(found, sizes)
    drawing.height = bands[-1][1]
    for layer, (top, _bottom) in zip(found.layers, bands, strict=True):
        for place in layer:
            if isinstance(place, str):
                drawing.boxes[place] = Box(lefts[place], top, *sizes[place])
    _add_lines(drawing, found, {place: lefts[place] + LANE / 2 for place in lefts if isinstance(place, Lane)}, bands)
    for name, drawings in inner.items():
        _add_branches(drawing, name, drawings)
    return drawing


def _size(state: State, line: str, inner: list[Drawing]) -> tuple[float, float]:
    text = max(text_width(state.name), text_width(line, SMALL))
    width = min(max(NARROWEST, text + BESIDE_TEXT), WIDEST)
    if not inner:
        return width, HEIGHT
    across = sum(one.width + 2 * PADDING for one in inner) + PADDING * (len(inner) + 1)
    return max(width, across), HEADER + max(one.height for one in inner) + 3 * PADDING


def _bands(found: Layers, sizes: dict[str, tuple[float, float]]) -> list[tuple[float, float]]:
    """Return where each layer begins and ends."""
    bands: list[tuple[float, float]] = []
    top = 0.0
    for layer in found.layers:
        height = max(sizes[place][1] for place in layer if isinstance(place, str))
        bands.append((top, top + height))
        # More transitions between two layers need more room to be told apart.
        top += height + GAP_DOWN + 3.0 * len(layer)
    return bands


def _lefts(found: Layers, widths: dict[Place, float]) -> dict[Place, float]:
    """Return the left edge of each place: near to what it is connected with, in order, without overlaps."""
    pulls: dict[Place, dict[Place, float]] = {place: {} for place in widths}
    for route in found.routes:
        pull = CATCH_PULL if route.edge.catch or route.back else PULL
        for upper, lower in zip(route.places, route.places[1:], strict=False):
            pulls[upper][lower] = max(pull, pulls[upper].get(lower, 0.0))
            pulls[lower][upper] = max(pull, pulls[lower].get(upper, 0.0))
    layer_of = {place: index for index, layer in enumerate(found.layers) for place in layer}
    middles: dict[Place, float] = {}
    for layer in found.layers:
        middles |= spread(layer, dict.fromkeys(layer, 0.0), dict.fromkeys(layer, 1.0), widths, GAP_ACROSS)
    for turn in range(ROUNDS):
        down = turn % 2 == 0
        for layer in found.layers if down else reversed(found.layers):
            wanted, weights = {}, {}
            for place in layer:
                near = {
                    other: pull
                    for other, pull in pulls[place].items()
                    if (layer_of[other] < layer_of[place]) == down or turn == ROUNDS - 1
                }
                weights[place] = sum(near.values()) or 0.01
                total = sum(middles[other] * pull for other, pull in near.items())
                wanted[place] = total / weights[place] if near else middles[place]
            middles |= spread(layer, wanted, weights, widths, GAP_ACROSS)
    least = min(middles[place] - widths[place] / 2 for place in widths)
    return {place: middles[place] - widths[place] / 2 - least for place in widths}


def _add_lines(drawing: Drawing, found: Layers, lanes: dict[Lane, float], bands: list[tuple[float, float]]) -> None:
    """Add the transitions. Those that leave a state, or reach it, on one side do so beside each other."""
    leaving: dict[str, list[int]] = {}
    reaching: dict[str, list[int]] = {}

    def along(place: Place) -> float:
        return lanes[place] if isinstance(place, Lane) else drawing.boxes[place].middle

    band_of = {place: band[1] for layer, band in zip(found.layers, bands, strict=True) for place in layer}
    for index, route in enumerate(found.routes):
        leaving.setdefault(str(route.places[0]), []).append(index)
        reaching.setdefault(str(route.places[-1]), []).append(index)
    for indexes in leaving.values():
        indexes.sort(key=lambda index: along(found.routes[index].places[1]))
    for indexes in reaching.values():
        indexes.sort(key=lambda index: along(found.routes[index].places[-2]))
    for index, route in enumerate(found.routes):
        upper, lower = str(route.places[0]), str(route.places[-1])
        first, last = drawing.boxes[upper], drawing.boxes[lower]
        points = [(_port(first, leaving[upper], index, found.routes), first.y + first.height)]
        if (bottom := band_of[upper]) > points[0][1]:
            points.append((points[0][0], bottom))  # Straight past what is taller beside it.
        for lane in route.places[1:-1]:
            if isinstance(lane, Lane):
                points += [(lanes[lane], bands[lane.layer][0]), (lanes[lane], bands[lane.layer][1])]
        points.append((_port(last, reaching[lower], index, found.routes), last.y))
        drawing.lines.append(Line(route.edge, tuple(reversed(points) if route.back else points)))
    for edge in found.loops:
        box = drawing.boxes[edge.source]
        right = box.x + box.width
        drawing.lines.append(Line(edge, ((right, box.y + 14), (right, box.y + 40))))


def _port(box: Box, indexes: list[int], index: int, routes: Sequence[Route]) -> float:
    """Return where on the upper or lower side of a state a transition begins or ends: the only way on in the middle."""
    ways_on = [place for place, one in enumerate(indexes) if not (routes[one].edge.catch or routes[one].back)]
    middle = ways_on[0] if len(ways_on) == 1 else (len(indexes) - 1) / 2
    farthest = max(middle, len(indexes) - 1 - middle, 1)
    return box.middle + (indexes.index(index) - middle) * min(24.0, box.width * 0.42 / farthest)


def _add_branches(drawing: Drawing, name: str, inner: list[Drawing]) -> None:
    """Draw the regions of a state within its box, beside each other."""
    if not inner:
        return
    box = drawing.boxes[name]
    across = sum(one.width + 2 * PADDING for one in inner) + PADDING * (len(inner) - 1)
    x, y = box.x + (box.width - across) / 2, box.y + HEADER
    tallest = max(one.height for one in inner)
    for one in inner:
        drawing.branches.append(Box(x, y, one.width + 2 * PADDING, tallest + 2 * PADDING, name))
        dx, dy = x + PADDING, y + PADDING
        drawing.branches += [_moved(branch, dx, dy, branch.inside) for branch in one.branches]
        for inner_name, found in one.boxes.items():
            drawing.boxes[inner_name] = _moved(found, dx, dy, found.inside or name)
        for line in one.lines:
            drawing.lines.append(Line(line.edge, tuple((px + dx, py + dy) for px, py in line.points)))
        x += one.width + 3 * PADDING


def _moved(box: Box, dx: float, dy: float, inside: str | None) -> Box:
    return replace(box, x=box.x + dx, y=box.y + dy, inside=inside)
