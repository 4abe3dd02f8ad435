# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The second target group of a service, and the listener rules by which ECS moves traffic between the two.

One listener serves one service by its default action, which ECS cannot move: it wants a rule. So the listener gets
one rule for every path, in front of that default action. Pure functions but C(look). Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import deployment
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.part import Part, actions
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import listener as listeners
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import rule, rule_api, target_group
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import together
from ansible_collections.orchestra.aws.plugins.module_utils._values import present, unknown


@dataclass(frozen=True)
class Found:
    """What exists, as AWS describes it. rules, test_rules: of the two listeners. tags: by ARN."""

    alternate: dict[str, Any] | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    rules: list[dict[str, Any]] = field(default_factory=list)
    test_listener: dict[str, Any] | None = None
    test_rules: list[dict[str, Any]] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def rule(self) -> dict[str, Any] | None:
        return rule.find(self.rules, self.groups)

    @property
    def test_rule(self) -> dict[str, Any] | None:
        return rule.find(self.test_rules, self.groups)


@dataclass(frozen=True)
class Plan:
    """What is planned for the second color. advanced: the compared settings of the service that refer to it."""

    found: Found
    alternate: Part
    rule: Part
    test_listener: Part | None
    test_rule: Part | None
    advanced: dict[str, Any]

    def parts(self) -> dict[str, Part]:
        """Return the parts by their names in the diff."""
        named = {
            "alternate_target_group": self.alternate,
            "production_listener_rule": self.rule,
            "test_listener": self.test_listener,
            "test_listener_rule": self.test_rule,
        }
        return {name: part for name, part in named.items() if part is not None}


