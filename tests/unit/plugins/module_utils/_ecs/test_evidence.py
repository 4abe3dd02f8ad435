# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import evidence, rollout

REVISION = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop:8"
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop/0a1b2c3d4e5f6071"


def task(number: int, **more: Any) -> dict[str, Any]:
    return {
        "taskArn": f"arn:aws:ecs:us-east-1:123456789012:task/shop/{number}",
        "taskDefinitionArn": REVISION,
        "stoppedAt": datetime(2025, 1, 1, 0, 0, number, tzinfo=UTC),
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "app", "exitCode": 1}],
        **more,
    }


def test_equal_reasons_become_one_line() -> None:
    pull = "CannotPullContainerError: not found"
    other = task(1, stoppedReason=pull, containers=[{"name": "app", "reason": pull}])
    assert evidence.stopped_tasks([task(3), task(2), other]) == [
        "2 tasks of shop:8 stopped, the last is 3: Essential container in task exited; container app: exit code 1",
        "task 1 of shop:8 stopped: CannotPullContainerError: not found",
    ]


def test_a_containers_own_reason_is_told() -> None:
    killed = [{"name": "app", "exitCode": 137, "reason": "OutOfMemoryError"}, {"name": "proxy", "exitCode": 0}]
    assert evidence.stopped_tasks([task(1, containers=killed)]) == [
        "task 1 of shop:8 stopped: Essential container in task exited; container app: exit code 137, OutOfMemoryError"
    ]


@pytest.mark.parametrize(
    ("state", "lines"),
    [
        ({"State": "healthy"}, []),
        ({"State": "draining", "Reason": "Target.DeregistrationInProgress"}, []),
        (
            {"State": "unhealthy", "Reason": "Target.ResponseCodeMismatch", "Description": "codes: [500]"},
            ["target 10.0.1.5:3000 is unhealthy: Target.ResponseCodeMismatch: codes: [500]"],
        ),
        (
            {"State": "initial", "Reason": "Elb.InitialHealthChecking"},
            ["target 10.0.1.5:3000 is initial: Elb.InitialHealthChecking"],
        ),
    ],
)
def test_unhealthy_targets(state: dict[str, str], lines: list[str]) -> None:
    health = [{"Target": {"Id": "10.0.1.5", "Port": 3000}, "TargetHealth": state}]
    assert evidence.unhealthy_targets(health) == lines


def test_log_streams_of_the_awslogs_driver() -> None:
    options = {"awslogs-group": "/ecs/shop", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "orders"}
    definition = {
        "containerDefinitions": [{"name": "app", "logConfiguration": {"options": options}}, {"name": "quiet"}]
    }
    assert list(evidence.log_streams(definition, "1")) == [("app", "/ecs/shop", "orders/app/1")]


