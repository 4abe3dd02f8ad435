# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Task definitions: a revision is found again however AWS describes it, and any change makes another one."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import task_definition
from tests.properties.converging import parameters
from tests.properties.strategies import TAGS, WANTED_TAGS
from tests.properties.strategies_tasks import ENVIRONMENT_FILE, SECRET, tasks

FAMILY = "shop-orders"
# What ECS fills in when a container says nothing of it.
_FILLED: dict[str, Any] = {
    "cpu": 0,
    "essential": True,
    "environment": [],
    "mountPoints": [],
    "portMappings": [],
    "systemControls": [],
    "volumesFrom": [],
}


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Return what is registered for options, by way of the argument spec."""
    task = {"cluster": "shop", "name": "orders", "task_definition": draw(tasks())}
    return task_definition.request(parameters("ecs_service", task)["task_definition"], "eu-central-1", "orders")


@st.composite
def described(draw: st.DrawFn, request: dict[str, Any], revision: int = 1) -> dict[str, Any]:
    """Return a registered revision as DescribeTaskDefinition may say it: filled in, in another order."""
    found = copy.deepcopy(request)
    for container in found["containerDefinitions"]:
        for key, value in _FILLED.items():
            if draw(st.booleans()):
                container.setdefault(key, value)
        for key in ("environment", "secrets", "portMappings", "mountPoints"):
            if key in container:
                container[key] = draw(st.permutations(container[key]))
        for mapping in container.get("portMappings", []):
            if draw(st.booleans()):
                mapping["hostPort"] = mapping["containerPort"]
        if "healthCheck" in container:
            container["healthCheck"] = {"interval": 30, "timeout": 5, "retries": 3, **container["healthCheck"]}
    found["containerDefinitions"] = draw(st.permutations(found["containerDefinitions"]))
    for volume in found.get("volumes", []):
        volume["host"] = {}
        if "s3filesVolumeConfiguration" in volume and draw(st.booleans()):
            volume["s3filesVolumeConfiguration"].setdefault("rootDirectory", "/")
    made = {"revision": revision, "status": "ACTIVE", "family": FAMILY, "placementConstraints": [], "volumes": []}
    arn = f"arn:aws:ecs:eu-central-1:123456789012:task-definition/{FAMILY}:{revision}"
    return {**made, **found, "taskDefinitionArn": arn, "compatibilities": ["EC2", "FARGATE"], "tags": {}}


@given(requests().flatmap(lambda request: st.tuples(st.just(request), described(request))))
def test_a_registered_revision_is_found_again(same: Any) -> None:
    request, revision = same
    choice = task_definition.choose(request, revision, revision, FAMILY, None, True)
    assert choice.chosen == revision
    assert choice.before == choice.after


@given(requests(), requests().flatmap(lambda request: st.tuples(st.just(request), described(request))), st.data())
def test_what_differs_is_registered_and_then_found(wanted: dict[str, Any], other: Any, data: st.DataObject) -> None:
    request, in_use = other
    choice = task_definition.choose(wanted, in_use, in_use, FAMILY, None, True)
    equal = task_definition.settings(wanted) == task_definition.settings(request)
    assert choice.registers is not equal
    assert (choice.before == choice.after) is equal
    registered = data.draw(described(wanted, 2))
    # The newest revision serves, also when the run ended before the service got it.
    again = task_definition.choose(wanted, in_use, registered, FAMILY, None, True)
    assert again.chosen in (in_use, registered)
    assert not again.registers


# A value of each key that ECS takes, other than those of the strategies, and not what ECS does without.
CHANGES: dict[str, Any] = {
    "image": "example/orders:3",
    "command": ["other"],
    "entryPoint": ["other"],
    "workingDirectory": "/other",
    "user": "other",
    "cpu": 7,
    "memory": 512,
    "memoryReservation": 64,
    "environment": [{"name": "PORT", "value": "other"}],
    "environmentFiles": [{"type": "s3", "value": f"{ENVIRONMENT_FILE}.env"}],
    "secrets": [{"name": "TOKEN", "valueFrom": SECRET}],
    "repositoryCredentials": {"credentialsParameter": f"{SECRET}b"},
    "portMappings": [{"containerPort": 81, "protocol": "tcp"}],
    "mountPoints": [{"sourceVolume": "tmp", "containerPath": "/other", "readOnly": False}],
    "dependsOn": [{"containerName": "side", "condition": "other"}],
    "ulimits": [{"name": "nofile", "softLimit": 1, "hardLimit": 2}],
    "systemControls": [{"namespace": "net.core.somaxconn", "value": "7"}],
    "healthCheck": {"command": ["CMD", "other"]},
    "restartPolicy": {"enabled": True, "restartAttemptPeriod": 61},
    "logConfiguration": {"logDriver": "awslogs", "options": {"mode": "other"}},
    "firelensConfiguration": {"type": "fluentbit", "options": {"config-file-type": "s3"}},
    "linuxParameters": {"capabilities": {"add": ["SYS_PTRACE"], "drop": ["other"]}},
    "dockerLabels": {"PORT": "other"},
    "stopTimeout": 7,
    "startTimeout": 7,
    "versionConsistency": "other",
    "readonlyRootFilesystem": True,
    "essential": False,
    "interactive": True,
    "pseudoTerminal": True,
    "privileged": True,
    "disableNetworking": True,
    # Of what Fargate has no use for, and of what this module has no option for.
    "hostname": "other",
    "resourceRequirements": [{"type": "GPU", "value": "1"}],
}
# Of the whole task definition, likewise.
TASK_CHANGES: dict[str, Any] = {
    "cpu": "4096",
    "memory": "8192",
    "runtimePlatform": {"cpuArchitecture": "other", "operatingSystemFamily": "LINUX"},
    "ephemeralStorage": {"sizeInGiB": 50},
    "executionRoleArn": "other",
    "taskRoleArn": "other",
    "pidMode": "other",
    "networkMode": "host",
    "enableFaultInjection": True,
    "volumes": [{"name": "other"}],
    "proxyConfiguration": {"containerName": "app"},
}


@given(requests(), st.data())
def test_every_change_is_seen(request: dict[str, Any], data: st.DataObject) -> None:
    for changes, part in ((TASK_CHANGES, None), (CHANGES, 0)):
        for key, value in changes.items():
            changed = copy.deepcopy(request)
            place = changed if part is None else changed["containerDefinitions"][part]
            differs = place.get(key) != value
            place[key] = value
            # Described as it was registered: the other properties know how else ECS describes it.
            revision = {**changed, "family": FAMILY, "status": "ACTIVE", "taskDefinitionArn": "arn", "tags": {}}
            choice = task_definition.choose(request, revision, None, FAMILY, None, True)
            assert choice.registers is differs, key


@given(requests())
def test_every_key_has_a_change(request: dict[str, Any]) -> None:
    assert set(request) - {"containerDefinitions", "requiresCompatibilities"} <= TASK_CHANGES.keys()
    for container in request["containerDefinitions"]:
        assert container.keys() - {"name"} <= CHANGES.keys()


@given(requests(), TAGS, WANTED_TAGS, st.booleans(), st.data())
def test_tags_alone_make_no_revision(
    request: dict[str, Any], found: dict[str, str], wanted: dict[str, Any], purge: bool, data: st.DataObject
) -> None:
    revision = {**data.draw(described(request)), "tags": found}
    choice = task_definition.choose(request, revision, revision, FAMILY, wanted, purge)
    assert not choice.registers
    assert choice.retags is (choice.tags != found)
    tagged = {**revision, "tags": choice.tags}
    assert not task_definition.choose(request, tagged, tagged, FAMILY, wanted, purge).retags
