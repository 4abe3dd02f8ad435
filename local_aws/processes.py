# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Child processes of the server: each in its own session, registered on disk, none left behind.

Three nets: stop_all() when the server stops, the guard process when the server is killed, and
reap_leftovers() at the next start when the guard was killed too.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

from local_aws import guard, journal, settings

_lock = threading.Lock()
_children: dict[int, subprocess.Popen[str]] = {}
_guard: subprocess.Popen[bytes] | None = None
_closing = False


def spawn(
    argv: Sequence[str],
    env: Mapping[str, str],
    *,
    kind: str,
    name: str,
    cwd: str | os.PathLike[str] | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[str]:
    """Start a child whose stdout and stderr come as text from `.stdout`; OSError when the command cannot start."""
    with _lock:
        if _closing:
            raise OSError("The server is stopping.")
        _ensure_guard()
        child = subprocess.Popen(
            list(argv),
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            pass_fds=tuple(pass_fds),
        )
        _register(child.pid, kind, name)
        _children[child.pid] = child
    journal.record("process.started", kind=kind, name=name, pid=child.pid)
    return child


def stop(child: subprocess.Popen[str], timeout: float) -> int:
    """Ask the child's process group to end, kill it after `timeout` seconds; the exit code. Idempotent."""
    if child.poll() is None:
        _signal(child, signal.SIGTERM)
        try:
            child.wait(timeout)
        except subprocess.TimeoutExpired:
            _signal(child, signal.SIGKILL)
            child.wait()
    forget(child)
    return child.returncode


def forget(child: subprocess.Popen[str]) -> None:
    """Take an ended child out of the registry, and end what it started and left behind."""
    with _lock:
        if _children.pop(child.pid, None) is None:
            return
        # While the group has a member its id is not given to another process: a live leader is a stranger.
        if guard.start_time(child.pid) is None:
            _signal(child, signal.SIGKILL)
        _entry(child.pid).unlink(missing_ok=True)
    journal.record("process.ended", pid=child.pid, code=child.returncode)


def stop_all(timeout: float) -> None:
    """End every child at once, within `timeout` seconds plus the time a kill takes; no new child can start."""
    global _closing
    with _lock:
        _closing = True
        children = list(_children.values())
    for child in children:
        if child.poll() is None:
            _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + timeout
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
        stop(child, 0)
    _end_guard()


def reap_leftovers() -> list[int]:
    """Kill what an earlier server of this state directory left; the pids killed."""
    killed = guard.kill_registered(_directory())
    if killed:
        journal.record("process.leftovers_killed", pids=killed)
    return killed


def _signal(child: subprocess.Popen[str], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def _directory() -> pathlib.Path:
    return settings.current().state_dir / "children"


def _entry(pid: int) -> pathlib.Path:
    return _directory() / f"{pid}.json"


def _register(pid: int, kind: str, name: str) -> None:
    _directory().mkdir(parents=True, exist_ok=True)
    text = json.dumps({"pid": pid, "started": guard.start_time(pid), "kind": kind, "name": name})
    _entry(pid).write_text(text, encoding="utf-8")


def _ensure_guard() -> None:
    global _guard
    if _guard is not None and _guard.poll() is None:
        return
    _directory().mkdir(parents=True, exist_ok=True)
    _guard = subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, str(_directory())],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _end_guard() -> None:
    global _guard
    with _lock:
        process, _guard = _guard, None
    if process is not None:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
