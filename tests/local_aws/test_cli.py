# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The command line: one server per port and state directory, started and stopped without surprises."""

from __future__ import annotations

import concurrent.futures
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from local_aws import guard, settings
from tests.local_aws.harness import REPOSITORY
from tests.tools.machine import free_port

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def run(tmp_path: pathlib.Path, port: int) -> Iterator[Run]:
    def command(name: str, **environ: str) -> subprocess.CompletedProcess[str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith("LOCAL_AWS_")}
        env |= {"LOCAL_AWS_PORT": str(port), "LOCAL_AWS_STATE_DIR": str(tmp_path / "state"), **environ}
        argv = [sys.executable, "-m", "local_aws", name]
        return subprocess.run(argv, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=60, check=False)

    yield command
    command("down")


def test_up_status_down(run: Run, port: int, tmp_path: pathlib.Path) -> None:
    assert run("status").returncode == 3
    first = run("up")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith(f"http://127.0.0.1:{port} is running (pid ")
    again = run("up")
    assert again.returncode == 0
    assert "already running" in again.stdout
    status = run("status")
    assert status.returncode == 0
    shown = dict(line.split(": ") for line in status.stdout.splitlines())
    assert shown["endpoint"] == f"http://127.0.0.1:{port}"
    assert (shown["status"], shown["tasks"], shown["lambda environments"]) == ("running", "0", "0")
    pid = int(shown["pid"])
    assert os.getsid(pid) == pid
    down = run("down")
    assert (down.returncode, down.stdout) == (0, f"http://127.0.0.1:{port} is stopped.\n")
    assert guard.start_time(pid) is None
    assert not (tmp_path / "state").exists()
    assert run("status").returncode == 3
    assert run("down").returncode == 0


def test_two_starts_at_once_make_one_server(run: Run) -> None:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: run("up"), range(2)))
    assert [answer.returncode for answer in answers] == [0, 0], answers
    pids = {re.search(r"pid (\d+)", answer.stdout).group(1) for answer in answers}  # type: ignore[union-attr]
    assert len(pids) == 1


def test_down_leaves_the_users_files(run: Run, tmp_path: pathlib.Path) -> None:
    run("up")
    (tmp_path / "state" / "mine.txt").write_text("x")
    run("down")
    assert [file.name for file in (tmp_path / "state").iterdir()] == ["mine.txt"]


def test_down_spares_a_process_that_has_the_pid_now(run: Run, tmp_path: pathlib.Path) -> None:
    (tmp_path / "state").mkdir()
    entry = {"pid": os.getpid(), "started": "an earlier time", "run_id": "x"}
    (tmp_path / "state" / settings.RUN_FILE).write_text(json.dumps(entry))
    assert run("status").returncode == 3
    assert "was not running" in run("down").stdout


def test_down_kills_a_server_that_does_not_stop(run: Run) -> None:
    run("up")
    pid = int(run("status").stdout.split("pid: ")[1].split()[0])
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    assert run("down").returncode == 0
    assert 9 < time.monotonic() - started < 20
    assert guard.start_time(pid) is None


def test_up_after_a_kill(run: Run) -> None:
    run("up")
    pid = int(run("status").stdout.split("pid: ")[1].split()[0])
    os.kill(pid, signal.SIGKILL)
    while guard.start_time(pid) is not None:
        time.sleep(0.01)
    assert run("status").returncode == 3
    assert run("up").returncode == 0
    assert run("status").returncode == 0


def test_a_port_that_something_else_uses(run: Run, port: int) -> None:
    with http.server.HTTPServer(("127.0.0.1", port), http.server.BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        for command in ("up", "serve"):
            answer = run(command)
            assert answer.returncode == 1
            assert answer.stdout == ""
            assert len(answer.stderr.splitlines()) == 1
            assert f"Port {port}" in answer.stderr
        assert run("status").returncode == 3
        other.shutdown()


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"LOCAL_AWS_PROFILE": '{"nat": -1}'}, "must be a number"),
        ({"LOCAL_AWS_PROFILE": '{"rocket": 1}'}, "Unknown profile entry 'rocket'"),
        ({"LOCAL_AWS_PROFILE": "/none.json"}, "cannot be read"),
        ({"LOCAL_AWS_IMAGES": "/none.json"}, "cannot be read"),
        ({"LOCAL_AWS_PORT": "http"}, "must be a port number"),
    ],
)
def test_settings_that_cannot_be_used(run: Run, environ: dict[str, str], message: str) -> None:
    answer = run("up", **environ)
    assert answer.returncode == 1
    assert len(answer.stderr.splitlines()) == 1
    assert message in answer.stderr


def test_profile_and_images_from_files(tmp_path: pathlib.Path) -> None:
    profile, images = tmp_path / "slow.yml", tmp_path / "images.json"
    profile.write_text("nat: 60\nscale: 0.5\ncall_delay_ms: 20\n")
    images.write_text(json.dumps({"*own/app*": ["{python}", "examples/services/app.py", "--fast"]}))
    found = settings.from_environment({"LOCAL_AWS_PROFILE": str(profile), "LOCAL_AWS_IMAGES": str(images)})
    assert found.profile.seconds("nat") == 30
    assert found.profile.seconds("alb") == 0
    assert found.profile.call_delay_ms == 20
    command = [sys.executable, str(REPOSITORY / "examples/services/app.py"), "--fast"]
    assert found.command_for("registry.example.org/own/app:1") == command
    assert found.command_for("nginx") is None


@pytest.mark.skipif(not pathlib.Path("/proc/net/tcp").exists(), reason="reads Linux's list of sockets")
def test_the_server_listens_on_loopback_only(run: Run, port: int) -> None:
    run("up")
    urllib.request.urlopen(f"http://127.0.0.1:{port}/_local_aws/health", timeout=5).close()
    listening = [
        line.split()[1]
        for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    assert listening == [f"0100007F:{port:04X}"]
