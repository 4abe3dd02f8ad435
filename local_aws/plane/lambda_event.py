# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The events that a Lambda function gets from an HTTP API, and what its answers mean; pure.

Follows "Create AWS Lambda proxy integrations for HTTP APIs" of the developer guide, payload formats 1.0 and 2.0.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any

from local_aws.plane.exchange import Exchange
from local_aws.plane.http import HttpRequest, HttpResponse

Event = dict[str, Any]

_TEXT = re.compile(r"(text/.*|application/(json|xml|javascript)|.*\+(json|xml))", re.IGNORECASE)
# What HTTP APIs say of an answer whose function names no type.
_DEFAULT_TYPE = "text/plain;charset=utf-8"


class MalformedAnswer(ValueError):
    """The function's answer is not what the payload format asks for."""


def of_format(version: str, exchange: Exchange, request: HttpRequest) -> Event:
    """The event for a request in payload format 1.0 or 2.0, with the caller that the route's authorization found."""
    event = _second(exchange, request) if version == "2.0" else _first(exchange, request)
    event["body"], event["isBase64Encoded"] = body_of(request)
    if version == "2.0" and event["body"] is None:
        del event["body"]
    return event


def _second(exchange: Exchange, request: HttpRequest) -> Event:
    """Payload format 2.0: what is empty is left out."""
    headers = dict(request.headers)
    cookies = [each.strip() for each in headers.pop("cookie", "").split(";") if each.strip()]
    context = exchange.context
    event: Event = {
        "version": "2.0",
        "routeKey": context["routeKey"],
        "rawPath": request.path,
        "rawQueryString": request.query_string,
        "cookies": cookies,
        "headers": headers,
        "queryStringParameters": {name: ",".join(values) for name, values in query_of(request).items()},
        "requestContext": {
            "accountId": context["accountId"],
            "apiId": context["apiId"],
            "authorizer": dict(exchange.caller),
            "domainName": context["domainName"],
            "domainPrefix": context["domainPrefix"],
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": context["protocol"],
                "sourceIp": context["identity.sourceIp"],
                "userAgent": context["identity.userAgent"],
            },
            "requestId": context["requestId"],
            "routeKey": context["routeKey"],
            "stage": context["stage"],
            "time": context["requestTime"],
            "timeEpoch": int(context["requestTimeEpoch"]),
        },
        "pathParameters": dict(exchange.path_parameters),
        "stageVariables": dict(exchange.stage.stage_variables or {}),
    }
    optional = ("cookies", "queryStringParameters", "pathParameters", "stageVariables")
    if not exchange.caller:
        del event["requestContext"]["authorizer"]
    return {name: value for name, value in event.items() if name not in optional or value}


def _first(exchange: Exchange, request: HttpRequest) -> Event:
    """Payload format 1.0: what is empty is null."""
    context, headers, query = exchange.context, dict(request.headers), query_of(request)
    path = context["routeKey"].partition(" ")[2] or context["routeKey"]
    return {
        "version": "1.0",
        "resource": path,
        "path": context["path"],
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "requestContext": {
            "accountId": context["accountId"],
            "apiId": context["apiId"],
            "authorizer": dict(exchange.caller.get("lambda", {})),
            "domainName": context["domainName"],
            "domainPrefix": context["domainPrefix"],
            "extendedRequestId": context["extendedRequestId"],
            "httpMethod": request.method,
            "identity": {
                "accountId": context.get("identity.accountId"),
                "sourceIp": context["identity.sourceIp"],
                "userAgent": context["identity.userAgent"],
                "userArn": context.get("identity.userArn"),
            },
            "path": context["path"],
            "protocol": context["protocol"],
            "requestId": context["requestId"],
            "requestTime": context["requestTime"],
            "requestTimeEpoch": int(context["requestTimeEpoch"]),
            "resourceId": context["routeKey"],
            "resourcePath": path,
            "stage": context["stage"],
        },
        "pathParameters": dict(exchange.path_parameters) or None,
        "stageVariables": dict(exchange.stage.stage_variables or {}) or None,
    }


def query_of(request: HttpRequest) -> dict[str, list[str]]:
    """The parameters of the query string, each with its values."""
    return urllib.parse.parse_qs(request.query_string, keep_blank_values=True)


def body_of(request: HttpRequest) -> tuple[str | None, bool]:
    """The body as text, or in base64 unless its type is that of a text."""
    if not request.body:
        return None, False
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if _TEXT.fullmatch(kind):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True


def response_of(version: str, payload: str) -> HttpResponse:
    """The response that a function's answer stands for; MalformedAnswer."""
    answer = json.loads(payload)
    if isinstance(answer, dict) and "statusCode" in answer:
        return _formatted(version, answer)
    if version != "2.0":
        raise MalformedAnswer("The answer has no statusCode.")
    body = answer if isinstance(answer, str) else payload
    return HttpResponse(200, [("content-type", "application/json")], body.encode())


def _formatted(version: str, answer: Mapping[str, Any]) -> HttpResponse:
    status, body = answer["statusCode"], answer.get("body")
    if isinstance(status, bool) or not re.fullmatch(r"[1-5]\d\d", str(status)):
        raise MalformedAnswer(f"The statusCode is {status!r}.")
    if body is not None and not isinstance(body, str):
        raise MalformedAnswer("The body is no string.")
    headers = [(name.lower(), _text(value)) for name, value in _mapping(answer, "headers").items()]
    if version == "2.0":
        headers += [("set-cookie", _text(value)) for value in answer.get("cookies") or []]
    else:
        for name, values in _mapping(answer, "multiValueHeaders").items():
            headers = [pair for pair in headers if pair[0] != name.lower()]
            headers += [(name.lower(), _text(value)) for value in values]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", _DEFAULT_TYPE))
    return HttpResponse(int(status), headers, _content(body or "", answer.get("isBase64Encoded") is True))


def _mapping(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = answer.get(name) or {}
    if not isinstance(found, dict):
        raise MalformedAnswer(f"The {name} are no object.")
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise MalformedAnswer("A header is no text.")


def _content(body: str, encoded: bool) -> bytes:
    if not encoded:
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise MalformedAnswer("The body is not in base64.") from error
