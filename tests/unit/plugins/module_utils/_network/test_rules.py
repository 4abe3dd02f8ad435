# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import rules

IDS = {"sg-1": "alb"}


def wanted(**option: Any) -> rules.Rule:
    return rules.wanted({"protocol": "tcp", **option}, IDS, ["alb", "tasks"])


@pytest.mark.parametrize(
    ("option", "rule"),
    [
        pytest.param(
            {"port": 80, "cidr": "10.0.0.0/8"},
            {"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr": "10.0.0.0/8"},
            id="one port",
        ),
        pytest.param(
            {"protocol": "UDP", "cidr": "10.1.2.3/8"},
            {"protocol": "udp", "from_port": 0, "to_port": 65535, "cidr": "10.0.0.0/8"},
            id="all ports, host bits",
        ),
        pytest.param(
            {"protocol": "-1", "group": "sg-1"}, {"protocol": "all", "group": "alb"}, id="id of a listed group"
        ),
        pytest.param(
            {"protocol": "50", "group": "sg-9"}, {"protocol": "50", "group": "sg-9"}, id="id of another group"
        ),
        pytest.param(
            {"protocol": "icmp", "prefix_list": "pl-1", "description": ""},
            {"protocol": "icmp", "from_port": -1, "to_port": -1, "prefix_list": "pl-1"},
            id="all of ICMP",
        ),
        pytest.param(
            {"protocol": 6, "from_port": 1, "to_port": 2, "cidr_ipv6": "2001:DB8:0::/32", "description": "why"},
            {"protocol": "tcp", "from_port": 1, "to_port": 2, "cidr_ipv6": "2001:db8::/32", "description": "why"},
            id="protocol number, IPv6",
        ),
    ],
)
def test_wanted(option: dict[str, Any], rule: rules.Rule) -> None:
    assert wanted(**option) == rule


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"port": 80, "group": "nobody"}, "names the group nobody: give an id .* or one of alb, tasks"),
        ({"port": 80, "cidr": "300.0.0.0/8"}, "no IPv4 block"),
        ({"port": 80, "cidr": "2001:db8::/32"}, "no IPv4 block"),
        ({"port": 70000, "cidr": "10.0.0.0/8"}, "from 0 to 65535"),
        ({"from_port": 9, "to_port": 8, "cidr": "10.0.0.0/8"}, "the lower first"),
        ({"port": 80, "group": "alb", "description": "it's"}, "description .* of a security group rule does not suit"),
        ({"protocol": "all", "port": 80, "cidr": "10.0.0.0/8"}, "only tcp, udp and icmp have them"),
    ],
)
def test_wanted_refuses(option: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        wanted(**option)


def test_described_takes_apart_what_aws_gathers() -> None:
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 80,
        "ToPort": 81,
        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "why"}, {"CidrIp": "11.0.0.0/8"}],
        "Ipv6Ranges": [],
        "UserIdGroupPairs": [{"GroupId": "sg-1", "UserId": "1"}, {"GroupId": "sg-9", "UserId": "1"}],
        "PrefixListIds": [{"PrefixListId": "pl-1"}],
    }
    ports = {"protocol": "tcp", "from_port": 80, "to_port": 81}
    expected: list[rules.Rule] = [
        {**ports, "cidr": "10.0.0.0/8", "description": "why"},
        {**ports, "cidr": "11.0.0.0/8"},
        {**ports, "group": "alb"},
        {**ports, "group": "sg-9"},
        {**ports, "prefix_list": "pl-1"},
    ]
    assert rules.described([permission], IDS) == rules.ordered(expected)


@pytest.mark.parametrize(
    "rule",
    [
        {"protocol": "all", "cidr": "0.0.0.0/0"},
        {"protocol": "tcp", "from_port": 0, "to_port": 65535, "cidr_ipv6": "::/0", "description": "why"},
        {"protocol": "icmp", "from_port": -1, "to_port": -1, "group": "alb"},
        {"protocol": "50", "prefix_list": "pl-1"},
    ],
)
def test_what_is_sent_to_aws_comes_back_the_same(rule: rules.Rule) -> None:
    sent = rules.permission(rule, {"alb": "sg-1"})
    assert rules.described([sent], IDS) == [rule]


def test_changes() -> None:
    one, two, three = wanted(port=1, group="alb"), wanted(port=2, group="alb"), wanted(port=3, group="alb")
    told = {**two, "description": "new"}
    changes = rules.changes([one, two], [told, three])
    assert (changes.add, changes.remove, changes.redescribe) == ([three], [one], [told])


def test_the_order_of_rules_means_nothing_and_repetitions_are_dropped() -> None:
    one, two = wanted(port=1, group="alb"), wanted(port=2, group="alb")
    assert rules.ordered([two, one, two]) == rules.ordered([one, two])


def test_one_rule_with_two_descriptions_is_refused() -> None:
    with pytest.raises(InputError, match="tcp 1 from group alb is listed twice"):
        rules.ordered([wanted(port=1, group="alb"), wanted(port=1, group="alb", description="why")])


@pytest.mark.parametrize(
    ("direction", "rule", "words"),
    [
        ("ingress", wanted(port=80, group="alb"), "ingress tcp 80 from group alb"),
        ("egress", wanted(from_port=1, to_port=2, cidr="10.0.0.0/8"), "egress tcp 1-2 to 10.0.0.0/8"),
        ("egress", wanted(prefix_list="pl-1"), "egress tcp to prefix list pl-1"),
        ("egress", rules.DEFAULT_EGRESS, "egress all to 0.0.0.0/0"),
    ],
)
def test_sentence(direction: str, rule: rules.Rule, words: str) -> None:
    assert rules.sentence(direction, rule) == words
