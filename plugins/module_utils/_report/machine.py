# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A definition as a graph: regions of states with the transitions between them. Both query languages look alike here.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError


@dataclass(frozen=True)
class Edge:
    """All transitions from one state to another of the same kind. conditions: of each, a text."""

    source: str
    target: str
    catch: bool
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """One state. regions: the branches of a Parallel state, or what a Map state repeats."""

    name: str
    type: str
    resource: str
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Region:
    """States that lead to each other, in the order in which a walk from the start meets them."""

    start: str
    states: dict[str, State]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Machine:
    """A whole definition. states: of all regions, by name."""

    region: Region
    states: dict[str, State] = field(default_factory=dict)
    comment: str = ""

    def edges(self) -> Iterator[Edge]:
        yield from _edges(self.region)


def read(definition: Any) -> Machine:
    """Return the graph of a definition. Raises InputError when it is none."""
    try:
        region = _region(definition, "The definition")
    except (AttributeError, TypeError) as error:
        raise InputError(f"The definition is not in Amazon States Language: {error}.") from error
    states: dict[str, State] = {}
    _collect(region, states)
    return Machine(region, states, str(definition.get("Comment") or ""))


def _edges(region: Region) -> Iterator[Edge]:
    yield from region.edges
    for state in region.states.values():
        for inner in state.regions:
            yield from _edges(inner)


def _collect(region: Region, states: dict[str, State]) -> None:
    for state in region.states.values():
        if state.name in states:
            raise InputError(f"The definition has two states named {state.name}.")
        states[state.name] = state
        for inner in state.regions:
            _collect(inner, states)


def _region(given: Any, what: str) -> Region:
    if not isinstance(given, dict) or not isinstance(given.get("States"), dict) or "StartAt" not in given:
        raise InputError(f"{what} is not in Amazon States Language: StartAt and States are missing.")
    states = {name: _state(name, state) for name, state in given["States"].items()}
    edges = tuple(edge for name, state in given["States"].items() for edge in _transitions(name, state))
    for target in [given["StartAt"], *(edge.target for edge in edges)]:
        if target not in states:
            raise InputError(f"{what} leads to a state {target}, which it does not have.")
    return Region(given["StartAt"], {name: states[name] for name in walk(given["StartAt"], states, edges)}, edges)


def walk(start: str, states: Iterable[str], edges: Iterable[Edge]) -> list[str]:
    """Return states in the order in which a walk from the start meets them, those it does not meet last."""
    following: dict[str, list[str]] = {name: [] for name in states}
    for edge in sorted(edges, key=lambda edge: edge.catch):
        following[edge.source].append(edge.target)
    met: dict[str, None] = {}
    for root in (start, *following):
        stack = [root]
        while stack:
            name = stack.pop()
            if name not in met:
                met[name] = None
                stack += reversed(following[name])
    return list(met)


def _state(name: str, state: Any) -> State:
    if not isinstance(state, dict):
        raise InputError(f"The state {name} is not a mapping.")
    inner = [*(state.get("Branches") or []), state.get("ItemProcessor") or state.get("Iterator")]
    regions = tuple(_region(region, f"The state {name}") for region in inner if region is not None)
    return State(name, str(state.get("Type") or ""), _resource(state), regions)


def _resource(state: dict[str, Any]) -> str:
    """Return the short name of what a task calls, such as apigateway:invoke or the name of a function."""
    resource = str(state.get("Resource") or "")
    return resource.rpartition(":::")[2] if ":::" in resource else resource.rpartition(":")[2]


def _transitions(name: str, state: dict[str, Any]) -> list[Edge]:
    """Return what a state may lead to: one edge for each target and kind."""
    found: dict[tuple[str, bool], list[str]] = {}
    if state.get("Next"):
        found.setdefault((str(state["Next"]), False), [])
    for choice in state.get("Choices") or []:
        found.setdefault((str(choice.get("Next")), False), []).append(_condition(choice))
    if state.get("Default"):
        found.setdefault((str(state["Default"]), False), []).append("otherwise")
    for catcher in state.get("Catch") or []:
        errors = ", ".join(str(error) for error in catcher.get("ErrorEquals") or [])
        found.setdefault((str(catcher.get("Next")), True), []).append(errors)
    return [Edge(name, target, catch, tuple(texts)) for (target, catch), texts in found.items()]


def _condition(choice: dict[str, Any]) -> str:
    if "Condition" in choice:
        text = str(choice["Condition"])
        return text.removeprefix("{%").removesuffix("%}").strip()
    rest = {key: value for key, value in choice.items() if key not in ("Next", "Comment", "Assign", "Output")}
    if "Variable" in rest and len(rest) == 2:
        operator = next(key for key in rest if key != "Variable")
        return f"{rest['Variable']} {operator} {json.dumps(rest[operator], ensure_ascii=False)}"
    return json.dumps(rest, ensure_ascii=False)
