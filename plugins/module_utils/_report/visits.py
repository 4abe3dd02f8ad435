# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What a history tells: each time a state was entered, what it tried, and how it was left.

An event names its state only when the state is entered or left. All others belong to the state of the event before
them, and what ends a Parallel or Map state to the nearest such state around it that is still open.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ansible_collections.orchestra.aws.plugins.module_utils._report.events import Event

SUCCEEDED, FAILED, ABORTED, RUNNING = "succeeded", "failed", "aborted", "running"

# What begins an attempt, and what ends one. Parallel and Map states start their branches anew for each.
_BEGINS = re.compile(r"(Task|LambdaFunction|Activity)Scheduled|(Parallel|Map)StateStarted")
_ENDS = re.compile(
    r"(?:Task|LambdaFunction|Activity)(?P<how>Succeeded|Failed|TimedOut|Aborted|ScheduleFailed|StartFailed|SubmitFailed)"
)
_ENTERED = re.compile(r"(?P<type>\w+)StateEntered")
_CONTAINER_ENDS = re.compile(r"(?P<type>Parallel|Map)State(?P<how>Succeeded|Failed|Aborted)")
_EXECUTION_ENDS = re.compile(r"Execution(?P<how>Failed|Aborted|TimedOut)")


@dataclass
class Attempt:
    """One try of a task. began, ended: seconds since 1970."""

    began: float
    ended: float | None = None
    status: str = RUNNING
    error: str | None = None
    cause: str | None = None


@dataclass(eq=False)
class Visit:
    """One stay in a state. entered, exited: seconds since 1970. parent: the Parallel or Map state around it.

    left: whether the execution went on from it.
    """

    state: str
    type: str
    entered: float
    parent: Visit | None = None
    exited: float | None = None
    status: str = RUNNING
    input: str | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    came_from: Visit | None = None
    left: bool = False
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return self.parent.depth + 1 if self.parent else 0

    @property
    def retries(self) -> int:
        return max(0, len(self.attempts) - 1)

    @property
    def caught(self) -> bool:
        """Whether it failed and the execution went on."""
        return self.status == FAILED and self.left

    def around(self) -> Iterator[Visit]:
        """Yield the Parallel and Map states around it, the nearest first."""
        if self.parent is not None:
            yield self.parent
            yield from self.parent.around()

    def waits(self) -> list[tuple[float, float]]:
        """Return the times between attempts, from and to."""
        pairs = zip(self.attempts, self.attempts[1:], strict=False)
        return [(before.ended, after.began) for before, after in pairs if before.ended is not None]


def read(events: list[Event]) -> list[Visit]:
    """Return the visits of all states, in the order in which they were entered."""
    reader = _Reader()
    for event in events:
        reader.take(event)
    return reader.visits


