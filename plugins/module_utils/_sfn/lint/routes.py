# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of calls against the routes that an HTTP API has.

How a request finds its route, which local_aws/plane/routes.py does the same way:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html

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
_CONSTANT, _VARIABLE, _GREEDY, _DEFAULT = 1, 2, 3, 4
# Stands for some part of a path; no constant part of a route can be it.
_SOMETHING = "*"


@dataclass(frozen=True)
class Route:
    """A route. key: as "POST /a/{b}", or $default. seconds: after which its integration gives up."""

    key: str
    authorization: str | None = None
    seconds: float = API_SECONDS

    def rank(self, method: str, path: str) -> tuple[int, ...] | None:
        """Return how far the route is from a request, the nearest of all the least; None when it does not serve it.

        A match of the whole path comes before one by {name+}, and $default last. Among those a constant part
        counts more than {name}, which counts more than {name+}, from the left, and then the method more than ANY.
        """
        if self.key == DEFAULT:
            return (_DEFAULT,)
        own_method, _space, own_path = self.key.partition(" ")
        parts = _fit(own_path, path) if own_method in ("ANY", method) else None
        return parts and (_GREEDY if _GREEDY in parts else _CONSTANT, *parts, int(own_method != method))

    def serves(self, method: str, path: str) -> bool:
        return self.rank(method, path) is not None


def _fit(pattern: str, path: str) -> tuple[int, ...] | None:
    """Return the kind of each part of a pattern; None when it does not fit a path.

    {name} wants something, {name+} wants the slash before it: /a/{b+} fits /a/ and not /a.
    """
    wanted, given = pattern.strip("/").split("/"), path.removeprefix("/").split("/")
    kinds = list[int]()
    for index, part in enumerate(wanted):
        if index >= len(given):
            return None
        if part.startswith("{") and part.endswith("+}"):
            return (*kinds, _GREEDY)
        if part.startswith("{") and part.endswith("}") and given[index]:
            kinds.append(_VARIABLE)
        elif part == given[index]:
            kinds.append(_CONSTANT)
        else:
            return None
    return tuple(kinds) if len(wanted) == len(given) else None


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
    path = path_of(parameters, state.language)
    if method is None or path is None:
        return None
    return nearest(known, method, path)


def nearest(known: Sequence[Route], method: str, path: str) -> Route | None:
    """Return the route that takes a request, or None when there is none."""
    ranked = [(rank, route) for route in known if (rank := route.rank(method, path)) is not None]
    return min(ranked, key=lambda each: each[0])[1] if ranked else None


def path_of(parameters: dict[str, Any], language: str) -> str | None:
    """Return the path of a call with the slash that begins it, without query; the root when none is given."""
    if "Path" not in parameters and "Path.$" not in parameters:
        return "/"
    path = constant(parameters, "Path", language)
    return None if path is None else "/" + path.partition("?")[0].lstrip("/")


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
    method, path = constant(parameters, "Method", state.language), path_of(parameters, state.language)
    if known is None or path is None or method not in METHODS:
        return
    route = route_of(state, known)
    if route is None:
        place = pointer_to(pointer, "Path") if "Path" in parameters else pointer
        yield _no_route(known, method, path, place)
    else:
        yield from _authorization(route, parameters, pointer, state.language)


def _no_route(known: Sequence[Route], method: str, path: str, place: str) -> Finding:
    # AWS's pages do not say that a slash at the end matters, so a call that it alone tells from a route may be right.
    for meant in (path.rstrip("/"), path + _SOMETHING) if path.endswith("/") else ():
        route = nearest(known, method, meant)
        if route is not None:
            sentence = f"{method} {path} ends with a slash and is most likely not found: the route is {route.key}."
            return breach("route-slash", place, sentence)
    keys = ", ".join(sorted(route.key for route in known)) or "none"
    return breach("route-missing", place, f"The API has no route for {method} {path}; its routes are: {keys}.")


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
