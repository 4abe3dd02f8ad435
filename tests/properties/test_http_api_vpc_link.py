# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""http_api_vpc_link: whatever links there are, one run gives one that fits, and no other goes unless it is purged."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import vpc_link
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_vpc_links import MemoryVpcLinks
from tests.properties.strategies import FOUND_TAGS, maybe, tagging

NAME = "shop-prod"
SUBNETS = st.lists(st.sampled_from(["subnet-1", "subnet-2"]), min_size=1, max_size=3)
GROUPS = st.lists(st.sampled_from(["sg-1", "sg-2"]), max_size=2)
STATUSES = st.sampled_from(["AVAILABLE", "PENDING", "INACTIVE", "FAILED", "DELETING"])
# Links that somebody has made; one of another name stands among them.
FOUND = st.lists(
    st.tuples(
        st.sampled_from([NAME, NAME, "other"]),
        SUBNETS.map(lambda subnets: sorted(set(subnets))),
        GROUPS.map(lambda groups: sorted(set(groups))),
        FOUND_TAGS,
        STATUSES,
    ),
    max_size=5,
)
OPTIONS = st.tuples(
    st.fixed_dictionaries({"subnets": SUBNETS, "security_groups": GROUPS}),
    maybe(purge_replaced=st.booleans(), **tagging()),
).map(lambda parts: {"name": NAME, "wait": False, **parts[0], **parts[1]})


def clients_with(found: list[Any]) -> Clients:
    clients = Clients(apigatewayv2=MemoryVpcLinks())
    for link in found:
        clients("apigatewayv2").add(*link)
    return clients


def live(clients: Clients) -> set[str]:
    links = clients("apigatewayv2").state
    return {each for each, link in links.items() if link["Name"] == NAME and link["VpcLinkStatus"] != "DELETING"}


@given(FOUND, st.lists(OPTIONS, min_size=1, max_size=3))
def test_any_links_converge(found: list[Any], following: list[dict[str, Any]]) -> None:
    clients = clients_with(found)
    for options in following:
        before = live(clients)
        done = converges(vpc_link.ensure_present, "http_api_vpc_link", options, clients)
        if done is None:
            assert live(clients) == before
            continue
        link = clients("apigatewayv2").state[done.result["vpc_link"]["vpc_link_id"]]
        assert set(link["SubnetIds"]) == set(options["subnets"])
        assert set(link["SecurityGroupIds"]) == set(options["security_groups"])
        kept = set() if options.get("purge_replaced") else before
        assert live(clients) == kept | {link["VpcLinkId"]}
        assert set(done.result["replaced_vpc_link_ids"]) == live(clients) - {link["VpcLinkId"]}


@given(FOUND)
def test_all_links_of_the_name_are_deleted_and_no_others(found: list[Any]) -> None:
    clients = clients_with(found)
    options = {"name": NAME, "state": "absent", "wait": False}
    converges(vpc_link.ensure_absent, "http_api_vpc_link", options, clients)
    assert live(clients) == set()
    states = [link["VpcLinkStatus"] for link in clients("apigatewayv2").state.values() if link["Name"] != NAME]
    assert states == [status for name, *_, status in found if name != NAME]
