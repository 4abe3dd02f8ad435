# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Delete a service with its autoscaling, listeners, target groups and task definition, in the order that AWS allows.

Each part is found by itself, so that a deletion that was stopped half-way is finished by the next one.
Private to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _retry, _wait
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import api as autoscaling
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import scaling
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api, task_definition
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import service as services
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.look import Names, find_service
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import listener, rule, rule_api, target_group
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

# Seconds in which Elastic Load Balancing notices that a deleted listener uses the target group no more. The listener
# may have gone with its load balancer, before this began.
_RELEASE_SECONDS = 60
# What the diff calls them, in the order in which they are found.
_GROUPS = ("target_group", "alternate_target_group")
_LISTENERS = ("listener", "test_listener")


@dataclass(frozen=True)
class Doomed:
    """What is left of a service. service: of whatever status but INACTIVE. revisions: not yet deleted.

    rules: of other listeners, forwarding to nothing but the target groups, as other tools make them.
    target_groups: the plain one and the alternate one. scaling: the scalable target.
    """

    service: dict[str, Any] | None
    listeners: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    target_groups: list[dict[str, Any]]
    scaling: dict[str, Any] | None
    active_revisions: list[str]
    inactive_revisions: list[str]
    in_use: dict[str, Any] | None


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete what is left of the service; deleting what is gone already is no error."""
    ecs, elb, scaler = clients("ecs"), clients("elbv2"), clients("application-autoscaling")
    names = Names.of(params)
    doomed = _look(names, params["keep_task_definitions"], ecs, elb, scaler)
    if not check_mode:
        if doomed.scaling:
            # First, because it would bring back the tasks that the deletion stops.
            autoscaling.deregister(scaler, doomed.scaling["ResourceId"])
        _delete(doomed, names, params, ecs, elb)
    return Outcome(_before(doomed), {}, _actions(doomed, names), {})


def _look(names: Names, keep_revisions: bool, ecs: Client, elb: Client, scaler: Client) -> Doomed:
    resource = scaling.resource(services.short_name(names.cluster), names.service)
    revisions = [partial(api.task_definition_arns, ecs, names.family, status) for status in ("ACTIVE", "INACTIVE")]
    (_exists, service), (active, inactive), (named, alternate), target = together(
        lambda: find_service(ecs, names),
        lambda: ([], []) if keep_revisions else concurrently(*revisions),
        lambda: concurrently(
            lambda: elbv2.target_group(elb, names.target_group),
            lambda: elbv2.target_group(elb, names.alternate_target_group) if _can_be_named(names) else None,
        ),
        lambda: None if is_unknown(names.cluster) else autoscaling.target(scaler, resource),
    )
    live = service if service and service["status"] != "INACTIVE" else None
    entry = ((live or {}).get("loadBalancers") or [{}])[0]
    group = named
    if group is None and entry.get("targetGroupArn"):
        group = elbv2.target_group(elb, entry["targetGroupArn"])
    in_use, (served, rules, groups) = together(
        lambda: api.task_definition(ecs, live["taskDefinition"]) if live else None,
        lambda: _served(elb, group, alternate, entry.get("advancedConfiguration") or {}),
    )
    return Doomed(live, served, rules, groups, target, active, inactive, in_use)


def _can_be_named(names: Names) -> bool:
    """A name that is too long for a target group is none's."""
    return len(names.alternate_target_group) <= target_group.LONGEST_NAME


