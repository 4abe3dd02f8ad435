# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Services: rollouts, circuit breaker with and without rollback, scaling, deletion, self-healing."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.stack import Stack
from tests.tools.machine import wait_for

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
NO_ROLLBACK = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}


@pytest.fixture(scope="module")
def stack(aws: RunningAws) -> Stack:
    return Stack(aws)


@pytest.fixture(scope="module")
def behind(stack: Stack) -> str:
    """A target group with a listener; one test at a time uses it."""
    group = stack.target_group("shared")
    stack.listener(group)
    return group


def messages(stack: Stack, name: str) -> list[str]:
    """Service events without the service's name, oldest first."""
    events = stack.describe(name)["events"]
    return [event["message"].removeprefix(f"(service {name}) ") for event in reversed(events)]


def delete(stack: Stack, name: str) -> None:
    """Delete a service and wait until it is INACTIVE."""
    stack.ecs.delete_service(cluster=stack.cluster, service=name, force=True)
    wait_for(lambda: stack.describe(name)["status"] == "INACTIVE")


def test_a_service_reaches_a_steady_state(stack: Stack, behind: str) -> None:
    created = stack.service("steady", stack.define("steady"), group=behind, desiredCount=2)
    [deployment] = created["deployments"]
    assert (deployment["status"], deployment["rolloutState"]) == ("PRIMARY", "IN_PROGRESS")
    assert deployment["id"].startswith("ecs-svc/")
    assert deployment["id"][8:].isdigit()
    stack.ecs.get_waiter("services_stable").wait(
        cluster=stack.cluster, services=["steady"], WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    service = stack.wait_completed("steady")
    assert (service["runningCount"], service["pendingCount"]) == (2, 0)
    assert service["deployments"][0]["rolloutStateReason"] == f"ECS deployment {deployment['id']} completed."
    said = messages(stack, "steady")
    assert said[0].startswith("has started 2 tasks: (task ")
    assert said[-2:] == [f"(deployment {deployment['id']}) deployment completed.", "has reached a steady state."]
    subnets = {task["attachments"][0]["details"][0]["value"] for task in stack.tasks("steady")}
    assert subnets == set(stack.subnets)
    health = stack.elb.describe_target_health(TargetGroupArn=behind)["TargetHealthDescriptions"]
    assert [item["TargetHealth"]["State"] for item in health] == ["healthy", "healthy"]
    delete(stack, "steady")
    wait_for(lambda: not stack.elb.describe_target_health(TargetGroupArn=behind)["TargetHealthDescriptions"])


def test_update_replaces_tasks_without_a_gap(stack: Stack, behind: str) -> None:
    stack.service("roll", stack.define("roll"), group=behind)
    first = stack.wait_completed("roll")
    [old] = stack.tasks("roll")
    updated = stack.ecs.update_service(cluster=stack.cluster, service="roll", taskDefinition=stack.define("roll"))
    service = updated["service"]
    assert [item["status"] for item in service["deployments"]] == ["PRIMARY", "ACTIVE"]
    assert service["taskDefinition"].endswith(":2")
    running = []

    def completed() -> bool:
        running.append(stack.describe("roll")["runningCount"])
        return bool(stack.primary("roll")["rolloutState"] == "COMPLETED")

    wait_for(completed)
    assert min(running) >= 1
    service = stack.describe("roll")
    assert len(service["deployments"]) == 1
    assert service["deployments"][0]["id"] != first["deployments"][0]["id"]
    [new] = stack.tasks("roll")
    assert new["taskDefinitionArn"].endswith(":2")
    stopped = stack.stopped(old["taskArn"])
    assert stopped["stopCode"] == "ServiceSchedulerInitiated"
    assert stopped["stoppedReason"] == f"Scaling activity initiated by (deployment {service['deployments'][0]['id']})"
    delete(stack, "roll")


def test_force_new_deployment_and_unchanged_update(stack: Stack) -> None:
    stack.service("force", stack.define("force"))
    before = stack.wait_completed("force")["deployments"][0]["id"]
    [task] = stack.tasks("force")
    same = {"cluster": stack.cluster, "service": "force"}
    stack.ecs.update_service(**same, taskDefinition=task["taskDefinitionArn"], enableExecuteCommand=True)
    assert stack.primary("force")["id"] == before
    stack.ecs.update_service(**same, forceNewDeployment=True)
    assert stack.primary("force")["id"] != before
    assert stack.primary("force")["rolloutState"] == "IN_PROGRESS"
    stack.wait_completed("force")
    [again] = stack.tasks("force")
    assert again["taskArn"] != task["taskArn"]
    assert again["enableExecuteCommand"] is True
    delete(stack, "force")


def test_scaling_keeps_the_deployment(stack: Stack) -> None:
    stack.service("scale", stack.define("scale"))
    before = stack.wait_completed("scale")["deployments"][0]["id"]
    for count in (3, 1, 0):
        stack.ecs.update_service(cluster=stack.cluster, service="scale", desiredCount=count)
        wait_for(lambda count=count: stack.describe("scale")["runningCount"] == count)  # type: ignore[misc]
        assert (stack.primary("scale")["id"], stack.primary("scale")["rolloutState"]) == (before, "COMPLETED")
        wait_for(lambda count=count: len(stack.tasks("scale")) == count)  # type: ignore[misc]
    delete(stack, "scale")


@pytest.mark.parametrize("fault", ["exit", "unhealthy"])
def test_circuit_breaker_rolls_back(stack: Stack, behind: str, fault: str) -> None:
    name = f"back-{fault}"
    stack.service(name, stack.define(name), group=behind, deploymentConfiguration=BREAKER)
    good = stack.wait_completed(name)["deployments"][0]
    bad = stack.define(name, fault=fault)
    stack.ecs.update_service(cluster=stack.cluster, service=name, taskDefinition=bad)
    failed_id = stack.primary(name)["id"]
    seen: list[dict[str, Any]] = []

    def failed() -> bool:
        service = stack.describe(name)
        assert service["runningCount"] >= 1
        seen.extend(item for item in service["deployments"] if item["id"] == failed_id)
        return bool(seen) and seen[-1]["rolloutState"] == "FAILED"

    wait_for(failed, timeout=40)
    assert seen[-1]["failedTasks"] == 3
    assert seen[-1]["status"] == "ACTIVE"
    assert seen[-1]["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start."
    primary = stack.primary(name)
    assert primary["id"] not in {failed_id, good["id"]}
    assert primary["taskDefinition"] == good["taskDefinition"]
    service = stack.wait_completed(name)
    assert service["taskDefinition"] == good["taskDefinition"]
    assert len(service["deployments"]) == 1
    said = messages(stack, name)
    assert f"(deployment {failed_id}) deployment failed: tasks failed to start." in said
    assert f"rolling back to deployment {good['id']}." in said
    if fault == "unhealthy":
        assert any(
            f"(port 3000) is unhealthy in (target-group {behind}) due to (reason Health checks failed with these "
            "codes: [500])." in message
            for message in said
        )
        stopped = stack.tasks(name, "STOPPED")
        assert f"Task failed ELB health checks in (target-group {behind})" in {t["stoppedReason"] for t in stopped}
    delete(stack, name)


def test_without_rollback_a_failed_deployment_stays(stack: Stack) -> None:
    stack.service("stay", stack.define("stay"), deploymentConfiguration=NO_ROLLBACK)
    stack.wait_completed("stay")
    bad = stack.define("stay", image="docker.io/orchestra/none:1")
    stack.ecs.update_service(cluster=stack.cluster, service="stay", taskDefinition=bad)
    wait_for(lambda: stack.primary("stay")["rolloutState"] == "FAILED")
    service = stack.describe("stay")
    assert [item["status"] for item in service["deployments"]] == ["PRIMARY", "ACTIVE"]
    assert service["deployments"][0]["taskDefinition"] == bad
    assert service["runningCount"] == 1
    count = len(stack.tasks("stay", "STOPPED"))
    stack.ecs.update_service(cluster=stack.cluster, service="stay", taskDefinition=stack.define("stay"))
    stack.wait_completed("stay")
    assert len(stack.tasks("stay", "STOPPED")) <= count + 1
    delete(stack, "stay")


def test_a_first_deployment_has_nothing_to_roll_back_to(stack: Stack) -> None:
    stack.service("first", stack.define("first", fault="exit"), deploymentConfiguration=BREAKER)
    wait_for(lambda: stack.primary("first")["rolloutState"] == "FAILED")
    service = stack.describe("first")
    assert len(service["deployments"]) == 1
    assert service["deployments"][0]["failedTasks"] == 3
    assert len(stack.tasks("first", "STOPPED")) == 3
    delete(stack, "first")


def test_without_the_breaker_it_keeps_trying(stack: Stack) -> None:
    stack.service("try", stack.define("try", fault="exit"))
    wait_for(lambda: stack.primary("try")["failedTasks"] > 3)
    assert stack.primary("try")["rolloutState"] == "IN_PROGRESS"
    assert any(message.startswith("is unable to consistently start tasks") for message in messages(stack, "try"))
    delete(stack, "try")


def test_a_killed_task_is_replaced(stack: Stack, behind: str) -> None:
    stack.service("heal", stack.define("heal"), group=behind)
    deployment = stack.wait_completed("heal")["deployments"][0]["id"]
    [task] = stack.tasks("heal")
    state = stack.aws.control("state")["tasks"]
    os.kill(
        next(item["pids"][0] for item in state if item["task"] == task["taskArn"].rpartition("/")[2]), signal.SIGKILL
    )
    assert stack.stopped(task["taskArn"])["stopCode"] == "EssentialContainerExited"

    def replaced() -> bool:
        health = stack.elb.describe_target_health(TargetGroupArn=behind)["TargetHealthDescriptions"]
        return [item["TargetHealth"]["State"] for item in health] == ["healthy"]

    wait_for(replaced)
    assert stack.primary("heal")["id"] == deployment
    assert stack.primary("heal")["rolloutState"] == "COMPLETED"
    delete(stack, "heal")


def test_capacity_providers_and_tags_reach_the_tasks(stack: Stack) -> None:
    strategy = [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 0},
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 1},
    ]
    service = _create_spot(stack, strategy)
    assert "launchType" not in service
    stack.wait_completed("spot")
    tasks = stack.tasks("spot")
    assert sorted(task["capacityProviderName"] for task in tasks) == ["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"]
    tagged = stack.ecs.describe_tasks(cluster=stack.cluster, tasks=[tasks[0]["taskArn"]], include=["TAGS"])["tasks"]
    assert {tag["key"]: tag["value"] for tag in tagged[0]["tags"]} == {
        "team": "a",
        "aws:ecs:clusterName": stack.cluster,
        "aws:ecs:serviceName": "spot",
    }
    delete(stack, "spot")


