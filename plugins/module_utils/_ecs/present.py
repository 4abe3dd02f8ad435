# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Make a service what it shall be: look, plan, apply, and wait for the truth about the rollout.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api, evidence, result, rollout
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import plan as planning
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.apply import Made, apply
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.look import Found, Names, find_service, look
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError, ResultError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Create or update the service and what belongs to it."""
    ecs, elb, scaler = clients("ecs"), clients("elbv2"), clients("application-autoscaling")
    names = Names.of(params)
    found = look(names, params, ecs, elb, scaler)
    if not check_mode:
        _check_exists(names, found)
    plan = planning.make(params, names, found, ecs.meta.region_name)
    actions, (before, after) = planning.actions(plan), plan.diff()
    if check_mode:
        predicted = result.predicted(plan, ecs.meta.partition)
        return Outcome(before, after, actions, {"service": predicted, "wait_for": result.pending(names, found.service)})
    if found.draining:
        _wait_drained(ecs, names, params["wait_timeout"])
    made = apply(plan, ecs, elb, scaler)
    service = _settled(params, clients, plan, made) if params["wait"] else _described(ecs, names, made)
    wait_for = result.pending(names, service, made.task_definition_arn, made.deployment_id)
    return Outcome(before, after, actions, {"service": result.described(service, plan, made), "wait_for": wait_for})


def _check_exists(names: Names, found: Found) -> None:
    if not found.cluster_exists:
        raise InputError(f"ECS cluster {names.cluster} does not exist.")
    if names.load_balancer is not None and found.load_balancer is None:
        raise InputError(f"Load balancer {names.load_balancer} does not exist.")


def _wait_drained(ecs: Client, names: Names, timeout: float) -> None:
    def gone() -> bool:
        service = find_service(ecs, names)[1]
        return service is None or service["status"] != "DRAINING"

    _wait.until(f"the deleted ECS service {names.service} to give its name free", gone, timeout, lambda: "DRAINING")


def _described(ecs: Client, names: Names, made: Made) -> dict[str, Any]:
    if not made.touched and made.service is not None:
        return made.service
    return api.service(ecs, names.cluster, names.service) or made.service or {}


def _settled(params: dict[str, Any], clients: Clients, plan: planning.Plan, made: Made) -> dict[str, Any]:
    """Wait until the rollout has succeeded and return the service; raise ResultError when it does not."""
    ecs, names = clients("ecs"), plan.names
    service = _described(ecs, names, made)
    last = rollout.judge(service, names.service, made.task_definition_arn, made.deployment_id)

    def ended() -> bool:
        nonlocal service, last
        if last.state == "pending":
            service = api.service(ecs, names.cluster, names.service) or {"status": "INACTIVE"}
            last = rollout.judge(service, names.service, made.task_definition_arn, made.deployment_id)
        return last.state != "pending"

    try:
        _wait.until(f"the rollout of ECS service {names.service}", ended, params["wait_timeout"], lambda: last.summary)
    except _wait.WaitTimeout as timeout:
        _fail(clients, plan, service, made, "pending", str(timeout))
    if last.state == "failed":
        _fail(clients, plan, service, made, "failed", last.summary)
    return service


def _fail(
    clients: Clients, plan: planning.Plan, service: dict[str, Any], made: Made, state: rollout.State, sentence: str
) -> None:
    details = []
    if service.get("serviceName"):
        cluster = plan.names.cluster
        about = rollout.subject(service, evidence.Asked(made.task_definition_arn, made.deployment_id))
        details = evidence.collect(clients("ecs"), clients("elbv2"), clients("logs"), cluster, service, about)
    told = rollout.Rollout(state, sentence, details)
    raise ResultError(sentence, {"rollout": told.as_result(), "actions": planning.actions(plan)})
