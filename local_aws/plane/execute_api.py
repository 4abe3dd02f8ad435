# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""HTTP APIs: from a request to the host of an API to the integration's answer, or the gateway's own."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from local_aws import identity, journal, settings
from local_aws.plane import (
    access_log,
    authorizer,
    cors,
    integration,
    jwt_authorizer,
    lambda_proxy,
    parameter_mapping,
    routes,
    service_proxy,
    throttle,
)
from local_aws.plane.exchange import Exchange, begin
from local_aws.plane.http import HttpRequest, HttpResponse, json_response

MAX_PAYLOAD = 10 * 1024 * 1024  # bytes ("Quotas for configuring and running an HTTP API", not adjustable)
MAX_HEADERS = 10240  # bytes of request line and headers, same page

_buckets = throttle.Buckets()


def handle(request: HttpRequest) -> HttpResponse:
    """Answer a request whose Host is that of an API or a custom domain name."""
    exchange = begin(request)
    if exchange is None:
        return message(404, "Not Found")
    response = _answer(exchange)
    if exchange.config.cors_configuration:
        response = cors.decorate(exchange.config.cors_configuration, request, response)
    headers = [*response.headers, ("apigw-requestid", exchange.context["requestId"])]
    response = HttpResponse(response.status, headers, response.body)
    _record(exchange, response)
    return response


def message(status: int, text: str) -> HttpResponse:
    """An answer of the gateway itself."""
    return json_response(status, {"message": text})


def _answer(exchange: Exchange) -> HttpResponse:
    request, api = exchange.request, exchange.config
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
    if kind == "JWT":
        guard = exchange.config.authorizers.get(route.authorizer_id)
        return jwt_authorizer.refusal(exchange, guard, list(route.authorization_scopes or []))
    if kind == "AWS_IAM":
        status = 200 if _may_invoke(exchange) else 403
    elif kind == "CUSTOM":
        status = authorizer.decide(exchange, exchange.config.authorizers.get(route.authorizer_id))
    else:
        journal.record("execute_api.not_implemented", authorization_type=kind)
        return message(501, f"NotImplemented: AuthorizationType {kind}")
    if status == 200:
        return None
    text = {401: "Unauthorized", 403: "Forbidden"}.get(status, "Internal Server Error")
    exchange.context["error.message"] = text
    return message(status, text)


def _may_invoke(exchange: Exchange) -> bool:
    """Whether the request is signed by somebody whom IAM allows to invoke the route."""
    resource = exchange.resource(exchange.request.path)
    original = dataclasses.replace(exchange.request, path=exchange.context["path"])
    principal = identity.authenticate(original)
    if principal is not None:
        exchange.context |= {"identity.userArn": principal.arn, "identity.accountId": principal.account}
        exchange.caller = {"iam": {"accountId": principal.account, "userArn": principal.arn}}
        if identity.authorize(principal, "execute-api:Invoke", resource):
            return True
    journal.record("execute_api.forbidden", resource=resource, principal=principal.arn if principal else None)
    return False


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
    request = exchange.request
    headers = dict(request.headers)
    forwarded = f"for={request.source_ip};host={headers.get('host', '')};proto=https"
    headers["forwarded"] = f"{headers['forwarded']},{forwarded}" if "forwarded" in headers else forwarded
    headers["via"] = "HTTP/1.1 AmazonAPIGateway"
    # Signature and session token of the caller are the gateway's business only.
    if headers.get("authorization", "").startswith("AWS4"):
        del headers["authorization"]
        headers.pop("x-amz-security-token", None)
    outgoing = dataclasses.replace(request, headers=headers, path=exchange.staged_path)
    started = time.monotonic()
    try:
        response = _call(exchange, chosen, outgoing)
    except integration.IntegrationError as error:
        return _failed(exchange, error.status, error.message, error.cause)
    finally:
        latency = str(round((time.monotonic() - started) * 1000))
        exchange.context |= {"integrationLatency": latency, "integration.latency": latency}
    status = str(response.status)
    exchange.context |= {"integrationStatus": status, "integration.status": status}
    return parameter_mapping.map_response(chosen.response_parameters or {}, response, exchange.variables())


def _call(exchange: Exchange, chosen: Any, outgoing: HttpRequest) -> HttpResponse:
    """What the integration answers; IntegrationError."""
    if chosen.integration_subtype:
        return service_proxy.call(exchange, chosen)
    if chosen.integration_type != "AWS_PROXY":
        return integration.call(exchange, chosen, outgoing)
    return lambda_proxy.call(exchange, chosen, outgoing)


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
