# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The ECS controller: a thread that compares moto's ECS models with the running processes and closes the gap."""

from __future__ import annotations

import threading
import time
from typing import Any

from moto.ecs.models import ecs_backends

from local_aws import journal
from local_aws.plane import lock, pace
from local_aws.plane.health import checker
from local_aws.plane.service import LocalService
from local_aws.plane.task import LocalTask

SWEPT = "The task's cluster no longer exists."


class Controller:
    """Owns all local tasks and services."""

    def __init__(self) -> None:
        self._tasks: dict[str, LocalTask] = {}
        self._services: dict[int, LocalService] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to reconcile."""
        self._stopping.clear()
        checker.start()
        self._thread = threading.Thread(target=self._run, name="ecs-controller", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop reconciling; the processes are ended by processes.stop_all()."""
        self._stopping.set()
        checker.stop()
        if self._thread is not None:
            self._thread.join(5)

    def state(self) -> list[dict[str, Any]]:
        """What runs, for the server's state page."""
        return [
            {
                "task": task.id,
                "group": task.task.group,
                "status": task.task.last_status,
                "address": task.ip,
                "pids": task.pids(),
            }
            for task in list(self._tasks.values())
            if task.stopped is None
        ]

    def task(self, task_id: str) -> LocalTask | None:
        """A task by its id."""
        return self._tasks.get(task_id)

    def _run(self) -> None:
        while not self._stopping.wait(pace.RECONCILE):
            try:
                with lock.state:
                    self.step()
                checker.step()
            except Exception as error:
                journal.record("ecs.reconcile_failed", error=type(error).__name__, where=_where(error))

    def step(self) -> None:
        """One look at everything; the caller holds lock.state."""
        backends = [backend for account in list(ecs_backends) for backend in list(ecs_backends[account].values())]
        for backend in backends:
            self._find_services(backend)
        for local in list(self._services.values()):
            try:
                self._step_service(local)
            except Exception as error:
                # One broken service must not stop all others.
                journal.record(
                    "ecs.service_failed",
                    service=local.service.name,
                    error=type(error).__name__,
                    where=_where(error),
                )
        present = {task_id for backend in backends for task_id in self._find_tasks(backend)}
        for task in list(self._tasks.values()):
            if task.id not in present and not task.stopping:
                task.stop(SWEPT, "ServiceSchedulerInitiated")
            task.step()
            if task.stopped is not None and task.id not in present:
                del self._tasks[task.id]

    def _find_services(self, backend: Any) -> None:
        for key, service in list(backend.services.items()):
            since = getattr(service, "local_inactive_since", None)
            if since is not None and time.monotonic() - since > pace.INACTIVE_SERVICES_KEPT:
                del backend.services[key]
            elif id(service) not in self._services and service.status != "INACTIVE":
                self._services[id(service)] = LocalService(backend, service)

    def _find_tasks(self, backend: Any) -> set[str]:
        present: set[str] = set()
        for tasks in list(backend.tasks.values()):
            for arn, task in list(tasks.items()):
                local = self._tasks.get(task.id)
                if local is not None and local.stopped is not None:
                    if time.monotonic() - local.stopped > pace.STOPPED_TASKS_KEPT:
                        del tasks[arn]
                        continue
                elif local is None and task.attachments:
                    definition = backend.describe_task_definition(task.task_definition_arn)
                    self._tasks[task.id] = LocalTask(backend.account_id, backend.region_name, task, definition)
                present.add(str(task.id))
        return present

    def _step_service(self, local: LocalService) -> None:
        current = any(service is local.service for service in list(local.backend.services.values()))
        if not current:
            local.sweep()
        else:
            local.step()
        for task in local.tasks:
            self._tasks.setdefault(task.id, task)
        if not local.tasks and (not current or local.gone):
            self._services.pop(id(local.service), None)


def metadata(task_id: str, page: str = "") -> dict[str, Any] | None:
    """The task metadata endpoint version 4: the container, or with page "task" the whole task; None when unknown."""
    local = controller.task(task_id)
    if local is None or local.stopped is not None:
        return None
    described = local.task.containers
    networks = [
        {
            "NetworkMode": "awsvpc",
            "IPv4Addresses": [local.ip],
            "AttachmentIndex": 0,
            "IPv4SubnetCIDRBlock": str(local.subnet.cidr_block),
        }
    ]
    containers = [
        {
            "DockerId": item["runtimeId"],
            "Name": item["name"],
            "DockerName": item["name"],
            "Image": item["image"],
            "KnownStatus": item["lastStatus"],
            "DesiredStatus": local.task.desired_status,
            "Type": "NORMAL",
            "ContainerARN": item["containerArn"],
            "Networks": networks,
        }
        for item in described
    ]
    if page == "":
        return containers[0]
    if page != "task":
        return None
    return {
        "Cluster": local.task.cluster_arn,
        "TaskARN": local.task.task_arn,
        "Family": local.definition.family,
        "Revision": str(local.definition.revision),
        "DesiredStatus": local.task.desired_status,
        "KnownStatus": local.task.last_status,
        "AvailabilityZone": local.subnet.availability_zone,
        "LaunchType": "FARGATE",
        "Containers": containers,
    }


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""


controller = Controller()
