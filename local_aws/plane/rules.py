# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Listener rules: which actions apply to a request ("Listener rules for your Application Load Balancer")."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any

from local_aws.plane.http import HttpRequest

Condition = Mapping[str, Any]


def actions_for(listener: Any, request: HttpRequest) -> Sequence[Mapping[str, Any]]:
    """The actions of the first rule, by priority, whose conditions are all met; else the default ones."""
    ordered = sorted((rule for rule in list(listener.rules.values()) if not rule.is_default), key=_priority)
    for rule in ordered:
        if all(meets(condition, request) for condition in rule.conditions):
            return [action.data for action in rule.actions]
    return [action.data for action in listener.default_actions]


def meets(condition: Condition, request: HttpRequest) -> bool:
    """Whether a request meets one condition."""
    field = condition["Field"]
    if field == "path-pattern":
        return any(like(pattern, request.path) for pattern in _values(condition, "PathPatternConfig"))
    if field == "host-header":
        host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
        return any(like(pattern, host, ignore_case=True) for pattern in _values(condition, "HostHeaderConfig"))
    if field == "http-header":
        name = str(condition["HttpHeaderConfig"]["HttpHeaderName"]).lower()
        value = request.headers.get(name)
        patterns = _values(condition, "HttpHeaderConfig")
        return value is not None and any(like(pattern, value, ignore_case=True) for pattern in patterns)
    if field == "http-request-method":
        return request.method in _values(condition, "HttpRequestMethodConfig")
    if field == "query-string":
        return _query_meets(condition, request.query_string)
    if field == "source-ip":
        address = ipaddress.ip_address(request.source_ip)
        return any(address in ipaddress.ip_network(block) for block in _values(condition, "SourceIpConfig"))
    return False


def like(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether a text matches a pattern in which * stands for any characters and ? for one."""
    expression = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, text, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def _query_meets(condition: Condition, query_string: str) -> bool:
    pairs = urllib.parse.parse_qsl(query_string, keep_blank_values=True)
    return any(
        (not wanted.get("Key") or like(wanted["Key"], key, ignore_case=True))
        and like(wanted["Value"], value, ignore_case=True)
        for wanted in condition["QueryStringConfig"]["Values"]
        for key, value in pairs
    )


def _values(condition: Condition, config: str) -> Sequence[str]:
    values: Sequence[str] = (condition.get(config) or {}).get("Values") or condition.get("Values") or ()
    return values


def _priority(rule: Any) -> int:
    return int(rule.priority)
