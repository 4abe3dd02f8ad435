# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of the way through a machine: what can be reached, where it ends, which names occur twice.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import ENDING_TYPES, pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import Machine, State
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach


def check(machines: list[Machine]) -> Iterator[Finding]:
    """Check the ways of all machines of a definition."""
    yield from _names(machines)
    for machine in machines:
        yield from _ways(machine)


def targets(state: State) -> list[str]:
    """Return the names of the states that a state can go on to."""
    found = [state.value.get(field) for field in ("Next", "Default")]
    for field in ("Choices", "Catch"):
        found += [entry.get("Next") for entry, _pointer in state.entries(field)]
    return [target for target in found if isinstance(target, str)]


def ends(state: State) -> bool:
    return state.kind in ENDING_TYPES or state.value.get("End") is True


def _names(machines: list[Machine]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for state in (state for machine in machines for state in machine.states):
        if state.name in first:
            yield breach(
                "state-name-twice", state.pointer, f"The name {state.name!r} is also that of {first[state.name]}."
            )
        first.setdefault(state.name, state.pointer)


def _ways(machine: Machine) -> Iterator[Finding]:
    all_states = machine.value.get("States")
    start = machine.value.get("StartAt")
    if not isinstance(all_states, dict) or not isinstance(start, str) or start not in all_states:
        return
    known = {state.name: state for state in machine.states}
    reached = _reached(start, known)
    for name in all_states:
        if name not in reached:
            yield breach(
                "state-unreachable", pointer_to(machine.pointer, "States", name), f"No way leads from {start!r} to it."
            )
    # What is unknown, or goes nowhere, has its own finding and may be meant to lead to the end.
    if all(name in known and targets(known[name]) and not ends(known[name]) for name in reached):
        yield breach("no-end", pointer_to(machine.pointer, "States"), "No way from StartAt ever comes to an end.")


def _reached(start: str, known: dict[str, State]) -> set[str]:
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += targets(known[name]) if name in known else []
    return reached
