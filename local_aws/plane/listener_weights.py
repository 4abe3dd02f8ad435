# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Moves the traffic of listener rules between the two target groups of a service, with the service's role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.elbv2.models import elbv2_backends

from local_aws import identity
from local_aws.access import resources

ACTION = "elasticloadbalancing:ModifyRule"


class ShiftRefusedError(Exception):
    """ECS may not or cannot change a rule; the message is the cause of the deployment's failure."""


def target_group(entry: Mapping[str, Any], color: int) -> str | None:
    """The target group of a `loadBalancers` entry: color 0 the plain one, color 1 the alternate one."""
    if color == 0:
        return entry.get("targetGroupArn")
    return (entry.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")


def shift(
    account: str, region: str, balancers: Sequence[Mapping[str, Any]], kind: str, color: int, percent: float
) -> None:
    """Give the color so much of the traffic, and the other one the rest.

    kind: productionListenerRule or testListenerRule; an entry without such a rule is left alone.
    """
    for entry in balancers:
        advanced = entry.get("advancedConfiguration") or {}
        rule = advanced.get(kind)
        if rule:
            _check_role(str(advanced.get("roleArn")), rule)
            _modify(account, region, rule, _forward(entry, color, percent))


def _check_role(role: str, rule: str) -> None:
    if not identity.can_be_assumed_by(role, "ecs.amazonaws.com"):
        raise ShiftRefusedError(f"unable to assume role {role}")
    _, _, _, region, account, _ = rule.split(":", 5)
    listed = resources.tags(rule, resources.Place(account, region))
    tags = {f"aws:resourcetag/{key.lower()}": value for key, value in listed.items()}
    if not identity.role_allows(role, ACTION, rule, tags):
        raise ShiftRefusedError(f"role {role} is not authorized to perform: {ACTION} on resource: {rule}")


def _modify(account: str, region: str, rule: str, action: dict[str, Any]) -> None:
    backend = elbv2_backends[account][region]
    known = {arn for item in backend.load_balancers.values() for one in item.listeners.values() for arn in one.rules}
    if rule not in known:
        raise ShiftRefusedError(f"listener rule {rule} does not exist")
    backend.modify_rule(rule_arn=rule, conditions=[], actions=[action])


def _forward(entry: Mapping[str, Any], color: int, percent: float) -> dict[str, Any]:
    # Weights are whole numbers up to 999, percents have one decimal.
    unit = 1 if float(percent).is_integer() else 10
    share = round(percent * unit)
    groups = [
        {"TargetGroupArn": target_group(entry, color), "Weight": share},
        {"TargetGroupArn": target_group(entry, 1 - color), "Weight": 100 * unit - share},
    ]
    return {"Type": "forward", "Order": 1, "ForwardConfig": {"TargetGroups": groups}}
