# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Stages of an HTTP API. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, present

Settings = dict[str, Any]

# The stage whose requests carry no stage name in their path.
DEFAULT = "$default"
# One line of JSON for each request; AWS demands $context.requestId and allows 1024 characters.
DEFAULT_LOG_FORMAT = json.dumps(
    {
        name: f"$context.{variable}"
        for name, variable in {
            "requestId": "requestId",
            "requestTime": "requestTime",
            "routeKey": "routeKey",
            "path": "path",
            "status": "status",
            "responseLatency": "responseLatency",
            "integrationStatus": "integration.status",
            "integrationLatency": "integration.latency",
            "integrationError": "integrationErrorMessage",
            "error": "error.message",
            "sourceIp": "identity.sourceIp",
            "caller": "identity.userArn",
        }.items()
    }
)
_THROTTLING = {"throttling_burst_limit": "ThrottlingBurstLimit", "throttling_rate_limit": "ThrottlingRateLimit"}


def settings(described: Mapping[str, Any], outdated: bool = False) -> Settings:
    """Return a stage that AWS describes in the form of the module's options, all keys present."""
    log = described.get("AccessLogSettings") or {}
    route_settings = described.get("RouteSettings") or {}
    return {
        "auto_deploy": bool(described.get("AutoDeploy")),
        "outdated": outdated,
        "description": described.get("Description") or None,
        "access_log": _access_log(log.get("DestinationArn"), log.get("Format")),
        "default_route_settings": _limits_found(described.get("DefaultRouteSettings") or {}),
        "route_settings": {key: _limits_found(route_settings[key]) for key in sorted(route_settings)},
        "variables": dict(sorted((described.get("StageVariables") or {}).items())),
        "tags": dict(described.get("Tags") or {}),
    }


def _access_log(destination: str | None, log_format: str | None) -> Settings | None:
    if not destination:
        return None
    # AWS takes a log group's ARN with or without the ":*" that CloudWatch Logs puts at its end.
    return {"destination_arn": destination.removesuffix(":*"), "format": (log_format or DEFAULT_LOG_FORMAT).strip()}


def _limits_found(described: Mapping[str, Any]) -> Settings:
    rate = described.get("ThrottlingRateLimit")
    return {
        "throttling_burst_limit": described.get("ThrottlingBurstLimit"),
        "throttling_rate_limit": None if rate is None else float(rate),
        "detailed_metrics": bool(described.get("DetailedMetricsEnabled")),
    }


def desired(option: Mapping[str, Any], current: Settings | None, purge_tags: bool) -> Settings:
    """Return the settings that a stage shall have.

    Left-out tags stay as they are, and so do left-out default limits, which AWS has no way to take back.
    """
    log = option.get("access_log") or {}
    found = current["default_route_settings"] if current else {}
    route_settings = option.get("route_settings") or {}
    return {
        "auto_deploy": option.get("auto_deploy") is not False,
        "outdated": bool(current and current["outdated"]),
        "description": option.get("description") or None,
        "access_log": _access_log(log.get("destination_arn"), log.get("format")),
        "default_route_settings": _limits_wanted(option.get("default_route_settings") or {}, found),
        "route_settings": {key: _limits_wanted(route_settings[key] or {}, {}) for key in sorted(route_settings)},
        "variables": {name: str(value) for name, value in sorted((option.get("variables") or {}).items())},
        "tags": desired_tags(current["tags"] if current else {}, option.get("tags"), purge_tags),
    }


def _limits_wanted(option: Mapping[str, Any], found: Mapping[str, Any]) -> Settings:
    burst = option.get("throttling_burst_limit")
    rate = option.get("throttling_rate_limit")
    return {
        "throttling_burst_limit": found.get("throttling_burst_limit") if burst is None else int(burst),
        "throttling_rate_limit": found.get("throttling_rate_limit") if rate is None else float(rate),
        "detailed_metrics": boolean(option.get("detailed_metrics") or False),
    }


def differences(before: Settings, after: Settings) -> list[str]:
    """Return the names of the options in which two stages differ; only a deployment brings a stage up to date."""
    return [option for option in after if option != "outdated" and before[option] != after[option]]


def create_request(after: Settings) -> dict[str, Any]:
    """Return the request that creates a stage, without its name and the id of its API."""
    return present(
        {
            "AutoDeploy": after["auto_deploy"],
            "Description": after["description"],
            "AccessLogSettings": _log_request(after["access_log"]),
            "DefaultRouteSettings": _limits_request(after["default_route_settings"]),
            "RouteSettings": {key: _limits_request(limits) for key, limits in after["route_settings"].items()} or None,
            "StageVariables": after["variables"] or None,
            "Tags": after["tags"] or None,
        }
    )


def update_request(before: Settings, after: Settings) -> dict[str, Any]:
    """Return the request for what differs, without ids, tags and what only a deletion takes away; {} for nothing.

    AWS merges variables and route settings into the present ones: an empty value takes a variable away.
    """
    request: dict[str, Any] = {}
    if before["auto_deploy"] != after["auto_deploy"]:
        request["AutoDeploy"] = after["auto_deploy"]
    if before["description"] != after["description"]:
        request["Description"] = after["description"] or ""
    if before["access_log"] != after["access_log"] and after["access_log"]:
        request["AccessLogSettings"] = _log_request(after["access_log"])
    if before["default_route_settings"] != after["default_route_settings"]:
        request["DefaultRouteSettings"] = _limits_request(after["default_route_settings"])
    changed = {
        key: limits for key, limits in after["route_settings"].items() if before["route_settings"].get(key) != limits
    }
    if changed:
        request["RouteSettings"] = {key: _limits_request(limits) for key, limits in changed.items()}
    if before["variables"] != after["variables"]:
        request["StageVariables"] = {**dict.fromkeys(before["variables"], ""), **after["variables"]}
    return request


def route_settings_to_delete(before: Settings, after: Settings) -> list[str]:
    """Return the route keys whose settings have to be deleted: those gone, and those that lose a limit."""
    gone = []
    for key, found in before["route_settings"].items():
        wanted = after["route_settings"].get(key)
        if wanted is None or any(found[limit] is not None and wanted[limit] is None for limit in _THROTTLING):
            gone.append(key)
    return gone


def _log_request(log: Settings | None) -> dict[str, str] | None:
    return {"DestinationArn": log["destination_arn"], "Format": log["format"]} if log else None


def _limits_request(limits: Settings) -> dict[str, Any]:
    # A limit of 0 refuses every request, so what is not set must not be sent at all.
    set_limits = {name: limits[option] for option, name in _THROTTLING.items()}
    return present({**set_limits, "DetailedMetricsEnabled": limits["detailed_metrics"]})
