# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The plan for the autoscaling of an ECS service: before, after, steps, and their words. Pure functions.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import scaling
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, is_unknown


@dataclass(frozen=True)
class Found:
    """What exists, as AWS describes it. tags: of the scalable target."""

    target: dict[str, Any] | None = None
    policies: list[dict[str, Any]] = field(default_factory=list)
    scheduled: list[dict[str, Any]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What C(apply) needs to know. outdated: policies that count the requests of what is there no more."""

    found: Found
    before: dict[str, Any]
    after: dict[str, Any]
    tags_before: dict[str, str]
    tags_after: dict[str, str]
    outdated: frozenset[str]

    @property
    def deregisters(self) -> bool:
        return bool(self.before) and not self.after

    @property
    def registers(self) -> bool:
        """Whether the scalable target itself is new or differs."""
        own = ("minimum", "maximum", "suspended")
        return bool(self.after) and any(self.before.get(key) != self.after[key] for key in own)

    @property
    def retags(self) -> bool:
        return bool(self.before and self.after) and self.tags_before != self.tags_after

    def to_put(self, kind: str) -> list[str]:
        """Return the names of the policies or scheduled actions that are new or differ."""
        before, after = self.before.get(kind, {}), self.after.get(kind, {})
        outdated = self.outdated if kind == "target_tracking" else frozenset()
        return sorted(name for name in after if before.get(name) != after[name] or name in outdated)

    def to_delete(self, kind: str) -> list[str]:
        """Return the names of the policies or scheduled actions that go, the scalable target staying."""
        if not self.after:
            return []
        return sorted(set(self.before.get(kind, {})) - set(self.after[kind]))


def make(
    options: Mapping[str, Any],
    found: Found,
    labelled: tuple[str, str, str],
    tags: Mapping[str, Any] | None,
    purge: bool,
) -> Plan:
    """Compare what is asked for with what exists.

    labelled: names of the load balancer and the target group that get the requests, and their resource label, which
    may be a placeholder.
    """
    balancer, group, label = labelled
    before = scaling.settings(found.target, found.policies, found.scheduled)
    after = scaling.desired(options, before, balancer, group)
    wanted_tags = desired_tags(found.tags, tags, purge) if after else {}
    return Plan(found, before, after, found.tags, wanted_tags, _outdated(found, after, label))


def _outdated(found: Found, after: Mapping[str, Any], label: str) -> frozenset[str]:
    """Return the policies whose names are right but whose ids are those of a group that was made again."""
    labels = {
        item["PolicyName"]: (
            (item.get("TargetTrackingScalingPolicyConfiguration") or {}).get("PredefinedMetricSpecification") or {}
        ).get("ResourceLabel")
        for item in found.policies
    }
    if is_unknown(label):
        return frozenset(name for name in after.get("target_tracking", {}) if labels.get(name))
    return frozenset(name for name in after.get("target_tracking", {}) if labels.get(name) and labels[name] != label)


def actions(plan: Plan, service: str) -> list[str]:
    """Return the steps in words, in the order in which they are done."""
    if plan.deregisters:
        return [f"delete autoscaling of ECS service {service}"]
    told = []
    if plan.registers:
        verb = "update" if plan.before else "create"
        told.append(f"{verb} autoscaling of ECS service {service}: {_range(plan.after)}")
    for kind, what in (("target_tracking", "scaling policy"), ("scheduled", "scheduled action")):
        told += [f"{_verb(plan, kind, name)} {what} {name} of ECS service {service}" for name in plan.to_put(kind)]
        told += [f"delete {what} {name} of ECS service {service}" for name in plan.to_delete(kind)]
    return told + ([f"update tags of autoscaling of ECS service {service}"] if plan.retags else [])


def _verb(plan: Plan, kind: str, name: str) -> str:
    return "update" if name in plan.before.get(kind, {}) else "create"


def _range(after: Mapping[str, Any]) -> str:
    suspended = [key for key, value in sorted(after["suspended"].items()) if value]
    told = f", {' and '.join(suspended)} suspended" if suspended else ""
    return f"{after['minimum']} to {after['maximum']} tasks{told}"
