# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""alb: any load balancer gets the desired settings and attributes in one run; other attributes stay."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import load_balancer_apply
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_elbv2 import MemoryElbV2
from tests.properties.strategies import FOUND_TAGS, maybe, tagging

NAME = "shop-prod"
SUBNETS = st.lists(st.sampled_from(["subnet-1", "subnet-2", "subnet-3"]), min_size=1, max_size=4)
GROUPS = st.lists(st.sampled_from(["sg-1", "sg-2"]), min_size=1, max_size=3)
FREE = {
    "routing.http2.enabled": st.sampled_from([True, False, "false"]),
    "client_keep_alive.seconds": st.sampled_from([3600, 60, "60"]),
    "connection_logs.s3.prefix": st.sampled_from(["", "a"]),
}
FOUND = {
    **{key: values.map(lambda value: str(value).lower()) for key, values in FREE.items()},
    "idle_timeout.timeout_seconds": st.sampled_from(["60", "61"]),
    "deletion_protection.enabled": st.sampled_from(["true", "false"]),
}

OPTIONS = maybe(
    scheme=st.just("internal"),
    ip_address_type=st.sampled_from(["ipv4", "dualstack"]),
    idle_timeout=st.sampled_from([60, 61]),
    deletion_protection=st.booleans(),
    drop_invalid_header_fields=st.booleans(),
    access_logs=st.sampled_from([{"enabled": False}, {"bucket": "logs"}, {"bucket": "logs", "prefix": "a"}]),
    attributes=maybe(**FREE),
    **tagging(),
)


@st.composite
def wishes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return what the load balancer shall be, one after the other; the first wish has all that a new one needs."""
    network = maybe(subnets=SUBNETS, security_groups=GROUPS)
    needed = {"subnets": draw(SUBNETS), "security_groups": draw(GROUPS)}
    later = [{**draw(network), **options} for options in draw(st.lists(OPTIONS, max_size=3))]
    return [{"name": NAME, **options} for options in [{**needed, **draw(OPTIONS)}, *later]]


@st.composite
def found_balancers(draw: st.DrawFn) -> Any:
    """Return a load balancer that somebody else has made: description, attributes and tags."""
    zones = [{"SubnetId": subnet} for subnet in draw(st.permutations(["subnet-1", "subnet-2"]))]
    balancer = {"LoadBalancerName": NAME, "Scheme": "internal", "AvailabilityZones": zones, "SecurityGroups": ["sg-2"]}
    return balancer, draw(maybe(**FOUND)), draw(FOUND_TAGS)


@given(st.none() | found_balancers(), wishes())
def test_any_load_balancer_converges(found: Any, following: list[dict[str, Any]]) -> None:
    clients = Clients(elbv2=MemoryElbV2())
    if found:
        clients("elbv2").add(*found)
    for options in following:
        converges(load_balancer_apply.ensure_present, "alb", options, clients)


@given(found_balancers(), st.booleans())
def test_only_a_protected_load_balancer_is_not_deleted(found: Any, force: bool) -> None:
    clients = Clients(elbv2=MemoryElbV2())
    clients("elbv2").add(*found)
    options = {"name": NAME, "state": "absent", "force_deletion": force, "wait_for_network_interfaces": False}
    done = converges(load_balancer_apply.ensure_absent, "alb", options, clients)
    protected = found[1].get("deletion_protection.enabled") == "true"
    assert (done is None) == (protected and not force)
    assert bool(clients("elbv2").state) == (done is None)
