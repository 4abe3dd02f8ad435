# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Task definitions."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.ecs import models, responses
from moto.ecs.exceptions import EcsClientException

Backend = models.EC2ContainerServiceBackend
# Memory in MiB for each number of CPU units ("Amazon ECS task definition parameters for Fargate", Task size).
FARGATE_SIZES: dict[int, set[int]] = {
    256: {512, 1024, 2048},
    512: set(range(1024, 4097, 1024)),
    1024: set(range(2048, 8193, 1024)),
    2048: set(range(4096, 16385, 1024)),
    4096: set(range(8192, 30721, 1024)),
    8192: set(range(16384, 61441, 4096)),
    16384: set(range(32768, 122881, 8192)),
}


def apply() -> None:
    """Install the corrections of this file."""
    memory_is_optional_on_fargate()
    register_task_definition_checks_fargate()
    fault_injection_is_kept()


def memory_is_optional_on_fargate() -> None:
    """On Fargate memory may be set for the task only; moto adds None to a number when a container has none."""
    original = Backend._calculate_task_resource_requirements

    class WithMemory:
        """A task definition whose containers all have a memory."""

        def __init__(self, definition: Any) -> None:
            self.container_definitions = [
                {**item, "memory": item.get("memory") or item.get("memoryReservation") or 0}
                for item in definition.container_definitions
            ]

    def calculate(task_definition: Any) -> Any:
        return original(WithMemory(task_definition))

    Backend._calculate_task_resource_requirements = staticmethod(calculate)


def register_task_definition_checks_fargate() -> None:
    """AWS refuses what Fargate cannot run, fills in port mappings and notes the time; moto does not."""
    original = Backend.register_task_definition

    def register_task_definition(self: Any, family: str, container_definitions: Any, **kwargs: Any) -> Any:
        if "FARGATE" in (kwargs.get("requires_compatibilities") or []):
            check_fargate(container_definitions, kwargs)
        definition = original(self, family, container_definitions, **kwargs)
        definition.registered_at = utcnow()
        definition.registered_by = f"arn:aws:iam::{self.account_id}:root"
        if definition.network_mode == "awsvpc":
            for mapping in (item for one in definition.container_definitions for item in one["portMappings"]):
                mapping.setdefault("hostPort", mapping["containerPort"])
                mapping.setdefault("protocol", "tcp")
        return definition

    Backend.register_task_definition = register_task_definition


def fault_injection_is_kept() -> None:
    """DescribeTaskDefinition shows enableFaultInjection; moto drops it."""
    original = responses.EC2ContainerServiceResponse.register_task_definition

    def register_task_definition(self: Any) -> Any:
        result = original(self)
        result.result["taskDefinition"].enable_fault_injection = self._get_param("enableFaultInjection")
        return result

    responses.EC2ContainerServiceResponse.register_task_definition = register_task_definition


def check_fargate(containers: list[dict[str, Any]], definition: dict[str, Any]) -> None:
    """ClientException for a task definition that Fargate cannot run."""
    if definition.get("pid_mode") == "host":
        raise EcsClientException("Fargate does not support pidMode 'host'.")
    if definition.get("network_mode") not in {None, "awsvpc"}:
        raise EcsClientException("Fargate only supports network mode 'awsvpc'.")
    cpu, memory = str(definition.get("cpu") or ""), str(definition.get("memory") or "")
    for name, value in (("cpu", cpu), ("memory", memory)):
        if not value:
            raise EcsClientException(f"Fargate requires that '{name}' be defined at the task level.")
    if cpu.isdigit() and memory.isdigit() and int(memory) not in FARGATE_SIZES.get(int(cpu), set()):
        raise EcsClientException(
            f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. "
            "See the Amazon ECS documentation for the valid values."
        )
    if definition.get("execution_role_arn"):
        return
    for container in containers:
        driver = (container.get("logConfiguration") or {}).get("logDriver")
        if driver == "awslogs":
            raise EcsClientException(
                "Fargate requires task definition to have execution role ARN to support log driver awslogs."
            )
        secret_options = (container.get("logConfiguration") or {}).get("secretOptions")
        if container.get("secrets") or secret_options or container.get("repositoryCredentials"):
            raise EcsClientException(
                "When you are specifying container secrets or private registry credentials, you must also specify a "
                "value for 'executionRoleArn'."
            )
