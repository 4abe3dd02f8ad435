# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Fixtures of the tests of ecs_service: a place for services, and services there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.modules.ecs_services import CLUSTER, LOG_GROUP, ROLE, TASKS, Options, options_of, policy

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def place(aws: EmbeddedAws) -> Iterator[Options]:
    """A cluster, a load balancer, an execution role and a log group."""
    ecs, elb, iam, logs = (aws.client(name) for name in ("ecs", "elbv2", "iam", "logs"))
    subnets = aws.default_subnets(2)
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
    number = next(_numbers)
    made = options_of(f"s{number}", 9000 + number, place)
    yield made
    modules("ecs_service", cluster=CLUSTER, name=made["name"], state="absent", wait_timeout=60)


@pytest.fixture(scope="module")
def shared(aws: EmbeddedAws, place: Options) -> Iterator[Options]:
    """Options of one service that all tests of a module may change in place, which spares them its start."""
    made = options_of("shared", 9000, place)
    Modules(aws)("ecs_service", **made)
    yield made
    Modules(aws)("ecs_service", cluster=CLUSTER, name="shared", state="absent", wait_timeout=60)
