# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Task definitions: what one shall be, what one is, and which revision serves.

A task definition is one document: whatever its options leave out has AWS's default.
Pure functions. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import containers, volumes
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, present

# What DescribeTaskDefinition adds to what was registered.
_MADE_BY_AWS = (
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "deleteRequestedAt",
    "tags",
)
_HANDLED = ("family", "cpu", "memory", "runtimePlatform", "ephemeralStorage", "containerDefinitions", "volumes")
# What Fargate takes when no platform is given.
_PLATFORM = {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}


@dataclass(frozen=True)
class Choice:
    """Which revision the service shall use.

    in_use: what it uses now, or for a new service the family's newest revision. chosen: the revision that fits,
    None when one must be registered. before, after: the compared settings.
    """

    in_use: dict[str, Any] | None
    chosen: dict[str, Any] | None
    before: dict[str, Any]
    after: dict[str, Any]
    tags: dict[str, str]

    @property
    def registers(self) -> bool:
        """Whether a new revision is needed."""
        return bool(self.after) and self.chosen is None

    @property
    def retags(self) -> bool:
        """Whether the chosen revision only lacks tags."""
        return self.chosen is not None and self.chosen.get("tags", {}) != self.tags


def request(options: Mapping[str, Any], region: str, service: str) -> dict[str, Any]:
    """Return the arguments of RegisterTaskDefinition but family and tags. service: prefix of log streams."""
    storage = options.get("ephemeral_storage_gib")
    return present(
        {
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": str(options["cpu"]),
            "memory": str(options["memory"]),
            "runtimePlatform": {
                "cpuArchitecture": options["cpu_architecture"],
                "operatingSystemFamily": options["operating_system_family"],
            },
            "ephemeralStorage": {"sizeInGiB": storage} if storage else None,
            "executionRoleArn": options.get("execution_role_arn"),
            "taskRoleArn": options.get("task_role_arn"),
            "pidMode": options.get("pid_mode"),
            "enableFaultInjection": options.get("enable_fault_injection"),
            "volumes": [volumes.definition(volume) for volume in options.get("volumes") or []] or None,
            "containerDefinitions": [
                containers.definition(container, region, service) for container in options["containers"]
            ],
        }
    )


def settings(described: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what is compared of a revision, registered or yet to be; {} for none."""
    if not described:
        return {}
    platform = {**_PLATFORM, **(described.get("runtimePlatform") or {})}
    storage = (described.get("ephemeralStorage") or {}).get("sizeInGiB")
    rest = {
        key: value
        for key, value in described.items()
        if key not in _MADE_BY_AWS and key not in _HANDLED and value not in (None, [], {}, "", False)
    }
    return present(
        {
            "cpu": int(described.get("cpu") or 0),
            "memory": int(described.get("memory") or 0),
            "cpu_architecture": platform["cpuArchitecture"],
            "operating_system_family": platform["operatingSystemFamily"],
            "ephemeral_storage_gib": storage,
            "volumes": sorted((volumes.settings(item) for item in described.get("volumes") or []), key=str) or None,
            "containers": {
                item["name"]: containers.settings(item) for item in described.get("containerDefinitions") or []
            },
            **camel_dict_to_snake_dict(rest),
        }
    )


def choose(
    wanted: Mapping[str, Any] | None,
    in_use: dict[str, Any] | None,
    latest: dict[str, Any] | None,
    family: str,
    tags: Mapping[str, Any] | None,
    purge_tags: bool,
) -> Choice:
    """Choose the revision in use if it equals the wanted one, else the newest ACTIVE one if that does, else none.

    The newest one may have been registered by a run that was stopped before it updated the service.
    wanted: of C(request), or None to leave the task definition alone.
    """
    current = in_use or latest
    if wanted is None:
        family = current["family"] if current else family
        return _choice(current, in_use, family, settings(current), tags, purge_tags)
    after = settings(wanted)
    fitting = [
        revision
        for revision in (in_use, latest)
        if revision
        and settings(revision) == after
        and revision.get("family", family) == family
        and revision.get("status", "ACTIVE") == "ACTIVE"
    ]
    return _choice(current, fitting[0] if fitting else None, family, after, tags, purge_tags)


def _choice(
    current: dict[str, Any] | None,
    chosen: dict[str, Any] | None,
    family: str,
    after: dict[str, Any],
    tags: Mapping[str, Any] | None,
    purge_tags: bool,
) -> Choice:
    now = dict((chosen or current or {}).get("tags") or {})
    wanted_tags = desired_tags(now, tags, purge_tags)
    before = {"family": current["family"], **settings(current)} if current else {}
    after = {"family": family, **after} if after else {}
    if tags is not None:
        before = {**before, "tags": now} if before else {}
        after = {**after, "tags": wanted_tags} if after else {}
    return Choice(current, chosen, before, after, wanted_tags)
