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
from tests.properties.strategies import TAGS, WANTED_TAGS, maybe

FAMILY = "shop-orders"
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a"
_NAMES = st.sampled_from(["PORT", "MODE", "my-Name"])
FILES = "arn:aws:s3files:eu-central-1:123456789012:file-system/fs-1"
S3_FILES = st.fixed_dictionaries(
    {"file_system_arn": st.just(FILES)}, optional={"root_directory": st.sampled_from(["/", "/a"])}
)
VOLUMES = st.just([{"name": "tmp"}]) | S3_FILES.map(
    lambda files: [{"name": "tmp", "s3files_volume_configuration": files}]
)
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


def containers(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return maybe(
        command=st.lists(st.sampled_from(["run", "--fast"]), max_size=2),
        essential=st.booleans(),
        port_mappings=st.lists(
            st.fixed_dictionaries({"container_port": st.sampled_from([80, 3000])}, optional={"name": st.just("web")}),
            max_size=2,
            unique_by=lambda mapping: mapping["container_port"],
        ),
        environment=st.dictionaries(_NAMES, st.sampled_from(["a", "", 1, True])),
        secrets=st.dictionaries(_NAMES, st.sampled_from([ARN, f"{ARN}:key::"])),
        health_check=st.fixed_dictionaries(
            {"command": st.just(["CMD", "true"])},
            optional={"interval": st.sampled_from([30, 10]), "retries": st.sampled_from([3, 5])},
        ),
        log_group=st.just("/ecs/shop"),
        log_stream_prefix=st.just("web"),
        cpu=st.sampled_from([0, 128]),
        stop_timeout=st.sampled_from([30, 60]),
        readonly_root_filesystem=st.booleans(),
        init_process_enabled=st.booleans(),
        tmpfs=st.lists(
            st.fixed_dictionaries(
                {"container_path": st.sampled_from(["/a", "/b"]), "size_mib": st.sampled_from([16, 32])},
                optional={"mount_options": st.sampled_from([[], ["noexec", "nosuid"]])},
            ),
            max_size=2,
            unique_by=lambda item: item["container_path"],
        ),
        mount_points=st.just([{"source_volume": "tmp", "container_path": "/tmp"}]),
        depends_on=st.just([{"container": "side", "condition": "START"}]),
        docker_labels=st.dictionaries(_NAMES, st.sampled_from(["x", "y"])),
        ulimits=st.just([{"name": "nofile", "soft_limit": 1024, "hard_limit": 4096}]),
    ).map(lambda options: {"name": name, "image": "example/orders:1", **options})


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Return what is registered for options, by way of the argument spec."""
    options = {
        "cpu": draw(st.sampled_from([256, 512])),
        "memory": 1024,
        "containers": [draw(containers(name)) for name in draw(st.sampled_from([["app"], ["app", "side"]]))],
        **draw(maybe(ephemeral_storage_gib=st.just(30), volumes=VOLUMES)),
    }
    if any("s3files_volume_configuration" in volume for volume in options.get("volumes", [])):
        options["task_role_arn"] = "arn:aws:iam::123456789012:role/files"
    task = {"cluster": "shop", "name": "orders", "task_definition": options}
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


CHANGES: dict[str, Any] = {
    "image": "example/orders:2",
    "command": ["other"],
    "user": "nobody",
    "environment": [{"name": "PORT", "value": "other"}],
    "secrets": [{"name": "TOKEN", "valueFrom": ARN}],
    "stopTimeout": 7,
    "readonlyRootFilesystem": True,
    "privileged": True,
}


@given(requests(), st.sampled_from(sorted(CHANGES)), st.data())
def test_every_change_of_a_container_is_seen(request: dict[str, Any], key: str, data: st.DataObject) -> None:
    changed = copy.deepcopy(request)
    container = changed["containerDefinitions"][0]
    before = container.get(key)
    container[key] = CHANGES[key]
    choice = task_definition.choose(request, data.draw(described(changed)), None, FAMILY, None, True)
    assert choice.registers is (before != CHANGES[key])


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
