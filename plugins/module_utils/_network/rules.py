# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Security group rules: one spelling for what AWS says and for what the user wants, and the way between.

A rule is a mapping with the option names of the module: protocol, from_port, to_port, description, and one of
cidr, cidr_ipv6, prefix_list and group. A group of the same network is known by name, any other by id.

Private to the collection.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, present

Rule = dict[str, Any]

SOURCES = ("cidr", "cidr_ipv6", "prefix_list", "group")
# What AWS gives every new security group.
DEFAULT_EGRESS: Rule = {"protocol": "all", "cidr": "0.0.0.0/0"}

# CreateSecurityGroup and IpRange in the EC2 API reference.
_DESCRIPTION = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")
_PROTOCOLS = {"-1": "all", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
# IpPermission list, its field, and the option that it is.
_FIELDS = {
    "cidr": ("IpRanges", "CidrIp"),
    "cidr_ipv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefix_list": ("PrefixListIds", "PrefixListId"),
    "group": ("UserIdGroupPairs", "GroupId"),
}


@dataclass(frozen=True)
class Changes:
    """The way from the rules of one direction to others."""

    add: list[Rule]
    remove: list[Rule]
    redescribe: list[Rule]


def identity(rule: Rule) -> tuple[Any, ...]:
    """Return what makes a rule the same rule for AWS: everything but its description."""
    ports = (rule.get("from_port"), rule.get("to_port"))
    return (rule["protocol"], *ports, *(rule.get(source) for source in SOURCES))


def ordered(rules: Iterable[Rule]) -> list[Rule]:
    """Sort rules, whose order means nothing, and drop those that are there twice."""
    unique: dict[tuple[Any, ...], Rule] = {}
    for rule in rules:
        same = unique.setdefault(identity(rule), rule)
        if same.get("description") != rule.get("description"):
            raise InputError(
                f"Security group rule {sentence('', rule).strip()} is listed twice with different descriptions."
            )
    return sorted(unique.values(), key=lambda rule: str(identity(rule)))


def union(asked: Iterable[Rule], kept: Iterable[Rule]) -> list[Rule]:
    """Return all rules, each once; of two that differ in their description only, the one that is asked for."""
    return list({identity(rule): rule for rule in [*kept, *asked]}.values())


def wanted(option: Mapping[str, Any], names_by_id: Mapping[str, str], names: Iterable[str]) -> Rule:
    """Return a rule as the user wrote it in the one spelling.

    names: the groups of the network. Raises InputError for what AWS would refuse.
    """
    protocol = str(option["protocol"]).lower()
    protocol = _PROTOCOLS.get(protocol, protocol)
    first, last = option.get("from_port"), option.get("to_port")
    if option.get("port") is not None:
        first = last = option["port"]
    source = {key: option[key] for key in SOURCES if option.get(key) is not None}
    rule = present({"protocol": protocol, **_ports(protocol, first, last), **source})
    if option.get("description"):
        rule["description"] = checked_description(option["description"], "a security group rule")
    if "cidr" in rule or "cidr_ipv6" in rule:
        _canonical_block(rule)
    if "group" in rule:
        rule["group"] = _group(rule["group"], names_by_id, names)
    return rule


def checked_description(text: str, of: str) -> str:
    """Return a description that AWS takes. Raises InputError for any other."""
    if not _DESCRIPTION.fullmatch(text):
        raise InputError(
            f"The description {text!r} of {of} does not suit AWS: at most 255 letters, digits, spaces and any of "
            "._-:/()#,@[]+=&;{}!$* are allowed."
        )
    return text


def _ports(protocol: str, first: int | None, last: int | None) -> dict[str, int | None]:
    if protocol in ("tcp", "udp"):
        ports = {"from_port": 0 if first is None else first, "to_port": 65535 if last is None else last}
        if not 0 <= ports["from_port"] <= ports["to_port"] <= 65535:
            raise InputError(
                f"A security group rule has the ports {ports['from_port']} to {ports['to_port']}: "
                "they go from 0 to 65535, the lower first."
            )
        return {**ports}
    if protocol in ("icmp", "icmpv6"):
        return {"from_port": -1 if first is None else first, "to_port": -1 if last is None else last}
    if first is not None:
        raise InputError(f"A security group rule for protocol {protocol} has ports: only tcp, udp and icmp have them.")
    return {"from_port": None, "to_port": None}


def _canonical_block(rule: Rule) -> None:
    key, version = ("cidr", 4) if "cidr" in rule else ("cidr_ipv6", 6)
    if is_unknown(rule[key]):
        return
    try:
        block = ipaddress.ip_network(rule[key], strict=False)
    except ValueError:
        block = None
    if block is None or block.version != version:
        raise InputError(f"{rule[key]!r} in a security group rule is no IPv{version} block for {key}.")
    rule[key] = str(block)


def _group(value: str, names_by_id: Mapping[str, str], names: Iterable[str]) -> str:
    known = list(names)
    if value in known or is_unknown(value):
        return value
    if value.startswith("sg-"):
        return names_by_id.get(value, value)
    raise InputError(
        f"A security group rule names the group {value}: give an id (sg-...) or one of {', '.join(sorted(known))}."
    )


def described(permissions: Iterable[Mapping[str, Any]], names_by_id: Mapping[str, str]) -> list[Rule]:
    """Return AWS's IpPermissions, which gather several sources, as single rules."""
    rules = []
    for permission in permissions:
        protocol = _PROTOCOLS.get(permission["IpProtocol"], permission["IpProtocol"])
        ports = {"from_port": permission.get("FromPort"), "to_port": permission.get("ToPort")}
        if protocol not in ("tcp", "udp", "icmp", "icmpv6"):
            ports = {}
        for option, (group, field) in _FIELDS.items():
            for source in permission.get(group) or []:
                rule = present({"protocol": protocol, **ports, option: source[field]})
                if option == "group":
                    rule["group"] = names_by_id.get(source[field], source[field])
                if source.get("Description"):
                    rule["description"] = source["Description"]
                rules.append(rule)
    return ordered(rules)


def permission(rule: Rule, ids_by_name: Mapping[str, str]) -> dict[str, Any]:
    """Return a rule as an IpPermission of AWS."""
    option = next(source for source in SOURCES if source in rule)
    group, field = _FIELDS[option]
    value = ids_by_name.get(rule[option], rule[option]) if option == "group" else rule[option]
    source = present({field: value, "Description": rule.get("description")})
    protocol = "-1" if rule["protocol"] == "all" else rule["protocol"]
    ports = {"FromPort": rule.get("from_port"), "ToPort": rule.get("to_port")}
    return present({"IpProtocol": protocol, **ports, group: [source]})


def changes(before: Iterable[Rule], after: Iterable[Rule]) -> Changes:
    """Compare two lists of rules; a rule whose description alone differs is kept and described anew."""
    old = {identity(rule): rule for rule in before}
    new = {identity(rule): rule for rule in after}
    kept = [rule for key, rule in new.items() if key in old]
    return Changes(
        add=[rule for key, rule in new.items() if key not in old],
        remove=[rule for key, rule in old.items() if key not in new],
        redescribe=[rule for rule in kept if rule.get("description") != old[identity(rule)].get("description")],
    )


def sentence(direction: str, rule: Rule) -> str:
    """Return a rule in words, like "ingress tcp 80 from group shop-alb"."""
    first, last = rule.get("from_port"), rule.get("to_port")
    ports = ""
    if first is not None and (first, last) not in ((0, 65535), (-1, -1)):
        ports = f" {first}" if first == last else f" {first}-{last}"
    option = next(source for source in SOURCES if source in rule)
    kind = {"group": "group ", "prefix_list": "prefix list "}.get(option, "")
    towards = "to" if direction == "egress" else "from"
    return f"{direction} {rule['protocol']}{ports} {towards} {kind}{rule[option]}"