def _served(
    elb: Client, group: dict[str, Any] | None, alternate: dict[str, Any] | None, advanced: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the service's listeners and rules, which serve its target groups and nothing else, and these groups."""
    if alternate is None and advanced.get("alternateTargetGroupArn"):
        alternate = elbv2.target_group(elb, advanced["alternateTargetGroupArn"])
    both = [item for item in (group, alternate) if item]
    balancers = sorted({arn for item in both for arn in item.get("LoadBalancerArns", [])})
    found = [item for arn in balancers for item in elbv2.listeners(elb, arn) or []]
    if alternate and not _belongs(elb, alternate, group, found, advanced):
        both = [group] if group else []
    arns = {item["TargetGroupArn"] for item in both}
    served = [item for item in found if arns >= set(listener.target_groups(item)) != set()]
    return served, _rules(elb, [item for item in found if item not in served], arns), both


def _rules(elb: Client, listeners: list[dict[str, Any]], arns: set[str]) -> list[dict[str, Any]]:
    """Return the rules of these listeners that forward to these target groups and to nothing else."""
    found = concurrently(*(partial(rule_api.rules, elb, item["ListenerArn"]) for item in listeners))
    made = [item for rules in found for item in rules or [] if not item.get("IsDefault")]
    return [item for item in made if arns >= set(rule.weights(item)) != set()]


def _belongs(
    elb: Client,
    alternate: dict[str, Any],
    group: dict[str, Any] | None,
    listeners: list[dict[str, Any]],
    advanced: dict[str, Any],
) -> bool:
    """Tell whether the alternate target group is the service's, and not that of another service called like it."""
    if alternate["TargetGroupArn"] == advanced.get("alternateTargetGroupArn") or not alternate.get("LoadBalancerArns"):
        return True
    if group is None:
        return False
    pair = [group["TargetGroupArn"], alternate["TargetGroupArn"]]
    ours = [item for item in listeners if set(listener.target_groups(item)) & set(pair)]
    rules = [made for item in ours for made in rule_api.rules(elb, item["ListenerArn"]) or []]
    return any(set(rule.weights(made)) == set(pair) for made in rules)


def _before(doomed: Doomed) -> dict[str, Any]:
    parts = {
        "task_definition": task_definition.settings(doomed.in_use),
        **{name: target_group.settings(item, {}) for name, item in zip(_GROUPS, doomed.target_groups, strict=False)},
        **{name: listener.settings(item) for name, item in zip(_LISTENERS, doomed.listeners, strict=False)},
        "autoscaling": scaling.settings(doomed.scaling, [], []),
        "service": services.settings(doomed.service),
    }
    return {name: part for name, part in parts.items() if part}


def _actions(doomed: Doomed, names: Names) -> list[str]:
    told = [f"delete autoscaling of ECS service {names.service}"] if doomed.scaling else []
    if doomed.service and doomed.service["status"] != "DRAINING":
        told.append(f"delete ECS service {names.service}")
    told += [f"delete listener {item['Protocol']}:{item['Port']}" for item in doomed.listeners]
    told += [f"delete rule {item['Priority']} of another listener" for item in doomed.rules]
    told += [f"delete target group {item['TargetGroupName']}" for item in doomed.target_groups]
    count = len(doomed.active_revisions) + len(doomed.inactive_revisions)
    if count:
        revisions = "1 revision" if count == 1 else f"{count} revisions"
        told.append(f"delete task definition {names.family} ({revisions})")
    return told


def _delete(doomed: Doomed, names: Names, params: dict[str, Any], ecs: Client, elb: Client) -> None:
    if doomed.service:
        _delete_service(doomed.service, names, params, ecs)
    for item in doomed.listeners:
        elbv2.delete_listener(elb, item["ListenerArn"])
    for item in doomed.rules:
        rule_api.delete_rule(elb, item["RuleArn"])
    for group in doomed.target_groups:
        _retry.until_accepted(
            f"target group {group['TargetGroupName']} to be released by its listener",
            partial(elbv2.delete_target_group, elb, group["TargetGroupArn"]),
            lambda code, _message: code == "ResourceInUse",
            _RELEASE_SECONDS,
        )
    _delete_revisions(doomed, ecs)


def _delete_service(service: dict[str, Any], names: Names, params: dict[str, Any], ecs: Client) -> None:
    if service["status"] == "ACTIVE":
        api.delete_service(ecs, names.cluster, names.service)
    if params["wait"]:
        _wait_gone(names, params["wait_timeout"], ecs)


def _wait_gone(names: Names, timeout: float, ecs: Client) -> None:
    """Wait until the service is INACTIVE and its tasks, whose network interfaces block subnets, have stopped."""
    state = ""

    def gone() -> bool:
        nonlocal state
        state = left(names, ecs)
        return not state

    _wait.until(f"ECS service {names.service} to be deleted", gone, timeout, lambda: state)


def left(names: Names, ecs: Client) -> str:
    """Return what is left of the service and of its tasks; nothing when they are gone."""
    cluster_exists, service = find_service(ecs, names)
    if service and service["status"] != "INACTIVE":
        return f"{service['status']}, {service.get('runningCount', 0)} tasks run"
    unstopped = _unstopped(names, ecs) if cluster_exists else 0
    return f"INACTIVE, {unstopped} tasks have not stopped yet" if unstopped else ""


def _unstopped(names: Names, ecs: Client) -> int:
    arns = [arn for status in ("RUNNING", "STOPPED") for arn in _task_arns(names, status, ecs)]
    return sum(task["lastStatus"] != "STOPPED" for task in api.tasks(ecs, names.cluster, arns)) if arns else 0


def _task_arns(names: Names, status: str, ecs: Client) -> list[str]:
    """Return the tasks of a service that AWS may already have forgotten."""
    try:
        return api.task_arns(ecs, names.cluster, names.service, status)
    except AnsibleAWSError as error:
        if _retry.refusal(error)[0] in ("ServiceNotFoundException", "ServiceNotActiveException"):
            return []
        raise


def _delete_revisions(doomed: Doomed, ecs: Client) -> None:
    """Deregister and delete: AWS keeps a deregistered revision for ever, a deleted one until its tasks have ended."""
    concurrently(*[lambda arn=arn: api.deregister_task_definition(ecs, arn) for arn in doomed.active_revisions])
    revisions = doomed.active_revisions + doomed.inactive_revisions
    if revisions:
        api.delete_task_definitions(ecs, revisions)
