# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Delete a service with its listener, target group and task definition, in the order that AWS allows.

Each part is found by itself, so that a deletion that was stopped half-way is finished by the next one.
Private to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _retry, _wait
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api, task_definition
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import service as services
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.look import Names, find_service
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import listener, target_group
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently

# Seconds in which Elastic Load Balancing notices that a deleted listener uses the target group no more.
_RELEASE_SECONDS = 60


@dataclass(frozen=True)
class Doomed:
    """What is left of a service. service: of whatever status but INACTIVE. revisions: not yet deleted."""

    service: dict[str, Any] | None
    listeners: list[dict[str, Any]]
    target_group: dict[str, Any] | None
    active_revisions: list[str]
    inactive_revisions: list[str]
    in_use: dict[str, Any] | None


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete what is left of the service; deleting what is gone already is no error."""
    ecs, elb = clients("ecs"), clients("elbv2")
    names = Names.of(params)
    doomed = _look(names, params["keep_task_definitions"], ecs, elb)
    if not check_mode:
        _delete(doomed, names, params, ecs, elb)
    return Outcome(_before(doomed), {}, _actions(doomed, names), {})


def _look(names: Names, keep_revisions: bool, ecs: Any, elb: Any) -> Doomed:
    (_exists, service), active, inactive, named = concurrently(
        lambda: find_service(ecs, names),
        lambda: [] if keep_revisions else api.task_definition_arns(ecs, names.family, "ACTIVE"),
        lambda: [] if keep_revisions else api.task_definition_arns(ecs, names.family, "INACTIVE"),
        lambda: elbv2.target_group(elb, names.target_group),
    )
    live = service if service and service["status"] != "INACTIVE" else None
    group = named
    if group is None and live and live.get("loadBalancers"):
        group = elbv2.target_group(elb, live["loadBalancers"][0]["targetGroupArn"])
    in_use, served = concurrently(
        lambda: api.task_definition(ecs, live["taskDefinition"]) if live else None,
        lambda: _listeners(elb, group),
    )
    return Doomed(live, served, group, active, inactive, in_use)


def _listeners(elb: Any, group: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the listeners that serve this target group and nothing else."""
    if group is None:
        return []
    found = [item for arn in group.get("LoadBalancerArns", []) for item in elbv2.listeners(elb, arn) or []]
    return [item for item in found if listener.target_groups(item) == [group["TargetGroupArn"]]]


def _before(doomed: Doomed) -> dict[str, Any]:
    parts = {
        "task_definition": task_definition.settings(doomed.in_use),
        "target_group": target_group.settings(doomed.target_group, {}),
        "listener": listener.settings(doomed.listeners[0] if doomed.listeners else None),
        "service": services.settings(doomed.service),
    }
    return {name: part for name, part in parts.items() if part}


def _actions(doomed: Doomed, names: Names) -> list[str]:
    told = []
    if doomed.service and doomed.service["status"] != "DRAINING":
        told.append(f"delete ECS service {names.service}")
    told += [f"delete listener {item['Protocol']}:{item['Port']}" for item in doomed.listeners]
    if doomed.target_group:
        told.append(f"delete target group {doomed.target_group['TargetGroupName']}")
    count = len(doomed.active_revisions) + len(doomed.inactive_revisions)
    if count:
        revisions = "1 revision" if count == 1 else f"{count} revisions"
        told.append(f"delete task definition {names.family} ({revisions})")
    return told


def _delete(doomed: Doomed, names: Names, params: dict[str, Any], ecs: Any, elb: Any) -> None:
    if doomed.service:
        _delete_service(doomed.service, names, params, ecs)
    for item in doomed.listeners:
        elbv2.delete_listener(elb, item["ListenerArn"])
    if doomed.target_group:
        arn = doomed.target_group["TargetGroupArn"]
        _retry.until_accepted(
            f"target group {doomed.target_group['TargetGroupName']} to be released by its listener",
            lambda: elbv2.delete_target_group(elb, arn),
            lambda code, _message: code == "ResourceInUse",
            _RELEASE_SECONDS if doomed.listeners else 0,
        )
    _delete_revisions(doomed, ecs)


def _delete_service(service: dict[str, Any], names: Names, params: dict[str, Any], ecs: Any) -> None:
    if service["status"] == "ACTIVE":
        if service.get("desiredCount"):
            api.update_service(ecs, names.cluster, names.service, {"desiredCount": 0})
        api.delete_service(ecs, names.cluster, names.service)
    if params["wait"]:
        _wait_gone(names, params["wait_timeout"], ecs)


def _wait_gone(names: Names, timeout: float, ecs: Any) -> None:
    """Wait until the service is INACTIVE and its tasks, whose network interfaces block subnets, have stopped."""
    state = ""

    def gone() -> bool:
        nonlocal state
        cluster_exists, service = find_service(ecs, names)
        if service and service["status"] != "INACTIVE":
            state = f"{service['status']}, {service.get('runningCount', 0)} tasks run"
            return False
        left = _unstopped(names, ecs) if cluster_exists else 0
        state = f"INACTIVE, {left} tasks have not stopped yet"
        return left == 0

    _wait.until(f"ECS service {names.service} to be deleted", gone, timeout, lambda: state)


def _unstopped(names: Names, ecs: Any) -> int:
    arns = [arn for status in ("RUNNING", "STOPPED") for arn in _task_arns(names, status, ecs)]
    return sum(task["lastStatus"] != "STOPPED" for task in api.tasks(ecs, names.cluster, arns)) if arns else 0


def _task_arns(names: Names, status: str, ecs: Any) -> list[str]:
    """Return the tasks of a service that AWS may already have forgotten."""
    try:
        return api.task_arns(ecs, names.cluster, names.service, status)
    except AnsibleAWSError as error:
        if _retry.refusal(error)[0] in ("ServiceNotFoundException", "ServiceNotActiveException"):
            return []
        raise


def _delete_revisions(doomed: Doomed, ecs: Any) -> None:
    """Deregister and delete: AWS keeps a deregistered revision for ever, a deleted one until its tasks have ended."""
    concurrently(*[lambda arn=arn: api.deregister_task_definition(ecs, arn) for arn in doomed.active_revisions])
    revisions = doomed.active_revisions + doomed.inactive_revisions
    if revisions:
        api.delete_task_definitions(ecs, revisions)
