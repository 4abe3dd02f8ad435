# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""HTTP APIs: from a request to the host of an API to the integration's answer, or the gateway's own."""

from __future__ import annotations

import dataclasses
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends

from local_aws import identity, journal, settings
from local_aws.plane import access_log, cors, integration, parameter_mapping, routes, throttle
from local_aws.plane.http import HttpRequest, HttpResponse, json_response

MAX_PAYLOAD = 10 * 1024 * 1024  # bytes ("Quotas for configuring and running an HTTP API", not adjustable)
MAX_HEADERS = 10240  # bytes of request line and headers, same page
_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.", re.IGNORECASE)

_buckets = throttle.Buckets()


@dataclasses.dataclass
class Exchange:
    """One request on its way through the gateway, with what access logs and mappings may refer to."""

    account: str
    region: str
    backend: Any
    api: Any
    stage: Any
    request: HttpRequest
    started: float
    context: dict[str, str]
    path_parameters: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def variables(self) -> parameter_mapping.Variables:
        return parameter_mapping.Variables(
            self.request, self.path_parameters, self.context, self.stage.stage_variables or {}
        )


def handle(request: HttpRequest) -> HttpResponse:
    """Answer a request whose Host is that of an API."""
    match = _HOST.match(request.headers.get("host", ""))
    found = _find_api(match.group(1).lower()) if match else None
    if found is None:
        return message(404, "Not Found")
    account, region, backend, api = found
    if api.disable_execute_api_endpoint is True:
        return message(404, "Not Found")
    selected = _select_stage(api, request)
    if selected is None:
        return message(404, "Not Found")
    stage, inner = selected
    exchange = Exchange(account, region, backend, api, stage, inner, time.monotonic(), {})
    exchange.context |= _context(exchange, request)
    response = _answer(exchange)
    if api.cors_configuration:
        response = cors.decorate(api.cors_configuration, request, response)
    headers = [*response.headers, ("apigw-requestid", exchange.context["requestId"])]
    response = HttpResponse(response.status, headers, response.body)
    _record(exchange, response)
    return response


def message(status: int, text: str) -> HttpResponse:
    """An answer of the gateway itself."""
    return json_response(status, {"message": text})


def _find_api(api_id: str) -> tuple[str, str, Any, Any] | None:
    for account in list(apigatewayv2_backends):
        for region, backend in list(apigatewayv2_backends[account].items()):
            if api_id in backend.apis:
                return account, region, backend, backend.apis[api_id]
    return None


def _select_stage(api: Any, request: HttpRequest) -> tuple[Any, HttpRequest] | None:
    """The stage that the first path segment names, else $default; the request with the path after the stage."""
    name, _, rest = request.path.removeprefix("/").partition("/")
    if name in api.stages and name != routes.DEFAULT:
        return api.stages[name], dataclasses.replace(request, path=f"/{rest}")
    stage = api.stages.get(routes.DEFAULT)
    return None if stage is None else (stage, request)


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


def _answer(exchange: Exchange) -> HttpResponse:
    request, api = exchange.request, exchange.api
    if len(request.body) > MAX_PAYLOAD:
        return message(413, "Request Entity Too Large")
    if sum(len(name) + len(value) + 4 for name, value in request.headers.items()) > MAX_HEADERS:
        return message(431, "Request Header Fields Too Large")
    by_key = {route.route_key: route for route in list(api.routes.values())}
    match = routes.select(by_key, request.method, request.path)
    if api.cors_configuration and cors.is_preflight(request) and (match is None or match.route_key == routes.DEFAULT):
        return cors.preflight(api.cors_configuration, request)
    if match is None:
        return message(404, "Not Found")
    route = by_key[match.route_key]
    exchange.path_parameters = match.parameters
    exchange.context["routeKey"] = match.route_key
    refused = _refused(exchange, route) or _throttled(exchange, match.route_key)
    if refused is not None:
        return refused
    chosen = api.integrations.get(str(route.target or "").rpartition("/")[2])
    if chosen is None:
        return _failed(exchange, 500, "Internal Server Error", "The route has no integration")
    return _integrate(exchange, chosen)


