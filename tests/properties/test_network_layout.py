# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Networks: blocks fit, zones stay where subnets are, and a network as it is to be needs no step."""

from __future__ import annotations

import ipaddress
from typing import Any

from hypothesis import assume, given
from hypothesis import settings as options_of_properties
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import addressing, endpoints, rules, settings
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Found
from ansible_collections.orchestra.aws.plugins.module_utils._network.layout import Layout, lay_out
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import match
from ansible_collections.orchestra.aws.plugins.module_utils._network.plan import plan
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import actions
from tests.properties.converging import parameters
from tests.properties.strategies import maybe
from tests.properties.strategies_network import SHAPES, whole_networks

NAME = "shop-prod"
REGION = "eu-central-1"
# As EC2 shows it of an endpoint without a policy of its own.
FULL_POLICY = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}'
COMPARED = ("vpc", "subnets", "security_groups", "endpoints", "flow_logs")
ZONES = [
    {"ZoneName": f"eu-central-1{letter}", "ZoneId": f"euc1-az{number}", "State": state}
    for number, (letter, state) in enumerate(
        [("a", "available"), ("b", "available"), ("c", "available"), ("d", "impaired")]
    )
]
OPTIONS = st.builds(
    lambda cidr, zones, shape: {"name": NAME, "cidr_block": cidr, **zones, **shape},
    st.builds(lambda prefix: f"10.{prefix}.0.0/{prefix}", st.integers(16, 26)),
    maybe(excluded_zone_ids=st.lists(st.sampled_from(["euc1-az0", "euc1-az1"]), max_size=1)),
    SHAPES,
)


@given(st.integers(16, 28), st.integers(1, 6))
def test_chosen_blocks_fit_and_do_not_overlap(prefix: int, count: int) -> None:
    vpc = ipaddress.ip_network(f"10.0.0.0/{prefix}")
    try:
        public, private = addressing.default_subnets(str(vpc), count)
    except InputError:
        return
    blocks = [ipaddress.ip_network(cidr) for cidr in public + private]
    assert len(public) == len(private) == count
    assert all(block.subnet_of(vpc) and block.prefixlen <= 28 for block in blocks)  # type: ignore[arg-type]
    addressing.check_blocks([str(vpc)], public + private)


def laid_out(options: dict[str, Any], found: Found) -> Layout:
    try:
        return lay_out(parameters("vpc_network", options), found)
    except InputError:
        assume(False)
        raise


def existing(layout: Layout, cidrs: list[str]) -> list[dict[str, Any]]:
    """Return subnets as AWS describes them."""
    return [
        {"SubnetId": f"subnet-{number}", "CidrBlock": cidr, "AvailabilityZone": layout.zone(cidr), "Tags": []}
        for number, cidr in enumerate(cidrs)
    ]


@given(OPTIONS, st.data())
def test_what_exists_keeps_its_zone(options: dict[str, Any], data: st.DataObject) -> None:
    layout = laid_out(options, Found(ZONES, [], []))
    cidrs = layout.public + layout.private
    some = data.draw(st.lists(st.sampled_from(cidrs), unique=True))
    vpc = {"VpcId": "vpc-1", "CidrBlock": options["cidr_block"]}
    again = laid_out(options, Found(ZONES, [], [], vpc=vpc, subnets=existing(layout, some)))
    assert (again.public, again.private) == (layout.public, layout.private)
    assert [again.zone(cidr) for cidr in some] == [layout.zone(cidr) for cidr in some]
    assert len(set(again.zones)) == len(again.zones)


@given(OPTIONS)
def test_a_network_as_it_is_to_be_needs_no_step(options: dict[str, Any]) -> None:
    found = Found(ZONES, [], [])
    layout = laid_out(options, found)
    params = parameters("vpc_network", options)
    parts = match(params, layout, found)
    now = settings.before(layout, found, parts)
    after = settings.after(params, layout, found, parts, now)
    assert plan(NAME, now, after, parts)
    assert plan(NAME, after, after, parts) == []


def tag_list_of(settings: dict[str, Any]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in settings["tags"].items()]


