# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Starts, asks and ends an embedded AWS for the tests: own port, own state directory, ended by its own pid."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.config import Config

from tests.tools.machine import free_port, wait_for

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
NO_RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=5, read_timeout=70)


@dataclasses.dataclass
class RunningAws:
    """One server process and ways to talk to it."""

    endpoint: str
    port: int
    state_dir: pathlib.Path
    process: subprocess.Popen[bytes]

    @functools.cached_property
    def session(self) -> boto3.Session:
        return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")

    def client(self, service: str, **credentials: str) -> Any:
        """A boto3 client without retries; keyword arguments replace the root credentials."""
        return self.session.client(service, endpoint_url=self.endpoint, config=NO_RETRIES, **credentials)

    def request(
        self, path: str, *, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """A plain HTTP request to the server: status, lower-cased headers, body."""
        request = urllib.request.Request(self.endpoint + path, data=body, method=method, headers=dict(headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, {k.lower(): v for k, v in response.headers.items()}, response.read()
        except urllib.error.HTTPError as error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()

    def control(self, path: str, body: Any = None) -> Any:
        """GET, or POST when a body is given, under /_local_aws/: control("state"), control("profile", {...})."""
        data = None if body is None else json.dumps(body).encode()
        status, _, answer = self.request(f"/_local_aws/{path}", method="GET" if data is None else "POST", body=data)
        assert status == 200, answer
        return json.loads(answer)

    def journal(self, event: str) -> list[dict[str, Any]]:
        """The journal's entries of one kind."""
        text = (self.state_dir / "journal.jsonl").read_text(encoding="utf-8")
        return [entry for entry in map(json.loads, text.splitlines()) if entry["event"] == event]

    def stop(self) -> None:
        """End the server by its pid and wait."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


class Answering(http.server.BaseHTTPRequestHandler):
    """A backend that answers with JSON, or with the bytes that it is given, and keeps no log."""

    def answer(self, document: Any, status: int = 200, **headers: str) -> None:
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers, "Content-Length": str(len(data))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextlib.contextmanager
def answering[Server: http.server.ThreadingHTTPServer](server: Server) -> Iterator[Server]:
    """A server that runs as long as the block lasts."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def start_server(state_dir: pathlib.Path, environ: Mapping[str, str] | None = None) -> RunningAws:
    """Start `python -m local_aws serve` and wait until it is healthy."""
    port = free_port()
    state_dir.mkdir(parents=True, exist_ok=True)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LOCAL_AWS_", "MOTO_"))}
    env |= {"LOCAL_AWS_PORT": str(port), "LOCAL_AWS_STATE_DIR": str(state_dir), **(environ or {})}
    with (state_dir / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "local_aws", "serve"], cwd=REPOSITORY, env=env, stdout=log, stderr=log
        )
    aws = RunningAws(endpoint=f"http://127.0.0.1:{port}", port=port, state_dir=state_dir, process=process)

    def healthy() -> bool:
        assert process.poll() is None, (state_dir / "serve.log").read_text()
        try:
            return aws.request("/_local_aws/health")[0] == 200
        except OSError:
            return False

    wait_for(healthy, timeout=60)
    return aws
