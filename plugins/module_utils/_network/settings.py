# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The settings of a network that are compared: as they are and as they shall be. Pure functions only.

One mapping a section, its keys are names and address blocks, so that no id of AWS is needed before it is known.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import endpoints, flow_log, rules
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import (
    DEFAULT_ROUTE,
    Described,
    Found,
    name_of,
)
from ansible_collections.orchestra.aws.plugins.module_utils._network.layout import Layout, Table
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import Parts, explicit_subnets
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, is_unknown, tag_mapping

Settings = dict[str, Any]
# Tells the tags that a resource shall have: of what AWS describes, its name, its own tags.
Tags = Callable[..., dict[str, str]]

INTERNET = "internet gateway"
NAT = "NAT gateway "
_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
)


def tags_of(described: Described | None) -> dict[str, str]:
    """Return the tags; none for what does not exist."""
    return tag_mapping((described or {}).get("Tags"))


def before(layout: Layout, found: Found, parts: Parts) -> Settings:
    """Return the settings that the network has; sections that have nothing are left out."""
    settings: Settings = {
        "elastic_ips": _keyed(
            layout.nat_gateways, parts.addresses, parts.superfluous_addresses, "AllocationId", _address
        ),
    }
    if found.vpc is not None:
        blocks = {subnet["SubnetId"]: subnet["CidrBlock"] for subnet in found.subnets}
        names = group_names(parts)
        settings |= {
            "vpc": {"cidr_block": found.vpc["CidrBlock"], **found.dns, "tags": tags_of(found.vpc)},
            "subnets": {cidr: _subnet(layout, subnet) for cidr, subnet in parts.subnets.items()},
            "nat_gateways": _keyed(
                layout.nat_gateways,
                parts.nat_gateways,
                parts.superfluous_nat_gateways,
                "NatGatewayId",
                lambda nat: _nat(nat, blocks),
            ),
            "route_tables": _keyed(
                layout.tables,
                parts.tables,
                parts.superfluous_tables,
                "RouteTableId",
                lambda table: _table(table, parts, found),
            ),
            "security_groups": _keyed(
                (), parts.groups, parts.superfluous_groups, "GroupId", lambda group: _group(group, names)
            ),
            "endpoints": {
                key: endpoints.settings_of(endpoint, found, parts.tables, names)
                for key, endpoint in {**parts.endpoints, **parts.superfluous_endpoints}.items()
            },
            "flow_logs": [
                flow_log.settings_of(one) for one in [parts.flow_log, *parts.superfluous_flow_logs] if one is not None
            ],
        }
    if parts.internet_gateway is not None:
        attached = found.attached(parts.internet_gateway)
        settings["internet_gateway"] = {"attached": attached, "tags": tags_of(parts.internet_gateway)}
    return {section: value for section, value in settings.items() if value}


def superfluous_key(described: Described, id_key: str, taken: Container[str]) -> str:
    """Return the key of something that plays no part: its name, or its id when the name has another meaning."""
    name = described.get("GroupName") or name_of(described)
    return str(described[id_key]) if not name or name in taken else name


def _keyed(
    wanted: Container[str],
    matched: Mapping[str, Described],
    superfluous: list[Described],
    id_key: str,
    convert: Callable[[Described], Settings],
) -> Settings:
    """wanted: the names that have a meaning, whether there is such a thing or not."""
    settings = {key: convert(described) for key, described in matched.items()}
    for described in superfluous:
        key = superfluous_key(described, id_key, wanted)
        settings[str(described[id_key]) if key in settings else key] = convert(described)
    return settings


def group_names(parts: Parts) -> dict[str, str]:
    """Return the names of the listed groups by id."""
    return {group["GroupId"]: name for name, group in parts.groups.items()}


def _address(address: Described) -> Settings:
    return {"tags": tags_of(address)}


