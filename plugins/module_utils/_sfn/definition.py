# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The structure of a state machine definition, checked without AWS: what every definition must be to be accepted.

Pure: a document in, findings out. Nothing here knows what a state does; that is for a linter built on this.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.document import canonical

# Limits: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
LONGEST_DEFINITION = 1048576
LONGEST_NAME = 80

STATE_TYPES = ("Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
ENDING_TYPES = ("Succeed", "Fail")
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html, name
_FORBIDDEN_IN_NAMES = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, order=True)
class Finding:
    """One fault. rule: its id. pointer: the JSON pointer of the faulty place. sentence: what is wrong there."""

    rule: str
    pointer: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.sentence} [{self.rule}]"


def check_name(name: str, what: str = "name") -> list[Finding]:
    """Check the name of a state machine or an execution."""
    if not 1 <= len(name) <= LONGEST_NAME:
        return [Finding("name-length", "", f"{what} has {len(name)} characters; allowed are 1 to {LONGEST_NAME}.")]
    forbidden = _FORBIDDEN_IN_NAMES.search(name)
    if forbidden:
        return [Finding("name-characters", "", f"{what} {name!r} has {forbidden[0]!r}, which is not allowed.")]
    return []


def check(definition: Any) -> list[Finding]:
    """Check a whole definition; the findings come in the order of the document."""
    if not isinstance(definition, dict):
        return [Finding("definition-type", "", "The definition must be a mapping with StartAt and States.")]
    findings = list(_machine(definition, ""))
    size = len(canonical(definition))
    if size > LONGEST_DEFINITION:
        findings.append(
            Finding("definition-size", "", f"The definition has {size} characters; the limit is {LONGEST_DEFINITION}.")
        )
    return findings


def pointer_to(base: str, *parts: str | int) -> str:
    """Return the JSON pointer (RFC 6901) of a place below base."""
    return base + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def place_of(field: str, mapping: dict[str, Any], base: str) -> str:
    """Return the JSON pointer of a field; of the mapping that lacks it when it is not there."""
    return pointer_to(base, field) if field in mapping else base


def _machine(machine: dict[str, Any], base: str) -> Iterator[Finding]:
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        place = place_of("States", machine, base)
        yield Finding("states-missing", place, "States must be a mapping with at least one state.")
        return
    start = machine.get("StartAt")
    if not isinstance(start, str):
        yield Finding("start-missing", place_of("StartAt", machine, base), "StartAt must name the first state.")
    elif start not in states:
        yield Finding("start-unknown", pointer_to(base, "StartAt"), f"StartAt names {start!r}, which States lacks.")
    for name, state in states.items():
        pointer = pointer_to(base, "States", name)
        if not 1 <= len(name) <= LONGEST_NAME:
            yield Finding("state-name", pointer, f"A state's name has 1 to {LONGEST_NAME} characters, not {len(name)}.")
        if isinstance(state, dict):
            yield from _state(state, states, pointer)
        else:
            yield Finding("state-type", pointer, "A state must be a mapping with a Type.")


def _state(state: dict[str, Any], states: dict[str, Any], pointer: str) -> Iterator[Finding]:
    kind = state.get("Type")
    if kind not in STATE_TYPES:
        found = "no Type" if kind is None else f"the Type {kind!r}"
        place = place_of("Type", state, pointer)
        yield Finding("state-type", place, f"The state has {found}; use {_either(STATE_TYPES)}.")
        return
    yield from _ending(state, str(kind), pointer)
    for target, place in _targets(state, pointer):
        if target is None:
            yield Finding("next-unknown", place, "The transition leads nowhere: Next must name a state.")
        elif not isinstance(target, str) or target not in states:
            yield Finding("next-unknown", place, f"The transition leads to {target!r}, which States lacks.")
    yield from _nested(state, str(kind), pointer)


def _ending(state: dict[str, Any], kind: str, pointer: str) -> Iterator[Finding]:
    goes_on, ends = "Next" in state, state.get("End") is True
    if kind in (*ENDING_TYPES, "Choice"):
        if goes_on or "End" in state:
            yield Finding("next-forbidden", pointer, f"A {kind} state has neither Next nor End.")
    elif goes_on and ends:
        yield Finding("next-and-end", pointer, "The state has both Next and End: keep one.")
    elif not goes_on and not ends:
        yield Finding("next-missing", pointer, "The state has neither Next nor End: true.")
    if kind == "Choice" and not (isinstance(state.get("Choices"), list) and state["Choices"]):
        place = place_of("Choices", state, pointer)
        yield Finding("choices-missing", place, "A Choice state needs at least one choice.")


def _targets(state: dict[str, Any], pointer: str) -> Iterator[tuple[Any, str]]:
    for field in ("Next", "Default"):
        if field in state:
            yield state[field], pointer_to(pointer, field)
    for field in ("Choices", "Catch"):
        rules = state.get(field)
        for index, rule in enumerate(rules if isinstance(rules, list) else []):
            place = pointer_to(pointer, field, index)
            if isinstance(rule, dict):
                yield rule.get("Next"), place_of("Next", rule, place)
            else:
                yield None, place


def _nested(state: dict[str, Any], kind: str, pointer: str) -> Iterator[Finding]:
    if kind == "Parallel":
        branches = state.get("Branches")
        if not isinstance(branches, list) or not branches:
            yield Finding("branches-missing", place_of("Branches", state, pointer), "A Parallel state needs branches.")
            return
        inner = [(branch, pointer_to(pointer, "Branches", index)) for index, branch in enumerate(branches)]
    elif kind == "Map":
        field = "Iterator" if "Iterator" in state else "ItemProcessor"
        inner = [(state.get(field), place_of(field, state, pointer))]
    else:
        return
    for machine, place in inner:
        if isinstance(machine, dict):
            yield from _machine(machine, place)
        else:
            what = "an ItemProcessor" if kind == "Map" else "branches"
            yield Finding("states-missing", place, f"A {kind} state needs {what} with StartAt and States.")


def _either(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
