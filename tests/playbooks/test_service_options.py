# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The role ecs_service with autoscaling and with a strategy that moves traffic, through the playbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import Site

NAME = "colors-local"
OPTIONS: dict[str, Any] = {
    "ecs_service_listener_port": 8001,
    "ecs_service_test_listener_port": 9001,
    "ecs_service_deployment": {"strategy": "CANARY", "canary": {"percent": 20, "bake_time_minutes": 0}},
    "ecs_service_autoscaling": {
        "minimum": 1,
        "maximum": 2,
        "target_tracking": [{"name": "cpu", "metric": "cpu", "target_value": 50}],
    },
    "ecs_service_desired_count": 2,
}
SCALING = {"ServiceNamespace": "ecs", "ResourceIds": [f"service/{NAME}/service1"]}


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site") / "inventory"
    made = Site(aws, folder, {"orchestra_project": "colors", "orchestra_environment": "local"})
    made.set_hosts({"service1": OPTIONS})
    return made


def target_groups(site: Site) -> set[str]:
    found = site.aws.client("elbv2").describe_target_groups()["TargetGroups"]
    return {group["TargetGroupName"] for group in found if group["TargetGroupName"].startswith(NAME)}


def test_a_site_with_autoscaling_and_two_target_groups(site: Site, tmp_path: Path) -> None:
    plan = site.play("site", "--check")
    run = site.play("site")
    assert [step for step in plan.actions() if "service1" in step] == [s for s in run.actions() if "service1" in s]
    assert target_groups(site) == {f"{NAME}-service1", f"{NAME}-service1-alt"}
    [target] = site.aws.client("application-autoscaling").describe_scalable_targets(**SCALING)["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 2)
    assert site.play("site").changed() == []


def test_a_canary_deployment_serves_the_workflow(site: Site, tmp_path: Path) -> None:
    environment = {"SERVICE_NAME": "service1", "FAULT": "text"}
    site.set_hosts({"service1": {**OPTIONS, "ecs_service_environment": environment}})
    run = site.play("site")
    assert any("update ECS service service1: task_definition" in step for step in run.actions())
    payload = site.invoke({"data": "x"}, tmp_path / "payload.json")
    assert payload["service1"]["response"] == "processed", payload
    [service] = site.aws.client("ecs").describe_services(cluster=NAME, services=["service1"])["services"]
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"
    assert service["desiredCount"] == 2


def test_destroy_leaves_nothing_of_it(site: Site) -> None:
    site.play("destroy")
    assert target_groups(site) == set()
    assert [arn for arn in site.resources() if ":elasticloadbalancing:" in arn or "scalable-target" in arn] == []
    client = site.aws.client("application-autoscaling")
    assert client.describe_scalable_targets(**SCALING)["ScalableTargets"] == []
    roles = [role["RoleName"] for role in site.aws.client("iam").list_roles()["Roles"]]
    assert [role for role in roles if role.startswith(NAME)] == []
