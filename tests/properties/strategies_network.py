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
    """Return rules from blocks, in several spellings, and from the groups.

    protocols: those that the embedded AWS knows; without them there are rules of ESP and from prefix lists too.
    """
    lists = [] if protocols else [{"prefix_list": "pl-1"}]
    sources = [
        {"cidr": "10.0.0.0/16"},
        {"cidr": "10.0.3.0/16"},
        {"cidr": "0.0.0.0/0"},
        {"cidr_ipv6": "2001:db8::/32"},
        {"cidr_ipv6": "2001:0DB8::1/32"},
        *({"group": group} for group in groups),
        *lists,
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


ROLE = "arn:aws:iam::123456789012:role/flow"
_STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
_POLICY: st.SearchStrategy[Any] = st.sampled_from(
    [
        {"Version": "2012-10-17", "Statement": _STATEMENT},
        {"Version": "2012-10-17", "Statement": [{**_STATEMENT, "Action": ["s3:GetObject"]}]},
        {"Statement": [{**_STATEMENT, "Action": "*"}]},
    ]
)


@st.composite
def endpoints(draw: st.DrawFn, groups: list[str]) -> list[dict[str, Any]]:
    """Return the option endpoints; those of interfaces have the groups of the network, or one of others."""
    services = draw(st.lists(st.sampled_from(["s3", "dynamodb", "ecr.api", "logs"]), unique=True))
    made = []
    for service in services:
        kind = "gateway" if service in ("s3", "dynamodb") else "interface"
        endpoint = {"service": service, **draw(maybe(type=st.just(kind), policy=_POLICY))}
        if kind == "interface":
            listed = st.lists(st.sampled_from([*groups, "sg-99"]), min_size=1, unique=True)
            endpoint |= {"security_groups": draw(listed), **draw(maybe(private_dns=st.booleans()))}
        made.append(endpoint)
    return made


_LOGGED = {
    "traffic_type": st.sampled_from(["ALL", "REJECT"]),
    "max_aggregation_interval": st.sampled_from([60, 600]),
    "log_format": st.sampled_from(["${version} ${action}", "${version}"]),
}
_FLOW_LOG = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {"log_group": st.sampled_from(["/vpc/shop", "/vpc/other"]), "role_arn": st.just(ROLE)}, optional=_LOGGED
    ),
    st.fixed_dictionaries(
        {"destination_arn": st.sampled_from(["arn:aws:s3:::logs", "arn:aws:s3:::other"])}, optional=_LOGGED
    ),
)


@st.composite
def whole_networks(draw: st.DrawFn) -> dict[str, Any]:
    """Return all options of a network but its name and block, with blocks of 10.0.0.0/16."""
    names = draw(st.lists(st.sampled_from(GROUPS), max_size=3, unique=True))
    listed = st.lists(rules(names), max_size=3)
    own = maybe(
        ingress=listed, egress=listed, description=_TEXTS.filter(bool), tags=st.just({"tier": "a"}) | st.just({})
    )
    groups = [{"name": name, **draw(own)} for name in names]
    zones = draw(st.sampled_from([["eu-central-1a"], ["eu-central-1b", "eu-central-1a"]]))
    blocks = [f"10.0.{number}.0/24" for number in range(len(zones))]
    named = maybe(availability_zones=st.just(zones)) if draw(st.booleans()) else st.just({})
    dns = draw(st.sampled_from([{}, {"enable_dns_support": False, "enable_dns_hostnames": False}]))
    return {
        **draw(SHAPES.filter(lambda shape: "availability_zone_count" not in shape)),
        **draw(named),
        **draw(maybe(private_subnets=st.just(blocks))),
        **draw(maybe(flow_log=_FLOW_LOG, purge_rules=st.booleans(), purge_security_groups=st.booleans())),
        **draw(maybe(endpoints=endpoints(names))),
        "security_groups": groups,
        **dns,
    }
