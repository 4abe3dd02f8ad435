# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which described thing plays which part, where the tests against an AWS server do not get to."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import settings
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Found
from ansible_collections.orchestra.aws.plugins.module_utils._network.layout import lay_out
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import Parts, match
from ansible_collections.orchestra.aws.plugins.module_utils._network.plan import plan
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import actions

OURS = {"orchestra:project": "shop"}
PUBLIC, PRIVATE = ["10.0.0.0/24", "10.0.1.0/24"], ["10.0.10.0/24", "10.0.11.0/24"]


def params(**more: Any) -> dict[str, Any]:
    left_out = (
        "availability_zones",
        "availability_zone_count",
        "public_subnets",
        "private_subnets",
        "endpoints",
        "flow_log",
    )
    defaults: dict[str, Any] = {
        "name": "shop",
        "cidr_block": "10.0.0.0/16",
        "enable_dns_support": True,
        "enable_dns_hostnames": True,
        "excluded_zone_ids": [],
        "map_public_ip": False,
        "nat_gateways": "single",
        "security_groups": None,
        "purge_security_groups": True,
        "tags": OURS,
        "purge_tags": True,
    }
    return {**dict.fromkeys(left_out), **defaults, **more}


def tagged(name: str | None = None, **tags: str) -> list[dict[str, str]]:
    every = {**tags, **({"Name": name} if name else {})}
    return [{"Key": key, "Value": value} for key, value in every.items()]


def ours(name: str) -> list[dict[str, str]]:
    return tagged(name, **OURS)


def nat_gateway(number: int, subnet: str, state: str = "available", name: str = "shop", **more: Any) -> dict[str, Any]:
    return {
        "NatGatewayId": f"nat-{number}",
        "SubnetId": f"subnet-{subnet}",
        "State": state,
        "NatGatewayAddresses": [{"AllocationId": f"eipalloc-{number}"}],
        "Tags": ours(name),
        **more,
    }


def address(number: int, name: str = "shop", used: bool = False) -> dict[str, Any]:
    described = {"AllocationId": f"eipalloc-{number}", "PublicIp": f"192.0.2.{number}", "Tags": ours(name)}
    return {**described, **({"AssociationId": f"eipassoc-{number}"} if used else {})}


def table(number: int, name: str | None = None, subnets: tuple[str, ...] = (), **route: Any) -> dict[str, Any]:
    return {
        "RouteTableId": f"rtb-{number}",
        "Tags": tagged(name),
        "Associations": [
            {"SubnetId": f"subnet-{cidr}", "RouteTableAssociationId": f"rtbassoc-{cidr}"} for cidr in subnets
        ],
        "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "State": "active", **route}] if route else [],
    }


def found(**more: Any) -> Found:
    everything: dict[str, Any] = {
        "zones": [{"ZoneName": f"eu-1{z}", "ZoneId": f"z-{z}", "State": "available"} for z in "abc"],
        "addresses": [],
        "internet_gateways": [
            {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1"}], "Tags": ours("shop")}
        ],
        "vpc": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "Tags": ours("shop")},
        "dns": {"enable_dns_support": True, "enable_dns_hostnames": True},
        "subnets": [
            {"SubnetId": f"subnet-{cidr}", "CidrBlock": cidr, "AvailabilityZone": f"eu-1{zone}", "Tags": []}
            for blocks in (PUBLIC, PRIVATE)
            for cidr, zone in zip(blocks, "ab", strict=True)
        ],
    }
    return Found(**{**everything, **more})


def matched(seen: Found, **more: Any) -> Parts:
    wanted = params(**more)
    return match(wanted, lay_out(wanted, seen), seen)


def planned(seen: Found, **more: Any) -> list[str]:
    wanted = params(**more)
    layout = lay_out(wanted, seen)
    parts = match(wanted, layout, seen)
    before = settings.before(layout, seen, parts)
    after = settings.after(wanted, layout, seen, parts, before)
    steps = plan("shop", before, after, parts)
    return [action for action in actions(steps) if not action.startswith("update tags")]


@pytest.mark.parametrize("state", ["failed", "deleting", "deleted"])
def test_a_nat_gateway_that_does_not_work_is_as_none(state: str) -> None:
    parts = matched(found(nat_gateways=[nat_gateway(1, PUBLIC[0], state)], addresses=[address(1)]))
    assert parts.nat_gateways == {}
    assert parts.addresses["shop"]["AllocationId"] == "eipalloc-1"


