# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A network as a whole: make it what it shall be, or delete it.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._network import (
    api,
    endpoints,
    flow_log,
    settings,
    steps,
    waiting,
)
from ansible_collections.orchestra.aws.plugins.module_utils._network.absent import removal_plan, removed_settings
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Found, read
from ansible_collections.orchestra.aws.plugins.module_utils._network.layout import Layout, lay_out
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import match
from ansible_collections.orchestra.aws.plugins.module_utils._network.plan import plan
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Make what is missing, repair what differs, and wait for the NAT gateways when asked to."""
    if "Name" in (params["tags"] or {}):
        raise InputError("tags holds Name, which vpc_network derives from the name of the network: leave it out.")
    flow_log.check(params["flow_log"])
    ec2 = clients("ec2")
    found = read(ec2, params["name"])
    layout = lay_out(params, found)
    parts = match(params, layout, found)
    before = settings.before(layout, found, parts)
    after = settings.after(params, layout, found, parts, before)
    planned = plan(params["name"], before, after, parts)
    ids = steps.known_ids(found, parts)
    if check_mode:
        _fill_unknown(ids, after)
        gateways, ends = list(parts.nat_gateways.values()), list(parts.endpoints.values())
    else:
        settings.check_known(after)
        steps.execute(planned, steps.Work(ec2, ids, params["wait_timeout"]))
        gateways = _gateways(ec2, list(ids.nat_gateways.values()), params)
        ends = _endpoints(ec2, list(ids.endpoints.values()), params)
    network = describe(layout, found, after, ids, gateways)
    network["endpoints"] = [_endpoint(key, ids, ends) for key in after.get("endpoints", {})]
    network["unlisted_rules"] = settings.unlisted_rules(params, parts, before)
    pending = [one["nat_gateway_id"] for one in network["nat_gateways"] if one["state"] != "available"]
    wait_for = [{"nat_gateway": gateway} for gateway in pending]
    wait_for += [
        {"vpc_endpoint": one["vpc_endpoint_id"]} for one in network["endpoints"] if one["state"] != "available"
    ]
    return Outcome(before, after, steps.actions(planned), {"network": network, "wait_for": wait_for})


def _gateways(ec2: Client, ids: list[str], params: dict[str, Any]) -> list[dict[str, Any]]:
    if params["wait"]:
        return waiting.available(waiting.NAT_GATEWAY, ec2, ids, params["wait_timeout"])
    return api.nat_gateways_by_id(ec2, ids) if ids else []


def _endpoints(ec2: Client, ids: list[str], params: dict[str, Any]) -> list[dict[str, Any]]:
    if params["wait"]:
        return waiting.available(waiting.ENDPOINT, ec2, ids, params["wait_timeout"])
    return api.endpoints_by_id(ec2, ids) if ids else []


def _fill_unknown(ids: steps.Ids, after: settings.Settings) -> None:
    """Put placeholders where AWS has given no id yet."""
    ids.vpc = ids.vpc or unknown("vpc-")
    if "flow_logs" in after:
        ids.flow_log = ids.flow_log or unknown("fl-")
    if "internet_gateway" in after:
        ids.internet_gateway = ids.internet_gateway or unknown("igw-")
    sections = (
        ("subnets", ids.subnets, "subnet-"),
        ("elastic_ips", ids.addresses, "eipalloc-"),
        ("nat_gateways", ids.nat_gateways, "nat-"),
        ("route_tables", ids.tables, "rtb-"),
        ("security_groups", ids.groups, "sg-"),
        ("endpoints", ids.endpoints, "vpce-"),
    )
    for section, known, prefix in sections:
        for key in after.get(section, {}):
            known.setdefault(key, unknown(prefix))


def describe(
    layout: Layout, found: Found, after: settings.Settings, ids: steps.Ids, gateways: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the network in the form of the module's return values."""
    zone_ids = {zone["ZoneName"]: zone["ZoneId"] for zone in found.zones}
    by_id = {gateway["NatGatewayId"]: gateway for gateway in gateways}
    private = [key for key, table in layout.tables.items() if not table.public]
    return {
        "vpc_id": ids.vpc,
        "name": layout.name,
        "cidr_block": after["vpc"]["cidr_block"],
        "availability_zones": layout.zones,
        "public_subnet_ids": [ids.subnets[cidr] for cidr in layout.public],
        "private_subnet_ids": [ids.subnets[cidr] for cidr in layout.private],
        "subnets": [_subnet(layout, cidr, ids, zone_ids) for cidr in layout.public + layout.private],
        "internet_gateway_id": ids.internet_gateway or None,
        "nat_gateways": [
            _nat_gateway(name, ids, by_id.get(ids.nat_gateways[name]), cidr)
            for name, cidr in layout.nat_gateways.items()
        ],
        "public_route_table_id": ids.tables.get(f"{layout.name}-public"),
        "private_route_table_ids": [ids.tables[key] for key in private],
        "security_group_ids": {name: ids.groups[name] for name in after.get("security_groups", {})},
        "flow_log_id": ids.flow_log or None,
        "tags": after["vpc"]["tags"],
    }


def _endpoint(key: str, ids: steps.Ids, described: list[dict[str, Any]]) -> dict[str, Any]:
    kind, service = key.split(" ", 1)
    endpoint_id = ids.endpoints[key]
    state = next((endpoints.state_of(one) for one in described if one["VpcEndpointId"] == endpoint_id), "pending")
    return {"vpc_endpoint_id": endpoint_id, "service": service, "type": kind, "state": state}


def _subnet(layout: Layout, cidr: str, ids: steps.Ids, zone_ids: dict[str, str]) -> dict[str, Any]:
    zone = layout.zone(cidr)
    return {
        "subnet_id": ids.subnets[cidr],
        "name": layout.subnet_name(cidr),
        "cidr_block": cidr,
        "availability_zone": zone,
        "availability_zone_id": zone_ids.get(zone),
        "public": cidr in layout.public,
    }


def _nat_gateway(name: str, ids: steps.Ids, gateway: dict[str, Any] | None, cidr: str) -> dict[str, Any]:
    address = (gateway or {"NatGatewayAddresses": []})["NatGatewayAddresses"]
    return {
        "nat_gateway_id": ids.nat_gateways[name],
        "name": name,
        "state": gateway["State"] if gateway else "pending",
        "subnet_id": ids.subnets[cidr],
        "public_ip": address[0].get("PublicIp") if address else unknown(),
        "allocation_id": address[0].get("AllocationId") if address else ids.addresses.get(name),
    }


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the VPC and everything in it that a network has, in the order that AWS demands."""
    ec2 = clients("ec2")
    found = read(ec2, params["name"])
    planned = removal_plan(params, found)
    if not check_mode:
        steps.execute(planned, steps.Work(ec2, steps.Ids(), params["wait_timeout"]))
    return Outcome(removed_settings(found), {}, steps.actions(planned), {})
