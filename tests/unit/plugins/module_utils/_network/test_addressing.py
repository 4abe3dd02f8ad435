# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import addressing

ZONES = [
    {"ZoneName": "eu-1b", "ZoneId": "z2", "State": "available"},
    {"ZoneName": "eu-1a", "ZoneId": "z1", "State": "available"},
    {"ZoneName": "eu-1c", "ZoneId": "z3", "State": "available"},
    {"ZoneName": "eu-1d", "ZoneId": "z4", "State": "impaired"},
]
PAIRS = [("10.0.0.0/24", "10.0.10.0/24"), ("10.0.1.0/24", "10.0.11.0/24")]


def params(**more: Any) -> dict[str, Any]:
    left_out = ("availability_zones", "availability_zone_count", "public_subnets", "private_subnets")
    return {**dict.fromkeys(left_out), "cidr_block": "10.0.0.0/16", "excluded_zone_ids": [], **more}


def subnet(zone: str) -> dict[str, str]:
    return {"SubnetId": f"subnet-{zone}", "AvailabilityZone": zone}


@pytest.mark.parametrize(
    ("cidr", "count", "public", "private"),
    [
        ("10.0.0.0/16", 2, ["10.0.0.0/24", "10.0.1.0/24"], ["10.0.10.0/24", "10.0.11.0/24"]),
        ("10.0.16.0/20", 1, ["10.0.16.0/24"], ["10.0.26.0/24"]),
        ("10.0.0.0/21", 2, ["10.0.0.0/25", "10.0.0.128/25"], ["10.0.4.0/25", "10.0.4.128/25"]),
        ("10.0.0.0/24", 2, ["10.0.0.0/27", "10.0.0.32/27"], ["10.0.0.128/27", "10.0.0.160/27"]),
        ("10.0.0.0/26", 1, ["10.0.0.0/27"], ["10.0.0.32/27"]),
    ],
)
def test_default_subnets(cidr: str, count: int, public: list[str], private: list[str]) -> None:
    assert addressing.default_subnets(cidr, count) == (public, private)


@pytest.mark.parametrize("prefix", range(16, 27))
def test_default_subnets_are_inside_and_apart(prefix: int) -> None:
    cidr = str(ipaddress.IPv4Network(f"10.0.0.0/{prefix}"))
    public, private = addressing.default_subnets(cidr, 1)
    addressing.check_blocks([cidr], public + private)


@pytest.mark.parametrize(
    ("cidr", "count"), [("10.0.0.0/26", 2), ("10.0.0.0/27", 1), ("10.0.0.0/28", 1), ("10.0.0.0/20", 7)]
)
def test_default_subnets_that_do_not_fit_are_refused(cidr: str, count: int) -> None:
    with pytest.raises(InputError, match="has no room"):
        addressing.default_subnets(cidr, count)


@pytest.mark.parametrize(
    ("cidr", "message"), [("10.0.0.1/16", "host bits"), ("10.0.0.0/8", "/16 to /28"), ("ten", "no IPv4 address block")]
)
def test_what_is_no_block_is_refused(cidr: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        addressing.block(cidr, "cidr_block")


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({}, 2),
        ({"availability_zone_count": 3}, 3),
        ({"availability_zones": ["a"]}, 1),
        ({"public_subnets": [], "private_subnets": ["x", "y", "z"]}, 3),
    ],
)
def test_zone_count(given: dict[str, Any], count: int) -> None:
    assert addressing.zone_count(params(**given)) == count


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"availability_zone_count": 2, "public_subnets": ["10.0.0.0/24"]}, "public_subnets has 1 blocks for 2"),
        ({"public_subnets": ["a", "b"], "private_subnets": ["c"]}, "private_subnets has 1 blocks for 2"),
        ({"public_subnets": [], "private_subnets": []}, "a network needs a subnet"),
    ],
)
def test_blocks_that_do_not_fit_the_zones_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        addressing.subnet_blocks(params(**given))


@pytest.mark.parametrize(
    ("subnets", "message"),
    [(["10.1.0.0/24"], "is not in the VPC's"), (["10.0.0.0/23", "10.0.1.0/24"], "10.0.0.0/23 and 10.0.1.0/24 overlap")],
)
def test_blocks_outside_or_overlapping_are_refused(subnets: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        addressing.check_blocks(["10.0.0.0/16"], subnets)


@pytest.mark.parametrize(
    ("given", "subnets", "zones"),
    [
        pytest.param({}, {}, ["eu-1a", "eu-1b"], id="by name"),
        pytest.param({"excluded_zone_ids": ["z1"]}, {}, ["eu-1b", "eu-1c"], id="without the excluded"),
        pytest.param({}, {"10.0.1.0/24": subnet("eu-1a")}, ["eu-1b", "eu-1a"], id="where a public subnet is"),
        pytest.param({}, {"10.0.10.0/24": subnet("eu-1c")}, ["eu-1c", "eu-1a"], id="where a private subnet is"),
        pytest.param(
            {"excluded_zone_ids": ["z1"]}, {"10.0.0.0/24": subnet("eu-1a")}, ["eu-1a", "eu-1b"], id="also if excluded"
        ),
        pytest.param({"availability_zones": ["eu-1c", "eu-1a"]}, {}, ["eu-1c", "eu-1a"], id="as named"),
    ],
)
def test_choose_zones(given: dict[str, Any], subnets: dict[str, Any], zones: list[str]) -> None:
    assert addressing.choose_zones(params(**given), ZONES, PAIRS, subnets) == zones


@pytest.mark.parametrize(
    ("given", "subnets", "message"),
    [
        ({"excluded_zone_ids": ["z1", "z2"]}, {}, "only eu-1c can be used"),
        ({"availability_zones": ["eu-1a", "eu-9z"]}, {}, "no availability zone eu-9z"),
        ({"availability_zones": ["eu-1a", "eu-1a"]}, {}, "names a zone twice"),
        ({"availability_zones": ["eu-1a", "eu-1b"], "excluded_zone_ids": ["z2"]}, {}, "eu-1b is z2, which"),
        (
            {"availability_zones": ["eu-1a", "eu-1b"]},
            {"10.0.11.0/24": subnet("eu-1c")},
            r"subnet-eu-1c \(10.0.11.0/24\) is in eu-1c, eu-1b is asked for",
        ),
        (
            {},
            {"10.0.0.0/24": subnet("eu-1a"), "10.0.10.0/24": subnet("eu-1b")},
            r"subnet-eu-1b \(10.0.10.0/24\) is in eu-1b, eu-1a is asked for",
        ),
    ],
)
def test_choose_zones_refuses(given: dict[str, Any], subnets: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        addressing.choose_zones(params(**given), ZONES, PAIRS, subnets)
