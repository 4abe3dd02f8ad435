# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The options of a service, checked before a run as the module checks them in it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.service_options import option_findings

SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-a1B2c3"
PARAMETER = "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/db"
GOOD: dict[str, Any] = {
    "ecs_service_image": "docker.io/example/service:1.0",
    "ecs_service_listener_port": "8001",
    "ecs_service_cpu": "512",
    "ecs_service_memory": 1024,
    "ecs_service_cpu_architecture": "ARM64",
    "ecs_service_spot_percent": 80,
    "ecs_service_secrets": {"A": SECRET, "B": f"{SECRET}:password::", "C": PARAMETER},
    "ecs_service_ulimits": [{"name": "nofile", "soft_limit": 1024, "hard_limit": 4096}],
    "ecs_service_container_health_check": {"command": ["CMD", "true"], "interval": 10},
    "ecs_service_container_options": {"mount_points": [{"source_volume": "tmp", "container_path": "/tmp"}]},
    "ecs_service_task_options": {"volumes": [{"name": "tmp"}]},
    "ecs_service_sidecars": [{"name": "logs", "image": "docker.io/example/logs:1"}],
    "ecs_service_deployment": {"strategy": "CANARY", "canary": {"percent": 10}},
    "ecs_service_autoscaling": {"minimum": 1, "maximum": 3, "target_tracking": []},
}


def test_good_options_are_no_fault() -> None:
    assert list(option_findings("service1", GOOD)) == []
    assert list(option_findings("service1", {})) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"ecs_service_ephemeral_storage_gib": 20}, "ecs_service_ephemeral_storage_gib is 20: Fargate takes 21 to 200"),
        ({"ecs_service_stop_timeout": 300}, "has stop_timeout 300: Fargate takes 0 to 120 seconds"),
        ({"ecs_service_cpu_architecture": "ARM"}, "ecs_service_cpu_architecture must be one of: X86_64, ARM64"),
        ({"ecs_service_spot_percent": 101}, "ecs_service_spot_percent is 101: give 0 to 100"),
        (
            {
                "ecs_service_spot_percent": 1,
                "ecs_service_capacity_provider_strategy": [{"capacity_provider": "FARGATE", "weight": 1}],
            },
            "say the same: give one of them",
        ),
        (
            {"ecs_service_capacity_provider_strategy": [{"capacity_provider": "FARGATE"}]},
            "ecs_service_capacity_provider_strategy: at least one capacity provider needs a weight",
        ),
        ({"ecs_service_deployment": {"stratgy": "X"}}, "there is no setting ecs_service_deployment.stratgy"),
        (
            {"ecs_service_deployment": {"minimum_healthy_percent": 100, "maximum_percent": 100}},
            "ecs_service_deployment.minimum_healthy_percent 100",
        ),
        ({"ecs_service_deployment": {"canary": {"percent": 200}}}, "ecs_service_deployment.canary.percent is 200"),
        ({"ecs_service_health_check": {"interval": 4}}, "ecs_service_health_check.interval is 4: AWS takes 5 to 300"),
        ({"ecs_service_health_check": {"interval": 5, "timeout": 5}}, "a timeout shorter than the interval"),
        ({"ecs_service_test_listener_port": 70000}, "ecs_service_test_listener_port is 70000"),
        ({"ecs_service_autoscaling": {"minimum": 3, "maximum": 1}}, "ecs_service_autoscaling"),
        ({"ecs_service_container_health_check": {"command": ["true"]}}, "must begin with CMD or CMD-SHELL"),
        (
            {"ecs_service_container_options": {"readonly": True}},
            "there is no setting ecs_service_container_options.readonly",
        ),
        (
            {"ecs_service_container_options": {"mount_points": [{"source_volume": "x", "container_path": "/x"}]}},
            "mounts volume x, which ecs_service_task_options.volumes does not have",
        ),
        ({"ecs_service_sidecars": [{"name": "service1", "image": "x"}]}, "Two entries have the container service1"),
        ({"ecs_service_ulimits": [{"name": "nofile"}]}, "missing required arguments: hard_limit, soft_limit"),
    ],
)
def test_what_the_module_would_refuse_is_told_before(options: dict[str, Any], sentence: str) -> None:
    [found] = option_findings("service1", {**GOOD, "ecs_service_spot_percent": None, **options})
    assert sentence in found


@pytest.mark.parametrize(
    "value",
    ["hunter2", "shop/db", f"{SECRET}:password", "arn:aws:s3:::bucket", "arn:aws:ssm:eu-1:123456789012:document/x"],
)
def test_a_secret_that_is_no_arn_is_told_and_not_shown(value: str) -> None:
    [found] = option_findings("service1", {**GOOD, "ecs_service_secrets": {"PASSWORD": value}})
    assert found.startswith("ecs_service_secrets.PASSWORD is not the ARN")
    assert value not in found
