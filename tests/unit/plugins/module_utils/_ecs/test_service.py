# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import service
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop-orders/0a1b2c3d4e5f6071"
ARNS = service.Arns(GROUP)
DESCRIBED: dict[str, Any] = {
    "serviceName": "orders",
    "desiredCount": 3,
    "launchType": "FARGATE",
    "platformVersion": "LATEST",
    "networkConfiguration": {
        "awsvpcConfiguration": {"subnets": ["b", "a"], "securityGroups": ["sg-2", "sg-1"], "assignPublicIp": "DISABLED"}
    },
    "loadBalancers": [{"targetGroupArn": GROUP, "containerName": "app", "containerPort": 3000}],
    "deploymentConfiguration": {
        "minimumHealthyPercent": 100,
        "maximumPercent": 200,
        "deploymentCircuitBreaker": {"enable": True, "rollback": True, "resetOnHealthyTask": True},
        "alarms": {"alarmNames": [], "enable": False, "rollback": False},
        "strategy": "ROLLING",
    },
    "healthCheckGracePeriodSeconds": 60,
    "propagateTags": "SERVICE",
    "availabilityZoneRebalancing": "ENABLED",
}
BALANCER = {"container_name": "app", "container_port": 3000}


def after(group: str | None = None, **params: Any) -> dict[str, Any]:
    return service.desired(params, service.settings(DESCRIBED), group)


def update(group: str | None = None, **params: Any) -> dict[str, Any]:
    return service.update_request(service.settings(DESCRIBED), after(group, **params), DESCRIBED, ARNS)


def test_settings_have_no_order_and_what_aws_does_not_say() -> None:
    assert service.settings(DESCRIBED) == {
        "desired_count": 3,
        "platform_version": "LATEST",
        "health_check_grace_period_seconds": 60,
        "propagate_tags": "SERVICE",
        "availability_zone_rebalancing": "ENABLED",
        "enable_execute_command": False,
        "enable_ecs_managed_tags": False,
        "launch_type": "FARGATE",
        "subnets": ["a", "b"],
        "security_groups": ["sg-1", "sg-2"],
        "assign_public_ip": False,
        "load_balancers": [{"target_group": "shop-orders", "container_name": "app", "container_port": 3000}],
        "deployment": {
            "strategy": "ROLLING",
            "minimum_healthy_percent": 100,
            "maximum_percent": 200,
            "circuit_breaker": {"enable": True, "rollback": True},
            "alarms": {"names": [], "enable": False, "rollback": False},
        },
    }


def test_what_is_left_out_changes_nothing() -> None:
    assert update() == {}
    assert after() == service.settings(DESCRIBED)


def test_the_same_options_change_nothing() -> None:
    same = {
        "desired_count": 3,
        "subnets": ["a", "b", "a"],
        "security_groups": ["sg-2", "sg-1"],
        "assign_public_ip": False,
        "launch_type": "FARGATE",
        "platform_version": "LATEST",
        "load_balancer": BALANCER,
        "deployment": {"circuit_breaker": {"enable": True, "rollback": None}, "maximum_percent": 200},
    }
    assert update("shop-orders", **same) == {}


NETWORK = {"subnets": ["a", "b"], "securityGroups": ["sg-1", "sg-2"], "assignPublicIp": "DISABLED"}


@pytest.mark.parametrize(
    ("params", "request_"),
    [
        ({"desired_count": 0}, {"desiredCount": 0}),
        ({"platform_version": "1.4.0"}, {"platformVersion": "1.4.0"}),
        ({"enable_execute_command": True}, {"enableExecuteCommand": True}),
        ({"propagate_tags": "NONE"}, {"propagateTags": "NONE"}),
        ({"health_check_grace_period_seconds": 0}, {"healthCheckGracePeriodSeconds": 0}),
        ({"subnets": ["c"]}, {"networkConfiguration": {"awsvpcConfiguration": {**NETWORK, "subnets": ["c"]}}}),
        ({"security_groups": []}, {"networkConfiguration": {"awsvpcConfiguration": {**NETWORK, "securityGroups": []}}}),
        (
            {"assign_public_ip": True},
            {"networkConfiguration": {"awsvpcConfiguration": {**NETWORK, "assignPublicIp": "ENABLED"}}},
        ),
        (
            {"capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT", "weight": 1, "base": 0}]},
            {
                "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}],
                "forceNewDeployment": True,
            },
        ),
    ],
    ids=str,
)
def test_an_update_sends_what_differs(params: dict[str, Any], request_: dict[str, Any]) -> None:
    assert update(**params) == request_


