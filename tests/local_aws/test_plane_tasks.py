# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Tasks: life cycle, stop reasons, environment, secrets, logs, addresses."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.local_aws.harness import RunningAws
from tests.local_aws.stack import Stack
from tests.tools.machine import alive, wait_for


@pytest.fixture(scope="module")
def stack(aws: RunningAws) -> Stack:
    return Stack(aws)


def pids(stack: Stack, arn: str) -> list[int]:
    """The processes of a task, as the server tells them."""
    tasks = stack.aws.control("state")["tasks"]
    return next((item["pids"] for item in tasks if item["task"] == arn.rpartition("/")[2]), [])


def private_address(task: dict[str, Any]) -> str:
    """The address in the task's attachment."""
    return next(
        str(item["value"]) for item in task["attachments"][0]["details"] if item["name"] == "privateIPv4Address"
    )


def test_a_task_runs_and_is_stopped_by_the_user(stack: Stack) -> None:
    arn = stack.run_task(stack.define("run"))
    wait_for(lambda: stack.task(arn)["lastStatus"] == "RUNNING")
    task = stack.task(arn)
    address = private_address(task)
    assert address.startswith("10.0.10.")
    assert task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"] == address
    assert task["startedAt"] >= task["createdAt"]
    assert "stoppedReason" not in task
    interface = next(i["value"] for i in task["attachments"][0]["details"] if i["name"] == "networkInterfaceId")
    described = stack.ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]
    assert described["PrivateIpAddress"] == address
    [pid] = pids(stack, arn)
    assert alive(pid)
    wait_for(lambda: stack.log_lines("run/service/"))  # from now on it handles SIGTERM

    stack.ecs.stop_task(cluster=stack.cluster, task=arn, reason="enough")
    task = stack.stopped(arn)
    assert (task["stopCode"], task["stoppedReason"], task["desiredStatus"]) == ("UserInitiated", "enough", "STOPPED")
    assert task["containers"][0]["exitCode"] == 0
    assert task["stoppedAt"] >= task["startedAt"]
    assert not alive(pid)
    remaining = stack.ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [stack.vpc]}])
    assert interface not in [item["NetworkInterfaceId"] for item in remaining["NetworkInterfaces"]]


def test_addresses_are_unique_and_of_the_subnet(stack: Stack) -> None:
    definition = stack.define("many")
    network = {"awsvpcConfiguration": {"subnets": [stack.subnets[1]]}}
    created = stack.ecs.run_task(
        cluster=stack.cluster, taskDefinition=definition, launchType="FARGATE", networkConfiguration=network, count=3
    )["tasks"]
    addresses = {private_address(task) for task in created}
    assert len(addresses) == 3
    assert all(address.startswith("10.0.11.") for address in addresses)
    for task in created:
        wait_for(lambda arn=task["taskArn"]: stack.task(arn)["lastStatus"] == "RUNNING")  # type: ignore[misc]
        stack.ecs.stop_task(cluster=stack.cluster, task=task["taskArn"])


def test_an_essential_container_that_exits_stops_the_task(stack: Stack) -> None:
    task = stack.stopped(stack.run_task(stack.define("exit", fault="exit")))
    assert task["stopCode"] == "EssentialContainerExited"
    assert task["stoppedReason"] == "Essential container in task exited"
    assert task["containers"][0]["exitCode"] == 1
    wait_for(lambda: any('"event": "exit"' in line for line in stack.log_lines("exit/service/")))


def test_a_killed_container_has_the_exit_code_of_its_signal(stack: Stack) -> None:
    arn = stack.run_task(stack.define("kill"))
    wait_for(lambda: pids(stack, arn))
    os.kill(pids(stack, arn)[0], signal.SIGKILL)
    assert stack.stopped(arn)["containers"][0]["exitCode"] == 137


def test_an_image_that_is_not_there(stack: Stack) -> None:
    task = stack.stopped(stack.run_task(stack.define("image", image="docker.io/orchestra/none:1")))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError: ")
    assert task["containers"][0]["reason"] == task["stoppedReason"]
    assert "startedAt" not in task
    assert "exitCode" not in task["containers"][0]


