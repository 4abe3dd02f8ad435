# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""One embedded AWS for a whole test session: on a free port, with its own state, ended by its own pid."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded_aws import EmbeddedAws

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


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


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An embedded AWS for this session's tests."""
    port = _free_port()
    environment = {
        **os.environ,
        "LOCAL_AWS_PORT": str(port),
        "LOCAL_AWS_STATE_DIR": str(tmp_path_factory.mktemp("local_aws")),
    }
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
