# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of the choices of a Choice state, in both query languages.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import fields
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import (
    JSONATA,
    JSONPATH,
    State,
    entries,
    is_expression,
    is_open,
    number,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.shape import unknown

_ORDERS = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
# Operator -> kind of its operand.
OPERATORS: dict[str, str] = {
    **{f"{kind}{order}": kind for kind in ("String", "Numeric", "Timestamp") for order in _ORDERS},
    **{f"{kind}{order}Path": "Path" for kind in ("String", "Numeric", "Timestamp") for order in _ORDERS},
    "BooleanEquals": "Boolean",
    "BooleanEqualsPath": "Path",
    "StringMatches": "String",
    **{f"Is{what}": "Boolean" for what in ("Null", "Present", "Numeric", "String", "Boolean", "Timestamp")},
}
_JOINS = ("And", "Or", "Not")
_OF_A_CHOICE = frozenset({"Next", "Comment", "Assign"})


def check(state: State) -> Iterator[Finding]:
    """Check the choices of a Choice state."""
    if "Default" not in state.value and "Choices" in state.value:
        sentence = "Without Default the execution fails with States.NoChoiceMatched when no choice matches."
        yield breach("choice-default", state.pointer, sentence)
    for choice, pointer in state.entries("Choices"):
        if "Condition" in choice or state.language == JSONATA:
            yield from _condition(choice, pointer, state.language)
        elif state.language == JSONPATH or "Variable" in choice:
            yield from _comparison(choice, pointer, outermost=True)


def _condition(choice: dict[str, Any], pointer: str, language: str) -> Iterator[Finding]:
    if language == JSONPATH:
        sentence = "Condition is a field of JSONata, but the query language here is JSONPath."
        yield breach("field-language", pointer_to(pointer, "Condition"), sentence)
        return
    if "Condition" not in choice:
        yield breach("field-missing", pointer, "A choice in JSONata needs Condition.")
    condition = choice.get("Condition", True)
    half = isinstance(condition, str) and condition.startswith("{%")
    if not isinstance(condition, bool) and not half and not is_open(condition):
        sentence = f"Condition must be true, false or an expression, not {condition!r}."
        yield breach("field-type", pointer_to(pointer, "Condition"), sentence)
    for field in choice:
        if field in OPERATORS or field in _JOINS or field == "Variable":
            sentence = f"{field} is a field of JSONPath, but the query language here is JSONata."
            yield breach("field-language", pointer_to(pointer, field), sentence)
        else:
            yield from unknown({field: None}, fields.JSONATA_CHOICE, pointer)


def _comparison(choice: dict[str, Any], pointer: str, *, outermost: bool) -> Iterator[Finding]:
    known = {*OPERATORS, *_JOINS, "Variable"} | (_OF_A_CHOICE if outermost else {"Comment"})
    yield from unknown(choice, known, pointer)
    operators = [field for field in choice if field in OPERATORS or field in _JOINS]
    if len(operators) != 1:
        found = " and ".join(operators) or "none"
        yield breach("choice-operator", pointer, f"A choice has exactly one operator; this one has {found}.")
    joined = [field for field in operators if field in _JOINS]
    if not joined:
        yield from _variable(choice, pointer)
    for field in operators:
        place = pointer_to(pointer, field)
        if field in OPERATORS:
            yield from _operand(field, choice[field], place)
        elif field == "Not":
            yield from _parts([choice[field]], None, place)
        else:
            yield from _parts(choice[field], field, place)


def _variable(choice: dict[str, Any], pointer: str) -> Iterator[Finding]:
    variable = choice.get("Variable")
    if variable is None:
        yield breach("field-missing", pointer, "A choice in JSONPath needs Variable.")
    elif not isinstance(variable, str) or not (variable.startswith("$") or is_open(variable)):
        sentence = f"Variable must be a path that begins with $, not {variable!r}."
        yield breach("path-syntax", pointer_to(pointer, "Variable"), sentence)


def _parts(parts: Any, join: str | None, place: str) -> Iterator[Finding]:
    if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
        what = "a list of at least one comparison" if join else "one comparison"
        yield breach("field-type", place, f"{join or 'Not'} must have {what}.")
        return
    places = [place] if join is None else [pointer for _part, pointer in entries(parts, place)]
    for part, pointer in zip(parts, places, strict=True):
        yield from _comparison(part, pointer, outermost=False)


def _operand(operator: str, value: Any, place: str) -> Iterator[Finding]:
    kind = OPERATORS[operator]
    fits = {
        "String": isinstance(value, str),
        "Timestamp": isinstance(value, str),
        "Numeric": number(value) is not None,
        "Boolean": isinstance(value, bool),
        "Path": isinstance(value, str) and value.startswith("$"),
    }[kind]
    if not fits and not is_open(value):
        what = {"Path": "a path that begins with $", "Numeric": "a number", "Boolean": "true or false"}
        sentence = f"{operator} must have {what.get(kind, 'a text')}, not {value!r}."
        yield breach("path-syntax" if kind == "Path" else "field-type", place, sentence)
    elif is_expression(value):
        yield breach("expression-in-jsonpath", place, "The expression is plain text here: the state is JSONPath.")
