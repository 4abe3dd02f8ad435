# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""One load balancer in memory with target groups, listeners and rules. What AWS fills in is filled in."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.properties.memory import ACCOUNT, REGION, Memory, refusal

Item = dict[str, Any]
NAME = "shop"
ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
BALANCER = {
    "LoadBalancerArn": f"{ARN}:loadbalancer/app/{NAME}/1",
    "LoadBalancerName": NAME,
    "VpcId": "vpc-1",
    "Type": "application",
}
_CHECK = {
    "HealthCheckPath": "/",
    "HealthCheckPort": "traffic-port",
    "HealthCheckProtocol": "HTTP",
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2,
    "Matcher": {"HttpCode": "200"},
}
_ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "300",
    "slow_start.duration_seconds": "0",
    "load_balancing.algorithm.type": "round_robin",
    "stickiness.enabled": "false",
    "stickiness.type": "lb_cookie",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.app_cookie.cookie_name": "",
}


class MemoryBalancing(Memory):
    """state: target groups with attributes, listeners and rules, by ARN; tags by ARN."""

    def __init__(self) -> None:
        super().__init__()
        self.state = {"groups": {}, "attributes": {}, "listeners": {}, "rules": {}, "tags": {}}

    def describe_load_balancers(self, **_selection: Any) -> Item:
        return {"LoadBalancers": [copy.deepcopy(BALANCER)]}

    # Target groups

    def describe_target_groups(self, Names: list[str] | None = None, TargetGroupArns: list[str] | None = None) -> Item:
        found = [
            {**copy.deepcopy(item), "LoadBalancerArns": [BALANCER["LoadBalancerArn"]] if self._serving(arn) else []}
            for arn, item in self.state["groups"].items()
            if item["TargetGroupName"] in (Names or []) or arn in (TargetGroupArns or [])
        ]
        if not found:
            raise refusal("TargetGroupNotFound")
        return {"TargetGroups": found}

    def _serving(self, arn: str) -> list[Item]:
        """Return the listeners and rules that forward to a target group."""
        all_of_them = [*self.state["listeners"].values(), *self.state["rules"].values()]
        actions = [(item, item.get("DefaultActions") or item["Actions"]) for item in all_of_them]
        return [item for item, forwards in actions if arn in json.dumps(forwards)]

    def delete_target_group(self, TargetGroupArn: str) -> None:
        if self._serving(TargetGroupArn):
            raise refusal("ResourceInUse", "The target group is in use by a listener or a rule.")
        del self.state["groups"][TargetGroupArn]
        del self.state["attributes"][TargetGroupArn]
        self.state["tags"].pop(TargetGroupArn, None)

    def describe_target_group_attributes(self, TargetGroupArn: str) -> Item:
        attributes = self.state["attributes"][TargetGroupArn]
        return {"Attributes": [{"Key": key, "Value": value} for key, value in attributes.items()]}

    def create_target_group(self, Name: str, Tags: list[Item] | None = None, **request: Any) -> Item:
        arn = f"{ARN}:targetgroup/{Name}/{self.new_id()}"
        self.state["groups"][arn] = {**_CHECK, **request, "TargetGroupArn": arn, "TargetGroupName": Name}
        self.state["attributes"][arn] = dict(_ATTRIBUTES)
        self.add_tags([arn], Tags or [])
        return {"TargetGroups": [copy.deepcopy(self.state["groups"][arn])]}

    def modify_target_group(self, TargetGroupArn: str, **request: Any) -> None:
        self.state["groups"][TargetGroupArn] |= request

    def modify_target_group_attributes(self, TargetGroupArn: str, Attributes: list[Item]) -> None:
        attributes = {**self.state["attributes"][TargetGroupArn], **{item["Key"]: item["Value"] for item in Attributes}}
        if attributes["stickiness.type"] == "app_cookie" and not attributes["stickiness.app_cookie.cookie_name"]:
            raise refusal("InvalidConfigurationRequest", "An application's cookie needs its name.")
        if attributes["slow_start.duration_seconds"] != "0" and (
            attributes["load_balancing.algorithm.type"] != "round_robin"
        ):
            raise refusal("InvalidConfigurationRequest", "Slow start is for round_robin only.")
        self.state["attributes"][TargetGroupArn] = attributes

    # Listeners

    def describe_listeners(self, LoadBalancerArn: str) -> Item:
        return {"Listeners": copy.deepcopy(list(self.state["listeners"].values()))}

    def create_listener(self, LoadBalancerArn: str, Tags: list[Item] | None = None, **request: Any) -> Item:
        arn = f"{ARN}:listener/app/{NAME}/1/{self.new_id()}"
        self.state["listeners"][arn] = {"ListenerArn": arn}
        self.modify_listener(arn, **request)
        self.add_tags([arn], Tags or [])
        return {"Listeners": [copy.deepcopy(self.state["listeners"][arn])]}

    def modify_listener(self, ListenerArn: str, **request: Any) -> None:
        """Change a listener; "changing the protocol from HTTPS to HTTP removes the policy and the certificate"."""
        listener = {**self.state["listeners"][ListenerArn], **copy.deepcopy(request)}
        if listener["Protocol"] == "HTTP":
            for key in ("Certificates", "SslPolicy"):
                listener.pop(key, None)
        elif not listener.get("Certificates"):
            raise refusal("ValidationError", "A listener of HTTPS needs a certificate.")
        self.state["listeners"][ListenerArn] = listener

    def delete_listener(self, ListenerArn: str) -> None:
        del self.state["listeners"][ListenerArn]
        self.state["tags"].pop(ListenerArn, None)
        for arn, rule in list(self.state["rules"].items()):
            if rule["ListenerArn"] == ListenerArn:
                self.delete_rule(arn)

    # Rules

    def describe_rules(self, ListenerArn: str | None = None, RuleArns: list[str] | None = None) -> Item:
        rules = [item for arn, item in self.state["rules"].items() if arn in (RuleArns or [])]
        if ListenerArn:
            actions = self.state["listeners"][ListenerArn]["DefaultActions"]
            default = {"RuleArn": f"{ListenerArn}/default", "Priority": "default", "IsDefault": True}
            of_it = [item for item in self.state["rules"].values() if item["ListenerArn"] == ListenerArn]
            rules = [*of_it, {**default, "Conditions": [], "Actions": actions}]
        elif not rules:
            raise refusal("RuleNotFound")
        return {"Rules": copy.deepcopy(rules)}

    def create_rule(self, ListenerArn: str, Priority: int, Tags: list[Item] | None = None, **request: Any) -> Item:
        arn = f"{ListenerArn.replace(':listener/', ':listener-rule/')}/{self.new_id()}"
        known = {"RuleArn": arn, "ListenerArn": ListenerArn, "Priority": str(Priority), "IsDefault": False}
        self.state["rules"][arn] = {**copy.deepcopy(request), **known}
        self.add_tags([arn], Tags or [])
        return self.describe_rules(RuleArns=[arn])

    def modify_rule(self, RuleArn: str, **request: Any) -> None:
        self.state["rules"][RuleArn] |= copy.deepcopy(request)

    def delete_rule(self, RuleArn: str) -> None:
        del self.state["rules"][RuleArn]
        self.state["tags"].pop(RuleArn, None)

    def shift(self, rule_arn: str) -> None:
        """Move the requests to the other target group of a rule, as a deployment of ECS does."""
        (action,) = self.state["rules"][rule_arn]["Actions"]
        for group in action["ForwardConfig"]["TargetGroups"]:
            group["Weight"] = 100 - group["Weight"]

    # Tags

    def describe_tags(self, ResourceArns: list[str]) -> Item:
        return {
            "TagDescriptions": [
                {"ResourceArn": arn, "Tags": [{"Key": key, "Value": value} for key, value in self._tags(arn).items()]}
                for arn in ResourceArns
            ]
        }

    def _tags(self, arn: str) -> dict[str, str]:
        return self.state["tags"].setdefault(arn, {})

    def add_tags(self, ResourceArns: list[str], Tags: list[Item]) -> None:
        for arn in ResourceArns:
            self._tags(arn).update({tag["Key"]: tag["Value"] for tag in Tags})

    def remove_tags(self, ResourceArns: list[str], TagKeys: list[str]) -> None:
        for key in TagKeys:
            del self._tags(ResourceArns[0])[key]
