# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the callbacks print and write of a playbook that fails, hides, rescues and ignores."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
SECRET = "rarely-seen-secret"
DEBUG = "ansible.builtin.debug"
FAIL = "ansible.builtin.fail"
HIDDEN = "the output has been hidden due to the fact that 'no_log: true' was specified for this result"
TASKS: list[dict[str, Any]] = [
    {"name": "Fail and hide it", FAIL: {"msg": SECRET}, "no_log": True, "when": "inventory_hostname == 'other'"},
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
# Waits for something, as the modules of the collection do, until the test has seen it told.
WAITER = """
import os
import time
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.orchestra.aws.plugins.module_utils import _progress

module = AnsibleModule({"until": {"type": "path"}})
_progress.tell(["nat_gateway nat-1 is pending"])
told_to = os.environ.get(_progress.FOLDER)
end = time.monotonic() + 60
while told_to and not os.path.exists(module.params["until"]) and time.monotonic() < end:
    time.sleep(0.05)
module.exit_json(changed=True, told=bool(told_to), seen=os.path.exists(module.params["until"]))
"""
PENDING, ERASE = " s: nat_gateway nat-1 is pending\r", "\r\x1b[K"


def prepared(
    folder: Path,
    tasks: list[dict[str, Any]],
    *arguments: str,
    hosts: str = "localhost,other",
    connection: str = "local",
    **more: str,
) -> dict[str, Any]:
    """Write a playbook, and return what subprocess needs to run it."""
    playbook = folder / "playbook.yml"
    head = {
        "name": "Try the output",
        "hosts": hosts,
        "connection": connection,
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
    }
    playbook.write_text(yaml.safe_dump([{**head, "tasks": tasks}], sort_keys=False))
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", f"{hosts},", str(playbook), *arguments]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "ANSIBLE_STDOUT_CALLBACK"},
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ORCHESTRA_PLAN_FILE": str(folder / "told.json"),
        **more,
    }
    return {"args": command, "cwd": ROOT, "env": environment}


def play(folder: Path, tasks: list[dict[str, Any]], *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        **prepared(folder, tasks, *arguments, **more), capture_output=True, text=True, timeout=SECONDS, check=False
    )


def on_a_terminal(folder: Path, **more: str) -> str:
    """Run a task that waits until it is seen to wait, if it is to be seen, and return all that the terminal got."""
    (folder / "library").mkdir()
    (folder / "library" / "waiter.py").write_text(WAITER)
    seen = folder / "seen"
    tasks = [{"name": "Wait for AWS", "waiter": {"until": str(seen)}, "register": "waited"}]
    tasks += [{"name": "Say what it saw", DEBUG: {"msg": "told {{ waited.told }}, seen {{ waited.seen }}"}}]
    terminal, theirs = pty.openpty()
    run = prepared(folder, tasks, hosts="localhost", connection="orchestra.aws.warm", TERM="xterm", **more)
    with subprocess.Popen(**run, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.STDOUT) as process:
        os.close(theirs)
        got = b""
        while piece := _read(terminal):
            got += piece
            if PENDING in got.decode(errors="replace"):
                seen.touch()
    os.close(terminal)
    assert process.returncode == 0, got
    return got.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""  # The other end is closed.


def without_times(output: str) -> list[str]:
    return [line.split("  (")[0].split(" in ")[0] for line in output.splitlines()]


def test_a_run_is_told_in_few_lines(tmp_path: Path) -> None:
    done = play(tmp_path, TASKS)
    assert without_times(done.stdout) == [
        "  ! other: Fail and hide it",
        f"      {HIDDEN}",
        "first line",
        "second line",
        "Try the output",
        "  ~ task Hide a change",
        "  ~ task Change something",
        "  ! localhost: Ignore a failure failed, which is ignored",
        "rescued",
        "  ! localhost: Fail",
        "      item two broke",
        "0 added, 2 changed, 0 removed, 0 unchanged, 2 problems",
    ]
    assert done.returncode == 2
    assert SECRET not in done.stdout + done.stderr + (tmp_path / "told.json").read_text()
    told = json.loads((tmp_path / "told.json").read_text())
    assert (told["kind"], told["complete"], told["summary"]["change"]) == ("run", False, 2)
    assert [one["message"] for one in told["problems"]] == [HIDDEN, "item two broke"]


def test_quiet_leaves_problems_messages_and_the_last_line(tmp_path: Path) -> None:
    done = play(tmp_path, TASKS, ORCHESTRA_QUIET="true")
    assert without_times(done.stdout) == [
        "  ! other: Fail and hide it",
        f"      {HIDDEN}",
        "first line",
        "second line",
        "rescued",
        "  ! localhost: Fail",
        "      item two broke",
        "0 added, 2 changed, 0 removed, 0 unchanged, 2 problems",
    ]


def test_verbose_adds_what_the_default_output_has(tmp_path: Path) -> None:
    done = play(tmp_path, TASKS, "-v")
    for line in ("TASK [Change something]", "PLAY RECAP", "which is rescued", "  ~ task Change something"):
        assert line in done.stdout, line
    assert "2 problems in" in done.stdout.splitlines()[-1]
    assert done.stdout.count("the output has been hidden") > 1
    assert SECRET not in done.stdout + done.stderr + (tmp_path / "told.json").read_text()


def test_the_stock_output_is_one_variable_away(tmp_path: Path) -> None:
    done = play(tmp_path, TASKS, ANSIBLE_STDOUT_CALLBACK="default")
    assert "PLAY RECAP" in done.stdout
    assert "  ~ task" not in done.stdout


def test_a_terminal_shows_what_a_module_waits_for_and_then_takes_it_away(tmp_path: Path) -> None:
    got = on_a_terminal(tmp_path)
    assert re.search(rf"{re.escape(ERASE)}  … \d+(\.\d)?{PENDING}", got)
    after = got.rpartition(ERASE)[2]
    assert "  ~ task Wait for AWS  (" in after
    assert "told True, seen True" in after
    assert "0 added, 1 changed, 0 removed, 0 unchanged in" in after
    assert "…" not in after


def test_nothing_moves_on_a_terminal_when_it_shall_not(tmp_path: Path) -> None:
    got = on_a_terminal(tmp_path, ORCHESTRA_PROGRESS="0")
    assert "told False, seen False" in got
    assert "  ~ task Wait for AWS  (" in got
    assert ERASE not in got
