# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The linter of state machine definitions: every rule, offline, with nothing but the standard library.

Private to the collection. What a rule demands is in C(rules); each family of rules has a file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.orchestra.aws.plugins.module_utils._sfn import definition as structure
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import (
    api_calls,
    choices,
    errors,
    expressions,
    flow,
    routes,
    shape,
    tasks,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import State, machines
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import ERROR, Finding, structural


class _Stack(NamedTuple):
    routes: list[routes.Route] | None
    hosts: Collection[str] | None


def lint(
    definition: Any,
    *,
    type: str = "STANDARD",
    routes: Sequence[str | Mapping[str, Any]] | None = None,
    api_hosts: Collection[str] | None = None,
) -> list[Finding]:
    """Return all findings, the errors first, else in the order of the rules and of the document.

    definition: parsed. type: of the state machine. routes: of the API that is called, keys or the http_api module's
    return value. api_hosts: of the stack's APIs; calls to others are not compared with routes.
    Raises ValueError for routes that are none.
    """
    stack = _Stack(None if routes is None else _routes(routes), api_hosts)
    found = [structural(finding) for finding in structure.check(definition)]
    if isinstance(definition, dict):
        found += _findings(definition, type, stack)
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda finding: finding.severity != ERROR)


def _routes(given: Sequence[str | Mapping[str, Any]]) -> list[routes.Route]:
    return routes.routes(given)


def _findings(definition: dict[str, Any], kind: str, stack: _Stack) -> Iterator[Finding]:
    everywhere = machines(definition)
    yield from flow.check(everywhere)
    if kind == "EXPRESS":
        yield from tasks.check_express_machine(definition)
    for machine in everywhere:
        yield from shape.check_machine(machine)
        for state in machine.states:
            yield from _state(state, stack)
            if kind == "EXPRESS":
                yield from tasks.check_express(state)


def _state(state: State, stack: _Stack) -> Iterator[Finding]:
    yield from shape.check_state(state)
    yield from errors.check(state)
    yield from expressions.check(state)
    if state.kind == "Choice":
        yield from choices.check(state)
    if state.kind == "Task":
        yield from tasks.check(state)
    if api_calls.is_api_call(state):
        yield from api_calls.check(state)
        yield from _against_the_stack(state, stack)


def _against_the_stack(state: State, stack: _Stack) -> Iterator[Finding]:
    route = routes.route_of(state, stack.routes or []) if routes.is_of_the_stack(state, stack.hosts) else None
    yield from api_calls.check_timeout(state, route.seconds if route else api_calls.API_SECONDS)
    if stack.routes is not None or stack.hosts is not None:
        yield from routes.check(state, stack.routes, stack.hosts)
