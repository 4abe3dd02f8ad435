# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The steps that make security groups and their rules right.

Groups refer to each other, so all are made before the first rule, and lose their rules before the first is deleted.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._network import rules, write_api
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import Parts
from ansible_collections.orchestra.aws.plugins.module_utils._network.removal import delete_group_steps
from ansible_collections.orchestra.aws.plugins.module_utils._network.settings import Settings
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import Phase, Step, Work
from ansible_collections.orchestra.aws.plugins.module_utils._network.tagging import id_in, retag_steps

# What AWS gives every new security group.
_NEW_RULES: Settings = {"ingress": [], "egress": [rules.DEFAULT_EGRESS]}


def group_steps(before: Settings, after: Settings, parts: Parts) -> list[Step]:
    """Return the steps for the listed groups, and for those that are listed no more."""
    steps = []
    for name, wanted in after.items():
        now = before.get(name)
        if now is None:
            steps.append(_create(name, wanted))
        else:
            steps += retag_steps(f"security group {name}", id_in("groups", name), now["tags"], wanted["tags"])
        for direction in ("ingress", "egress"):
            steps += _rule_steps(name, direction, (now or _NEW_RULES)[direction], wanted[direction])
    return steps + delete_group_steps(parts.superfluous_groups)


def _create(name: str, wanted: Settings) -> Step:
    def create(work: Work) -> None:
        work.ids.groups[name] = write_api.create_security_group(
            work.ec2, work.ids.vpc, name, wanted["description"], wanted["tags"]
        )

    return Step(Phase.PARTS, [f"create security group {name}"], create)


def _rule_steps(name: str, direction: str, before: list[rules.Rule], after: list[rules.Rule]) -> list[Step]:
    """Add first and remove then, so that what is allowed before and after is allowed meanwhile."""
    changes = rules.changes(before, after)
    calls = (
        ("add", changes.add, write_api.authorize),
        ("remove", changes.remove, write_api.revoke),
        ("describe anew", changes.redescribe, write_api.set_rule_descriptions),
    )
    said = [
        f"update security group {name}: {verb} {rules.sentence(direction, rule)}"
        for verb, changed, _call in calls
        for rule in changed
    ]

    def change(work: Work) -> None:
        for _verb, changed, call in calls:
            permissions = [rules.permission(rule, work.ids.groups) for rule in changed]
            if permissions:
                call(work.ec2, work.ids.groups[name], direction, permissions)

    return [Step(Phase.GATEWAYS, said, change)] if said else []
