# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import containers

FULL: dict[str, Any] = {
    "name": "app",
    "image": "example/app:1",
    "essential": True,
    "command": ["serve"],
    "entry_point": ["/bin/app"],
    "working_directory": "/srv",
    "user": "1000:1000",
    "port_mappings": [{"container_port": 3000, "protocol": "tcp", "name": "http", "app_protocol": "http"}],
    "environment": {"B": 2, "A": "x", "C": True},
    "secrets": {"TOKEN": "arn:aws:ssm:us-east-1:123456789012:parameter/token"},
    "repository_credentials_arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf",
    "health_check": {
        "command": ["CMD", "true"],
        "interval": 10,
        "timeout": None,
        "retries": None,
        "start_period": None,
    },
    "stop_timeout": 20,
    "readonly_root_filesystem": True,
    "init_process_enabled": True,
    "log_group": "/ecs/shop",
    "cpu": 128,
    "memory": 256,
    "depends_on": [{"container": "proxy", "condition": "HEALTHY"}],
    "mount_points": [{"source_volume": "tmp", "container_path": "/tmp", "read_only": False}],
    "ulimits": [{"name": "nofile", "soft_limit": 1024, "hard_limit": 4096}],
    "docker_labels": {"teamName": "shop"},
}


def test_definition_has_every_option() -> None:
    assert containers.definition(FULL, "eu-central-1", "orders") == {
        "name": "app",
        "image": "example/app:1",
        "essential": True,
        "command": ["serve"],
        "entryPoint": ["/bin/app"],
        "workingDirectory": "/srv",
        "user": "1000:1000",
        "portMappings": [{"containerPort": 3000, "protocol": "tcp", "name": "http", "appProtocol": "http"}],
        "environment": [
            {"name": "A", "value": "x"},
            {"name": "B", "value": "2"},
            {"name": "C", "value": "true"},
        ],
        "secrets": [{"name": "TOKEN", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/token"}],
        "repositoryCredentials": {
            "credentialsParameter": "arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf"
        },
        "healthCheck": {"command": ["CMD", "true"], "interval": 10},
        "stopTimeout": 20,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/shop",
                "awslogs-region": "eu-central-1",
                "awslogs-stream-prefix": "orders",
            },
        },
        "cpu": 128,
        "memory": 256,
        "dependsOn": [{"containerName": "proxy", "condition": "HEALTHY"}],
        "mountPoints": [{"sourceVolume": "tmp", "containerPath": "/tmp", "readOnly": False}],
        "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
        "dockerLabels": {"teamName": "shop"},
    }


def test_what_is_left_out_is_not_sent() -> None:
    assert containers.definition({"name": "app", "image": "example/app:1", "environment": None}, "r", "s") == {
        "name": "app",
        "image": "example/app:1",
    }


def test_a_stream_prefix_of_its_own() -> None:
    made = containers.definition({"name": "a", "image": "i", "log_group": "g", "log_stream_prefix": "p"}, "r", "s")
    assert made["logConfiguration"]["options"]["awslogs-stream-prefix"] == "p"


def as_ecs_answers(definition: dict[str, Any]) -> dict[str, Any]:
    """Fill in what DescribeTaskDefinition shows although nobody asked for it, and turn every order around."""
    filled = {
        "cpu": 0,
        "essential": True,
        "environment": [],
        "mountPoints": [],
        "volumesFrom": [],
        "systemControls": [],
        "portMappings": [],
        **definition,
    }
    for mapping in filled["portMappings"]:
        mapping["hostPort"] = mapping["containerPort"]
    if "healthCheck" in filled:
        filled["healthCheck"] = {"interval": 30, "timeout": 5, "retries": 3, **filled["healthCheck"]}
    if "logConfiguration" in filled:
        filled["logConfiguration"] = {**filled["logConfiguration"], "secretOptions": []}
    if "linuxParameters" in filled:
        filled["linuxParameters"] = {**filled["linuxParameters"], "devices": [], "tmpfs": []}
    for key in ("environment", "secrets", "portMappings", "dependsOn", "ulimits", "mountPoints"):
        filled[key] = filled.get(key, [])[::-1]
    return filled


