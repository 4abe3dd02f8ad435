# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""VPC endpoints of a network: which there are and which there shall be. Pure functions only.

They are known by type and service, as "interface ecr.api", so that no id of AWS is needed before it is known.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._iam import policy
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Described, Found, name_of
from ansible_collections.orchestra.aws.plugins.module_utils._network.layout import Layout
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, tag_mapping

Settings = dict[str, Any]

# The only services that have gateway endpoints (AWS PrivateLink guide, "Gateway endpoints").
GATEWAY_SERVICES = ("s3", "dynamodb")
# What an endpoint without a policy of one's own lets through, in words for the difference that is shown.
FULL_ACCESS = "full access"
_FULL = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["*"], "Resource": ["*"]}
_LIVE = ("pending", "pendingacceptance", "available", "partial")
# Names of services that are whole already: AWS's own, also in China, and those of other providers.
_WHOLE = ("com.amazonaws.", "cn.com.amazonaws.", "aws.")


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that shall be. option: the entry of O(endpoints) that asks for it."""

    service: str
    type: str
    label: str
    option: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.type} {self.label}"


def wanted(params: Mapping[str, Any], region: str) -> dict[str, Endpoint]:
    """Return the endpoints that O(endpoints) asks for. Raises InputError for what cannot be."""
    found: dict[str, Endpoint] = {}
    for option in params["endpoints"] or []:
        service = service_name(option["service"], region)
        label = label_of(service, region)
        kind = option["type"] or ("gateway" if label in GATEWAY_SERVICES else "interface")
        endpoint = Endpoint(service, kind, label, option)
        _check(endpoint, params)
        if endpoint.key in found:
            raise InputError(f"endpoints has the {endpoint.key} endpoint twice.")
        found[endpoint.key] = endpoint
    return found


def _check(endpoint: Endpoint, params: Mapping[str, Any]) -> None:
    option = endpoint.option
    if endpoint.type == "gateway":
        if endpoint.label not in GATEWAY_SERVICES:
            only = " and ".join(GATEWAY_SERVICES)
            raise InputError(f"endpoints has a gateway endpoint for {endpoint.label}: only {only} have such.")
        given = [name for name in ("security_groups", "private_dns") if option[name] is not None]
        if given:
            raise InputError(f"The gateway endpoint {endpoint.label} has no {given[0]}: only interface endpoints do.")
        return
    if not option["security_groups"]:
        raise InputError(f"The interface endpoint {endpoint.label} needs security_groups.")
    dns = params["enable_dns_support"] and params["enable_dns_hostnames"]
    if _private_dns(endpoint) and not dns:
        raise InputError(
            f"private_dns of the endpoint {endpoint.label} needs enable_dns_support and enable_dns_hostnames."
        )


def _private_dns(endpoint: Endpoint) -> bool:
    return endpoint.option["private_dns"] is not False


def service_name(service: str, region: str) -> str:
    """Return the whole name of a service that is given as ecr.api or as com.amazonaws.eu-central-1.ecr.api."""
    return service if service.startswith(_WHOLE) else f"com.amazonaws.{region}.{service}"


def label_of(service: str, region: str) -> str:
    """Return the short name of a service of AWS in this region, else the whole one."""
    return service.removeprefix("cn.").removeprefix(f"com.amazonaws.{region}.")


def key_of(endpoint: Described, region: str) -> str:
    return f"{endpoint['VpcEndpointType'].lower()} {label_of(endpoint['ServiceName'], region)}"


def state_of(endpoint: Described) -> str:
    """Return the state in lower case; EC2's documentation and its answers differ in case."""
    return str(endpoint["State"]).lower()


def tag_name(name: str, label: str) -> str:
    return f"{name}-{label}"


def match(name: str, asked: Mapping[str, Endpoint], found: Found) -> dict[str, Described]:
    """Return the existing endpoint of each key. Raises InputError when it is not clear which one that is."""
    matched = {}
    for key, endpoint in asked.items():
        live = [one for one in found.endpoints if key_of(one, found.region) == key and state_of(one) in _LIVE]
        named = [one for one in live if name_of(one) == tag_name(name, endpoint.label)] or live
        if len(named) > 1:
            ids = ", ".join(sorted(one["VpcEndpointId"] for one in named))
            raise InputError(f"The VPC has {len(named)} {key} endpoints ({ids}): delete all but one.")
        if named:
            matched[key] = named[0]
    return matched


def live(found: Found) -> list[Described]:
    """Return the endpoints that work, will, or have failed and stay until they are deleted."""
    return [one for one in found.endpoints if state_of(one) not in ("deleting", "deleted")]


def ending(found: Found) -> list[Described]:
    return [one for one in found.endpoints if state_of(one) == "deleting"]


def settings_of(
    endpoint: Described, found: Found, tables: Mapping[str, Described], groups: Mapping[str, str]
) -> Settings:
    """Return the settings that an endpoint has. tables: by key. groups: id -> name of the listed groups."""
    common = {"policy": _policy(endpoint.get("PolicyDocument")), "tags": tag_mapping(endpoint.get("Tags"))}
    if endpoint["VpcEndpointType"].lower() == "gateway":
        keys = {table["RouteTableId"]: key for key, table in tables.items()}
        used = endpoint.get("RouteTableIds") or []
        return {"route_tables": sorted(keys.get(table_id, table_id) for table_id in used), **common}
    blocks = {subnet["SubnetId"]: subnet["CidrBlock"] for subnet in found.subnets}
    used_groups = [group["GroupId"] for group in endpoint.get("Groups") or []]
    return {
        "subnets": sorted(blocks.get(subnet_id, subnet_id) for subnet_id in endpoint.get("SubnetIds") or []),
        "security_groups": sorted(groups.get(group_id, group_id) for group_id in used_groups),
        "private_dns": bool(endpoint.get("PrivateDnsEnabled")),
        **common,
    }


def wanted_settings(endpoint: Endpoint, layout: Layout, groups: Mapping[str, str], names: list[str]) -> Settings:
    """Return the settings that an endpoint shall have, without its tags. names: of the groups of the network."""
    option = endpoint.option
    common = {"policy": _policy(option["policy"])}
    if endpoint.type == "gateway":
        return {"route_tables": sorted(key for key, table in layout.tables.items() if not table.public), **common}
    return {
        "subnets": sorted(layout.private or layout.public),
        "security_groups": sorted(_group(value, groups, names) for value in option["security_groups"]),
        "private_dns": _private_dns(endpoint),
        **common,
    }


def _group(value: str, groups: Mapping[str, str], names: list[str]) -> str:
    if value in names or is_unknown(value):
        return value
    if value.startswith("sg-"):
        return groups.get(value, value)
    raise InputError(f"endpoints names the security group {value}: give an id (sg-...) or one of security_groups.")


def _policy(document: Any) -> Any:
    if not document:
        return FULL_ACCESS
    read = policy.readable(policy.parse(document, "The policy of an endpoint"))
    return FULL_ACCESS if read["Statement"] == [_FULL] else read


def same_policy(one: Any, other: Any) -> bool:
    if FULL_ACCESS in (one, other):
        return bool(one == other)
    return policy.same(one, other)


def policy_text(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))
