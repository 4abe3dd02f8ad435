# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Containers of a task definition: from the module's options to AWS's form, and from AWS's form to what is compared.

Pure functions. Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import log_driver, shapes
from ansible_collections.orchestra.aws.plugins.module_utils._values import present

# Options whose AWS name is the option's name in camel case and whose value is passed on as it is.
_PASSED_ON = {
    "name": "name",
    "image": "image",
    "essential": "essential",
    "command": "command",
    "entry_point": "entryPoint",
    "working_directory": "workingDirectory",
    "user": "user",
    "cpu": "cpu",
    "memory": "memory",
    "memory_reservation": "memoryReservation",
    "stop_timeout": "stopTimeout",
    "start_timeout": "startTimeout",
    "readonly_root_filesystem": "readonlyRootFilesystem",
    "interactive": "interactive",
    "pseudo_terminal": "pseudoTerminal",
    "version_consistency": "versionConsistency",
    "docker_labels": "dockerLabels",
}
# What ECS fills in, or does, when nothing is said: left out on both sides of the comparison.
_DEFAULTS: dict[str, Any] = {
    "cpu": 0,
    "essential": True,
    "disableNetworking": False,
    "interactive": False,
    "privileged": False,
    "pseudoTerminal": False,
    "readonlyRootFilesystem": False,
    "stopTimeout": 30,
    "versionConsistency": "enabled",
}
_HEALTH_CHECK_DEFAULTS = {"interval": 30, "timeout": 5, "retries": 3, "startPeriod": 0}
# Seconds that a container runs at least before it is restarted.
_RESTART_DEFAULTS = {"restartAttemptPeriod": 300}
# Keys below which names are the user's own and must not be turned into snake case.
_USERS_NAMES = ["environment", "secrets", "options", "dockerLabels", "logConfiguration", "systemControls"]


def definition(container: Mapping[str, Any], region: str, stream_prefix: str) -> dict[str, Any]:
    """Return a container in AWS's form.

    region: of the log group. stream_prefix: of its log streams, unless the container has its own.
    """
    lists = {
        "portMappings": [_port_mapping(mapping) for mapping in container.get("port_mappings") or []],
        "environment": log_driver.pairs(container.get("environment"), "value"),
        "environmentFiles": [{"value": arn, "type": "s3"} for arn in container.get("environment_files") or []],
        "secrets": log_driver.pairs(container.get("secrets"), "valueFrom"),
        "mountPoints": [_mount_point(mount) for mount in container.get("mount_points") or []],
        "dependsOn": [
            {"containerName": item["container"], "condition": item["condition"]}
            for item in container.get("depends_on") or []
        ],
        "ulimits": [
            {"name": item["name"], "softLimit": item["soft_limit"], "hardLimit": item["hard_limit"]}
            for item in container.get("ulimits") or []
        ],
        "systemControls": [
            {"namespace": name, "value": log_driver.text(value)}
            for name, value in sorted((container.get("system_controls") or {}).items())
        ],
    }
    passed_on = {aws_name: container.get(option) for option, aws_name in _PASSED_ON.items()}
    structures = {
        "repositoryCredentials": _credentials(container.get("repository_credentials_arn")),
        "healthCheck": _health_check(container.get("health_check")),
        "restartPolicy": shapes.to_aws(container["restart_policy"]) if container.get("restart_policy") else None,
        "logConfiguration": _awslogs(container, region, stream_prefix)
        or log_driver.request(container.get("log_configuration")),
        "firelensConfiguration": _firelens(container.get("firelens_configuration")),
        "linuxParameters": _linux(container),
    }
    return present({**passed_on, **{name: items for name, items in lists.items() if items}, **structures})


