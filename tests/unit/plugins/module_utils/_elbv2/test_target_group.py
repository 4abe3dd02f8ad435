# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import target_group
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

ARNS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
DESCRIBED: dict[str, Any] = {
    "TargetGroupArn": f"{ARNS}targetgroup/shop-orders/0a1b2c3d4e5f6071",
    "TargetGroupName": "shop-orders",
    "Protocol": "HTTP",
    "ProtocolVersion": "HTTP1",
    "Port": 3000,
    "VpcId": "vpc-1",
    "TargetType": "ip",
    "HealthCheckPath": "/health",
    "HealthCheckPort": "traffic-port",
    "HealthCheckProtocol": "HTTP",
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2,
    "Matcher": {"HttpCode": "200"},
    "LoadBalancerArns": [f"{ARNS}loadbalancer/app/shop/50dc6c495c0c9188"],
}
ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "300",
    "slow_start.duration_seconds": "0",
    "load_balancing.algorithm.type": "round_robin",
    "stickiness.enabled": "false",
    "stickiness.type": "lb_cookie",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.app_cookie.cookie_name": "",
}
BEFORE = target_group.settings(DESCRIBED, ATTRIBUTES)


def after(**options: Any) -> dict[str, Any]:
    return target_group.desired(options, "shop-orders", "vpc-2", 8080, BEFORE)


@pytest.mark.parametrize("name", ["a", "shop-prod-orders", "A1", "x" * 32, "internal"])
def test_names_that_aws_takes(name: str) -> None:
    target_group.check_name(name)


