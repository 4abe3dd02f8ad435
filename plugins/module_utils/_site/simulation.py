# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What IAM has to be asked to know whether a caller may do what policies allow. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Stands for what a wildcard leaves open: IAM simulates requests, and a request has names.
_ANYTHING = "any"
# Operators whose values a request can be given; the others say what a request must not have.
_POSITIVE = ("StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike", "Bool")


def requests(documents: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what to simulate, in the form of the account_info module's option simulate.

    Each statement that allows something becomes one request: its actions, on its resources, under its conditions.
    """
    return [request for document in documents for request in _of(document)]


def _of(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for statement in _list(document["Statement"]):
        actions = [action for action in _list(statement.get("Action")) if not action.endswith("*")]
        if statement["Effect"] == "Allow" and actions:
            resources = [_named(resource) for resource in _list(statement.get("Resource", "*"))]
            yield {"actions": actions, "resources": resources, "context": _context(statement.get("Condition") or {})}


def _context(conditions: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    context: dict[str, list[str]] = {}
    for operator, keys in conditions.items():
        # ForAnyValue:StringEquals, StringEqualsIfExists
        if operator.rsplit(":", 1)[-1].removesuffix("IfExists") in _POSITIVE:
            context |= {key: [_named(str(_list(value)[0]))] for key, value in keys.items()}
    return context


def _named(pattern: str) -> str:
    """Return a name that a pattern covers."""
    return pattern if pattern == "*" else pattern.replace("?", "x").replace("*", _ANYTHING)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
