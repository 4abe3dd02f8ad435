# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Cross-origin answers of an HTTP API that has a CORS configuration; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.plane.http import HttpRequest, HttpResponse
from local_aws.plane.rules import like

Configuration = Mapping[str, Any]


def is_preflight(request: HttpRequest) -> bool:
    """Whether a browser asks before it sends the real request."""
    return (
        request.method == "OPTIONS"
        and "origin" in request.headers
        and "access-control-request-method" in request.headers
    )


def preflight(configuration: Configuration, request: HttpRequest) -> HttpResponse:
    """The answer to a preflight request: 204, with headers only when origin, method and headers are allowed."""
    headers = _origin_headers(configuration, request)
    wanted = request.headers["access-control-request-method"]
    methods = configuration.get("allowMethods") or []
    asked = [
        name.strip().lower()
        for name in request.headers.get("access-control-request-headers", "").split(",")
        if name.strip()
    ]
    allowed = [str(name).lower() for name in configuration.get("allowHeaders") or []]
    if not headers or not ({wanted, "*"} & set(methods)) or not ("*" in allowed or set(asked) <= set(allowed)):
        return HttpResponse(204)
    headers.append(("access-control-allow-methods", ",".join(methods)))
    if allowed:
        headers.append(("access-control-allow-headers", ",".join(allowed)))
    if configuration.get("maxAge") is not None:
        headers.append(("access-control-max-age", str(configuration["maxAge"])))
    return HttpResponse(204, headers)


def decorate(configuration: Configuration, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response with the API's own CORS headers; those of the integration are dropped."""
    if "origin" not in request.headers:
        return response
    kept = [pair for pair in response.headers if not pair[0].lower().startswith("access-control-")]
    headers = _origin_headers(configuration, request)
    exposed = configuration.get("exposeHeaders")
    if headers and exposed:
        headers.append(("access-control-expose-headers", ",".join(exposed)))
    return HttpResponse(response.status, kept + headers, response.body)


def _origin_headers(configuration: Configuration, request: HttpRequest) -> list[tuple[str, str]]:
    origin, origins = request.headers.get("origin", ""), configuration.get("allowOrigins") or []
    if not any(like(str(pattern), origin) for pattern in origins):
        return []
    headers = [("access-control-allow-origin", "*" if "*" in origins else origin)]
    if configuration.get("allowCredentials"):
        headers.append(("access-control-allow-credentials", "true"))
    return headers
