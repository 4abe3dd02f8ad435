# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.results import Call, changes

TAGS = {"Name": "shop"}


def told(module: str, result: dict[str, Any], **arguments: Any) -> list[tuple[str, str, str]]:
    call = Call(f"orchestra.aws.{module}", "Make it", arguments)
    return [(one.verb, one.kind, one.name) for one in changes(call, result)]


def result(before: Any, after: Any, *actions: str) -> dict[str, Any]:
    return {"changed": bool(actions), "actions": list(actions), "diff": {"before": before, "after": after}}


def test_each_resource_of_a_network_is_told_by_its_name() -> None:
    before = {"vpc": {"tags": TAGS}, "security_groups": {"shop-old": {}, "shop-tasks": {"ingress": []}}}
    after = {
        "vpc": {"tags": TAGS},
        "subnets": {"10.0.0.0/24": {"tags": {"Name": "shop-public-1"}}},
        "security_groups": {"shop-tasks": {"ingress": [1]}},
    }
    assert told("vpc_network", result(before, after, "step"), name="shop") == [
        ("none", "VPC", "shop"),
        ("add", "subnet", "shop-public-1"),
        ("remove", "security group", "shop-old"),
        ("change", "security group", "shop-tasks"),
    ]


def test_a_network_that_goes_has_names_only() -> None:
    before = {"vpc": {"tags": TAGS}, "subnets": ["10.0.0.0/24"], "nat_gateways": ["nat-1"]}
    assert told("vpc_network", result(before, {}, "delete VPC shop"), name="shop") == [
        ("remove", "VPC", "shop"),
        ("remove", "subnet", "10.0.0.0/24"),
        ("remove", "NAT gateway", "nat-1"),
    ]


def test_a_service_with_another_task_definition_changes_too() -> None:
    before = {"task_definition": {"family": "shop-a", "cpu": 256}, "service": {"desired_count": 1}}
    after = {"task_definition": {"family": "shop-a", "cpu": 512}, "service": {"desired_count": 1}}
    steps = (
        "register a new revision of task definition shop-a: cpu",
        "update ECS service a: task_definition",
        "update ECS service a-b: desired_count",
    )
    assert told("ecs_service", result(before, after, *steps), name="a") == [
        ("change", "task definition", "shop-a"),
        ("change", "ECS service", "a"),
    ]
    assert told("ecs_service", result(before, after, *steps[::2]), name="a")[1] == ("none", "ECS service", "a")


def test_an_api_is_told_apart_from_its_routes() -> None:
    before = {"name": "shop", "routes": {"GET /a": {"authorization": "NONE"}}}
    after = {"name": "shop", "routes": {"GET /b": {"authorization": "NONE"}}}
    assert told("http_api", result(before, after, "step")) == [
        ("none", "HTTP API", "shop"),
        ("remove", "route", "GET /a"),
        ("add", "route", "GET /b"),
    ]


def test_a_step_that_the_settings_do_not_show_is_a_change() -> None:
    same = {"name": "shop"}
    assert told("alb", result(same, same, "start again")) == [("change", "load balancer", "shop")]
    assert told("alb", result({}, {}, "start again")) == [("change", "task", "Make it")]


def test_what_stays_is_counted_and_what_is_not_there_is_not() -> None:
    assert told("alb", result({"name": "shop"}, {"name": "shop"})) == [("none", "load balancer", "shop")]
    assert told("alb", result({"name": "shop"}, {})) == []


@pytest.mark.parametrize(
    ("module", "given", "expected"),
    [
        ("ansible.builtin.copy", {"changed": True}, [("change", "task")]),
        ("ansible.builtin.copy", {"changed": False}, []),
        ("amazon.aws.lambda_execute", {"changed": True}, []),
        ("orchestra.aws.alb", {"skipped": True, "changed": True}, []),
        (
            "orchestra.aws.alb",
            {"censored": "hidden", "changed": True, "diff": {"after": {"name": "x"}}},
            [("change", "task")],
        ),
        ("orchestra.aws.alb", {"censored": "hidden", "changed": False}, []),
    ],
)
def test_other_results(module: str, given: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert [(one.verb, one.kind) for one in changes(Call(module, "Make it", {}), given)] == expected
