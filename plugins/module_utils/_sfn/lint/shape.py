# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of the shape of machines and states: which fields are there, which must be, which exclude each other.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import fields, values
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import (
    EITHER,
    JSONATA,
    JSONPATH,
    Machine,
    State,
    is_distributed,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
LARGEST_PAYLOAD = 262144
_MODES = ("INLINE", "DISTRIBUTED")


def check_machine(machine: Machine) -> Iterator[Finding]:
    """Check the fields of a machine itself."""
    known = fields.TOP if not machine.pointer else fields.BRANCH
    if machine.pointer.endswith(("/ItemProcessor", "/Iterator")):
        known = fields.PROCESSOR if machine.pointer.endswith("/ItemProcessor") else fields.ITERATOR
    yield from unknown(machine.value, known, machine.pointer)
    yield from _query_language(machine.value, machine.outer[0].language if machine.outer else None, machine.pointer)
    if not machine.pointer:
        yield from values.numbers(machine.value, fields.TOP_NUMBERS, machine.pointer, machine.language)
        if machine.value.get("Version", "1.0") != "1.0":
            yield breach("field-type", "/Version", f"Version must be '1.0', not {machine.value['Version']!r}.")
    if not isinstance(machine.value.get("Comment", ""), str):
        yield breach("field-type", pointer_to(machine.pointer, "Comment"), "Comment must be a text.")


def check_state(state: State) -> Iterator[Finding]:
    """Check the fields of a state."""
    yield from _query_language(state.value, state.machine.language, state.pointer)
    yield from _fields(state)
    yield from _exclusive(state)
    if state.kind == "Task" and "Resource" not in state.value:
        yield breach("field-missing", state.pointer, "A Task state needs Resource.")
    if state.kind == "Map":
        yield from _map(state)
    yield from values.check(state)
    yield from _size(state)


def unknown(value: Mapping[str, Any], known: Collection[str], pointer: str) -> Iterator[Finding]:
    """Find the fields of a mapping that its place does not know."""
    for field in value:
        if field not in known:
            similar = next((name for name in known if name.lower() == field.lower()), None)
            hint = f"; {similar} is meant" if similar else ""
            yield breach("field-unknown", pointer_to(pointer, field), f"There is no field {field} here{hint}.")


def _query_language(value: Mapping[str, Any], outer: str | None, pointer: str) -> Iterator[Finding]:
    language = value.get("QueryLanguage")
    if "QueryLanguage" not in value:
        return
    place = pointer_to(pointer, "QueryLanguage")
    if language not in (JSONPATH, JSONATA):
        yield breach("query-language", place, f"QueryLanguage must be JSONPath or JSONata, not {language!r}.")
    elif language == JSONPATH and outer == JSONATA:
        yield breach("query-language", place, "What stands inside a JSONata machine cannot be JSONPath.")


def _fields(state: State) -> Iterator[Finding]:
    known = fields.allowed(state.kind, state.language)
    elsewhere = fields.allowed(state.kind, EITHER)
    for field in state.value:
        language = fields.language_of(field)
        if field in known:
            continue
        if language not in (None, state.language) and (field in elsewhere or state.language == JSONATA):
            sentence = f"{field} is a field of {language}, but the query language here is {state.language}."
            yield breach("field-language", state.at(field), sentence)
        else:
            yield from unknown({field: None}, known, state.pointer)


def _exclusive(state: State) -> Iterator[Finding]:
    for one, other in fields.EXCLUSIVE.get(state.kind, []):
        if one in state.value and other in state.value:
            yield breach("field-exclusive", state.pointer, f"{one} and {other} exclude each other: keep one.")
    if state.kind == "Wait":
        given = [field for field in fields.WAIT_TIMES if field in state.value]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            wanted = "Seconds or Timestamp" if state.language == JSONATA else ", ".join(fields.WAIT_TIMES)
            yield breach("wait-time", state.pointer, f"A Wait state needs exactly one of {wanted}; it has {found}.")


def _map(state: State) -> Iterator[Finding]:
    processor = state.value.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    place = state.at("ItemProcessor", "ProcessorConfig")
    if isinstance(config, dict):
        mode = config.get("Mode", "INLINE")
        if mode not in _MODES:
            yield breach("map-mode", pointer_to(place, "Mode"), f"Mode must be INLINE or DISTRIBUTED, not {mode!r}.")
        if mode == "DISTRIBUTED" and config.get("ExecutionType") not in ("STANDARD", "EXPRESS"):
            yield breach("map-mode", place, "A distributed Map needs ExecutionType STANDARD or EXPRESS.")
    elif config is not None:
        yield breach("field-type", place, f"ProcessorConfig must be a mapping, not {config!r}.")
    reader = state.value.get("ItemReader")
    if isinstance(reader, dict) and "Resource" not in reader:
        yield breach("field-missing", state.at("ItemReader"), "ItemReader needs Resource.")
    if not is_distributed(state):
        for field in fields.DISTRIBUTED_ONLY:
            if field in state.value:
                yield breach("map-distributed-only", state.at(field), f"{field} needs the Mode DISTRIBUTED.")


def _size(state: State) -> Iterator[Finding]:
    for field in fields.LITERALS:
        if field in state.value:
            size = len(json.dumps(state.value[field], separators=(",", ":"), ensure_ascii=False).encode())
            if size > LARGEST_PAYLOAD:
                sentence = f"{field} has {size} bytes; what a state takes or gives has at most {LARGEST_PAYLOAD}."
                yield breach("payload-size", state.at(field), sentence)
