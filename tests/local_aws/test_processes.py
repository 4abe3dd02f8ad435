# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Children of the server never outlive it, whatever ends it, and strangers are never killed."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from local_aws import guard, journal, processes, settings
from tests.local_aws.harness import REPOSITORY, RunningAws
from tests.local_aws.test_contract_lambda import create
from tests.tools.machine import alive, wait_for

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(60)"
PARENT = """
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
"""


@pytest.fixture
def state(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pathlib.Path]:
    monkeypatch.setattr(settings, "_current", settings.from_environment({"LOCAL_AWS_STATE_DIR": str(tmp_path)}))
    monkeypatch.setattr(processes, "_closing", False)
    journal.close()
    yield tmp_path
    processes.stop_all(1)
    journal.close()


def spawn(argv: list[str]) -> subprocess.Popen[str]:
    """A child that has come up."""
    child = processes.spawn(argv, os.environ, kind="test", name="t")
    assert child.stdout is not None
    assert child.stdout.readline() == "up\n"
    return child


def registered(state: pathlib.Path) -> list[int]:
    return sorted(json.loads(file.read_text())["pid"] for file in (state / "children").glob("*.json"))


def test_a_child_has_its_own_session_and_is_registered(state: pathlib.Path) -> None:
    child = spawn(SLEEP)
    assert os.getsid(child.pid) == child.pid
    assert registered(state) == [child.pid]
    assert processes.stop(child, 5) == -signal.SIGTERM
    assert registered(state) == []
    assert processes.stop(child, 5) == -signal.SIGTERM


def test_a_child_that_ignores_term_is_killed(state: pathlib.Path) -> None:
    child = spawn([sys.executable, "-c", STUBBORN])
    started = time.monotonic()
    assert processes.stop(child, 0.3) == -signal.SIGKILL
    assert time.monotonic() - started < 3


def test_what_a_child_leaves_behind_is_ended(state: pathlib.Path) -> None:
    child = processes.spawn([sys.executable, "-c", PARENT], os.environ, kind="test", name="t")
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())
    child.wait(5)
    assert alive(grandchild)
    processes.stop(child, 1)
    wait_for(lambda: not alive(grandchild), timeout=5)


def test_a_command_that_cannot_start(state: pathlib.Path) -> None:
    with pytest.raises(OSError, match="nothing-of-this-name"):
        processes.spawn(["/nothing-of-this-name"], {}, kind="test", name="t")
    assert registered(state) == []


def test_stop_all_ends_everything_and_lets_nothing_start(state: pathlib.Path) -> None:
    children = [spawn(SLEEP) for _ in range(3)]
    processes.stop_all(2)
    assert not any(alive(child.pid) for child in children)
    with pytest.raises(OSError, match="stopping"):
        spawn(SLEEP)


def test_reaping_spares_a_process_that_has_the_pid_now(state: pathlib.Path) -> None:
    stranger = subprocess.Popen(SLEEP, stdout=subprocess.PIPE, start_new_session=True)
    leftover = subprocess.Popen(SLEEP, stdout=subprocess.PIPE, start_new_session=True)
    try:
        children = state / "children"
        children.mkdir()
        for process, started in ((stranger, "an earlier time"), (leftover, guard.start_time(leftover.pid))):
            entry = {"pid": process.pid, "started": started, "kind": "test", "name": "t"}
            (children / f"{process.pid}.json").write_text(json.dumps(entry))
        (children / "broken.json").write_text("{")
        assert processes.reap_leftovers() == [leftover.pid]
        assert leftover.wait(5) == -signal.SIGKILL
        assert stranger.poll() is None
        assert list(children.iterdir()) == []
    finally:
        for process in (stranger, leftover):
            process.kill()
            process.wait()


BUSY = "import time\ndef handler(event, context):\n    open('started', 'w').close()\n    time.sleep(60)\n"


def busy_function(aws: RunningAws) -> int:
    """The pid of a Lambda environment at work: a child of the server that does not look at its pipes."""
    name = create(aws.client, source=BUSY, Timeout=100)
    aws.client("lambda").invoke(FunctionName=name, InvocationType="Event")
    wait_for(lambda: list((aws.state_dir / "lambda").glob("*/started")))
    (environment,) = aws.control("state")["lambda_environments"]
    return int(environment["pid"])


def test_children_end_with_a_server_that_stops(launch: Callable[..., RunningAws]) -> None:
    aws = launch()
    pid = busy_function(aws)
    aws.process.send_signal(signal.SIGTERM)
    # The function would work for a minute.
    assert aws.process.wait(30) == 0
    assert not alive(pid)
    assert not (aws.state_dir / settings.RUN_FILE).exists()


def test_children_end_with_a_server_that_is_killed(launch: Callable[..., RunningAws]) -> None:
    aws = launch()
    pid = busy_function(aws)
    aws.process.kill()
    aws.process.wait()
    wait_for(lambda: not alive(pid), timeout=5)


def test_the_next_server_ends_what_a_killed_guard_left(launch: Callable[..., RunningAws]) -> None:
    aws = launch()
    pid = busy_function(aws)

    def guards() -> list[int]:
        found = subprocess.run(["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
        lines = [line.split(maxsplit=2) for line in found.splitlines()]
        return [int(line[0]) for line in lines if line[1] == str(aws.process.pid) and "guard.py" in line[2]]

    (guard_pid,) = wait_for(guards)
    os.kill(guard_pid, signal.SIGKILL)
    aws.process.kill()
    aws.process.wait()
    time.sleep(0.3)
    assert alive(pid)
    env = {**os.environ, "LOCAL_AWS_PORT": str(aws.port), "LOCAL_AWS_STATE_DIR": str(aws.state_dir)}
    cli = [sys.executable, "-m", "local_aws"]
    subprocess.run([*cli, "up"], env=env, cwd=REPOSITORY, check=True, capture_output=True, timeout=60)
    try:
        assert not alive(pid)
        assert aws.journal("process.leftovers_killed")[-1]["pids"] == [pid]
    finally:
        subprocess.run([*cli, "down"], env=env, cwd=REPOSITORY, check=True, capture_output=True, timeout=60)
