# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What AWS would refuse of a task definition, or accept and never get running, is refused here.

Pure functions; each raises InputError. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import fargate
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.volumes import S3_FILES
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

PORTS = range(1, 65536)
# Seconds that a container runs before it may be restarted, and how many exit codes can be left out (ECS API reference,
# ContainerRestartPolicy).
_RESTART_PERIOD = (60, 1800)
_IGNORED_EXIT_CODES = 50


def check_complete(what: str, options: Mapping[str, Any], needed: Iterable[str]) -> None:
    """A deletion needs names only, so the argument spec does not demand what a service needs to be made."""
    missing = [name for name in needed if options.get(name) is None]
    if missing:
        raise InputError(f"{what} lacks {' and '.join(missing)}.")


def check_unique(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"Two entries have the {what} {name}: each {what} is given once.")
        seen.add(name)


def check_task_definition(options: Mapping[str, Any]) -> None:
    check_complete("task_definition", options, ("cpu", "memory", "containers"))
    fargate.check_size(options["cpu"], options["memory"], options["operating_system_family"])
    least, most = fargate.EPHEMERAL_STORAGE_GIB
    storage = options.get("ephemeral_storage_gib")
    if storage is not None and not least <= storage <= most:
        raise InputError(f"task_definition.ephemeral_storage_gib is {storage}: Fargate takes {least} to {most} GiB.")
    containers = options["containers"]
    check_unique("container", (container["name"] for container in containers))
    if not any(container["essential"] for container in containers):
        raise InputError("No container is essential: AWS wants at least one, else the task would never stop.")
    _check_s3_files(options)
    volumes = {volume["name"] for volume in options.get("volumes") or []}
    for container in containers:
        _check_container(container, containers, volumes)
    _check_execution_role(options)
    for what in ("cpu", "memory"):
        reserved = sum(container.get(what) or 0 for container in containers)
        if reserved > options[what]:
            raise InputError(f"The containers reserve {what} {reserved}, the task has only {options[what]}.")


def _check_s3_files(options: Mapping[str, Any]) -> None:
    for volume in options.get("volumes") or []:
        files = volume.get(S3_FILES)
        if files and not options.get("task_role_arn"):
            raise InputError(f"Volume {volume['name']} is of S3 Files: give task_definition.task_role_arn.")
        if files and files.get("access_point_arn") and files.get("root_directory") not in (None, "/"):
            raise InputError(f"Volume {volume['name']} has an access point, which sets root_directory: leave that out.")


def _check_container(container: Mapping[str, Any], containers: list[Mapping[str, Any]], volumes: Iterable[str]) -> None:
    name = container["name"]
    environment = container.get("environment") or {}
    both = sorted(set(environment) & set(container.get("secrets") or {}))
    if both:
        raise InputError(f"Container {name} has {both[0]} in environment and in secrets: give it in one of them.")
    for variable, value in environment.items():
        if value is None or isinstance(value, (dict, list)):
            raise InputError(f"Container {name} has {variable} in environment with no plain value: give a string.")
    for mounted in container.get("tmpfs") or []:
        if not mounted["container_path"].startswith("/") or mounted["size_mib"] < 1:
            given = f"{mounted['container_path']} of {mounted['size_mib']} MiB"
            raise InputError(f"Container {name} has tmpfs {given}: give an absolute path, and 1 MiB or more.")
    timeout = container.get("stop_timeout")
    if timeout is not None and not 0 <= timeout <= fargate.LONGEST_STOP_TIMEOUT:
        raise InputError(
            f"Container {name} has stop_timeout {timeout}: Fargate takes 0 to {fargate.LONGEST_STOP_TIMEOUT} seconds."
        )
    for mount in container.get("mount_points") or []:
        if mount["source_volume"] not in volumes:
            raise InputError(
                f"Container {name} mounts volume {mount['source_volume']}, which task_definition.volumes does not have."
            )
    _check_ports(container)
    _check_environment_files(container)
    _check_restart_policy(container)
    _check_log_router(container, containers)
    _check_health_check(container)
    _check_dependencies(container, containers)


def _check_ports(container: Mapping[str, Any]) -> None:
    for mapping in container.get("port_mappings") or []:
        if mapping["container_port"] not in PORTS:
            raise InputError(f"Container {container['name']} maps port {mapping['container_port']}: 1 to 65535 exist.")


def _check_environment_files(container: Mapping[str, Any]) -> None:
    for file in container.get("environment_files") or []:
        if ":s3:::" not in file or not file.endswith(".env"):
            raise InputError(
                f"Container {container['name']} has environment file {file}: give the ARN of an object in S3 whose "
                "name ends in .env."
            )


def _check_restart_policy(container: Mapping[str, Any]) -> None:
    policy, name = container.get("restart_policy") or {}, container["name"]
    period, (least, most) = policy.get("restart_attempt_period"), _RESTART_PERIOD
    if period is not None and not least <= period <= most:
        raise InputError(f"Container {name} has restart_attempt_period {period}: AWS takes {least} to {most} seconds.")
    if len(policy.get("ignored_exit_codes") or []) > _IGNORED_EXIT_CODES:
        raise InputError(
            f"Container {name} ignores more than {_IGNORED_EXIT_CODES} exit codes, which AWS does not take."
        )


def _check_log_router(container: Mapping[str, Any], containers: list[Mapping[str, Any]]) -> None:
    driver = (container.get("log_configuration") or {}).get("log_driver")
    if driver == "awsfirelens" and not any(item.get("firelens_configuration") for item in containers):
        raise InputError(
            f"Container {container['name']} logs through FireLens, but no container has firelens_configuration."
        )


def _check_health_check(container: Mapping[str, Any]) -> None:
    check_ = container.get("health_check")
    if check_ is None:
        return
    if not check_["command"] or check_["command"][0] not in ("CMD", "CMD-SHELL", "NONE"):
        raise InputError(f"The health check command of container {container['name']} must begin with CMD or CMD-SHELL.")
    limits = {"interval": (5, 300), "timeout": (2, 60), "retries": (1, 10), "start_period": (0, 300)}
    for option, (least, most) in limits.items():
        value = check_.get(option)
        if value is not None and not least <= value <= most:
            raise InputError(
                f"The health check of container {container['name']} has {option} {value}: AWS takes {least} to {most}."
            )


def _check_dependencies(container: Mapping[str, Any], containers: list[Mapping[str, Any]]) -> None:
    known = {item["name"]: item for item in containers}
    for dependency in container.get("depends_on") or []:
        other = known.get(dependency["container"])
        if other is None:
            raise InputError(
                f"Container {container['name']} depends on {dependency['container']}, which the task does not have."
            )
        if dependency["condition"] == "HEALTHY" and not other.get("health_check"):
            raise InputError(
                f"Container {container['name']} waits until {other['name']} is HEALTHY, but {other['name']} has no "
                "health_check."
            )


def _check_execution_role(options: Mapping[str, Any]) -> None:
    needs = {
        "log_group": "writes to a log group",
        "secrets": "has secrets",
        "repository_credentials_arn": "pulls its image with credentials",
        "environment_files": "has environment files",
    }
    for container in options["containers"]:
        logs = container.get("log_configuration") or {}
        group = logs["log_driver"] == "awslogs" if logs else False
        shown = {**container, "log_group": container.get("log_group") or group}
        shown["secrets"] = container.get("secrets") or logs.get("secret_options")
        for option, why in needs.items():
            if shown.get(option) and not options.get("execution_role_arn"):
                raise InputError(f"Container {container['name']} {why}: give task_definition.execution_role_arn.")
