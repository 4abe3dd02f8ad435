# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Networks: blocks fit, zones stay where subnets are, and a network as it is to be needs no step."""

from __future__ import annotations

import ipaddress
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import addressing, settings
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Found
from ansible_collections.orchestra.aws.plugins.module_utils._network.layout import Layout, lay_out
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import match
from ansible_collections.orchestra.aws.plugins.module_utils._network.plan import plan
from tests.properties.converging import parameters
from tests.properties.strategies import maybe
from tests.properties.strategies_network import SHAPES

NAME = "shop-prod"
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
