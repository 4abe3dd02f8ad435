# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Parameter mapping of HTTP APIs ("Transform API requests and responses"): pure functions on a request or response."""

from __future__ import annotations

import dataclasses
import json
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any

from local_aws.plane.http import HttpRequest, HttpResponse

_RESERVED_PREFIXES = ("access-control-", "apigw-", "x-amz-", "x-amzn-")
_RESERVED = frozenset(
    {
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-location",
        "forwarded",
        "keep-alive",
        "origin",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailers",
        "transfer-encoding",
        "upgrade",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "via",
    }
)
_NAME = r"(?:request|response|context|stageVariables)(?:\.[\w\-$]+(?:\[[0-9]+\])?)+"
_VARIABLE = re.compile(rf"\$\{{({_NAME})\}}|\$({_NAME})|\$\{{(response\.status|request\.path)\}}")


@dataclasses.dataclass(frozen=True)
class Variables:
    """What mapping expressions can refer to."""

    request: HttpRequest
    path_parameters: Mapping[str, str]
    context: Mapping[str, str]
    stage_variables: Mapping[str, str]
    response: HttpResponse | None = None

    def value(self, name: str) -> str:
        """The value of `request.header.name` and the like; an unknown one is empty."""
        root, _, rest = name.partition(".")
        if root == "context":
            return self.context.get(rest, "")
        if root == "stageVariables":
            return self.stage_variables.get(rest, "")
        place, _, key = rest.partition(".")
        return self._of_request(place, key) if root == "request" else self._of_response(place, key)

    def _of_request(self, place: str, key: str) -> str:
        if place == "path":
            return self.path_parameters.get(key, "") if key else self.request.path
        if place == "header":
            return self.request.headers.get(key.lower(), "")
        if place == "querystring":
            pairs = urllib.parse.parse_qsl(self.request.query_string, keep_blank_values=True)
            return ",".join(value for name, value in pairs if name == key)
        if place == "body":
            return _in_body(self.request.body, key) if key else self.request.body.decode(errors="replace")
        return ""

    def _of_response(self, place: str, key: str) -> str:
        if self.response is None:
            return ""
        if place == "header":
            return ",".join(value for name, value in self.response.headers if name.lower() == key.lower())
        return _in_body(self.response.body, key) if place == "body" else ""


def is_reserved(header: str) -> bool:
    """Whether a header cannot be mapped."""
    return header.lower() in _RESERVED or header.lower().startswith(_RESERVED_PREFIXES)


def evaluate(expression: str, variables: Variables) -> str:
    """A static value with `$name` and `${name}` replaced."""
    return _VARIABLE.sub(lambda match: variables.value(match.group(1) or match.group(2) or match.group(3)), expression)


def map_request(parameters: Mapping[str, str], request: HttpRequest, variables: Variables) -> HttpRequest:
    """The request that the integration receives."""
    headers = dict(request.headers)
    query = urllib.parse.parse_qsl(request.query_string, keep_blank_values=True)
    path, query_changed = request.path, False
    for key, expression in parameters.items():
        operation, _, destination = key.partition(":")
        place, _, name = destination.partition(".")
        value = evaluate(expression, variables)
        if place == "path" and operation == "overwrite":
            path = value if value.startswith("/") else f"/{value}"
        elif place == "header" and not is_reserved(name):
            _map_header(headers, operation, name.lower(), value)
        elif place == "querystring":
            query, query_changed = _map_query(query, operation, name, value), True
    query_string = urllib.parse.urlencode(query) if query_changed else request.query_string
    return dataclasses.replace(request, path=path, headers=headers, query_string=query_string)


def map_response(parameters: Mapping[str, Any], response: HttpResponse, variables: Variables) -> HttpResponse:
    """The response that the caller receives: `parameters` are those of the response's own status code."""
    mappings: Mapping[str, str] = parameters.get(str(response.status)) or {}
    status, headers = response.status, list(response.headers)
    variables = dataclasses.replace(variables, response=response)
    for key, expression in mappings.items():
        operation, _, destination = key.partition(":")
        place, _, name = destination.partition(".")
        value = evaluate(expression, variables)
        if place == "statuscode" and operation == "overwrite" and value.isdigit():
            status = int(value)
        elif place == "header" and not is_reserved(name):
            if operation in {"overwrite", "remove"}:
                headers = [pair for pair in headers if pair[0].lower() != name.lower()]
            if operation in {"overwrite", "append"}:
                headers.append((name, value))
    return HttpResponse(status, headers, response.body)


def _map_header(headers: dict[str, str], operation: str, name: str, value: str) -> None:
    if operation == "overwrite":
        headers[name] = value
    elif operation == "append":
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    elif operation == "remove":
        headers.pop(name, None)


def _map_query(query: list[tuple[str, str]], operation: str, name: str, value: str) -> list[tuple[str, str]]:
    others = query if operation == "append" else [pair for pair in query if pair[0] != name]
    return others if operation == "remove" else [*others, (name, value)]


def _in_body(body: bytes, path: str) -> str:
    """A member of a JSON body; empty when it is not there."""
    try:
        value: Any = json.loads(body)
        for part in re.findall(r"[^.\[\]]+", path):
            value = value[int(part)] if isinstance(value, list) else value[part]
    except (ValueError, KeyError, IndexError, TypeError):
        return ""
    return value if isinstance(value, str) else json.dumps(value)
