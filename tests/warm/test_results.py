# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A warm interpreter gives the results that a process for each task gives, byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.warm.runner import Runner


def test_all_results_are_the_same(runner: Runner) -> None:
    cold = runner.play("results", {"orchestra_warm": False})
    warm = runner.play("results", {})
    assert warm.messages == []
    assert [result for result in warm.results if "environ" in str(result[2])]
    for of_cold, of_warm in zip(cold.results, warm.results, strict=True):
        assert of_warm == of_cold
    assert warm.status == cold.status
    again = runner.play("results", {})
    assert again.results == cold.results
    assert "hidden-word" not in warm.stdout + warm.stderr
    kept = [path for path in runner.cache.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if b"hidden-word" in path.read_bytes()]


def test_what_is_in_doubt_runs_cold_and_is_told_once(runner: Runner, tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    other.chmod(0o755)
    plugin = tmp_path / "become" / "pass.py"
    plugin.parent.mkdir()
    plugin.write_text(BECOME)
    more = {"ANSIBLE_BECOME_PLUGINS": str(plugin.parent)}
    variables = {"other_interpreter": str(other)}
    cold = runner.play("cold", {**variables, "orchestra_warm": False}, **more)
    warm = runner.play("cold", variables, **more)
    assert warm.status == cold.status == 0, warm.stdout
    assert without_ids(warm.results) == without_ids(cold.results)
    reasons = sorted(message.partition(" when ")[2] for message in warm.messages)
    assert reasons == [
        "ansible_python_interpreter is not the Python of ansible-playbook.",
        "async is used.",
        "become is used.",
        "the environment sets PYTHONPATH, which Python reads when it starts.",
    ]


def without_ids(results: list[tuple[str, str, dict[str, object]]]) -> list[tuple[str, str, dict[str, object]]]:
    """Remove what names the file of one asynchronous run."""
    volatile = ("ansible_job_id", "results_file", "descriptors")
    return [(host, task, {k: v for k, v in result.items() if k not in volatile}) for host, task, result in results]


# Becoming nobody else: what is tested is which way a task takes, not sudo.
BECOME = '''
from __future__ import annotations

DOCUMENTATION = """
name: pass
short_description: Run as the same user
description: Run as the same user.
author: orchestra.aws contributors
version_added: 0.1.0
options:
  become_user:
    description: Ignored.
    vars: [{name: ansible_become_user}]
  become_pass:
    description: Ignored.
    vars: [{name: ansible_become_pass}]
  become_exe:
    description: Ignored.
    vars: [{name: ansible_become_exe}]
  become_flags:
    description: Ignored.
    vars: [{name: ansible_become_flags}]
"""

from ansible.plugins.become import BecomeBase


class BecomeModule(BecomeBase):
    name = "pass"

    def build_become_command(self, cmd, shell):
        super().build_become_command(cmd, shell)
        return f"/bin/sh -c {__import__('shlex').quote('echo ' + self.success + '; ' + cmd)}" if cmd else cmd
'''
