# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which parts a network shall have, by the names that they get. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import addressing
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Described, Found


@dataclass(frozen=True)
class Table:
    """A route table: the blocks of its subnets, and the NAT gateway of its default route if it is private."""

    subnets: list[str]
    public: bool
    nat_gateway: str | None = None


@dataclass(frozen=True)
class Layout:
    """The parts of a network, by the names that they get.

    zones: names, one for each pair of public and private blocks. nat_gateways: the block of the subnet of each.
    """

    name: str
    zones: list[str]
    public: list[str]
    private: list[str]
    nat_gateways: dict[str, str]
    tables: dict[str, Table]

    def subnet_name(self, cidr: str) -> str:
        kind, blocks = ("public", self.public) if cidr in self.public else ("private", self.private)
        return f"{self.name}-{kind}-{blocks.index(cidr) + 1}"

    def zone(self, cidr: str) -> str:
        return self.zones[(self.public if cidr in self.public else self.private).index(cidr)]


def lay_out(params: Mapping[str, Any], found: Found) -> Layout:
    """Decide on blocks and zones. Raises InputError for what cannot be, before anything is changed."""
    _check_vpc(params, found.vpc)
    name, mode = params["name"], params["nat_gateways"]
    public, private = addressing.subnet_blocks(params)
    addressing.check_blocks(_vpc_blocks(params, found.vpc), public + private)
    pairs = [tuple(blocks[n] for blocks in (public, private) if blocks) for n in range(len(public or private))]
    zones = addressing.choose_zones(params, found.zones, pairs, {s["CidrBlock"]: s for s in found.subnets})
    if not private:
        mode = "none"
    if mode != "none" and not public:
        raise InputError("NAT gateways need public subnets: give public_subnets, or nat_gateways=none.")
    count = {"none": 0, "single": 1, "per_zone": len(public)}[mode]
    gateways = {nat_gateway_name(name, position): public[position] for position in range(count)}
    return Layout(name, zones, public, private, gateways, _tables(name, mode, public, private))


def _check_vpc(params: Mapping[str, Any], vpc: Described | None) -> None:
    wanted = addressing.block(params["cidr_block"], "cidr_block")
    if vpc is not None and vpc["CidrBlock"] != str(wanted):
        raise InputError(
            f"VPC {vpc['VpcId']} named {params['name']} has the block {vpc['CidrBlock']}, {wanted} is asked for: AWS "
            "cannot change the block of a VPC. Ask for the one it has, or choose another name."
        )
    if params["enable_dns_hostnames"] and not params["enable_dns_support"]:
        raise InputError("enable_dns_hostnames needs enable_dns_support.")


def _vpc_blocks(params: Mapping[str, Any], vpc: Described | None) -> list[str]:
    if vpc is None:
        return [params["cidr_block"]]
    more = [entry["CidrBlock"] for entry in vpc.get("CidrBlockAssociationSet") or []]
    return [vpc["CidrBlock"], *(cidr for cidr in more if cidr != vpc["CidrBlock"])]


def nat_gateway_name(name: str, position: int) -> str:
    """Return the Name of the NAT gateway, and of its Elastic IP, in the zone at this position."""
    return name if position == 0 else f"{name}-{position + 1}"


def _tables(name: str, mode: str, public: list[str], private: list[str]) -> dict[str, Table]:
    tables = {f"{name}-public": Table(public, public=True)} if public else {}
    if mode == "per_zone":
        for position, cidr in enumerate(private):
            gateway = nat_gateway_name(name, position)
            tables[f"{name}-private-{position + 1}"] = Table([cidr], public=False, nat_gateway=gateway)
    elif private:
        gateway_name = name if mode == "single" else None
        tables[f"{name}-private"] = Table(private, public=False, nat_gateway=gateway_name)
    return tables
