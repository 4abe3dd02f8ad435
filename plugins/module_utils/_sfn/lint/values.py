# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of the kinds of values: numbers, texts, lists, mappings and paths.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import fields, intrinsics
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.fields import Numeric
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.intrinsics import INTRINSIC
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import (
    JSONATA,
    JSONPATH,
    State,
    is_expression,
    is_open,
    mappings,
    number,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# What a reference path cannot have, names in quotes aside. https://states-language.net/spec.html#ref-paths
_NOT_REFERENCE = re.compile(r"\.\.|[@,:?*]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def check(state: State) -> Iterator[Finding]:
    """Check the kinds of the values of a state's own fields."""
    yield from numbers(state.value, fields.STATE_NUMBERS, state.pointer, state.language)
    expressions = state.language != JSONPATH
    for names, kind, what in (
        (fields.STRINGS, str, "a text"),
        (fields.LISTS, list, "a list"),
        (fields.MAPPINGS, dict, "a mapping"),
    ):
        for field in names:
            value = state.value.get(field)
            if field in state.value and not isinstance(value, kind) and not (expressions and is_expression(value)):
                yield breach("field-type", state.at(field), f"{field} must be {what}, not {value!r}.")
    if "End" in state.value and not isinstance(state.value["End"], bool):
        yield breach("field-type", state.at("End"), f"End must be true or false, not {state.value['End']!r}.")
    yield from _timestamp(state)
    yield from _jsonata_values(state)
    if state.language != JSONATA:
        yield from _paths(state)
        yield from _templates(state)


def numbers(value: Mapping[str, Any], limits: Mapping[str, Numeric], pointer: str, language: str) -> Iterator[Finding]:
    """Check the numbers among the fields of a mapping."""
    for field, limit in limits.items():
        if field not in value or is_open(value[field]):
            continue
        if limit.expressions and language != JSONPATH and is_expression(value[field]):
            continue
        given, place = number(value[field]), pointer_to(pointer, field)
        if given is None or (limit.whole and given != int(given)):
            what = "a whole number" if limit.whole else "a number"
            yield breach("field-type", place, f"{field} must be {what}, not {value[field]!r}.")
        elif not limit.lowest <= given <= limit.highest:
            range_ = f"from {limit.lowest:g} up" if limit.highest == float("inf") else _range(limit)
            yield breach("field-range", place, f"{field} is {given:g}; allowed is {range_}.")


def _range(limit: Numeric) -> str:
    return f"{int(limit.lowest)} to {int(limit.highest)}"


def _timestamp(state: State) -> Iterator[Finding]:
    value = state.value.get("Timestamp")
    if not isinstance(value, str) or value.startswith("{%") or is_open(value) or state.kind != "Wait":
        return
    if not _TIMESTAMP.fullmatch(value):
        sentence = f"Timestamp {value!r} is not of the form 2025-11-24T08:00:00Z."
        yield breach("field-type", state.at("Timestamp"), sentence)


def _jsonata_values(state: State) -> Iterator[Finding]:
    """Arguments and Items have a kind too, unless an expression makes them."""
    if state.language == JSONPATH:
        return
    for field, kind, what in (("Arguments", dict, "a mapping"), ("Items", list, "a list")):
        value = state.value.get(field)
        # A string that opens an expression and does not close it has a finding of its own.
        half = isinstance(value, str) and value.startswith("{%")
        if field in state.value and not isinstance(value, kind) and not half and not is_open(value):
            yield breach("field-type", state.at(field), f"{field} must be {what} or an expression, not {value!r}.")


def _paths(state: State) -> Iterator[Finding]:
    for field in (*fields.ANY_PATHS, *fields.REFERENCE_PATHS, *fields.INTRINSIC_PATHS):
        if field not in state.value or field not in fields.allowed(state.kind, JSONPATH):
            continue
        value = state.value[field]
        if (value is None and field in fields.NULLABLE_PATHS) or is_open(value):
            continue
        place = state.at(field)
        if isinstance(value, str) and INTRINSIC.match(value) and field in (*fields.INTRINSIC_PATHS, "ItemsPath"):
            yield from intrinsics.check(value, place)
            continue
        if not isinstance(value, str) or not value.startswith("$"):
            yield breach("path-syntax", place, f"{field} must be a path that begins with $, not {value!r}.")
        elif field in fields.REFERENCE_PATHS and _NOT_REFERENCE.search(_QUOTED.sub("''", value)):
            yield breach("path-syntax", place, f"{field} {value!r} can select several nodes: it must select one.")


def _templates(state: State) -> Iterator[Finding]:
    places = [(state.value.get(field), state.at(field)) for field in fields.TEMPLATES]
    for field in ("Choices", "Catch"):
        places += [(entry.get("Assign"), pointer_to(place, "Assign")) for entry, place in state.entries(field)]
    for value, pointer in places:
        for mapping, place in mappings(value, pointer):
            yield from _template(mapping, place)


def _template(mapping: dict[str, Any], pointer: str) -> Iterator[Finding]:
    for key, value in mapping.items():
        if not key.endswith(".$"):
            continue
        if not (isinstance(value, str) and (value.startswith("$") or INTRINSIC.match(value) or is_open(value))):
            sentence = f"{key!r} must have a path that begins with $ or an intrinsic function, not {value!r}."
            yield breach("template-value", pointer_to(pointer, key), sentence)
        elif not value.startswith("$") and not is_open(value):
            yield from intrinsics.check(value, pointer_to(pointer, key))
        if key.removesuffix(".$") in mapping:
            sentence = f"{key!r} and {key.removesuffix('.$')!r} become the same key: keep one."
            yield breach("field-exclusive", pointer_to(pointer, key), sentence)