def test_the_nat_gateway_of_our_name_wins_over_another_in_the_subnet() -> None:
    theirs = nat_gateway(1, PUBLIC[0], Tags=tagged("theirs"))
    parts = matched(found(nat_gateways=[theirs, nat_gateway(2, PUBLIC[0])]))
    assert parts.nat_gateways["shop"]["NatGatewayId"] == "nat-2"
    assert parts.superfluous_nat_gateways == []


def test_two_nat_gateways_of_our_name_in_the_subnet_are_refused() -> None:
    with pytest.raises(InputError, match=r"2 NAT gateways \(nat-1, nat-2\)"):
        matched(found(nat_gateways=[nat_gateway(2, PUBLIC[0]), nat_gateway(1, PUBLIC[0])]))


def test_a_nat_gateway_of_others_is_taken_over_but_never_deleted() -> None:
    theirs = nat_gateway(1, PUBLIC[0], Tags=tagged("theirs"))
    assert matched(found(nat_gateways=[theirs])).nat_gateways["shop"] == theirs
    assert matched(found(nat_gateways=[theirs]), nat_gateways="none").superfluous_nat_gateways == []


def test_a_private_nat_gateway_is_not_the_way_out() -> None:
    assert matched(found(nat_gateways=[nat_gateway(1, PUBLIC[0], ConnectivityType="private")])).nat_gateways == {}


@pytest.mark.parametrize(
    ("seen", "reused", "released"),
    [
        pytest.param([address(1)], ["eipalloc-1"], [], id="free and ours"),
        pytest.param([address(1), address(2)], ["eipalloc-1"], ["eipalloc-2"], id="one too many"),
        pytest.param([address(1, used=True)], [], [], id="used by something else"),
        pytest.param([address(1, name="shopping")], [], [], id="of another network"),
        pytest.param([address(1, name="shop-2")], [], ["eipalloc-1"], id="of a gateway that is not wanted"),
        pytest.param([{**address(1), "Tags": tagged("shop")}], [], [], id="without our tags"),
    ],
)
def test_elastic_ips(seen: list[dict[str, Any]], reused: list[str], released: list[str]) -> None:
    parts = matched(found(addresses=seen))
    assert [each["AllocationId"] for each in parts.addresses.values()] == reused
    assert [each["AllocationId"] for each in parts.superfluous_addresses] == released


def test_the_elastic_ip_of_a_nat_gateway_that_is_being_deleted_is_released_and_not_reused() -> None:
    ending = nat_gateway(1, PUBLIC[0], "deleting")
    seen = found(nat_gateways=[ending], addresses=[address(1, used=True)])
    parts = matched(seen)
    assert parts.ending_nat_gateways == [ending]
    assert parts.addresses == {}
    assert {"allocate Elastic IP shop", "release Elastic IP eipalloc-1 (192.0.2.1)"} <= set(planned(seen))


@pytest.mark.parametrize(
    ("group", "message"), [({"name": "sg-alb"}, "begins with sg-"), ({"description": "it's"}, "does not suit AWS")]
)
def test_groups_that_aws_does_not_take_are_refused(group: dict[str, str], message: str) -> None:
    option = {"name": "alb", "description": None, "ingress": None, "egress": None, "tags": None, **group}
    with pytest.raises(InputError, match=message):
        planned(found(), security_groups=[option])


def test_route_tables_are_found_by_name_then_by_association() -> None:
    tables = [
        table(1, "shop-public"),
        table(2, "terraform", (*PUBLIC,)),
        table(3, "any", (PRIVATE[1],)),
        table(4, None, (PRIVATE[0],)),
    ]
    parts = matched(found(route_tables=tables))
    assert {key: each["RouteTableId"] for key, each in parts.tables.items()} == {
        "shop-public": "rtb-1",
        "shop-private": "rtb-4",
    }
    assert parts.superfluous_tables == []


def test_a_table_plays_one_part_only() -> None:
    parts = matched(found(route_tables=[table(1, None, (*PUBLIC, *PRIVATE))]))
    assert {key: each["RouteTableId"] for key, each in parts.tables.items()} == {"shop-public": "rtb-1"}