def test_a_missing_log_group(stack: Stack) -> None:
    options = {"awslogs-group": "/none", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "x"}
    definition = stack.define("nolog", container={"logConfiguration": {"logDriver": "awslogs", "options": options}})
    task = stack.stopped(stack.run_task(definition))
    assert task["stoppedReason"].startswith("ResourceInitializationError: failed to validate logger args")
    assert "ResourceNotFoundException: The specified log group does not exist." in task["stoppedReason"]


def test_awslogs_create_group_needs_the_permission(stack: Stack) -> None:
    def define(group: str, role: str) -> str:
        options = {
            "awslogs-group": group,
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "x",
            "awslogs-create-group": "true",
        }
        container = {"logConfiguration": {"logDriver": "awslogs", "options": options}}
        return stack.define("create", container=container, executionRoleArn=role)

    refused = stack.stopped(stack.run_task(define(f"/a/{stack.name}", stack.execution_role)))
    assert refused["stoppedReason"].startswith("ResourceInitializationError")
    arn = stack.run_task(define(f"/b/{stack.name}", stack.role("logs", ["logs:*"])))
    wait_for(lambda: stack.task(arn)["lastStatus"] == "RUNNING")
    streams = stack.logs.describe_log_streams(logGroupName=f"/b/{stack.name}")["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == [f"x/service/{arn.rpartition('/')[2]}"]
    stack.ecs.stop_task(cluster=stack.cluster, task=arn)


def test_an_execution_role_that_does_not_exist(stack: Stack) -> None:
    task = stack.stopped(stack.run_task(stack.define("role", executionRoleArn="arn:aws:iam::123456789012:role/none")))
    assert task["stopCode"] == "TaskFailedToStart"
    assert "unable to assume the role 'arn:aws:iam::123456789012:role/none'" in task["stoppedReason"]


SECRET = "hidden-value-7413"


@pytest.fixture(scope="module")
def secrets(stack: Stack) -> dict[str, str]:
    """A secret, a parameter and a secret with registry credentials, by ARN."""
    manager, ssm = stack.aws.client("secretsmanager"), stack.aws.client("ssm")
    ssm.put_parameter(Name=f"/{stack.name}/fault", Value="text", Type="SecureString")
    return {
        "json": manager.create_secret(Name=f"{stack.name}/json", SecretString=json.dumps({"name": SECRET}))["ARN"],
        "registry": manager.create_secret(
            Name=f"{stack.name}/registry", SecretString=json.dumps({"username": "u", "password": SECRET})
        )["ARN"],
        "malformed": manager.create_secret(Name=f"{stack.name}/malformed", SecretString=SECRET)["ARN"],
        "parameter": f"arn:aws:ssm:us-east-1:123456789012:parameter/{stack.name}/fault",
    }


def test_secrets_reach_the_container_and_nothing_else(stack: Stack, secrets: dict[str, str]) -> None:
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "secretsmanager:GetSecretValue", "ssm:GetParameters"]
    role = stack.role("secrets", actions)
    container = {
        "environment": [],
        "secrets": [
            {"name": "SERVICE_NAME", "valueFrom": f"{secrets['json']}:name::"},
            {"name": "FAULT", "valueFrom": secrets["parameter"]},
        ],
        "repositoryCredentials": {"credentialsParameter": secrets["registry"]},
    }
    arn = stack.run_task(stack.define("secret", container=container, executionRoleArn=role))
    wait_for(lambda: stack.task(arn)["lastStatus"] == "RUNNING")
    environment = dict(
        pair.split("=", 1)
        for pair in open(f"/proc/{pids(stack, arn)[0]}/environ").read().split("\0")  # noqa: SIM115
        if "=" in pair
    )
    assert (environment["SERVICE_NAME"], environment["FAULT"]) == (SECRET, "text")
    assert SECRET not in json.dumps(stack.task(arn), default=str)
    assert SECRET not in (stack.aws.state_dir / "journal.jsonl").read_text()
    stack.ecs.stop_task(cluster=stack.cluster, task=arn)


NO_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:none-abcdef"


