# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ECS clusters: what one is, what one shall be, and the steps between. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, present, tag_mapping

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
# ECS API reference, CapacityProviderStrategyItem and PutClusterCapacityProviders.
MOST_BASE = 100_000
MOST_WEIGHT = 1_000
MOST_PROVIDERS = 20

# How the options of execute_command are spelled in ECS's executeCommandConfiguration and its logConfiguration.
_COMMAND = {"kms_key_id": "kmsKeyId", "logging": "logging"}
_COMMAND_LOG = {
    "cloud_watch_log_group": "cloudWatchLogGroupName",
    "cloud_watch_encryption": "cloudWatchEncryptionEnabled",
    "s3_bucket": "s3BucketName",
    "s3_key_prefix": "s3KeyPrefix",
    "s3_encryption": "s3EncryptionEnabled",
}
# What ECS does when a cluster has no configuration, or a configuration leaves something out.
COMMAND_DEFAULTS: dict[str, Any] = {
    "kms_key_id": "",
    "logging": "DEFAULT",
    "cloud_watch_log_group": "",
    "cloud_watch_encryption": False,
    "s3_bucket": "",
    "s3_key_prefix": "",
    "s3_encryption": False,
}


def validate(params: Mapping[str, Any]) -> None:
    """Raise InputError for a name that ECS would refuse, or a logging configuration that contradicts itself."""
    name = params["name"]
    if not _NAME.fullmatch(name):
        raise InputError(f"name is {name!r}; a cluster's name has 1 to 255 letters, digits, hyphens or underscores.")
    command = params.get("execute_command") or {}
    targets = [key for key in ("cloud_watch_log_group", "s3_bucket") if command.get(key)]
    if command.get("logging") == "OVERRIDE" and not targets:
        raise InputError("execute_command.logging is OVERRIDE: give cloud_watch_log_group or s3_bucket to log to.")
    if command and command.get("logging") != "OVERRIDE" and targets:
        raise InputError(
            f"execute_command.{targets[0]} is only used when execute_command.logging is OVERRIDE,"
            f" and that is {command.get('logging')}."
        )


def settings(cluster: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the settings of a cluster that are compared; {} for no cluster."""
    if cluster is None:
        return {}
    configured = {item["name"]: item["value"] for item in cluster.get("settings") or []}
    return {
        "name": cluster["clusterName"],
        "capacity_providers": sorted(cluster.get("capacityProviders") or []),
        "default_capacity_provider_strategy": [
            {
                "capacity_provider": item["capacityProvider"],
                "base": item.get("base", 0),
                "weight": item.get("weight", 0),
            }
            for item in _by_provider(cluster.get("defaultCapacityProviderStrategy"), "capacityProvider")
        ],
        "container_insights": configured.get("containerInsights", "disabled"),
        "execute_command": _command(cluster),
        "tags": tag_mapping(cluster.get("tags")),
    }


def _by_provider(strategy: list[dict[str, Any]] | None, key: str) -> list[dict[str, Any]]:
    return sorted(strategy or [], key=lambda item: str(item[key]))


def _command(cluster: Mapping[str, Any]) -> dict[str, Any]:
    configuration = (cluster.get("configuration") or {}).get("executeCommandConfiguration") or {}
    log = configuration.get("logConfiguration") or {}
    found = {option: configuration.get(name) for option, name in _COMMAND.items()}
    found |= {option: log.get(name) for option, name in _COMMAND_LOG.items()}
    return {**COMMAND_DEFAULTS, **present(found)}


def desired(params: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the cluster shall have. before: {} for a new one.

    container_insights is missing when a new cluster is to follow the account's default.
    """
    strategy = params["default_capacity_provider_strategy"]
    chosen = {
        "capacity_providers": _sorted(params["capacity_providers"]),
        "default_capacity_provider_strategy": None if strategy is None else _strategy(strategy),
        "container_insights": params["container_insights"],
        "execute_command": _wanted_command(params["execute_command"]),
    }
    initial: dict[str, Any] = {
        "capacity_providers": [],
        "default_capacity_provider_strategy": [],
        "container_insights": None,
        "execute_command": dict(COMMAND_DEFAULTS),
    }
    after = {
        "name": params["name"],
        **{key: before.get(key, initial[key]) if value is None else value for key, value in chosen.items()},
        "tags": desired_tags(before.get("tags", {}), params["tags"], params["purge_tags"]),
    }
    _check_strategy(after["capacity_providers"], after["default_capacity_provider_strategy"])
    return present(after)


def _sorted(values: list[str] | None) -> list[str] | None:
    return None if values is None else sorted(set(values))


def _strategy(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"capacity_provider": item["capacity_provider"], "base": item["base"], "weight": item["weight"]}
        for item in _by_provider(given, "capacity_provider")
    ]


