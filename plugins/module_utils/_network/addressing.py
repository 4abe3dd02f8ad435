# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which zones and which address blocks the subnets of a network get. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

DEFAULT_ZONES = 2
# AWS takes VPCs and subnets from /16 to /28; an Application Load Balancer needs a /27.
LARGEST, SMALLEST, SMALLEST_DEFAULT = 16, 28, 27
# In a /16 the private /24 blocks start at the tenth.
FIRST_PRIVATE = 10


def block(cidr: str, what: str) -> ipaddress.IPv4Network:
    """Parse an address block of a VPC or subnet. Raises InputError for what AWS would refuse."""
    try:
        network = ipaddress.IPv4Network(cidr)
    except ValueError as error:
        raise InputError(f"{what} {cidr!r} is no IPv4 address block: {error}.") from None
    if not LARGEST <= network.prefixlen <= SMALLEST:
        raise InputError(f"{what} {cidr} is a /{network.prefixlen}: AWS allows /{LARGEST} to /{SMALLEST}.")
    return network


def default_subnets(cidr: str, count: int) -> tuple[list[str], list[str]]:
    """Return the blocks of as many public and private subnets.

    /24 blocks where the VPC has sixteen of them, else a sixteenth of the VPC but no smaller than /27.
    """
    vpc = block(cidr, "cidr_block")
    prefix = 24 if vpc.prefixlen <= 20 else min(vpc.prefixlen + 4, SMALLEST_DEFAULT)
    total = 1 << max(prefix - vpc.prefixlen, 0)
    first_private = FIRST_PRIVATE if prefix == 24 else total // 2
    if count > min(first_private, total - first_private):
        raise InputError(
            f"The VPC block {cidr} has no room for {count} public and {count} private subnets of its own choice: "
            "give public_subnets and private_subnets, or a larger cidr_block."
        )
    blocks = [str(subnet) for subnet in vpc.subnets(new_prefix=prefix)] if total > 1 else [cidr]
    return blocks[:count], blocks[first_private : first_private + count]


def subnet_blocks(params: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the blocks of the public and private subnets, one a zone. Raises InputError when they do not fit."""
    count = zone_count(params)
    public, private = params["public_subnets"], params["private_subnets"]
    if public is None or private is None:
        computed = default_subnets(params["cidr_block"], count)
        public = computed[0] if public is None else public
        private = computed[1] if private is None else private
    for option, blocks in (("public_subnets", public), ("private_subnets", private)):
        if blocks and len(blocks) != count:
            raise InputError(f"{option} has {len(blocks)} blocks for {count} availability zones: give one a zone.")
    if not public and not private:
        raise InputError("public_subnets and private_subnets are both empty: a network needs a subnet.")
    return list(public), list(private)


def zone_count(params: Mapping[str, Any]) -> int:
    """Return how many zones the subnets span: as many as are named, asked for, or have blocks; else two."""
    if params["availability_zones"]:
        return len(params["availability_zones"])
    lengths = [len(params[key]) for key in ("public_subnets", "private_subnets") if params[key]]
    return int(params["availability_zone_count"] or (lengths[0] if lengths else DEFAULT_ZONES))


def check_blocks(vpc_blocks: Sequence[str], subnets: Sequence[str]) -> None:
    """Raise InputError when a subnet is outside the VPC's blocks or overlaps another one."""
    inside = [ipaddress.IPv4Network(cidr) for cidr in vpc_blocks]
    parsed = [block(cidr, "Subnet block") for cidr in subnets]
    for position, subnet in enumerate(parsed):
        if not any(subnet.subnet_of(vpc) for vpc in inside):
            raise InputError(f"Subnet block {subnet} is not in the VPC's {', '.join(vpc_blocks)}.")
        for other in parsed[:position]:
            if subnet.overlaps(other):
                raise InputError(f"The subnet blocks {other} and {subnet} overlap.")


def choose_zones(
    params: Mapping[str, Any],
    zones: Sequence[Mapping[str, Any]],
    pairs: Sequence[tuple[str, ...]],
    subnets: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """Return a zone name for each pair of a public and a private block.

    zones: as AWS describes them. pairs: the blocks that share a zone. subnets: those that exist, by block.
    A pair stays in the zone where one of its subnets is. Raises InputError when a subnet would have to move.
    """
    if params["availability_zones"]:
        chosen = _named_zones(params, zones)
    else:
        chosen = _counted_zones(params, zones, pairs, subnets)
    for zone, pair in zip(chosen, pairs, strict=True):
        for cidr in pair:
            _check_zone(cidr, zone, subnets.get(cidr))
    return chosen


def _check_zone(cidr: str, zone: str, subnet: Mapping[str, Any] | None) -> None:
    if subnet is not None and subnet["AvailabilityZone"] != zone:
        raise InputError(
            f"Subnet {subnet['SubnetId']} ({cidr}) is in {subnet['AvailabilityZone']}, {zone} is asked for: AWS cannot "
            "move a subnet. Put the blocks in the order of the zones, or choose another block."
        )


def _named_zones(params: Mapping[str, Any], zones: Sequence[Mapping[str, Any]]) -> list[str]:
    ids = {zone["ZoneName"]: zone["ZoneId"] for zone in zones}
    named = list(params["availability_zones"])
    for name in named:
        if name not in ids:
            raise InputError(f"There is no availability zone {name} for this account: use {', '.join(sorted(ids))}.")
        if ids[name] in params["excluded_zone_ids"]:
            raise InputError(f"Availability zone {name} is {ids[name]}, which excluded_zone_ids rules out.")
    if len(set(named)) != len(named):
        raise InputError("availability_zones names a zone twice.")
    return named


def _counted_zones(
    params: Mapping[str, Any],
    zones: Sequence[Mapping[str, Any]],
    pairs: Sequence[tuple[str, ...]],
    subnets: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    taken = [next((subnets[cidr]["AvailabilityZone"] for cidr in pair if cidr in subnets), None) for pair in pairs]
    usable = sorted(
        zone["ZoneName"]
        for zone in zones
        if zone["State"] == "available" and zone["ZoneId"] not in params["excluded_zone_ids"]
    )
    free = [name for name in usable if name not in taken]
    missing = taken.count(None)
    if missing > len(free):
        raise InputError(
            f"{len(pairs)} availability zones are asked for, but only {', '.join(usable) or 'none'} can be used."
        )
    return [zone or free.pop(0) for zone in taken]