def secret(reference: str) -> dict[str, Any]:
    """A container with one secret."""
    return {"secrets": [{"name": "A", "valueFrom": reference}]}


def registry(reference: str) -> dict[str, Any]:
    """A container whose image needs credentials."""
    return {"repositoryCredentials": {"credentialsParameter": reference}}


@pytest.mark.parametrize(
    ("container", "allowed", "prefix", "text"),
    [
        (secret(NO_SECRET), True, "ResourceInitializationError", "ResourceNotFoundException"),
        (secret("/none"), True, "ResourceInitializationError", "invalid ssm parameters: /none"),
        (secret("{json}:nokey::"), True, "ResourceInitializationError", "json key nokey"),
        (secret("{json}"), False, "ResourceInitializationError", "AccessDeniedException"),
        (secret("{parameter}"), False, "ResourceInitializationError", "ssm:GetParameters"),
        (registry("none"), True, "CannotPullContainerError", "can't find"),
        (registry("{malformed}"), True, "CannotPullContainerError", "username"),
    ],
)
def test_what_cannot_be_fetched(
    stack: Stack, secrets: dict[str, str], container: dict[str, Any], allowed: bool, prefix: str, text: str
) -> None:
    text_of = json.dumps(container)
    for name in ("json", "parameter", "malformed"):
        text_of = text_of.replace(f"{{{name}}}", secrets[name])
    filled = json.loads(text_of)
    role = stack.role(f"x{os.urandom(4).hex()}", ["*"] if allowed else ["logs:*"])
    task = stack.stopped(stack.run_task(stack.define("fetch", container=filled, executionRoleArn=role)))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith(prefix)
    assert text in task["stoppedReason"]
    assert SECRET not in task["stoppedReason"]


def test_task_role_credentials_and_metadata(stack: Stack) -> None:
    role = stack.role("task", ["sts:GetCallerIdentity"])
    arn = stack.run_task(stack.define("meta", taskRoleArn=role))
    wait_for(lambda: stack.task(arn)["lastStatus"] == "RUNNING")
    text = open(f"/proc/{pids(stack, arn)[0]}/environ").read()  # noqa: SIM115
    environment = dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)
    identity = stack.aws.client(
        "sts",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment["AWS_SESSION_TOKEN"],
    ).get_caller_identity()
    task_id = arn.rpartition("/")[2]
    assert identity["Arn"] == f"arn:aws:sts::123456789012:assumed-role/{stack.name}-task/{task_id}"

    address = private_address(stack.task(arn))
    with urllib.request.urlopen(environment["ECS_CONTAINER_METADATA_URI_V4"]) as response:
        assert json.load(response)["Networks"][0]["IPv4Addresses"] == [address]
    with urllib.request.urlopen(environment["ECS_CONTAINER_METADATA_URI_V4"] + "/task") as response:
        document = json.load(response)
    assert (document["TaskARN"], document["AvailabilityZone"]) == (arn, "us-east-1a")
    stack.ecs.stop_task(cluster=stack.cluster, task=arn)
    stack.stopped(arn)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(environment["ECS_CONTAINER_METADATA_URI_V4"])


def test_overrides_and_tags(stack: Stack) -> None:
    overrides = {"containerOverrides": [{"name": "service", "environment": [{"name": "FAULT", "value": "exit"}]}]}
    definition = stack.define("override", tags=[{"key": "a", "value": "1"}])
    arn = stack.run_task(definition, overrides=overrides, propagateTags="TASK_DEFINITION")
    assert stack.stopped(arn)["stopCode"] == "EssentialContainerExited"
    tagged = stack.ecs.describe_tasks(cluster=stack.cluster, tasks=[arn], include=["TAGS"])["tasks"][0]
    assert tagged["tags"] == [{"key": "a", "value": "1"}]
    assert not stack.task(arn).get("tags")


