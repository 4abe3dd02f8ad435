# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The states of one region in layers: a state comes below all that lead to it, and few transitions cross.

A transition over several layers passes each through a lane; those to one target share their lanes.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, Union

from ansible_collections.orchestra.aws.plugins.module_utils._report.machine import Edge, Region

SWEEPS = 6


@dataclass(frozen=True)
class Lane:
    """Where transitions to a target pass a layer that the target is not in."""

    target: str
    layer: int
    catch: bool
    back: bool = False


# The pylint of ansible-test takes both a type statement and str | Lane for errors.
Place: TypeAlias = Union[str, Lane]  # noqa: UP007, UP040


@dataclass(frozen=True)
class Route:
    """A transition and the places it passes, from the upper to the lower. back: the transition leads upwards."""

    edge: Edge
    places: tuple[Place, ...]
    back: bool


@dataclass(frozen=True)
class Layers:
    """What each layer holds, from left to right, and how transitions pass; loops from a state to itself are apart."""

    layers: list[list[Place]]
    routes: list[Route]
    loops: list[Edge]


def arrange(region: Region) -> Layers:
    """Return the layers of a region."""
    loops = [edge for edge in region.edges if edge.source == edge.target]
    edges = [edge for edge in region.edges if edge.source != edge.target]
    back = _back_edges(region, edges)
    layer_of = _layers_of(region, edges, back)
    routes = [_route(edge, edge in back, layer_of) for edge in edges]
    layers: list[list[Place]] = [[] for _layer in range(max(layer_of.values()) + 1)]
    for name in region.states:
        layers[layer_of[name]].append(name)
    for route in routes:
        for place in route.places[1:-1]:
            if isinstance(place, Lane) and place not in layers[place.layer]:
                layers[place.layer].append(place)
    return Layers(_untangled(layers, routes), routes, loops)


def _back_edges(region: Region, edges: list[Edge]) -> set[Edge]:
    """Return the transitions that lead back to a state which leads to them."""
    following: dict[str, list[Edge]] = {name: [] for name in region.states}
    for edge in edges:
        following[edge.source].append(edge)
    back: set[Edge] = set()
    open_states: set[str] = set()
    done: set[str] = set()
    for root in (region.start, *region.states):
        stack = [(root, iter(following[root]))] if root not in done else []
        open_states |= {name for name, _rest in stack}
        while stack:
            name, rest = stack[-1]
            found = next(rest, None)
            if found is None:
                stack.pop()
                open_states.discard(name)
                done.add(name)
            elif found.target in open_states:
                back.add(found)
            elif found.target not in done:
                open_states.add(found.target)
                stack.append((found.target, iter(following[found.target])))
    return back


def _layers_of(region: Region, edges: list[Edge], back: set[Edge]) -> dict[str, int]:
    """Return the layer of each state: one more than that of the lowest state that leads to it."""
    before: dict[str, list[str]] = {name: [] for name in region.states}
    after: dict[str, list[str]] = {name: [] for name in region.states}
    for edge in edges:
        upper, lower = (edge.target, edge.source) if edge in back else (edge.source, edge.target)
        before[lower].append(upper)
        after[upper].append(lower)
    missing = {name: len(before[name]) for name in region.states}
    layer_of = dict.fromkeys(region.states, 0)
    ready = [name for name in region.states if missing[name] == 0]
    for name in ready:
        for lower in after[name]:
            layer_of[lower] = max(layer_of[lower], layer_of[name] + 1)
            missing[lower] -= 1
            if missing[lower] == 0:
                ready.append(lower)
    return layer_of


def _route(edge: Edge, back: bool, layer_of: dict[str, int]) -> Route:
    upper, lower = (edge.target, edge.source) if back else (edge.source, edge.target)
    lanes = [Lane(edge.target, layer, edge.catch, back) for layer in range(layer_of[upper] + 1, layer_of[lower])]
    return Route(edge, (upper, *lanes, lower), back)


def _untangled(layers: list[list[Place]], routes: list[Route]) -> list[list[Place]]:
    """Return the layers in the order, of those tried, in which the fewest transitions cross."""
    pairs = {pair: None for route in routes for pair in zip(route.places, route.places[1:], strict=False)}
    above: dict[Place, list[Place]] = {}
    below: dict[Place, list[Place]] = {}
    for upper, lower in pairs:
        below.setdefault(upper, []).append(lower)
        above.setdefault(lower, []).append(upper)
    best, fewest = layers, _crossings(layers, below)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        layers = _swept(layers, above if sweep % 2 == 0 else below, down=sweep % 2 == 0)
        crossings = _crossings(layers, below)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


def _swept(layers: list[list[Place]], beside: dict[Place, list[Place]], down: bool) -> list[list[Place]]:
    """Order each layer by where, on average, its places lead in the layer before it."""
    ordered: list[list[Place]] = []
    for layer in layers if down else reversed(layers):
        if ordered:
            position = {place: index for index, place in enumerate(ordered[-1])}
            layer = sorted(layer, key=_average(beside, position, layer))
        ordered.append(layer)
    return ordered if down else ordered[::-1]


def _average(
    beside: dict[Place, list[Place]], position: dict[Place, int], layer: list[Place]
) -> Callable[[Place], float]:
    own = {place: index for index, place in enumerate(layer)}

    def key(place: Place) -> float:
        found = [position[other] for other in beside.get(place, []) if other in position]
        return sum(found) / len(found) if found else float(own[place])

    return key


def _crossings(layers: list[list[Place]], below: dict[Place, list[Place]]) -> int:
    count = 0
    for upper, lower in zip(layers, layers[1:], strict=False):
        position = {place: index for index, place in enumerate(lower)}
        ends = [sorted(position[place] for place in below.get(one, [])) for one in upper]
        for index, left in enumerate(ends):
            for right in ends[index + 1 :]:
                count += sum(1 for first in left for second in right if first > second)
    return count
