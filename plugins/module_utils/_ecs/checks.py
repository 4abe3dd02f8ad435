# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What AWS would refuse, or accept and never get running, is refused here before anything is changed.

Pure functions; each raises InputError. Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import checks as autoscaling
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.checks_task import (
    PORTS,
    check_complete,
    check_task_definition,
    check_unique,
)
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

# ECS: CreateService serviceName, RegisterTaskDefinition family.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


def check(params: Mapping[str, Any], family: str) -> None:
    """Check the options that O(state=present) uses. family: of the task definition."""
    _check_name("an ECS service", params["name"])
    if params.get("task_definition"):
        _check_name("a task definition", family)
        check_task_definition(params["task_definition"])
    if params.get("load_balancer"):
        _check_load_balancer(params["load_balancer"], params.get("task_definition"))
    _check_strategy(params.get("capacity_provider_strategy"))
    _check_deployment(params)
    autoscaling.check(params.get("autoscaling"), has_load_balancer=params.get("load_balancer") is not None)


def _check_name(what: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(f"{name} cannot be the name of {what}: AWS takes 1 to 255 letters, digits, _ and -.")


def _check_load_balancer(options: Mapping[str, Any], task_definition: Mapping[str, Any] | None) -> None:
    check_complete("load_balancer", options, ("container_name", "container_port", "listener"))
    port = options["listener"]["port"]
    if port not in PORTS:
        raise InputError(f"load_balancer.listener.port is {port}: a port is 1 to 65535.")
    test_port = (options.get("advanced_configuration") or {}).get("test_listener_port")
    if test_port is not None and (test_port not in PORTS or test_port == port):
        raise InputError(
            f"load_balancer.advanced_configuration.test_listener_port is {test_port}: give a port, 1 to 65535, other "
            "than that of load_balancer.listener."
        )
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
    check_unique("capacity provider", (item["capacity_provider"] for item in strategy))
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
    _check_traffic(deployment)
    for hook in deployment.get("lifecycle_hooks") or []:
        _check_hook(hook)


def _check_traffic(deployment: Mapping[str, Any]) -> None:
    """Check what AWS takes of percents and times (ECS API reference, CanaryConfiguration, LinearConfiguration)."""
    canary, linear = deployment.get("canary") or {}, deployment.get("linear") or {}
    limits = {
        "canary.percent": (canary.get("percent"), 0.1, 100),
        "canary.bake_time_minutes": (canary.get("bake_time_minutes"), 0, 1440),
        "linear.step_percent": (linear.get("step_percent"), 3, 100),
        "linear.step_bake_time_minutes": (linear.get("step_bake_time_minutes"), 0, 1440),
    }
    for option, (value, least, most) in limits.items():
        if value is not None and not least <= value <= most:
            raise InputError(f"deployment.{option} is {value:g}: AWS takes {least:g} to {most}.")


def _check_hook(hook: Mapping[str, Any]) -> None:
    missing = [name for name in ("hook_target_arn", "role_arn") if not hook.get(name)]
    if hook["target_type"] == "AWS_LAMBDA" and missing:
        raise InputError(f"A hook of deployment.lifecycle_hooks lacks {' and '.join(missing)}.")
