# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of the parameters of apigateway:invoke.

Facts: https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import (
    JSONPATH,
    State,
    is_expression,
    is_open,
    number,
    words,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.tasks import waits_for

_INTEGRATION = re.compile(r"arn:aws[a-z-]*:states:[^:]*:[^:]*:apigateway:invoke(\.waitForTaskToken)?")
PARAMETERS = (
    *("ApiEndpoint", "Method", "Headers", "Stage", "Path"),
    *("QueryParameters", "RequestBody", "AllowNullValues", "AuthType"),
)
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
WITH_BODY = ("PATCH", "POST", "PUT")
AUTH_TYPES = ("NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY")
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
API_SECONDS = 30.0
_HOST = re.compile(r"[A-Za-z0-9.-]+")
_EXECUTE_API = re.compile(r"[0-9a-z]+(-vpce-[0-9a-z]+)?\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_FORBIDDEN_PREFIXES = ("x-forwarded", "x-amz")
_FORBIDDEN = words(
    "authorization connection content-md5 expect host max-forwards proxy-authenticate server te transfer-encoding "
    "trailer upgrade via www-authenticate"
)


def is_api_call(state: State) -> bool:
    return bool(_INTEGRATION.fullmatch(state.resource))


def constant(parameters: dict[str, Any], name: str, language: str) -> str | None:
    """Return a parameter that is a text known now: no expression, no placeholder."""
    value = parameters.get(name)
    if not isinstance(value, str) or is_open(value) or (language != JSONPATH and value.startswith("{%")):
        return None
    return value


def parameters_of(state: State) -> dict[str, Any] | None:
    """Return the parameters of a call, or None when an expression makes all of them."""
    value = state.payload[1]
    return value if isinstance(value, dict) else None


def check(state: State) -> Iterator[Finding]:
    """Check a call of apigateway:invoke; what expressions and paths make is not known and passes."""
    field, value = state.payload
    parameters = parameters_of(state)
    if value is None:
        yield breach("api-required", state.pointer, "A call needs ApiEndpoint and Method.")
    if parameters is None:
        return
    pointer = state.at(field)
    given = {name.removesuffix(".$") if state.language == JSONPATH else name for name in parameters}
    for name in ("ApiEndpoint", "Method"):
        if name not in given:
            yield breach("api-required", pointer, f"A call needs {name}.")
    for name in parameters:
        if (name.removesuffix(".$") if state.language == JSONPATH else name) not in PARAMETERS:
            yield breach("api-parameter", pointer_to(pointer, name), f"apigateway:invoke has no parameter {name}.")
    yield from _endpoint(constant(parameters, "ApiEndpoint", state.language), pointer_to(pointer, "ApiEndpoint"))
    yield from _values(parameters, pointer, state.language)
    for name in ("Headers", "QueryParameters"):
        yield from _lists(parameters.get(name), pointer_to(pointer, name), name, state.language)
    yield from _headers(parameters.get("Headers"), pointer_to(pointer, "Headers"), state.language)


def _endpoint(host: str | None, pointer: str) -> Iterator[Finding]:
    if host is None:
        return
    if not _HOST.fullmatch(host):
        sentence = f"ApiEndpoint {host!r} must be a host name alone, without scheme, port and path."
        yield breach("api-endpoint", pointer, sentence)
    elif not _EXECUTE_API.fullmatch(host):
        sentence = f"ApiEndpoint {host!r} is no host of the form <api-id>.execute-api.<region>.amazonaws.com."
        yield breach("api-endpoint-host", pointer, sentence)


def _values(parameters: dict[str, Any], pointer: str, language: str) -> Iterator[Finding]:
    for name, values in (("Method", METHODS), ("AuthType", AUTH_TYPES)):
        value = constant(parameters, name, language)
        if value is not None and value not in values:
            sentence = f"{name} must be {', '.join(values[:-1])} or {values[-1]}, not {value!r}."
            yield breach("api-value", pointer_to(pointer, name), sentence)
    method = constant(parameters, "Method", language)
    body = next((name for name in ("RequestBody", "RequestBody.$") if name in parameters), None)
    if body and method in METHODS and method not in WITH_BODY:
        sentence = f"A body is sent with {', '.join(WITH_BODY[:-1])} and {WITH_BODY[-1]} only, not with {method}."
        yield breach("api-body", pointer_to(pointer, body), sentence)


def _lists(values: Any, pointer: str, what: str, language: str) -> Iterator[Finding]:
    for name, value in (values if isinstance(values, dict) else {}).items():
        unknown = is_open(value) or (language != JSONPATH and is_expression(value))
        if language == JSONPATH and name.endswith(".$"):
            unknown = True
        if not isinstance(value, list) and not unknown:
            sentence = f"{what} must have a list of values for {name}, not {value!r}: such a call fails, uncaught."
            yield breach("api-lists", pointer_to(pointer, name), sentence)


def _headers(headers: Any, pointer: str, language: str) -> Iterator[Finding]:
    for name in headers if isinstance(headers, dict) else {}:
        plain = (name.removesuffix(".$") if language == JSONPATH else name).lower()
        if plain in _FORBIDDEN or plain.startswith(_FORBIDDEN_PREFIXES):
            yield breach("api-header", pointer_to(pointer, name), f"The header {name} cannot be given.")


def check_timeout(state: State, api_seconds: float) -> Iterator[Finding]:
    """Check that a call outlasts the API. api_seconds: after which the API answers 5XX by itself."""
    timeout = number(state.value.get("TimeoutSeconds"))
    if timeout is not None and timeout <= api_seconds and not waits_for(state.resource):
        sentence = (
            f"TimeoutSeconds {timeout:g} ends the call with States.Timeout while the API still waits for its "
            f"service, up to {api_seconds:g} seconds: take more."
        )
        yield breach("api-timeout", state.at("TimeoutSeconds"), sentence)
