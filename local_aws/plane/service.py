# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Keeps one ECS service at its desired state: carries out what deployment.decide() says."""

from __future__ import annotations

import collections
import itertools
import time
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.utils import utcnow

from local_aws import journal
from local_aws.plane import alarms, capacity, health, pace, rollout
from local_aws.plane.colors import Colors
from local_aws.plane.deployment import Breaker, Decision, Rollout, ServiceView, TaskView, decide, decide_shift, failure
from local_aws.plane.task import SCHEDULER, LocalTask

SETTLED = 0.5  # seconds that a task without a target group must run to count as healthy


class PlacementError(Exception):
    """There is nothing that the task could run on."""


class LocalService:
    """One moto Service and its tasks; used by the controller's thread only."""

    def __init__(self, backend: Any, service: Any) -> None:
        self.backend, self.service = backend, service
        self.tasks: list[LocalTask] = []
        self._counted: set[str] = set()
        self._failures = 0
        self._not_before = 0.0
        self._subnets: itertools.count[int] = itertools.count()
        self._colors = Colors(backend, service)
        self._watched = alarms.Watched(backend, service)

    @property
    def gone(self) -> bool:
        return self.service.status == "INACTIVE" and not self.tasks

    def step(self) -> None:
        """Look at the tasks, decide, act, and write down what DescribeServices shows."""
        self._look()
        if self.service.status == "DRAINING":
            self._drain()
        elif self.service.status == "ACTIVE" and self.service.deployments:
            self._follow()
            view = self._view()
            if self._colors.shift is None:
                self._act(decide(view))
            else:
                self._act(self._next_of_shift(view))
        self._count()

    def _follow(self) -> None:
        """Take note of a new PRIMARY deployment."""
        if self._colors.follow(any(not task.stopping for task in self.tasks)):
            self._watched.begin()

    def _next_of_shift(self, view: ServiceView) -> Decision:
        """The next step of a deployment that moves traffic: its failure, or what its stage asks for."""
        shift = self._colors.shift
        assert shift is not None
        healthy = sum(task.healthy for task in view.tasks if task.deployment == view.primary and not task.stopping)
        failed = failure(view)
        if failed is None:
            cause = shift.advance(green_is_healthy=healthy >= view.desired)
            if not cause:
                blue = self.service.local_completed["id"]
                return decide_shift(view, blue=blue, scales=shift.scales, ends=shift.ends)
            failed = Decision(Rollout.FAILED, roll_back=view.can_roll_back, cause=cause)
        if failed.roll_back:
            shift.return_to_blue()
        return failed

    def sweep(self) -> None:
        """Stop everything: the service is no longer the one of its name."""
        for task in self.tasks:
            task.stop("The service was deleted.", SCHEDULER)
        self.tasks = [task for task in self.tasks if task.stopped is None]

    def _look(self) -> None:
        for task in self.tasks:
            if task.running:
                self._look_at(task)
            if task.stopping and task.id not in self._counted:
                self._counted.add(task.id)
                self._note_end(task)
        self.tasks = [task for task in self.tasks if task.stopped is None]

    def _look_at(self, task: LocalTask) -> None:
        """Register a task that has just started; end one whose health checks fail after the grace period."""
        balancers = self._colors.balancers_of(task.task.started_by)
        if balancers and not task.targets:
            for arn in task.register(balancers):
                rollout.add_event(self.service, f"registered 1 targets in (target-group {arn})")
        if not task.was_healthy and self._healthy(task):
            task.was_healthy = True
            self._failures = 0
            primary = self.service.deployments[0] if self.service.deployments else None
            if primary is not None and task.task.started_by == primary["id"] and self._breaker().reset_on_healthy_task:
                primary["failedTasks"] = 0
        grace = min(float(getattr(self.service, "health_check_grace_period_seconds", 0) or 0), pace.HEALTH_CHECK_GRACE)
        for arn, port in task.targets:
            seen = health.checker.health(arn, task.ip, port)
            if seen.state == "unhealthy" and time.monotonic() - (task.started or 0) > grace:
                rollout.add_event(
                    self.service,
                    f"(port {port}) is unhealthy in (target-group {arn}) due to (reason {seen.description}).",
                )
                task.stop(f"Task failed ELB health checks in (target-group {arn})", SCHEDULER)
                task.task.local_failed = True
                return

    def _note_end(self, task: LocalTask) -> None:
        """Count a task that ended by itself: as a failure of the deployment unless it was healthy once."""
        failed = task.task.stop_code != SCHEDULER or getattr(task.task, "local_failed", False)
        if task.targets:
            for arn, _ in task.targets:
                rollout.add_event(self.service, f"deregistered 1 targets in (target-group {arn})")
        if not failed or task.task.stop_code == "UserInitiated":
            return
        rollout.add_event(self.service, f"has stopped 1 running tasks: (task {task.id}).")
        self._failed(task.task.started_by if not task.was_healthy else None)

    def _failed(self, deployment: str | None) -> None:
        """One more failure in a row: the next start waits longer."""
        self._failures += 1
        self._not_before = time.monotonic() + pace.RESTART_DELAY[min(self._failures, len(pace.RESTART_DELAY) - 1)]
        if self._failures == 3:
            rollout.add_event(
                self.service,
                "is unable to consistently start tasks successfully. For more information, see the Troubleshooting "
                "section of the Amazon ECS Developer Guide.",
            )
        primary = self.service.deployments[0] if self.service.deployments else None
        if primary is not None and primary["id"] == deployment and primary["rolloutState"] == Rollout.IN_PROGRESS:
            primary["failedTasks"] += 1

    def _healthy(self, task: LocalTask) -> bool:
        if not task.running:
            return False
        if self.service.load_balancers:
            seen = [health.checker.health(arn, task.ip, port).state for arn, port in task.targets]
            return bool(seen) and all(state == "healthy" for state in seen)
        return time.monotonic() - (task.started or 0) >= SETTLED

    def _breaker(self) -> Breaker:
        return Breaker.of(self.service.deployment_configuration.get("deploymentCircuitBreaker") or {})

    def _view(self) -> ServiceView:
        configuration, primary = self.service.deployment_configuration, self.service.deployments[0]
        return ServiceView(
            desired=int(self.service.desired_count),
            primary=primary["id"],
            rollout=Rollout(primary["rolloutState"]),
            tasks=[
                TaskView(task.id, str(task.task.started_by), self._healthy(task), task.stopping) for task in self.tasks
            ],
            failed_tasks=int(primary["failedTasks"]),
            minimum_percent=int(configuration.get("minimumHealthyPercent", 100)),
            maximum_percent=int(configuration.get("maximumPercent", 200)),
            breaker=self._breaker(),
            can_roll_back=rollout.can_roll_back(self.service),
            alarmed=self._watched.in_alarm(),
            alarms_roll_back=self._watched.roll_back,
        )

    def _act(self, decision: Decision) -> None:
        primary = self.service.deployments[0]
        before = Rollout(primary["rolloutState"])
        if decision.rollout is not before and decision.rollout is Rollout.COMPLETED:
            rollout.complete(self.service)
            self._colors.completed()
        elif decision.rollout is not before and decision.rollout is Rollout.FAILED:
            self._fail(decision)
            return
        self._stop(decision.stop, f"Scaling activity initiated by (deployment {primary['id']})")
        if decision.start and time.monotonic() >= self._not_before:
            self._start(decision.start, primary)

    def _fail(self, decision: Decision) -> None:
        """End the PRIMARY deployment; when traffic was moved, what still runs of the one before it is the new one."""
        moved, blue = self._colors.shift is not None, (getattr(self.service, "local_completed", None) or {}).get("id")
        rollout.fail(self.service, decision.cause, roll_back=decision.roll_back)
        self._failures, self._not_before = 0, 0.0
        self._colors.failed()
        self._watched.begin()
        if decision.roll_back and moved:
            for task in self.tasks:
                if task.task.started_by == blue:
                    task.task.started_by = self.service.deployments[0]["id"]

    def _start(self, count: int, primary: dict[str, Any]) -> None:
        started: list[LocalTask] = []
        for _ in range(count):
            try:
                task = self._launch(primary)
            except (ServiceException, StopIteration, PlacementError) as error:
                rollout.add_event(self.service, f"was unable to place a task. Reason: {error}")
                self._failed(primary["id"])
                break
            started.append(task)
            self.tasks.append(task)
        if started:
            names = " ".join(f"(task {task.id})" for task in started)
            rollout.add_event(self.service, f"has started {len(started)} tasks: {names}.")

    def _launch(self, primary: dict[str, Any]) -> LocalTask:
        """Run one task of the PRIMARY deployment; the subnets take turns."""
        if self.service.launch_type == "EC2":
            raise PlacementError("No Container Instances were found in your cluster.")
        network = primary["networkConfiguration"]["awsvpcConfiguration"]
        turn = next(self._subnets) % len(network["subnets"])
        subnets = [*network["subnets"][turn:], *network["subnets"][:turn]]
        strategy = primary["capacityProviderStrategy"]
        running = collections.Counter(str(task.task.capacity_provider_name) for task in self.tasks)
        provider = capacity.next_provider(strategy, running) if strategy else None
        [task] = self.backend.run_task(
            self.service.cluster_name,
            primary["taskDefinition"],
            1,
            None,
            primary["id"],
            self._task_tags(primary),
            None if provider else self.service.launch_type,
            networking_configuration={"awsvpcConfiguration": {**network, "subnets": subnets}},
            group=f"service:{self.service.name}",
            platform_version=primary["platformVersion"],
            capacity_provider_strategy=[{"capacityProvider": provider}] if provider else None,
        )
        task.local_service = self.service
        task.enable_execute_command = bool(getattr(self.service, "enable_execute_command", False))
        definition = self.backend.describe_task_definition(primary["taskDefinition"])
        return LocalTask(self.backend.account_id, self.backend.region_name, task, definition)

    def _task_tags(self, primary: dict[str, Any]) -> list[dict[str, str]]:
        tags: list[dict[str, str]] = []
        if self.service.propagate_tags == "SERVICE":
            tags += self.service.tags
        elif self.service.propagate_tags == "TASK_DEFINITION":
            tags += self.backend.describe_task_definition(primary["taskDefinition"]).tags
        if getattr(self.service, "enable_ecs_managed_tags", False):
            tags.append({"key": "aws:ecs:clusterName", "value": self.service.cluster_name})
            tags.append({"key": "aws:ecs:serviceName", "value": self.service.name})
        return [dict(tag) for tag in tags]

    def _stop(self, identifiers: tuple[str, ...], reason: str) -> None:
        stopped = [task for task in self.tasks if task.id in identifiers and not task.stopping]
        for task in stopped:
            task.stop(reason, SCHEDULER)
        if stopped and self.service.load_balancers:
            rollout.add_event(self.service, f"has begun draining connections on {len(stopped)} tasks.")
        if stopped:
            names = " ".join(f"(task {task.id})" for task in stopped)
            rollout.add_event(self.service, f"has stopped {len(stopped)} running tasks: {names}.")

    def _drain(self) -> None:
        """A deleted service: INACTIVE as soon as its last task has stopped."""
        primary = self.service.deployments[0]["id"] if self.service.deployments else "none"
        self._stop(tuple(task.id for task in self.tasks), f"Scaling activity initiated by (deployment {primary})")
        if not self.tasks:
            self.service.status = "INACTIVE"
            self.service.deployments = []
            self.service.local_inactive_since = time.monotonic()
            journal.record("ecs.service_inactive", service=self.service.name)

    def _count(self) -> None:
        """Running and pending tasks of the service and of each deployment."""
        live = [task for task in self.tasks if not task.stopping]
        self.service.running_count = sum(task.running for task in live)
        self.service.pending_count = len(live) - self.service.running_count
        for deployment in self.service.deployments:
            own = [task for task in live if task.task.started_by == deployment["id"]]
            running = sum(task.running for task in own)
            desired = self.service.desired_count if deployment["status"] == "PRIMARY" else len(own)
            counts = {"desiredCount": desired, "runningCount": running, "pendingCount": len(own) - running}
            if any(deployment[key] != value for key, value in counts.items()):
                deployment.update(counts, updatedAt=utcnow())