@pytest.mark.parametrize("name", ["", "-a", "a-", "a_b", "x" * 33, "internal-shop", "a.b"])
def test_names_that_aws_refuses(name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name of a target group"):
        target_group.check_name(name)


def test_settings() -> None:
    assert BEFORE == {
        "name": "shop-orders",
        "protocol": "HTTP",
        "protocol_version": "HTTP1",
        "port": 3000,
        "vpc_id": "vpc-1",
        "target_type": "ip",
        "health_check": {
            "path": "/health",
            "port": "traffic-port",
            "protocol": "HTTP",
            "interval": 30,
            "timeout": 5,
            "healthy_threshold": 5,
            "unhealthy_threshold": 2,
            "matcher": "200",
        },
        "deregistration_delay_seconds": 300,
        "slow_start": 0,
        "load_balancing_algorithm": "round_robin",
        "stickiness": {"enabled": False, "type": "lb_cookie", "duration_seconds": 86400},
    }


def test_what_is_left_out_stays() -> None:
    # Neither the load balancer's VPC nor another container port moves a target group that exists.
    assert after() == BEFORE
    assert after(health_check={"path": None, "interval": 30}) == BEFORE


@pytest.mark.parametrize(
    ("options", "request_", "attributes"),
    [
        ({"health_check": {"path": "/ready"}}, {"HealthCheckPath": "/ready"}, {}),
        ({"health_check": {"matcher": "200-204"}}, {"Matcher": {"HttpCode": "200-204"}}, {}),
        (
            {"health_check": {"interval": 10, "timeout": 2, "healthy_threshold": 2}},
            {"HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 2, "HealthyThresholdCount": 2},
            {},
        ),
        ({"deregistration_delay_seconds": 0}, {}, {"deregistration_delay.timeout_seconds": "0"}),
        ({"slow_start": 30}, {}, {"slow_start.duration_seconds": "30"}),
        (
            {"load_balancing_algorithm": "least_outstanding_requests"},
            {},
            {"load_balancing.algorithm.type": "least_outstanding_requests"},
        ),
        ({"stickiness": {"enabled": True}}, {}, {"stickiness.enabled": "true"}),
        (
            {"stickiness": {"enabled": True, "type": "app_cookie", "cookie_name": "id", "duration_seconds": 60}},
            {},
            {
                "stickiness.enabled": "true",
                "stickiness.type": "app_cookie",
                "stickiness.app_cookie.cookie_name": "id",
                "stickiness.app_cookie.duration_seconds": "60",
            },
        ),
    ],
    ids=str,
)
def test_changes_in_place(options: dict[str, Any], request_: dict[str, Any], attributes: dict[str, str]) -> None:
    wanted = after(**options)
    target_group.refuse_fixed(BEFORE, wanted)
    assert target_group.modify_request(BEFORE, wanted) == request_
    assert target_group.attribute_changes(BEFORE, wanted) == attributes


@pytest.mark.parametrize(
    "options", [{"protocol": "HTTPS"}, {"protocol_version": "GRPC"}, {"port": 80}, {"vpc_id": "vpc-2"}], ids=str
)
def test_what_aws_cannot_change_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="Target group shop-orders has .* which AWS cannot change"):
        target_group.refuse_fixed(BEFORE, after(**options))


def test_slow_start_with_another_algorithm_is_refused() -> None:
    with pytest.raises(InputError, match="slow_start 30 and load_balancing_algorithm weighted_random"):
        after(slow_start=30, load_balancing_algorithm="weighted_random")
    assert after(slow_start=0, load_balancing_algorithm="weighted_random")["slow_start"] == 0


def test_a_group_of_instances_is_refused() -> None:
    before = target_group.settings({**DESCRIBED, "TargetType": "instance"}, ATTRIBUTES)
    wanted = target_group.desired({}, "shop-orders", "vpc-1", 3000, before)
    with pytest.raises(InputError, match="target_type instance, which AWS cannot change to ip"):
        target_group.refuse_fixed(before, wanted)


def test_a_group_of_another_load_balancer_is_refused() -> None:
    other = f"{ARNS}loadbalancer/app/other/0123456789abcdef"
    with pytest.raises(InputError, match="already serves load balancer shop"):
        target_group.refuse_foreign(DESCRIBED, other)
    target_group.refuse_foreign(DESCRIBED, DESCRIBED["LoadBalancerArns"][0])
    target_group.refuse_foreign(DESCRIBED, unknown())
    target_group.refuse_foreign(None, other)


def test_a_new_group() -> None:
    options = {"health_check": {"path": "/health", "matcher": "200"}, "deregistration_delay_seconds": 5}
    wanted = target_group.desired(options, "shop-orders", "vpc-1", 3000, {})
    target_group.refuse_fixed({}, wanted)
    assert target_group.create_request(wanted) == {
        "Protocol": "HTTP",
        "ProtocolVersion": "HTTP1",
        "Port": 3000,
        "VpcId": "vpc-1",
        "TargetType": "ip",
        "HealthCheckPath": "/health",
        "Matcher": {"HttpCode": "200"},
    }
    assert target_group.attribute_changes({}, wanted) == {"deregistration_delay.timeout_seconds": "5"}


def test_grpc_has_its_own_codes() -> None:
    options = {"protocol_version": "GRPC", "health_check": {"matcher": "0-5"}}
    wanted = target_group.desired(options, "shop-orders", "vpc-1", 3000, {})
    assert target_group.create_request(wanted)["Matcher"] == {"GrpcCode": "0-5"}


def test_the_name_is_in_the_arn() -> None:
    assert target_group.name_in(DESCRIBED["TargetGroupArn"]) == "shop-orders"


def test_the_settings_of_one_cookie_are_not_those_of_the_other() -> None:
    application = {"enabled": True, "type": "app_cookie", "cookie_name": "shop", "duration_seconds": 60}
    balancer = {"enabled": True, "type": "lb_cookie", "duration_seconds": 300}
    for before, asked, after in (
        (application, {"type": "lb_cookie"}, {"type": "lb_cookie"}),
        (application, balancer, balancer),
        (balancer, {"type": "app_cookie", "cookie_name": "a"}, {"type": "app_cookie", "cookie_name": "a"}),
        (application, {"enabled": False}, {**application, "enabled": False}),
    ):
        found = target_group.desired({"stickiness": asked}, "orders", "vpc-1", 80, {"stickiness": before})
        assert found["stickiness"] == after
