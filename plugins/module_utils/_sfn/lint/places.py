# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The places of a definition: its machines, one inside the other, and their states, each with its query language.

What is malformed is passed over here: the structural check has said so.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import STATE_TYPES, pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

JSONPATH, JSONATA = "JSONPath", "JSONata"
# Of a machine whose QueryLanguage is neither.
EITHER = "either"
INNER_FIELDS = ("Branches", "ItemProcessor", "Iterator")
# A placeholder of CloudFormation or of the option substitutions.
_PLACEHOLDER = re.compile(r"\$\{[A-Za-z][^}]*\}")


@dataclass(frozen=True)
class Machine:
    """A definition, a branch or an item processor. outer: the machines around it whose variables it sees."""

    value: dict[str, Any]
    pointer: str
    language: str
    outer: tuple[Machine, ...] = ()
    distributed: bool = False

    @cached_property
    def states(self) -> list[State]:
        """Its states, those of unknown type left out."""
        states = self.value.get("States")
        found = []
        for name, value in (states if isinstance(states, dict) else {}).items():
            if isinstance(value, dict) and value.get("Type") in STATE_TYPES:
                found.append(State(name, value, pointer_to(self.pointer, "States", name), self))
        return found


@dataclass(frozen=True)
class State:
    """One state of a machine."""

    name: str
    value: dict[str, Any]
    pointer: str
    machine: Machine

    @property
    def kind(self) -> str:
        return str(self.value["Type"])

    @property
    def language(self) -> str:
        own = self.value.get("QueryLanguage")
        return own if own in (JSONPATH, JSONATA) else self.machine.language

    @property
    def resource(self) -> str:
        """Its Resource; empty for another type and for what is no string."""
        resource = self.value.get("Resource") if self.kind == "Task" else None
        return resource if isinstance(resource, str) else ""

    @property
    def payload(self) -> tuple[str, Any]:
        """The field that holds what is sent to the resource, and its value."""
        field = "Arguments" if "Arguments" in self.value else "Parameters"
        return field, self.value.get(field)

    def at(self, *parts: str | int) -> str:
        return pointer_to(self.pointer, *parts)

    def entries(self, field: str) -> Iterator[tuple[dict[str, Any], str]]:
        """The mappings in one of its lists, Retry, Catch or Choices, with their pointers."""
        yield from entries(self.value.get(field), self.at(field))


def entries(items: Any, pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The mappings of a list with their pointers."""
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield item, pointer_to(pointer, index)


def machines(definition: dict[str, Any]) -> list[Machine]:
    """All machines of a definition, the outermost first."""
    language = definition.get("QueryLanguage", JSONPATH)
    return list(_with_inner(Machine(definition, "", language if language in (JSONPATH, JSONATA) else EITHER)))


def _with_inner(machine: Machine) -> Iterator[Machine]:
    yield machine
    for state in machine.states:
        for value, pointer in inner(state):
            # Inner states have the language of the whole machine, whatever the state around them has.
            own = value.get("QueryLanguage")
            distributed = is_distributed(state)
            # The children of a distributed Map are executions of their own: they see no variables from outside.
            outer = () if distributed else (machine, *machine.outer)
            yield from _with_inner(
                Machine(value, pointer, own if own in (JSONPATH, JSONATA) else machine.language, outer, distributed)
            )


def inner(state: State) -> Iterator[tuple[dict[str, Any], str]]:
    """The machines directly inside a state, with their pointers."""
    if state.kind == "Parallel":
        yield from state.entries("Branches")
    elif state.kind == "Map":
        for field in ("ItemProcessor", "Iterator"):
            if isinstance(state.value.get(field), dict):
                yield state.value[field], state.at(field)


def is_distributed(state: State) -> bool:
    processor = state.value.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    return state.kind == "Map" and isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"


def leaves(value: Any, pointer: str) -> Iterator[tuple[Any, str]]:
    """Everything below a value that is neither a mapping nor a list, with its pointer."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, pointer_to(pointer, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, pointer_to(pointer, index))
    else:
        yield value, pointer


def mappings(value: Any, pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Every mapping of a value, itself included, with its pointer."""
    if isinstance(value, dict):
        yield value, pointer
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in children:
        yield from mappings(item, pointer_to(pointer, key))


def is_expression(value: Any) -> bool:
    """Tell whether a value is a JSONata expression in a JSONata state."""
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}") and len(value) >= 4


def words(text: str) -> frozenset[str]:
    """Return the words of a text: long tables stay readable that way."""
    return frozenset(text.split())


def is_open(value: Any) -> bool:
    """Tell whether a text is not known yet: it has a placeholder of substitutions or of check mode."""
    return isinstance(value, str) and (is_unknown(value) or bool(_PLACEHOLDER.search(value)))


def number(value: Any) -> float | None:
    """Return a number, or None for anything else; true is no number."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
