# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The embedded AWS as the tests see it: a server of their own, an endpoint, and boto3 clients for it."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.tools.machine import free_port

START_SECONDS = 60
# Loads moto once and forks every server from there: 0.4 s for one instead of 2.5.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.embedded_aws_loaded"])


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

    @contextmanager
    def taking(self, **seconds: float) -> Iterator[None]:
        """Let resources take some seconds meanwhile: taking(vpc_link=60), taking(deletions=60)."""
        self._set_profile(seconds)
        try:
            yield
        finally:
            self._set_profile(dict.fromkeys(seconds, 0))

    def _set_profile(self, seconds: Mapping[str, float]) -> None:
        body = json.dumps(seconds).encode()
        request = urllib.request.Request(f"{self.endpoint}/_local_aws/profile", data=body, method="POST")
        urllib.request.urlopen(request, timeout=10).close()

    def default_subnets(self, number: int) -> list[str]:
        """Return subnets of the default VPC: each in a zone of its own, whatever other tests have made."""
        only = [{"Name": "default-for-az", "Values": ["true"]}]
        found = self.client("ec2").describe_subnets(Filters=only)["Subnets"]
        return sorted(subnet["SubnetId"] for subnet in found)[:number]


@contextmanager
def serving(state_dir: Path) -> Iterator[EmbeddedAws]:
    """Run an embedded AWS on a free port, with its own state, and end it by its own pid."""
    port = free_port()
    server = _FORKS.Process(target=_serve, args=(port, state_dir), name="embedded AWS")
    server.start()
    try:
        _wait_until_it_answers(server, f"http://127.0.0.1:{port}/_local_aws/health")
        yield EmbeddedAws(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.join(timeout=15)
        if server.exitcode is None:
            server.kill()
            server.join()


def _serve(port: int, state_dir: Path) -> None:
    """Be the server, in a process of its own."""
    from local_aws import cli  # Only there: this process has no need of moto.

    os.environ |= {"LOCAL_AWS_PORT": str(port), "LOCAL_AWS_STATE_DIR": str(state_dir)}
    sys.exit(cli.main(["serve"]))


def _wait_until_it_answers(server: BaseProcess, url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.exitcode is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    pytest.fail(f"The embedded AWS did not start on {url} in {START_SECONDS} seconds.")