def _subnet(layout: Layout, subnet: Described) -> Settings:
    settings = {"availability_zone": subnet["AvailabilityZone"], "tags": tags_of(subnet)}
    if subnet["CidrBlock"] in layout.public:
        settings["map_public_ip"] = bool(subnet.get("MapPublicIpOnLaunch"))
    return settings


def _nat(gateway: Described, blocks: Mapping[str, str]) -> Settings:
    return {"subnet": blocks.get(gateway["SubnetId"], gateway["SubnetId"]), "tags": tags_of(gateway)}


def _table(table: Described, parts: Parts, found: Found) -> Settings:
    here = explicit_subnets(table)
    subnets = sorted(cidr for cidr, subnet in parts.subnets.items() if subnet["SubnetId"] in here)
    return {"subnets": subnets, "default_route": _default_route(table, parts, found), "tags": tags_of(table)}


def _default_route(table: Described, parts: Parts, found: Found) -> str | None:
    for route in table.get("Routes") or []:
        if route.get("DestinationCidrBlock") == DEFAULT_ROUTE:
            return _target(route, parts, found)
    return None


def _target(route: Described, parts: Parts, found: Found) -> str:
    target = next((str(route[key]) for key in _TARGETS if route.get(key)), "unknown target")
    live = {gateway["NatGatewayId"] for gateway in found.live_nat_gateways}
    if route.get("State") == "blackhole" or (target.startswith("nat-") and target not in live):
        return f"{target} (blackhole)"
    if parts.internet_gateway and target == parts.internet_gateway["InternetGatewayId"]:
        return INTERNET
    for name, gateway in parts.nat_gateways.items():
        if target == gateway["NatGatewayId"]:
            return f"{NAT}{name}"
    return target


def _group(group: Described, names: Mapping[str, str]) -> Settings:
    return {
        "description": group["Description"],
        "ingress": rules.described(group.get("IpPermissions") or [], names),
        "egress": rules.described(group.get("IpPermissionsEgress") or [], names),
        "tags": tags_of(group),
    }


def after(params: Mapping[str, Any], layout: Layout, found: Found, parts: Parts, now: Settings) -> Settings:
    """Return the settings that the network shall have. Raises InputError for rules that cannot be."""

    def tags(described: Described | None, name: str, own: Mapping[str, Any] | None = None) -> dict[str, str]:
        given = params["tags"] is not None or own is not None
        wanted = {**(params["tags"] or {}), **(own or {}), "Name": name}
        return desired_tags(tags_of(described), wanted, bool(params["purge_tags"]) and given)

    addresses = [name for name in layout.nat_gateways if name in parts.addresses or name not in parts.nat_gateways]
    settings: Settings = {
        "vpc": {
            "cidr_block": params["cidr_block"],
            "enable_dns_support": params["enable_dns_support"],
            "enable_dns_hostnames": params["enable_dns_hostnames"],
            "tags": tags(found.vpc, layout.name),
        },
        "subnets": {
            cidr: {
                "availability_zone": layout.zone(cidr),
                "tags": tags(parts.subnets.get(cidr), layout.subnet_name(cidr)),
                **({"map_public_ip": params["map_public_ip"]} if cidr in layout.public else {}),
            }
            for cidr in layout.public + layout.private
        },
        "elastic_ips": {name: {"tags": tags(parts.addresses.get(name), name)} for name in addresses},
        "nat_gateways": {
            name: {"subnet": cidr, "tags": tags(parts.nat_gateways.get(name), name)}
            for name, cidr in layout.nat_gateways.items()
        },
        "route_tables": {
            key: {
                "subnets": sorted(table.subnets),
                "default_route": _wanted_route(table, now.get("route_tables", {}).get(key)),
                "tags": tags(parts.tables.get(key), key),
            }
            for key, table in layout.tables.items()
        },
        "security_groups": _wanted_groups(params, parts, now, tags),
    }
    settings["endpoints"] = _wanted_endpoints(layout, found, parts, settings["security_groups"], tags)
    if flow_log.is_wanted(params["flow_log"]):
        settings["flow_logs"] = [{**flow_log.wanted(params["flow_log"]), "tags": tags(parts.flow_log, layout.name)}]
    if layout.public:
        settings["internet_gateway"] = {"attached": True, "tags": tags(parts.internet_gateway, layout.name)}
    return {section: value for section, value in settings.items() if value}


