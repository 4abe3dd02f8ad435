# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which of the things in AWS plays which part of a network, and which plays none any more. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import endpoints, flow_log
from ansible_collections.orchestra.aws.plugins.module_utils._network.endpoints import Endpoint
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Described, Found, name_of
from ansible_collections.orchestra.aws.plugins.module_utils._network.layout import Layout
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_mapping

# Tags that say to which part of which site a resource belongs.
IDENTITY_PREFIX = "orchestra:"


@dataclass(frozen=True)
class Parts:
    """What exists of the parts, as AWS describes it, and what plays no part any more though it is ours."""

    subnets: dict[str, Described]
    internet_gateway: Described | None
    nat_gateways: dict[str, Described]
    addresses: dict[str, Described]
    tables: dict[str, Described]
    groups: dict[str, Described]
    # The id of the association of each subnet that has a route table of its own, by block.
    associations: dict[str, str]
    superfluous_nat_gateways: list[Described]
    # NAT gateways of ours that are being deleted: their Elastic IPs are free when they are gone.
    ending_nat_gateways: list[Described]
    superfluous_addresses: list[Described]
    superfluous_tables: list[Described]
    superfluous_groups: list[Described]
    # Endpoints by type and service, as in the settings.
    asked_endpoints: dict[str, Endpoint]
    endpoints: dict[str, Described]
    superfluous_endpoints: dict[str, Described]
    ending_endpoints: list[Described]
    flow_log: Described | None
    superfluous_flow_logs: list[Described]


def match(params: Mapping[str, Any], layout: Layout, found: Found) -> Parts:
    """Find out which existing thing plays which part."""
    asked = endpoints.wanted(params, found.region)
    matched = endpoints.match(params["name"], asked, found)
    log, other_logs = flow_log.match(params["name"], params["flow_log"], found)
    by_block = {subnet["CidrBlock"]: subnet for subnet in found.subnets}
    subnets = {cidr: by_block[cidr] for cidr in layout.public + layout.private if cidr in by_block}
    gateways = _match_nat_gateways(layout, found, subnets)
    used = {name: _address_of(gateway, found) for name, gateway in gateways.items()}
    addresses = {name: address for name, address in used.items() if address is not None}
    spare = [address for address in found.addresses if found.free(address) and made_for(params, address)]
    for name in layout.nat_gateways:
        fitting = [address for address in spare if name_of(address) == name]
        if name not in gateways and fitting:
            addresses[name] = fitting[0]
    doomed = _superfluous_nat_gateways(params, layout, found, subnets, gateways)
    ending = [gateway for gateway in found.nat_gateways if gateway["State"] == "deleting" and _is_ours(params, gateway)]
    freed = [address for address in (_address_of(gateway, found) for gateway in doomed + ending) if address]
    unused = [address for address in spare if address not in addresses.values()]
    tables = _match_tables(layout, found, subnets)
    wanted = [option["name"] for option in params["security_groups"] or []]
    groups = {group["GroupName"]: group for group in found.security_groups}
    return Parts(
        subnets=subnets,
        internet_gateway=_match_internet_gateway(params, found) if layout.public else None,
        nat_gateways=gateways,
        addresses=addresses,
        tables=tables,
        groups={name: groups[name] for name in wanted if name in groups},
        associations=_associations(found, subnets),
        superfluous_nat_gateways=doomed,
        ending_nat_gateways=ending,
        superfluous_addresses=[
            *unused,
            *(address for address in freed if made_for(params, address) and address not in spare),
        ],
        superfluous_tables=_superfluous_tables(layout, found, subnets, tables),
        superfluous_groups=_superfluous_groups(params, found, wanted),
        asked_endpoints=asked,
        endpoints=matched,
        superfluous_endpoints=_superfluous_endpoints(params, found, matched),
        ending_endpoints=endpoints.ending(found),
        flow_log=log,
        superfluous_flow_logs=other_logs,
    )


def _nat_gateway_names(name: str, described: Described) -> bool:
    found = name_of(described) or ""
    return found == name or (found.startswith(f"{name}-") and found[len(name) + 1 :].isdigit())


def made_for(params: Mapping[str, Any], address: Described) -> bool:
    """Tell whether an Elastic IP was made for this network: it has such a Name and all the tags that are given."""
    tags = tag_mapping(address.get("Tags"))
    given = {key: str(value) for key, value in (params["tags"] or {}).items()}
    return _nat_gateway_names(params["name"], address) and given.items() <= tags.items()


def belongs(params: Mapping[str, Any], described: Described) -> bool:
    """Tell whether something has the orchestra tags that are given; without any, nothing belongs."""
    tags = params["tags"] or {}
    identity = {key: str(value) for key, value in tags.items() if key.startswith(IDENTITY_PREFIX)}
    return bool(identity) and identity.items() <= tag_mapping(described.get("Tags")).items()


def _match_internet_gateway(params: Mapping[str, Any], found: Found) -> Described | None:
    for gateway in found.internet_gateways:
        if found.attached(gateway):
            return gateway
    loose = [gateway for gateway in found.internet_gateways if not gateway.get("Attachments")]
    return next((gateway for gateway in loose if name_of(gateway) == params["name"]), None)


