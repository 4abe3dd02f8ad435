# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""An embedded AWS of a contestant's own: started, slowed down, its calls counted, ended by its own pid."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3

from tests.tools.machine import free_port

ROOT = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
SECRET_KEY = "embedded-aws-secret"
_START_SECONDS = 60


@dataclass(frozen=True)
class Cloud:
    port: int
    folder: Path

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key=SECRET_KEY,
        )

    def calls(self) -> list[datetime]:
        """Return when it has answered API calls; its services' and functions' own do not count."""
        with (self.folder / "journal.jsonl").open(encoding="utf-8") as lines:
            events = [event for event in map(json.loads, lines) if event["event"] == "api.call"]
        return [datetime.fromisoformat(event["time"]) for event in events if "role" not in (event["principal"] or "")]

    def slow_down(self, profile: Mapping[str, float]) -> None:
        """Put a profile in force: seconds by resource, call_delay_ms, scale."""
        request = urllib.request.Request(
            f"{self.endpoint}/_local_aws/profile", json.dumps(profile).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=10).close()


@contextmanager
def cloud(folder: Path) -> Iterator[Cloud]:
    """Run an embedded AWS as long as the block lasts."""
    made = Cloud(free_port(), folder)
    environment = {**os.environ, "LOCAL_AWS_PORT": str(made.port), "LOCAL_AWS_STATE_DIR": str(folder)}
    environment.pop("LOCAL_AWS_PROFILE", None)
    server = subprocess.Popen([sys.executable, "-m", "local_aws", "serve"], cwd=ROOT, env=environment)
    try:
        _wait(server, f"{made.endpoint}/_local_aws/health")
        yield made
    finally:
        server.terminate()
        server.wait(timeout=_START_SECONDS)


def _wait(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except OSError:  # A timeout of a busy machine is one, too.
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The embedded AWS did not start.")
