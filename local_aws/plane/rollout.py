# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The deployments and events of a service, in the form in which DescribeServices returns them."""

from __future__ import annotations

import random
import uuid
from typing import Any

from moto.core.utils import utcnow

from local_aws import journal
from local_aws.plane.deployment import ALARM_DETECTED, BREAKER_TRIPPED, Rollout

EVENTS_KEPT = 100
PLATFORM_VERSION = "1.4.0"  # what LATEST means on Fargate for Linux
# What a deployment takes over from its service.
_COPIED = {
    "taskDefinition": "task_definition",
    "launchType": "launch_type",
    "capacityProviderStrategy": "capacity_provider_strategy",
    "networkConfiguration": "network_configuration",
    "serviceConnectConfiguration": "service_connect_configuration",
    "volumeConfigurations": "volume_configurations",
    "vpcLatticeConfigurations": "vpc_lattice_configurations",
}
# Who fails a deployment, by the cause; other causes are told of the deployment itself.
_JUDGES = {BREAKER_TRIPPED: "ECS deployment circuit breaker", ALARM_DETECTED: "ECS deployment alarm"}


def add_event(service: Any, text: str) -> None:
    """Put a service event on top, as AWS words it."""
    message = f"(service {service.name}) {text}"
    service.events.insert(0, {"id": str(uuid.uuid4()), "createdAt": utcnow(), "message": message})
    del service.events[EVENTS_KEPT:]
    journal.record("ecs.service_event", service=service.name, message=message)


def begin(service: Any, reason: str | None = None, *, rolled_back: bool = False) -> dict[str, Any]:
    """Make a new PRIMARY deployment of the service as it is now; the earlier ones become ACTIVE."""
    for earlier in service.deployments:
        earlier["status"] = "ACTIVE"
    identifier = f"ecs-svc/{random.randrange(10**18, 10**19)}"
    fargate = service.launch_type != "EC2"
    deployment: dict[str, Any] = {
        "id": identifier,
        "status": "PRIMARY",
        "desiredCount": service.desired_count,
        "pendingCount": 0,
        "runningCount": 0,
        "failedTasks": 0,
        "createdAt": utcnow(),
        "updatedAt": utcnow(),
        "platformVersion": PLATFORM_VERSION if fargate else None,
        "platformFamily": "Linux" if fargate else None,
        "rolloutState": Rollout.IN_PROGRESS.value,
        "rolloutStateReason": reason or f"ECS deployment {identifier} in progress.",
    } | {key: getattr(service, attribute, None) for key, attribute in _COPIED.items()}
    service.deployments.insert(0, deployment)
    service.local_rolled_back = rolled_back
    return deployment


def complete(service: Any) -> None:
    """The PRIMARY deployment has completed; the others are history."""
    primary = service.deployments[0]
    identifier = primary["id"]
    primary.update(
        rolloutState=Rollout.COMPLETED.value,
        rolloutStateReason=f"ECS deployment {identifier} completed.",
        failedTasks=0,
        updatedAt=utcnow(),
    )
    del service.deployments[1:]
    service.local_completed = {key: primary[key] for key in ("id", *_COPIED)}
    add_event(service, f"(deployment {identifier}) deployment completed.")
    add_event(service, "has reached a steady state.")


def fail(service: Any, cause: str, *, roll_back: bool) -> None:
    """The PRIMARY deployment has failed for a cause; with `roll_back` the last completed one comes back."""
    primary, judge = service.deployments[0], _JUDGES.get(cause, "ECS deployment")
    primary.update(rolloutState=Rollout.FAILED.value, rolloutStateReason=f"{judge}: {cause}.", updatedAt=utcnow())
    add_event(service, f"(deployment {primary['id']}) deployment failed: {cause}.")
    if not roll_back:
        return
    completed = service.local_completed
    for key, attribute in _COPIED.items():
        setattr(service, attribute, completed[key])
    reason = f"{judge}: rolling back to deploymentId {completed['id']}."
    begin(service, reason, rolled_back=True)
    add_event(service, f"rolling back to deployment {completed['id']}.")


def can_roll_back(service: Any) -> bool:
    """Whether there is a completed deployment to return to; a rollback that fails is not rolled back again."""
    return getattr(service, "local_completed", None) is not None and not getattr(service, "local_rolled_back", False)
