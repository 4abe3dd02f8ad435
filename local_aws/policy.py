# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Pure evaluation of identity policies: explicit deny, then allow, else deny.

Follows "Policy evaluation logic" of the IAM user guide for one account without boundaries or session policies.
A condition operator that is not known here never widens access: the allow does not apply, the deny does.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from typing import Any

Context = Mapping[str, str]


def allows(documents: Iterable[Mapping[str, Any]], action: str, resource: str, context: Context) -> bool:
    """Whether the policies together let `action` be done on `resource` (an ARN)."""
    allowed = False
    for statement in (statement for document in documents for statement in _list(document.get("Statement"))):
        effect = statement.get("Effect")
        if not _covers(statement, action, resource):
            continue
        met = _conditions_met(statement.get("Condition") or {}, context)
        if effect == "Deny" and met is not False:
            return False
        allowed = allowed or (effect == "Allow" and met is True)
    return allowed


def trusts_service(document: Mapping[str, Any], service: str) -> bool:
    """Whether a trust policy lets an AWS service (`lambda.amazonaws.com`) assume the role."""
    trusted = False
    for statement in _list(document.get("Statement")):
        principal = statement.get("Principal")
        services = _list(principal.get("Service")) if isinstance(principal, Mapping) else []
        named = principal == "*" or any(_like(service, pattern) for pattern in services)
        if not named or not any(_like("sts:assumerole", item.lower()) for item in _list(statement.get("Action"))):
            continue
        if statement.get("Effect") == "Deny":
            return False
        trusted = trusted or statement.get("Effect") == "Allow"
    return trusted


def _covers(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    if "NotAction" in statement:
        named = not any(_like(action.lower(), item.lower()) for item in _list(statement["NotAction"]))
    else:
        named = any(_like(action.lower(), item.lower()) for item in _list(statement.get("Action")))
    if not named:
        return False
    if "NotResource" in statement:
        return not any(_like(resource, item) for item in _list(statement["NotResource"]))
    return any(_like(resource, item) for item in _list(statement.get("Resource")))


def _conditions_met(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool | None:
    """True, False, or None when an operator is not known."""
    result: bool | None = True
    for operator, keys in conditions.items():
        for key, wanted in keys.items():
            met = _condition_met(operator, context.get(key.lower()), [str(value) for value in _list(wanted)])
            if met is False:
                return False
            result = None if met is None else result
    return result


def _condition_met(operator: str, value: str | None, wanted: list[str]) -> bool | None:
    name = operator.removesuffix("IfExists")
    if name == "Null":
        return any((value is None) == (item.lower() == "true") for item in wanted)
    negated = "Not" in name
    if value is None:
        return negated or operator.endswith("IfExists")
    if name in {"StringEquals", "StringNotEquals"}:
        met = value in wanted
    elif name in {"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "Bool"}:
        met = value.lower() in [item.lower() for item in wanted]
    elif name in {"StringLike", "StringNotLike", "ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals"}:
        met = any(_like(value, item) for item in wanted)
    else:
        return None
    return met != negated


def _like(value: str, pattern: str) -> bool:
    """IAM wildcards: * any run, ? one character; a bracket has no meaning."""
    return re.fullmatch(fnmatch.translate(pattern.replace("[", "[[]")), value) is not None


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
