# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ECS services and what belongs to them, as somebody else has made them: in AWS's spelling, with gaps of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.properties.memory import Clients
from tests.properties.memory_balancing import BALANCER, MemoryBalancing
from tests.properties.memory_scaling import ARN, MemoryScaling
from tests.properties.strategies import FOUND_TAGS, Strategy, maybe
from tests.properties.strategies_services import REGISTRY, ROLE, of

Item = dict[str, Any]
WHO = {"cluster": "shop", "name": "orders"}
PARTS = "shop-orders"

# An older service knows neither strategy nor circuit breaker.
_CONFIGURATION = maybe(
    maximumPercent=of(200, 150),
    minimumHealthyPercent=of(100, 50),
    strategy=of("ROLLING"),
    bakeTimeInMinutes=of(0),
    deploymentCircuitBreaker=of({"enable": False, "rollback": False}, {"enable": True, "rollback": True}),
    alarms=of(
        {"alarmNames": [], "enable": False, "rollback": False}, {"alarmNames": ["b"], "enable": True, "rollback": False}
    ),
)
_SERVICE = st.fixed_dictionaries(
    {
        "desiredCount": of(0, 1, 3),
        "networkConfiguration": st.builds(
            lambda subnets, more: {"awsvpcConfiguration": {"subnets": subnets, **more}},
            of(["subnet-2", "subnet-1"], ["subnet-1"]),
            maybe(securityGroups=of([], ["sg-2", "sg-1"]), assignPublicIp=of("ENABLED", "DISABLED")),
        ),
    },
    optional={
        "deploymentConfiguration": _CONFIGURATION,
        "platformVersion": of("LATEST", "1.4.0"),
        "enableExecuteCommand": st.booleans(),
        "enableECSManagedTags": st.booleans(),
        "propagateTags": of("NONE", "SERVICE", "TASK_DEFINITION"),
        "availabilityZoneRebalancing": of("ENABLED", "DISABLED"),
        "schedulingStrategy": of("REPLICA"),
        "capacityProviderStrategy": of(
            [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}],
            [{"capacityProvider": "FARGATE_SPOT", "weight": 1}, {"capacityProvider": "FARGATE", "weight": 1}],
        ),
        "serviceRegistries": of([{"registryArn": REGISTRY}], [{"registryArn": REGISTRY, "port": 3000}]),
        "serviceConnectConfiguration": of(
            {"enabled": False},
            {"enabled": True, "namespace": "shop", "logConfiguration": {"logDriver": "awslogs", "options": {"a": "b"}}},
        ),
    },
)
# Environment and ports as another tool registers them, and what ECS fills in.
_CONTAINER = st.fixed_dictionaries(
    {"name": of("app"), "image": of("example/app:1", "example/app:0")},
    optional={
        "cpu": of(0),
        "essential": of(True),
        "portMappings": of(
            [{"containerPort": 3000, "hostPort": 3000, "protocol": "tcp", "name": "http"}], [{"containerPort": 3000}]
        ),
        "environment": of([], [{"name": "A", "value": "1"}]),
        "systemControls": of([]),
    },
)
_DEFINITION = st.builds(
    lambda container, more: {"cpu": "256", "memory": "512", "containerDefinitions": [container], **more},
    _CONTAINER,
    maybe(networkMode=of("awsvpc"), requiresCompatibilities=of(["FARGATE"]), taskRoleArn=of(ROLE)),
)
_ATTRIBUTES = maybe(
    **{
        "deregistration_delay.timeout_seconds": of("300", "5"),
        "slow_start.duration_seconds": of("0", "45"),
        "stickiness.enabled": of("true", "false"),
        "load_balancing.cross_zone.enabled": of("true"),
    }
)
_CHECK = maybe(HealthCheckPath=of("/up"), HealthCheckIntervalSeconds=of(7), Matcher=of({"HttpCode": "200-299"}))
_POLICY = st.builds(
    lambda name, metric: {
        "PolicyName": name,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
        },
    },
    of("a", "by-hand"),
    of("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"),
)
_NIGHT = {"ScheduledActionName": "night", "Schedule": "cron(0 1 * * ? *)", "ScalableTargetAction": {"MinCapacity": 2}}


@dataclass
class FoundService:
    """What is in the account. balanced: the health check and attributes of its target group, None for none."""

    service: Item
    definition: Item
    tags: dict[str, str]
    balanced: tuple[Item, dict[str, str], bool] | None
    scaling: tuple[Item, list[Item], bool] | None

    def add_to(self, clients: Clients) -> None:
        """Put the service and its parts into an account."""
        service = dict(self.service)
        if self.balanced:
            group = self._balancing(clients("elbv2"), *self.balanced)
            service["loadBalancers"] = [{"targetGroupArn": group, "containerName": "app", "containerPort": 3000}]
        clients("ecs").add(WHO["cluster"], WHO["name"], PARTS, self.definition, service, self.tags)
        if self.scaling:
            self._scaling(clients("application-autoscaling"), *self.scaling)

    def _balancing(self, elb: MemoryBalancing, check: Item, attributes: dict[str, str], listens: bool) -> str:
        request = {"Protocol": "HTTP", "Port": 80, "TargetType": "ip", "VpcId": BALANCER["VpcId"], **check}
        group = str(elb.create_target_group(PARTS, **request)["TargetGroups"][0]["TargetGroupArn"])
        elb.state["attributes"][group] |= attributes
        if listens:
            forward = [{"Type": "forward", "TargetGroupArn": group}]
            elb.create_listener(BALANCER["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=forward)
        for tags in elb.state["tags"].values():
            tags |= self.tags
        return group

    def _scaling(self, scaler: MemoryScaling, target: Item, policies: list[Item], scheduled: bool) -> None:
        scaler.state["target"] = {"ResourceId": "service/shop/orders", "ScalableTargetARN": ARN, **target}
        scaler.state["policies"] = {policy["PolicyName"]: policy for policy in policies}
        scaler.state["actions"] = {"night": dict(_NIGHT)} if scheduled else {}


_BALANCED = st.none() | st.tuples(_CHECK, _ATTRIBUTES, st.booleans())
_SUSPENDED = {
    "DynamicScalingInSuspended": True,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}
_TARGET = st.fixed_dictionaries(
    {"MinCapacity": of(0, 2), "MaxCapacity": of(4)}, optional={"SuspendedState": of(_SUSPENDED)}
)
_SCALING = st.none() | st.tuples(
    _TARGET, st.lists(_POLICY, max_size=2, unique_by=lambda policy: str(policy["PolicyName"])), st.booleans()
)
FOUND_SERVICES: Strategy = st.builds(FoundService, _SERVICE, _DEFINITION, FOUND_TAGS, _BALANCED, _SCALING)