@pytest.mark.parametrize(
    ("deployment", "changed"),
    [
        ({"maximum_percent": 150}, {"maximumPercent": 150}),
        (
            {"circuit_breaker": {"enable": False}},
            {"deploymentCircuitBreaker": {"enable": False, "rollback": False, "resetOnHealthyTask": True}},
        ),
        (
            {"circuit_breaker": {"rollback": False}},
            {"deploymentCircuitBreaker": {"enable": True, "rollback": False, "resetOnHealthyTask": True}},
        ),
        (
            {"alarms": {"names": ["b", "a", "a"], "enable": True, "rollback": True}},
            {"alarms": {"alarmNames": ["a", "b"], "enable": True, "rollback": True}},
        ),
    ],
    ids=str,
)
def test_deployment_settings_without_an_option_stay(deployment: dict[str, Any], changed: dict[str, Any]) -> None:
    current = DESCRIBED["deploymentConfiguration"]
    assert update(deployment=deployment) == {"deploymentConfiguration": {**current, **changed}}


def test_back_from_a_strategy_to_the_launch_type() -> None:
    item = {"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}
    current = {**DESCRIBED, "launchType": None, "capacityProviderStrategy": [item]}
    before = service.settings(current)
    wanted = service.desired({"launch_type": "FARGATE"}, before, None)
    assert service.update_request(before, wanted, current, service.Arns()) == {
        "capacityProviderStrategy": [],
        "forceNewDeployment": True,
    }


def test_a_strategy_has_no_order() -> None:
    items = [{"capacityProvider": "FARGATE_SPOT", "weight": 4}, {"capacityProvider": "FARGATE", "base": 1, "weight": 1}]
    before = service.settings({**DESCRIBED, "launchType": None, "capacityProviderStrategy": items})
    strategy = [
        {"capacity_provider": "FARGATE", "weight": 1, "base": 1},
        {"capacity_provider": "FARGATE_SPOT", "weight": 4, "base": 0},
    ]
    assert service.desired({"capacity_provider_strategy": strategy}, before, None) == before


def test_a_new_service_has_its_defaults() -> None:
    params = {"subnets": ["b", "a"], "load_balancer": BALANCER}
    wanted = service.desired(params, {}, "shop-orders")
    assert service.create_request(wanted, "shop-orders:1", ARNS, {"team": "shop"}) == {
        "taskDefinition": "shop-orders:1",
        "desiredCount": 1,
        "platformVersion": "LATEST",
        "launchType": "FARGATE",
        "propagateTags": "SERVICE",
        "healthCheckGracePeriodSeconds": 60,
        "networkConfiguration": {
            "awsvpcConfiguration": {"subnets": ["a", "b"], "securityGroups": [], "assignPublicIp": "DISABLED"}
        },
        "loadBalancers": [{"targetGroupArn": GROUP, "containerName": "app", "containerPort": 3000}],
        "deploymentConfiguration": {
            "strategy": "ROLLING",
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        },
        "tags": [{"key": "team", "value": "shop"}],
    }


def test_a_new_service_with_a_strategy_has_no_launch_type() -> None:
    strategy = [{"capacity_provider": "FARGATE", "weight": 1, "base": 0}]
    wanted = service.desired({"subnets": ["a"], "capacity_provider_strategy": strategy}, {}, None)
    request = service.create_request(wanted, "shop-orders:1", service.Arns(), {})
    assert "launchType" not in request
    assert request["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}]
    assert request["loadBalancers"] == []


def test_a_grace_period_needs_a_load_balancer() -> None:
    with pytest.raises(InputError, match="only for services with a load_balancer"):
        service.desired({"subnets": ["a"], "health_check_grace_period_seconds": 30}, {}, None)


def test_another_target_group_is_refused() -> None:
    before = service.settings(DESCRIBED)
    with pytest.raises(InputError, match="moving to other would drop requests"):
        service.refuse_fixed(before, after("other", load_balancer=BALANCER), "orders")
    service.refuse_fixed(before, after("shop-orders", load_balancer=BALANCER), "orders")
    service.refuse_fixed({}, after("other", load_balancer=BALANCER), "orders")


def test_another_launch_type_is_refused() -> None:
    before = service.settings({**DESCRIBED, "launchType": "EC2"})
    wanted = service.desired({"launch_type": "FARGATE"}, before, None)
    with pytest.raises(InputError, match="launch type EC2, which AWS cannot change to FARGATE"):
        service.refuse_fixed(before, wanted, "orders")


def test_differences_are_dotted() -> None:
    one = {"a": {"b": 1, "c": {"d": 2}}, "e": [1]}
    other = {"a": {"b": 1, "c": {"d": 3}}, "e": [1], "f": None}
    assert service.differences(one, other) == ["a.c.d"]
    assert service.differences(one, {**one, "g": 1}) == ["g"]
