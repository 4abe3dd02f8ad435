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
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import service as services
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.plan import Plan
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import listener, target_group
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently
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


def apply(plan: Plan, ecs: Any, elb: Any) -> Made:
    """Do what the plan says and return what it made."""
    task_definition_arn, (group_arn, listener_arn) = concurrently(
        lambda: _apply_revision(plan, ecs),
        lambda: _apply_balancing(plan, elb),
    )
    if plan.service.creates:
        service = _create_service(plan, ecs, task_definition_arn, group_arn or "")
        return Made(task_definition_arn, group_arn, listener_arn, service, primary_id(service), True)
    updated = _update_service(plan, ecs, task_definition_arn, group_arn or "")
    current = plan.found.service or {}
    if plan.service.retags:
        _retag(api, ecs, current["serviceArn"], plan.service.tags_before, plan.service.tags_after)
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


def _apply_revision(plan: Plan, ecs: Any) -> str | None:
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
        _retag(api, ecs, arn, revision.chosen.get("tags") or {}, revision.tags)
    return arn


def _apply_balancing(plan: Plan, elb: Any) -> tuple[str | None, str | None]:
    if plan.target_group is None:
        return None, None
    group_arn = _apply_target_group(plan, elb)
    return group_arn, _apply_listener(plan, elb, group_arn)


def _apply_target_group(plan: Plan, elb: Any) -> str:
    part = plan.target_group
    if part is None:
        raise AssertionError("a plan without a target group has none to apply")
    name = plan.names.target_group
    if part.creates:
        arn = elbv2.create_target_group(elb, name, target_group.create_request(part.after), part.tags_after)[
            "TargetGroupArn"
        ]
    else:
        arn = (plan.found.target_group or {})["TargetGroupArn"]
        request = target_group.modify_request(part.before, part.after)
        if request:
            elbv2.modify_target_group(elb, arn, request)
        if part.retags:
            _retag(elbv2, elb, arn, part.tags_before, part.tags_after)
    attributes = target_group.attribute_changes(part.before, part.after)
    if attributes:
        elbv2.modify_target_group_attributes(elb, arn, attributes)
    return str(arn)


def _apply_listener(plan: Plan, elb: Any, group_arn: str) -> str:
    part = plan.listener
    if part is None:
        raise AssertionError("a plan with a target group has a listener")
    request = listener.request(part.after, group_arn)
    if part.creates:
        balancer_arn = (plan.found.load_balancer or {})["LoadBalancerArn"]
        return str(elbv2.create_listener(elb, balancer_arn, request, part.tags_after)["ListenerArn"])
    arn = str((plan.found.listener or {})["ListenerArn"])
    if part.changes:
        elbv2.modify_listener(elb, arn, request)
    if part.retags:
        _retag(elbv2, elb, arn, part.tags_before, part.tags_after)
    return arn


def _create_service(plan: Plan, ecs: Any, task_definition_arn: str, group_arn: str) -> dict[str, Any]:
    request = services.create_request(plan.service.after, task_definition_arn, group_arn, plan.service.tags_after)
    name = plan.names.service
    return _retry.until_accepted(
        f"ECS service {name} to be accepted",
        lambda: api.create_service(ecs, name, {"cluster": plan.names.cluster, **request}),
        _passing,
        PROPAGATION_SECONDS,
    )


def _update_service(plan: Plan, ecs: Any, task_definition_arn: str | None, group_arn: str) -> dict[str, Any] | None:
    """Update what differs, in one call, so that there is one deployment; None when nothing does."""
    part = plan.service
    request = services.update_request(part.before, part.after, plan.found.service or {}, group_arn)
    if plan.changes_revision:
        request["taskDefinition"] = task_definition_arn
    if plan.forced:
        request["forceNewDeployment"] = True
    if not request:
        return None
    return api.update_service(ecs, plan.names.cluster, plan.names.service, request)


def _retag(calls: Any, client: Any, arn: str, current: dict[str, str], wanted: dict[str, str]) -> None:
    """Change the tags of one resource. calls: the api module of its service."""
    to_set, to_remove = tag_changes(current, wanted)
    if to_set:
        calls.tag(client, arn, to_set)
    if to_remove:
        calls.untag(client, arn, to_remove)
