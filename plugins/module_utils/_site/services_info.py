# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How the services of a cluster are: tasks, rollout, health of the targets. Changes nothing.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api as ecs_api
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.service import target_group_arns
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2_api
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_mapping

# DescribeServices takes at most ten names.
_AT_ONCE = 10


def services(ecs: Client, elbv2: Client, cluster: str) -> list[dict[str, Any]]:
    """Return how each ACTIVE service of the cluster is, sorted by name; none when there is no cluster."""
    found = active(ecs, cluster)
    running = concurrently(*(_task_reader(ecs, cluster, service["serviceName"]) for service in found))
    healths = concurrently(*(_health_reader(elbv2, service) for service in found))
    return [_describe(service, tasks, health) for service, tasks, health in zip(found, running, healths, strict=True)]


def active(ecs: Client, cluster: str) -> list[dict[str, Any]]:
    """Return each ACTIVE service as AWS describes it, sorted by name."""
    arns = _service_arns(ecs, cluster) or []
    groups = [arns[start : start + _AT_ONCE] for start in range(0, len(arns), _AT_ONCE)]
    found = [
        service for answer in concurrently(*(_describer(ecs, cluster, group) for group in groups)) for service in answer
    ]
    return sorted((service for service in found if service["status"] == "ACTIVE"), key=lambda one: one["serviceName"])


@described("list the services of cluster {cluster}")
@missing_is_none("ClusterNotFoundException")
def _service_arns(ecs: Client, cluster: str) -> list[str]:
    pages = ecs.get_paginator("list_services").paginate(cluster=cluster)
    return [arn for page in pages for arn in page["serviceArns"]]


def _describer(ecs: Client, cluster: str, arns: list[str]) -> Any:
    return lambda: ecs.describe_services(cluster=cluster, services=arns, include=["TAGS"])["services"]


def _task_reader(ecs: Client, cluster: str, name: str) -> Any:
    def read() -> list[dict[str, Any]]:
        arns = ecs_api.task_arns(ecs, cluster, name, "RUNNING")
        return ecs_api.tasks(ecs, cluster, arns) if arns else []

    return read


def _addresses(tasks: list[dict[str, Any]]) -> list[str]:
    return sorted(
        detail["value"]
        for task in tasks
        for attachment in task.get("attachments", [])
        for detail in attachment["details"]
        if detail["name"] == "privateIPv4Address"
    )


def _images(tasks: list[dict[str, Any]]) -> list[str]:
    return sorted(
        {container["image"] for task in tasks for container in task.get("containers", []) if container.get("image")}
    )


def _health_reader(elbv2: Client, service: dict[str, Any]) -> Any:
    return lambda: [
        target for group in target_group_arns(service) for target in elbv2_api.target_health(elbv2, group) or []
    ]


def _describe(service: dict[str, Any], tasks: list[dict[str, Any]], health: list[dict[str, Any]]) -> dict[str, Any]:
    primary: dict[str, Any] = next((one for one in service["deployments"] if one["status"] == "PRIMARY"), {})
    return {
        "name": service["serviceName"],
        "desired_count": service["desiredCount"],
        "running_count": service["runningCount"],
        "pending_count": service["pendingCount"],
        "task_definition": service["taskDefinition"].rsplit("/", 1)[-1],
        "images": _images(tasks),
        "rollout_state": primary.get("rolloutState"),
        "rollout_reason": primary.get("rolloutStateReason"),
        "task_addresses": _addresses(tasks),
        "targets": [_target(target) for target in health],
        "tags": tag_mapping(service.get("tags")),
    }


def _target(target: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": target["Target"]["Id"],
        "state": target["TargetHealth"]["State"],
        "reason": target["TargetHealth"].get("Description"),
    }