@pytest.mark.parametrize("container", [FULL, {"name": "app", "image": "example/app:1"}], ids=["full", "least"])
def test_what_ecs_fills_in_and_its_order_are_no_difference(container: dict[str, Any]) -> None:
    wanted = containers.definition(container, "eu-central-1", "orders")
    assert containers.settings(as_ecs_answers(containers.definition(container, "eu-central-1", "orders"))) == (
        containers.settings(wanted)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"image": "example/app:2"},
        {"environment": {"A": "y", "B": 2, "C": True}},
        {"environment": {"A": "x"}},
        {"secrets": {"TOKEN": "arn:aws:ssm:us-east-1:123456789012:parameter/other"}},
        {"essential": False},
        {"command": ["serve", "--fast"]},
        {"port_mappings": [{"container_port": 3001, "protocol": "tcp"}]},
        {"port_mappings": [{"container_port": 3000, "protocol": "udp"}]},
        {"health_check": {"command": ["CMD", "true"], "interval": 30}},
        {"health_check": None},
        {"stop_timeout": 30},
        {"readonly_root_filesystem": False},
        {"init_process_enabled": None},
        {"log_group": "/ecs/other"},
        {"log_group": None},
        {"depends_on": [{"container": "proxy", "condition": "START"}]},
        {"mount_points": [{"source_volume": "tmp", "container_path": "/tmp", "read_only": True}]},
        {"repository_credentials_arn": None},
        {"docker_labels": {"teamName": "other"}},
        {"ulimits": None},
        {"cpu": None},
        {"user": None},
    ],
    ids=str,
)
def test_every_option_is_compared(change: dict[str, Any]) -> None:
    one = containers.settings(containers.definition(FULL, "eu-central-1", "orders"))
    other = containers.settings(containers.definition({**FULL, **change}, "eu-central-1", "orders"))
    assert one != other


def test_what_has_no_option_counts_as_a_difference() -> None:
    plain = {"name": "app", "image": "example/app:1"}
    assert containers.settings({**plain, "privileged": True}) != containers.settings(plain)
    assert containers.settings({**plain, "privileged": False}) == containers.settings(plain)


def test_names_of_the_user_keep_their_spelling() -> None:
    made = containers.settings(containers.definition({**FULL, "environment": {"someName": "1"}}, "r", "s"))
    assert made["environment"] == {"someName": "1"}
    assert made["docker_labels"] == {"teamName": "shop"}
    assert "awslogs-group" in made["log_configuration"]["options"]


BARE: dict[str, Any] = {"name": "app", "image": "example/app:1", "essential": True}


@pytest.mark.parametrize(
    ("options", "added"),
    [
        ({"restart_policy": {"enabled": False}}, {"restartPolicy": {"enabled": False, "restartAttemptPeriod": 300}}),
        ({}, {"restartPolicy": {"enabled": False}}),
        (
            {"restart_policy": {"enabled": True, "ignored_exit_codes": [2, 1]}},
            {"restartPolicy": {"enabled": True, "ignoredExitCodes": [1, 2], "restartAttemptPeriod": 300}},
        ),
        ({}, {"environmentFiles": [], "systemControls": [], "versionConsistency": "enabled", "interactive": False}),
        (
            {"capabilities": {"add": None, "drop": ["A", "B"]}},
            {"linuxParameters": {"capabilities": {"add": [], "drop": ["B", "A"]}, "initProcessEnabled": False}},
        ),
        (
            {"log_configuration": {"log_driver": "awsfirelens", "options": None, "secret_options": None}},
            {"logConfiguration": {"logDriver": "awsfirelens", "options": {}, "secretOptions": []}},
        ),
        (
            {"firelens_configuration": {"type": "fluentd", "options": {"enable-ecs-log-metadata": True}}},
            {"firelensConfiguration": {"type": "fluentd", "options": {"enable-ecs-log-metadata": "true"}}},
        ),
        (
            {"system_controls": {"net.b": 2, "net.a": "1"}},
            {"systemControls": [{"namespace": "net.b", "value": "2"}, {"namespace": "net.a", "value": "1"}]},
        ),
    ],
)
def test_what_aws_says_in_other_words_is_no_difference(options: dict[str, Any], added: dict[str, Any]) -> None:
    wanted = containers.definition({**BARE, **options}, "eu-central-1", "orders")
    assert containers.settings({**wanted, **added}) == containers.settings(wanted)


def test_the_order_of_environment_files_means_something() -> None:
    files = ["arn:aws:s3:::shop/b.env", "arn:aws:s3:::shop/a.env"]
    made, other = (
        containers.settings(containers.definition({**BARE, "environment_files": order}, "eu-central-1", "orders"))
        for order in (files, files[::-1])
    )
    assert made["environment_files"] == files
    assert made != other
