# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""`arn:aws:states:::apigateway:invoke`: from the state's arguments to an HTTP request, and back to the state's result.

Follows "Call API Gateway with Step Functions" of the developer guide: a bare execute-api host, Stage and Path below
it, Headers and QueryParameters as lists, any 2XX is success, everything else `ApiGateway.<status>` with the response's
body as cause. Knows nothing of moto's engine.
"""

from __future__ import annotations

import dataclasses
import http
import http.client
import json
import re
import socket
import urllib.parse
from collections.abc import Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local_aws import identity, settings
from local_aws.sfn.interrupts import Halt

METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
METHODS_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})
AUTH_TYPES = frozenset({"NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY"})
PARAMETERS = frozenset(
    {
        "ApiEndpoint",
        "Method",
        "Headers",
        "Stage",
        "Path",
        "QueryParameters",
        "RequestBody",
        "AllowNullValues",
        "AuthType",
    }
)
ENDPOINT = re.compile(r"[0-9a-z]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")
FORBIDDEN_PREFIXES = ("x-forwarded", "x-amz", "x-amzn")
FORBIDDEN_HEADERS = frozenset(
    {
        "authorization",
        "connection",
        "content-md5",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "transfer-encoding",
        "trailer",
        "upgrade",
        "via",
        "www-authenticate",
    }
)
# AWS documents no limit for its side of the call; an HTTP API itself answers within 30 seconds.
CLIENT_TIMEOUT_SECONDS = 60


class InvalidField(ValueError):
    """A parameter that Step Functions refuses before the call: the execution ends with States.Runtime."""


class CallFailed(Exception):
    """The call failed; `error` is the name that Retry and Catch see."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


@dataclasses.dataclass(frozen=True)
class Request:
    """One call, ready to be signed and sent."""

    host: str
    region: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None

    @property
    def url(self) -> str:
        """The address that the caller believes to call."""
        return f"https://{self.host}{self.target}"


def forbidden_headers(names: list[str]) -> list[str]:
    """Those of the header names, in lower case, that Step Functions keeps for itself."""
    lowered = [name.lower() for name in names]
    return [name for name in lowered if name in FORBIDDEN_HEADERS or name.startswith(FORBIDDEN_PREFIXES)]


def check(parameters: Mapping[str, Any]) -> None:
    """Refuse what Step Functions refuses at run time, before the call is scheduled."""
    match = ENDPOINT.fullmatch(str(parameters.get("ApiEndpoint", "")))
    if match is None:
        raise InvalidField(_invalid("ApiEndpoint"))
    if parameters.get("Method") not in METHODS:
        raise InvalidField(_invalid("Method"))
    if parameters.get("AuthType", "NO_AUTH") not in AUTH_TYPES:
        raise InvalidField(_invalid("AuthType"))
    for field in ("Headers", "QueryParameters"):
        value = parameters.get(field, {})
        if not isinstance(value, Mapping) or not all(isinstance(item, list) for item in value.values()):
            raise InvalidField(_invalid(field))
    for field in ("Stage", "Path"):
        if not isinstance(parameters.get(field, ""), str):
            raise InvalidField(_invalid(field))
    refused = forbidden_headers(list(parameters.get("Headers", {})))
    if refused:
        raise InvalidField(f"The 'Headers' field contains unsupported values: [{', '.join(refused)}]")
    if parameters.get("RequestBody") is not None and parameters["Method"] not in METHODS_WITH_BODY:
        raise InvalidField(_invalid("RequestBody"))


def request_of(parameters: Mapping[str, Any]) -> Request:
    """The request that checked parameters describe."""
    host = str(parameters["ApiEndpoint"])
    match = ENDPOINT.fullmatch(host)
    if match is None:
        raise InvalidField(_invalid("ApiEndpoint"))
    body = _body(parameters)
    # Repeated values travel in one line: a signature covers them joined by commas.
    headers = {name: ",".join(map(_text, values)) for name, values in parameters.get("Headers", {}).items()}
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"  # not documented; what recorded backends received
    headers["User-Agent"] = "AmazonStepFunctions"
    method = str(parameters["Method"])
    return Request(host, match[1], method, _target(parameters), headers, body)


