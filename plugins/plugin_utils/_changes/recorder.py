# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Turns what Ansible tells callbacks into a tally. Both callbacks of the collection use it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible import context

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes import problems, results
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.change import Change
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.document import Kind
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.tally import Problem, Tally

if TYPE_CHECKING:
    from ansible.executor.task_result import CallbackTaskResult
    from ansible.inventory.host import Host
    from ansible.playbook.play import Play
    from ansible.playbook.task import Task

# The variable that plan.yml and drift.yml give to the plays of site.yml.
PLAN = "orchestra_plan"


class Seen(NamedTuple):
    """What a callback is told of a task on a host. arguments: of its module, secrets included: only names are used."""

    host: str
    task: Task
    result: dict[str, Any]
    arguments: dict[str, Any]


def seen(told: CallbackTaskResult) -> Seen:
    """Return the parts of a result."""
    return Seen(told.host.get_name(), told.task, told.result, told.task.args)


class Recorder:
    """Knows what kind of run it is and when each task has started."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.kind: Kind = "run"
        self.diff_mode = False
        self._started: dict[tuple[str, str], float] = {}
        self._items_failed: set[tuple[str, str]] = set()

    def play(self, play: Play) -> None:
        """Note what kind of run this is: plan.yml and drift.yml say it, and C(--check) makes any run a plan."""
        given = play.get_vars().get(PLAN)
        if given is not None:
            self.kind = "drift" if given == "drift" else "plan"
        elif self.kind == "run" and (context.CLIARGS.get("check") or play.check_mode is True):
            self.kind = "plan"
        self.diff_mode = play.diff is True

    def start(self, host: Host, task: Task) -> None:
        self._started[(host.get_name(), task._uuid)] = time.monotonic()

    def took(self, one: Seen) -> float:
        """Return the seconds of a result: since its task has started on its host, or since the item before it."""
        key, now = (one.host, one.task._uuid), time.monotonic()
        began = self._started.get(key, now)
        self._started[key] = now
        return now - began

    def ok(self, one: Seen) -> list[Change]:
        """Note what a result, or an item of a loop, describes, and return what is to be told of it.

        A run tells whatever it has done, each call by itself; a plan tells the same thing only once.
        """
        call = results.Call(
            module=one.task.resolved_action or one.task.action,
            task=short_name(one.task),
            arguments=one.arguments,
        )
        told = results.changes(call, one.result)
        news = self.tally.add(told, one.host)
        return told if self.kind == "run" else news

    def item_failed(self, one: Seen) -> Problem | None:
        """Note a failed item; the loop that it belongs to is then no problem of its own."""
        self._items_failed.add((one.host, one.task._uuid))
        return None if is_rescued(one.task) else self._problem(one)

    def failed(self, one: Seen) -> Problem | None:
        """Note a failure and return it, unless a rescue follows that says more, or its items were noted."""
        if is_rescued(one.task) or (one.host, one.task._uuid) in self._items_failed:
            return None
        return self._problem(one)

    def unreachable(self, one: Seen) -> Problem:
        return self._problem(one)

    def _problem(self, one: Seen) -> Problem:
        problem = problems.problem(one.host, short_name(one.task), one.result)
        self.tally.problems.append(problem)
        return problem


def short_name(task: Task) -> str:
    """Return the name of a task without that of its role."""
    return str(task.get_name()).strip().rsplit(" : ", 1)[-1]


def is_rescued(task: Task) -> bool:
    """Tell whether the rescue of a block around a task handles its failure."""
    child, block = task, task._parent
    while block is not None:
        handling = [*(getattr(block, "rescue", None) or []), *(getattr(block, "always", None) or [])]
        if getattr(block, "rescue", None) and child._uuid not in {each._uuid for each in handling}:
            return True
        child, block = block, block._parent
    return False
