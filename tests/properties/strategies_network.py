# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of security groups as a user writes them, and whole groups."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.strategies import maybe, tagging

GROUPS = ["alb", "tasks", "link"]
_TEXTS = st.sampled_from(["", "One", "Two"])


PROTOCOLS = ["tcp", "udp", "6", "icmp", "all", "-1"]


@st.composite
def _ports(draw: st.DrawFn, protocols: list[str]) -> dict[str, Any]:
    protocol = draw(st.sampled_from(protocols))
    if protocol in ("all", "-1", "50"):
        return {"protocol": protocol}
    if protocol == "icmp":
        return {"protocol": protocol, **draw(st.sampled_from([{}, {"from_port": 8, "to_port": 0}]))}
    ports = st.sampled_from([{}, {"port": 80}, {"from_port": 80, "to_port": 80}, {"from_port": 1, "to_port": 65535}])
    return {"protocol": protocol, **draw(ports)}


def rules(groups: list[str], protocols: list[str] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """Return rules from blocks, in several spellings, and from the groups; also of ESP unless protocols are given."""
    sources = [
        {"cidr": "10.0.0.0/16"},
        {"cidr": "10.0.3.0/16"},
        {"cidr": "0.0.0.0/0"},
        {"cidr_ipv6": "2001:db8::/32"},
        {"cidr_ipv6": "2001:0DB8::1/32"},
        *({"group": group} for group in groups),
    ]
    return st.tuples(_ports(protocols or [*PROTOCOLS, "50"]), st.sampled_from(sources), maybe(description=_TEXTS)).map(
        lambda parts: {key: value for part in parts for key, value in part.items()}
    )


@st.composite
def security_groups(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return the option security_groups; groups refer to each other. moto knows no protocols by number but tcp's."""
    names = draw(st.lists(st.sampled_from(GROUPS), max_size=3, unique=True))
    listed = st.lists(rules(names, PROTOCOLS), max_size=3)
    return [{"name": name, **draw(maybe(ingress=listed, egress=listed))} for name in names]


SHAPES = maybe(
    availability_zone_count=st.integers(1, 3),
    nat_gateways=st.sampled_from(["none", "single", "per_zone"]),
    public_subnets=st.just([]),
    map_public_ip=st.booleans(),
    enable_dns_hostnames=st.booleans(),
    **tagging(),
)