def _port_mapping(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return present(
        {
            "containerPort": mapping["container_port"],
            "protocol": mapping["protocol"],
            "name": mapping.get("name"),
            "appProtocol": mapping.get("app_protocol"),
        }
    )


def _mount_point(mount: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sourceVolume": mount["source_volume"],
        "containerPath": mount["container_path"],
        "readOnly": bool(mount.get("read_only")),
    }


def _credentials(arn: str | None) -> dict[str, str] | None:
    return {"credentialsParameter": arn} if arn else None


def _health_check(check: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if check is None:
        return None
    return present(
        {
            "command": check["command"],
            "interval": check.get("interval"),
            "timeout": check.get("timeout"),
            "retries": check.get("retries"),
            "startPeriod": check.get("start_period"),
        }
    )


def _linux(container: Mapping[str, Any]) -> dict[str, Any] | None:
    capabilities = {key: items for key, items in (container.get("capabilities") or {}).items() if items}
    parameters = {
        "initProcessEnabled": container.get("init_process_enabled"),
        "capabilities": capabilities or None,
        "tmpfs": [_tmpfs(item) for item in container.get("tmpfs") or []] or None,
    }
    return present(parameters) or None


def _tmpfs(item: Mapping[str, Any]) -> dict[str, Any]:
    mounted = {"containerPath": item["container_path"], "size": item["size_mib"]}
    return {**mounted, **({"mountOptions": item["mount_options"]} if item.get("mount_options") else {})}


def _firelens(options: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if options is None:
        return None
    driver_options = {name: log_driver.text(value) for name, value in (options.get("options") or {}).items()}
    return {"type": options["type"], **({"options": driver_options} if driver_options else {})}


def _awslogs(container: Mapping[str, Any], region: str, stream_prefix: str) -> dict[str, Any] | None:
    """Return the log configuration; Fargate demands group, region and stream prefix."""
    if not container.get("log_group"):
        return None
    options = {
        "awslogs-group": container["log_group"],
        "awslogs-region": region,
        "awslogs-stream-prefix": container.get("log_stream_prefix") or stream_prefix,
    }
    return {"logDriver": "awslogs", "options": options}


def settings(container: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is compared of a container in AWS's form: no defaults, no order where order means nothing.

    What this module has no option for is kept, so that it counts as a difference.
    """
    canonical = {key: value for key, value in container.items() if key not in _DEFAULTS or value != _DEFAULTS[key]}
    canonical.pop("name", None)
    canonical["environment"] = {item["name"]: item.get("value", "") for item in container.get("environment") or []}
    canonical["secrets"] = {item["name"]: item["valueFrom"] for item in container.get("secrets") or []}
    canonical["environmentFiles"] = [item["value"] for item in container.get("environmentFiles") or []]
    controls = container.get("systemControls") or []
    canonical["systemControls"] = {item["namespace"]: item.get("value", "") for item in controls}
    canonical["portMappings"] = _sorted([_plain_port(mapping) for mapping in container.get("portMappings") or []])
    canonical["mountPoints"] = _sorted([_without_false(mount) for mount in container.get("mountPoints") or []])
    canonical["dependsOn"] = _sorted(container.get("dependsOn") or [])
    canonical["ulimits"] = _sorted(container.get("ulimits") or [])
    canonical["linuxParameters"] = _plain_linux(container.get("linuxParameters") or {})
    canonical["logConfiguration"] = log_driver.settings(container.get("logConfiguration"))
    canonical["restartPolicy"] = _plain_restart(container.get("restartPolicy") or {})
    canonical["firelensConfiguration"] = _filled(container.get("firelensConfiguration") or {})
    check = container.get("healthCheck") or {}
    canonical["healthCheck"] = {key: value for key, value in check.items() if _HEALTH_CHECK_DEFAULTS.get(key) != value}
    options: dict[str, Any] = camel_dict_to_snake_dict(_filled(canonical), ignore_list=_USERS_NAMES)
    return options


def _plain_port(mapping: Mapping[str, Any]) -> dict[str, Any]:
    plain = dict(mapping)
    if plain.get("hostPort") in (None, 0, plain.get("containerPort")):  # in awsvpc mode it can be nothing else
        plain.pop("hostPort", None)
    if plain.get("protocol") == "tcp":
        plain.pop("protocol")
    return plain


def _plain_linux(parameters: Mapping[str, Any]) -> dict[str, Any]:
    capabilities = {key: sorted(items) for key, items in (parameters.get("capabilities") or {}).items() if items}
    memory = [
        {**item, "mountOptions": sorted(item.get("mountOptions") or [])} for item in parameters.get("tmpfs") or []
    ]
    plain = {"capabilities": capabilities, "tmpfs": _sorted([_without_false(item) for item in memory])}
    return _without_false({**parameters, **plain})


def _plain_restart(policy: Mapping[str, Any]) -> dict[str, Any]:
    """A policy that is switched off is none."""
    if not policy.get("enabled"):
        return {}
    codes = sorted(policy.get("ignoredExitCodes") or [])
    filled = _filled({**policy, "ignoredExitCodes": codes})
    return {key: value for key, value in filled.items() if _RESTART_DEFAULTS.get(key) != value}


def _sorted(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True, default=str))


def _without_false(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if value is not False and value not in ([], {})}


def _filled(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if value not in (None, [], {}, "")}