class _Reader:
    """Goes through a history once."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self.of_event: dict[int, Visit | None] = {}
        self.open: list[Visit] = []

    def take(self, event: Event) -> None:
        before = self.of_event.get(event.previous)
        self.of_event[event.id] = self._visit(event, before)

    def _visit(self, event: Event, before: Visit | None) -> Visit | None:
        """Note an event and return the visit that it belongs to."""
        if match := _ENTERED.fullmatch(event.type):
            return self._enter(event, before, match["type"])
        if event.type.endswith("StateExited"):
            return self._exit(event, before)
        if match := _CONTAINER_ENDS.fullmatch(event.type):
            around = _open_container(before, match["type"])
            self._end(around, match["how"], event)
            return around
        if event.type.startswith("MapIteration"):
            return _open_container(before, "Map", event.text("name"))
        if match := _EXECUTION_ENDS.fullmatch(event.type):
            self._stop(event, before, match["how"])
        elif before is not None:
            self._within(event, before)
        return before

    def _enter(self, event: Event, before: Visit | None, kind: str) -> Visit:
        came_from: Visit | None = None
        parent: Visit | None = None
        if before is not None and before.exited is None and before.type in ("Parallel", "Map"):
            parent = before
        elif before is not None:
            came_from, parent = before, before.parent
        visit = Visit(
            str(event.details.get("name")), kind, event.at, parent, input=event.text("input"), came_from=came_from
        )
        if kind == "Succeed":
            visit.status = SUCCEEDED
        elif kind == "Fail":
            visit.status, visit.exited = FAILED, event.at
        self.visits.append(visit)
        self.open.append(visit)
        return visit

    def _exit(self, event: Event, before: Visit | None) -> Visit | None:
        name = event.text("name")
        visit = before
        while visit is not None and (visit.state != name or visit.exited is not None):
            visit = visit.parent
        if visit is None:
            return before
        visit.exited, visit.output, visit.left = event.at, event.text("output"), True
        if visit.status == RUNNING:
            visit.status = SUCCEEDED
        self._close_within(visit, event.at)
        return visit

    def _within(self, event: Event, visit: Visit) -> None:
        """Note what happens between entering a state and leaving it."""
        if _BEGINS.fullmatch(event.type):
            visit.attempts.append(Attempt(event.at))
            visit.status = RUNNING
            visit.exited = None if not visit.left else visit.exited  # A redriven execution takes up what had failed.
        elif match := _ENDS.fullmatch(event.type):
            self._end_attempt(visit, event, match["how"])
        elif event.type == "EvaluationFailed":
            visit.status = FAILED
            visit.error, visit.cause = event.text("error"), event.text("cause")
        elif event.type.endswith("StateAborted"):
            visit.status, visit.exited = ABORTED, event.at

    def _end_attempt(self, visit: Visit, event: Event, how: str) -> None:
        if not visit.attempts:
            visit.attempts.append(Attempt(event.at))
        attempt = visit.attempts[-1]
        attempt.ended = event.at
        attempt.status = _status(how)
        attempt.error = event.text("error") or ("States.Timeout" if how == "TimedOut" else None)
        attempt.cause = event.text("cause")
        visit.status = FAILED if attempt.status == FAILED else RUNNING
        visit.error, visit.cause = attempt.error, attempt.cause

    def _end(self, visit: Visit | None, how: str, event: Event) -> None:
        """End a Parallel or Map state, which is left by an event of its own when the execution goes on."""
        if visit is not None:
            self._end_attempt(visit, event, how)
            self._close_within(visit, event.at)

    def _stop(self, event: Event, before: Visit | None, how: str) -> None:
        """End the execution: the state before failed, with all around it, and what is still open was stopped."""
        failed = before if how == "Failed" else None
        while failed is not None and failed.status in (RUNNING, FAILED):
            failed.status = FAILED
            failed.error, failed.cause = failed.error or event.text("error"), failed.cause or event.text("cause")
            failed = failed.parent
        for visit in self.open:
            _abort(visit, event.at)

    def _close_within(self, container: Visit, at: float) -> None:
        """Stop what is still open in a Parallel or Map state that has ended."""
        going_on = []
        for visit in self.open:
            if container in visit.around():
                _abort(visit, at)
            elif visit.exited is None:
                going_on.append(visit)
        self.open = going_on


def _abort(visit: Visit, at: float) -> None:
    """End a visit, and its last attempt, which nothing in the history ends."""
    if visit.exited is None:
        visit.exited = at
        if visit.status == RUNNING:
            visit.status = ABORTED
    if visit.attempts and visit.attempts[-1].status == RUNNING:
        visit.attempts[-1].status, visit.attempts[-1].ended = ABORTED, at


def _open_container(visit: Visit | None, kind: str, name: str | None = None) -> Visit | None:
    """Return the nearest Parallel or Map state, the visit itself or around it, whose branches have not ended."""
    while visit is not None:
        ended = visit.exited is not None or (bool(visit.attempts) and visit.attempts[-1].ended is not None)
        if visit.type == kind and not ended and name in (None, visit.state):
            return visit
        visit = visit.parent
    return None


def _status(how: str) -> str:
    if how == "Succeeded":
        return SUCCEEDED
    return ABORTED if how == "Aborted" else FAILED
