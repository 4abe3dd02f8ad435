# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import colors
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

ARNS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/shift"
PARAMS: dict[str, Any] = {
    "load_balancer": {
        "container_port": 3000,
        "target_group": {},
        "listener": {"port": 8001, "protocol": None, "certificate_arn": None},
        "advanced_configuration": {"role_arn": ROLE, "test_listener_port": None},
    },
    "deployment": {"strategy": "LINEAR"},
}
GROUP = {"name": "orders", "vpc_id": "vpc-1"}
ENTRY = {"target_group": "orders", "advanced_configuration": {"alternate_target_group": "orders-alt"}}


def with_test_port(port: int | None) -> dict[str, Any]:
    balancer = PARAMS["load_balancer"]
    advanced = {**balancer["advanced_configuration"], "test_listener_port": port}
    return {**PARAMS, "load_balancer": {**balancer, "advanced_configuration": advanced}}


def make(port: int | None = None) -> colors.Plan:
    return colors.make(with_test_port(port), GROUP, "orders-alt", colors.Found(), {"LoadBalancerArn": f"{ARNS}lb"})


def test_the_second_color_is_made() -> None:
    assert colors.told(make(), "orders-alt", "shop") == [
        "create target group orders-alt",
        "create the rule of port 8001 for both target groups",
    ]
    assert colors.told(make(9001), "orders-alt", "shop")[2:] == [
        "create listener HTTP:9001 of load balancer shop",
        "create the rule of port 9001 for both target groups",
    ]


def test_what_the_service_refers_to_is_a_placeholder_at_first() -> None:
    advanced = make().advanced
    assert (advanced["alternate_target_group"], advanced["role_arn"]) == ("orders-alt", ROLE)
    assert is_unknown(advanced["production_listener_rule"])
    assert "test_listener_rule" not in advanced
    assert is_unknown(make(9001).advanced["test_listener_rule"])


@pytest.mark.parametrize(
    ("strategy", "service", "used"),
    [
        ("LINEAR", None, True),
        ("ROLLING", None, False),
        (None, None, False),
        (None, {"deploymentConfiguration": {"strategy": "CANARY"}}, True),
    ],
)
def test_when_it_is_used(strategy: str | None, service: dict[str, Any] | None, used: bool) -> None:
    params = {**PARAMS, "deployment": {"strategy": strategy}}
    assert colors.are_used(params, service) is used
    assert not colors.are_used({"deployment": {"strategy": strategy}}, service)


BEHIND = {"loadBalancers": [{"targetGroupArn": f"{ARNS}targetgroup/orders/1"}]}
COLORED = {"loadBalancers": [{**BEHIND["loadBalancers"][0], "advancedConfiguration": {"roleArn": ROLE}}]}
COUNTING = {"target_tracking": [{"name": "r", "metric": "requests_per_target"}]}


@pytest.mark.parametrize(
    ("params", "service", "message"),
    [
        ({"load_balancer": {}, "deployment": {"strategy": "CANARY"}}, BEHIND, "needs load_balancer.advanced"),
        ({"deployment": {"strategy": "CANARY"}}, BEHIND, "needs load_balancer.advanced_configuration"),
        ({**PARAMS, "autoscaling": COUNTING}, None, "counts the requests of one target group"),
    ],
)
def test_what_cannot_be_is_refused(params: dict[str, Any], service: dict[str, Any] | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        colors.check(params, service)


def test_what_can_be_is_not_refused() -> None:
    colors.check(PARAMS, None)
    colors.check({"deployment": {"strategy": "CANARY"}}, COLORED)
    colors.check({"deployment": {"strategy": "CANARY"}}, None)
    colors.check({**PARAMS, "deployment": {"strategy": "ROLLING"}, "autoscaling": COUNTING}, None)


@pytest.mark.parametrize(("live", "stranded"), [("orders-alt", True), ("orders", False), (None, False)])
def test_nobody_goes_back_to_rolling_while_the_other_group_has_the_requests(live: str | None, stranded: bool) -> None:
    before = {"load_balancers": [ENTRY], "deployment": {"strategy": "LINEAR"}}
    colors.refuse_stranded(before, live, "LINEAR", "orders")
    if stranded:
        with pytest.raises(InputError, match="go to its alternate target group orders-alt at the moment"):
            colors.refuse_stranded(before, live, "ROLLING", "orders")
    else:
        colors.refuse_stranded(before, live, "ROLLING", "orders")
