# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The listener rule that ECS uses to move traffic between the two target groups of a service. Pure functions.

It takes every path, and comes last, so that rules of others win. The weights of its target groups belong to ECS:
they are only set when the rule is made. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2.target_group import name_in
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

# Elastic Load Balancing: the highest priority number of a rule, which is asked last.
LAST_PRIORITY = 50000
EVERY_PATH = "*"


def weights(rule: Mapping[str, Any]) -> dict[str, int]:
    """Return the weight of each target group to which a rule forwards, by ARN."""
    found: dict[str, int] = {}
    for action in rule.get("Actions", []):
        weighted = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
        found |= {item["TargetGroupArn"]: int(item.get("Weight", 1)) for item in weighted}
        if action.get("TargetGroupArn") and not weighted:
            found[action["TargetGroupArn"]] = 1
    return found


def find(rules: list[dict[str, Any]], target_groups: list[str]) -> dict[str, Any] | None:
    """Return the rule that forwards to these target groups and to no others. target_groups: ARNs."""
    for rule in rules:
        forwards = weights(rule)
        if not rule.get("IsDefault") and forwards and set(forwards) <= set(target_groups):
            return rule
    return None


def check_paths(rule: Mapping[str, Any] | None, port: int) -> None:
    """Raise InputError for a rule with conditions of somebody's own, which must not be lost."""
    if rule is not None and _paths(rule) != [EVERY_PATH]:
        raise InputError(
            f"The listener of port {port} has a rule of its own for the service's target groups, {rule['RuleArn']}: "
            "delete it, because ECS moves the traffic of all paths."
        )


def _paths(rule: Mapping[str, Any]) -> list[str] | None:
    """Return the path patterns of a rule that has no other condition; None for any other rule."""
    conditions: list[dict[str, Any]] = rule.get("Conditions") or []
    if len(conditions) != 1 or conditions[0].get("Field") != "path-pattern":
        return None
    (condition,) = conditions
    paths: list[str] | None = (condition.get("PathPatternConfig") or {}).get("Values") or condition.get("Values")
    return paths


def settings(rule: Mapping[str, Any] | None, port: int) -> dict[str, Any]:
    """Return what is compared of a rule; {} for none. port: of its listener."""
    if rule is None:
        return {}
    return {
        "listener_port": port,
        "path_pattern": EVERY_PATH,
        "target_groups": sorted(name_in(arn) for arn in weights(rule)),
    }


def desired(port: int, target_groups: list[str]) -> dict[str, Any]:
    """Return what the rule shall be. target_groups: names."""
    return {"listener_port": port, "path_pattern": EVERY_PATH, "target_groups": sorted(target_groups)}


def free_priority(rules: list[dict[str, Any]]) -> int:
    """Return the last priority that no rule has."""
    taken = {rule.get("Priority") for rule in rules}
    return next(number for number in range(LAST_PRIORITY, 0, -1) if str(number) not in taken)


def request(live: str, other: str) -> dict[str, Any]:
    """Return the arguments of CreateRule or ModifyRule but listener, rule, priority and tags: all traffic to live."""
    groups = [{"TargetGroupArn": live, "Weight": 100}, {"TargetGroupArn": other, "Weight": 0}]
    return {
        "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": [EVERY_PATH]}}],
        "Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
    }
