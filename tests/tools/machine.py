# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What tests and benchmarks ask of the machine: a free port, whether a process lives, and to wait for something."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition: Callable[[], Any], what: str = "", *, timeout: float = 20, interval: float = 0.05) -> Any:
    """Return the first true value; AssertionError after so many seconds. what: what is said then."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        assert time.monotonic() < deadline, what or f"not met within {timeout} s: {condition}"
        time.sleep(interval)
    return value
