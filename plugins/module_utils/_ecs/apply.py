# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Carry out the plan for a service. Nothing here compares anything.

Order: task definition beside target group and listener, then the service, which AWS creates only behind a
target group that a listener already uses. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils import _retry
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import apply as autoscaling
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import scaling
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling.metrics import resource_label
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api, apply_balancing
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import service as services
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.plan import Plan
from ansible_collections.orchestra.aws.plugins.module_utils._module import together
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes

# Seconds in which a new role, service-linked role or listener is known to all of ECS.
PROPAGATION_SECONDS = 60
# What ECS answers until then: in CreateService and RegisterTaskDefinition.
_PASSING = (
    "does not have an associated load balancer",
    "unable to assume the service linked role",
    "unable to assume the role",
    "role is not valid",
)


@dataclass(frozen=True)
class Made:
    """What there is after applying. deployment_id: of the deployment that was started, None when none was.

    touched: whether the description of the service is out of date.
    """

    task_definition_arn: str | None
    target_group_arn: str | None
    listener_arn: str | None
    service: dict[str, Any] | None
    deployment_id: str | None
    touched: bool


def apply(plan: Plan, ecs: Client, elb: Client, scaler: Client) -> Made:
    """Do what the plan says and return what it made.

    Autoscaling goes before the service is updated, so that it does not change the number of tasks once more, and comes
    after the service is made.
    """
    if plan.scaling and plan.scaling.deregisters:
        _apply_scaling(plan, scaler, None)
    made = _apply_all(plan, ecs, elb)
    if plan.scaling and not plan.scaling.deregisters:
        _apply_scaling(plan, scaler, made.target_group_arn)
    return made


def _apply_scaling(plan: Plan, scaler: Client, group_arn: str | None) -> None:
    if plan.scaling is None:
        return
    balancer = (plan.found.load_balancer or {}).get("LoadBalancerArn", "")
    resource = scaling.resource(services.short_name(plan.names.cluster), plan.names.service)
    autoscaling.apply(plan.scaling, scaler, resource, resource_label(balancer, group_arn or ""))


def _apply_all(plan: Plan, ecs: Client, elb: Client) -> Made:
    task_definition_arn, (arns, listener_arn) = together(
        lambda: _apply_revision(plan, ecs),
        lambda: apply_balancing.apply(plan, elb),
    )
    group_arn = arns.target_group or None
    if plan.service.creates:
        service = _create_service(plan, ecs, task_definition_arn, arns)
        return Made(task_definition_arn, group_arn, listener_arn, service, primary_id(service), True)
    updated = _update_service(plan, ecs, task_definition_arn, arns)
    current = plan.found.service or {}
    if plan.service.retags:
        _retag(ecs, current["serviceArn"], plan.service.tags_before, plan.service.tags_after)
    started = primary_id(updated) if updated else None
    deployment_id = started if started != primary_id(current) else None
    touched = bool(updated) or plan.service.retags
    return Made(task_definition_arn, group_arn, listener_arn, updated or current, deployment_id, touched)


def primary_id(service: Mapping[str, Any]) -> str | None:
    """Return the id of the newest deployment of a described service."""
    deployments = service.get("deployments") or []
    return next((item["id"] for item in deployments if item["status"] == "PRIMARY"), None)


def _passing(_code: str, message: str) -> bool:
    return any(words in message.lower() for words in _PASSING)


def _apply_revision(plan: Plan, ecs: Client) -> str | None:
    """Register the revision if none fits, and return the ARN of the one that the service shall use."""
    revision, family = plan.revision, plan.names.family
    if revision.registers:
        registered = _retry.until_accepted(
            f"task definition {family} to be accepted",
            lambda: api.register_task_definition(ecs, family, plan.register or {}, revision.tags),
            _passing,
            PROPAGATION_SECONDS,
        )
        return str(registered["taskDefinitionArn"])
    if revision.chosen is None:
        return None
    arn = str(revision.chosen["taskDefinitionArn"])
    if revision.retags:
        _retag(ecs, arn, revision.chosen.get("tags") or {}, revision.tags)
    return arn


def _create_service(plan: Plan, ecs: Client, task_definition_arn: str | None, arns: services.Arns) -> dict[str, Any]:
    request = services.create_request(plan.service.after, task_definition_arn, arns, plan.service.tags_after)
    name = plan.names.service
    return _retry.until_accepted(
        f"ECS service {name} to be accepted",
        lambda: api.create_service(ecs, name, {"cluster": plan.names.cluster, **request}),
        _passing,
        PROPAGATION_SECONDS,
    )


def _update_service(
    plan: Plan, ecs: Client, task_definition_arn: str | None, arns: services.Arns
) -> dict[str, Any] | None:
    """Update what differs, in one call, so that there is one deployment; None when nothing does."""
    part = plan.service
    request = services.update_request(part.before, part.after, plan.found.service or {}, arns)
    if plan.changes_revision:
        request["taskDefinition"] = task_definition_arn
    if plan.forced:
        request["forceNewDeployment"] = True
    if not request:
        return None
    name = plan.names.service
    return _retry.until_accepted(
        f"the update of ECS service {name} to be accepted",
        lambda: api.update_service(ecs, plan.names.cluster, name, request),
        _passing,
        PROPAGATION_SECONDS,
    )


def _retag(client: Client, arn: str, current: dict[str, str], wanted: dict[str, str]) -> None:
    to_set, to_remove = tag_changes(current, wanted)
    if to_set:
        api.tag(client, arn, to_set)
    if to_remove:
        api.untag(client, arn, to_remove)
