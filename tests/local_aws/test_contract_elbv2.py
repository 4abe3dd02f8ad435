# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Elastic Load Balancing: moto's faults that are mended in control/elbv2.py, and what the embedded AWS does instead."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe
from tests.tools.machine import wait_for

Client = Callable[[str], Any]


class Balancer:
    """A load balancer in a VPC of its own."""

    def __init__(self, client: Client) -> None:
        self.ec2, self.elb = client("ec2"), client("elbv2")
        self.name = f"b{uuid.uuid4().hex[:8]}"
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")[
                "Subnet"
            ]["SubnetId"]
            for n, zone in enumerate("ab")
        ]
        self.arn = self.create()

    def create(self, **changes: Any) -> str:
        """Create the load balancer."""
        arguments = {"Name": self.name, "Subnets": self.subnets, "Scheme": "internal", **changes}
        return str(self.elb.create_load_balancer(**arguments)["LoadBalancers"][0]["LoadBalancerArn"])

    def group(self, name: str = "g") -> str:
        """Create a target group."""
        made = self.elb.create_target_group(
            Name=f"{self.name}-{name}", Protocol="HTTP", Port=80, VpcId=self.vpc, TargetType="ip"
        )
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def listener(self, port: int, group: str, balancer: str | None = None) -> str:
        """Create a listener that forwards."""
        made = self.elb.create_listener(
            LoadBalancerArn=balancer or self.arn,
            Protocol="HTTP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        return str(made["Listeners"][0]["ListenerArn"])

    def rule(self, listener: str, priority: int) -> str:
        """Create a rule."""
        answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
        made = self.elb.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": [f"/{priority}"]}],
            Actions=[answer],
        )
        return str(made["Rules"][0]["RuleArn"])

    def health(self, group: str, **arguments: Any) -> list[dict[str, Any]]:
        """Target health descriptions."""
        found: list[dict[str, Any]] = self.elb.describe_target_health(TargetGroupArn=group, **arguments)[
            "TargetHealthDescriptions"
        ]
        return found

    def priorities(self, listener: str) -> list[str]:
        """Priorities in the order of DescribeRules."""
        return [rule["Priority"] for rule in self.elb.describe_rules(ListenerArn=listener)["Rules"]]


def moto_target_health(client: Client) -> Any:
    balancer = Balancer(client)
    group = balancer.group()
    balancer.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.99", "Port": 80}])
    return balancer.health(group)[0]["TargetHealth"]["State"]


def moto_deregistered_target(client: Client) -> Any:
    balancer = Balancer(client)
    group = balancer.group()
    target = {"Id": "10.0.0.99", "Port": 80}
    balancer.elb.register_targets(TargetGroupArn=group, Targets=[target])
    balancer.elb.deregister_targets(TargetGroupArn=group, Targets=[target])
    return [item["TargetHealth"]["State"] for item in balancer.health(group)]


def moto_same_name(client: Client) -> Any:
    balancer = Balancer(client)
    return balancer.create() == balancer.arn


def moto_one_zone(client: Client) -> Any:
    balancer = Balancer(client)
    balancer.create(Name="one", Subnets=balancer.subnets[:1])
    return "created"


def moto_same_port(client: Client) -> Any:
    balancer = Balancer(client)
    group = balancer.group()
    balancer.listener(80, group)
    balancer.listener(80, group)
    return "created"


def moto_group_of_two_balancers(client: Client) -> Any:
    balancer = Balancer(client)
    group = balancer.group()
    balancer.listener(80, group)
    balancer.listener(80, group, balancer.create(Name=f"{balancer.name}-2"))
    return "created"


def moto_deletion_protection(client: Client) -> Any:
    balancer = Balancer(client)
    protect(balancer, "true")
    balancer.elb.delete_load_balancer(LoadBalancerArn=balancer.arn)
    return "deleted"


def moto_unknown_name(client: Client) -> Any:
    balancer = Balancer(client)
    found = balancer.elb.describe_load_balancers(Names=[balancer.name, "none"])["LoadBalancers"]
    return [item["LoadBalancerName"] == balancer.name for item in found]


def moto_rule_order(client: Client) -> Any:
    balancer = Balancer(client)
    listener = balancer.listener(80, balancer.group())
    for priority in (30, 4, 20):
        balancer.rule(listener, priority)
    return balancer.priorities(listener)


def moto_missing_rule(client: Client) -> Any:
    balancer = Balancer(client)
    rule = balancer.rule(balancer.listener(80, balancer.group()), 1)
    for _ in range(2):
        balancer.elb.delete_rule(RuleArn=rule)
    return "deleted"


