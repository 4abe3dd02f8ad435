# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import shlex

import pytest

from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.command import recognise

PYTHON = "/opt/a python/bin/python"
QUOTED = shlex.quote(PYTHON)


def shell(line: str) -> str:
    return f"/bin/sh -c {shlex.quote(line)}"


@pytest.mark.parametrize(
    ("line", "environment"),
    [
        (QUOTED, {}),
        (shell(QUOTED), {}),
        (shell(f"AWS_REGION=eu-west-1 {QUOTED}"), {"AWS_REGION": "eu-west-1"}),
        (shell(f"A= B=2 {QUOTED}"), None),
        (shell(f"A='' B=2 {QUOTED}"), {"A": "", "B": "2"}),
        (
            shell(f"A={shlex.quote('$HOME `id` "x" it' + chr(39) + 's' + chr(10))} {QUOTED}"),
            {"A": '$HOME `id` "x" it\'s\n'},
        ),
    ],
)
def test_a_module_for_this_interpreter_is_recognised(line: str, environment: dict[str, str] | None) -> None:
    command = recognise(line, PYTHON)
    assert (None if command.doubt else command.environment) == environment


@pytest.mark.parametrize(
    "line",
    [
        shell(f"{QUOTED} script.py"),
        shell(f"{QUOTED} && sleep 0"),
        shell(f"{QUOTED}; id"),
        shell(f"A=$HOME {QUOTED}"),
        shell(f'A="$HOME" {QUOTED}'),
        shell(f"A=`id` {QUOTED}"),
        shell(f"A=~ {QUOTED}"),
        shell(f"A=1 A=2 {QUOTED}"),
        shell(f"cd / && {QUOTED}"),
        shell(f"{QUOTED} > /dev/null"),
        shell(f"sudo {QUOTED}"),
        shell(""),
        f"/bin/sh -c {QUOTED}'",
        f'/bin/sh -c "{PYTHON}"',
    ],
)
def test_what_a_shell_would_act_upon_is_not(line: str) -> None:
    assert recognise(line, PYTHON).doubt == "the command line is an unusual one"


def test_another_interpreter_is_not_this_one() -> None:
    assert "ansible_playbook" not in recognise(shell(QUOTED), PYTHON).doubt
    assert "ansible_python_interpreter" in recognise(shell("/usr/bin/python3"), PYTHON).doubt


@pytest.mark.parametrize(
    ("name", "doubted"),
    [
        ("PYTHONPATH", True),
        ("PYTHONHASHSEED", True),
        ("LD_PRELOAD", True),
        ("LD_LIBRARY_PATH", True),
        ("LC_ALL", True),
        ("LANG", True),
        ("HOME", True),
        ("OPENSSL_CONF", True),
        ("GLIBC_TUNABLES", True),
        ("AWS_ENDPOINT_URL", False),
        ("AWS_PROFILE", False),
        ("HTTPS_PROXY", False),
        ("PATH", False),
        ("TZ", False),
        ("MY_PYTHONPATH", False),
    ],
)
def test_what_a_process_reads_at_its_start_needs_a_new_process(name: str, doubted: bool) -> None:
    command = recognise(shell(f"{name}=x {QUOTED}"), PYTHON)
    assert bool(command.doubt) == doubted
    assert (name in command.doubt) == doubted
