# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Integrations of an HTTP API: private ones through a VPC link, and HTTP ones on this machine."""

from __future__ import annotations

import dataclasses
import ipaddress
import queue
import socket
import threading
import urllib.parse
from collections.abc import Callable
from typing import Any

from local_aws import journal
from local_aws.plane import alb, parameter_mapping
from local_aws.plane.exchange import Exchange
from local_aws.plane.http import Client, ConnectionFailed, HttpRequest, HttpResponse, ResponseTimeout

USABLE_LINK_STATES = ("AVAILABLE", "INACTIVE")
DEFAULT_TIMEOUT = 30000  # milliseconds

_client = Client()


class IntegrationError(Exception):
    """The integration gave no answer: status and message for the caller, cause for the access log."""

    def __init__(self, status: int, message: str, cause: str) -> None:
        super().__init__(cause)
        self.status, self.message, self.cause = status, message, cause


def call(exchange: Exchange, integration: Any, request: HttpRequest) -> HttpResponse:
    """Map and forward a request; IntegrationError when no answer comes within the integration's timeout."""
    if integration.integration_type != "HTTP_PROXY":
        kind = integration.integration_type
        raise IntegrationError(501, f"NotImplemented: integration type {kind}", "Integration type not implemented")
    parameters, variables = integration.request_parameters or {}, exchange.variables()
    private, place = integration.connection_type == "VPC_LINK", ""
    if not private:
        place, request = _addressed(integration.integration_uri, exchange, request)
    request = parameter_mapping.map_request(parameters, request, variables)
    timeout = timeout_of(integration)
    if integration.integration_method not in {None, "ANY"}:
        request = dataclasses.replace(request, method=integration.integration_method)
    if private:
        return _private(exchange, integration, request, timeout)
    return _public(place, request, timeout)


def timeout_of(integration: Any) -> float:
    """Seconds."""
    return int(integration.timeout_in_millis or DEFAULT_TIMEOUT) / 1000


def _private(exchange: Exchange, integration: Any, request: HttpRequest, timeout: float) -> HttpResponse:
    """Through a VPC link to a listener of a load balancer."""
    account, region = exchange.account, exchange.region
    link = exchange.backend.vpc_links.get(integration.connection_id)
    state = None if link is None else link.to_json()["vpcLinkStatus"]
    if state not in USABLE_LINK_STATES:
        raise IntegrationError(500, "Internal Server Error", f"The VPC link is {state or 'missing'}")
    if state == "INACTIVE":
        journal.record("execute_api.vpc_link_inactive", link=integration.connection_id)
    response = within(timeout, lambda: alb.handle(account, region, integration.integration_uri, request))
    if response is None:
        raise IntegrationError(500, "Internal Server Error", "The listener of the integration does not exist")
    return response


def within(
    timeout: float, work: Callable[[], HttpResponse | None], late: tuple[int, str] = (504, "Gateway Timeout")
) -> HttpResponse | None:
    """The result of `work`; IntegrationError after `timeout` seconds, while the work goes on without a reader."""
    outcome: queue.SimpleQueue[HttpResponse | Exception | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put(work())
        except Exception as error:
            outcome.put(error)

    threading.Thread(target=run, name="integration", daemon=True).start()
    try:
        result = outcome.get(timeout=timeout)
    except queue.Empty:
        raise IntegrationError(*late, "Endpoint request timed out") from None
    if isinstance(result, Exception):
        raise result
    return result


def _addressed(uri: str, exchange: Exchange, request: HttpRequest) -> tuple[str, HttpRequest]:
    """Host and port of a URL, and the request with its path and query string; {name} is a variable of the route.

    Everything else in the request's own path is not passed on ("Create HTTP proxy integrations for HTTP APIs").
    """
    for name, value in exchange.path_parameters.items():
        quoted = urllib.parse.quote(value, safe="/-._~!$&'()*+,;=:@")
        uri = uri.replace(f"{{{name}}}", quoted)
    url = urllib.parse.urlsplit(parameter_mapping.evaluate(uri, exchange.variables()))
    if url.scheme != "http" or not url.hostname or not is_loopback(url.hostname):
        journal.record("execute_api.refused_target", scheme=url.scheme, host=url.hostname)
        raise IntegrationError(502, "Bad Gateway", "Only http URLs of loopback addresses can be called locally")
    query = "&".join(part for part in (url.query, request.query_string) if part)
    headers = {**request.headers, "host": url.netloc}
    return url.netloc, dataclasses.replace(request, path=url.path or "/", query_string=query, headers=headers)


def _public(place: str, request: HttpRequest, timeout: float) -> HttpResponse:
    """To a URL on this machine; everything else has been refused, because nothing here may call out."""
    url = urllib.parse.urlsplit(f"//{place}")
    try:
        return _client.send(str(url.hostname), url.port or 80, request, timeout)
    except ResponseTimeout:
        raise IntegrationError(504, "Gateway Timeout", "Endpoint request timed out") from None
    except ConnectionFailed:
        raise IntegrationError(503, "Service Unavailable", "The endpoint cannot be reached") from None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by all of its addresses."""
    try:
        addresses = {item[4][0] for item in socket.getaddrinfo(host, None, socket.AF_INET)}
    except OSError:
        return False
    return all(ipaddress.ip_address(address).is_loopback for address in addresses)
