# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of security groups: AWS has what was wanted, and changes lead from any rules to any others."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import rules
from tests.properties import strategies_network

IDS = {"alb": "sg-1", "tasks": "sg-2"}
NAMES = {group_id: name for name, group_id in IDS.items()}
WRITTEN = st.lists(strategies_network.rules([*IDS, "sg-1", "sg-99"]), max_size=5)


def spelled(written: list[dict[str, Any]]) -> list[rules.Rule]:
    """Return rules in the one spelling; the same rule with two descriptions is refused, and not looked at here."""
    try:
        return rules.ordered(rules.wanted(rule, NAMES, IDS) for rule in written)
    except InputError as error:
        assume("twice with different descriptions" not in str(error))
        raise


def gathered(wanted: list[rules.Rule]) -> list[dict[str, Any]]:
    """Return rules as AWS describes them: all sources of the same protocol and ports in one permission."""
    by_ports: dict[Any, dict[str, Any]] = {}
    for rule in wanted:
        permission = copy.deepcopy(rules.permission(rule, IDS))
        key = (permission["IpProtocol"], permission.get("FromPort"), permission.get("ToPort"))
        whole = by_ports.setdefault(key, defaultdict(list))
        for name, value in permission.items():
            if isinstance(value, list):
                whole[name] += value
            else:
                whole[name] = value
    return [dict(permission) for permission in by_ports.values()]


@given(WRITTEN)
def test_what_aws_describes_is_what_was_wanted(written: list[dict[str, Any]]) -> None:
    wanted = spelled(written)
    assert rules.described(gathered(wanted), NAMES) == wanted


@given(WRITTEN.flatmap(lambda written: st.tuples(st.just(written), st.permutations(written))))
def test_neither_order_nor_repetition_matter(same: Any) -> None:
    written, again = same
    assert spelled(written) == spelled([*again, *written])


@given(WRITTEN, WRITTEN)
def test_changes_lead_from_any_rules_to_any_others(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    old, new = spelled(before), spelled(after)
    changes = rules.changes(old, new)
    reached = {rules.identity(rule): rule for rule in old}
    for rule in changes.add:
        assert rules.identity(rule) not in reached
        reached[rules.identity(rule)] = rule
    for rule in changes.remove:
        del reached[rules.identity(rule)]
    for rule in changes.redescribe:
        assert rules.identity(rule) in reached
        reached[rules.identity(rule)] = rule
    assert rules.ordered(reached.values()) == new
    assert rules.changes(new, new) == rules.Changes([], [], [])


@given(WRITTEN)
def test_every_rule_can_be_said(written: list[dict[str, Any]]) -> None:
    said = [rules.sentence("ingress", rule) for rule in spelled(written)]
    assert len(set(said)) == len(said)
