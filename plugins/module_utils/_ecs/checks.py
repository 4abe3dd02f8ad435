# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What AWS would refuse, or accept and never get running, is refused here before anything is changed.

Pure functions; each raises InputError. Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import fargate
from ansible_collections.orchestra.aws.plugins.module_utils._module import InputError

# ECS: CreateService serviceName, RegisterTaskDefinition family.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_PORTS = range(1, 65536)


def check(params: Mapping[str, Any], family: str) -> None:
    """Check the options that O(state=present) uses. family: of the task definition."""
    _check_name("an ECS service", params["name"])
    if params.get("task_definition"):
        _check_name("a task definition", family)
        _check_task_definition(params["task_definition"])
    if params.get("load_balancer"):
        _check_load_balancer(params["load_balancer"], params.get("task_definition"))
    _check_strategy(params.get("capacity_provider_strategy"))
    _check_deployment(params)


def _check_complete(what: str, options: Mapping[str, Any], needed: Iterable[str]) -> None:
    """A deletion needs names only, so the argument spec does not demand what a service needs to be made."""
    missing = [name for name in needed if options.get(name) is None]
    if missing:
        raise InputError(f"{what} lacks {' and '.join(missing)}.")


def _check_name(what: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(f"{name} cannot be the name of {what}: AWS takes 1 to 255 letters, digits, _ and -.")


def _check_task_definition(options: Mapping[str, Any]) -> None:
    _check_complete("task_definition", options, ("cpu", "memory", "containers"))
    fargate.check_size(options["cpu"], options["memory"], options["operating_system_family"])
    least, most = fargate.EPHEMERAL_STORAGE_GIB
    storage = options.get("ephemeral_storage_gib")
    if storage is not None and not least <= storage <= most:
        raise InputError(f"task_definition.ephemeral_storage_gib is {storage}: Fargate takes {least} to {most} GiB.")
    containers = options["containers"]
    _check_unique("container", (container["name"] for container in containers))
    if not any(container["essential"] for container in containers):
        raise InputError("No container is essential: AWS wants at least one, else the task would never stop.")
    volumes = {volume["name"] for volume in options.get("volumes") or []}
    for container in containers:
        _check_container(container, containers, volumes)
    _check_execution_role(options)
    for what in ("cpu", "memory"):
        reserved = sum(container.get(what) or 0 for container in containers)
        if reserved > options[what]:
            raise InputError(f"The containers reserve {what} {reserved}, the task has only {options[what]}.")


def _check_unique(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"Two entries have the {what} {name}: each {what} is given once.")
        seen.add(name)


def _check_container(container: Mapping[str, Any], containers: list[Mapping[str, Any]], volumes: Iterable[str]) -> None:
    name = container["name"]
    environment = container.get("environment") or {}
    both = sorted(set(environment) & set(container.get("secrets") or {}))
    if both:
        raise InputError(f"Container {name} has {both[0]} in environment and in secrets: give it in one of them.")
    for variable, value in environment.items():
        if value is None or isinstance(value, (dict, list)):
            raise InputError(f"Container {name} has {variable} in environment with no plain value: give a string.")
    timeout = container.get("stop_timeout")
    if timeout is not None and not 0 <= timeout <= fargate.LONGEST_STOP_TIMEOUT:
        raise InputError(
            f"Container {name} has stop_timeout {timeout}: Fargate takes 0 to {fargate.LONGEST_STOP_TIMEOUT} seconds."
        )
    for mount in container.get("mount_points") or []:
        if mount["source_volume"] not in volumes:
            raise InputError(
                f"Container {name} mounts volume {mount['source_volume']}, which task_definition.volumes does not have."
            )
    _check_ports(container)
    _check_health_check(container)
    _check_dependencies(container, containers)


def _check_ports(container: Mapping[str, Any]) -> None:
    for mapping in container.get("port_mappings") or []:
        if mapping["container_port"] not in _PORTS:
            raise InputError(f"Container {container['name']} maps port {mapping['container_port']}: 1 to 65535 exist.")


def _check_health_check(container: Mapping[str, Any]) -> None:
    check_ = container.get("health_check")
    if check_ is None:
        return
    if not check_["command"] or check_["command"][0] not in ("CMD", "CMD-SHELL", "NONE"):
        raise InputError(f"The health check command of container {container['name']} must begin with CMD or CMD-SHELL.")
    limits = {"interval": (5, 300), "timeout": (2, 60), "retries": (1, 10), "start_period": (0, 300)}
    for option, (least, most) in limits.items():
        value = check_.get(option)
        if value is not None and not least <= value <= most:
            raise InputError(
                f"The health check of container {container['name']} has {option} {value}: AWS takes {least} to {most}."
            )


def _check_dependencies(container: Mapping[str, Any], containers: list[Mapping[str, Any]]) -> None:
    known = {item["name"]: item for item in containers}
    for dependency in container.get("depends_on") or []:
        other = known.get(dependency["container"])
        if other is None:
            raise InputError(
                f"Container {container['name']} depends on {dependency['container']}, which the task does not have."
            )
        if dependency["condition"] == "HEALTHY" and not other.get("health_check"):
            raise InputError(
                f"Container {container['name']} waits until {other['name']} is HEALTHY, but {other['name']} has no "
                "health_check."
            )


def _check_execution_role(options: Mapping[str, Any]) -> None:
    needs = {
        "log_group": "writes to a log group",
        "secrets": "has secrets",
        "repository_credentials_arn": "pulls its image with credentials",
    }
    for container in options["containers"]:
        for option, why in needs.items():
            if container.get(option) and not options.get("execution_role_arn"):
                raise InputError(f"Container {container['name']} {why}: give task_definition.execution_role_arn.")


def _check_load_balancer(options: Mapping[str, Any], task_definition: Mapping[str, Any] | None) -> None:
    _check_complete("load_balancer", options, ("container_name", "container_port", "listener"))
    port = options["listener"]["port"]
    if port not in _PORTS:
        raise InputError(f"load_balancer.listener.port is {port}: a port is 1 to 65535.")
    health = options["target_group"].get("health_check") or {}
    if health.get("timeout") and health.get("interval") and health["timeout"] >= health["interval"]:
        raise InputError(
            f"The target group's health check has timeout {health['timeout']} and interval {health['interval']}: "
            "AWS wants a timeout shorter than the interval."
        )
    if task_definition is None:
        return
    name = options["container_name"]
    named = [container for container in task_definition["containers"] if container["name"] == name]
    if not named:
        raise InputError(f"load_balancer.container_name is {name}, which is no container of the task definition.")
    mapped = [mapping["container_port"] for mapping in named[0].get("port_mappings") or []]
    if options["container_port"] not in mapped:
        has = ", ".join(str(item) for item in mapped) or "none"
        raise InputError(
            f"load_balancer.container_port is {options['container_port']}, which container {name} does not map: "
            f"its port_mappings have {has}."
        )


def _check_strategy(strategy: list[Mapping[str, Any]] | None) -> None:
    if not strategy:
        return
    _check_unique("capacity provider", (item["capacity_provider"] for item in strategy))
    if not any(item["weight"] > 0 for item in strategy):
        raise InputError("capacity_provider_strategy: at least one capacity provider needs a weight above 0.")
    if sum(item["base"] > 0 for item in strategy) > 1:
        raise InputError("capacity_provider_strategy: only one capacity provider can have a base.")


def _check_deployment(params: Mapping[str, Any]) -> None:
    deployment = params.get("deployment") or {}
    least, most = deployment.get("minimum_healthy_percent"), deployment.get("maximum_percent")
    if least is not None and most is not None and least >= most:
        raise InputError(
            f"deployment.minimum_healthy_percent {least} and deployment.maximum_percent {most} let ECS neither stop "
            "an old task nor start a new one: the maximum must be greater."
        )
    if most is not None and most <= 100 and params.get("availability_zone_rebalancing") == "ENABLED":
        raise InputError("availability_zone_rebalancing ENABLED needs a deployment.maximum_percent above 100.")
