# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Requests and responses of the data plane, and the pooled client that carries them to a task."""

from __future__ import annotations

import dataclasses
import http.client
import json
import select
import socket
import threading
from collections.abc import Mapping
from typing import Any

# Headers of one connection, which an intermediary does not forward (RFC 9110 section 7.6.1).
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
IDLE_CONNECTIONS = 16  # kept per target; more are closed after use


@dataclasses.dataclass(frozen=True)
class HttpRequest:
    """One request; header names are lower case, the query string is raw (no leading question mark)."""

    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes
    source_ip: str

    def target(self) -> str:
        """The request target: path and query string."""
        return f"{self.path}?{self.query_string}" if self.query_string else self.path


@dataclasses.dataclass(frozen=True)
class HttpResponse:
    """One response; header names keep the order and the repetitions of the sender."""

    status: int
    headers: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class ConnectionFailed(Exception):
    """The target refused, reset or spoke no HTTP."""


class ResponseTimeout(Exception):
    """The target did not answer in time."""


def json_response(status: int, document: Any) -> HttpResponse:
    """A response with a JSON body."""
    return HttpResponse(status, [("content-type", "application/json")], json.dumps(document).encode())


class Client:
    """An HTTP/1.1 client that keeps connections to each (host, port) open between requests."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, int], list[http.client.HTTPConnection]] = {}
        self._lock = threading.Lock()

    def send(self, host: str, port: int, request: HttpRequest, timeout: float) -> HttpResponse:
        """Forward one request, once; ConnectionFailed or ResponseTimeout (seconds) when no response comes."""
        connection = self._take(host, port) or http.client.HTTPConnection(host, port, timeout=timeout)
        try:
            response, body = self._exchange(connection, request, timeout)
        except TimeoutError as error:
            connection.close()
            raise ResponseTimeout(f"no answer within {timeout:g} seconds") from error
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise ConnectionFailed(type(error).__name__) from error
        if response.will_close:
            connection.close()
        else:
            self._keep((host, port), connection)
        headers = [(name, value) for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP]
        return HttpResponse(response.status, headers, body)

    def forget(self, host: str) -> None:
        """Close the idle connections to a host that is gone."""
        with self._lock:
            gone = [self._idle.pop(key) for key in list(self._idle) if key[0] == host]
        for connection in (connection for connections in gone for connection in connections):
            connection.close()

    def _take(self, host: str, port: int) -> http.client.HTTPConnection | None:
        """An idle connection that the other side has not closed meanwhile."""
        while True:
            with self._lock:
                connections = self._idle.get((host, port))
                connection = connections.pop() if connections else None
            if connection is None:
                return None
            # Nothing can be readable on an idle connection but its end.
            if connection.sock is not None and not select.select([connection.sock], [], [], 0)[0]:
                return connection
            connection.close()

    @staticmethod
    def _exchange(
        connection: http.client.HTTPConnection, request: HttpRequest, timeout: float
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection.timeout = timeout
        if connection.sock is None:
            connection.connect()
            assert connection.sock is not None
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sock.settimeout(timeout)
        headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
        headers.pop("content-length", None)
        if request.body or request.method in {"POST", "PUT", "PATCH"}:
            headers["content-length"] = str(len(request.body))
        connection.putrequest(request.method, request.target(), skip_host="host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        return response, response.read()

    def _keep(self, key: tuple[str, int], connection: http.client.HTTPConnection) -> None:
        with self._lock:
            connections = self._idle.setdefault(key, [])
            if len(connections) < IDLE_CONNECTIONS:
                connections.append(connection)
                return
        connection.close()
