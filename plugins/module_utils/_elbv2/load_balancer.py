# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Application Load Balancers: what one is, what one shall be, and the steps between. Pure functions only.

Listeners are shown and never touched: each belongs to the service behind it.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, present

NAME_LENGTH = 32
IDLE_SECONDS = (1, 4000)
PROTECTION = "deletion_protection.enabled"

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_ATTRIBUTE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
# Options that stand for an attribute; the same attribute in the free mapping would contradict them.
_OPTIONS = {
    "idle_timeout": "idle_timeout.timeout_seconds",
    "deletion_protection": PROTECTION,
    "drop_invalid_header_fields": "routing.http.drop_invalid_header_fields.enabled",
}
_ACCESS_LOGS = {
    "enabled": "access_logs.s3.enabled",
    "bucket": "access_logs.s3.bucket",
    "prefix": "access_logs.s3.prefix",
}
# ELB API reference, LoadBalancerAttribute: what holds for an attribute that AWS does not report.
ATTRIBUTE_DEFAULTS = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "health_check_logs.s3.enabled": "false",
    "health_check_logs.s3.bucket": "",
    "health_check_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}


def validate(params: Mapping[str, Any]) -> None:
    """Raise InputError for a name that AWS would refuse."""
    name = params["name"]
    if not _NAME.fullmatch(name) or len(name) > NAME_LENGTH or name.startswith("internal-"):
        raise InputError(
            f"name is {name!r} ({len(name)} characters); a load balancer's name has 1 to {NAME_LENGTH} letters, digits"
            ' and hyphens, has no hyphen at either end, and does not begin with "internal-".'
        )


def wanted_attributes(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes that the options ask for, as AWS spells them.

    Raises InputError for values out of range and for an attribute that is asked for twice.
    """
    seconds = params["idle_timeout"]
    least, most = IDLE_SECONDS
    if seconds is not None and not least <= seconds <= most:
        raise InputError(f"idle_timeout is {seconds}; it must be {least} to {most} seconds.")
    wanted = {_OPTIONS[key]: _text(params[key]) for key in _OPTIONS if params[key] is not None}
    wanted |= _access_logs(params["access_logs"])
    for key, value in (params["attributes"] or {}).items():
        if not _ATTRIBUTE.fullmatch(str(key)):
            raise InputError(f"attributes: {key!r} is no attribute; they look like routing.http2.enabled.")
        if key in wanted or key in _OPTIONS.values():
            option = next((name for name, attribute in _OPTIONS.items() if attribute == key), "access_logs")
            raise InputError(f"attributes: {key} is set by the option {option}.")
        if value is None or isinstance(value, (dict, list)):
            raise InputError(f"attributes: {key} must be a string, a number or a boolean.")
        wanted[key] = _text(value)
    return wanted


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _access_logs(logs: Mapping[str, Any] | None) -> dict[str, str]:
    if logs is None:
        return {}
    if logs["enabled"] and not logs["bucket"]:
        raise InputError("access_logs: bucket is required when enabled is true.")
    if logs["enabled"]:
        logs = {**logs, "prefix": logs["prefix"] or ""}
    return {_ACCESS_LOGS[key]: _text(value) for key, value in present(logs).items()}


def settings(
    balancer: Mapping[str, Any] | None, attributes: Mapping[str, str], tags: Mapping[str, str]
) -> dict[str, Any]:
    """Return the settings of a load balancer that are compared; {} for none.

    attributes: the ones to show, normally those that the options manage.
    """
    if balancer is None:
        return {}
    return {
        "name": balancer["LoadBalancerName"],
        "scheme": balancer["Scheme"],
        "ip_address_type": balancer.get("IpAddressType") or "ipv4",
        "subnets": sorted(zone["SubnetId"] for zone in balancer.get("AvailabilityZones") or []),
        "security_groups": sorted(balancer.get("SecurityGroups") or []),
        "attributes": {key: attributes[key] for key in sorted(attributes)},
        "tags": dict(tags),
    }


def managed(described: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Return what AWS reports for the wanted attributes; its default for those that it does not report."""
    return {key: described.get(key, ATTRIBUTE_DEFAULTS.get(key, "")) for key in wanted}


def desired(params: Mapping[str, Any], before: Mapping[str, Any], wanted: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings that the load balancer shall have. before: {} for a new one."""
    _check(params, before)
    initial = {"scheme": "internal", "ip_address_type": "ipv4"}
    chosen = {
        "scheme": params["scheme"],
        "ip_address_type": params["ip_address_type"],
        "subnets": _sorted(params["subnets"]),
        "security_groups": _sorted(params["security_groups"]),
    }
    return {
        "name": params["name"],
        **{key: before.get(key, initial.get(key)) if value is None else value for key, value in chosen.items()},
        "attributes": {key: wanted[key] for key in sorted(wanted)},
        "tags": desired_tags(before.get("tags", {}), params["tags"], params["purge_tags"]),
    }


def _sorted(values: list[str] | None) -> list[str] | None:
    return None if values is None else sorted(set(values))


def _check(params: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    name = params["name"]
    missing = [key for key in ("subnets", "security_groups") if not params[key]]
    if not before and missing:
        raise InputError(f"Load balancer {name} does not exist yet: {' and '.join(missing)} are required to create it.")
    if before and params["scheme"] not in (None, before["scheme"]):
        raise InputError(
            f"Load balancer {name} is {before['scheme']}, which AWS cannot change to {params['scheme']}:"
            " delete it first, or give the new one another name."
        )
    empty = [key for key in ("subnets", "security_groups") if params[key] == []]
    if empty:
        raise InputError(f"Load balancer {name}: {empty[0]} is empty, but at least one is required.")


def check_type(balancer: Mapping[str, Any]) -> None:
    """Raise InputError when the load balancer of this name is of another kind."""
    kind = balancer.get("Type", "application")
    if kind != "application":
        raise InputError(
            f"Load balancer {balancer['LoadBalancerName']} is of type {kind}; this module manages Application Load"
            " Balancers only."
        )


def sentences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each step from before to after."""
    name = after["name"]
    said = []
    if not before:
        said.append(f"create load balancer {name}")
    labels = {"security_groups": "security groups", "subnets": "subnets", "ip_address_type": "IP address type"}
    said += [
        f"set {label} of load balancer {name}" for key, label in labels.items() if before and before[key] != after[key]
    ]
    changed = attribute_changes(before, after)
    if changed:
        listed = ", ".join(f"{key}={value}" for key, value in changed.items())
        said.append(f"set attributes of load balancer {name}: {listed}")
    if before and before["tags"] != after["tags"]:
        said.append(f"update tags of load balancer {name}")
    return said


def attribute_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes to set; a new load balancer has AWS's defaults."""
    current = before["attributes"] if before else managed({}, after["attributes"])
    return {key: value for key, value in after["attributes"].items() if current[key] != value}


def listeners(described: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return listeners in the form of the return values, sorted by port."""
    found = [{"port": listener["Port"], "listener_arn": listener["ListenerArn"]} for listener in described]
    return sorted(found, key=lambda listener: int(listener["port"]))