def _create_spot(stack: Stack, strategy: list[dict[str, Any]]) -> dict[str, Any]:
    created: dict[str, Any] = stack.ecs.create_service(
        cluster=stack.cluster,
        serviceName="spot",
        taskDefinition=stack.define("spot"),
        desiredCount=3,
        capacityProviderStrategy=strategy,
        networkConfiguration=stack.network(),
        tags=[{"key": "team", "value": "a"}],
        propagateTags="SERVICE",
        enableECSManagedTags=True,
    )["service"]
    return created


def test_deletion_drains_and_frees_the_name(stack: Stack) -> None:
    definition = stack.define("gone")
    stack.service("gone", definition)
    stack.wait_completed("gone")
    arguments = {"cluster": stack.cluster, "service": "gone"}
    with pytest.raises(ClientError, match="cannot be stopped while it is scaled above 0"):
        stack.ecs.delete_service(**arguments)
    with pytest.raises(ClientError, match="ClusterContainsServicesException"):
        stack.ecs.delete_cluster(cluster=stack.cluster)
    assert stack.ecs.delete_service(**arguments, force=True)["service"]["status"] == "DRAINING"
    with pytest.raises(ClientError, match="still Draining"):
        stack.service("gone", definition)
    with pytest.raises(ClientError, match="ServiceNotActiveException"):
        stack.ecs.update_service(**arguments, desiredCount=2)
    listed = stack.ecs.list_services(cluster=stack.cluster)["serviceArns"]
    assert not any(arn.endswith("/gone") for arn in listed)
    stack.ecs.get_waiter("services_inactive").wait(
        cluster=stack.cluster, services=["gone"], WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    assert stack.tasks("gone") == []
    stack.service("gone", definition)
    assert stack.wait_completed("gone")["status"] == "ACTIVE"
    delete(stack, "gone")


def test_a_cluster_made_again_has_no_tasks_of_the_old_one(stack: Stack) -> None:
    other = Stack(stack.aws)
    for _ in range(2):
        other.service("again", other.define("again"))
        other.wait_completed("again")
        mine = [item for item in other.aws.control("state")["tasks"] if item["group"] == "service:again"]
        assert len(mine) == 1
        delete(other, "again")
        other.ecs.delete_cluster(cluster=other.cluster)
        assert other.ecs.describe_clusters(clusters=[other.cluster])["clusters"][0]["status"] == "INACTIVE"
        with pytest.raises(ClientError, match="ClusterNotFoundException"):
            other.ecs.list_services(cluster=other.cluster)
        other.ecs.create_cluster(clusterName=other.cluster)
