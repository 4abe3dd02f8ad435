# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""One request on its way through an HTTP API: where it goes, and what logs, mappings and events may refer to."""

from __future__ import annotations

import dataclasses
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends

from local_aws.control.apigatewayv2_deployments import served
from local_aws.plane import parameter_mapping, routes
from local_aws.plane.http import HttpRequest

_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.", re.IGNORECASE)


@dataclasses.dataclass
class Exchange:
    """A request whose API and stage are known.

    config: what the stage serves, the API as it is now or a deployment's snapshot of it. request: as the stage sees
    it, without stage name and mapping key in its path. caller: what the authorization of the route found out.
    """

    account: str
    region: str
    backend: Any
    api: Any
    stage: Any
    config: Any
    request: HttpRequest
    started: float
    context: dict[str, str]
    path_parameters: Mapping[str, str] = dataclasses.field(default_factory=dict)
    caller: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def variables(self) -> parameter_mapping.Variables:
        return parameter_mapping.Variables(
            self.request, self.path_parameters, self.context, self.stage.stage_variables or {}
        )

    @property
    def staged_path(self) -> str:
        """The path with the stage name that integrations see: none for $default."""
        return self.request.path if self.stage.name == routes.DEFAULT else f"/{self.stage.name}{self.request.path}"

    def resource(self, path: str) -> str:
        """The ARN of execute-api for a path, which starts with a slash or is $default."""
        method = "" if path == routes.DEFAULT else f"/{self.request.method}"
        below = path.removeprefix("/")
        return f"arn:aws:execute-api:{self.region}:{self.account}:{self.api.api_id}/{self.stage.name}{method}/{below}"


def begin(request: HttpRequest) -> Exchange | None:
    """The exchange of a request by its Host; None when no API, stage or deployment answers there."""
    host = _host(request)
    match = _HOST.match(host)
    found = _by_api(match.group(1).lower(), request) if match else _by_domain(host, request)
    if found is None:
        return None
    account, region, backend, api, stage, inner = found
    config = served(api, stage)
    if config is None or (match and config.disable_execute_api_endpoint is True):
        return None
    exchange = Exchange(account, region, backend, api, stage, config, inner, time.monotonic(), {})
    exchange.context |= _context(exchange, request)
    return exchange


def is_custom_domain(host: str) -> bool:
    """Whether a Host header names a custom domain name that exists."""
    name = host.partition(":")[0].lower()
    return any(name in backend.domain_names for _, _, backend in _backends())


def _host(request: HttpRequest) -> str:
    return request.headers.get("host", "").partition(":")[0].lower()


def _backends() -> list[tuple[str, str, Any]]:
    return [
        (account, region, backend)
        for account in list(apigatewayv2_backends)
        for region, backend in list(apigatewayv2_backends[account].items())
    ]


_Found = tuple[str, str, Any, Any, Any, HttpRequest]


def _by_api(api_id: str, request: HttpRequest) -> _Found | None:
    """The stage that the first path segment names, else $default; the request with the path after the stage."""
    for account, region, backend in _backends():
        api = backend.apis.get(api_id)
        if api is None:
            continue
        name, _, rest = request.path.removeprefix("/").partition("/")
        if name in api.stages and name != routes.DEFAULT:
            return account, region, backend, api, api.stages[name], dataclasses.replace(request, path=f"/{rest}")
        stage = api.stages.get(routes.DEFAULT)
        return None if stage is None else (account, region, backend, api, stage, request)
    return None


def _by_domain(host: str, request: HttpRequest) -> _Found | None:
    """The mapping with the longest key that the path starts with; the request with the path after the key."""
    for account, region, backend in _backends():
        if host not in backend.domain_names:
            continue
        mappings = [each for each in list(backend.api_mappings.values()) if each.domain_name == host]
        for mapping in sorted(mappings, key=lambda each: -len(each.api_mapping_key)):
            rest = _below(mapping.api_mapping_key, request.path)
            api = backend.apis.get(mapping.api_id)
            if rest is not None and api is not None and mapping.stage in api.stages:
                inner = dataclasses.replace(request, path=rest)
                return account, region, backend, api, api.stages[mapping.stage], inner
    return None


def _below(key: str, path: str) -> str | None:
    if not key:
        return path
    if path == f"/{key}":
        return "/"
    return path.removeprefix(f"/{key}") if path.startswith(f"/{key}/") else None


def _context(exchange: Exchange, original: HttpRequest) -> dict[str, str]:
    request_id = secrets.token_urlsafe(11) + "="
    host = original.headers.get("host", "").partition(":")[0]
    return {
        "accountId": exchange.account,
        "apiId": exchange.api.api_id,
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "extendedRequestId": request_id,
        "httpMethod": original.method,
        "identity.sourceIp": original.source_ip,
        "identity.userAgent": original.headers.get("user-agent", ""),
        "path": original.path,
        "protocol": "HTTP/1.1",
        "requestId": request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
        "requestTimeEpoch": str(int(time.time() * 1000)),
        "stage": exchange.stage.name,
    }
