# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The reference service, run as the process that the container runs."""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

APP = pathlib.Path(__file__).parents[3] / "examples" / "services" / "app.py"
Start = Callable[..., "Running"]


class Running:
    """One service process and its address."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def call(self, method: str, path: str, body: bytes | None = None, timeout: float = 10) -> tuple[int, Any, Any]:
        """Status, headers and body (parsed when it is JSON)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        is_json = response.headers["Content-Type"] == "application/json"
        return response.status, response.headers, json.loads(data) if is_json else data

    def end(self) -> tuple[int, list[dict[str, Any]]]:
        """Exit code and log lines after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        output, _errors = self.process.communicate(timeout=10)
        return self.process.returncode, [json.loads(line) for line in output.splitlines()]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start() -> Iterator[Start]:
    processes: list[subprocess.Popen[str]] = []

    def run(**variables: str) -> Running:
        port = free_port()
        env = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": str(port), **variables}
        process = subprocess.Popen([sys.executable, str(APP)], env=env, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        return Running(process, port)

    yield run
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_health(start: Start) -> None:
    status, headers, body = start().call("GET", "/health")
    assert (status, body) == (200, {"status": "healthy"})
    assert "X-Service-Ip" not in headers


def test_process_repeats_the_plain_fields_only_of_earlier_responses(start: Start) -> None:
    request = b'{"input": {"a": [1]}, "responses": {"service1": {"n": 1, "input": {"deep": [1]}, "list": []}}}'
    _status, _headers, body = start().call("POST", "/process", request)
    assert body["input"] == {"input": {"a": [1]}, "responses": {"service1": {"n": 1}}}


def test_process_returns_the_input(start: Start) -> None:
    status, _headers, body = start(SERVICE_NAME="service1").call("POST", "/process", b'{"a": [1, null, "\xc3\xa9"]}')
    assert status == 200
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body.pop("timestamp"))
    assert body == {"service": "service1", "processed": True, "input": {"a": [1, None, "é"]}, "serviceIp": None}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/", None, 404),
        ("GET", "/process", None, 404),
        ("POST", "/health", b"{}", 404),
        ("POST", "/process", b"{not json", 400),
        ("POST", "/process", b"", 200),
        ("PUT", "/process", b"{}", 501),
    ],
)
def test_statuses(start: Start, method: str, path: str, body: bytes | None, status: int) -> None:
    assert start().call(method, path, body)[0] == status


def test_own_address_comes_from_the_metadata_endpoint(start: Start) -> None:
    class Metadata(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"Networks": [{"IPv4Addresses": ["10.1.2.3"]}]}).encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Metadata) as metadata:
        threading.Thread(target=metadata.handle_request, daemon=True).start()
        service = start(ECS_CONTAINER_METADATA_URI_V4=f"http://127.0.0.1:{metadata.server_port}/v4/task")
        status, headers, body = service.call("POST", "/process", b"1")
    assert (status, headers["X-Service-Ip"], body["serviceIp"]) == (200, "10.1.2.3", "10.1.2.3")


def test_unreachable_metadata_gives_null(start: Start) -> None:
    service = start(ECS_CONTAINER_METADATA_URI_V4=f"http://127.0.0.1:{free_port()}/")
    assert service.call("POST", "/process", b"1")[2]["serviceIp"] is None


def test_terminates_gracefully_and_logs_no_bodies(start: Start) -> None:
    service = start(SERVICE_NAME="service2")
    service.call("POST", "/process?token=hidden", b'"confidential"')
    code, lines = service.end()
    assert code == 0
    assert [line["event"] for line in lines] == ["started", "request", "stopped"]
    assert {"method": "POST", "path": "/process", "status": 200}.items() <= lines[1].items()
    assert not re.search("confidential|hidden", json.dumps(lines))


def test_fault_status_is_counted_per_process(start: Start) -> None:
    service = start(FAULT="status:503:2")
    assert [service.call("POST", "/process", b"1")[0] for _number in range(4)] == [503, 503, 200, 200]
    assert service.call("GET", "/health")[0] == 200


def test_fault_status_for_ever(start: Start) -> None:
    service = start(FAULT="status:500")
    assert [service.call("POST", "/process", b"1")[0] for _number in range(3)] == [500, 500, 500]


def test_fault_unhealthy_text_large_hang_exit(start: Start) -> None:
    assert start(FAULT="unhealthy").call("GET", "/health")[0] == 500
    assert start(FAULT="text").call("POST", "/process", b"1")[2] == b"processed"
    assert len(start(FAULT="large:300000").call("POST", "/process", b"1")[2]["padding"]) == 300000
    with pytest.raises(TimeoutError):
        start(FAULT="hang").call("POST", "/process", b"1", timeout=0.5)
    assert start(FAULT="exit").process.wait(10) == 1
