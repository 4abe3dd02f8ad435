# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The plan for a service with its task definition, target group and listener: before, after, and why.

Pure functions. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import plan as autoscaling
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling.metrics import resource_label
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import (
    checks,
    colors,
    rollout,
    service,
    task_definition,
)
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.look import Found, Names
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.part import Part, listed
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.part import actions as part_actions
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import listener, target_group
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown


@dataclass(frozen=True)
class Plan:
    """Everything that C(apply) needs to know.

    target_group and listener: None without a load balancer. colors: None unless the strategy moves traffic between two
    target groups. scaling: None when O(autoscaling) is left out.
    """

    names: Names
    found: Found
    revision: task_definition.Choice
    register: dict[str, Any] | None
    service: Part
    target_group: Part | None
    listener: Part | None
    forced: str
    tagged: bool
    colors: colors.Plan | None = None
    scaling: autoscaling.Plan | None = None

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
        parts: dict[str, Any] = {"target_group": self.target_group, "listener": self.listener}
        parts |= self.colors.parts() if self.colors else {}
        parts |= {"service": self.service, "autoscaling": self.scaling}
        for name, part in parts.items():
            if part is not None:
                before[name] = self._with_tags(part.before, part.tags_before)
                after[name] = self._with_tags(part.after, part.tags_after)
        return {key: item for key, item in before.items() if item}, {key: item for key, item in after.items() if item}

    def _with_tags(self, settings: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
        return {**settings, "tags": tags} if settings and self.tagged else settings


def make(params: Mapping[str, Any], names: Names, found: Found, region: str) -> Plan:
    """Compare what is asked for with what exists. Raises InputError for what cannot be done."""
    checks.check(params, names.family)
    colors.check(params, found.service)
    _check_complete(params, names, found)
    scaling = _scaling(params, names, found)
    tags, purge = params.get("tags"), params.get("purge_tags", True)
    options = params.get("task_definition")
    register = task_definition.request(options, region, names.service) if options else None
    revision = task_definition.choose(register, found.in_use, found.latest, names.family, tags, purge)
    balanced = params.get("load_balancer") is not None
    group = _target_group(params, names, found) if balanced else None
    served = _listener(params, names, found) if balanced else None
    second = _colors(params, names, found, group)
    part = _service(params, names, found, second, scaling)
    forced = _forced(params, found)
    return Plan(names, found, revision, register, part, group, served, forced, tags is not None, second, scaling)


def _service(
    params: Mapping[str, Any],
    names: Names,
    found: Found,
    second: colors.Plan | None,
    scaling: autoscaling.Plan | None,
) -> Part:
    before = service.settings(found.service)
    counted = {**params, "desired_count": _desired_count(params, found, scaling)}
    group = names.target_group if params.get("load_balancer") is not None else None
    after = service.desired(counted, before, group, second.advanced if second else None)
    service.refuse_fixed(before, after, names.service)
    colors.refuse_stranded(before, found.live, after["deployment"]["strategy"], names.service)
    return Part.of(before, after, (found.service or {}).get("tags") or {}, params)


def _desired_count(params: Mapping[str, Any], found: Found, scaling: autoscaling.Plan | None) -> int | None:
    """Return the number of tasks to ask for; None to leave it alone, as an autoscaler's number is."""
    asked: int | None = params.get("desired_count")
    if scaling is None or not scaling.after:
        return asked
    if found.service is not None:
        return None
    least, most = scaling.after["minimum"], scaling.after["maximum"]
    if asked is not None and not least <= asked <= most:
        raise InputError(f"desired_count is {asked}, and autoscaling keeps {least} to {most} tasks.")
    return least if asked is None else asked


def _scaling(params: Mapping[str, Any], names: Names, found: Found) -> autoscaling.Plan | None:
    options = params.get("autoscaling")
    if options is None:
        return None
    balancer = found.load_balancer or {}
    name = balancer.get("LoadBalancerName") or _balancer_name(names.load_balancer)
    label = resource_label(
        balancer.get("LoadBalancerArn") or unknown(), (found.target_group or {}).get("TargetGroupArn") or unknown()
    )
    labelled = (name, names.target_group, label)
    return autoscaling.make(options, found.scaling, labelled, params.get("tags"), params.get("purge_tags", True))


def _colors(params: Mapping[str, Any], names: Names, found: Found, group: Part | None) -> colors.Plan | None:
    if group is None or not colors.are_used(params, found.service):
        return None
    balancer = found.load_balancer or {}
    return colors.make(params, group.after, names.alternate_target_group, found.colors, balancer)


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
    return Part.of(before, after, current, params)


def _listener(params: Mapping[str, Any], names: Names, found: Found) -> Part:
    before = listener.settings(found.listener)
    after = listener.desired(params["load_balancer"]["listener"], names.target_group, before)
    current = found.tags.get(found.listener["ListenerArn"], {}) if found.listener else {}
    return Part.of(before, after, current, params)


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
    scaling = autoscaling.actions(plan.scaling, plan.names.service) if plan.scaling else []
    told = [*_revision_actions(plan), *_balancer_actions(plan), *_service_actions(plan)]
    return [*scaling, *told] if plan.scaling and plan.scaling.deregisters else [*told, *scaling]


def _revision_actions(plan: Plan) -> list[str]:
    family, revision = plan.names.family, plan.revision
    if revision.registers and revision.in_use:
        ignored = {key: value for key, value in revision.before.items() if key != "tags"}
        wanted = {key: value for key, value in revision.after.items() if key != "tags"}
        return [f"register a new revision of task definition {family}: {listed(service.differences(ignored, wanted))}"]
    if revision.registers:
        return [f"register task definition {family}"]
    return [f"update tags of task definition {revision.before.get('family', family)}"] if revision.retags else []


def _balancer_actions(plan: Plan) -> list[str]:
    told = []
    balancer = (plan.found.load_balancer or {}).get("LoadBalancerName") or _balancer_name(plan.names.load_balancer)
    if plan.target_group:
        told += part_actions(plan.target_group, f"target group {plan.names.target_group}")
    if plan.listener:
        after = plan.listener.after
        told += part_actions(plan.listener, f"listener {after['protocol']}:{after['port']} of load balancer {balancer}")
    if plan.colors:
        told += colors.told(plan.colors, plan.names.alternate_target_group, balancer)
    return told


def _balancer_name(name_or_arn: str | None) -> str:
    """Return the name in a load balancer's ARN: ...:loadbalancer/app/<name>/<id>."""
    parts = (name_or_arn or "").split("/")
    return parts[-2] if len(parts) > 2 else parts[-1]


def _service_actions(plan: Plan) -> list[str]:
    what = f"ECS service {plan.names.service}"
    if plan.service.creates:
        return [f"create {what}"]
    changes = plan.service.changes + (["task_definition"] if plan.changes_revision else [])
    told = [f"update {what}: {listed(changes)}"] if changes else []
    if plan.forced and not (changes and plan.forced != "forced"):
        told.append(f"start a new deployment of {what}: {plan.forced}")
    return told + ([f"update tags of {what}"] if plan.service.retags else [])
