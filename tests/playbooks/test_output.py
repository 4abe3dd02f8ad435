# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the callbacks print and write of a playbook that fails, hides, rescues and ignores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
SECRET = "rarely-seen-secret"
DEBUG = "ansible.builtin.debug"
FAIL = "ansible.builtin.fail"
TASKS: list[dict[str, Any]] = [
    {"name": "Say something", DEBUG: {"msg": ["first line", "second line"]}},
    {"name": "Hide a message", DEBUG: {"msg": SECRET}, "no_log": True},
    {"name": "Hide a change", "ansible.builtin.command": f"echo {SECRET}", "changed_when": True, "no_log": True},
    {"name": "Change something", "ansible.builtin.command": "echo", "changed_when": True},
    {"name": "Change nothing", "ansible.builtin.command": "echo", "changed_when": False},
    {"name": "Ignore a failure", FAIL: {"msg": "of no matter"}, "ignore_errors": True},
    {
        "name": "Rescue a failure",
        "block": [{"name": "Fail at first", FAIL: {"msg": "which is rescued"}}],
        "rescue": [{"name": "Go on", DEBUG: {"msg": "rescued"}}],
    },
    {"name": "Fail in one item", FAIL: {"msg": "item two broke"}, "loop": [1, 2], "when": "item == 2"},
]
HIDDEN_FAILURE = [{"name": "Fail and hide it", FAIL: {"msg": SECRET}, "no_log": True}]


def play(folder: Path, tasks: list[dict[str, Any]], *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    playbook = folder / "playbook.yml"
    head = {
        "name": "Try the output",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
    }
    playbook.write_text(yaml.safe_dump([{**head, "tasks": tasks}], sort_keys=False))
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", str(playbook), *arguments]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "ANSIBLE_STDOUT_CALLBACK"},
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ORCHESTRA_PLAN_FILE": str(folder / "told.json"),
        **more,
    }
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def without_times(output: str) -> list[str]:
    return [line.split("  (")[0].split(" in ")[0] for line in output.splitlines()]


def test_a_run_is_told_in_few_lines(tmp_path: Path) -> None:
    done = play(tmp_path, TASKS)
    assert without_times(done.stdout) == [
        "first line",
        "second line",
        "Try the output",
        "  ~ task Hide a change",
        "  ~ task Change something",
        "  ! localhost: Ignore a failure failed, which is ignored",
        "rescued",
        "  ! localhost: Fail",
        "      item two broke",
        "0 added, 2 changed, 0 removed, 0 unchanged, 1 problem",
    ]
    assert done.returncode == 2
    assert SECRET not in done.stdout + done.stderr
    told = json.loads((tmp_path / "told.json").read_text())
    assert (told["kind"], told["complete"], told["summary"]["change"]) == ("run", False, 2)
    assert [one["message"] for one in told["problems"]] == ["item two broke"]


def test_quiet_leaves_problems_messages_and_the_last_line(tmp_path: Path) -> None:
    done = play(tmp_path, TASKS, ORCHESTRA_QUIET="true")
    assert without_times(done.stdout) == [
        "first line",
        "second line",
        "rescued",
        "  ! localhost: Fail",
        "      item two broke",
        "0 added, 2 changed, 0 removed, 0 unchanged, 1 problem",
    ]


def test_verbose_adds_what_the_default_output_has(tmp_path: Path) -> None:
    done = play(tmp_path, TASKS, "-v")
    for line in ("TASK [Change something]", "PLAY RECAP", "which is rescued", "  ~ task Change something"):
        assert line in done.stdout, line
    assert "1 problem in" in done.stdout.splitlines()[-1]
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize("verbosity", [[], ["-v"]])
def test_a_failure_that_is_hidden_stays_hidden(tmp_path: Path, verbosity: list[str]) -> None:
    done = play(tmp_path, HIDDEN_FAILURE, *verbosity)
    assert "the output has been hidden" in done.stdout
    assert SECRET not in done.stdout + done.stderr + (tmp_path / "told.json").read_text()


def test_the_stock_output_is_one_variable_away(tmp_path: Path) -> None:
    done = play(tmp_path, TASKS, ANSIBLE_STDOUT_CALLBACK="default")
    assert "PLAY RECAP" in done.stdout
    assert "  ~ task" not in done.stdout
