# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""One execution as the report shows it: its definition's states, and what became of each.

Private to the collection.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._report import events as events_
from ansible_collections.orchestra.aws.plugins.module_utils._report import machine as machine_
from ansible_collections.orchestra.aws.plugins.module_utils._report import visits as visits_
from ansible_collections.orchestra.aws.plugins.module_utils._report.visits import ABORTED, FAILED, RUNNING, Visit

RETRIED, NOT_REACHED = "retried", "not reached"
# States that work or wait: they take time, and have a row in the timeline.
LASTING = ("Task", "Parallel", "Map", "Wait")
_ENDS = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionAborted": "ABORTED",
    "ExecutionTimedOut": "TIMED_OUT",
}


@dataclass(frozen=True)
class About:
    """What is known of an execution beside its history. arn and the like are None when only a file is known."""

    title: str
    arn: str | None = None
    machine_arn: str | None = None
    alias_arn: str | None = None
    version_arn: str | None = None
    log_group: str | None = None
    on_aws: bool = False


@dataclass(frozen=True)
class Execution:
    """One execution. status: as AWS names it. began, ended: seconds since 1970; ended is None while it runs."""

    about: About
    machine: machine_.Machine
    visits: list[Visit]
    status: str
    began: float
    ended: float | None
    last: float
    events: int
    input: str | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    by_state: dict[str, list[Visit]] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """Seconds that it took, or has taken until its last event."""
        return max(0.0, (self.last if self.ended is None else self.ended) - self.began)

    @cached_property
    def taken(self) -> frozenset[tuple[str, str, bool]]:
        """The transitions that were taken: from, to, and whether after a failure that was caught."""
        return frozenset(
            (visit.came_from.state, visit.state, visit.came_from.caught) for visit in self.visits if visit.came_from
        )

    def lasting(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.type in LASTING]

    def tasks(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.type == "Task"]

    def failed(self) -> list[Visit]:
        """Return the visits of tasks that failed for good, or of other states when no task did."""
        ended = [visit for visit in self.visits if visit.status == FAILED]
        return [visit for visit in ended if visit.type == "Task"] or ended[:1]

    def strangers(self) -> list[str]:
        """Return the states of the history that the definition does not have, because it is another one."""
        return sorted(set(self.by_state) - set(self.machine.states))

    def state_status(self, name: str) -> str:
        """Return what became of a state: the worst of its visits."""
        visits = self.by_state.get(name, [])
        statuses = {visit.status for visit in visits}
        for status in (FAILED, RUNNING, ABORTED):
            if status in statuses:
                return status
        if not visits:
            return NOT_REACHED
        return RETRIED if any(visit.retries for visit in visits) else visits_.SUCCEEDED


def read(about: About, definition: Any, history: list[dict[str, Any]]) -> Execution:
    """Return an execution from its definition and its history. Raises InputError when one of them is none."""
    machine = machine_.read(definition)
    events = events_.read(history)
    if not events or events[0].type != "ExecutionStarted":
        raise InputError("The history does not begin with ExecutionStarted: it is not whole.")
    visits = visits_.read(events)
    by_state: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_state[visit.state].append(visit)
    end = next((event for event in reversed(events) if event.type in (*_ENDS, "ExecutionRedriven")), None)
    if end is not None and end.type not in _ENDS:
        end = None
    return Execution(
        about,
        machine,
        visits,
        status=_ENDS[end.type] if end else "RUNNING",
        began=events[0].at,
        ended=end.at if end else None,
        last=events[-1].at,
        events=len(events),
        input=events[0].text("input"),
        output=end.text("output") if end else None,
        error=_error(end),
        cause=end.text("cause") if end else None,
        by_state=dict(by_state),
    )


def _error(end: events_.Event | None) -> str | None:
    if end is None:
        return None
    return end.text("error") or ("States.Timeout" if end.type == "ExecutionTimedOut" else None)
