# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Carry out the plan for target groups, listeners and rules of a service. Nothing here compares anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import colors
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.part import Part
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.plan import Plan
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.service import Arns
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api, listener, rule, rule_api, target_group
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes


def apply(plan: Plan, elb: Client) -> tuple[Arns, str | None]:
    """Do what the plan says, and return the ARNs for the service and of its listener."""
    if plan.target_group is None or plan.listener is None:
        return Arns(), None
    group = _apply_group(plan.target_group, plan.names.target_group, plan.found.target_group, elb)
    balancer = (plan.found.load_balancer or {})["LoadBalancerArn"]
    served = _apply_listener(plan.listener, plan.found.listener, balancer, group, elb)
    if plan.colors is None:
        return Arns(group), served
    return _apply_colors(plan.colors, plan.names.alternate_target_group, balancer, (group, served), elb), served


def _apply_colors(planned: colors.Plan, name: str, balancer: str, production: tuple[str, str], elb: Client) -> Arns:
    """Make the second color. production: ARNs of the plain target group and its listener."""
    group, served = production
    alternate = _apply_group(planned.alternate, name, planned.found.alternate, elb)
    groups = (group, alternate)
    made = _apply_rule(planned.rule, planned.found.rule, (served, planned.found.rules), groups, elb)
    test = ""
    if planned.test_listener and planned.test_rule:
        test_listener = _apply_listener(planned.test_listener, planned.found.test_listener, balancer, alternate, elb)
        known = (test_listener, planned.found.test_rules)
        test = _apply_rule(planned.test_rule, planned.found.test_rule, known, groups, elb)
    return Arns(group, alternate, made, test)


def _apply_group(part: Part, name: str, found: dict[str, Any] | None, elb: Client) -> str:
    if part.creates:
        arn = api.create_target_group(elb, name, target_group.create_request(part.after), part.tags_after)[
            "TargetGroupArn"
        ]
    else:
        arn = (found or {})["TargetGroupArn"]
        request = target_group.modify_request(part.before, part.after)
        if request:
            api.modify_target_group(elb, arn, request)
        _retag(part, elb, arn)
    attributes = target_group.attribute_changes(part.before, part.after)
    if attributes:
        api.modify_target_group_attributes(elb, arn, attributes)
    return str(arn)


def _apply_listener(part: Part, found: dict[str, Any] | None, balancer: str, group: str, elb: Client) -> str:
    request = listener.request(part.after, group)
    if part.creates:
        return str(api.create_listener(elb, balancer, request, part.tags_after)["ListenerArn"])
    arn = str((found or {})["ListenerArn"])
    if part.changes:
        api.modify_listener(elb, arn, request)
    _retag(part, elb, arn)
    return arn


def _apply_rule(
    part: Part,
    found: dict[str, Any] | None,
    on: tuple[str, list[dict[str, Any]]],
    groups: tuple[str, str],
    elb: Client,
) -> str:
    """Make the rule. on: ARN of the listener, and its rules. groups: the plain and the alternate one."""
    served, rules = on
    live, other = groups
    if found and list(rule.weights(found)) == [other]:
        live, other = other, live  # what has all traffic keeps it
    request = rule.request(live, other)
    if part.creates:
        placed = {"Priority": rule.free_priority(rules), **request}
        return str(rule_api.create_rule(elb, served, placed, part.tags_after)["RuleArn"])
    arn = str((found or {})["RuleArn"])
    if "target_groups" in part.changes:
        rule_api.modify_rule(elb, arn, request)
    _retag(part, elb, arn)
    return arn


def _retag(part: Part, elb: Client, arn: str) -> None:
    if part.retags:
        to_set, to_remove = tag_changes(part.tags_before, part.tags_after)
        if to_set:
            api.tag(elb, arn, to_set)
        if to_remove:
            api.untag(elb, arn, to_remove)
