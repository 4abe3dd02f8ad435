# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options of services that run, and looks at what was made of them: for the tests of ecs_service."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.embedded_aws import EmbeddedAws

CLUSTER = "ecs-service-test"
IMAGE = "orchestra/example-service:1.0"
BROKEN_IMAGE = "example/no-such-image:1.0"
LOG_GROUP = "/ecs/ecs-service-test"
ROLE = "ecs-service-test-execution"
TASKS = {"Service": "ecs-tasks.amazonaws.com"}

Options = dict[str, Any]


def policy(action: str, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})


def options_of(name: str, port: int, place: Options) -> Options:
    """Return options of a service that runs. port: of its listener."""
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
            "listener": {"port": port},
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
