# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import task_definition

OPTIONS: dict[str, Any] = {
    "cpu": 256,
    "memory": 512,
    "cpu_architecture": "X86_64",
    "operating_system_family": "LINUX",
    "execution_role_arn": "arn:aws:iam::123456789012:role/execution",
    "containers": [{"name": "app", "image": "example/app:1"}, {"name": "proxy", "image": "example/proxy:1"}],
    "volumes": [{"name": "tmp"}],
}


def wanted(**changes: Any) -> dict[str, Any]:
    return task_definition.request({**OPTIONS, **changes}, "eu-central-1", "orders")


def registered(revision: int, tags: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """A revision as DescribeTaskDefinition answers."""
    request = wanted(**changes)
    return {
        **request,
        "family": "shop",
        "revision": revision,
        "status": "ACTIVE",
        "taskDefinitionArn": f"arn:aws:ecs:eu-central-1:123456789012:task-definition/shop:{revision}",
        "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.docker-remote-api.1.18"}],
        "compatibilities": ["EC2", "FARGATE"],
        "placementConstraints": [],
        "enableFaultInjection": False,
        "volumes": [{**volume, "host": {}} for volume in request["volumes"]],
        "containerDefinitions": request["containerDefinitions"][::-1],
        "registeredBy": "arn:aws:iam::123456789012:root",
        "tags": tags or {},
    }


def choose(**given: Any) -> task_definition.Choice:
    arguments = {"wanted": wanted(), "in_use": None, "latest": None, "tags": None, "purge_tags": True, **given}
    return task_definition.choose(family="shop", **arguments)


def test_what_aws_adds_is_no_difference() -> None:
    assert task_definition.settings(registered(1)) == task_definition.settings(wanted())


@pytest.mark.parametrize(
    "change",
    [
        {"cpu": 512},
        {"memory": 1024},
        {"cpu_architecture": "ARM64"},
        {"operating_system_family": "WINDOWS_SERVER_2022_CORE"},
        {"ephemeral_storage_gib": 30},
        {"execution_role_arn": "arn:aws:iam::123456789012:role/other"},
        {"task_role_arn": "arn:aws:iam::123456789012:role/task"},
        {"volumes": None},
        {"containers": OPTIONS["containers"][:1]},
    ],
    ids=str,
)
def test_every_option_is_compared(change: dict[str, Any]) -> None:
    assert task_definition.settings(wanted(**change)) != task_definition.settings(registered(1))


def test_a_missing_platform_is_x86_linux() -> None:
    described = {key: value for key, value in registered(1).items() if key != "runtimePlatform"}
    assert task_definition.settings(described) == task_definition.settings(wanted())


@pytest.mark.parametrize(
    ("in_use", "latest", "chosen"),
    [
        pytest.param(None, None, None, id="nothing yet"),
        pytest.param(registered(3), registered(3), 3, id="in use and equal"),
        pytest.param(registered(3), registered(4, memory=1024), 3, id="in use and equal, a newer one differs"),
        pytest.param(registered(3, memory=1024), registered(4), 4, id="newest is equal: a run was stopped"),
        pytest.param(None, registered(4), 4, id="service is missing, newest is equal"),
        pytest.param(registered(3, memory=1024), registered(3, memory=1024), None, id="differs"),
        pytest.param({**registered(3), "status": "INACTIVE"}, None, None, id="in use but deregistered"),
        pytest.param({**registered(3), "family": "other"}, None, None, id="in use but of another family"),
    ],
)
def test_choose(in_use: dict[str, Any] | None, latest: dict[str, Any] | None, chosen: int | None) -> None:
    choice = choose(in_use=in_use, latest=latest)
    assert (choice.chosen["revision"] if choice.chosen else None) == chosen
    assert choice.registers == (chosen is None)


def test_nothing_wanted_keeps_what_is_in_use() -> None:
    choice = choose(wanted=None, in_use=registered(3, memory=1024), latest=registered(4))
    assert choice.chosen is not None
    assert choice.chosen["revision"] == 3
    assert not choice.registers
    assert choice.before == choice.after


@pytest.mark.parametrize(
    ("tags", "purge", "expected", "retags"),
    [
        (None, True, {"a": "1"}, False),
        ({"a": "1"}, True, {"a": "1"}, False),
        ({"b": 2}, False, {"a": "1", "b": "2"}, True),
        ({}, True, {}, True),
    ],
)
def test_tags(tags: dict[str, Any] | None, purge: bool, expected: dict[str, str], retags: bool) -> None:
    choice = choose(in_use=registered(3, {"a": "1"}), tags=tags, purge_tags=purge)
    assert choice.tags == expected
    assert choice.retags == retags
    assert not choice.registers


def test_a_new_revision_keeps_tags_that_were_left_out() -> None:
    choice = choose(in_use=registered(3, {"a": "1"}, memory=1024))
    assert choice.registers
    assert choice.tags == {"a": "1"}
