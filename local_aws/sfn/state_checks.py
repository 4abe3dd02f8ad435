# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""What one state of a definition must look like: its own fields, its retriers and catchers, its expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from local_aws.sfn import apigateway, fields, jsonata
from local_aws.sfn.diagnostics import SCHEMA, Diagnostic, not_supported, required
from local_aws.sfn.fields import JSONATA

STATES_ALL = "States.ALL"
API_GATEWAY = "arn:aws:states:::apigateway:invoke"
_RESOURCE = re.compile(r"arn:aws[a-z-]*:(states|lambda):[a-z0-9-]*:\d*:\S+")
# Lowest and highest value of a retrier's numbers (developer guide, "Retrying after an error").
_RETRY_NUMBERS: dict[str, tuple[float, float]] = {
    "IntervalSeconds": (1, 99_999_999),
    "MaxAttempts": (0, 99_999_999),
    "MaxDelaySeconds": (1, 31_622_400),
    "BackoffRate": (1, float("inf")),
}
_REQUIRED = {"Task": "Resource", "Parallel": "Branches", "Choice": "Choices"}
_STATES_REFERENCE = re.compile(r"\$states\.(result|errorOutput)\b")
_STRINGS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")


def check(state: dict[str, Any], path: str, language: str, kind: str) -> Iterator[Diagnostic]:
    """All that is wrong within the state itself."""
    state_type = state["Type"]
    needed = _REQUIRED.get(state_type)
    if needed and not state.get(needed):
        yield required(needed, path)
    if state_type == "Map" and not ("ItemProcessor" in state or "Iterator" in state):
        yield required("ItemProcessor", path)
    if state_type == "Task":
        yield from _task(state, path, kind)
    yield from _handlers(state, path, language)
    if language == JSONATA:
        yield from _choices(state, path)
        for field, value in state.items():
            if field not in {"Branches", "ItemProcessor", "Iterator"}:
                yield from _expressions(value, f"{path}/{field}", _in_scope(state_type, field))


def _task(state: dict[str, Any], path: str, kind: str) -> Iterator[Diagnostic]:
    resource = state.get("Resource")
    if not isinstance(resource, str) or not _RESOURCE.fullmatch(resource):
        yield Diagnostic(SCHEMA, "Value is not a valid resource ARN", f"{path}/Resource")
        return
    base, _, pattern = resource.rpartition(".")
    waits = pattern in {"sync", "sync:2", "waitForTaskToken"}
    if kind == "EXPRESS" and (waits or ":activity:" in resource):
        what = f"'.{pattern}' service integration" if waits else "Activity ARN"
        yield Diagnostic(SCHEMA, f"Express state machine does not support {what}", f"{path}/Resource")
    if (base if waits else resource).replace("aws-cn", "aws").replace("aws-us-gov", "aws") == API_GATEWAY:
        field = "Arguments" if "Arguments" in state else "Parameters"
        yield from _api_call(state.get(field), f"{path}/{field}")


def _api_call(parameters: Any, path: str) -> Iterator[Diagnostic]:
    """The literal arguments of apigateway:invoke; expressions are checked when they have values."""
    if not isinstance(parameters, dict):
        if parameters is None:
            yield required("ApiEndpoint, Method", path)
        return
    given = {name.removesuffix(".$"): value for name, value in parameters.items()}
    for name in sorted(set(given) - apigateway.PARAMETERS):
        yield Diagnostic(SCHEMA, f'The field "{name}" is not supported by Step Functions', path)
    for name in ("ApiEndpoint", "Method"):
        if name not in given:
            yield required(name, path)
    endpoint = parameters.get("ApiEndpoint")
    if isinstance(endpoint, str) and not _is_expression(endpoint) and not apigateway.ENDPOINT.fullmatch(endpoint):
        text = "The value of the field 'ApiEndpoint' must be the host name of an API: no scheme, no path"
        yield Diagnostic(SCHEMA, text, f"{path}/ApiEndpoint")
    for name, values in (("Method", apigateway.METHODS), ("AuthType", apigateway.AUTH_TYPES)):
        value = parameters.get(name)
        if isinstance(value, str) and not _is_expression(value) and value not in values:
            text = f"The field '{name}' should have one of these values: [{', '.join(sorted(values))}]"
            yield Diagnostic(SCHEMA, text, f"{path}/{name}")
    headers = parameters.get("Headers")
    refused = apigateway.forbidden_headers([str(name) for name in headers]) if isinstance(headers, dict) else []
    if refused:
        text = f"The 'Headers' field contains unsupported values: [{', '.join(refused)}]"
        yield Diagnostic(SCHEMA, text, path)


