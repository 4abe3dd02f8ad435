# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import plan, result, service
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.look import Found, Names
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

ARNS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
GROUP = f"{ARNS}targetgroup/shop-orders/0a1b2c3d4e5f6071"
BALANCER = f"{ARNS}loadbalancer/app/shop/50dc6c495c0c9188"
LISTENER = f"{ARNS}listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
PARAMS: dict[str, Any] = {
    "cluster": "shop",
    "name": "orders",
    "task_definition": {
        "cpu": 256,
        "memory": 512,
        "cpu_architecture": "X86_64",
        "operating_system_family": "LINUX",
        "containers": [
            {
                "name": "app",
                "image": "example/app:1",
                "essential": True,
                "port_mappings": [
                    {"container_port": 3000, "protocol": "tcp"},
                ],
            },
        ],
    },
    "subnets": ["subnet-a"],
    "load_balancer": {
        "load_balancer_name": "shop",
        "container_name": "app",
        "container_port": 3000,
        "target_group": {},
        "listener": {"port": 8081},
    },
    "tags": None,
    "purge_tags": True,
}
FOUND_BALANCER = {"LoadBalancerArn": BALANCER, "LoadBalancerName": "shop", "VpcId": "vpc-1"}


def make(found: Found, **changes: Any) -> plan.Plan:
    params = {**copy.deepcopy(PARAMS), **changes}
    return plan.make(params, Names.of(params), found, "us-east-1")


def existing(**changes: Any) -> Found:
    """What AWS describes after the plan for PARAMS was carried out."""
    made = make(Found(load_balancer=FOUND_BALANCER))
    revision = {
        **(made.register or {}),
        "family": "shop-orders",
        "status": "ACTIVE",
        "revision": 1,
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-orders:1",
        "tags": {},
    }
    current = service.create_request(made.service.after, revision["taskDefinitionArn"], service.Arns(GROUP), {})
    found: dict[str, Any] = {
        "service": {
            **current,
            "serviceName": "orders",
            "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/shop/orders",
            "status": "ACTIVE",
            "deployments": [],
            "tags": {},
        },
        "in_use": revision,
        "latest": revision,
        "load_balancer": FOUND_BALANCER,
        "target_group": {
            "TargetGroupName": "shop-orders",
            "TargetGroupArn": GROUP,
            "Protocol": "HTTP",
            "ProtocolVersion": "HTTP1",
            "Port": 3000,
            "VpcId": "vpc-1",
            "TargetType": "ip",
            "LoadBalancerArns": [BALANCER],
        },
        "listener": {
            "ListenerArn": LISTENER,
            "Port": 8081,
            "Protocol": "HTTP",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": GROUP}],
        },
    }
    return Found(**{**found, **changes})


CREATED = [
    "register task definition shop-orders",
    "create target group shop-orders",
    "create listener HTTP:8081 of load balancer shop",
    "create ECS service orders",
]


def test_everything_is_created_and_then_nothing_is_left_to_do() -> None:
    assert plan.actions(make(Found(load_balancer=FOUND_BALANCER))) == CREATED
    again = make(existing())
    assert plan.actions(again) == []
    before, after = again.diff()
    assert before == after


def test_an_empty_account_is_enough_to_predict() -> None:
    made = make(Found(cluster_exists=False))
    assert plan.actions(made) == CREATED
    predicted = result.predicted(made, "aws")
    assert predicted["listener_arn"].startswith("arn:aws:elasticloadbalancing:")
    assert (predicted["listener_port"], predicted["revision"], predicted["desired_count"]) == (8081, None, 1)


@pytest.mark.parametrize(
    ("missing", "actions"),
    [
        pytest.param({"service": None, "in_use": None}, CREATED[3:], id="service"),
        pytest.param({"service": None, "in_use": None, "listener": None}, CREATED[2:], id="and listener"),
        pytest.param(
            {"service": None, "in_use": None, "listener": None, "target_group": None},
            CREATED[1:],
            id="and target group",
        ),
        pytest.param(
            {"service": None, "in_use": None, "latest": None}, [CREATED[0], CREATED[3]], id="and task definition"
        ),
    ],
)
def test_a_run_that_was_stopped_is_finished(missing: dict[str, None], actions: list[str]) -> None:
    assert plan.actions(make(existing(**missing))) == actions


def test_a_failed_deployment_is_started_again_only_once() -> None:
    found = existing()
    stuck = {**(found.service or {}), "deployments": [{"status": "PRIMARY", "rolloutState": "FAILED", "id": "1"}]}
    made = make(existing(service=stuck))
    assert plan.actions(made) == ["start a new deployment of ECS service orders: the last one failed"]
    changed = make(existing(service=stuck), desired_count=2)
    assert plan.actions(changed) == ["update ECS service orders: desired_count"]


def test_forced() -> None:
    assert plan.actions(make(existing(), force_new_deployment=True)) == [
        "start a new deployment of ECS service orders: forced"
    ]
    assert plan.actions(make(Found(load_balancer=FOUND_BALANCER), force_new_deployment=True)) == CREATED


def test_tags_of_all_parts() -> None:
    assert plan.actions(make(existing(), tags={"team": "shop"})) == [
        "update tags of task definition shop-orders",
        "update tags of target group shop-orders",
        "update tags of listener HTTP:8081 of load balancer shop",
        "update tags of ECS service orders",
    ]


def test_an_existing_service_needs_neither_task_definition_nor_load_balancer() -> None:
    made = make(existing(), task_definition=None, load_balancer=None, subnets=None, desired_count=5)
    assert plan.actions(made) == ["update ECS service orders: desired_count"]


@pytest.mark.parametrize("option", ["task_definition", "subnets"])
def test_a_new_service_needs_them(option: str) -> None:
    with pytest.raises(InputError, match=f"does not exist yet: to create it, give {option}"):
        make(Found(load_balancer=FOUND_BALANCER), **{option: None})


def test_names_have_defaults() -> None:
    names = Names.of({"cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/shop", "name": "orders"})
    assert (names.family, names.target_group, names.load_balancer) == ("shop-orders", "shop-orders", None)


def test_check_mode_keeps_the_arns_that_exist() -> None:
    predicted = result.predicted(make(existing()), "aws")
    assert predicted["listener_arn"] == LISTENER
    assert predicted["target_group_arn"] == GROUP
    assert predicted["load_balancer_arn"] == BALANCER
    assert predicted["revision"] == 1
