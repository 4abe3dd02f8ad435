# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How the rollout of an ECS service goes: pending, succeeded or failed, and what is known about a failure.

botocore's waiter only counts tasks and deployments, so it calls a service stable that the circuit breaker has
rolled back. Here the deployment that was asked for must be the one that completed. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api, evidence
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.evidence import Asked
from ansible_collections.orchestra.aws.plugins.module_utils._retry import refusal

State = Literal["pending", "succeeded", "failed"]


@dataclass(frozen=True)
class Rollout:
    """The state of a rollout, one sentence about it, and for a failure what AWS knows of the causes."""

    state: State
    summary: str
    details: list[str] = field(default_factory=list)

    def as_result(self) -> dict[str, Any]:
        """Return it in the form of a module's return value."""
        return {"state": self.state, "summary": self.summary, "details": self.details}


def poll(
    ecs_client: Client,
    elbv2_client: Client,
    logs_client: Client,
    cluster: str,
    service: str,
    expected_task_definition: str | None = None,
    deployment_id: str | None = None,
    explain_pending: bool = False,
) -> Rollout:
    """Look once at a service's rollout: one call while it goes well, some more to explain a failure.

    expected_task_definition: ARN of the revision that shall run; any other one means that it was rolled back.
    deployment_id: the deployment that was asked for, which tells a retry of the same revision from its predecessor.
    explain_pending: whether a rollout that goes on is explained too, because nobody waits for it any longer.
    """
    described = _describe(ecs_client, cluster, service)
    rollout = judge(described, service, expected_task_definition, deployment_id)
    explained = rollout.state == "failed" or (explain_pending and rollout.state == "pending")
    if not explained or described is None:
        return rollout
    about = subject(described, Asked(expected_task_definition, deployment_id))
    details = evidence.collect(ecs_client, elbv2_client, logs_client, cluster, described, about)
    return Rollout(rollout.state, rollout.summary, details)


def subject(service: Mapping[str, Any], asked: Asked) -> Asked:
    """Return the deployment to explain: the one asked for, or when none was named one that failed, or the newest.

    Nothing is known of a deployment that AWS has rolled back and lists no longer.
    """
    deployments = service.get("deployments") or []
    if asked != Asked() or not deployments:
        return asked
    failed = next((item for item in deployments if item.get("rolloutState") == "FAILED"), None)
    primary = next((item for item in deployments if item["status"] == "PRIMARY"), deployments[0])
    if failed is None and _rolled_back(primary, asked):
        return asked
    about = failed or primary
    return Asked(about["taskDefinition"], about["id"])


def _describe(ecs_client: Client, cluster: str, service: str) -> dict[str, Any] | None:
    """Return the service, or None when there is none, be it for want of a cluster."""
    try:
        return api.service(ecs_client, cluster, service)
    except AnsibleAWSError as error:
        if refusal(error)[0] == "ClusterNotFoundException":
            return None
        raise


def judge(
    service: Mapping[str, Any] | None,
    name: str,
    expected_task_definition: str | None = None,
    deployment_id: str | None = None,
) -> Rollout:
    """Judge a described service, see C(poll). A pure function."""
    if service is None or service["status"] == "INACTIVE":
        return Rollout("failed", f"ECS service {name} does not exist.")
    if service["status"] == "DRAINING":
        return Rollout("failed", f"ECS service {name} is being deleted.")
    deployments = service.get("deployments") or []
    primary = next((item for item in deployments if item["status"] == "PRIMARY"), None)
    if primary is None:
        return Rollout("pending", f"ECS service {name} has no deployment yet.")
    asked = Asked(expected_task_definition, deployment_id)
    failed = _failed(deployments, primary, asked)
    told = _told_reason(service, deployment_id) if _another(primary, deployment_id) else ""
    if failed or told or _rolled_back(primary, asked):
        reason = (failed or {}).get("rolloutStateReason") or told
        return Rollout("failed", _failure(name, primary, failed, expected_task_definition, reason))
    if _another(primary, deployment_id):
        return _overtaken(deployments, name, deployment_id)
    return _progress(service, name, primary)


