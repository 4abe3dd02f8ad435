# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of JSONata: where expressions stand, how they are written, what they read, and which variables there are.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import fields, jsonata
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.intrinsics import INTRINSIC
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import (
    INNER_FIELDS,
    JSONATA,
    JSONPATH,
    Machine,
    State,
    is_expression,
    is_open,
    leaves,
    mappings,
    words,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach

LONGEST_VARIABLE = 80
MEMBERS = ("input", "context", "result", "errorOutput")
_WITH_RESULT = ("Task", "Map", "Parallel")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_PATH = re.compile(r"\$\$?[.\[]")
# https://docs.jsonata.org/ and what Step Functions adds to it.
FUNCTIONS = words(
    "abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl "
    "decodeUrlComponent distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase "
    "formatInteger formatNumber fromMillis join keys length lookup lowercase map match max merge millis min not now "
    "number pad parseInteger parseNumber power random reduce replace reverse round shuffle sift single sort split "
    "spread sqrt string substring substringAfter substringBefore sum toMillis trim type uppercase values zip "
    "partition range hash uuid parse"
)


def check(state: State) -> Iterator[Finding]:
    """Check all expressions of a state, and its assignments."""
    visible = _visible(state.machine)
    for field, value in state.value.items():
        foreign = state.language == JSONATA and fields.language_of(field) == JSONPATH
        if field in fields.CONSTANTS or field in INNER_FIELDS or foreign:
            continue
        for text, pointer in leaves(value, state.at(field)):
            if isinstance(text, str) and not pointer.endswith("/Next") and "/ErrorEquals/" not in pointer:
                yield from _text(text, pointer, state, visible)
        if state.language == JSONATA:
            yield from _literal_keys(value, state.at(field))
    yield from _assignments(state)


def _text(text: str, pointer: str, state: State, visible: set[str]) -> Iterator[Finding]:
    if state.language == JSONPATH:
        if is_expression(text) and "Choices/" not in pointer:
            yield breach("expression-in-jsonpath", pointer, "The expression is plain text here: the state is JSONPath.")
        return
    if text.startswith("{%"):
        if is_expression(text):
            yield from _expression(text[2:-2], pointer, state, visible)
        elif not is_open(text):
            yield breach("expression-open", pointer, "What begins with {% must end with %}, without blanks behind it.")
    elif "{%" in text and "%}" in text:
        yield breach("expression-inside-text", pointer, "The expression is plain text: it is not the whole string.")
    elif (
        state.language == JSONATA and not pointer.endswith("/Variable") and (_PATH.match(text) or INTRINSIC.match(text))
    ):
        yield breach("jsonpath-in-jsonata", pointer, f"{text!r} is plain text here: the state is JSONata.")


def _literal_keys(value: Any, pointer: str) -> Iterator[Finding]:
    for mapping, place in mappings(value, pointer):
        for key in mapping:
            if key.endswith(".$"):
                sentence = f"The key {key!r} keeps its .$ and its value is not evaluated: the state is JSONata."
                yield breach("jsonpath-in-jsonata", pointer_to(place, key), sentence)


def _expression(text: str, pointer: str, state: State, visible: set[str]) -> Iterator[Finding]:
    try:
        reading = jsonata.read(text)
    except jsonata.BadExpression as error:
        yield breach("expression-syntax", pointer, str(error))
        return
    for member in sorted(reading.members):
        yield from _member(member, pointer, state)
    for root in sorted(reading.roots):
        sentence = f"{root} has no value at the top: begin with $states.input or a variable."
        yield breach("expression-root", pointer, sentence)
    for name in sorted(reading.variables - visible - FUNCTIONS - {"states"}):
        if name == "eval":
            yield breach("function-eval", pointer, "Step Functions has no $eval: use $parse for JSON.")
        else:
            sentence = f"${name} is neither a function nor assigned where it could be seen from here."
            yield breach("variable-unknown", pointer, sentence)


def _member(member: str, pointer: str, state: State) -> Iterator[Finding]:
    if member not in MEMBERS:
        yield breach("states-member", pointer, f"$states has no {member}: it has {', '.join(MEMBERS)}.")
    if member == "result" and not (
        state.kind in _WITH_RESULT and _stands_in(pointer, state.pointer, ("Assign", "Output"))
    ):
        sentence = "$states.result exists in Assign and Output of a Task, Map or Parallel state only."
        yield breach("states-place", pointer, sentence)
    if member == "errorOutput" and not any(
        _stands_in(pointer, place, ("Assign", "Output")) for _catcher, place in state.entries("Catch")
    ):
        yield breach("states-place", pointer, "$states.errorOutput exists in Assign and Output of a catcher only.")


def _stands_in(pointer: str, base: str, names: tuple[str, ...]) -> bool:
    return any(f"{pointer}/".startswith(f"{pointer_to(base, name)}/") for name in names)


def _assignments(state: State) -> Iterator[Finding]:
    outer = {name: machine for machine in state.machine.outer for name in _assigned(machine)}
    for names, pointer in _assigning(state):
        for key in names:
            name = key.removesuffix(".$") if state.language != JSONATA else key
            place = pointer_to(pointer, key)
            if name == "states" or not _IDENTIFIER.fullmatch(name) or len(name) > LONGEST_VARIABLE:
                sentence = f"{name!r} cannot be the name of a variable: an identifier of 1 to 80 characters can."
                yield breach("variable-name", place, sentence if name != "states" else "$states is reserved.")
            elif name in outer:
                where = pointer_to(outer[name].pointer, "States")
                yield breach("variable-scope", place, f"${name} is a variable of the outer scope {where} already.")


def _assigning(state: State) -> Iterator[tuple[dict[str, Any], str]]:
    """Every Assign of a state, those of its choices and catchers too."""
    places = [(state.value, state.pointer), *state.entries("Choices"), *state.entries("Catch")]
    for value, pointer in places:
        if isinstance(value.get("Assign"), dict):
            yield value["Assign"], pointer_to(pointer, "Assign")


def _assigned(machine: Machine) -> set[str]:
    return {
        name.removesuffix(".$") for state in machine.states for names, _pointer in _assigning(state) for name in names
    }


def _visible(machine: Machine) -> set[str]:
    return {name for scope in (machine, *machine.outer) for name in _assigned(scope)}
