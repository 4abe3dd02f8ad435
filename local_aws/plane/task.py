# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""One ECS task: local processes behind moto's Task, from PROVISIONING to STOPPED."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends

from local_aws import identity, journal, settings
from local_aws.plane import addresses, balancing, lock, pace
from local_aws.plane.container import CannotPullContainer, CannotStartContainer, Container
from local_aws.plane.secrets import Fetcher, ResourceInitializationError

START_FAILED = "TaskFailedToStart"
ESSENTIAL_EXITED = "EssentialContainerExited"
SCHEDULER = "ServiceSchedulerInitiated"


class LocalTask:
    """Drives one moto Task; step() and stop() are called by the controller's thread only."""

    def __init__(self, account: str, region: str, task: Any, definition: Any) -> None:
        self.account, self.region, self.task, self.definition = account, region, task, definition
        self.containers = [Container(item, task.id) for item in definition.container_definitions]
        self.started: float | None = None
        self.stopped: float | None = None
        self.was_healthy = False
        self.targets: list[tuple[str, int]] = []
        self._born = time.monotonic()
        self._ending: threading.Thread | None = None
        interface = {item["name"]: item["value"] for item in task.attachments[0]["details"]}
        self.ip = str(interface["privateIPv4Address"])
        self.interface_id = str(interface["networkInterfaceId"])
        self.subnet = ec2_backends[account][region].get_subnet(interface["subnetId"])

    @property
    def id(self) -> str:
        return str(self.task.id)

    @property
    def running(self) -> bool:
        return self.started is not None and not self.stopping

    @property
    def stopping(self) -> bool:
        return self._ending is not None

    def pids(self) -> list[int]:
        """The processes of the task."""
        return [container.pid for container in self.containers if container.pid is not None]

    def step(self) -> None:
        """Advance the life cycle as far as it can go now."""
        if self._ending is not None:
            return
        if self.task.desired_status == "STOPPED":
            self.stop(self.task.stopped_reason, self.task.stop_code)
        elif self.started is None:
            if time.monotonic() - self._born >= settings.current().profile.seconds("ecs_task"):
                self._start()
        else:
            self._watch()

    def stop(self, reason: str, code: str) -> None:
        """Begin to stop: leave the target groups, drain, end the processes; returns at once."""
        if self._ending is not None:
            return
        task = self.task
        task.desired_status, task.last_status = "STOPPED", "DEACTIVATING"
        task.stopped_reason, task.stop_code, task.stopping_at = reason, code, utcnow()
        drain = self._deregister() and any(container.exit_code() is None for container in self.containers)
        journal.record("ecs.task_stopping", task=self.id, reason=reason, code=code)
        self._ending = threading.Thread(target=self._end, args=(drain,), name=f"stop-{self.id[:8]}", daemon=True)
        self._ending.start()

    def register(self, load_balancers: Sequence[Mapping[str, Any]]) -> list[str]:
        """Register with the service's target groups; the ARNs of those that exist."""
        for entry in load_balancers:
            arn, port = entry.get("targetGroupArn"), int(entry.get("containerPort") or 0)
            if arn and balancing.register(self.account, self.region, arn, self.ip, port):
                self.targets.append((arn, port))
        return [arn for arn, _ in self.targets]

    def _start(self) -> None:
        task, role = self.task, getattr(self.definition, "execution_role_arn", None)
        task.last_status, task.pull_started_at = "PENDING", utcnow()
        try:
            self._check_roles(role)
            fetcher = Fetcher(self.account, self.region, role, self.id)
            for container in self.containers:
                container.prepare(self.account, role, fetcher)
            task.pull_stopped_at = utcnow()
            self._start_containers()
        except (ResourceInitializationError, CannotPullContainer, CannotStartContainer) as error:
            self._fail(str(error))
        except addresses.NoAddress:
            self._fail("ResourceInitializationError: no loopback address is free for the task")
        else:
            self.started = time.monotonic()
            task.last_status, task.started_at = "RUNNING", utcnow()
            task.connectivity, task.connectivity_at = "CONNECTED", utcnow()
            for described in task.containers:
                described["lastStatus"] = "RUNNING"
            journal.record("ecs.task_started", task=self.id, address=self.ip, pids=self.pids())

    def _check_roles(self, execution_role: str | None) -> None:
        for role in (execution_role, getattr(self.definition, "task_role_arn", None)):
            if role and not identity.can_be_assumed_by(role, "ecs-tasks.amazonaws.com", self.task.task_arn):
                raise ResourceInitializationError(
                    f"ECS was unable to assume the role '{role}' that was provided for this task. Please verify that "
                    "the role being passed has the proper trust relationship and permissions and that your IAM user "
                    "has permissions to pass this role."
                )

    def _start_containers(self) -> None:
        ports = [port for container in self.containers for port in container.ports()]
        address = addresses.allocate(self.subnet.vpc_id, self.ip, ports)
        overrides = {item["name"]: item for item in self.task.overrides.get("containerOverrides") or []}
        for container in self.containers:
            container.start(address, self._environment(), overrides.get(container.name, {}))

    def _environment(self) -> dict[str, str]:
        endpoint = settings.current().endpoint
        environment = {
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": endpoint,
            "ECS_CONTAINER_METADATA_URI_V4": f"{endpoint}/_local_aws/metadata/{self.id}",
        }
        role = getattr(self.definition, "task_role_arn", None)
        return environment | (identity.credentials_for(role, self.id) if role else {})

    def _watch(self) -> None:
        """Notice containers that ended: an essential one takes the task with it."""
        for container, described in zip(self.containers, self.task.containers, strict=True):
            code = container.exit_code()
            if code is None:
                continue
            described["lastStatus"], described["exitCode"] = "STOPPED", code
            if container.essential:
                self.stop("Essential container in task exited", ESSENTIAL_EXITED)
                return

    def _fail(self, reason: str) -> None:
        for described in self.task.containers:
            described["reason"] = reason
        self.stop(reason, START_FAILED)

    def _deregister(self) -> bool:
        for arn, port in self.targets:
            balancing.deregister(self.account, self.region, arn, self.ip, port)
        return bool(self.targets)

    def _end(self, drain: bool) -> None:
        deadline = time.monotonic() + pace.DRAIN
        while drain and time.monotonic() < deadline:
            # First wait: a request may just have chosen this target.
            time.sleep(0.05)
            if balancing.idle(self.ip, [arn for arn, _ in self.targets]):
                break
        self.task.last_status = "STOPPING"
        for container in reversed(self.containers):
            container.stop()
        self._settle()

    def _settle(self) -> None:
        """Record the end and give the network interface back."""
        task = self.task
        task.execution_stopped_at = utcnow()
        for container, described in zip(self.containers, task.containers, strict=True):
            described["lastStatus"] = "STOPPED"
            code = container.exit_code()
            if code is not None:
                described["exitCode"] = code
        task.last_status = "DEPROVISIONING"
        resolved = addresses.resolve(self.subnet.vpc_id, self.ip, 0)
        if resolved is not None:
            balancing.client.forget(resolved[0])
        addresses.release(self.subnet.vpc_id, self.ip)
        with lock.state:
            ec2_backends[self.account][self.region].enis.pop(self.interface_id, None)
            self.subnet.del_subnet_ip(self.ip)
        task.attachments[0]["status"] = "DELETED"
        task.last_status, task.stopped_at = "STOPPED", utcnow()
        self.stopped = time.monotonic()
        journal.record("ecs.task_stopped", task=self.id, reason=task.stopped_reason, code=task.stop_code)
