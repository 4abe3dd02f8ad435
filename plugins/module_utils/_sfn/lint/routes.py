# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of calls against the routes that an HTTP API has.

How a request finds its route: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.api_calls import (
    API_SECONDS,
    AUTH_TYPES,
    METHODS,
    constant,
    parameters_of,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import State, number
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach

DEFAULT = "$default"


@dataclass(frozen=True)
class Route:
    """A route. key: as "POST /a/{b}", or $default. seconds: after which its integration gives up."""

    key: str
    authorization: str | None = None
    seconds: float = API_SECONDS

    def serves(self, method: str, path: str) -> int:
        """Tell how closely the route matches a request; 0 for not at all."""
        if self.key == DEFAULT:
            return 1
        own_method, _space, own_path = self.key.partition(" ")
        if own_method not in ("ANY", method):
            return 0
        fit = _fit(own_path.strip("/").split("/"), path.strip("/").split("/"))
        return fit and 2 * fit + (own_method == method)


def _fit(pattern: list[str], parts: list[str]) -> int:
    """A constant part counts more than {name}, which counts more than {name+}; 0 for no match."""
    score = 1
    for index, wanted in enumerate(pattern):
        if wanted.startswith("{") and wanted.endswith("+}"):
            return score if len(parts) > index else 0
        if index >= len(parts):
            return 0
        if wanted.startswith("{") and wanted.endswith("}"):
            score = 10 * score + 5
        elif wanted == parts[index]:
            score = 10 * score + 9
        else:
            return 0
    return score if len(pattern) == len(parts) else 0


def routes(given: Sequence[str | Mapping[str, Any]]) -> list[Route]:
    """Return routes from keys or from what the http_api module returns. Raises ValueError for what has no key."""
    found = []
    for item in given:
        settings = item if isinstance(item, Mapping) else {"key": item if isinstance(item, str) else None}
        key = settings.get("key")
        if not key:
            raise ValueError(f"{item!r} is no route: a route is a key such as 'POST /orders', or a mapping with key.")
        integration = settings.get("integration")
        timeout = number(integration.get("timeout_milliseconds")) if isinstance(integration, Mapping) else None
        seconds = API_SECONDS if timeout is None else timeout / 1000
        found.append(Route(str(key), settings.get("authorization"), seconds))
    return found


def is_of_the_stack(state: State, api_hosts: Collection[str] | None) -> bool:
    """Tell whether a call goes to an API of the stack; without knowing its hosts, every call does."""
    parameters = parameters_of(state)
    if parameters is None:
        return False
    host = constant(parameters, "ApiEndpoint", state.language)
    return api_hosts is None or host is None or host in api_hosts


def route_of(state: State, known: Sequence[Route]) -> Route | None:
    """Return the route that a call reaches, or None when there is none or it is not known."""
    parameters = parameters_of(state) or {}
    method = constant(parameters, "Method", state.language)
    path = _path(parameters, state.language)
    if method is None or path is None:
        return None
    best = max(known, key=lambda route: route.serves(method, path), default=None)
    return best if best is not None and best.serves(method, path) else None


def _path(parameters: dict[str, Any], language: str) -> str | None:
    """Return the path of a call, without query; the root when none is given."""
    if "Path" not in parameters and "Path.$" not in parameters:
        return "/"
    path = constant(parameters, "Path", language)
    return None if path is None else path.partition("?")[0]


def check(state: State, known: Sequence[Route] | None, api_hosts: Collection[str] | None) -> Iterator[Finding]:
    """Check a call of an API of the stack against its routes."""
    parameters = parameters_of(state)
    if parameters is None:
        return
    pointer = state.at(state.payload[0])
    if not is_of_the_stack(state, api_hosts):
        host = constant(parameters, "ApiEndpoint", state.language)
        hosts = ", ".join(sorted(api_hosts or []))
        yield breach("route-host", pointer_to(pointer, "ApiEndpoint"), f"{host!r} is no host of the stack ({hosts}).")
        return
    method, path = constant(parameters, "Method", state.language), _path(parameters, state.language)
    if known is None or path is None or method not in METHODS:
        return
    route = route_of(state, known)
    if route is None:
        place = pointer_to(pointer, "Path") if "Path" in parameters else pointer
        keys = ", ".join(sorted(route.key for route in known)) or "none"
        sentence = f"The API has no route for {method} /{path.lstrip('/')}; its routes are: {keys}."
        yield breach("route-missing", place, sentence)
    else:
        yield from _authorization(route, parameters, pointer, state.language)


def _authorization(route: Route, parameters: dict[str, Any], pointer: str, language: str) -> Iterator[Finding]:
    if "AuthType" in parameters or "AuthType.$" in parameters:
        auth = constant(parameters, "AuthType", language)
    else:
        auth = "NO_AUTH"
    if auth not in AUTH_TYPES:
        return
    place = pointer_to(pointer, "AuthType") if "AuthType" in parameters else pointer
    if route.authorization == "AWS_IAM" and auth != "IAM_ROLE":
        sentence = f"Route {route.key} demands a signature: AuthType must be IAM_ROLE, not {auth}."
        yield breach("route-authorization", place, sentence)
    if route.authorization == "JWT":
        sentence = f"Route {route.key} demands a token of its JWT authorizer, which a workflow cannot send."
        yield breach("route-authorizer", place, sentence)
