# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ECS services on Fargate: what one is, what it shall be, which request gets there. Pure functions.

The task definition is compared apart, see C(task_definition). Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import deployment, structures
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2.target_group import name_in
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import present, tag_list

# Seconds in which a new task behind a load balancer may fail its health checks: AWS's own default is 0.
GRACE_PERIOD_SECONDS = 60
# Options that are AWS parameters of the same meaning and a plain value.
_PLAIN = {
    "desired_count": "desiredCount",
    "platform_version": "platformVersion",
    "health_check_grace_period_seconds": "healthCheckGracePeriodSeconds",
    "enable_execute_command": "enableExecuteCommand",
    "enable_ecs_managed_tags": "enableECSManagedTags",
    "propagate_tags": "propagateTags",
    "availability_zone_rebalancing": "availabilityZoneRebalancing",
}
# What AWS means where DescribeServices says nothing.
_UNSAID = {
    "platform_version": "LATEST",
    "health_check_grace_period_seconds": 0,
    "enable_execute_command": False,
    "enable_ecs_managed_tags": False,
    "propagate_tags": "NONE",
    "availability_zone_rebalancing": "DISABLED",
}


@dataclass(frozen=True)
class Arns:
    """What the parts that a service refers to are called by AWS; empty for what this run does not look after."""

    target_group: str = ""
    alternate_target_group: str = ""
    production_listener_rule: str = ""
    test_listener_rule: str = ""

    def advanced(self, wanted: Mapping[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
        """Return the advanced configuration in AWS's form. described: the current one."""
        if not self.alternate_target_group:
            return dict(described)
        return {
            "alternateTargetGroupArn": self.alternate_target_group,
            "productionListenerRule": self.production_listener_rule,
            **({"testListenerRule": self.test_listener_rule} if self.test_listener_rule else {}),
            "roleArn": wanted["role_arn"],
        }


def short_name(name_or_arn: str) -> str:
    """Return the name of a cluster, service or task that is given by name or ARN."""
    return name_or_arn.split("/")[-1]


def target_group_arns(service: Mapping[str, Any]) -> list[str]:
    """Return the target groups of a described service, the alternate ones too: ECS registers tasks in either."""
    balancers = service.get("loadBalancers") or []
    advanced = [item.get("advancedConfiguration") or {} for item in balancers]
    found = [item.get("targetGroupArn") for item in balancers]
    found += [item.get("alternateTargetGroupArn") for item in advanced]
    return [arn for arn in found if arn]


def settings(service: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what is compared of a service; {} for none."""
    if service is None:
        return {}
    plain = {option: service.get(key) for option, key in _PLAIN.items()}
    unsaid = {option: value for option, value in _UNSAID.items() if plain[option] is None}
    network = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    strategy = [_strategy_item(item) for item in service.get("capacityProviderStrategy") or []]
    return {
        **present(plain),
        **unsaid,
        **({"capacity_provider_strategy": _sorted(strategy)} if strategy else {}),
        **({} if strategy else present({"launch_type": service.get("launchType")})),
        "subnets": sorted(network.get("subnets") or []),
        "security_groups": sorted(network.get("securityGroups") or []),
        "assign_public_ip": network.get("assignPublicIp") == "ENABLED",
        "load_balancers": [_load_balancer(item) for item in service.get("loadBalancers") or []],
        "deployment": deployment.settings(service.get("deploymentConfiguration") or {}),
        **structures.settings(service),
    }


def _strategy_item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "capacity_provider": item.get("capacityProvider") or item.get("capacity_provider"),
        "weight": item.get("weight") or 0,
        "base": item.get("base") or 0,
    }


def _sorted(strategy: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(strategy, key=lambda item: str(item["capacity_provider"]))


def _load_balancer(item: Mapping[str, Any]) -> dict[str, Any]:
    advanced = item.get("advancedConfiguration") or {}
    colors = {
        "alternate_target_group": name_in(advanced.get("alternateTargetGroupArn", "")),
        "production_listener_rule": advanced.get("productionListenerRule"),
        "test_listener_rule": advanced.get("testListenerRule") or None,
        "role_arn": advanced.get("roleArn"),
    }
    return {
        "target_group": name_in(item.get("targetGroupArn", "")),
        "container_name": item["containerName"],
        "container_port": item["containerPort"],
        **({"advanced_configuration": present(colors)} if advanced.get("alternateTargetGroupArn") else {}),
    }


def _without_advanced(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "advanced_configuration"}


def desired(
    params: Mapping[str, Any],
    before: Mapping[str, Any],
    target_group: str | None,
    advanced: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the service shall be: what is left out stays, or has its default in a new service.

    target_group: its name, None when O(load_balancer) is left out. advanced: the two colors of a blue/green
    deployment; None leaves them as they are.
    """
    after = {**(before or _new(target_group is not None)), **present({key: params.get(key) for key in _PLAIN})}
    for key in ("subnets", "security_groups"):
        if params.get(key) is not None:
            after[key] = sorted(set(params[key]))
    if params.get("assign_public_ip") is not None:
        after["assign_public_ip"] = params["assign_public_ip"]
    if target_group is not None:
        balancer = params["load_balancer"]
        current = before.get("load_balancers") or [{}]
        kept = {"advanced_configuration": advanced or current[0].get("advanced_configuration")}
        after["load_balancers"] = [
            {
                "target_group": target_group,
                "container_name": balancer["container_name"],
                "container_port": balancer["container_port"],
                **present(kept),
            }
        ]
    if not after["load_balancers"] and params.get("health_check_grace_period_seconds"):
        raise InputError("health_check_grace_period_seconds is only for services with a load_balancer.")
    after["deployment"] = deployment.desired(params.get("deployment") or {}, after["deployment"])
    if not deployment.is_shifting(after["deployment"]):
        after["load_balancers"] = [_without_advanced(item) for item in after["load_balancers"]]
    return structures.desired(_with_capacity(after, params), params)


def _new(behind_load_balancer: bool) -> dict[str, Any]:
    """Return the defaults of a new service: AWS's, but for the circuit breaker, tags on tasks and the grace period."""
    grace = {"health_check_grace_period_seconds": GRACE_PERIOD_SECONDS} if behind_load_balancer else {}
    return {
        "desired_count": 1,
        "platform_version": "LATEST",
        "launch_type": "FARGATE",
        "propagate_tags": "SERVICE",
        "security_groups": [],
        "assign_public_ip": False,
        "load_balancers": [],
        "deployment": {"strategy": deployment.ROLLING, "circuit_breaker": {"enable": True, "rollback": True}},
        **grace,
    }


def _with_capacity(after: dict[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    if params.get("capacity_provider_strategy"):
        after.pop("launch_type", None)
        strategy = [_strategy_item(item) for item in params["capacity_provider_strategy"]]
        return {**after, "capacity_provider_strategy": _sorted(strategy)}
    if params.get("launch_type"):
        after.pop("capacity_provider_strategy", None)
        return {**after, "launch_type": params["launch_type"]}
    return after


def refuse_fixed(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> None:
    """Raise InputError for a change that AWS cannot make, or not without dropping requests."""
    old, new = before.get("launch_type"), after.get("launch_type")
    if old and new and old != new:
        raise InputError(f"ECS service {name} has launch type {old}, which AWS cannot change to {new}.")
    groups = [item["target_group"] for item in before.get("load_balancers", [])]
    wanted = [item["target_group"] for item in after["load_balancers"]]
    if groups and wanted and wanted[0] not in groups:
        raise InputError(
            f"ECS service {name} registers its tasks in target group {groups[0]}; moving to {wanted[0]} would drop "
            f"requests: set load_balancer.target_group.name to {groups[0]}, or delete the service with state=absent."
        )


def differences(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> list[str]:
    """Return the options that differ, sorted and dotted where nested: deployment.circuit_breaker.rollback."""
    found: list[str] = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += differences(old, new, f"{path}{key}.")
        elif old != new:
            found.append(f"{path}{key}")
    return found


def create_request(
    after: Mapping[str, Any], task_definition: str | None, arns: Arns, tags: Mapping[str, str]
) -> dict[str, Any]:
    """Return the arguments of CreateService but cluster and name."""
    parts = {key for key in _PARTS if key in after}
    request = {name: value for part in parts for name, value in _PARTS[part](after, arns, {}).items()}
    plain = {_PLAIN[key]: after[key] for key in _PLAIN if key in after}
    launch = present({"launchType": after.get("launch_type")})
    tagged = {"tags": tag_list(tags, "key", "value")} if tags else {}
    more = structures.request(after, set(after))
    return {"taskDefinition": task_definition, **plain, **launch, **request, **more, **tagged}


def update_request(
    before: Mapping[str, Any], after: Mapping[str, Any], current: Mapping[str, Any], arns: Arns
) -> dict[str, Any]:
    """Return the arguments of UpdateService that differ; {} when nothing does. current: as AWS describes it."""
    changed = {path.split(".")[0] for path in differences(before, after)}
    request = {_PLAIN[key]: after[key] for key in _PLAIN if key in changed}
    for key in sorted(changed & {*_PARTS}):
        request |= _PARTS[key](after, arns, current)
    request |= structures.request(after, changed)
    if "capacity_provider_strategy" in changed:
        # AWS refuses to change the strategy unless a new deployment is forced with it.
        request["forceNewDeployment"] = True
    return request


def _network(after: Mapping[str, Any], _arns: Arns, _current: Mapping[str, Any]) -> dict[str, Any]:
    configuration = {
        "subnets": after["subnets"],
        "securityGroups": after["security_groups"],
        "assignPublicIp": "ENABLED" if after["assign_public_ip"] else "DISABLED",
    }
    return {"networkConfiguration": {"awsvpcConfiguration": configuration}}


def _load_balancers(after: Mapping[str, Any], arns: Arns, current: Mapping[str, Any]) -> dict[str, Any]:
    known = {name_in(item.get("targetGroupArn", "")): item for item in current.get("loadBalancers") or []}
    made = []
    for item in after["load_balancers"]:
        described = known.get(item["target_group"], {})
        entry = {
            "targetGroupArn": arns.target_group or described.get("targetGroupArn"),
            "containerName": item["container_name"],
            "containerPort": item["container_port"],
        }
        advanced = item.get("advanced_configuration")
        if advanced:
            entry["advancedConfiguration"] = arns.advanced(advanced, described.get("advancedConfiguration") or {})
        made.append(entry)
    return {"loadBalancers": made}


def _strategy(after: Mapping[str, Any], _arns: Arns, _current: Mapping[str, Any]) -> dict[str, Any]:
    # Without a strategy, an empty list returns the service to its launch type.
    return {
        "capacityProviderStrategy": [
            {"capacityProvider": item["capacity_provider"], "weight": item["weight"], "base": item["base"]}
            for item in after.get("capacity_provider_strategy", [])
        ]
    }


def _deployment_configuration(after: Mapping[str, Any], _arns: Arns, current: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "deploymentConfiguration": deployment.request(after["deployment"], current.get("deploymentConfiguration") or {})
    }


_PARTS: dict[str, Callable[[Mapping[str, Any], Arns, Mapping[str, Any]], dict[str, Any]]] = {
    "subnets": _network,
    "security_groups": _network,
    "assign_public_ip": _network,
    "load_balancers": _load_balancers,
    "capacity_provider_strategy": _strategy,
    "deployment": _deployment_configuration,
}