def options_of(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return O(load_balancer.advanced_configuration), {} when it is left out."""
    return (params.get("load_balancer") or {}).get("advanced_configuration") or {}


def strategy_of(params: Mapping[str, Any], service: Mapping[str, Any] | None) -> str:
    """Return the deployment strategy: the one asked for, else the current one."""
    asked = (params.get("deployment") or {}).get("strategy")
    current = ((service or {}).get("deploymentConfiguration") or {}).get("strategy")
    return str(asked or current or deployment.ROLLING)


def are_used(params: Mapping[str, Any], service: Mapping[str, Any] | None) -> bool:
    """Tell whether a second color is asked for and the strategy uses it."""
    return bool(options_of(params)) and strategy_of(params, service) != deployment.ROLLING


def look(
    elb: Client,
    name: str,
    balancer: Mapping[str, Any] | None,
    group: Mapping[str, Any] | None,
    served: tuple[list[dict[str, Any]], dict[str, Any] | None, int | None],
    with_tags: bool,
) -> Found:
    """Describe the second color. name: of the alternate target group.

    served: all listeners, the production listener, and the port of the test listener, None without one.
    """
    found, production, test_port = served
    alternate = elbv2.target_group(elb, name)
    arn = alternate["TargetGroupArn"] if alternate else None
    test = None
    if test_port is not None and balancer is not None:
        test = listeners.find(found, test_port, arn, balancer["LoadBalancerName"])
    attributes, rules, test_rules = together(
        lambda: elbv2.target_group_attributes(elb, arn) if arn else {},
        lambda: rule_api.rules(elb, production["ListenerArn"]) if production else [],
        lambda: rule_api.rules(elb, test["ListenerArn"]) if test else [],
    )
    groups = [item for item in (group and group["TargetGroupArn"], arn) if item]
    made = Found(alternate, attributes, rules or [], test, test_rules or [], groups)
    tagged = [
        item
        for item in (
            arn,
            test and test["ListenerArn"],
            made.rule and made.rule["RuleArn"],
            made.test_rule and made.test_rule["RuleArn"],
        )
        if item
    ]
    tags = elbv2.tags(elb, tagged) if tagged and with_tags else {}
    return Found(alternate, attributes, rules or [], test, test_rules or [], groups, tags)


def make(
    params: Mapping[str, Any], group: Mapping[str, Any], alternate_name: str, found: Found, balancer: Mapping[str, Any]
) -> Plan:
    """Compare what is asked for with what exists. group: what the plain target group shall be."""
    options, asked = params["load_balancer"], options_of(params)
    target_group.check_name(alternate_name)
    before = target_group.settings(found.alternate, found.attributes)
    after = target_group.desired(
        options["target_group"], alternate_name, group["vpc_id"], options["container_port"], before
    )
    target_group.refuse_fixed(before, after)
    target_group.refuse_foreign(found.alternate, balancer.get("LoadBalancerArn", unknown()))
    names, port, test_port = (
        [group["name"], alternate_name],
        options["listener"]["port"],
        asked.get("test_listener_port"),
    )
    advanced = {
        "alternate_target_group": alternate_name,
        "production_listener_rule": _arn(found.rule),
        "test_listener_rule": _arn(found.test_rule) if test_port is not None else None,
        "role_arn": asked["role_arn"],
    }
    return Plan(
        found=found,
        alternate=Part.of(before, after, _tags(found, found.alternate, "TargetGroupArn"), params),
        rule=_rule(params, found, found.rule, port, names),
        test_listener=_test_listener(params, found, alternate_name) if test_port is not None else None,
        test_rule=_rule(params, found, found.test_rule, test_port, names) if test_port is not None else None,
        advanced=present(advanced),
    )


def _arn(found: Mapping[str, Any] | None) -> str:
    return str(found["RuleArn"]) if found else unknown("arn:aws:elasticloadbalancing:listener-rule/")


def _rule(params: Mapping[str, Any], found: Found, current: dict[str, Any] | None, port: int, names: list[str]) -> Part:
    rule.check_paths(current, port)
    tags = _tags(found, current, "RuleArn")
    return Part.of(rule.settings(current, port), rule.desired(port, names), tags, params)


def _test_listener(params: Mapping[str, Any], found: Found, alternate_name: str) -> Part:
    """The listener for test traffic is like the production one, but for the port."""
    options = {**params["load_balancer"]["listener"], "port": options_of(params)["test_listener_port"]}
    before = listeners.settings(found.test_listener)
    after = listeners.desired(options, alternate_name, before)
    return Part.of(before, after, _tags(found, found.test_listener, "ListenerArn"), params)


def _tags(found: Found, described: Mapping[str, Any] | None, key: str) -> dict[str, str]:
    return found.tags.get(described[key], {}) if described else {}


def told(plan: Plan, alternate_name: str, balancer: str) -> list[str]:
    """Return the steps in words. balancer: name of the load balancer."""
    words = actions(plan.alternate, f"target group {alternate_name}")
    words += actions(plan.rule, f"the rule of port {plan.rule.after['listener_port']} for both target groups")
    if plan.test_listener and plan.test_rule:
        after = plan.test_listener.after
        words += actions(
            plan.test_listener, f"listener {after['protocol']}:{after['port']} of load balancer {balancer}"
        )
        words += actions(plan.test_rule, f"the rule of port {after['port']} for both target groups")
    return words


def check(params: Mapping[str, Any], service: Mapping[str, Any] | None) -> None:
    """Refuse, with InputError, a strategy that moves traffic without a second color, or by what it cannot count."""
    strategy = strategy_of(params, service)
    if strategy == deployment.ROLLING:
        return
    described = (service or {}).get("loadBalancers") or []
    has_two = bool(described) and all(item.get("advancedConfiguration") for item in described)
    if (params.get("load_balancer") or described) and not (options_of(params) or has_two):
        raise InputError(f"deployment.strategy {strategy} needs load_balancer.advanced_configuration.")
    if options_of(params) and not options_of(params).get("role_arn"):
        raise InputError(f"deployment.strategy {strategy} needs load_balancer.advanced_configuration.role_arn.")
    policies = (params.get("autoscaling") or {}).get("target_tracking") or []
    counting = [policy["name"] for policy in policies if policy.get("metric") == "requests_per_target"]
    if counting:
        raise InputError(
            f"The scaling policy {counting[0]} counts the requests of one target group, and deployment.strategy "
            f"{strategy} moves them between two: use another metric, or the strategy ROLLING."
        )


def refuse_stranded(before: Mapping[str, Any], live: str | None, strategy: str, name: str) -> None:
    """Refuse, with InputError, to go back to ROLLING while the requests go to the alternate target group.

    live: name of the target group that gets them.
    """
    colored = [item for item in before.get("load_balancers", []) if "advanced_configuration" in item]
    if strategy == deployment.ROLLING and colored and live not in (None, colored[0]["target_group"]):
        raise InputError(
            f"The requests of ECS service {name} go to its alternate target group {live} at the moment, and a rolling "
            f"deployment would use {colored[0]['target_group']}: deploy it once more with deployment.strategy "
            f"{before['deployment']['strategy']} and force_new_deployment, then set ROLLING."
        )
