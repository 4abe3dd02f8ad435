# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The embedded AWS as the tests see it: a server of their own, an endpoint, and boto3 clients for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


@dataclass(frozen=True)
class EmbeddedAws:
    """A running embedded AWS."""

    endpoint: str
    region: str = "us-east-1"
    # Not a common word: Ansible masks it wherever it occurs in a result.
    secret_key: str = "embedded-aws-secret"

    def client(self, service: str) -> Any:
        """Return a boto3 client with the account's full rights."""
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key=self.secret_key,
        )

    def default_subnets(self, number: int) -> list[str]:
        """Return subnets of the default VPC: each in a zone of its own, whatever other tests have made."""
        only = [{"Name": "default-for-az", "Values": ["true"]}]
        found = self.client("ec2").describe_subnets(Filters=only)["Subnets"]
        return sorted(subnet["SubnetId"] for subnet in found)[:number]


@contextmanager
def serving(state_dir: Path) -> Iterator[EmbeddedAws]:
    """Run an embedded AWS on a free port, with its own state, and end it by its own pid."""
    port = _free_port()
    environment = {**os.environ, "LOCAL_AWS_PORT": str(port), "LOCAL_AWS_STATE_DIR": str(state_dir)}
    server = subprocess.Popen([sys.executable, "-m", "local_aws", "serve"], cwd=ROOT, env=environment)
    try:
        _wait_until_it_answers(server, f"http://127.0.0.1:{port}/_local_aws/health")
        yield EmbeddedAws(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"The embedded AWS did not start on {url} in {START_SECONDS} seconds.")
