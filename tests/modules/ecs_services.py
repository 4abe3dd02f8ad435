# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the tests of ecs_service share: a place for services, and options of services that run there."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

CLUSTER = "ecs-service-test"
IMAGE = "orchestra/example-service:1.0"
BROKEN_IMAGE = "example/no-such-image:1.0"
LOG_GROUP = "/ecs/ecs-service-test"
ROLE = "ecs-service-test-execution"
TASKS = {"Service": "ecs-tasks.amazonaws.com"}

Options = dict[str, Any]
_numbers = itertools.count(1)


def policy(action: str, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})


@pytest.fixture(scope="module")
def place(aws: EmbeddedAws) -> Iterator[Options]:
    """A cluster, a load balancer, an execution role and a log group."""
    ec2, ecs, elb, iam, logs = (aws.client(name) for name in ("ec2", "ecs", "elbv2", "iam", "logs"))
    subnets = sorted(subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"])[:2]
    ecs.create_cluster(clusterName=CLUSTER, capacityProviders=["FARGATE", "FARGATE_SPOT"])
    balancer = elb.create_load_balancer(Name=CLUSTER, Subnets=subnets, Scheme="internal")["LoadBalancers"][0]
    role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=policy("sts:AssumeRole", Principal=TASKS))["Role"][
        "Arn"
    ]
    iam.put_role_policy(RoleName=ROLE, PolicyName="logs", PolicyDocument=policy("logs:*", Resource="*"))
    logs.create_log_group(logGroupName=LOG_GROUP)
    yield {"subnets": subnets, "role": role, "vpc": balancer["VpcId"], "balancer": balancer["LoadBalancerArn"]}
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    ecs.delete_cluster(cluster=CLUSTER)
    iam.delete_role_policy(RoleName=ROLE, PolicyName="logs")
    iam.delete_role(RoleName=ROLE)
    logs.delete_log_group(logGroupName=LOG_GROUP)


@pytest.fixture
def options(place: Options, modules: Modules) -> Iterator[Options]:
    """Options of a service that runs, under a name and a port of its own; what they make is deleted afterwards."""
    made = options_of(f"s{next(_numbers)}", place)
    yield made
    modules("ecs_service", cluster=CLUSTER, name=made["name"], state="absent", wait_timeout=60)


@pytest.fixture(scope="module")
def shared(aws: EmbeddedAws, place: Options) -> Iterator[Options]:
    """Options of one service that all tests of a module may change in place, which spares them its start."""
    made = options_of("shared", place)
    Modules(aws)("ecs_service", **made)
    yield made
    Modules(aws)("ecs_service", cluster=CLUSTER, name="shared", state="absent", wait_timeout=60)


def options_of(name: str, place: Options) -> Options:
    container = {
        "name": "app",
        "image": IMAGE,
        "port_mappings": [{"container_port": 3000}],
        "environment": {"PORT": 3000, "SERVICE_NAME": name},
        "log_group": LOG_GROUP,
    }
    check = {"path": "/health", "interval": 5, "timeout": 2, "healthy_threshold": 2}
    return {
        "cluster": CLUSTER,
        "name": name,
        "task_definition": {
            "cpu": 256,
            "memory": 512,
            "execution_role_arn": place["role"],
            "containers": [container],
        },
        "subnets": place["subnets"],
        "load_balancer": {
            "load_balancer_name": CLUSTER,
            "container_name": "app",
            "container_port": 3000,
            "target_group": {"health_check": check, "deregistration_delay_seconds": 0},
            "listener": {"port": 9000 + next(_numbers)},
        },
        "wait_timeout": 60,
    }


def having(options: Options, path: str, value: Any) -> Options:
    """Return the options with one of them changed; the path is dotted, numbers are list positions."""
    changed = copy.deepcopy(options)
    inner: Any = changed
    *parents, last = path.split(".")
    for key in parents:
        inner = inner[int(key)] if key.isdigit() else inner.setdefault(key, {})
    inner[last] = value
    return changed


def described(aws: EmbeddedAws, name: str) -> Options | None:
    services = aws.client("ecs").describe_services(cluster=CLUSTER, services=[name])["services"]
    return next((service for service in services if service["status"] == "ACTIVE"), None)


def revisions(aws: EmbeddedAws, name: str) -> list[str]:
    found = aws.client("ecs").list_task_definitions(familyPrefix=f"{CLUSTER}-{name}")["taskDefinitionArns"]
    return [arn.rsplit(":", 1)[-1] for arn in found]


def left_over(aws: EmbeddedAws, name: str, port: int, balancer: str) -> list[str]:
    elb = aws.client("elbv2")
    groups = [group["TargetGroupName"] for group in elb.describe_target_groups()["TargetGroups"]]
    ports = [item["Port"] for item in elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]]
    return (
        [f"service {name}"] * (described(aws, name) is not None)
        + [f"target group {group}" for group in groups if group == f"{CLUSTER}-{name}"]
        + [f"listener {item}" for item in ports if item == port]
        + [f"revision {item}" for item in revisions(aws, name)]
    )
