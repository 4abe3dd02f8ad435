# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_service: what changes of a service that runs, and of what belongs to it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.modules.ecs_services import CLUSTER, Options, described, having, revisions

pytest_plugins = ["tests.modules.ecs_service_place"]


def test_a_load_balancer_may_be_named_by_its_arn(modules: Modules, shared: Options, place: Options) -> None:
    modules("ecs_service", **shared)
    named = {key: value for key, value in shared["load_balancer"].items() if key != "load_balancer_name"}
    by_arn = {**shared, "load_balancer": {**named, "load_balancer_arn": place["balancer"]}}
    assert modules("ecs_service", **by_arn)["actions"] == []
    elsewhere = having(by_arn, "load_balancer.load_balancer_arn", f"{place['balancer'][:-1]}x")
    assert "does not exist" in modules.failure("ecs_service", **elsewhere)


def test_one_subnet_less_is_a_change(aws: EmbeddedAws, modules: Modules, shared: Options) -> None:
    modules("ecs_service", **shared)
    fewer = having(shared, "subnets", shared["subnets"][:1])
    assert modules("ecs_service", **fewer)["actions"] == [f"update ECS service {shared['name']}: subnets"]
    network = (described(aws, shared["name"]) or {})["networkConfiguration"]["awsvpcConfiguration"]
    assert network["subnets"] == shared["subnets"][:1]
    assert not modules("ecs_service", **having(shared, "subnets", shared["subnets"][:1] * 2))["changed"]


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (
            "containers.0.environment",
            {"PORT": 3000, "SERVICE_NAME": "other"},
            "containers.app.environment.SERVICE_NAME",
        ),
        ("containers.0.image", "orchestra/example-service:1.1", "containers.app.image"),
        ("cpu_architecture", "ARM64", "cpu_architecture"),
    ],
)
def test_a_changed_task_definition_registers_one_revision_and_rolls_it_out(
    aws: EmbeddedAws, modules: Modules, options: Options, path: str, value: Any, where: str
) -> None:
    modules("ecs_service", **options)
    changed = having(options, f"task_definition.{path}", value)
    predicted = modules.check("ecs_service", **changed)
    assert revisions(aws, options["name"]) == ["1"]
    real = modules("ecs_service", **changed)
    assert predicted["diff"] == real["diff"]
    assert (
        predicted["actions"]
        == real["actions"]
        == [
            f"register a new revision of task definition {CLUSTER}-{options['name']}: {where}",
            f"update ECS service {options['name']}: task_definition",
        ]
    )
    assert predicted["service"]["revision"] is None
    assert real["service"]["revision"] == 2
    assert real["service"]["deployments"][0]["rollout_state"] == "COMPLETED"
    assert not modules("ecs_service", **changed)["changed"]


@pytest.mark.parametrize(
    ("path", "value", "action"),
    [
        ("target_group.health_check.path", "/health?deep", "update target group {group}: health_check.path"),
        ("target_group.health_check.matcher", "200-204", "update target group {group}: health_check.matcher"),
        ("target_group.deregistration_delay_seconds", 3, "update target group {group}: deregistration_delay_seconds"),
        ("target_group.slow_start", 30, "update target group {group}: slow_start"),
        (
            "target_group.stickiness",
            {"enabled": True, "duration_seconds": 60},
            "update target group {group}: stickiness.duration_seconds, stickiness.enabled",
        ),
        ("listener.port", 9900, "update listener HTTP:9900 of load balancer {balancer}: port"),
    ],
)
def test_target_group_and_listener_change_in_place(
    aws: EmbeddedAws, modules: Modules, shared: Options, path: str, value: Any, action: str
) -> None:
    before = modules("ecs_service", **shared)["service"]
    changed = having(shared, f"load_balancer.{path}", value)
    predicted = modules.check("ecs_service", **changed)
    real = modules("ecs_service", **changed)
    assert predicted["diff"] == real["diff"]
    expected = action.format(group=f"{CLUSTER}-{shared['name']}", balancer=CLUSTER)
    assert predicted["actions"] == real["actions"] == [expected]
    assert real["service"]["listener_arn"] == before["listener_arn"]
    assert real["service"]["target_group_arn"] == before["target_group_arn"]
    assert modules("ecs_service", **changed)["actions"] == []


@pytest.mark.parametrize(
    ("tags", "purge", "expected"),
    [
        (None, True, {"a": "1", "b": "2"}),
        ({"c": 3}, False, {"a": "1", "b": "2", "c": "3"}),
        ({"a": "9"}, True, {"a": "9"}),
        ({}, True, {}),
    ],
)
def test_tags_of_all_four(
    aws: EmbeddedAws, modules: Modules, shared: Options, tags: Options | None, purge: bool, expected: dict[str, str]
) -> None:
    modules("ecs_service", **shared, tags={"a": "1", "b": "2"})
    predicted = modules.check("ecs_service", **shared, tags=tags, purge_tags=purge)
    service = modules("ecs_service", **shared, tags=tags, purge_tags=purge)["service"]
    assert predicted["changed"] == (expected != {"a": "1", "b": "2"})
    assert service["tags"] == expected
    ecs, elb = aws.client("ecs"), aws.client("elbv2")
    for arn in (service["service_arn"], service["task_definition_arn"]):
        found = {tag["key"]: tag["value"] for tag in ecs.list_tags_for_resource(resourceArn=arn)["tags"]}
        assert found == expected, arn
    arns = [service["target_group_arn"], service["listener_arn"]]
    for item in elb.describe_tags(ResourceArns=arns)["TagDescriptions"]:
        assert {tag["Key"]: tag["Value"] for tag in item["Tags"]} == expected, item
    assert not modules("ecs_service", **shared, tags=tags, purge_tags=purge)["changed"]
    assert revisions(aws, shared["name"]) == ["1"]


def test_force_new_deployment_replaces_the_tasks(aws: EmbeddedAws, modules: Modules, shared: Options) -> None:
    first = modules("ecs_service", **shared)["service"]
    forced = modules("ecs_service", cluster=CLUSTER, name=shared["name"], force_new_deployment=True)
    assert forced["actions"] == [f"start a new deployment of ECS service {shared['name']}: forced"]
    again = modules.check("ecs_service", cluster=CLUSTER, name=shared["name"], force_new_deployment=True)
    assert again["actions"] == forced["actions"]
    assert forced["service"]["deployment_id"] not in (None, first["deployment_id"])
    assert forced["service"]["deployment_id"] == forced["service"]["deployments"][0]["id"]
    service, deployment_id = forced["service"], forced["service"]["deployment_id"]
    pinned = {"task_definition": service["task_definition_arn"], "deployment_id": deployment_id}
    waited = {"ecs_service": {"cluster": CLUSTER, "service": shared["name"], **pinned}}
    [rolled] = modules("wait", **{"for": [waited]})["targets"]
    assert "is steady" in rolled["state"]
    stale = {"cluster": CLUSTER, "service": shared["name"], "deployment_id": str(first["deployments"][0]["id"])}
    assert "is not visible yet" in modules.failure("wait", **{"for": [{"ecs_service": stale}]}, timeout=1)
    assert revisions(aws, shared["name"]) == ["1"]
