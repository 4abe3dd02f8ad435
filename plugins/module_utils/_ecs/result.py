# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The return value of M(orchestra.aws.ecs_service): of a real service, and of one that is only predicted.

Pure functions. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import scaling
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.apply import Made, primary_id
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.look import Names
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.plan import Plan
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.rollout import judge
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.service import settings, short_name
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, present, unknown


def described(service: Mapping[str, Any], plan: Plan, made: Made) -> dict[str, Any]:
    """Return the service as it is after a real run."""
    arn = service.get("taskDefinition") or made.task_definition_arn or ""
    return {
        "service_arn": service.get("serviceArn"),
        "status": service.get("status"),
        "task_definition_arn": arn,
        "revision": _revision(arn),
        "running_count": service.get("runningCount", 0),
        "pending_count": service.get("pendingCount", 0),
        "deployment_id": made.deployment_id or primary_id(service),
        "deployments": [_deployment(item) for item in service.get("deployments") or []],
        "tags": dict(service.get("tags") or {}) if isinstance(service.get("tags"), dict) else {},
        **_names(plan),
        **settings(service),
        **_balancing(plan, made.target_group_arn, made.listener_arn),
        **_scaling(plan),
    }


def predicted(plan: Plan, partition: str) -> dict[str, Any]:
    """Return the service as it would be after the run, with placeholders for what AWS makes up."""
    current = plan.found.service or {}
    balancing = f"arn:{partition}:elasticloadbalancing:"
    group = (plan.found.target_group or {}).get("TargetGroupArn") or unknown(f"{balancing}targetgroup/")
    served = (plan.found.listener or {}).get("ListenerArn") or unknown(f"{balancing}listener/")
    chosen = plan.revision.chosen or {}
    arn = chosen.get("taskDefinitionArn") or unknown(f"arn:{partition}:ecs:task-definition/{plan.names.family}:")
    balanced = plan.target_group is not None
    return {
        "service_arn": current.get("serviceArn") or unknown(f"arn:{partition}:ecs:service/"),
        "status": "ACTIVE",
        "task_definition_arn": arn,
        "revision": _revision(arn),
        "running_count": current.get("runningCount", 0),
        "pending_count": current.get("pendingCount", 0),
        "deployment_id": primary_id(current),
        "deployments": [_deployment(item) for item in current.get("deployments") or []],
        "tags": plan.service.tags_after,
        **_names(plan),
        **plan.service.after,
        **_balancing(plan, group if balanced else None, served if balanced else None),
        **_scaling(plan),
        **_scaled(plan),
    }


def _scaling(plan: Plan) -> dict[str, Any]:
    return {"autoscaling": scaling.result(plan.scaling.after)} if plan.scaling else {}


def _scaled(plan: Plan) -> dict[str, Any]:
    """Return the number of tasks after AWS has brought it into the range of the autoscaling."""
    if not plan.scaling or not plan.scaling.after:
        return {}
    least, most = plan.scaling.after["minimum"], plan.scaling.after["maximum"]
    return {"desired_count": min(max(plan.service.after["desired_count"], least), most)}


def _names(plan: Plan) -> dict[str, Any]:
    family = plan.revision.after.get("family", plan.names.family)
    return {"cluster": short_name(plan.names.cluster), "name": plan.names.service, "family": family}


def _balancing(plan: Plan, target_group_arn: str | None, listener_arn: str | None) -> dict[str, Any]:
    balancer = plan.found.load_balancer or {}
    arn = balancer.get("LoadBalancerArn")
    if arn is None and plan.names.load_balancer is not None:
        name = plan.names.load_balancer
        arn = name if is_unknown(name) or name.startswith("arn:") else unknown("arn:aws:elasticloadbalancing:")
    return {
        "target_group_arn": target_group_arn,
        "target_group_name": plan.names.target_group if plan.target_group else None,
        "listener_arn": listener_arn,
        "listener_port": plan.listener.after["port"] if plan.listener else None,
        "load_balancer_arn": arn,
    }


def _revision(arn: str) -> int | None:
    number = arn.rsplit(":", 1)[-1]
    return int(number) if number.isdigit() else None


def _deployment(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": item.get("id"),
        "status": item.get("status"),
        "rollout_state": item.get("rolloutState"),
        "rollout_state_reason": item.get("rolloutStateReason"),
        "task_definition_arn": item.get("taskDefinition"),
        "desired_count": item.get("desiredCount"),
        "running_count": item.get("runningCount"),
        "failed_tasks": item.get("failedTasks"),
    }


def pending(
    names: Names,
    service: Mapping[str, Any] | None,
    task_definition_arn: str | None = None,
    deployment_id: str | None = None,
) -> list[dict[str, Any]]:
    """Return the service as a target of M(orchestra.aws.wait); nothing when its rollout has completed."""
    if service and judge(service, names.service, task_definition_arn, deployment_id).state == "succeeded":
        return []
    asked = present({"task_definition": task_definition_arn, "deployment_id": deployment_id})
    return [{"ecs_service": {"cluster": names.cluster, "service": names.service, **asked}}]
