# Copyright: Contributors to orchestra.aws
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), or MIT License (see LICENSE), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

"""Writes what a run would do as data and as Markdown, whatever prints its output."""

from __future__ import annotations

DOCUMENTATION = """
name: plan
type: aggregate
short_description: Write what a run does, or would do, as JSON and Markdown
version_added: 0.1.0
author: orchestra.aws contributors (@orchestra)
description:
  - Collects the resources that a run adds, changes and removes, and writes them to a file as JSON, and as Markdown to
    a file beside it that ends in C(.md).
  - It works beside any stdout callback, and so in AWX, which has its own.
  - It is at work in the playbooks C(orchestra.aws.plan) and C(orchestra.aws.drift), and in any other when O(file) is set.
    Otherwise it does nothing.
  - Those two playbooks get the exit status from it - 0 when nothing would change, 2 when something would, 1 when the
    plan failed. The variable C(orchestra_plan_exit_status=false) leaves the exit status to Ansible.
  - Settings before and after are written only with C(--diff), as with Ansible's own output. What C(no_log) hides is
    not written.
options:
  file:
    description:
      - The file to write, relative to the folder in which the command runs.
      - The playbooks C(orchestra.aws.plan) and C(orchestra.aws.drift) write V(plan.json) when this is not set. There,
        the variable C(orchestra_plan_file) has precedence.
    type: path
    env:
      - name: ORCHESTRA_PLAN_FILE
    ini:
      - section: orchestra_aws
        key: plan_file
requirements:
  - enabled with C(callbacks_enabled = orchestra.aws.plan), last in that list, because the exit status is set when it ends
seealso:
  - plugin: orchestra.aws.site
    plugin_type: callback
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.callback import CallbackBase

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.document import document, markdown
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.recorder import PLAN, Recorder, seen

if TYPE_CHECKING:
    from ansible.executor.stats import AggregateStats
    from ansible.executor.task_result import CallbackTaskResult
    from ansible.playbook import Playbook
    from ansible.playbook.play import Play

# Variables that the playbooks and their users set.
FILE = "orchestra_plan_file"
EXIT_STATUS = "orchestra_plan_exit_status"
# The fact in which plan.yml tells what the site will cost.
COST = "orchestra_plan__cost"
# The environment variable in which tasks find where the plan is.
WRITTEN = "ORCHESTRA_PLAN_WRITTEN"
NOTHING = 0
FAILED = 1
CHANGES = 2


class CallbackModule(CallbackBase):
    """Collects in memory; writes before each play, so that the last one can hand the plan on, and at the end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "orchestra.aws.plan"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._recorder = Recorder()
        self._file: Path | None = None
        self._exits = False
        self._seen_plays = False
        self._cost: dict[str, Any] | None = None

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        chosen = self.get_option("file")
        self._file = Path(chosen) if chosen else None

    def v2_playbook_on_play_start(self, play: Play) -> None:
        self._recorder.play(play)
        given = play.get_vars()
        if PLAN in given:
            self._plans({**given, **play.get_variable_manager().extra_vars})
        if self._file and self._seen_plays:
            self._write()
        self._seen_plays = True

    def _plans(self, given: dict[str, Any]) -> None:
        self._exits = boolean(given.get(EXIT_STATUS, True), strict=False)
        self._file = Path(str(given.get(FILE) or self._file or "plan.json")).absolute()
        os.environ[WRITTEN] = str(self._file)

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        if self._file:
            one = seen(result)
            self._cost = (one.result.get("ansible_facts") or {}).get(COST, self._cost)
            if not one.task.loop:
                self._recorder.ok(one)

    def v2_runner_item_on_ok(self, result: CallbackTaskResult) -> None:
        if self._file:
            self._recorder.ok(seen(result))

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        if self._file and not ignore_errors:
            self._recorder.failed(seen(result))

    def v2_runner_item_on_failed(self, result: CallbackTaskResult) -> None:
        one = seen(result)
        if self._file and not one.task.ignore_errors:
            self._recorder.item_failed(one)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        one = seen(result)
        if self._file and not one.task.ignore_unreachable:
            self._recorder.unreachable(one)

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        if self._file:
            self._write()
        if self._exits and (status := self._status(stats)):
            # Ansible ends with it in the way in which it ends with its own.
            raise SystemExit(status)

    def _status(self, stats: AggregateStats) -> int:
        if stats.failures or stats.dark or self._recorder.tally.problems:
            return FAILED
        return CHANGES if self._recorder.tally.changed else NOTHING

    def _write(self) -> None:
        """Write both files, each whole or not at all."""
        if self._file is None:
            return
        told = document(self._recorder.tally, self._recorder.kind, self._recorder.diff_mode, self._cost)
        _replace(self._file, json.dumps(told, indent=2, ensure_ascii=False, default=str) + "\n")
        _replace(self._file.with_suffix(".md"), markdown(told))


def _replace(path: Path, text: str) -> None:
    aside = path.with_name(f"{path.name}.new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    aside.replace(path)