def _wanted_command(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if given is None else {**COMMAND_DEFAULTS, **present(given)}


def _check_strategy(providers: list[str], strategy: list[dict[str, Any]]) -> None:
    """Raise InputError for a default strategy that ECS would refuse."""
    what = "default_capacity_provider_strategy"
    names = [item["capacity_provider"] for item in strategy]
    missing = sorted(set(names) - set(providers))
    if missing:
        raise InputError(f"{what} uses {', '.join(missing)}, but the capacity_providers are {providers}.")
    if len(set(names)) < len(names):
        raise InputError(f"{what} names a capacity provider twice: {', '.join(names)}.")
    if max(len(strategy), len(providers)) > MOST_PROVIDERS:
        raise InputError(f"A cluster can use at most {MOST_PROVIDERS} capacity providers in a strategy.")
    if sum(1 for item in strategy if item["base"]) > 1:
        raise InputError(f"{what}: only one capacity provider can have a base.")
    if strategy and not any(item["weight"] for item in strategy):
        raise InputError(f"{what}: at least one capacity provider must have a weight over 0.")
    for item in strategy:
        if not (0 <= item["base"] <= MOST_BASE and 0 <= item["weight"] <= MOST_WEIGHT):
            raise InputError(
                f"{what}: {item['capacity_provider']} has base {item['base']} and weight {item['weight']};"
                f" allowed are 0 to {MOST_BASE} and 0 to {MOST_WEIGHT}."
            )


def plan(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return which parts differ: ["create"], or some of capacity, settings and tags."""
    if not before:
        return ["create"]
    groups = {
        "capacity": ("capacity_providers", "default_capacity_provider_strategy"),
        "settings": ("container_insights", "execute_command"),
        "tags": ("tags",),
    }
    return [group for group, keys in groups.items() if any(before[key] != after[key] for key in keys)]


def sentences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each step of C(plan)."""
    name = after["name"]
    if not before:
        return [f"create ECS cluster {name}"]
    said = []
    steps = plan(before, after)
    if "capacity" in steps:
        listed = ", ".join(after["capacity_providers"]) or "none"
        said.append(f"set capacity providers of ECS cluster {name} to {listed}")
    if "settings" in steps:
        changed = [key for key in ("container_insights", "execute_command") if before[key] != after[key]]
        said.append(f"update {' and '.join(changed)} of ECS cluster {name}")
    if "tags" in steps:
        said.append(f"update tags of ECS cluster {name}")
    return said


def create_request(after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the optional parts of CreateCluster; what equals AWS's default is left out."""
    request = settings_request({key: after[key] for key in ("container_insights",) if key in after})
    if after["execute_command"] != COMMAND_DEFAULTS:
        request |= settings_request({"execute_command": after["execute_command"]})
    if after["capacity_providers"]:
        request["capacityProviders"] = after["capacity_providers"]
    if after["default_capacity_provider_strategy"]:
        request["defaultCapacityProviderStrategy"] = strategy_request(after)
    return request


def settings_request(wanted: Mapping[str, Any], current: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return settings and configuration as AWS spells them.

    current: the configuration that the cluster has; what this module does not manage in it is sent back unchanged.
    """
    request: dict[str, Any] = {}
    if "container_insights" in wanted:
        request["settings"] = [{"name": "containerInsights", "value": wanted["container_insights"]}]
    if "execute_command" in wanted:
        command = _command_request(wanted["execute_command"])
        request["configuration"] = {**(current or {}), "executeCommandConfiguration": command}
    return request


def _command_request(command: Mapping[str, Any]) -> dict[str, Any]:
    request = {name: command[option] for option, name in _COMMAND.items() if command[option]}
    if command["logging"] == "OVERRIDE":
        log = {name: command[option] for option, name in _COMMAND_LOG.items() if command[option] != ""}
        request["logConfiguration"] = log
    return request


def strategy_request(after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the default strategy as AWS spells it."""
    return [
        {"capacityProvider": item["capacity_provider"], "base": item["base"], "weight": item["weight"]}
        for item in after["default_capacity_provider_strategy"]
    ]