def test_all_essential_containers_share_one_fate(stack: Stack) -> None:
    def container(name: str, port: int, fault: str, essential: bool) -> dict[str, Any]:
        return {
            "name": name,
            "image": "registry.local/orchestra/example-service:2",
            "essential": essential,
            "portMappings": [{"containerPort": port}],
            "environment": [{"name": "FAULT", "value": fault}],
        }

    containers = [container("main", 3000, "", True), container("aside", 3001, "exit", False)]
    arn = stack.run_task(stack.define("pair", containerDefinitions=containers))
    wait_for(lambda: stack.task(arn)["containers"][1]["lastStatus"] == "STOPPED")
    assert stack.task(arn)["lastStatus"] == "RUNNING"
    [main, _] = pids(stack, arn)
    os.kill(main, signal.SIGTERM)
    task = stack.stopped(arn)
    assert [item["exitCode"] for item in task["containers"]] == [0, 1]


def test_provisioning_time_and_no_orphan_after_a_killed_server(launch: Callable[..., RunningAws]) -> None:
    aws = launch({"LOCAL_AWS_PROFILE": json.dumps({"ecs_task": 1.0})})
    stack = Stack(aws)
    arn = stack.run_task(stack.define("slow"))
    assert stack.task(arn)["lastStatus"] == "PROVISIONING"
    wait_for(lambda: stack.task(arn)["lastStatus"] == "RUNNING")
    task = stack.task(arn)
    assert 0.9 <= (task["startedAt"] - task["createdAt"]).total_seconds() < 5
    [pid] = pids(stack, arn)
    aws.process.kill()
    aws.process.wait()
    wait_for(lambda: not alive(pid))


def arguments_of(pid: int) -> list[str]:
    """The command line of a process."""
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return [part.decode() for part in file.read().rstrip(b"\0").split(b"\0")]


@pytest.mark.parametrize(
    ("container", "overrides", "expected"),
    [
        ({}, {}, []),
        ({"command": ["--verbose", "a b"]}, {}, ["--verbose", "a b"]),
        ({"entryPoint": ["serve"], "command": ["all"]}, {}, ["serve", "all"]),
        ({"entryPoint": ["serve"], "command": ["all"]}, {"command": ["one"]}, ["serve", "one"]),
    ],
)
def test_command_and_entry_point_follow_the_local_command(
    stack: Stack, container: dict[str, Any], overrides: dict[str, Any], expected: list[str]
) -> None:
    arn = stack.run_task(
        stack.define("command", container=container),
        overrides={"containerOverrides": [{"name": "service", **overrides}]},
    )
    wait_for(lambda: stack.task(arn)["lastStatus"] == "RUNNING")
    [pid] = pids(stack, arn)
    program, script, *rest = arguments_of(pid)
    assert (os.path.basename(script), rest) == ("app.py", expected), program
    stack.ecs.stop_task(cluster=stack.cluster, task=arn)


def test_environment_files_reach_the_container(stack: Stack) -> None:
    s3, bucket = stack.aws.client("s3"), f"{stack.name}-env"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="app.env", Body=b"# who\nSERVICE_NAME=from-file\nOTHER=a=b\n")
    file = {"value": f"arn:aws:s3:::{bucket}/app.env", "type": "s3"}
    container = {"environment": [], "environmentFiles": [file]}
    refused = stack.stopped(stack.run_task(stack.define("env", container=container)))
    assert "s3:GetObject" in refused["stoppedReason"]
    role = stack.role("env", ["s3:GetObject", "logs:CreateLogStream", "logs:PutLogEvents"])
    arn = stack.run_task(stack.define("env", container=container, executionRoleArn=role))
    wait_for(lambda: stack.task(arn)["lastStatus"] == "RUNNING")
    [pid] = pids(stack, arn)
    with open(f"/proc/{pid}/environ", "rb") as environment:
        variables = environment.read().split(b"\0")
    assert {b"SERVICE_NAME=from-file", b"OTHER=a=b"} <= set(variables)
    missing = {**file, "value": f"arn:aws:s3:::{bucket}/none.env"}
    lost = stack.define("env", container={**container, "environmentFiles": [missing]}, executionRoleArn=role)
    assert "none.env does not exist" in stack.stopped(stack.run_task(lost))["stoppedReason"]
    stack.ecs.stop_task(cluster=stack.cluster, task=arn)
