# Copyright: Contributors to orchestra.aws
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), or MIT License (see LICENSE), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

"""Standard output that speaks of resources: what is added, changed and removed, what is waited for, what is wrong."""

from __future__ import annotations

DOCUMENTATION = """
name: site
type: stdout
short_description: One line for each resource that comes, changes or goes
version_added: 0.1.0
author: orchestra.aws contributors (@orchestra)
description:
  - Prints a line for each AWS resource that a run adds (C(+)), changes (C(~)) or removes (C(-)), with the time of the
    call that did it, and one last line that counts them. In check mode that is the plan.
  - A resource that a later call of the same run changes again has a line for that call too.
  - What stays as it is has no line. It is counted as unchanged. Resources are counted, not tasks, and each once,
    however many tasks touch it.
  - A failure is told as the host or service that it is about, the cause, and where known what to do.
  - On a terminal, the last line shows the task that runs, for how long, and what AWS has still to do.
  - With C(--diff) a changed resource has a line for each setting, before and after.
  - With C(-v) everything that P(ansible.builtin.default#callback) prints is printed too.
  - It prints nothing that the default output would hide. Exit statuses are those of Ansible.
options:
  quiet:
    description: Print only problems, what C(debug) tasks tell, and the last line.
    type: bool
    default: false
    env:
      - name: ORCHESTRA_QUIET
    ini:
      - section: orchestra_aws
        key: quiet
  progress:
    description:
      - Show on a terminal what runs and what is waited for. Elsewhere nothing is shown.
    type: bool
    default: true
    env:
      - name: ORCHESTRA_PROGRESS
    ini:
      - section: orchestra_aws
        key: progress
extends_documentation_fragment:
  - default_callback
  - result_format_callback
requirements:
  - set as stdout callback, as the C(ansible.cfg) of the repository does; C(ANSIBLE_STDOUT_CALLBACK=default) has the stock
    output
seealso:
  - plugin: orchestra.aws.plan
    plugin_type: callback
"""

import os
import sys
import time
from typing import TYPE_CHECKING

from ansible import constants as C
from ansible.plugins.callback.default import CallbackModule as Default

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.change import Change, Verb
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.recorder import (
    Recorder,
    Seen,
    seen,
    short_name,
)
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.tally import Problem
from ansible_collections.orchestra.aws.plugins.plugin_utils._output import lines
from ansible_collections.orchestra.aws.plugins.plugin_utils._output.ticker import Ticker

if TYPE_CHECKING:
    from ansible.executor.stats import AggregateStats
    from ansible.executor.task_result import CallbackTaskResult
    from ansible.inventory.host import Host
    from ansible.playbook import Playbook
    from ansible.playbook.included_file import IncludedFile
    from ansible.playbook.play import Play
    from ansible.playbook.task import Task

COLORS: dict[Verb, str] = {
    "add": C.COLOR_OK,
    "change": C.COLOR_CHANGED,
    "remove": C.COLOR_ERROR,
    "none": C.COLOR_OK,
}
DEBUG = frozenset({"debug", "ansible.builtin.debug", "ansible.legacy.debug"})
PAUSE = frozenset({"pause", "ansible.builtin.pause", "ansible.legacy.pause"})


