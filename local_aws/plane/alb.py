# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The Application Load Balancer: from a listener to an answer of a target, or the balancer's own."""

from __future__ import annotations

import dataclasses
import itertools
import random
import secrets
import threading
import time
import urllib.parse
from collections.abc import Mapping
from typing import Any

from moto.elbv2.models import elbv2_backends

from local_aws import journal
from local_aws.plane import balancing, health, rules
from local_aws.plane.http import ConnectionFailed, HttpRequest, HttpResponse, ResponseTimeout

PHRASES = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}

_lock = threading.Lock()
_turns: dict[str, itertools.count[int]] = {}


def find_listener(account: str, region: str, arn: str) -> tuple[Any, Any] | None:
    """The load balancer and the listener of an ARN."""
    for balancer in list(elbv2_backends[account][region].load_balancers.values()):
        listener = balancer.listeners.get(arn)
        if listener is not None:
            return balancer, listener
    return None


def handle(account: str, region: str, listener_arn: str, request: HttpRequest) -> HttpResponse | None:
    """Answer a request that reaches a listener; None when the listener does not exist."""
    found = find_listener(account, region, listener_arn)
    if found is None:
        return None
    balancer, listener = found
    for action in sorted(rules.actions_for(listener, request), key=lambda item: int(item.get("Order", 1))):
        kind = action.get("Type")
        if kind == "forward":
            return _forward(elbv2_backends[account][region], balancer, listener, action, request)
        if kind == "fixed-response":
            return _fixed(action["FixedResponseConfig"])
        if kind == "redirect":
            return _redirect(action["RedirectConfig"], listener, request)
    return _own(503)


def _forward(
    backend: Any, balancer: Any, listener: Any, action: Mapping[str, Any], request: HttpRequest
) -> HttpResponse:
    group = _weighted(backend, action)
    target = None if group is None else _pick(group)
    if group is None or target is None:
        return _own(503)
    address, port = target
    endpoint = balancing.endpoint(group, address, port)
    if endpoint is None:
        return _own(504)
    timeout = float(balancer.attrs.get("idle_timeout.timeout_seconds", 60))
    forwarded = dataclasses.replace(request, headers=_forwarded_headers(request, listener))
    try:
        with balancing.carrying((group.arn, address, port)):
            return balancing.client.send(*endpoint, forwarded, timeout)
    except ResponseTimeout:
        status = 504
    except ConnectionFailed:
        status = 502
    journal.record("elb.target_failed", group=group.name, target=address, status=status)
    return _own(status)


def _weighted(backend: Any, action: Mapping[str, Any]) -> Any | None:
    """One of the action's target groups, by weight."""
    weighted = [(arn, weight) for arn, weight in balancing.forward_groups(action) if arn in backend.target_groups]
    total = sum(weight for _, weight in weighted)
    if not weighted or not total:
        return None
    arn = weighted[0][0] if len(weighted) == 1 else random.choices(*zip(*weighted, strict=True))[0]
    return backend.target_groups[arn]


def _pick(group: Any) -> tuple[str, int] | None:
    """The next target in turn: a healthy one, or any when none is healthy (the balancer fails open)."""
    targets = [(str(target["Id"]), int(target["Port"])) for target in list(group.targets.values())]
    healthy = [target for target in targets if health.checker.health(group.arn, *target).state == "healthy"]
    candidates = healthy or targets
    if not candidates:
        return None
    with _lock:
        turn = next(_turns.setdefault(group.arn, itertools.count()))
    return candidates[turn % len(candidates)]


def _forwarded_headers(request: HttpRequest, listener: Any) -> dict[str, str]:
    headers = dict(request.headers)
    before = headers.get("x-forwarded-for")
    headers["x-forwarded-for"] = f"{before}, {request.source_ip}" if before else request.source_ip
    headers["x-forwarded-proto"] = str(listener.protocol).lower()
    headers["x-forwarded-port"] = str(listener.port)
    headers.setdefault("x-amzn-trace-id", f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}")
    return headers


def _fixed(config: Mapping[str, Any]) -> HttpResponse:
    headers = [("Server", "awselb/2.0"), ("Content-Type", str(config.get("ContentType") or "text/plain"))]
    return HttpResponse(int(config["StatusCode"]), headers, str(config.get("MessageBody") or "").encode())


def _redirect(config: Mapping[str, Any], listener: Any, request: HttpRequest) -> HttpResponse:
    """The redirect with #{protocol}, #{host}, #{port}, #{path} and #{query} filled in."""
    values = {
        "protocol": str(listener.protocol).lower(),
        "host": request.headers.get("host", "").partition(":")[0],
        "port": str(listener.port),
        "path": request.path.removeprefix("/"),
        "query": request.query_string,
    }

    def filled(name: str, default: str) -> str:
        text = str(config.get(name) or default)
        for key, value in values.items():
            text = text.replace(f"#{{{key}}}", value)
        return text

    query = filled("Query", "#{query}")
    location = urllib.parse.urlunsplit(
        (
            filled("Protocol", "#{protocol}").lower(),
            f"{filled('Host', '#{host}')}:{filled('Port', '#{port}')}",
            filled("Path", "/#{path}"),
            query,
            "",
        )
    )
    status = int(str(config["StatusCode"]).removeprefix("HTTP_"))
    return HttpResponse(status, [("Server", "awselb/2.0"), ("Location", location)])


def _own(status: int) -> HttpResponse:
    """The balancer's own error page."""
    title = f"{status} {PHRASES[status]}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "</body>\r\n</html>\r\n"
    )
    return HttpResponse(status, [("Server", "awselb/2.0"), ("Content-Type", "text/html")], page.encode())