def _wanted_route(table: Table, now: Settings | None) -> str | None:
    if table.public:
        return INTERNET
    if table.nat_gateway is not None:
        return f"{NAT}{table.nat_gateway}"
    current = now["default_route"] if now else None
    # Without NAT gateways the way out may be of the user's own making, a transit gateway for instance.
    gone = current is not None and (current.startswith((NAT, "nat-")) or current.endswith("(blackhole)"))
    return None if gone else current


def _wanted_groups(params: Mapping[str, Any], parts: Parts, now: Settings, tags: Tags) -> Settings:
    options = params["security_groups"] or []
    names = [option["name"] for option in options]
    if len(set(names)) != len(names):
        raise InputError("security_groups names a group twice.")
    ids = group_names(parts)
    wanted = {}
    for option in options:
        name = option["name"]
        current = now.get("security_groups", {}).get(name)
        wanted[name] = {
            # AWS cannot change the description of a group.
            "description": current["description"] if current else _description(option),
            "tags": tags(parts.groups.get(name), name, option["tags"]),
        }
        for direction, default in (("ingress", []), ("egress", [rules.DEFAULT_EGRESS])):
            kept = current[direction] if current else default
            listed = option[direction]
            if listed is None:
                wanted[name][direction] = kept
                continue
            asked = [rules.wanted(rule, ids, names) for rule in listed]
            if current and not params["purge_rules"]:
                asked = rules.union(asked, kept)
            wanted[name][direction] = rules.ordered(asked)
    return wanted


def _wanted_endpoints(layout: Layout, found: Found, parts: Parts, groups: Settings, tags: Tags) -> Settings:
    wanted = {}
    for key, endpoint in parts.asked_endpoints.items():
        asked = endpoints.wanted_settings(endpoint, layout, group_names(parts), list(groups))
        now = parts.endpoints.get(key)
        if now is not None:
            current = endpoints.settings_of(now, found, parts.tables, group_names(parts))
            if endpoints.same_policy(current["policy"], asked["policy"]):
                asked["policy"] = current["policy"]
        wanted[key] = {**asked, "tags": tags(now, endpoints.tag_name(layout.name, endpoint.label))}
    return wanted


def unlisted_rules(params: Mapping[str, Any], parts: Parts, before: Settings) -> int:
    """Count the rules that are there, not asked for, and kept because O(purge_rules) is off."""
    if params["purge_rules"]:
        return 0
    exact = _wanted_groups({**params, "purge_rules": True}, parts, before, lambda *_any: {})
    kept = _wanted_groups(params, parts, before, lambda *_any: {})
    return sum(len(kept[name][way]) - len(exact[name][way]) for name in kept for way in ("ingress", "egress"))


def _description(option: Mapping[str, Any]) -> str:
    if option["name"].startswith("sg-"):
        raise InputError(f"The security group name {option['name']} begins with sg-, which AWS keeps for ids.")
    text = option["description"] or f"Security group {option['name']}"
    return rules.checked_description(text, f"security group {option['name']}")


def check_known(settings: Settings) -> None:
    """Raise InputError when a rule holds a placeholder, which only a check run may see."""
    for name, group in settings.get("security_groups", {}).items():
        if is_unknown(group):
            raise InputError(f"Security group {name} has a rule with an id that is not known: run what makes it first.")
    for section, what in (("endpoints", "An endpoint has a security group"), ("flow_logs", "The flow log has a role")):
        if is_unknown(settings.get(section)):
            raise InputError(f"{what} that is not known: run what makes it first.")
