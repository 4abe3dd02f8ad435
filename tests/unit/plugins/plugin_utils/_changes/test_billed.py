# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.billed import billed
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.change import Change
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.document import document, markdown
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.tally import Tally

SIZE = {"cpu": 512, "memory": 1024, "cpu_architecture": "ARM64"}
SPOT = [{"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": 1}]
MACHINE = {"type": "EXPRESS", "definition": {"StartAt": "a", "States": {"a": {"Type": "Succeed"}}}}


def planned() -> Tally:
    """Return a plan that keeps some, changes some and removes some."""
    tally = Tally()
    control: list[tuple[Any, str, str, dict[str, Any], dict[str, Any]]] = [
        ("none", "NAT gateway", "shop-1", {"subnet": "10.0.0.0/24"}, {"subnet": "10.0.0.0/24"}),
        ("remove", "NAT gateway", "shop-2", {"subnet": "10.0.1.0/24"}, {}),
        ("none", "Elastic IP", "shop-1", {"tags": {}}, {"tags": {}}),
        ("add", "subnet", "shop-private-1", {}, {"availability_zone": "a"}),
        ("add", "subnet", "shop-private-2", {}, {"availability_zone": "b"}),
        ("add", "VPC endpoint", "interface ecr.api", {}, {"subnets": ["10.0.10.0/24", "10.0.11.0/24"]}),
        ("add", "VPC endpoint", "gateway s3", {}, {"route_tables": ["shop-private"]}),
        ("add", "ECS cluster", "shop", {}, {"default_capacity_provider_strategy": SPOT}),
        ("add", "state machine", "shop-workflow", {}, MACHINE),
        ("add", "Lambda function", "shop-invoker", {}, {"memory_size": 256, "architecture": "arm64"}),
    ]
    tally.add([Change(*one) for one in control], "control")
    tally.add([Change("add", "task definition", "shop-cart", {}, SIZE)], "cart")
    tally.add([Change("change", "ECS service", "cart", {"desired_count": 1}, {"desired_count": 3})], "cart")
    tally.add([Change("add", "autoscaling of ECS service", "cart", {}, {"minimum": 1, "maximum": 9})], "cart")
    tally.add([Change("add", "task definition", "shop-till", {}, SIZE)], "till")
    tally.add([Change("add", "ECS service", "till", {}, {"desired_count": 1, "launch_type": "FARGATE"})], "till")
    tally.add([Change("remove", "ECS service", "old", {"desired_count": 4}, {})], "control")
    return tally


def test_what_there_will_be_is_counted() -> None:
    found = billed(planned())
    assert (found["nat_gateways"], found["public_addresses"], found["zones"]) == (1, 1, 2)
    assert found["endpoints"] == {"ecr.api": 2}
    assert [(one["service"], one["count"], one["most"], one["spot"]) for one in found["tasks"]] == [
        ("cart", 3, 9, 1.0),
        ("till", 1, 1, 0.0),
    ]
    assert (found["tasks"][0]["vcpu"], found["tasks"][0]["gb"], found["tasks"][0]["architecture"]) == (0.5, 1, "ARM64")
    assert found["workflow"]["transitions"] == {"least": 1, "most": 1}
    assert found["invoker"] == {"memory": 256, "architecture": "arm64"}


def test_what_there_is_before_is_counted_too() -> None:
    found = billed(planned(), "before")
    assert (found["nat_gateways"], found["endpoints"], found["zones"], found["workflow"]) == (2, {}, 0, None)


def test_a_plan_without_the_load_balancer_is_a_part() -> None:
    tally = planned()
    assert billed(tally)["whole"] is False
    tally.add([Change("none", "load balancer", "shop", {"name": "shop"}, {"name": "shop"})], "control")
    assert billed(tally)["whole"] is True


def test_only_a_plan_has_a_cost_and_markdown_has_it_when_it_is_counted() -> None:
    assert "cost" not in document(planned(), "drift", values=False)
    uncounted = document(planned(), "plan", values=False)
    assert uncounted["cost"] == {"billed": billed(planned()), "billed_now": billed(planned(), "before")}
    assert "Cost" not in markdown(uncounted)
    cost = {"billed": {}, "region": "there", "missing": ["There are no prices."]}
    told = markdown(document(planned(), "plan", values=False, cost=cost))
    assert told.endswith("#### Cost\n\nCost in there: not known.\n\n- There are no prices.\n")