def moto_stale_load_balancer_arns(client: Client) -> Any:
    balancer = Balancer(client)
    group = balancer.group()
    balancer.elb.delete_listener(ListenerArn=balancer.listener(80, group))
    found = balancer.elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]
    return found["LoadBalancerArns"] == [balancer.arn]


def moto_tags_of_deleted(client: Client) -> Any:
    balancer = Balancer(client)
    group = balancer.group()
    balancer.elb.delete_target_group(TargetGroupArn=group)
    return balancer.elb.describe_tags(ResourceArns=[group])["TagDescriptions"][0]["Tags"]


def moto_eleven_tags(client: Client) -> Any:
    balancer = Balancer(client)
    tag(balancer, 11)
    return "tagged"


def moto_interfaces(client: Client) -> Any:
    return interfaces(Balancer(client))


def interfaces(balancer: Balancer) -> list[str]:
    """The descriptions of the network interfaces in the load balancer's VPC."""
    found = balancer.ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [balancer.vpc]}])
    return [item["Description"] for item in found["NetworkInterfaces"]]


def protect(balancer: Balancer, value: str) -> None:
    """Set the deletion protection."""
    attribute = {"Key": "deletion_protection.enabled", "Value": value}
    balancer.elb.modify_load_balancer_attributes(LoadBalancerArn=balancer.arn, Attributes=[attribute])


def tag(balancer: Balancer, count: int) -> None:
    """Add tags one after another, because moto counts before it adds."""
    for number in range(count):
        balancer.elb.add_tags(ResourceArns=[balancer.arn], Tags=[{"Key": f"k{number}", "Value": "v"}])


FAULTS = {
    "moto_target_health": ({"value": "healthy"}, "target_health_is_real"),
    "moto_deregistered_target": ({"value": []}, "deregistered_targets_drain"),
    "moto_same_name": ({"value": False}, "load_balancer_names_are_unique"),
    "moto_one_zone": ({"value": "created"}, "load_balancer_names_are_unique"),
    "moto_same_port": ({"value": "created"}, "listener_ports_are_unique"),
    "moto_group_of_two_balancers": ({"value": "created"}, "listener_ports_are_unique"),
    "moto_deletion_protection": ({"value": "deleted"}, "load_balancers_are_protected"),
    "moto_unknown_name": ({"value": [True]}, "unknown_load_balancers_are_not_found"),
    "moto_rule_order": ({"value": ["30", "4", "20", "default"]}, "rules_are_in_order_of_priority"),
    "moto_missing_rule": ({"value": "deleted"}, "missing_rules_are_not_found"),
    "moto_stale_load_balancer_arns": ({"value": True}, "target_groups_name_their_load_balancers"),
    "moto_tags_of_deleted": ({"value": []}, "tags_belong_to_existing_resources"),
    "moto_interfaces": ({"value": []}, "load_balancers_have_network_interfaces"),
    "moto_eleven_tags": ({"error": "TooManyTags", "status": 400}, "tags_belong_to_existing_resources"),
}


@pytest.fixture(scope="module")
def observed() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_elbv2")


@pytest.mark.parametrize("name", FAULTS)
def test_moto_still_needs_the_patch(observed: dict[str, Any], name: str) -> None:
    fault, patch = FAULTS[name]
    needed(observed[name], fault, f"elbv2.{patch}()")


@pytest.fixture
def balancer(aws: RunningAws) -> Balancer:
    return Balancer(aws.client)


def test_target_health(balancer: Balancer) -> None:
    group = balancer.group()
    target = {"Id": "10.0.0.99", "Port": 80}
    balancer.elb.register_targets(TargetGroupArn=group, Targets=[target])
    wait_for(lambda: balancer.health(group)[0]["TargetHealth"]["State"] == "unused")
    assert balancer.health(group)[0]["TargetHealth"]["Reason"] == "Target.NotInUse"
    balancer.listener(80, group)
    wait_for(lambda: balancer.health(group)[0]["TargetHealth"]["State"] == "unhealthy")
    assert balancer.health(group)[0]["TargetHealth"]["Description"] == "Request timed out"
    balancer.elb.deregister_targets(TargetGroupArn=group, Targets=[target])
    assert [item["TargetHealth"]["State"] for item in balancer.health(group)] == ["draining"]
    wait_for(lambda: balancer.health(group) == [])
    asked = balancer.health(group, Targets=[target])[0]["TargetHealth"]
    assert (asked["State"], asked["Reason"]) == ("unused", "Target.NotRegistered")