def sign(request: Request, role_arn: str, session: str) -> Request:
    """The request with a Signature Version 4 of the role; KeyError when the role does not exist."""
    values = identity.credentials_for(role_arn, session)
    credentials = Credentials(
        values["AWS_ACCESS_KEY_ID"], values["AWS_SECRET_ACCESS_KEY"], values.get("AWS_SESSION_TOKEN")
    )
    signable = AWSRequest(
        method=request.method,
        url=request.url,
        data=request.body or b"",
        headers={**request.headers, "Host": request.host},
    )
    SigV4Auth(credentials, "execute-api", request.region).add_auth(signable)
    return dataclasses.replace(request, headers=dict(signable.headers.items()))


def send(request: Request, halt: Halt) -> dict[str, Any]:
    """The result of the call; CallFailed when there is no 2XX response. Ends at once when `halt` does."""
    address = urllib.parse.urlsplit(settings.current().endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=CLIENT_TIMEOUT_SECONDS)
    try:
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with halt.calling(lambda: _abort(connection)):
            _put(connection, request)
            response = connection.getresponse()
            content = response.read()
    except TimeoutError as error:
        raise CallFailed("ApiGateway.SocketTimeoutException", "The API did not answer in time.") from error
    except (OSError, http.client.HTTPException) as error:
        # AWS documents ApiGateway.<Exception> without naming one: these two names are ours.
        raise CallFailed("ApiGateway.ConnectException", f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
    text = content.decode("utf-8", errors="replace")
    if not 200 <= response.status < 300:
        raise CallFailed(f"ApiGateway.{response.status}", text)
    return _result(response, text)


def _put(connection: http.client.HTTPConnection, request: Request) -> None:
    connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", request.host)
    for name, value in request.headers.items():
        if name.lower() not in {"host", "content-length"}:
            connection.putheader(name, value.encode("utf-8"))
    if request.body is not None or request.method in METHODS_WITH_BODY:
        connection.putheader("Content-Length", str(len(request.body or b"")))
    connection.endheaders(request.body)


def _abort(connection: http.client.HTTPConnection) -> None:
    """Wake whoever reads from the connection."""
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # closed already


def _result(response: http.client.HTTPResponse, text: str) -> dict[str, Any]:
    headers: dict[str, list[str]] = {}
    for name, value in response.getheaders():
        headers.setdefault(name, []).append(value)
    return {
        "Headers": headers,
        "ResponseBody": _parsed(text),
        "StatusCode": response.status,
        "StatusText": _phrase(response.status),
    }


def _parsed(text: str) -> Any:
    """JSON as its value, an empty body as {} (recorded), anything else as the text."""
    if not text:
        return {}
    try:
        return json.loads(text)
    except ValueError:
        return text


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def _target(parameters: Mapping[str, Any]) -> str:
    """Path and query: the documented Path has no leading slash; one that has is sent as it is written."""
    parts = [part for part in (parameters.get("Stage"), parameters.get("Path")) if part]
    path = "/" + "/".join(urllib.parse.quote(part, safe="/%:@!$&'()*+,;=-._~") for part in parts)
    query = [
        (name, _text(value))
        for name, values in parameters.get("QueryParameters", {}).items()
        for value in values
        if value is not None or parameters.get("AllowNullValues")
    ]
    return f"{path}?{urllib.parse.urlencode(query, quote_via=urllib.parse.quote)}" if query else path


def _body(parameters: Mapping[str, Any]) -> bytes | None:
    body = parameters.get("RequestBody")
    if body is None:
        return None
    if isinstance(body, str):
        return body.encode()
    if not parameters.get("AllowNullValues", False):
        body = _without_nulls(body)
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def _without_nulls(value: Any) -> Any:
    """Fields whose value is null are left out."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _invalid(field: str) -> str:
    return f"The value of the field '{field}' has an invalid format"
