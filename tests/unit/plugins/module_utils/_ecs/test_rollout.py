# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import rollout

OLD = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop:7"
NEW = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop:8"
TASKS_FAILED = "ECS deployment circuit breaker: tasks failed to start."
ROLLING_BACK = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1."


def deployment(number: int, status: str, state: str, task_definition: str = NEW, **more: Any) -> dict[str, Any]:
    return {
        "id": f"ecs-svc/{number}",
        "status": status,
        "rolloutState": state,
        "taskDefinition": task_definition,
        "runningCount": 1,
        "pendingCount": 0,
        **more,
    }


def service(*deployments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"status": "ACTIVE", "desiredCount": 1, "deployments": list(deployments), **more}


FAILED = deployment(2, "ACTIVE", "FAILED", rolloutStateReason=TASKS_FAILED)
BACK = deployment(3, "PRIMARY", "COMPLETED", OLD, rolloutStateReason=ROLLING_BACK)
BACK_QUIETLY = deployment(3, "PRIMARY", "COMPLETED", OLD)
EVENT = {"message": "(service app) (deployment ecs-svc/2) deployment failed: alarm detected."}


@pytest.mark.parametrize(
    ("described", "asked", "state", "summary"),
    [
        pytest.param(None, {}, "failed", "does not exist", id="missing"),
        pytest.param(service(status="INACTIVE"), {}, "failed", "does not exist", id="inactive"),
        pytest.param(service(status="DRAINING"), {}, "failed", "is being deleted", id="draining"),
        pytest.param(service(), {}, "pending", "no deployment yet", id="no deployment"),
        pytest.param(
            service(deployment(2, "PRIMARY", "COMPLETED")), {}, "succeeded", "steady with shop:8", id="completed"
        ),
        pytest.param(
            service(deployment(2, "PRIMARY", "COMPLETED", runningCount=0)), {}, "pending", "0 of 1", id="task was lost"
        ),
        pytest.param(
            service(deployment(2, "PRIMARY", "IN_PROGRESS", failedTasks=2)), {}, "pending", "2 failed", id="on its way"
        ),
        pytest.param(
            service(deployment(2, "PRIMARY", "COMPLETED", pendingCount=1)), {}, "pending", "1 pending", id="starting"
        ),
        pytest.param(
            service(deployment(2, "PRIMARY", "FAILED", rolloutStateReason=TASKS_FAILED)),
            {},
            "failed",
            f"The deployment of shop:8 to ECS service app failed: {TASKS_FAILED}",
            id="first deployment failed",
        ),
        pytest.param(
            service(deployment(3, "PRIMARY", "IN_PROGRESS", OLD), FAILED),
            {"expected_task_definition": NEW},
            "failed",
            "tasks failed to start; AWS rolled the service back to shop:7.",
            id="rolling back",
        ),
        pytest.param(service(BACK), {}, "failed", "rolled the service back to shop:7", id="rolled back, nothing asked"),
        pytest.param(
            service(BACK), {"expected_task_definition": NEW}, "failed", "back to shop:7", id="rolled back, completed"
        ),
        pytest.param(
            service(BACK_QUIETLY),
            {"expected_task_definition": NEW},
            "failed",
            "The deployment of shop:8 to ECS service app failed; AWS rolled the service back to shop:7.",
            id="another revision than expected",
        ),
        pytest.param(
            service(BACK),
            {"expected_task_definition": OLD},
            "succeeded",
            "steady with shop:7",
            id="rolled back long ago, and that is what is wanted now",
        ),
        pytest.param(
            service(deployment(4, "PRIMARY", "IN_PROGRESS"), deployment(2, "ACTIVE", "FAILED", OLD)),
            {"expected_task_definition": NEW},
            "pending",
            "1 of 1",
            id="an older failed deployment does not count",
        ),
        pytest.param(
            service(deployment(4, "PRIMARY", "IN_PROGRESS"), FAILED),
            {"expected_task_definition": NEW, "deployment_id": "ecs-svc/4"},
            "pending",
            "1 of 1",
            id="a retry of the same revision",
        ),
        pytest.param(
            service(deployment(5, "PRIMARY", "COMPLETED"), FAILED),
            {"expected_task_definition": NEW, "deployment_id": "ecs-svc/2"},
            "failed",
            "tasks failed to start",
            id="a forced deployment of the same revision failed",
        ),
        pytest.param(
            service(deployment(5, "PRIMARY", "COMPLETED"), events=[EVENT]),
            {"expected_task_definition": NEW, "deployment_id": "ecs-svc/2"},
            "failed",
            "failed: alarm detected; AWS rolled",
            id="only an event still tells",
        ),
        pytest.param(
            service(deployment(1, "PRIMARY", "COMPLETED", OLD)),
            {"expected_task_definition": NEW, "deployment_id": "ecs-svc/2"},
            "pending",
            "not visible yet",
            id="AWS answers with what was before the update",
        ),
        pytest.param(
            service(deployment(1, "PRIMARY", "FAILED", OLD)),
            {"expected_task_definition": NEW, "deployment_id": "ecs-svc/2"},
            "pending",
            "not visible yet",
            id="what was before the update had failed",
        ),
        pytest.param(
            service(deployment(3, "PRIMARY", "IN_PROGRESS", OLD), deployment(2, "ACTIVE", "IN_PROGRESS")),
            {"expected_task_definition": NEW, "deployment_id": "ecs-svc/2"},
            "failed",
            "replaced by another one",
            id="overtaken",
        ),
    ],
)
def test_judge(described: dict[str, Any] | None, asked: dict[str, str], state: str, summary: str) -> None:
    judged = rollout.judge(described, "app", **asked)
    assert judged.state == state
    assert summary in judged.summary


def test_a_revision_may_be_expected_by_its_short_name() -> None:
    described = service(deployment(2, "PRIMARY", "COMPLETED"))
    assert rollout.judge(described, "app", "shop:8").state == "succeeded"


@pytest.mark.parametrize(
    ("deployments", "stuck"),
    [
        ([deployment(2, "PRIMARY", "FAILED")], True),
        ([deployment(3, "PRIMARY", "IN_PROGRESS", OLD), FAILED], False),
        ([], False),
    ],
)
def test_stuck(deployments: list[dict[str, Any]], stuck: bool) -> None:
    assert rollout.stuck(service(*deployments)) == stuck
