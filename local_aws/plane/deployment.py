# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""What the service scheduler does next, decided from plain values: no clock, no moto, no process."""

from __future__ import annotations

import dataclasses
import enum
import math
from collections.abc import Mapping, Sequence
from typing import Any

# Why a deployment failed, in the words of its service event.
BREAKER_TRIPPED = "tasks failed to start"
ALARM_DETECTED = "alarm detected"


class Rollout(enum.StrEnum):
    """The rolloutState of a deployment."""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclasses.dataclass(frozen=True)
class Breaker:
    """The deployment circuit breaker of a service."""

    enable: bool = False
    rollback: bool = False
    kind: str = "BOUNDED_PERCENT"
    value: int = 50
    reset_on_healthy_task: bool = True

    @classmethod
    def of(cls, configuration: Mapping[str, Any]) -> Breaker:
        """From `deploymentCircuitBreaker` as the API has it."""
        threshold = configuration.get("thresholdConfiguration") or {}
        return cls(
            enable=bool(configuration.get("enable")),
            rollback=bool(configuration.get("rollback")),
            kind=threshold.get("type", "BOUNDED_PERCENT"),
            value=int(threshold.get("value", 50)),
            reset_on_healthy_task=configuration.get("resetOnHealthyTask") is not False,
        )

    def threshold(self, desired: int) -> int:
        """Failed tasks in a row that fail a deployment: half the desired count, at least 3, at most 200."""
        if self.kind == "COUNT":
            return max(1, self.value)
        share = math.ceil(desired * self.value / 100)
        return max(1, share) if self.kind == "UNBOUNDED_PERCENT" else min(200, max(3, share))


@dataclasses.dataclass(frozen=True)
class TaskView:
    """One task that is not stopped yet."""

    id: str
    deployment: str
    healthy: bool = False
    stopping: bool = False


@dataclasses.dataclass(frozen=True)
class ServiceView:
    """One service as the scheduler sees it; tasks in the order in which they were started."""

    desired: int
    primary: str
    rollout: Rollout
    tasks: Sequence[TaskView] = ()
    failed_tasks: int = 0
    minimum_percent: int = 100
    maximum_percent: int = 200
    breaker: Breaker = dataclasses.field(default_factory=Breaker)
    can_roll_back: bool = False
    alarmed: bool = False
    alarms_roll_back: bool = False


@dataclasses.dataclass(frozen=True)
class Decision:
    """What to do now."""

    rollout: Rollout
    start: int = 0
    stop: tuple[str, ...] = ()
    roll_back: bool = False
    cause: str = ""


def decide(view: ServiceView) -> Decision:
    """The next step of a rolling update (ECS developer guide, "Deploy Amazon ECS services by replacing tasks")."""
    live = [task for task in view.tasks if not task.stopping]
    new = [task for task in live if task.deployment == view.primary]
    old = [task for task in live if task.deployment != view.primary]
    surplus = _least_useful(new, len(new) - view.desired)
    if view.rollout is Rollout.FAILED:
        # A failed deployment launches no task, and what still runs of the one before it stays.
        return Decision(Rollout.FAILED, stop=surplus + _least_useful(old, len(old) - view.desired))
    failed = failure(view)
    if failed is not None:
        return failed
    maximum = math.floor(view.desired * view.maximum_percent / 100)
    start = max(0, min(view.desired - len(new), maximum - len(live)))
    return Decision(_rollout(view, new), start, surplus + _replaced(view, new, old))


def decide_shift(view: ServiceView, *, blue: str, scales: bool, ends: bool) -> Decision:
    """The next step while traffic moves from the deployment `blue` to the PRIMARY one.

    scales: whether the stage lets new tasks start. ends: whether blue can go.
    """
    live = [task for task in view.tasks if not task.stopping]
    new = [task for task in live if task.deployment == view.primary]
    gone = [task.id for task in live if task.deployment not in {view.primary, *(() if ends else (blue,))}]
    start = max(0, view.desired - len(new)) if scales else 0
    rollout = _rollout(view, new) if ends else view.rollout
    return Decision(rollout, start, (*_least_useful(new, len(new) - view.desired), *gone))


def failure(view: ServiceView) -> Decision | None:
    """The end of a deployment that the circuit breaker or an alarm fails; None while neither does."""
    if _breaker_trips(view):
        return Decision(Rollout.FAILED, roll_back=view.breaker.rollback and view.can_roll_back, cause=BREAKER_TRIPPED)
    if view.alarmed and view.rollout is Rollout.IN_PROGRESS:
        return Decision(Rollout.FAILED, roll_back=view.alarms_roll_back and view.can_roll_back, cause=ALARM_DETECTED)
    return None


def _breaker_trips(view: ServiceView) -> bool:
    return (
        view.breaker.enable
        and view.rollout is Rollout.IN_PROGRESS
        and view.failed_tasks >= view.breaker.threshold(view.desired)
    )


def _rollout(view: ServiceView, new: Sequence[TaskView]) -> Rollout:
    """COMPLETED once the new tasks are healthy and none of an older deployment is left; it stays completed."""
    if view.rollout is Rollout.COMPLETED:
        return Rollout.COMPLETED
    left = any(task.deployment != view.primary for task in view.tasks)
    healthy = sum(task.healthy for task in new)
    return Rollout.COMPLETED if healthy >= view.desired and not left else Rollout.IN_PROGRESS


def _replaced(view: ServiceView, new: Sequence[TaskView], old: Sequence[TaskView]) -> tuple[str, ...]:
    """Older tasks that can go: the unhealthy ones, and healthy ones above the minimum healthy percent."""
    broken = [task.id for task in old if not task.healthy]
    sound = [task.id for task in old if task.healthy]
    minimum = math.ceil(view.desired * view.minimum_percent / 100)
    spare = len(sound) + sum(task.healthy for task in new) - minimum
    return (*broken, *sound[: max(0, spare)])


def _least_useful(tasks: Sequence[TaskView], count: int) -> tuple[str, ...]:
    """The `count` tasks to give up first: unhealthy before healthy, young before old."""
    if count <= 0:
        return ()
    ranked = sorted(enumerate(tasks), key=lambda item: (item[1].healthy, -item[0]))
    return tuple(task.id for _, task in ranked[:count])