def test_create_load_balancer_is_idempotent(balancer: Balancer) -> None:
    assert balancer.create() == balancer.arn
    with pytest.raises(ClientError, match="DuplicateLoadBalancerName"):
        balancer.create(Scheme="internet-facing")
    with pytest.raises(ClientError, match="At least two subnets in two different Availability Zones"):
        balancer.create(Name="one", Subnets=balancer.subnets[:1])


def test_listener_ports(balancer: Balancer) -> None:
    group = balancer.group()
    balancer.listener(80, group)
    other = balancer.listener(81, group)
    with pytest.raises(ClientError, match="DuplicateListener"):
        balancer.listener(80, group)
    with pytest.raises(ClientError, match="DuplicateListener"):
        balancer.elb.modify_listener(ListenerArn=other, Port=80)
    balancer.elb.modify_listener(ListenerArn=other, Port=81)


def test_a_target_group_serves_one_load_balancer(balancer: Balancer) -> None:
    group = balancer.group()
    balancer.listener(80, group)
    second = balancer.create(Name=f"{balancer.name}-2")
    with pytest.raises(ClientError, match="TargetGroupAssociationLimit"):
        balancer.listener(80, group, second)


def test_deletion_rules(balancer: Balancer) -> None:
    group = balancer.group()
    listener = balancer.listener(80, group)
    with pytest.raises(ClientError, match="ResourceInUse"):
        balancer.elb.delete_target_group(TargetGroupArn=group)
    protect(balancer, "true")
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        balancer.elb.delete_load_balancer(LoadBalancerArn=balancer.arn)
    protect(balancer, "false")
    balancer.elb.delete_load_balancer(LoadBalancerArn=balancer.arn)
    with pytest.raises(ClientError, match="ListenerNotFound"):
        balancer.elb.describe_listeners(ListenerArns=[listener])
    with pytest.raises(ClientError, match="LoadBalancerNotFound"):
        balancer.elb.describe_load_balancers(Names=[balancer.name])
    balancer.elb.delete_target_group(TargetGroupArn=group)


def test_rules(balancer: Balancer) -> None:
    listener = balancer.listener(80, balancer.group())
    rules = {priority: balancer.rule(listener, priority) for priority in (30, 4, 20)}
    assert balancer.priorities(listener) == ["4", "20", "30", "default"]
    balancer.elb.delete_rule(RuleArn=rules[4])
    with pytest.raises(ClientError, match="RuleNotFound"):
        balancer.elb.delete_rule(RuleArn=rules[4])
    default = balancer.elb.describe_rules(ListenerArn=listener)["Rules"][-1]["RuleArn"]
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        balancer.elb.delete_rule(RuleArn=default)


def test_load_balancer_arns_of_a_target_group(balancer: Balancer) -> None:
    group = balancer.group()

    def arns() -> list[str]:
        found: list[str] = balancer.elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0][
            "LoadBalancerArns"
        ]
        return found

    assert arns() == []
    listener = balancer.listener(80, group)
    assert arns() == [balancer.arn]
    balancer.elb.delete_listener(ListenerArn=listener)
    assert arns() == []


def test_tags(balancer: Balancer) -> None:
    tag(balancer, 12)
    group = balancer.group()
    listener = balancer.listener(80, group)
    balancer.elb.add_tags(ResourceArns=[listener], Tags=[{"Key": "a", "Value": "b"}])
    arns = [listener, balancer.arn, group]
    found = balancer.elb.describe_tags(ResourceArns=arns)["TagDescriptions"]
    assert [item["ResourceArn"] for item in found] == arns
    assert [len(item["Tags"]) for item in found] == [1, 12, 0]
    balancer.elb.delete_listener(ListenerArn=listener)
    with pytest.raises(ClientError, match="ListenerNotFound"):
        balancer.elb.describe_tags(ResourceArns=[listener])
    balancer.elb.delete_target_group(TargetGroupArn=group)
    with pytest.raises(ClientError, match="TargetGroupNotFound"):
        balancer.elb.describe_tags(ResourceArns=[group])
    with pytest.raises(ClientError, match="TooManyTags"):
        tag(balancer, 51)


def test_network_interfaces(balancer: Balancer) -> None:
    expected = [f"ELB {balancer.arn.partition(':loadbalancer/')[2]}"] * 2
    assert interfaces(balancer) == expected
    balancer.create()
    assert interfaces(balancer) == expected
    balancer.elb.delete_load_balancer(LoadBalancerArn=balancer.arn)
    assert interfaces(balancer) == []
