# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How many states an execution enters, and how many of them call the API, read from the definition. Pure functions.

Private to the collection. Retries are left out: how many there are shows only when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

State = Mapping[str, Any]
Weight = Callable[[State], int]
_CALL = ":apigateway:invoke"


class Span(NamedTuple):
    """From the shortest way through a workflow to the longest. most: None where nothing limits it."""

    least: int
    most: int | None


def transitions(definition: Mapping[str, Any]) -> Span:
    """Return the states that are entered: least of a run without errors, most with an error where it costs most."""
    return _span(definition, lambda _state: 1)


def requests(definition: Mapping[str, Any]) -> Span:
    """Return the calls of an API, counted in the same way."""
    return _span(definition, lambda state: int(str(state.get("Resource", "")).endswith(_CALL)))


def retried(definition: Mapping[str, Any]) -> dict[str, int]:
    """Return the states that try again, and how often at most; each retry is one more transition."""
    found: dict[str, int] = {}
    for name, state in (definition.get("States") or {}).items():
        attempts = sum(int(one.get("MaxAttempts", 3)) for one in state.get("Retry") or [])
        if attempts:
            found[name] = attempts
        for inner in _inner(state):
            found |= retried(inner)
    return found


def _span(definition: Mapping[str, Any], weight: Weight) -> Span:
    return Span(_least(definition, weight), _most(definition, weight))


def _least(definition: Mapping[str, Any], weight: Weight) -> int:
    """Return the weight of the lightest way without errors: the one that is nearest is gone on with (Dijkstra)."""
    states, done = definition["States"], set[str]()
    waiting = {str(definition["StartAt"]): 0}
    ends: list[int] = []
    while waiting:
        name = min(waiting, key=lambda each: waiting[each])
        so_far = waiting.pop(name)
        done.add(name)
        state = states[name]
        here = so_far + weight(state) + _least_inside(state, weight)
        following = _following(state, errors=False)
        if not following:
            ends.append(here)
        for other in following:
            if other not in done:
                waiting[other] = min(here, waiting.get(other, here))
    return min(ends, default=0)


def _least_inside(state: State, weight: Weight) -> int:
    """Return what a state runs within itself; a Map may have no items."""
    return sum(_least(one, weight) for one in _inner(state)) if state["Type"] == "Parallel" else 0


def _most(definition: Mapping[str, Any], weight: Weight) -> int | None:
    """Return the weight of the heaviest way, errors included; None where a loop or a Map can add to it without end."""
    states = definition["States"]
    known: dict[str, int | None] = {}

    def heaviest(name: str, before: frozenset[str]) -> int | None:
        if name in before:
            return None
        if name not in known:
            ways = [_inside(states[name], weight)]
            rest = [heaviest(other, before | {name}) for other in _following(states[name], errors=True)]
            ways.append(max((0 if one is None else one for one in rest), default=0) if None not in rest else None)
            known[name] = None if None in ways else weight(states[name]) + sum(one or 0 for one in ways)
        return known[name]

    return heaviest(str(definition["StartAt"]), frozenset())


def _inside(state: State, weight: Weight) -> int | None:
    found = [_most(one, weight) for one in _inner(state)]
    if state["Type"] == "Map":
        return 0 if all(one == 0 for one in found) else None
    return None if None in found else sum(one or 0 for one in found)


def _inner(state: State) -> list[Mapping[str, Any]]:
    """Return the workflows within a state."""
    return [*(state.get("Branches") or []), *(state[key] for key in ("ItemProcessor", "Iterator") if key in state)]


def _following(state: State, errors: bool) -> list[str]:
    """Return the states that can come next. errors: also those to which an error leads."""
    found = [state.get("Next"), state.get("Default"), *(one["Next"] for one in state.get("Choices") or [])]
    if errors:
        found += [one["Next"] for one in state.get("Catch") or []]
    return list(dict.fromkeys(str(one) for one in found if one))
