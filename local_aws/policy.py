# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Pure evaluation of identity policies: explicit deny, then allow, else deny.

Follows "Policy evaluation logic" of the IAM user guide for one account without session policies.
A condition operator that is not known here never widens access: the allow does not apply, the deny does.
"""

from __future__ import annotations

import fnmatch
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# Condition key, in lower case, -> its value; a list for a key with several values.
Context = Mapping[str, str | list[str]]
_NUMERIC: dict[str, Callable[[float, float], bool]] = {
    "NumericEquals": operator.eq,
    "NumericNotEquals": operator.eq,
    "NumericLessThan": operator.lt,
    "NumericLessThanEquals": operator.le,
    "NumericGreaterThan": operator.gt,
    "NumericGreaterThanEquals": operator.ge,
}


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


def trusts_service(document: Mapping[str, Any], service: str, context: Context | None = None) -> bool:
    """Whether a trust policy lets an AWS service (`lambda.amazonaws.com`) assume the role.

    context: the condition keys that the service sends, like aws:sourcearn; None when that is not known, and then
    conditions are not looked at.
    """
    trusted = False
    for statement in _list(document.get("Statement")):
        principal = statement.get("Principal")
        services = _list(principal.get("Service")) if isinstance(principal, Mapping) else []
        named = principal == "*" or any(_like(service, pattern) for pattern in services)
        if not named or not any(_like("sts:assumerole", item.lower()) for item in _list(statement.get("Action"))):
            continue
        met = True if context is None else _conditions_met(statement.get("Condition") or {}, context)
        if statement.get("Effect") == "Deny" and met is not False:
            return False
        trusted = trusted or (statement.get("Effect") == "Allow" and met is True)
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
    for name, keys in conditions.items():
        for key, wanted in keys.items():
            met = _condition_met(name, context.get(key.lower()), [str(value) for value in _list(wanted)])
            if met is False:
                return False
            result = None if met is None else result
    return result


def _condition_met(operator_name: str, value: str | list[str] | None, wanted: list[str]) -> bool | None:
    """One operator on one key; True also for a missing key where AWS says so."""
    quantifier, _, name = operator_name.rpartition(":")
    values = [] if value is None else value if isinstance(value, list) else [value]
    if quantifier == "ForAllValues":
        return _all_met([_value_met(name, each, wanted) for each in values])
    if quantifier == "ForAnyValue":
        return _any_met([_value_met(name, each, wanted) for each in values])
    if not values:
        return _value_met(name, None, wanted)
    return _any_met([_value_met(name, each, wanted) for each in values])


def _all_met(results: list[bool | None]) -> bool | None:
    return False if False in results else None if None in results else True


def _any_met(results: list[bool | None]) -> bool | None:
    return True if True in results else None if None in results else False


def _value_met(operator_name: str, value: str | None, wanted: list[str]) -> bool | None:
    name = operator_name.removesuffix("IfExists")
    if name == "Null":
        return any((value is None) == (item.lower() == "true") for item in wanted)
    negated = "Not" in name
    if value is None:
        return negated or operator_name.endswith("IfExists")
    if name in {"StringEquals", "StringNotEquals"}:
        met = value in wanted
    elif name in {"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "Bool"}:
        met = value.lower() in [item.lower() for item in wanted]
    elif name in {"StringLike", "StringNotLike", "ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals"}:
        met = any(_like(value, item) for item in wanted)
    elif name in _NUMERIC:
        met = any(_compares(_NUMERIC[name], value, item) for item in wanted)
    else:
        return None
    return met != negated


def _compares(compare: Callable[[float, float], bool], value: str, wanted: str) -> bool:
    try:
        return compare(float(value), float(wanted))
    except ValueError:
        return False


def _like(value: str, pattern: str) -> bool:
    """IAM wildcards: * any run, ? one character; a bracket has no meaning."""
    return re.fullmatch(fnmatch.translate(pattern.replace("[", "[[]")), value) is not None


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