def _match_nat_gateways(layout: Layout, found: Found, subnets: Mapping[str, Described]) -> dict[str, Described]:
    matched = {}
    for name, cidr in layout.nat_gateways.items():
        subnet_id = subnets.get(cidr, {}).get("SubnetId")
        public = [gateway for gateway in found.live_nat_gateways if gateway.get("ConnectivityType") != "private"]
        here = [gateway for gateway in public if gateway["SubnetId"] == subnet_id]
        named = [gateway for gateway in here if name_of(gateway) == name] or here
        if len(named) > 1:
            ids = ", ".join(sorted(gateway["NatGatewayId"] for gateway in named))
            raise InputError(f"Subnet {subnet_id} has {len(named)} NAT gateways ({ids}): delete all but one.")
        if named:
            matched[name] = named[0]
    return matched


def _is_ours(params: Mapping[str, Any], gateway: Described) -> bool:
    return _nat_gateway_names(params["name"], gateway) or belongs(params, gateway)


def _address_of(gateway: Described, found: Found) -> Described | None:
    ids = [used.get("AllocationId") for used in gateway["NatGatewayAddresses"]]
    return next((address for address in found.addresses if address["AllocationId"] in ids), None)


def _superfluous_nat_gateways(
    params: Mapping[str, Any],
    layout: Layout,
    found: Found,
    subnets: Mapping[str, Described],
    matched: Mapping[str, Described],
) -> list[Described]:
    here = {subnets[cidr]["SubnetId"] for cidr in layout.public if cidr in subnets}
    return [
        gateway
        for gateway in found.live_nat_gateways
        if gateway["SubnetId"] in here and gateway not in matched.values() and _is_ours(params, gateway)
    ]


def explicit_subnets(table: Described) -> dict[str, str]:
    """Return the ids of the associations of a route table by subnet id."""
    return {
        association["SubnetId"]: association["RouteTableAssociationId"]
        for association in table.get("Associations") or []
        if association.get("SubnetId")
    }


def _associations(found: Found, subnets: Mapping[str, Described]) -> dict[str, str]:
    explicit: dict[str, str] = {}
    for table in found.route_tables:
        explicit |= explicit_subnets(table)
    return {cidr: explicit[each["SubnetId"]] for cidr, each in subnets.items() if each["SubnetId"] in explicit}


def is_main(table: Described) -> bool:
    """Tell whether it is the route table that the VPC came with, which goes with it."""
    return any(association.get("Main") for association in table.get("Associations") or [])


def _match_tables(layout: Layout, found: Found, subnets: Mapping[str, Described]) -> dict[str, Described]:
    """Match first by Name tag, then by the association of the first subnet that has one; a table plays one part."""
    matched: dict[str, Described] = {}
    tables = sorted(found.route_tables, key=lambda table: str(table["RouteTableId"]))
    wanted = {
        key: [subnets[cidr]["SubnetId"] for cidr in table.subnets if cidr in subnets]
        for key, table in layout.tables.items()
    }

    def used(table: Described, key: str) -> bool:
        return bool(explicit_subnets(table).keys() & set(wanted[key]))

    for key in layout.tables:
        named = [table for table in tables if name_of(table) == key]
        if named:
            matched[key] = next((table for table in named if used(table, key)), named[0])
    owners = {subnet_id: table for table in tables for subnet_id in explicit_subnets(table)}
    for key in layout.tables:
        users = [owners[subnet_id] for subnet_id in wanted[key] if subnet_id in owners]
        free = [table for table in users if table not in matched.values()]
        if key not in matched and free:
            matched[key] = free[0]
    return matched


def _superfluous_tables(
    layout: Layout, found: Found, subnets: Mapping[str, Described], matched: Mapping[str, Described]
) -> list[Described]:
    """Return our tables that lose their last subnet, or had none."""
    moved = {subnet["SubnetId"] for subnet in subnets.values()}
    return [
        table
        for table in found.route_tables
        if table not in matched.values()
        and not is_main(table)
        and (name_of(table) or "").startswith((f"{layout.name}-private", f"{layout.name}-public"))
        and explicit_subnets(table).keys() <= moved
    ]


def _superfluous_endpoints(
    params: Mapping[str, Any], found: Found, matched: Mapping[str, Described]
) -> dict[str, Described]:
    """Return our endpoints that play no part, one that has failed among them; two of a kind are told apart by id."""
    if params["endpoints"] is None:
        return {}
    superfluous: dict[str, Described] = {}
    for endpoint in endpoints.live(found):
        if endpoint not in matched.values() and belongs(params, endpoint):
            key = endpoints.key_of(endpoint, found.region)
            taken = key in superfluous or key in matched
            superfluous[f"{key} {endpoint['VpcEndpointId']}" if taken else key] = endpoint
    return superfluous


def _superfluous_groups(params: Mapping[str, Any], found: Found, wanted: list[str]) -> list[Described]:
    if not params["purge_security_groups"] or params["security_groups"] is None:
        return []
    return [
        group
        for group in found.security_groups
        if group["GroupName"] not in [*wanted, "default"] and belongs(params, group)
    ]