def test_tables_of_ours_without_a_part_go_unless_another_subnet_uses_them() -> None:
    tables = [
        table(1, "shop-private", (PRIVATE[0],)),
        table(2, "shop-private-2", (PRIVATE[1],)),
        table(3, "shop-private-3", ("10.0.12.0/24",)),
    ]
    parts = matched(found(route_tables=tables))
    assert [each["RouteTableId"] for each in parts.superfluous_tables] == ["rtb-2"]


def test_the_main_route_table_is_never_deleted() -> None:
    main = {**table(1, "shop-private-9"), "Associations": [{"Main": True, "RouteTableAssociationId": "rtbassoc-m"}]}
    assert matched(found(route_tables=[main])).superfluous_tables == []


@pytest.mark.parametrize(
    ("route", "action"),
    [
        ({"NatGatewayId": "nat-1"}, None),
        ({"NatGatewayId": "nat-1", "State": "blackhole"}, "(was nat-1 (blackhole))"),
        ({"NatGatewayId": "nat-9"}, "(was nat-9 (blackhole))"),
        ({"TransitGatewayId": "tgw-1"}, "(was tgw-1)"),
        ({"GatewayId": "igw-1"}, "(was internet gateway)"),
        ({}, ""),
    ],
)
def test_the_default_route_is_repaired(route: dict[str, str], action: str | None) -> None:
    seen = found(
        nat_gateways=[nat_gateway(1, PUBLIC[0])],
        addresses=[address(1, used=True)],
        route_tables=[
            table(1, "shop-public", (*PUBLIC,), GatewayId="igw-1"),
            table(2, "shop-private", (*PRIVATE,), **route),
        ],
    )
    expected = f"route 0.0.0.0/0 of shop-private to NAT gateway shop {action}".strip()
    assert planned(seen) == ([] if action is None else [expected])


@pytest.mark.parametrize(
    ("route", "removed"), [({"TransitGatewayId": "tgw-1"}, False), ({"NatGatewayId": "nat-9"}, True)]
)
def test_without_nat_gateways_only_routes_to_nat_gateways_go(route: dict[str, str], removed: bool) -> None:
    tables = [
        table(1, "shop-public", (*PUBLIC,), GatewayId="igw-1"),
        table(2, "shop-private", (*PRIVATE,), **route),
    ]
    assert bool(planned(found(route_tables=tables), nat_gateways="none")) is removed


def test_an_internet_gateway_that_was_never_attached_is_used() -> None:
    loose = [{"InternetGatewayId": "igw-2", "Attachments": [], "Tags": tagged("shop")}]
    parts = matched(found(internet_gateways=loose))
    assert parts.internet_gateway == loose[0]
    assert "attach internet gateway shop" in planned(found(internet_gateways=loose))


def test_groups_of_the_network_that_are_not_listed_go() -> None:
    groups = [
        {"GroupName": name, "GroupId": f"sg-{name}", "Description": name, "Tags": tagged(name, **tags)}
        for name, tags in (("default", OURS), ("old", OURS), ("kept", OURS), ("theirs", {}))
    ]
    listed = [{"name": "kept", "description": None, "ingress": None, "egress": None, "tags": None}]

    def gone(**more: Any) -> list[str]:
        return [each["GroupName"] for each in matched(found(security_groups=groups), **more).superfluous_groups]

    assert gone(security_groups=listed) == ["old"]
    assert gone(security_groups=None) == []
    assert gone(security_groups=listed, purge_security_groups=False) == []
    assert gone(security_groups=listed, tags={"team": "shop"}) == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"public_subnets": []}, "NAT gateways need public subnets"),
        ({"enable_dns_support": False}, "enable_dns_hostnames needs enable_dns_support"),
        ({"cidr_block": "10.1.0.0/16"}, "has the block 10.0.0.0/16, 10.1.0.0/16 is asked for"),
    ],
)
def test_what_cannot_be_is_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        matched(found(), **more)


def test_subnets_of_a_secondary_block_are_allowed() -> None:
    vpc = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "CidrBlockAssociationSet": [{"CidrBlock": "10.7.0.0/16"}]}
    parts = matched(found(vpc=vpc), public_subnets=["10.7.0.0/24", "10.7.1.0/24"])
    assert list(parts.subnets) == PRIVATE
