# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""`python -m local_aws up|down|status|serve`: the server's life, told in one line each."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from local_aws import guard, settings

START_SECONDS = 30.0
STOP_SECONDS = 10.0
NOT_RUNNING = 3
_OWN_FILES = (settings.RUN_FILE, "journal.jsonl", "server.log", "children", "lambda")


class CommandError(Exception):
    """Why a command cannot be done, in one sentence."""


@dataclasses.dataclass(frozen=True)
class RunningServer:
    """The process that the run file of a state directory names, known to be alive and the same."""

    pid: int
    run_id: str


def main(argv: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m local_aws", description="The embedded AWS on loopback.")
    parser.add_argument("command", choices=["up", "down", "status", "serve"])
    parser.add_argument("--port", type=int, help="default: LOCAL_AWS_PORT or 4566")
    arguments = parser.parse_args(argv)
    commands = {"up": up, "down": down, "status": status, "serve": serve}
    try:
        settings.configure(settings.from_environment(port=arguments.port))
        return commands[arguments.command]()
    except (CommandError, settings.SettingsError) as error:
        print(f"local_aws: {error}", file=sys.stderr)
        return 1


def up() -> int:
    """Start the server in the background and wait until it answers."""
    current = settings.current()
    health = _health()
    if _is_ours(health):
        print(f"{current.endpoint} is already running (pid {health['pid']}).")
        return 0
    process = None
    # A server that another `up` has just started holds the port, but does not answer yet.
    if _server() is None:
        if health is not None or _port_taken():
            raise CommandError(f"Port {current.port} is used by another program.")
        process = _start_in_background()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        health = _health()
        if _is_ours(health):
            print(f"{current.endpoint} is running (pid {health['pid']}).")
            return 0
        if process is not None and process.poll() is not None and _server() is None:
            raise CommandError(f"The server ended at once: {_last_line(current.state_dir / 'server.log')}")
        time.sleep(0.05)
    if process is not None:
        _end(process.pid)
    raise CommandError(f"The server did not answer within {START_SECONDS:.0f} seconds; see {current.state_dir}.")


def down() -> int:
    """Stop the server of this state directory and remove its state."""
    current = settings.current()
    server = _server()
    if server is not None:
        _end(server.pid)
    killed = guard.kill_registered(current.state_dir / "children")
    for name in _OWN_FILES:
        path = current.state_dir / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    # A directory of the user's with other files in it stays.
    with contextlib.suppress(OSError):
        current.state_dir.rmdir()
    print(f"{current.endpoint} is stopped." if server or killed else f"{current.endpoint} was not running.")
    return 0


def status() -> int:
    """Tell what runs; exit code 3 when nothing does."""
    health = _health()
    if not _is_ours(health):
        print(f"endpoint: {settings.current().endpoint}\nstatus: not running")
        return NOT_RUNNING
    state = _get("state") or {"tasks": [], "lambda_environments": []}
    for name, value in {
        "endpoint": health["endpoint"],
        "status": "running",
        "pid": health["pid"],
        "uptime": f"{health['uptime_seconds']:.0f} s",
        "tasks": len(state["tasks"]),
        "lambda environments": len(state["lambda_environments"]),
    }.items():
        print(f"{name}: {value}")
    return 0


def serve() -> int:
    """Run the server in this process."""
    from local_aws import server  # moto takes a second to load; the other commands do without it

    try:
        server.serve()
    except OSError as error:
        raise CommandError(f"Port {settings.current().port} cannot be used: {error.strerror}.") from error
    return 0


def _start_in_background() -> subprocess.Popen[bytes]:
    current = settings.current()
    current.state_dir.mkdir(parents=True, exist_ok=True)
    env = {
        **os.environ,
        "LOCAL_AWS_PORT": str(current.port),
        "LOCAL_AWS_STATE_DIR": str(current.state_dir),
        "PYTHONPATH": os.pathsep.join([str(settings.REPOSITORY), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
    }
    with (current.state_dir / "server.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "local_aws", "serve"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _server() -> RunningServer | None:
    """The live process of the run file; None when there is none or its pid belongs to another process now."""
    try:
        entry = json.loads((settings.current().state_dir / settings.RUN_FILE).read_text(encoding="utf-8"))
        pid, started, run_id = int(entry["pid"]), entry["started"], str(entry["run_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return RunningServer(pid, run_id) if started and guard.start_time(pid) == started else None


def _is_ours(health: Any) -> bool:
    server = _server()
    return bool(server and health and health.get("run_id") == server.run_id)


def _end(pid: int) -> None:
    """TERM, then KILL after ten seconds."""
    started = guard.start_time(pid)
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if guard.start_time(pid) != started:
                return
            time.sleep(0.02)


def _health() -> Any:
    return _get("health")


def _get(page: str) -> Any:
    """A page of the server's own; None when nobody answers, {} when somebody else does."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{settings.current().endpoint}/_local_aws/{page}", timeout=2) as response:
            document = json.load(response)
    except ConnectionError:
        return None
    except urllib.error.HTTPError:
        return {}
    except urllib.error.URLError as error:
        return None if isinstance(error.reason, ConnectionError) else {}
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _port_taken() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.current().port))
        except OSError:
            return True
    return False


def _last_line(file: pathlib.Path) -> str:
    lines = file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].removeprefix("local_aws: ") if lines else "it said nothing."