def stuck(service: Mapping[str, Any]) -> bool:
    """Tell whether the service's deployment has failed for good: ECS starts no task for it any more."""
    deployments = service.get("deployments") or []
    return any(item["status"] == "PRIMARY" and item.get("rolloutState") == "FAILED" for item in deployments)


def _failed(deployments: list[dict[str, Any]], primary: Mapping[str, Any], asked: Asked) -> Mapping[str, Any] | None:
    """Return the failed deployment that counts: the one asked for, if that is known, not an older one."""
    failed = [item for item in deployments if item.get("rolloutState") == "FAILED"]
    if primary in failed and not _another(primary, asked.deployment_id):
        return primary
    if asked.deployment_id is not None:
        return next((item for item in failed if item["id"] == asked.deployment_id), None)
    return next((item for item in failed if not _differs(item["taskDefinition"], asked.task_definition)), None)


def _another(primary: Mapping[str, Any], deployment_id: str | None) -> bool:
    """Tell whether the PRIMARY deployment is not the one asked for: that one is not visible yet, or over."""
    return deployment_id is not None and primary["id"] != deployment_id


def _rolled_back(primary: Mapping[str, Any], asked: Asked) -> bool:
    if asked.task_definition is None:
        return _tells_of_rollback(primary.get("rolloutStateReason"))
    if not _differs(primary["taskDefinition"], asked.task_definition):
        return False
    # Right after an update AWS may still answer with the deployment before it: believe that only on evidence.
    return asked.deployment_id is None or _tells_of_rollback(primary.get("rolloutStateReason"))


def _overtaken(deployments: list[dict[str, Any]], name: str, deployment_id: str | None) -> Rollout:
    """The PRIMARY deployment is another one, and nothing tells of a failure."""
    if any(item["id"] == deployment_id for item in deployments):
        return Rollout(
            "failed", f"The deployment of ECS service {name} was replaced by another one before it completed."
        )
    return Rollout("pending", f"deployment {deployment_id} is not visible yet")


def _told_reason(service: Mapping[str, Any], deployment_id: str | None) -> str:
    """Return the reason in the event about a failed deployment: it stays when AWS no longer lists the deployment."""
    for event in service.get("events") or []:
        about, failed, reason = event.get("message", "").partition("deployment failed: ")
        if failed and deployment_id and deployment_id in about:
            return str(reason)
    return ""


def _tells_of_rollback(reason: str | None) -> bool:
    told = (reason or "").lower()
    return any(words in told for words in ("rolling back", "rolled back", "rollback"))


def _differs(task_definition: str, expected: str | None) -> bool:
    """Tell whether two revisions differ; either may be an ARN or family:revision. Nothing expected never differs."""
    return expected is not None and _short(task_definition) != _short(expected)


def _short(task_definition: str | None) -> str:
    return (task_definition or "").split("/")[-1]


def _failure(
    name: str, primary: Mapping[str, Any], failed: Mapping[str, Any] | None, expected: str | None, reason: str
) -> str:
    asked = _short(expected or (failed or {}).get("taskDefinition"))
    subject = f"The deployment of {asked} to ECS service {name}" if asked else f"The deployment of ECS service {name}"
    reason = reason.strip().rstrip(".")
    why = f": {reason}" if reason else ""
    if failed is primary:
        return f"{subject} failed{why}."
    return f"{subject} failed{why}; AWS rolled the service back to {_short(primary['taskDefinition'])}."


def _progress(service: Mapping[str, Any], name: str, primary: Mapping[str, Any]) -> Rollout:
    running, wanted = primary.get("runningCount", 0), service["desiredCount"]
    counts = f"{running} of {wanted} tasks run"
    # rolloutState is missing where AWS does not track the rollout; then one deployment alone is a complete one.
    completed = primary.get("rolloutState", "COMPLETED" if len(service["deployments"]) == 1 else "") == "COMPLETED"
    if completed and running == wanted and not primary.get("pendingCount"):
        return Rollout("succeeded", f"ECS service {name} is steady with {_short(primary['taskDefinition'])}: {counts}.")
    failed = primary.get("failedTasks") or 0
    failures = f", {failed} failed" if failed else ""
    state = primary.get("rolloutState", "IN_PROGRESS")
    return Rollout("pending", f"{state}, {counts}, {primary.get('pendingCount', 0)} pending{failures}")
