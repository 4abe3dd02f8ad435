# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""A threaded HTTP/1.1 server with keep-alive in front of one WSGI application, on loopback only.

The development servers of the standard library and werkzeug close every connection or wait for Nagle's timer,
which costs more than the request itself; this one reads each body to its end and answers in one write.
"""

from __future__ import annotations

import http
import http.server
import io
import socket
import sys
import urllib.parse
from collections.abc import Callable, Iterable
from typing import Any

from local_aws import journal

MAX_BODY = 80 * 1024 * 1024  # a Lambda zip of 50 MB grows by a third in base64
IDLE_SECONDS = 120

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class BadBody(Exception):
    """The request's body is not framed as HTTP/1.1 allows, or is too large."""


class Server(http.server.ThreadingHTTPServer):
    """Listens on 127.0.0.1:`port`; OSError when the port is taken."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port: int, application: Application) -> None:
        self.application = application
        super().__init__(("127.0.0.1", port), Handler)

    def server_bind(self) -> None:
        """Bind without the reverse look-up of the base class."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "127.0.0.1", self.socket.getsockname()[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are not worth a traceback; anything else is journaled by its class."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            journal.record("http.error", error=type(error).__name__)


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    wbufsize = -1  # headers and body leave in one segment
    server: Server

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        """Read the whole request, run the application, send the whole response."""
        try:
            body = self._body()
        except BadBody as error:
            self.close_connection = True
            self.send_error(400, str(error))
            return
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started.append((status, headers))

        chunks = self.server.application(self._environ(body), start_response)
        content = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
        self._send(*started[-1], content)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are told in the journal, not on the terminal."""

    def _send(self, status: str, headers: list[tuple[str, str]], content: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason or _phrase(int(code)))
        bodyless = self.command == "HEAD" or code in {"204", "304"}
        for name, value in headers:
            length_of_head = name.lower() == "content-length" and self.command == "HEAD"
            if length_of_head or name.lower() not in {"connection", "content-length", "transfer-encoding", "status"}:
                self.send_header(name, value)
        if not bodyless:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if not bodyless:
            self.wfile.write(content)
        self.wfile.flush()

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            raise BadBody("Content-Length is not acceptable.")
        data = self.rfile.read(int(length))
        if len(data) < int(length):
            raise BadBody("The body ended early.")
        return data

    def _chunks(self) -> bytes:
        data = bytearray()
        while True:
            size_text = self.rfile.readline(1024).partition(b";")[0].strip()
            try:
                size = int(size_text, 16)
            except ValueError as error:
                raise BadBody("A chunk has no valid size.") from error
            if size < 0 or len(data) + size > MAX_BODY:
                raise BadBody("The body is too large.")
            data += self.rfile.read(size)
            if size == 0:
                while self.rfile.readline(65536).strip():
                    pass
                return bytes(data)
            self.rfile.readline(8)

    def _environ(self, body: bytes) -> Environ:
        path, _, query = self.path.partition("?")
        environ: Environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": urllib.parse.unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "RAW_URI": self.path,
            "REQUEST_URI": self.path,
            "REMOTE_ADDR": self.client_address[0],
            "REMOTE_PORT": str(self.client_address[1]),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            # A name with an underscore would pass for the one with a dash.
            if "_" in name or name.lower() in {"content-length", "transfer-encoding"}:
                continue
            key = name.upper().replace("-", "_")
            key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ


def _phrase(code: int) -> str:
    try:
        return http.HTTPStatus(code).phrase
    except ValueError:
        return ""
