# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Errors that the server itself answers, in the wire format of the service that was asked.

What moto lacks is a 501: SDKs retry 500, 502, 503 and 504, and would wait minutes for what never comes.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import urllib.parse
import uuid
from xml.sax.saxutils import escape

import botocore.session

from local_aws.front import Environ

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")
# Services that tell the operation by method and path; the others name it in a header or the body.
_REST_MODELS = {
    "lambda": "lambda",
    "apigateway": "apigateway",
    "apigatewayv2": "apigatewayv2",
    "scheduler": "scheduler",
}
_CONTENT_TYPES = {
    "query": "text/xml",
    "ec2": "text/xml",
    "json": "application/x-amz-json-1.0",
    "rest-json": "application/json",
    "cbor": "application/cbor",
}

Answer = tuple[int, list[tuple[str, str]], bytes]


@dataclasses.dataclass(frozen=True)
class Call:
    """What an API request asks for, read from its signature scope and its protocol."""

    service: str
    region: str
    operation: str
    access_key: str
    protocol: str


def call_of(environ: Environ, body: bytes) -> Call | None:
    """The API call in a signed request; None when it carries no signature."""
    text = environ.get("HTTP_AUTHORIZATION", "") or urllib.parse.unquote(environ.get("QUERY_STRING", ""))
    match = _CREDENTIAL.search(text)
    if match is None:
        return None
    access_key, region, signing_name = match.groups()
    service = signing_name
    if signing_name == "apigateway" and str(environ.get("PATH_INFO", "")).startswith("/v2/"):
        service = "apigatewayv2"
    return Call(service, region, _operation(service, environ, body), access_key, _protocol(service, environ))


def error(call: Call | None, status: int, code: str, message: str) -> Answer:
    """The answer that tells an error as the service's protocol wants it."""
    request_id = str(uuid.uuid4())
    protocol = call.protocol if call else "rest-json"
    headers = [("x-amzn-RequestId", request_id), ("Content-Type", _CONTENT_TYPES[protocol])]
    if protocol in {"query", "ec2"}:
        return status, headers, _xml_error(protocol, code, message, request_id).encode()
    if protocol == "cbor":
        pairs = b"".join(_cbor_text(text) for text in ("__type", code, "message", message))
        return status, [*headers, ("smithy-protocol", "rpc-v2-cbor")], b"\xa2" + pairs
    body = json.dumps({"__type": code, "message": message}).encode()
    return status, [*headers, ("x-amzn-ErrorType", code)], body


def not_implemented(call: Call) -> Answer:
    """The 501 for an operation that this embedded AWS does not have."""
    message = f"{call.service}:{call.operation} is not part of the embedded AWS."
    return error(call, 501, "NotImplemented", message)


def denied(call: Call, message: str) -> Answer:
    """The answer to a caller whom IAM does not allow the operation."""
    if call.protocol == "ec2":
        return error(call, 403, "UnauthorizedOperation", f"You are not authorized to perform this operation. {message}")
    if call.protocol == "query":
        return error(call, 403, "AccessDenied", message)
    return error(call, 403 if call.protocol == "rest-json" else 400, "AccessDeniedException", message)


def _xml_error(protocol: str, code: str, message: str, request_id: str) -> str:
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if protocol == "ec2":
        return f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    return (
        f"<ErrorResponse><Error><Type>Receiver</Type>{inner}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )


def _cbor_text(text: str) -> bytes:
    """A text string as RFC 8949 section 3 encodes it, with a two-byte length."""
    data = text.encode()[:65535]
    return b"\x79" + len(data).to_bytes(2, "big") + data


def _protocol(service: str, environ: Environ) -> str:
    """How the request is written; services that speak several protocols answer in the one that they were asked in."""
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return "cbor"
    if environ.get("HTTP_X_AMZ_TARGET"):
        return "json"
    if service in _REST_MODELS:
        return "rest-json"
    form = str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")
    if form or "Action=" in str(environ.get("QUERY_STRING", "")):
        return "ec2" if service == "ec2" else "query"
    return "rest-json"


def _operation(service: str, environ: Environ, body: bytes) -> str:
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        return target.rpartition(".")[2]
    path = str(environ.get("RAW_URI", "/")).partition("?")[0]
    if environ.get("HTTP_SMITHY_PROTOCOL"):
        return path.rpartition("/")[2]
    action = re.search(rb"(?:^|&)Action=(\w+)", body) or re.search(
        rb"(?:^|&)Action=(\w+)", str(environ.get("QUERY_STRING", "")).encode()
    )
    if action and service not in _REST_MODELS:
        return action.group(1).decode()
    for pattern, method, name in _routes(service):
        if method == environ["REQUEST_METHOD"] and pattern.fullmatch(path.rstrip("/") or "/"):
            return name
    return f"{environ['REQUEST_METHOD']} {path}"


@functools.cache
def _routes(service: str) -> list[tuple[re.Pattern[str], str, str]]:
    """Path pattern, method and operation of a REST service, the most literal path first."""
    name = _REST_MODELS.get(service)
    if name is None:
        return []
    model = botocore.session.get_session().get_service_model(name)
    routes: list[tuple[int, re.Pattern[str], str, str]] = []
    for operation in model.operation_names:
        http = model.operation_model(operation).http
        path = str(http.get("requestUri", "/")).partition("?")[0].rstrip("/") or "/"
        routes.append((path.count("{"), _path_pattern(path), str(http["method"]), operation))
    routes.sort(key=lambda route: (route[0], -len(route[1].pattern)))
    return [route[1:] for route in routes]


def _path_pattern(path: str) -> re.Pattern[str]:
    """A botocore request URI as a pattern; an ARN at the end is sent with or without its slashes encoded."""
    parts = re.split(r"\{([^}]+)\}", path)
    ends_with_arn = len(parts) > 1 and not parts[-1] and (parts[0].endswith("/tags/") or "arn" in parts[-2].lower())
    last = len(parts) - 2
    text = ""
    for index, part in enumerate(parts):
        label = ".+" if ends_with_arn and index == last else "[^/]+"
        text += label if index % 2 else re.escape(part)
    return re.compile(text)
