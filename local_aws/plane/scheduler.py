# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""EventBridge Scheduler's clock: a thread that starts the Lambda functions of the schedules that are due."""

from __future__ import annotations

import datetime
import json
import threading
import uuid
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.core.exceptions import JsonRESTError
from moto.scheduler.models import scheduler_backends

from local_aws import identity, journal
from local_aws.lambda_ import invoke
from local_aws.plane import lock, schedule_times

SERVICE = "scheduler.amazonaws.com"
LOOK_SECONDS = 0.5
_FUNCTION = ":function:"


class Clock:
    """Knows when it has looked last, so that each time of a schedule starts its target once."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Start nothing any more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self) -> None:
        looked: dict[int, datetime.datetime] = {}
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                looked = _start_due(looked)
            except Exception as error:
                journal.record("scheduler.failure", error=type(error).__name__)


def _start_due(looked: dict[int, datetime.datetime]) -> dict[int, datetime.datetime]:
    """Start what is due since the last look; looked: schedule -> the moment from which its next time counts."""
    now = datetime.datetime.now(datetime.UTC)
    with lock.state:
        schedules = [
            schedule
            for account in list(scheduler_backends.values())
            for backend in list(account.values())
            for group in list(backend.schedule_groups.values())
            for schedule in list(group.schedules.values())
        ]
    following: dict[int, datetime.datetime] = {}
    for schedule in schedules:
        changed = datetime.datetime.fromtimestamp(schedule.last_modified_date, datetime.UTC)
        since = max(looked.get(id(schedule), changed), changed)
        due = _next(schedule, since)
        while due is not None and due <= now:
            since = due + datetime.timedelta(microseconds=1)
            if schedule.state == "ENABLED":
                threading.Thread(target=_start, args=(schedule, due), name=f"schedule-{schedule.name}").start()
            due = _next(schedule, since)
        following[id(schedule)] = since
    return following


def _next(schedule: Any, since: datetime.datetime) -> datetime.datetime | None:
    created = datetime.datetime.fromtimestamp(schedule.creation_date, datetime.UTC)
    return schedule_times.following(schedule.schedule_expression, schedule.schedule_expression_timezone, created, since)


def _start(schedule: Any, due: datetime.datetime) -> None:
    """One attempt (Scheduler's retries take minutes); the role must be Scheduler's and may invoke the function."""
    arn, role = str(schedule.target["Arn"]), str(schedule.target["RoleArn"])
    base, _, rest = arn.partition(_FUNCTION)
    name, _, qualifier = rest.partition(":")
    outcome = "refused"
    try:
        if not name:
            outcome = "not implemented"
        elif _may_start(role, arn, schedule):
            backend = lambda_backends[base.split(":")[4]][base.split(":")[3]]
            answer = invoke.call(backend, name, qualifier or None, _input(schedule, due))
            outcome = "failed" if answer.error is not None else "started"
    except (JsonRESTError, NotImplementedError, OSError) as error:
        outcome = type(error).__name__
    journal.record("scheduler.started", schedule=schedule.name, target=arn, outcome=outcome)


def _may_start(role: str, function: str, schedule: Any) -> bool:
    assumable = identity.can_be_assumed_by(role, SERVICE, _group(schedule))
    return assumable and identity.role_allows(role, "lambda:InvokeFunction", function)


def _group(schedule: Any) -> str:
    """The source that Scheduler names when it assumes the role: the schedule's group ("Confused deputy prevention")."""
    start, _, rest = str(schedule.arn).partition(":schedule/")
    return f"{start}:schedule-group/{rest.partition('/')[0]}"


def _input(schedule: Any, due: datetime.datetime) -> str:
    """The target's input, with the words that Scheduler replaces ("Adding context attributes")."""
    text = schedule.target.get("Input") or json.dumps({"source": "aws.scheduler", "detail-type": "Scheduled Event"})
    words = {
        "<aws.scheduler.schedule-arn>": schedule.arn,
        "<aws.scheduler.scheduled-time>": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "<aws.scheduler.execution-id>": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{schedule.arn} {due.isoformat()}")),
        "<aws.scheduler.attempt-number>": "1",
    }
    for word, value in words.items():
        text = text.replace(word, value)
    return str(text)


clock = Clock()
