# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The interpreter comes back after a crash, ends with its command however that ends, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.tools.machine import alive, wait_for
from tests.warm.runner import SECONDS, Run, Runner

# What a killed command may leave running, and for how long.
LEFT_SECONDS = 2


@contextmanager
def stopped_between_tasks(runner: Runner) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A run whose first task has ended, and whose next one starts after this."""
    variables = {"go": True, "folder": str(runner.folder)}
    with runner.start("steps", variables) as process:
        try:
            wait_for((runner.folder / "ready").exists, "the first task did not end", timeout=SECONDS)
            yield process, runner.interpreters()
        finally:
            (runner.folder / "go").touch()
            process.wait(SECONDS)


def test_a_killed_interpreter_is_replaced_and_told_once(runner: Runner) -> None:
    with stopped_between_tasks(runner) as (process, interpreters):
        assert len(interpreters) == 1
        os.kill(interpreters[0], signal.SIGKILL)
        wait_for(lambda: not alive(interpreters[0]), "the interpreter was not killed", timeout=LEFT_SECONDS)
        (runner.folder / "go").touch()
        stdout, stderr = process.communicate(timeout=SECONDS)
        run = Run(process.returncode, stdout, stderr)
    assert run.status == 0, stdout + stderr
    assert run.messages == ["The warm interpreter had ended before its time; another one is started."]
    assert [result["changed"] for _host, name, result in run.results if name in ("Second", "Third")] == [False] * 4


def test_an_interpreter_that_is_idle_ends_and_comes_back_without_a_word(runner: Runner) -> None:
    run = runner.play("steps", {"pause_seconds": 3, "orchestra_warm_idle_seconds": 1})
    assert run.status == 0
    assert run.messages == []


def test_nothing_is_left_after_a_run(runner: Runner) -> None:
    runner.play("steps", {"pause_seconds": 0})
    wait_for(lambda: not runner.interpreters(), "the interpreter is still there", timeout=LEFT_SECONDS)
    assert list((runner.folder / "local").iterdir()) == []


@contextmanager
def sleeping(runner: Runner) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A run with a module that sleeps for a minute, and the pids of that module and of the interpreter."""
    pids = runner.folder / "pids"
    with runner.start("sleep", {"pids": str(pids)}) as process:
        started = "the module did not start"
        wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 2, started, timeout=SECONDS)
        yield process, [int(pid) for pid in pids.read_text().split()]
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_killed_command_leaves_nothing(runner: Runner) -> None:
    with sleeping(runner) as (process, pids):
        assert all(alive(pid) for pid in pids)
        process.kill()
        wait_for(lambda: not any(map(alive, pids)), "something is left", timeout=LEFT_SECONDS)
    wait_for(lambda: not runner.interpreters(), "an interpreter is left", timeout=LEFT_SECONDS)
    assert not list((runner.folder / "local").glob("*/warm"))


def test_an_interrupted_command_leaves_nothing(runner: Runner) -> None:
    with sleeping(runner) as (process, pids):
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=SECONDS)
        assert process.returncode != 0, stdout + stderr
        wait_for(lambda: not any(map(alive, pids)), "something is left", timeout=LEFT_SECONDS)


def test_an_interpreter_that_is_killed_takes_its_module_along_and_the_task_says_so(runner: Runner) -> None:
    with sleeping(runner) as (process, (module, interpreter)):
        os.kill(interpreter, signal.SIGKILL)
        wait_for(lambda: not alive(module), "the module is left", timeout=LEFT_SECONDS)
        stdout, stderr = process.communicate(timeout=SECONDS)
    run = Run(process.returncode, stdout, stderr)
    failed = [result for _host, _name, result in run.results if result.get("failed")]
    assert failed
    assert all("how far the module came is not known" in result["module_stderr"] for result in failed)


def test_a_task_that_times_out_ends_its_module(runner: Runner) -> None:
    started = time.monotonic()
    run = runner.play("sleep", {"pids": str(runner.folder / "pids"), "task_timeout": 2})
    assert time.monotonic() - started < 50
    assert "Timed out" in run.stdout or "timed out" in run.stdout
    pids = [int(pid) for pid in (runner.folder / "pids").read_text().split()]
    wait_for(lambda: not any(map(alive, pids)), "something is left", timeout=LEFT_SECONDS)


def test_the_interpreter_is_there_before_the_first_module(runner: Runner) -> None:
    folder = {"folder": str(runner.folder)}
    early = runner.play("early", folder)
    assert len(early.results[0][2]["msg"]) == 1, early
    assert runner.play("early", {**folder, "orchestra_warm": False}).results[0][2]["msg"] == []
    # What a template says is known with the first task, not with the first play.
    templated = {**folder, "orchestra_warm_cache_folder": "{{ folder }}/other"}
    assert runner.play("early", templated).results[0][2]["msg"] == []


def test_where_the_platform_lacks_what_it_needs_nothing_is_told(runner: Runner) -> None:
    lacking = runner.folder / "lacking"
    lacking.mkdir()
    (lacking / "sitecustomize.py").write_text("import os\ndel os.pidfd_open\n")
    run = runner.play("early", {"folder": str(runner.folder)}, PYTHONPATH=str(lacking))
    assert (run.status, run.messages, run.results[0][2]["msg"]) == (0, [], [])
