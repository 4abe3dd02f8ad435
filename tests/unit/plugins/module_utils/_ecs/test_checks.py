# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import copy
from contextlib import nullcontext
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import checks
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

PARAMS: dict[str, Any] = {
    "name": "orders",
    "task_definition": {
        "cpu": 256,
        "memory": 512,
        "operating_system_family": "LINUX",
        "execution_role_arn": None,
        "volumes": None,
        "containers": [
            {
                "name": "app",
                "image": "example/app:1",
                "essential": True,
                "port_mappings": [{"container_port": 3000}],
                "environment": {"A": "1"},
            }
        ],
    },
    "load_balancer": {
        "container_name": "app",
        "container_port": 3000,
        "target_group": {},
        "listener": {"port": 8081},
    },
}


def having(path: str, value: Any) -> dict[str, Any]:
    params = copy.deepcopy(PARAMS)
    inner: Any = params
    *parents, last = path.split(".")
    for key in parents:
        inner = inner[int(key)] if key.isdigit() else inner.setdefault(key, {})
    inner[last] = value
    return params


def test_good_options_pass() -> None:
    checks.check(PARAMS, "shop-orders")
    checks.check({"name": "orders"}, "shop-orders")


CONTAINER = "task_definition.containers.0"
VOLUMES = "task_definition.volumes"
BUCKET = {"name": "files", "s3files_volume_configuration": {"file_system_arn": "arn:fs", "root_directory": "/a"}}
SECOND = {"name": "app", "image": "example/app:2", "essential": True}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("name", "my service", "my service cannot be the name of an ECS service"),
        ("name", "x" * 256, "1 to 255 letters"),
        ("task_definition.cpu", None, "task_definition lacks cpu"),
        ("load_balancer.listener", None, "load_balancer lacks listener"),
        ("task_definition.memory", 4096, "512, 1024 or 2048 MiB"),
        ("task_definition.ephemeral_storage_gib", 20, "Fargate takes 21 to 200 GiB"),
        ("task_definition.containers", [SECOND, SECOND], "Two entries have the container app"),
        (f"{CONTAINER}.essential", False, "No container is essential"),
        (f"{CONTAINER}.cpu", 512, "reserve cpu 512, the task has only 256"),
        (f"{CONTAINER}.memory", 1024, "reserve memory 1024, the task has only 512"),
        (f"{CONTAINER}.secrets", {"A": "arn:aws:ssm:::parameter/a"}, "has A in environment and in secrets"),
        (f"{CONTAINER}.environment", {"A": ["1"]}, "has A in environment with no plain value"),
        (f"{CONTAINER}.environment", {"A": None}, "has A in environment with no plain value"),
        (
            f"{CONTAINER}.secrets",
            {"B": "arn:aws:ssm:::parameter/b"},
            "has secrets: give task_definition.execution_role_arn",
        ),
        (VOLUMES, [BUCKET], "Volume files is of S3 Files: give task_definition.task_role_arn"),
        (f"{CONTAINER}.log_group", "/ecs/shop", "writes to a log group: give task_definition.execution_role_arn"),
        (f"{CONTAINER}.repository_credentials_arn", "arn:aws:secretsmanager:::secret:x", "pulls its image with"),
        (f"{CONTAINER}.stop_timeout", 121, "Fargate takes 0 to 120 seconds"),
        (f"{CONTAINER}.port_mappings", [{"container_port": 70000}], "1 to 65535 exist"),
        (f"{CONTAINER}.mount_points", [{"source_volume": "tmp"}], "mounts volume tmp"),
        (f"{CONTAINER}.health_check", {"command": ["curl", "localhost"]}, "must begin with CMD or CMD-SHELL"),
        (f"{CONTAINER}.health_check", {"command": ["CMD", "true"], "interval": 1}, "interval 1: AWS takes 5 to 300"),
        (
            f"{CONTAINER}.depends_on",
            [{"container": "x", "condition": "START"}],
            "depends on x, which the task does not",
        ),
        (f"{CONTAINER}.depends_on", [{"container": "app", "condition": "HEALTHY"}], "has no health_check"),
        ("load_balancer.container_name", "web", "web, which is no container"),
        ("load_balancer.container_port", 80, "its port_mappings have 3000"),
        ("load_balancer.listener.port", 0, "a port is 1 to 65535"),
        ("load_balancer.target_group.health_check", {"timeout": 10, "interval": 10}, "shorter than the interval"),
        ("capacity_provider_strategy", [{"capacity_provider": "FARGATE", "weight": 0, "base": 1}], "a weight above 0"),
        (
            "capacity_provider_strategy",
            [{"capacity_provider": name, "weight": 1, "base": 1} for name in ("FARGATE", "FARGATE_SPOT")],
            "only one capacity provider can have a base",
        ),
        (
            "capacity_provider_strategy",
            [{"capacity_provider": "FARGATE", "weight": 1, "base": 0}] * 2,
            "Two entries have the capacity provider FARGATE",
        ),
        ("deployment", {"minimum_healthy_percent": 100, "maximum_percent": 100}, "the maximum must be greater"),
    ],
)
def test_bad_options_are_refused(path: str, value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        checks.check(having(path, value), "shop-orders")


def test_zone_rebalancing_needs_room() -> None:
    params = {**PARAMS, "availability_zone_rebalancing": "ENABLED", "deployment": {"maximum_percent": 100}}
    with pytest.raises(InputError, match="above 100"):
        checks.check(params, "shop-orders")
    checks.check({**params, "availability_zone_rebalancing": None}, "shop-orders")


@pytest.mark.parametrize(
    ("directory", "message"), [("/a", "an access point, which sets root_directory"), ("/", None), (None, None)]
)
def test_an_access_point_sets_the_directory(directory: str | None, message: str | None) -> None:
    files = {"file_system_arn": "arn:fs", "access_point_arn": "arn:ap", "root_directory": directory}
    params = having(VOLUMES, [{"name": "files", "s3files_volume_configuration": files}])
    params["task_definition"]["task_role_arn"] = "arn:aws:iam::123456789012:role/files"
    with pytest.raises(InputError, match=message) if message else nullcontext():
        checks.check(params, "shop-orders")
