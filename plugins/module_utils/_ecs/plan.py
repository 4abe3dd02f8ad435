# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The plan for a service with its task definition, target group and listener: before, after, and why.

Pure functions. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import checks, rollout, service, task_definition
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.look import Found, Names
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import listener, target_group
from ansible_collections.orchestra.aws.plugins.module_utils._module import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, unknown


@dataclass(frozen=True)
class Part:
    """One resource: its compared settings before and after, and its tags."""

    before: dict[str, Any]
    after: dict[str, Any]
    tags_before: dict[str, str]
    tags_after: dict[str, str]

    @property
    def creates(self) -> bool:
        return not self.before and bool(self.after)

    @property
    def changes(self) -> list[str]:
        """The options that differ in a resource that exists."""
        return [] if self.creates else service.differences(self.before, self.after)

    @property
    def retags(self) -> bool:
        return not self.creates and self.tags_before != self.tags_after


@dataclass(frozen=True)
class Plan:
    """Everything that C(apply) needs to know. target_group and listener: None without a load balancer."""

    names: Names
    found: Found
    revision: task_definition.Choice
    register: dict[str, Any] | None
    service: Part
    target_group: Part | None
    listener: Part | None
    forced: str
    tagged: bool

    @property
    def changes_revision(self) -> bool:
        """Whether the service gets another revision than it uses."""
        if self.found.service is None or self.register is None or self.revision.registers:
            return self.revision.registers
        chosen = (self.revision.chosen or {}).get("taskDefinitionArn", "")
        return service.short_name(chosen) != service.short_name(self.found.service["taskDefinition"])

    def diff(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the compared settings of all parts, before and after."""
        before, after = {"task_definition": self.revision.before}, {"task_definition": self.revision.after}
        for name, part in (("target_group", self.target_group), ("listener", self.listener), ("service", self.service)):
            if part is not None:
                before[name] = self._with_tags(part.before, part.tags_before)
                after[name] = self._with_tags(part.after, part.tags_after)
        return {key: item for key, item in before.items() if item}, {key: item for key, item in after.items() if item}

    def _with_tags(self, settings: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
        return {**settings, "tags": tags} if settings and self.tagged else settings


def make(params: Mapping[str, Any], names: Names, found: Found, region: str) -> Plan:
    """Compare what is asked for with what exists. Raises InputError for what cannot be done."""
    checks.check(params, names.family)
    _check_complete(params, names, found)
    tags, purge = params.get("tags"), params.get("purge_tags", True)
    options = params.get("task_definition")
    register = task_definition.request(options, region, names.service) if options else None
    revision = task_definition.choose(register, found.in_use, found.latest, names.family, tags, purge)
    balanced = params.get("load_balancer") is not None
    group = _target_group(params, names, found) if balanced else None
    served = _listener(params, names, found) if balanced else None
    before = service.settings(found.service)
    after = service.desired(params, before, names.target_group if balanced else None)
    service.refuse_fixed(before, after, names.service)
    current_tags = (found.service or {}).get("tags") or {}
    part = Part(before, after, current_tags, desired_tags(current_tags, tags, purge))
    forced = _forced(params, found)
    return Plan(names, found, revision, register, part, group, served, forced, tags is not None)


def _check_complete(params: Mapping[str, Any], names: Names, found: Found) -> None:
    if found.service is None:
        for option in ("task_definition", "subnets"):
            if not params.get(option):
                raise InputError(f"ECS service {names.service} does not exist yet: to create it, give {option}.")


def _target_group(params: Mapping[str, Any], names: Names, found: Found) -> Part:
    options = params["load_balancer"]
    target_group.check_name(names.target_group)
    balancer = found.load_balancer or {}
    before = target_group.settings(found.target_group, found.attributes)
    vpc = balancer.get("VpcId", unknown("vpc-"))
    after = target_group.desired(options["target_group"], names.target_group, vpc, options["container_port"], before)
    target_group.refuse_fixed(before, after)
    target_group.refuse_foreign(found.target_group, balancer.get("LoadBalancerArn", unknown()))
    current = found.tags.get(found.target_group["TargetGroupArn"], {}) if found.target_group else {}
    return Part(before, after, current, desired_tags(current, params.get("tags"), params.get("purge_tags", True)))


def _listener(params: Mapping[str, Any], names: Names, found: Found) -> Part:
    before = listener.settings(found.listener)
    after = listener.desired(params["load_balancer"]["listener"], names.target_group, before)
    current = found.tags.get(found.listener["ListenerArn"], {}) if found.listener else {}
    return Part(before, after, current, desired_tags(current, params.get("tags"), params.get("purge_tags", True)))


def _forced(params: Mapping[str, Any], found: Found) -> str:
    """Return why an unchanged service shall get a new deployment; "" when it shall not."""
    if found.service is None:
        return ""
    if params.get("force_new_deployment"):
        return "forced"
    # ECS starts no task any more for a deployment that has failed: only another deployment gets the service running.
    return "the last one failed" if rollout.stuck(found.service) else ""


def actions(plan: Plan) -> list[str]:
    """Return the steps in words, in the order in which they are done."""
    return [*_revision_actions(plan), *_balancer_actions(plan), *_service_actions(plan)]


def _revision_actions(plan: Plan) -> list[str]:
    family, revision = plan.names.family, plan.revision
    if revision.registers and revision.in_use:
        ignored = {key: value for key, value in revision.before.items() if key != "tags"}
        wanted = {key: value for key, value in revision.after.items() if key != "tags"}
        return [f"register a new revision of task definition {family}: {_list(service.differences(ignored, wanted))}"]
    if revision.registers:
        return [f"register task definition {family}"]
    return [f"update tags of task definition {revision.before.get('family', family)}"] if revision.retags else []


def _balancer_actions(plan: Plan) -> list[str]:
    told = []
    if plan.target_group:
        told += _part_actions(plan.target_group, f"target group {plan.names.target_group}")
    if plan.listener:
        after = plan.listener.after
        balancer = (plan.found.load_balancer or {}).get("LoadBalancerName") or _balancer_name(plan.names.load_balancer)
        told += _part_actions(
            plan.listener, f"listener {after['protocol']}:{after['port']} of load balancer {balancer}"
        )
    return told


def _balancer_name(name_or_arn: str | None) -> str:
    """Return the name in a load balancer's ARN: ...:loadbalancer/app/<name>/<id>."""
    parts = (name_or_arn or "").split("/")
    return parts[-2] if len(parts) > 2 else parts[-1]


def _part_actions(part: Part, what: str) -> list[str]:
    if part.creates:
        return [f"create {what}"]
    told = [f"update {what}: {_list(part.changes)}"] if part.changes else []
    return told + ([f"update tags of {what}"] if part.retags else [])


def _service_actions(plan: Plan) -> list[str]:
    what = f"ECS service {plan.names.service}"
    if plan.service.creates:
        return [f"create {what}"]
    changes = plan.service.changes + (["task_definition"] if plan.changes_revision else [])
    told = [f"update {what}: {_list(changes)}"] if changes else []
    if plan.forced and not (changes and plan.forced != "forced"):
        told.append(f"start a new deployment of {what}: {plan.forced}")
    return told + ([f"update tags of {what}"] if plan.service.retags else [])


def _list(options: list[str]) -> str:
    return ", ".join(options) or "its order"
