# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The errors of the Step Functions API and the checks that several operations share."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import AWSError

MAX_DATA_BYTES = 262_144  # input and output of an execution, of a state and of a task: 256 KiB of UTF-8
MAX_NAME = 80
MAX_PAGE = 1_000
DEFAULT_PAGE = 100

_STATE_MACHINE = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:([^:]+)(?::([^:]+))?")
_EXECUTION = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:(execution|express):([^:]+):([^:]+)(?::[^:]+)?")
_FORBIDDEN_IN_NAMES = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
_ALIAS_NAME = re.compile(r"(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+")


def api_error(code: str, message: str) -> Exception:
    """An error of the API, ready to be raised (HTTP status 400)."""
    error: Exception = AWSError(message, exception_type=code)
    return error


def not_implemented(operation: str) -> Exception:
    """What this server does not do: 501, which no SDK tries again."""
    message = f"The {operation} operation is not implemented by the embedded AWS."
    error: Exception = AWSError(message, exception_type="NotImplemented", status=501)
    return error


def state_machine_arn(arn: Any) -> tuple[str, str, str | None]:
    """Unqualified ARN, name and qualifier (version number or alias) of a state machine's ARN."""
    match = _STATE_MACHINE.fullmatch(arn) if isinstance(arn, str) else None
    if match is None:
        raise api_error("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    name, qualifier = match[1], match[2]
    return (arn if qualifier is None else arn[: -len(qualifier) - 1]), name, qualifier


def standard_execution_arn(arn: Any) -> str:
    """The name of the state machine in a standard execution's ARN; express executions are refused (recorded)."""
    match = _EXECUTION.fullmatch(arn) if isinstance(arn, str) else None
    if match is None:
        raise api_error("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    if match[1] == "express":
        raise api_error("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")
    return match[2]


def check_name(name: Any) -> str:
    """Names of state machines and executions."""
    if not isinstance(name, str) or not name or _FORBIDDEN_IN_NAMES.search(name):
        raise api_error("InvalidName", f"Invalid Name: '{name}'")
    _check_length(name)
    return name


def check_alias_name(name: Any) -> str:
    """Alias names: at least one character that is no digit, so that they differ from versions."""
    if not isinstance(name, str) or not _ALIAS_NAME.fullmatch(name):
        pattern = r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"
        raise constraint(name, "name", f"Member must satisfy regular expression pattern: {pattern}")
    _check_length(name)
    return name


def constraint(value: Any, field: str, rule: str) -> Exception:
    """The ValidationException of a value that breaks a constraint of the API's model."""
    message = f"1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: {rule}"
    return api_error("ValidationException", message)


def page(
    items: list[Any], request: dict[str, Any], key: Callable[[Any], str], default: int = DEFAULT_PAGE
) -> tuple[list[Any], str | None]:
    """The page that `maxResults` and `nextToken` ask for, and the token of the next one; tokens name an item."""
    size = request.get("maxResults") or default
    if not 0 < size <= MAX_PAGE:
        rule = f"Member must have value less than or equal to {MAX_PAGE}"
        raise constraint(size, "maxResults", rule)
    start = _start(items, request.get("nextToken"), key)
    following = start + size
    token = _token(key(items[following])) if following < len(items) else None
    return items[start:following], token


def _start(items: list[Any], token: str | None, key: Callable[[Any], str]) -> int:
    if token is None:
        return 0
    try:
        name = base64.urlsafe_b64decode(token).decode()
    except (binascii.Error, ValueError):
        name = ""
    for index, item in enumerate(items):
        if key(item) == name:
            return index
    raise api_error("InvalidToken", "Invalid Token: 'Invalid token'")


def _token(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def _check_length(name: str) -> None:
    if len(name) > MAX_NAME:
        raise constraint(name, "name", f"Member must have length less than or equal to {MAX_NAME}")