def _handlers(state: dict[str, Any], path: str, language: str) -> Iterator[Diagnostic]:
    for field, known in (("Retry", fields.RETRIER), ("Catch", fields.CATCHERS[language])):
        entries = state.get(field, [])
        if not isinstance(entries, list):
            yield Diagnostic(SCHEMA, f"The field '{field}' must be an array", f"{path}/{field}")
            continue
        for index, entry in enumerate(entries):
            where = f"{path}/{field}[{index}]"
            if not isinstance(entry, dict):
                yield Diagnostic(SCHEMA, f"An entry of '{field}' must be an object", where)
                continue
            yield from not_supported(entry, known, where)
            yield from _error_names(entry.get("ErrorEquals"), where, last=index == len(entries) - 1)
            if field == "Catch" and "Next" not in entry:
                yield required("Next", where)
            if field == "Retry":
                yield from _retry_numbers(entry, where)


def _error_names(names: Any, path: str, *, last: bool) -> Iterator[Diagnostic]:
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        yield required("ErrorEquals", path)
    elif STATES_ALL in names and (len(names) > 1 or not last):
        text = f"'{STATES_ALL}' must be the only error name of its entry, and its entry the last one"
        yield Diagnostic(SCHEMA, text, f"{path}/ErrorEquals")


def _retry_numbers(retrier: dict[str, Any], path: str) -> Iterator[Diagnostic]:
    for name, (lowest, highest) in _RETRY_NUMBERS.items():
        value = retrier.get(name, lowest)
        whole = isinstance(value, int) or (name == "BackoffRate" and isinstance(value, float))
        if isinstance(value, bool) or not whole or not lowest <= value <= highest:
            text = f"The field '{name}' must be a number from {lowest:g} to {highest:g}"
            yield Diagnostic(SCHEMA, text, f"{path}/{name}")
    if retrier.get("JitterStrategy", "NONE") not in {"FULL", "NONE"}:
        text = "The field 'JitterStrategy' should have one of these values: [FULL, NONE]"
        yield Diagnostic(SCHEMA, text, f"{path}/JitterStrategy")


def _choices(state: dict[str, Any], path: str) -> Iterator[Diagnostic]:
    rules = state.get("Choices")
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        where = f"{path}/Choices[{index}]"
        if not isinstance(rule, dict):
            yield Diagnostic(SCHEMA, "A choice must be an object", where)
            continue
        yield from not_supported(rule, fields.JSONATA_CHOICE, where, JSONATA)
        for field in ("Condition", "Next"):
            if field not in rule:
                yield required(field, where)


def _in_scope(state_type: str, field: str) -> frozenset[str]:
    """Which of `$states.result` and `$states.errorOutput` a field may read."""
    if field == "Catch":
        return frozenset({"errorOutput"})
    has_result = state_type in fields.TYPES_WITH_RESULT and field in fields.WITH_RESULT
    return frozenset({"result"}) if has_result else frozenset()


def _expressions(value: Any, path: str, scope: frozenset[str]) -> Iterator[Diagnostic]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _expressions(item, f"{path}/{name}", scope)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _expressions(item, f"{path}[{index}]", scope)
    elif isinstance(value, str) and value.startswith("{%"):
        yield from _expression(value, path, scope)


def _expression(text: str, path: str, scope: frozenset[str]) -> Iterator[Diagnostic]:
    if not _is_expression(text):
        yield Diagnostic(SCHEMA, "A JSONata expression that starts with '{%' must end with '%}'", path)
        return
    body = text[2:-2]
    wrong = jsonata.syntax_error(body)
    if wrong:
        yield Diagnostic(SCHEMA, f"The value is not a valid JSONata expression: {wrong}", path)
    elif jsonata.reads_the_root(body):
        yield Diagnostic(SCHEMA, "'$' and '$$' are not bound here: use $states.input", path)
    for name in sorted(set(_STATES_REFERENCE.findall(_STRINGS.sub("''", body))) - scope):
        yield Diagnostic(SCHEMA, f"The reserved variable $states.{name} is not available in this field", path)


def _is_expression(text: str) -> bool:
    return text.startswith("{%") and text.endswith("%}") and len(text) > 4
