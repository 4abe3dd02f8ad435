# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Target groups of Fargate services: what one is, what it shall be, which call gets there. Pure functions.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, present

# Elastic Load Balancing: CreateTargetGroup, parameter Name.
_NAME = re.compile(r"(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?")
LONGEST_NAME = 32
# Fargate tasks have their own network interface, so they are registered by address.
TARGET_TYPE = "ip"
# Settings that AWS never changes after creation.
_FIXED = ("protocol", "protocol_version", "port", "vpc_id", "target_type")

_HEALTH_CHECK = {
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthy_threshold": "HealthyThresholdCount",
    "unhealthy_threshold": "UnhealthyThresholdCount",
    "matcher": "Matcher",
}
_ATTRIBUTES = {
    "deregistration_delay_seconds": "deregistration_delay.timeout_seconds",
    "slow_start": "slow_start.duration_seconds",
    "load_balancing_algorithm": "load_balancing.algorithm.type",
}
_STICKINESS = {"enabled": "stickiness.enabled", "type": "stickiness.type"}
_COOKIE = {
    "lb_cookie": {"duration_seconds": "stickiness.lb_cookie.duration_seconds"},
    "app_cookie": {
        "duration_seconds": "stickiness.app_cookie.duration_seconds",
        "cookie_name": "stickiness.app_cookie.cookie_name",
    },
}


def check_name(name: str) -> None:
    """Refuse, with InputError, a name that AWS would refuse."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name} cannot be the name of a target group: AWS takes 1 to 32 letters, digits and hyphens, neither "
            "a hyphen at an end nor internal- at the start; give load_balancer.target_group.name."
        )


def name_in(arn: str) -> str:
    """Return the name that is part of a target group's ARN."""
    return arn.split(":targetgroup/")[-1].split("/")[0]


def settings(group: Mapping[str, Any] | None, attributes: Mapping[str, str]) -> dict[str, Any]:
    """Return what is compared of a target group; {} for none."""
    if group is None:
        return {}
    check = {option: group.get(key) for option, key in _HEALTH_CHECK.items()}
    matcher = check["matcher"] or {}
    check["matcher"] = matcher.get("HttpCode") or matcher.get("GrpcCode")
    return present(
        {
            "name": group["TargetGroupName"],
            "protocol": group.get("Protocol"),
            "protocol_version": group.get("ProtocolVersion"),
            "port": group.get("Port"),
            "vpc_id": group.get("VpcId"),
            "target_type": group.get("TargetType"),
            "health_check": present(check),
            **_known_attributes(attributes),
        }
    )


def _known_attributes(attributes: Mapping[str, str]) -> dict[str, Any]:
    known = {option: _number(attributes.get(key)) for option, key in _ATTRIBUTES.items()}
    names = {**_STICKINESS, **_COOKIE.get(attributes.get("stickiness.type", ""), {})}
    stickiness = {option: _number(attributes.get(key)) for option, key in names.items()}
    if stickiness.get("enabled") is not None:
        stickiness["enabled"] = stickiness["enabled"] == "true"
    return {**known, "stickiness": present(stickiness) or None}


def _number(value: str | None) -> Any:
    return int(value) if value is not None and value.isdigit() else value


def desired(options: Mapping[str, Any], name: str, vpc_id: str, port: int, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the target group shall be: what is left out stays, or has AWS's default in a new one.

    vpc_id, port: of a new target group, unless the options say otherwise.
    """
    new = {"protocol": "HTTP", "protocol_version": "HTTP1", "port": port, "vpc_id": vpc_id, "target_type": TARGET_TYPE}
    given = present({key: options.get(key) for key in ("protocol", "protocol_version", "port", "vpc_id")})
    plain = present({key: options.get(key) for key in _ATTRIBUTES})
    after = {"name": name, **(before or new), **given, **plain, "target_type": TARGET_TYPE}
    for key in ("health_check", "stickiness"):
        merged = {**before.get(key, {}), **present(options.get(key) or {})}
        if merged:
            after[key] = merged
    if "stickiness" in after:
        after["stickiness"] = _of_one_cookie(after["stickiness"], before.get("stickiness", {}), options)
    _check_slow_start(after)
    return after


def _check_slow_start(after: Mapping[str, Any]) -> None:
    """Raise InputError where AWS refuses slow start ("Edit target group attributes": only with round_robin)."""
    algorithm = after.get("load_balancing_algorithm") or "round_robin"
    if after.get("slow_start") and algorithm != "round_robin":
        raise InputError(
            f"Target group {after['name']} has slow_start {after['slow_start']} and load_balancing_algorithm "
            f"{algorithm}: AWS takes slow_start with round_robin only, set it to 0 or choose round_robin."
        )


def _of_one_cookie(merged: Mapping[str, Any], before: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stickiness with what its type of cookie has: AWS keeps the settings of both types apart."""
    given = present(options.get("stickiness") or {})
    kind = merged.get("type", "lb_cookie")
    kept = merged if kind == before.get("type", "lb_cookie") else given
    names = (*_STICKINESS, *_COOKIE.get(kind, {}))
    return {option: kept[option] for option in names if option in kept}


def refuse_fixed(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Raise InputError when a setting differs that AWS cannot change."""
    for key in _FIXED if before else ():
        if before.get(key) != after.get(key):
            raise InputError(
                f"Target group {after['name']} has {key} {before.get(key)}, which AWS cannot change to {after[key]}: "
                "delete the service with state=absent and make it again, or leave the option out."
            )


def refuse_foreign(group: Mapping[str, Any] | None, load_balancer_arn: str) -> None:
    """Raise InputError when the target group already serves another load balancer: AWS allows one."""
    others = [arn for arn in (group or {}).get("LoadBalancerArns", []) if arn != load_balancer_arn]
    if group and others and not is_unknown(load_balancer_arn):
        raise InputError(
            f"Target group {group['TargetGroupName']} already serves load balancer {others[0].split('/')[-2]}, and a "
            "target group serves one load balancer only: give load_balancer.target_group.name another name."
        )


def create_request(after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of CreateTargetGroup but name and tags."""
    return {
        "Protocol": after["protocol"],
        "ProtocolVersion": after["protocol_version"],
        "Port": after["port"],
        "VpcId": after["vpc_id"],
        "TargetType": after["target_type"],
        **_health_check(after.get("health_check", {}), after),
    }


def modify_request(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of ModifyTargetGroup that differ; {} when nothing does."""
    old = before.get("health_check", {})
    return _health_check(
        {key: value for key, value in after.get("health_check", {}).items() if old.get(key) != value}, after
    )


def _health_check(check: Mapping[str, Any], group: Mapping[str, Any]) -> dict[str, Any]:
    request = {_HEALTH_CHECK[option]: value for option, value in check.items()}
    if "Matcher" in request:
        kind = "GrpcCode" if group.get("protocol_version") == "GRPC" else "HttpCode"
        request["Matcher"] = {kind: request["Matcher"]}
    return request


def attribute_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes to set, as AWS spells them."""
    old, new = _attributes(before), _attributes(after)
    return {key: value for key, value in new.items() if old.get(key) != value}


def _attributes(group: Mapping[str, Any]) -> dict[str, str]:
    stickiness = group.get("stickiness", {})
    kind = stickiness.get("type", "lb_cookie")
    named = {key: group.get(option) for option, key in _ATTRIBUTES.items()}
    named |= {key: stickiness.get(option) for option, key in {**_STICKINESS, **_COOKIE.get(kind, {})}.items()}
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in present(named).items()}