def made(after: dict[str, Any], layout: Layout) -> Found:
    """Return what AWS has once a network is what it shall be. Ids are made of names."""
    subnets = {cidr: f"subnet-{number}" for number, cidr in enumerate(after["subnets"])}
    groups = {name: f"sg-{number}" for number, name in enumerate(after.get("security_groups", {}))}
    tables = {key: f"rtb-{number}" for number, key in enumerate(after["route_tables"])}
    logs = after.get("flow_logs", [])
    return Found(
        ZONES,
        [],
        [],
        region=REGION,
        vpc={"VpcId": "vpc-1", "CidrBlock": after["vpc"]["cidr_block"], "Tags": tag_list_of(after["vpc"])},
        dns={key: after["vpc"][key] for key in ("enable_dns_support", "enable_dns_hostnames")},
        subnets=[
            {
                "SubnetId": subnets[cidr],
                "CidrBlock": cidr,
                "AvailabilityZone": subnet["availability_zone"],
                "MapPublicIpOnLaunch": subnet.get("map_public_ip", False),
                "Tags": tag_list_of(subnet),
            }
            for cidr, subnet in after["subnets"].items()
        ],
        route_tables=[
            {
                "RouteTableId": tables[key],
                "Associations": [
                    {"SubnetId": subnets[cidr], "RouteTableAssociationId": f"rtbassoc-{cidr}"}
                    for cidr in table["subnets"]
                ],
                "Routes": [],
                "Tags": tag_list_of(table),
            }
            for key, table in after["route_tables"].items()
        ],
        security_groups=[
            {
                "GroupId": groups[name],
                "GroupName": name,
                "Description": group["description"],
                "IpPermissions": [rules.permission(rule, groups) for rule in group["ingress"]],
                "IpPermissionsEgress": [rules.permission(rule, groups) for rule in group["egress"]],
                "Tags": tag_list_of(group),
            }
            for name, group in after.get("security_groups", {}).items()
        ],
        endpoints=[described(key, one, (subnets, groups, tables)) for key, one in after.get("endpoints", {}).items()],
        flow_logs=[logged(one) for one in logs],
    )


def described(key: str, settings: dict[str, Any], ids: tuple[dict[str, str], ...]) -> dict[str, Any]:
    subnets, groups, tables = ids
    kind, _space, label = key.partition(" ")
    full = settings["policy"] == endpoints.FULL_ACCESS
    return {
        "VpcEndpointId": f"vpce-{label}",
        "VpcEndpointType": kind.capitalize(),
        "ServiceName": f"com.amazonaws.{REGION}.{label}",
        "State": "available",
        "PolicyDocument": FULL_POLICY if full else endpoints.policy_text(settings["policy"]),
        "SubnetIds": [subnets[cidr] for cidr in settings.get("subnets", [])],
        "Groups": [{"GroupId": groups.get(name, name)} for name in settings.get("security_groups", [])],
        "RouteTableIds": [tables[name] for name in settings.get("route_tables", [])],
        "PrivateDnsEnabled": settings.get("private_dns", False),
        "Tags": tag_list_of(settings),
    }


def logged(settings: dict[str, Any]) -> dict[str, Any]:
    destination = settings["destination"]
    where = "LogDestination" if destination.startswith("arn:") else "LogGroupName"
    return {
        "FlowLogId": "fl-1",
        where: destination,
        "DeliverLogsPermissionArn": settings["role_arn"],
        "TrafficType": settings["traffic_type"],
        "MaxAggregationInterval": settings["max_aggregation_interval"],
        "LogFormat": settings["log_format"],
        "Tags": tag_list_of(settings),
    }


def planned(options: dict[str, Any], found: Found) -> tuple[dict[str, Any], dict[str, Any], Layout, list[str]]:
    """Return the settings before and after, and what would be done."""
    layout = laid_out(options, found)
    params = parameters("vpc_network", options)
    try:
        parts = match(params, layout, found)
        now = settings.before(layout, found, parts)
        after = settings.after(params, layout, found, parts, now)
    except InputError:
        assume(False)
        raise
    return now, after, layout, actions(plan(NAME, now, after, parts))


@options_of_properties(max_examples=options_of_properties.default.max_examples // 2)
@given(whole_networks(), whole_networks())
def test_any_network_becomes_any_other(first: dict[str, Any], second: dict[str, Any]) -> None:
    found = Found(ZONES, [], [], region=REGION)
    for wish in (first, second):
        options = {"name": NAME, **wish, "nat_gateways": "none"}
        _before, after, layout, _steps = planned(options, found)
        found = made(after, layout)
        before, again, _layout, steps = planned(options, found)
        assert {key: before.get(key) for key in COMPARED} == {key: again.get(key) for key in COMPARED}
        assert again == after
        # Gateways of the internet and routes to them are not made here.
        assert [step for step in steps if "internet gateway" not in step and "route" not in step] == []
