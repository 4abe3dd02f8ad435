# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "ecs-cluster-test"
FARGATE = {"capacity_provider": "FARGATE", "base": 1, "weight": 1}
SPOT = {"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": 4}
OPTIONS: dict[str, Any] = {
    "name": NAME,
    "capacity_providers": ["FARGATE", "FARGATE_SPOT"],
    "default_capacity_provider_strategy": [FARGATE, SPOT],
    "container_insights": "enabled",
}
LOGGED = {"logging": "OVERRIDE", "cloud_watch_log_group": "/exec", "cloud_watch_encryption": True}


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws) -> Iterator[None]:
    yield
    if described(aws):
        aws.client("ecs").delete_cluster(cluster=NAME)


def described(aws: EmbeddedAws) -> dict[str, Any] | None:
    include = ["TAGS", "SETTINGS", "CONFIGURATIONS"]
    found = aws.client("ecs").describe_clusters(clusters=[NAME], include=include)["clusters"]
    return next((cluster for cluster in found if cluster["status"] != "INACTIVE"), None)


def test_check_mode_predicts_the_arn_and_makes_nothing(aws: EmbeddedAws, modules: Modules) -> None:
    options = {**OPTIONS, "execute_command": LOGGED, "tags": {"a": "1"}}
    predicted = modules.check("ecs_cluster", **options)
    assert described(aws) is None
    made = modules("ecs_cluster", **options)
    assert predicted["changed"]
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"] == [f"create ECS cluster {NAME}"]
    assert predicted["cluster"] == made["cluster"]
    cluster = described(aws)
    assert cluster is not None
    assert made["cluster"]["cluster_arn"] == cluster["clusterArn"]
    assert sorted(cluster["capacityProviders"]) == OPTIONS["capacity_providers"]
    assert {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 4} in cluster["defaultCapacityProviderStrategy"]
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enabled"}]
    logging = cluster["configuration"]["executeCommandConfiguration"]
    assert logging["logConfiguration"]["cloudWatchLogGroupName"] == "/exec"
    assert cluster["tags"] == [{"key": "a", "value": "1"}]


def test_a_cluster_without_options(aws: EmbeddedAws, modules: Modules) -> None:
    predicted = modules.check("ecs_cluster", name=NAME)
    made = modules("ecs_cluster", name=NAME)
    assert predicted["diff"] == made["diff"]
    assert made["cluster"]["container_insights"] == "disabled"
    assert not modules("ecs_cluster", name=NAME)["changed"]


def test_second_run_changes_nothing_in_any_order(modules: Modules) -> None:
    modules("ecs_cluster", **OPTIONS, execute_command=LOGGED)
    turned = {
        **OPTIONS,
        "capacity_providers": OPTIONS["capacity_providers"][::-1],
        "default_capacity_provider_strategy": [SPOT, FARGATE],
    }
    again = modules("ecs_cluster", **turned, execute_command=LOGGED)
    assert not again["changed"]
    assert again["diff"]["before"] == again["diff"]["after"]


def test_an_update_keeps_what_was_left_out(aws: EmbeddedAws, modules: Modules) -> None:
    modules("ecs_cluster", **OPTIONS, execute_command=LOGGED, tags={"a": "1"})
    before = described(aws)
    modules("ecs_cluster", name=NAME, container_insights="disabled")
    after = described(aws)
    assert before is not None
    assert after is not None
    assert after["settings"] == [{"name": "containerInsights", "value": "disabled"}]
    for key in ("capacityProviders", "defaultCapacityProviderStrategy", "configuration", "tags"):
        assert after[key] == before[key]


def test_absent_deletes_and_says_so_once(aws: EmbeddedAws, modules: Modules) -> None:
    modules("ecs_cluster", **OPTIONS)
    predicted = modules.check("ecs_cluster", name=NAME, state="absent")
    assert described(aws)
    deleted = modules("ecs_cluster", name=NAME, state="absent")
    assert predicted["diff"] == deleted["diff"]
    assert predicted["actions"] == deleted["actions"] == [f"delete ECS cluster {NAME}"]
    assert described(aws) is None
    assert not modules("ecs_cluster", name=NAME, state="absent")["changed"]
    assert modules("ecs_cluster", **OPTIONS)["actions"] == [f"create ECS cluster {NAME}"]


def test_what_ecs_would_refuse_makes_nothing(aws: EmbeddedAws, modules: Modules) -> None:
    for check in (True, False):
        options = {**OPTIONS, "capacity_providers": ["FARGATE"]}
        assert "uses FARGATE_SPOT" in modules.failure("ecs_cluster", check=check, **options)
    assert described(aws) is None
