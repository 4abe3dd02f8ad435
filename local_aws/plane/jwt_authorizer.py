# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""JWT authorizers of an HTTP API ("Control access to HTTP APIs with JWT authorizers in API Gateway").

The issuer has to listen on this machine, because nothing here may call out.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.parse
from collections.abc import Mapping
from typing import Any

from local_aws import journal
from local_aws.plane import integration, jwt_token
from local_aws.plane.exchange import Exchange
from local_aws.plane.http import Client, ConnectionFailed, HttpRequest, HttpResponse, ResponseTimeout, json_response

KEYS_SECONDS = 2 * 60 * 60  # how long API Gateway may keep the keys of an issuer
ISSUER_SECONDS = 5  # how long an issuer may take to answer

_client = Client()
_lock = threading.Lock()
_known: dict[str, tuple[float, list[Mapping[str, Any]]]] = {}


def refusal(exchange: Exchange, authorizer: Any, scopes: list[str]) -> HttpResponse | None:
    """The answer to a caller whose token does not hold or has none of the route's scopes, else None."""
    settings = (authorizer.jwt_config if authorizer else None) or {}
    issuer = str(settings.get("issuer", ""))
    if not _is_here(issuer):
        journal.record("execute_api.not_implemented", authorization_type="JWT", issuer=issuer)
        return json_response(501, {"message": "NotImplemented: a JWT issuer that is not on this machine"})
    text = _text(exchange, authorizer)
    if not text:
        return _unauthorized(exchange, "Bearer")
    try:
        token = _verified(jwt_token.Token.decode(text), issuer)
        jwt_token.check(token.claims, issuer, [str(each) for each in settings.get("audience") or []])
    except jwt_token.InvalidToken as error:
        journal.record("execute_api.token_refused", authorizer=authorizer.name, cause=str(error))
        exchange.context["authorizer.error"] = str(error)
        told = f'Bearer scope="{" ".join(scopes)}" error="invalid_token" error_description="{error}"'
        return _unauthorized(exchange, told)
    if scopes and not set(scopes) & set(token.scopes()):
        exchange.context["error.message"] = "Forbidden"
        told = f'Bearer scope="{" ".join(scopes)}" error="insufficient_scope"'
        return _answer(403, "Forbidden", told)
    claims = {name: _claim(value) for name, value in token.claims.items()}
    exchange.caller = {"jwt": {"claims": claims, "scopes": token.scopes() if scopes else None}}
    exchange.context |= {f"authorizer.claims.{name}": value for name, value in claims.items()}
    return None


def _unauthorized(exchange: Exchange, told: str) -> HttpResponse:
    exchange.context["error.message"] = "Unauthorized"
    return _answer(401, "Unauthorized", told)


def _answer(status: int, text: str, told: str) -> HttpResponse:
    made = json_response(status, {"message": text})
    return HttpResponse(made.status, [*made.headers, ("www-authenticate", told)], made.body)


def _text(exchange: Exchange, authorizer: Any) -> str:
    """The token in the identity source: alone, or after the word Bearer."""
    source = next(iter(authorizer.identity_source or []), "").removeprefix("$")
    first, _space, rest = exchange.variables().value(source).strip().partition(" ")
    return rest.strip() if first.lower() == "bearer" else first


def _claim(value: Any) -> str:
    """A claim as integrations and access logs get it: always a text, lists in brackets."""
    if isinstance(value, list):
        return f"[{' '.join(_claim(each) for each in value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def _verified(token: jwt_token.Token, issuer: str) -> jwt_token.Token:
    """Check the signature; an issuer that has new keys is asked once more."""
    keys, are_new = _keys(issuer, 0)
    known = token.header.get("kid") in {key.get("kid") for key in keys}
    if not known and not are_new:
        keys, _are_new = _keys(issuer, time.monotonic())
    jwt_token.verify(token, keys)
    return token


def _keys(issuer: str, not_before: float) -> tuple[list[Mapping[str, Any]], bool]:
    """The keys of an issuer, and whether it was asked just now. not_before: since when they may be known."""
    with _lock:
        since, keys = _known.get(issuer, (0.0, []))
    if keys and since >= not_before and time.monotonic() - since < KEYS_SECONDS:
        return keys, False
    described = _fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    keys = list(_fetch(str(described.get("jwks_uri", ""))).get("keys") or [])
    with _lock:
        _known[issuer] = (time.monotonic(), keys)
    return keys, True


def _fetch(address: str) -> dict[str, Any]:
    """A JSON document of the issuer."""
    url = urllib.parse.urlsplit(address)
    if not _is_here(address):
        raise jwt_token.InvalidToken("OIDC discovery endpoint communication error")
    request = HttpRequest("GET", url.path or "/", url.query, {"host": url.netloc}, b"", "127.0.0.1")
    try:
        answer = _client.send(str(url.hostname), url.port or 80, request, ISSUER_SECONDS)
        document = json.loads(answer.body) if answer.status == 200 else None
    except (ConnectionFailed, ResponseTimeout, ValueError):
        document = None
    if not isinstance(document, dict):
        raise jwt_token.InvalidToken("OIDC discovery endpoint communication error")
    return document


def _is_here(address: str) -> bool:
    url = urllib.parse.urlsplit(address)
    return url.scheme == "http" and bool(url.hostname) and integration.is_loopback(str(url.hostname))