def _refused(exchange: Exchange, route: Any) -> HttpResponse | None:
    """The answer to a caller who may not use the route, None for one who may."""
    kind = route.authorization_type or "NONE"
    if kind == "NONE":
        return None
    if kind != "AWS_IAM":
        journal.record("execute_api.not_implemented", authorization_type=kind)
        return message(501, f"NotImplemented: AuthorizationType {kind}")
    path = exchange.request.path.removeprefix("/")
    resource = (
        f"arn:aws:execute-api:{exchange.region}:{exchange.account}:{exchange.api.api_id}/{exchange.stage.name}/"
        f"{exchange.request.method}/{path}"
    )
    original = dataclasses.replace(exchange.request, path=exchange.context["path"])
    principal = identity.authenticate(original)
    if principal is not None:
        exchange.context |= {"identity.userArn": principal.arn, "identity.accountId": principal.account}
        if identity.authorize(principal, "execute-api:Invoke", resource):
            return None
    journal.record("execute_api.forbidden", resource=resource, principal=principal.arn if principal else None)
    exchange.context["error.message"] = "Forbidden"
    return message(403, "Forbidden")


def _throttled(exchange: Exchange, route_key: str) -> HttpResponse | None:
    """429 when the route's rate is exceeded; the route's own settings win over the stage's."""
    defaults = exchange.stage.default_route_settings or {}
    limits = {**defaults, **((exchange.stage.route_settings or {}).get(route_key) or {})}
    rate, burst = limits.get("throttlingRateLimit"), limits.get("throttlingBurstLimit")
    if rate is None and burst is None:
        return None
    # The account's own limits apply where only one of the two is set.
    rate, burst = float(10000 if rate is None else rate), int(5000 if burst is None else burst)
    key = (exchange.api.api_id, exchange.stage.name, route_key, f"{rate}/{burst}")
    if _buckets.take(key, rate, burst):
        return None
    exchange.context["error.message"] = "Too Many Requests"
    return message(429, "Too Many Requests")


def _integrate(exchange: Exchange, chosen: Any) -> HttpResponse:
    request, variables = exchange.request, exchange.variables()
    headers = dict(request.headers)
    forwarded = f"for={request.source_ip};host={headers.get('host', '')};proto=https"
    headers["forwarded"] = f"{headers['forwarded']},{forwarded}" if "forwarded" in headers else forwarded
    headers["via"] = "HTTP/1.1 AmazonAPIGateway"
    # Signature and session token of the caller are the gateway's business only.
    if headers.get("authorization", "").startswith("AWS4"):
        del headers["authorization"]
        headers.pop("x-amz-security-token", None)
    path = request.path if exchange.stage.name == routes.DEFAULT else f"/{exchange.stage.name}{request.path}"
    outgoing = dataclasses.replace(request, headers=headers, path=path)
    outgoing = parameter_mapping.map_request(chosen.request_parameters or {}, outgoing, variables)
    started = time.monotonic()
    try:
        response = integration.call(exchange.account, exchange.region, exchange.backend, chosen, outgoing, variables)
    except integration.IntegrationError as error:
        return _failed(exchange, error.status, error.message, error.cause)
    finally:
        latency = str(round((time.monotonic() - started) * 1000))
        exchange.context |= {"integrationLatency": latency, "integration.latency": latency}
    status = str(response.status)
    exchange.context |= {"integrationStatus": status, "integration.status": status}
    return parameter_mapping.map_response(chosen.response_parameters or {}, response, variables)


def _failed(exchange: Exchange, status: int, text: str, cause: str) -> HttpResponse:
    exchange.context |= {"integrationErrorMessage": cause, "integration.error": cause, "error.message": text}
    journal.record("execute_api.integration_failed", api=exchange.api.api_id, status=status, cause=cause)
    return message(status, text)


def _record(exchange: Exchange, response: HttpResponse) -> None:
    """Journal and access log."""
    exchange.context |= {
        "status": str(response.status),
        "responseLength": str(len(response.body)),
        "responseLatency": str(round((time.monotonic() - exchange.started) * 1000)),
    }
    journal.record(
        "execute_api.request",
        api=exchange.api.api_id,
        route=exchange.context.get("routeKey"),
        status=response.status,
        ms=exchange.context["responseLatency"],
    )
    access_log.write(exchange.account, exchange.stage, exchange.context, settings.current().region)
