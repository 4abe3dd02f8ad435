# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Lambda authorizers of an HTTP API ("Control access to HTTP APIs with AWS Lambda authorizers")."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

from local_aws import journal, policy
from local_aws.plane import lambda_event, lambda_proxy
from local_aws.plane.exchange import Exchange
from local_aws.plane.integration import IntegrationError

DEFAULT_TTL = 300  # seconds
_PREFIXES = ("$request.header.", "$request.querystring.", "$context.", "$stageVariables.")

_lock = threading.Lock()
_remembered: dict[tuple[str, ...], tuple[float, Mapping[str, Any]]] = {}


def decide(exchange: Exchange, authorizer: Any) -> int:
    """200 when the caller may use the route, 401 without identity sources, 403, or 500 when the function fails."""
    if authorizer is None or not authorizer.authorizer_uri:
        return 500
    sources = [_source(exchange, source) for source in authorizer.identity_source or []]
    if any(not value for value in sources):
        return 401
    try:
        answer = _answer(exchange, authorizer, sources)
    except (IntegrationError, lambda_event.MalformedAnswer) as error:
        journal.record("execute_api.authorizer_failed", authorizer=authorizer.name, cause=str(error))
        exchange.context["authorizer.error"] = str(error)
        return 500
    context = answer.get("context") or {}
    exchange.caller = {"lambda": dict(context)}
    exchange.context |= {f"authorizer.{name}": str(value) for name, value in context.items()}
    return 200 if _allows(exchange, authorizer, answer) else 403


def _source(exchange: Exchange, source: str) -> str:
    if not source.startswith(_PREFIXES):
        return ""
    return exchange.variables().value(source.removeprefix("$"))


def _answer(exchange: Exchange, authorizer: Any, sources: list[str]) -> Mapping[str, Any]:
    """What the function says of the caller, remembered for the authorizer's time to live (seconds)."""
    given = authorizer.auth_result_ttl
    ttl = (DEFAULT_TTL if given is None else int(given)) if sources else 0
    key = (exchange.api.api_id, exchange.stage.name, authorizer.id, *sources)
    with _lock:
        known = _remembered.get(key)
    if known is not None and time.monotonic() < known[0]:
        return known[1]
    payload = lambda_proxy.ask(
        exchange,
        authorizer.authorizer_uri,
        authorizer.auth_creds_arn,
        f"arn:aws:execute-api:{exchange.region}:{exchange.account}:{exchange.api.api_id}/authorizers/{authorizer.id}",
        _event(exchange, authorizer, sources),
    )
    answer = json.loads(payload)
    if not isinstance(answer, dict):
        raise lambda_event.MalformedAnswer("The authorizer's answer is no object.")
    now = time.monotonic()
    with _lock:
        for old in [each for each, (until, _) in _remembered.items() if until <= now]:
            del _remembered[old]
        _remembered[key] = (now + ttl, answer)
    return answer


def _event(exchange: Exchange, authorizer: Any, sources: list[str]) -> dict[str, Any]:
    version = authorizer.auth_payload_format_version or "2.0"
    event = lambda_event.of_format(version, exchange, exchange.request)
    for name in ("body", "isBase64Encoded"):
        event.pop(name, None)
    event |= {"type": "REQUEST"}
    arn = exchange.resource(exchange.request.path)
    if version == "2.0":
        return {**event, "routeArn": arn, "identitySource": sources, "rawPath": exchange.staged_path}
    joined = ",".join(sources)
    return {**event, "methodArn": arn, "identitySource": joined, "authorizationToken": joined}


def _allows(exchange: Exchange, authorizer: Any, answer: Mapping[str, Any]) -> bool:
    """A simple answer says so itself; another carries a policy for execute-api:Invoke."""
    version = authorizer.auth_payload_format_version or "2.0"
    if version == "2.0" and authorizer.enable_simple_response:
        return answer.get("isAuthorized") is True
    document = answer.get("policyDocument")
    resource = exchange.resource(exchange.request.path)
    return isinstance(document, dict) and policy.allows([document], "execute-api:Invoke", resource, {})
