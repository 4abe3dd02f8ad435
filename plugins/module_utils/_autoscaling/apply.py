# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Look at the autoscaling of an ECS service, and carry out the plan for it. Nothing here compares anything.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils import _retry
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import api, scaling
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling.plan import Found, Plan
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._module import together
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes

# Seconds in which Application Auto Scaling knows a new service, and its own new scalable target.
PROPAGATION_SECONDS = 60
_PASSING = ("ConcurrentUpdateException", "ObjectNotFoundException", "FailedResourceAccessException")


def look(client: Client, resource: str, with_tags: bool) -> Found:
    """Describe the autoscaling: three calls side by side, and one for the tags."""
    target, policies, scheduled = together(
        lambda: api.target(client, resource),
        lambda: api.policies(client, resource),
        lambda: api.scheduled_actions(client, resource),
    )
    if target is None:
        return Found()
    arn = target.get("ScalableTargetARN")
    return Found(target, policies, scheduled, api.tags(client, arn) if with_tags and arn else {})


def apply(plan: Plan, client: Client, resource: str, label: str) -> None:
    """Do what the plan says. label: of the load balancer and target group that get the requests."""
    if plan.deregisters:
        _accepted(resource, lambda: api.deregister(client, resource))
        return
    if plan.registers:
        _register(plan, client, resource)
    for name in plan.to_put("target_tracking"):
        _put_policy(plan, client, resource, name, label)
    for name in plan.to_put("scheduled"):
        _put_action(plan, client, resource, name)
    for name in plan.to_delete("target_tracking"):
        api.delete_policy(client, resource, name)
    for name in plan.to_delete("scheduled"):
        api.delete_scheduled_action(client, resource, name)
    if plan.retags:
        _retag(plan, client)


def _register(plan: Plan, client: Client, resource: str) -> None:
    new = {"Tags": plan.tags_after} if not plan.before and plan.tags_after else {}
    request = {**scaling.target_request(plan.after), **new}
    _accepted(resource, lambda: api.register(client, resource, request))


def _put_policy(plan: Plan, client: Client, resource: str, name: str, label: str) -> None:
    configuration = scaling.policy_request(plan.after["target_tracking"][name], label)
    _accepted(resource, lambda: api.put_policy(client, resource, name, configuration))


def _put_action(plan: Plan, client: Client, resource: str, name: str) -> None:
    request = scaling.action_request(plan.after["scheduled"][name])
    _accepted(resource, lambda: api.put_scheduled_action(client, resource, name, request))


def _retag(plan: Plan, client: Client) -> None:
    arn = (plan.found.target or {}).get("ScalableTargetARN")
    if arn:
        to_set, to_remove = tag_changes(plan.tags_before, plan.tags_after)
        if to_set:
            api.tag(client, arn, to_set)
        if to_remove:
            api.untag(client, arn, to_remove)


def _accepted(resource: str, call: Callable[[], Any]) -> None:
    _retry.until_accepted(f"autoscaling of {resource} to be accepted", call, _passing, PROPAGATION_SECONDS)


def _passing(code: str, message: str) -> bool:
    return code in _PASSING or (code == "ValidationException" and "service doesn't exist" in message.lower())
