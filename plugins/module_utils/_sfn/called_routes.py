# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which routes of HTTP APIs a definition calls with a signature. Pure functions only.

It decides what the role of a state machine may call, so what is not known makes no right wider than the routes
that the site's API has.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.api_calls import (
    constant,
    is_api_call,
    parameters_of,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import State, machines
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.routes import path_of
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.routes import routes as parsed_routes

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
DEFAULT_STAGE = "$default"
_EXECUTE_API = re.compile(r"([0-9a-z]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?")


def called_routes(
    definition: dict[str, Any], host: str, api_id: str, known: Sequence[str | Mapping[str, Any]]
) -> list[str]:
    """Return C(api/stage/method/path) of each signed call, sorted, as IAM writes it after the account.

    host, api_id, known: those of the site's API; known are its routes. A method or path that an expression makes
    stands for every signed route of the site's API that it can be.
    """
    found: set[str] = set()
    for machine in machines(definition):
        for state in machine.states:
            if is_api_call(state):
                found.update(_called(state, host, api_id, known))
    return sorted(found)


def _called(state: State, host: str, api_id: str, known: Sequence[str | Mapping[str, Any]]) -> Iterator[str]:
    parameters = parameters_of(state)
    if parameters is None or not _may_sign(parameters, state.language):
        return
    asked = constant(parameters, "ApiEndpoint", state.language)
    if asked is None or asked == host:
        api = api_id
    elif match := _EXECUTE_API.fullmatch(asked):
        api = match[1]
    else:
        return  # The name of a domain does not tell the API behind it.
    stage = _stage(parameters, state.language)
    method = constant(parameters, "Method", state.language)
    path = path_of(parameters, state.language)
    if method is not None and path is not None:
        yield f"{api}/{stage}/{method}/{path.lstrip('/')}"
    elif api == api_id:
        yield from (f"{api}/{stage}/{key}" for key in _signed(known, method, path))


def _may_sign(parameters: Mapping[str, Any], language: str) -> bool:
    given = "AuthType" in parameters or "AuthType.$" in parameters
    return given and constant(dict(parameters), "AuthType", language) in (None, "IAM_ROLE")


def _stage(parameters: Mapping[str, Any], language: str) -> str:
    if "Stage" in parameters or "Stage.$" in parameters:
        return constant(dict(parameters), "Stage", language) or "*"
    return DEFAULT_STAGE


def _signed(known: Sequence[str | Mapping[str, Any]], method: str | None, path: str | None) -> Iterator[str]:
    """Yield method/path of the routes that demand a signature and that the call may mean."""
    for route in parsed_routes(known):
        if route.authorization != "AWS_IAM" or " " not in route.key:
            continue
        own_method, own_path = route.key.split(" ", 1)
        if method is not None and own_method not in ("ANY", method):
            continue
        if path is not None and not route.serves(own_method, path):
            continue
        pattern = re.sub(r"\{[^}]*\}", "*", own_path).lstrip("/")
        yield f"{'*' if own_method == 'ANY' else own_method}/{pattern if path is None else path.lstrip('/')}"
