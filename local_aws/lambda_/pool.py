# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Warm execution environments, one list per function version and configuration."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any

from local_aws.lambda_.environment import Environment

Key = tuple[str, str, str]

_lock = threading.Lock()
_idle: dict[Key, list[Environment]] = {}
_busy: dict[Key, list[Environment]] = {}
_retired: set[Key] = set()


class TooManyRequests(Exception):
    """All environments that the function's reserved concurrency allows are busy."""


def acquire(function: Any) -> tuple[Key, Environment]:
    """A warm environment, or a new one; TooManyRequests at the reserved concurrency."""
    key = key_of(function)
    reserved = function.reserved_concurrency
    with _lock:
        _retired.discard(key)
        if reserved is not None and _busy_count(key[0]) >= int(reserved):
            raise TooManyRequests
        idle = _idle.get(key)
        environment = idle.pop() if idle else None
        if environment is not None:
            _busy.setdefault(key, []).append(environment)
            return key, environment
    environment = Environment(function, key[1])
    with _lock:
        _busy.setdefault(key, []).append(environment)
    return key, environment


def release(key: Key, environment: Environment, *, reusable: bool) -> None:
    """Keep the environment for the next event, unless it ended or its function has changed since."""
    with _lock:
        _busy[key].remove(environment)
        if reusable and key not in _retired:
            _idle.setdefault(key, []).append(environment)
            return
    environment.close()


def retire(function_name: str) -> None:
    """End the idle environments of a function's $LATEST and let the busy ones end with their event."""
    _end(lambda key: key[0] == function_name and key[1] == "$LATEST")


def retire_all(function_name: str) -> None:
    """The same for every version, when the function is deleted."""
    _end(lambda key: key[0] == function_name)


def stop() -> None:
    """End every idle environment; the busy ones are children of the server and end with it."""
    _end(lambda key: True)


def state() -> list[dict[str, Any]]:
    """One entry per environment."""
    with _lock:
        return [
            {"function": key[0], "version": key[1], "pid": environment.pid, "busy": table is _busy}
            for table in (_idle, _busy)
            for key, environments in table.items()
            for environment in environments
        ]


def key_of(function: Any) -> Key:
    """Function, version and a digest of everything that an environment is made from."""
    parts = [
        function.code_sha_256,
        function.handler,
        function.run_time,
        function.role,
        int(function.memory_size),
        sorted((function.environment_vars or {}).items()),
    ]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return function.function_name, str(function.version), digest


def _end(chosen: Any) -> None:
    with _lock:
        keys = [key for key in {*_idle, *_busy} if chosen(key)]
        _retired.update(key for key in keys if _busy.get(key))
        environments = [environment for key in keys for environment in _idle.pop(key, [])]
    for environment in environments:
        environment.close()


def _busy_count(function_name: str) -> int:
    return sum(len(environments) for key, environments in _busy.items() if key[0] == function_name)