@pytest.fixture
def stubs() -> Iterator[dict[str, Any]]:
    with ExitStack() as stack:
        found: dict[str, Any] = {}
        for name in ("ecs", "elbv2", "logs"):
            client = boto3.client(name, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
            found[name] = client
            found[f"{name} stub"] = stack.enter_context(Stubber(client))
        yield found


def failed_service() -> dict[str, Any]:
    primary = {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "rolloutState": "FAILED",
        "rolloutStateReason": "tasks failed to start.",
        "taskDefinition": REVISION,
    }
    return {
        "serviceName": "app",
        "status": "ACTIVE",
        "desiredCount": 1,
        "deployments": [primary],
        "events": [{"message": f"(service app) event {number}"} for number in range(20)],
        "loadBalancers": [{"targetGroupArn": GROUP}],
    }


def answer_log(stubs: dict[str, Any], task_id: str, *messages: str) -> None:
    options = {"awslogs-group": "/ecs/shop", "awslogs-stream-prefix": "orders"}
    container = {"name": "app", "logConfiguration": {"logDriver": "awslogs", "options": options}}
    definition = {"taskDefinition": {"containerDefinitions": [container]}}
    stubs["ecs stub"].add_response(
        "describe_task_definition", definition, {"taskDefinition": REVISION, "include": ["TAGS"]}
    )
    asked = {"logGroupName": "/ecs/shop", "logStreamName": f"orders/app/{task_id}", "limit": 10, "startFromHead": False}
    stubs["logs stub"].add_response("get_log_events", {"events": [{"message": text} for text in messages]}, asked)


def answer_everything(stubs: dict[str, Any]) -> None:
    ecs, elbv2 = stubs["ecs stub"], stubs["elbv2 stub"]
    ecs.add_response("describe_services", {"services": [failed_service()]})
    replaced = task(1, stopCode="ServiceSchedulerInitiated", stoppedReason="Scaling activity initiated by deployment")
    unhealthy = task(2, stopCode="ServiceSchedulerInitiated", stoppedReason="Task failed ELB health checks")
    ecs.add_response("list_tasks", {"taskArns": ["1", "2", "3"]})
    ecs.add_response("describe_tasks", {"tasks": [replaced, unhealthy, task(3)]})
    target = {
        "Target": {"Id": "10.0.1.5", "Port": 3000},
        "TargetHealth": {"State": "unhealthy", "Reason": "Target.Timeout"},
    }
    elbv2.add_response("describe_target_health", {"TargetHealthDescriptions": [target]}, {"TargetGroupArn": GROUP})
    answer_log(stubs, "3", "no port\n")


def test_a_failed_poll_explains(stubs: dict[str, Any]) -> None:
    answer_everything(stubs)
    polled = rollout.poll(stubs["ecs"], stubs["elbv2"], stubs["logs"], "shop", "app", REVISION)
    assert polled.state == "failed"
    # The task that was merely replaced is no cause of anything.
    assert polled.details == [
        "task 3 of shop:8 stopped: Essential container in task exited; container app: exit code 1",
        "task 2 of shop:8 stopped: Task failed ELB health checks; container app: exit code 1",
        "target 10.0.1.5:3000 is unhealthy: Target.Timeout",
        *[f"event: (service app) event {number}" for number in range(10)],
        "log of app in task 3: no port",
    ]


def answer_tasks(stubs: dict[str, Any], status: str, *tasks: dict[str, Any]) -> None:
    arns = [one["taskArn"] for one in tasks]
    asked = {"cluster": "shop", "serviceName": "app", "desiredStatus": status}
    stubs["ecs stub"].add_response("list_tasks", {"taskArns": arns}, asked)
    if arns:
        stubs["ecs stub"].add_response("describe_tasks", {"tasks": list(tasks)}, {"cluster": "shop", "tasks": arns})


def running(number: int, started_by: str, health: str = "UNKNOWN") -> dict[str, Any]:
    return {
        "taskArn": f"arn:aws:ecs:us-east-1:123456789012:task/shop/{number}23456789abc",
        "taskDefinitionArn": REVISION,
        "startedBy": started_by,
        "lastStatus": "RUNNING",
        "createdAt": datetime(2025, 1, 1, 0, 0, number, tzinfo=UTC),
        "healthStatus": health,
        "containers": [{"name": "app", "healthStatus": health}],
    }


def explained(stubs: dict[str, Any], asked: evidence.Asked) -> list[str]:
    service = {"serviceName": "app"}
    lines = evidence.collect(stubs["ecs"], stubs["elbv2"], stubs["logs"], "shop", service, asked)
    for name in ("ecs", "elbv2", "logs"):
        stubs[f"{name} stub"].assert_no_pending_responses()
    return lines


NEW = evidence.Asked(REVISION, "ecs-svc/2")
EARLIER = "task 9 of shop:8 stopped: Essential container in task exited; container app: exit code 1"


def test_a_deployments_own_failed_task_comes_before_a_newer_one_of_another(stubs: dict[str, Any]) -> None:
    answer_tasks(stubs, "STOPPED", task(9, startedBy="ecs-svc/1"), task(2, startedBy="ecs-svc/2"))
    answer_log(stubs, "2", "mine")
    assert explained(stubs, NEW) == [EARLIER.replace("task 9", "task 2"), "log of app in task 2: mine"]


def test_without_the_deployments_id_the_revision_tells_its_tasks(stubs: dict[str, Any]) -> None:
    older = task(9, taskDefinitionArn=REVISION.replace(":8", ":7"))
    answer_tasks(stubs, "STOPPED", older, task(2))
    answer_log(stubs, "2", "mine")
    assert explained(stubs, evidence.Asked("shop:8"))[-1] == "log of app in task 2: mine"


def test_while_none_of_its_tasks_has_failed_the_unhealthy_one_that_runs_tells(stubs: dict[str, Any]) -> None:
    answer_tasks(stubs, "STOPPED", task(9, startedBy="ecs-svc/1"))
    tasks = [running(1, "ecs-svc/1"), running(2, "ecs-svc/2", "UNHEALTHY"), running(3, "ecs-svc/2", "HEALTHY")]
    answer_tasks(stubs, "RUNNING", *tasks)
    answer_log(stubs, "223456789abc", "mine")
    assert explained(stubs, NEW) == [
        "task 223456789abc of shop:8 is RUNNING; container app: health status UNHEALTHY",
        "task 323456789abc of shop:8 is RUNNING",
        "log of app in task 22345678: mine",
    ]


def test_a_deployment_without_tasks_is_told_by_what_failed_of_its_revision(stubs: dict[str, Any]) -> None:
    older = task(3, taskDefinitionArn=REVISION.replace(":8", ":7"), startedBy="ecs-svc/0")
    answer_tasks(stubs, "STOPPED", task(9, startedBy="ecs-svc/1"), older)
    answer_tasks(stubs, "RUNNING")
    answer_log(stubs, "9", "earlier")
    assert explained(stubs, NEW) == [EARLIER, "log of app in task 9: earlier"]


def test_what_cannot_be_read_is_said(stubs: dict[str, Any]) -> None:
    stubs["ecs stub"].add_client_error("list_tasks", "AccessDeniedException", "not allowed")
    stubs["elbv2 stub"].add_client_error("describe_target_health", "AccessDenied", "not allowed either")
    details = evidence.collect(stubs["ecs"], stubs["elbv2"], stubs["logs"], "shop", failed_service(), NEW)
    assert "Failed to list the tasks of ECS service app" in details[0]
    assert "not allowed either" in details[1]
    assert details[2].startswith("event: ")


def test_a_poll_that_goes_well_makes_one_call(stubs: dict[str, Any]) -> None:
    service = failed_service()
    service["deployments"][0] |= {"rolloutState": "COMPLETED", "runningCount": 1}
    stubs["ecs stub"].add_response("describe_services", {"services": [service]})
    assert rollout.poll(stubs["ecs"], stubs["elbv2"], stubs["logs"], "shop", "app").state == "succeeded"
    stubs["ecs stub"].assert_no_pending_responses()


@pytest.mark.parametrize(
    ("changed", "about"),
    [
        ({}, evidence.Asked(REVISION, "ecs-svc/1")),
        ({"rolloutState": "IN_PROGRESS"}, evidence.Asked(REVISION, "ecs-svc/1")),
        # The deployment that failed is not known any more.
        ({"rolloutState": "COMPLETED", "rolloutStateReason": "rolled back to ecs-svc/0"}, evidence.Asked()),
    ],
)
def test_what_is_explained_when_nothing_was_named(changed: dict[str, str], about: evidence.Asked) -> None:
    service = failed_service()
    service["deployments"][0] |= changed
    assert rollout.subject(service, evidence.Asked()) == about
    assert rollout.subject(service, evidence.Asked("shop:9")) == evidence.Asked("shop:9")