class CallbackModule(Default):
    """Prints resources; with -v also what the default callback prints."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "orchestra.aws.site"

    def __init__(self) -> None:
        super().__init__()
        self._recorder = Recorder()
        self._begun = time.monotonic()
        self._ticker: Ticker | None = None
        self._heading = ""
        self._verbose = self._quiet = False

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        self._begun = time.monotonic()
        self._verbose = self._display.verbosity > 0
        self._quiet = bool(self.get_option("quiet")) and not self._verbose
        if self.get_option("progress") and not self._quiet and not self._verbose and _is_terminal():
            self._ticker = Ticker(sys.stdout.fileno())
        if self._verbose:
            super().v2_playbook_on_start(playbook)

    def v2_playbook_on_play_start(self, play: Play) -> None:
        self._play = play
        self._recorder.play(play)
        self._heading = play.get_name().strip()
        if self._verbose:
            super().v2_playbook_on_play_start(play)

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:
        self._begin(task)
        if self._verbose:
            super().v2_playbook_on_task_start(task, is_conditional)

    def v2_playbook_on_handler_task_start(self, task: Task) -> None:
        self._begin(task)
        if self._verbose:
            super().v2_playbook_on_handler_task_start(task)

    def v2_playbook_on_cleanup_task_start(self, task: Task) -> None:
        self._begin(task)
        if self._verbose:
            super().v2_playbook_on_cleanup_task_start(task)

    def _begin(self, task: Task) -> None:
        if self._ticker:
            self._ticker.hide()
            self._ticker.begin("" if task.action in PAUSE else short_name(task))

    def v2_runner_on_start(self, host: Host, task: Task) -> None:
        self._recorder.start(host, task)
        if self._ticker:
            self._ticker.started(host.get_name())
        if self._verbose:
            super().v2_runner_on_start(host, task)

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        one = self._finished(result)
        if not one.task.loop:
            self._tell(one, self._recorder.took(one))
        if self._verbose:
            super().v2_runner_on_ok(result)
        else:
            self._handle_warnings(one.result)

    def v2_runner_item_on_ok(self, result: CallbackTaskResult) -> None:
        one = seen(result)
        self._tell(one, self._recorder.took(one))
        if self._verbose:
            super().v2_runner_item_on_ok(result)
        else:
            self._handle_warnings(one.result)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        one = self._finished(result)
        if ignore_errors:
            if not self._quiet:
                self._say(f"  ! {one.host}: {short_name(one.task)} failed, which is ignored", C.COLOR_SKIP)
        else:
            self._tell_problem(self._recorder.failed(one))
        _hide_exception(one)
        if self._verbose:
            super().v2_runner_on_failed(result, ignore_errors)
        else:
            self._handle_warnings(one.result)

    def v2_runner_item_on_failed(self, result: CallbackTaskResult) -> None:
        one = seen(result)
        self._recorder.took(one)
        if not one.task.ignore_errors:
            self._tell_problem(self._recorder.item_failed(one))
        _hide_exception(one)
        if self._verbose:
            super().v2_runner_item_on_failed(result)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        one = self._finished(result)
        if not one.task.ignore_unreachable:
            self._tell_problem(self._recorder.unreachable(one))
        if self._verbose:
            super().v2_runner_on_unreachable(result)

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        one = self._finished(result)
        if self._verbose:
            super().v2_runner_on_skipped(result)
        else:
            self._handle_warnings(one.result)

    def v2_runner_item_on_skipped(self, result: CallbackTaskResult) -> None:
        self._recorder.took(seen(result))
        if self._verbose:
            super().v2_runner_item_on_skipped(result)

    def v2_runner_retry(self, result: CallbackTaskResult) -> None:
        one = seen(result)
        if self._verbose:
            super().v2_runner_retry(result)
        elif one.result.get("attempts") == 1 and not self._quiet and not self._ticker:
            self._say(f"  … {one.host}: {short_name(one.task)} is tried again", None)

    def v2_runner_on_async_poll(self, result: CallbackTaskResult) -> None:
        if self._verbose:
            super().v2_runner_on_async_poll(result)

    def v2_on_file_diff(self, result: CallbackTaskResult) -> None:
        if self._verbose:
            super().v2_on_file_diff(result)

    def v2_playbook_on_include(self, included_file: IncludedFile) -> None:
        if self._verbose:
            super().v2_playbook_on_include(included_file)

    def v2_playbook_on_no_hosts_matched(self) -> None:
        if self._verbose:
            super().v2_playbook_on_no_hosts_matched()

    def v2_playbook_on_no_hosts_remaining(self) -> None:
        if self._verbose:
            super().v2_playbook_on_no_hosts_remaining()

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        if self._ticker:
            self._ticker.end()
        if self._verbose:
            super().v2_playbook_on_stats(stats)
        told = lines.last(self._recorder.tally, self._recorder.kind, time.monotonic() - self._begun)
        if told:
            self._display.display(told, color=C.COLOR_ERROR if self._recorder.tally.problems else None)

    def _finished(self, result: CallbackTaskResult) -> Seen:
        one = seen(result)
        if self._ticker:
            self._ticker.finished(one.host)
        return one

    def _tell(self, one: Seen, seconds: float) -> None:
        """Print what a result says of resources and how long it took, or what a debug task tells."""
        if one.task.action in DEBUG and not self._verbose:
            self._tell_message(one)
            return
        for change in self._recorder.ok(one):
            if change.verb != "none" and not self._quiet:
                self._tell_change(change, seconds if self._recorder.kind == "run" else None)

    def _tell_change(self, change: Change, seconds: float | None) -> None:
        if self._heading:
            self._say(self._heading, C.COLOR_HIGHLIGHT)
            self._heading = ""
        values = self._recorder.diff_mode
        self._say("\n".join(lines.change(change, seconds, values)), COLORS[change.verb])

    def _tell_message(self, one: Seen) -> None:
        if "censored" in one.result or one.result.get("skipped"):
            return
        told = dict(one.result)
        self._clean_results(told, one.task.action)
        told = {key: value for key, value in told.items() if not key.startswith("_ansible_")}
        self._say(lines.message(told["msg"] if list(told) == ["msg"] else told), None)

    def _tell_problem(self, problem: Problem | None) -> None:
        if problem is not None:
            self._say("\n".join(lines.problem(problem)), C.COLOR_ERROR)

    def _say(self, text: str, color: str | None) -> None:
        if self._ticker:
            self._ticker.hide()
        self._display.display(text, color=color)


def _hide_exception(one: Seen) -> None:
    """Take away what C(no_log) hides elsewhere: the default callback prints exceptions all the same."""
    if "censored" in one.result:
        one.result.pop("exception", None)


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
