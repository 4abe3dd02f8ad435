# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Is a text a valid state machine definition? What CreateStateMachine and ValidateStateMachineDefinition ask.

The structure (fields, targets, retriers, expressions) is checked here, with AWS's diagnostic codes; what passes goes
through moto's parser, because that is what will run it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from local_aws.sfn import engine, fields, state_checks
from local_aws.sfn.diagnostics import (
    DUPLICATE_STATE_NAME,
    INVALID_JSON,
    MISSING_TARGET,
    SCHEMA,
    Diagnostic,
    not_supported,
    required,
)
from local_aws.sfn.errors import api_error
from local_aws.sfn.fields import JSONATA, JSONPATH

MAX_BYTES = 1_048_576
MAX_STATE_NAME = 80


def check(text: Any, kind: str) -> None:
    """InvalidDefinition, with everything that is wrong, when the text cannot be saved."""
    found = diagnose(text, kind)
    if found:
        listed = ", ".join(f"{item.code}: {item.message} at {item.location}" for item in found)
        raise api_error("InvalidDefinition", f"Invalid State Machine Definition: '{listed}'")


def diagnose(text: Any, kind: str) -> list[Diagnostic]:
    """All that is wrong with a definition for a machine of `kind` STANDARD or EXPRESS."""
    if not isinstance(text, str) or len(text.encode()) > MAX_BYTES:
        return [Diagnostic(SCHEMA, f"The definition must be a text of at most {MAX_BYTES} bytes", "/")]
    try:
        value = json.loads(text)
    except ValueError as error:
        return [Diagnostic(INVALID_JSON, str(error), "/")]
    if not isinstance(value, dict):
        return [Diagnostic(INVALID_JSON, "The definition must be a JSON object", "/")]
    found = list(_program(value, "", JSONPATH, kind, fields.TOP_LEVEL))
    found += _duplicates(value)
    return found or _refused_by_the_interpreter(text)


def _program(
    value: dict[str, Any], path: str, inherited: str, kind: str, known: frozenset[str]
) -> Iterator[Diagnostic]:
    """A definition, a branch or an item processor."""
    yield from not_supported(value, known, path)
    language = value.get("QueryLanguage", inherited)
    yield from _language(language, inherited, path)
    language = language if language in fields.LANGUAGES else inherited
    states, start = value.get("States"), value.get("StartAt")
    if not isinstance(states, dict) or not states:
        yield required("States", path)
        return
    if not isinstance(start, str):
        yield required("StartAt", path)
    elif start not in states:
        yield Diagnostic(MISSING_TARGET, f"Missing 'StartAt' target: {start}", f"{path}/StartAt")
    for name, state in states.items():
        yield from _state(name, state, f"{path}/States/{name}", language, kind, states)
    yield from _unreachable(states, start, path)


def _language(language: Any, inherited: str, path: str) -> Iterator[Diagnostic]:
    if language not in fields.LANGUAGES:
        text = f"The field 'QueryLanguage' should have one of these values: [{', '.join(fields.LANGUAGES)}]"
        yield Diagnostic(SCHEMA, text, f"{path}/QueryLanguage")
    elif inherited == JSONATA and language == JSONPATH:
        text = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
        yield Diagnostic(SCHEMA, text, f"{path}/QueryLanguage")


def _state(
    name: str, state: Any, path: str, inherited: str, kind: str, siblings: dict[str, Any]
) -> Iterator[Diagnostic]:
    if len(name) > MAX_STATE_NAME:
        yield Diagnostic(SCHEMA, f"The state's name is longer than {MAX_STATE_NAME} characters", path)
    if not isinstance(state, dict):
        yield Diagnostic(SCHEMA, "A state must be an object", path)
        return
    state_type = state.get("Type")
    if state_type not in fields.TYPES:
        text = f"The field 'Type' should have one of these values: [{', '.join(fields.TYPES)}]"
        yield Diagnostic(SCHEMA, text, f"{path}/Type")
        return
    language = state.get("QueryLanguage", inherited)
    yield from _language(language, inherited, path)
    language = language if language in fields.LANGUAGES else inherited
    yield from not_supported(state, fields.allowed(state_type, language), path, language)
    yield from state_checks.check(state, path, language, kind)
    yield from _transitions(state, state_type, path, siblings)
    yield from _inside(state, path, language, kind)


def _transitions(state: dict[str, Any], state_type: str, path: str, siblings: dict[str, Any]) -> Iterator[Diagnostic]:
    if state_type not in {"Choice", "Succeed", "Fail"} and ("Next" in state) == bool(state.get("End")):
        text = "A state needs either 'Next' or 'End': true" if "Next" not in state else "Both 'Next' and 'End' are set"
        yield Diagnostic(SCHEMA, text, path)
    for field, target in _targets(state):
        if not isinstance(target, str) or target not in siblings:
            yield Diagnostic(
                MISSING_TARGET, f"Missing '{field.rpartition('/')[2]}' target: {target}", f"{path}/{field}"
            )


def _targets(state: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every transition of a state: the field that holds it, and the state that it names."""
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for field in ("Choices", "Catch"):
        entries = state.get(field)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and "Next" in entry:
                yield f"{field}[{index}]/Next", entry["Next"]


def _inside(state: dict[str, Any], path: str, language: str, kind: str) -> Iterator[Diagnostic]:
    """The definitions inside a Parallel or a Map state."""
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else []):
        if isinstance(branch, dict):
            yield from _program(branch, f"{path}/Branches[{index}]", language, kind, fields.BRANCH)
    for field in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(field), dict):
            yield from _program(state[field], f"{path}/{field}", language, kind, fields.ITEM_PROCESSOR)


def _unreachable(states: dict[str, Any], start: Any, path: str) -> Iterator[Diagnostic]:
    if not isinstance(start, str) or start not in states:
        return
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in reached or not isinstance(states.get(name), dict):
            continue
        reached.add(name)
        ahead += [target for _, target in _targets(states[name]) if isinstance(target, str)]
    for name in states:
        if name not in reached:
            yield Diagnostic(MISSING_TARGET, f'State "{name}" is not reachable.', f"{path}/States/{name}")


def _duplicates(value: dict[str, Any]) -> list[Diagnostic]:
    """State names are unique in the whole machine, branches included."""
    seen: set[str] = set()
    found = []
    for name, path in _names(value, ""):
        if name in seen:
            found.append(Diagnostic(DUPLICATE_STATE_NAME, f"Duplicate State name: {name}", path))
        seen.add(name)
    return found


def _names(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict) or not isinstance(value.get("States"), dict):
        return
    for name, state in value["States"].items():
        yield name, f"{path}/States/{name}"
        if not isinstance(state, dict):
            continue
        branches = state.get("Branches")
        for index, branch in enumerate(branches if isinstance(branches, list) else []):
            yield from _names(branch, f"{path}/States/{name}/Branches[{index}]")
        for field in ("ItemProcessor", "Iterator"):
            yield from _names(state.get(field), f"{path}/States/{name}/{field}")


def _refused_by_the_interpreter(text: str) -> list[Diagnostic]:
    try:
        engine.parse(text)
    except Exception as error:  # the parser raises whatever its components raise
        return [Diagnostic(SCHEMA, str(error) or type(error).__name__, "/")]
    return []
