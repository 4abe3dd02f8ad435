# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The reference service of the workflow: GET /health and POST /process, standard library only.

The same file runs in the container image and, in the embedded AWS, as a plain process.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import signal
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MAX_BODY = 10 * 1024 * 1024  # bytes; the payload limit of an API Gateway HTTP API


def own_address() -> str | None:
    """The task's private address from the ECS task metadata endpoint; None when not on ECS."""
    uri = os.environ.get("ECS_CONTAINER_METADATA_URI_V4")
    if not uri:
        return None
    try:
        with urllib.request.urlopen(uri, timeout=2) as response:
            return str(json.load(response)["Networks"][0]["IPv4Addresses"][0])
    except (OSError, ValueError, LookupError, TypeError) as error:
        log(event="metadata_unavailable", error=type(error).__name__)
        return None


def log(**fields: Any) -> None:
    """One JSON line on standard output, where the awslogs driver picks it up."""
    print(json.dumps({"timestamp": now(), "service": os.environ.get("SERVICE_NAME", "service"), **fields}), flush=True)


def now() -> str:
    """The time as ISO 8601 in UTC with milliseconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def without_nesting(document: Any) -> Any:
    """The request, with the plain fields only of each earlier service's response.

    A service that repeats whole responses doubles the size of the answer with every service of the chain.
    """
    if not isinstance(document, dict) or not isinstance(document.get("responses"), dict):
        return document
    plain = {
        name: {key: value for key, value in response.items() if not isinstance(value, (dict, list))}
        for name, response in document["responses"].items()
        if isinstance(response, dict)
    }
    return {**document, "responses": plain}


class Fault:
    """The misbehaviour that the environment variable FAULT asks for: a test aid, absent in production."""

    def __init__(self, text: str) -> None:
        self.kind, _colon, self.argument = text.partition(":")
        self._lock = threading.Lock()
        self._answers = 0

    def status(self) -> int:
        """The status of the next answer: `status:503` always, `status:503:2` for the first two answers."""
        if self.kind != "status":
            return 200
        code, _colon, times = self.argument.partition(":")
        with self._lock:
            self._answers += 1
            return int(code) if not times or self._answers <= int(times) else 200


class Server(ThreadingHTTPServer):
    """One thread per connection; what the handlers share lives here."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__(address, Handler)
        self.service = os.environ.get("SERVICE_NAME", "service")
        self.service_ip = own_address()
        self.fault = Fault(os.environ.get("FAULT", ""))


class Handler(BaseHTTPRequestHandler):
    """The two endpoints."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise each answer waits for the peer's delayed acknowledgement

    def do_GET(self) -> None:
        """Answer the health check."""
        if self.path.partition("?")[0] != "/health":
            self.answer(404, {"message": "Not Found"})
        elif self.server.fault.kind == "unhealthy":
            self.answer(500, {"status": "unhealthy"})
        else:
            self.answer(200, {"status": "healthy"})

    def do_POST(self) -> None:
        """Process one JSON document."""
        body = self.body()
        if body is None:
            return
        if self.path.partition("?")[0] != "/process":
            self.answer(404, {"message": "Not Found"})
            return
        try:
            document = json.loads(body) if body else None
        except ValueError:
            self.answer(400, {"message": "The request body is not valid JSON."})
            return
        self.process(document)

    def body(self) -> bytes | None:
        """The request body; None after answering a request whose body cannot be read."""
        length = self.headers.get("Content-Length", "0")
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower() or not length.isdigit():
            self.close_connection = True
            self.answer(411, {"message": "A Content-Length is required."})
            return None
        if int(length) > MAX_BODY:
            self.close_connection = True
            self.answer(413, {"message": "The request body is too large."})
            return None
        return self.rfile.read(int(length))

    def process(self, document: Any) -> None:
        """Answer with the input, or as FAULT says."""
        fault = self.server.fault
        status = fault.status()
        if fault.kind == "hang":
            time.sleep(float(fault.argument or 3600))
        if fault.kind == "text":
            self.send(200, b"processed", "text/plain; charset=utf-8")
            return
        if status != 200:
            self.answer(status, {"message": f"The service answers {status} because FAULT asks for it."})
            return
        payload: dict[str, Any] = {
            "service": self.server.service,
            "processed": True,
            "input": without_nesting(document),
            "timestamp": now(),
            "serviceIp": self.server.service_ip,
        }
        if fault.kind == "large":
            payload["padding"] = "x" * int(fault.argument or 300000)
        self.answer(200, payload)

    def answer(self, status: int, payload: dict[str, Any]) -> None:
        """Send a JSON answer."""
        self.send(status, json.dumps(payload).encode(), "application/json")

    def send(self, status: int, body: bytes, content_type: str) -> None:
        """Send an answer and log it without its body."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.server.service_ip:
            self.send_header("X-Service-Ip", self.server.service_ip)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)
        log(event="request", method=self.command, path=self.path.partition("?")[0], status=status, bytes=len(body))

    def log_message(self, format: str, *args: Any) -> None:
        """Silence the base class, whose lines are not JSON."""


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    if os.environ.get("FAULT") == "exit":
        log(event="exit", code=1)
        return 1
    server = Server((os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "3000"))))

    def shut_down(number: int, frame: object) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, shut_down)
    signal.signal(signal.SIGINT, shut_down)
    log(event="started", port=server.server_port)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    log(event="stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
