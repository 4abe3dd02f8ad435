# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Application Auto Scaling: moto's faults that are mended in control/, and what the embedded AWS does instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.stack import Stack
from tests.local_aws.unpatched import needed, observe
from tests.tools.machine import wait_for

Client = Callable[[str], Any]
RESOURCE = "service/c/s"
OF = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
CPU = {
    "TargetValue": 50.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
}
TRACKING = {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": CPU}
ACTION = {"Schedule": "rate(1 hour)", "ScalableTargetAction": {"MinCapacity": 1}}
FAULTS: dict[str, tuple[Any, str]] = {
    "moto_no_capacity": ({"value": None}, "scalable_targets_are_checked"),
    "moto_suspension": ({"value": {"ScheduledScalingSuspended": True}}, "suspension_is_merged"),
    "moto_range": ({"value": 1}, "capacity_is_brought_into_the_range"),
    "moto_left_over": ({"value": [1, 1]}, "deregistration_takes_all_along"),
    "moto_policy_of_nothing": ({"value": "put"}, "policies_need_their_target"),
    "moto_alarms": ({"value": 4}, "policies_are_replaced_with_their_alarms"),
    "moto_action_of_nothing": ({"value": "put"}, "scheduled_actions_need_their_target"),
    "moto_policies_of_another": ({"value": 1}, "policies_belong_to_one_resource"),
    "moto_tags": ({"error": "500", "status": 500}, "scalable_targets_have_tags"),
}


def _plain(client: Client, **register: Any) -> Any:
    """A service in moto as it is, and its scalable target."""
    ecs, scaling = client("ecs"), client("application-autoscaling")
    ecs.create_cluster(clusterName="c")
    ecs.register_task_definition(family="f", containerDefinitions=[{"name": "c", "image": "i", "memory": 4}])
    ecs.create_service(cluster="c", serviceName="s", taskDefinition="f", desiredCount=1)
    scaling.register_scalable_target(ResourceId=RESOURCE, **OF, **register)
    return scaling


def _target(scaling: Any) -> Any:
    return scaling.describe_scalable_targets(**OF)["ScalableTargets"][0]


def moto_no_capacity(client: Client) -> Any:
    return _target(_plain(client)).get("MinCapacity")


def moto_suspension(client: Client) -> Any:
    return _target(_plain(client, SuspendedState={"ScheduledScalingSuspended": True}))["SuspendedState"]


def moto_range(client: Client) -> Any:
    _plain(client, MinCapacity=2, MaxCapacity=3)
    return client("ecs").describe_services(cluster="c", services=["s"])["services"][0]["desiredCount"]


def moto_left_over(client: Client) -> Any:
    scaling = _plain(client, MinCapacity=1, MaxCapacity=3)
    scaling.put_scaling_policy(PolicyName="p", ResourceId=RESOURCE, **OF, **TRACKING)
    scaling.put_scheduled_action(ScheduledActionName="a", ResourceId=RESOURCE, **OF, **ACTION)
    scaling.deregister_scalable_target(ResourceId=RESOURCE, **OF)
    policies = scaling.describe_scaling_policies(**OF)["ScalingPolicies"]
    return [len(policies), len(scaling.describe_scheduled_actions(**OF)["ScheduledActions"])]


def moto_policy_of_nothing(client: Client) -> Any:
    client("application-autoscaling").put_scaling_policy(PolicyName="p", ResourceId=RESOURCE, **OF, **TRACKING)
    return "put"


def moto_alarms(client: Client) -> Any:
    scaling = _plain(client, MinCapacity=1, MaxCapacity=3)
    for _ in range(2):
        scaling.put_scaling_policy(PolicyName="p", ResourceId=RESOURCE, **OF, **TRACKING)
    return len(client("cloudwatch").describe_alarms()["MetricAlarms"])


def moto_action_of_nothing(client: Client) -> Any:
    client("application-autoscaling").put_scheduled_action(ScheduledActionName="a", ResourceId=RESOURCE, **OF, **ACTION)
    return "put"


def moto_policies_of_another(client: Client) -> Any:
    scaling = _plain(client, MinCapacity=1, MaxCapacity=3)
    scaling.put_scaling_policy(PolicyName="p", ResourceId=RESOURCE, **OF, **TRACKING)
    return len(scaling.describe_scaling_policies(**OF, ResourceId=f"{RESOURCE}-other")["ScalingPolicies"])


def moto_tags(client: Client) -> Any:
    scaling = _plain(client, MinCapacity=1, MaxCapacity=3)
    return scaling.list_tags_for_resource(ResourceARN=_target(scaling)["ScalableTargetARN"])["Tags"]


@pytest.fixture(scope="module")
def observed() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_applicationautoscaling")


@pytest.mark.parametrize("name", FAULTS)
def test_moto_still_needs_the_patch(observed: dict[str, Any], name: str) -> None:
    fault, patch = FAULTS[name]
    needed(observed[name], fault, f"applicationautoscaling.{patch}()")


class Scaled:
    """A service without tasks, and the calls for its scalable target."""

    def __init__(self, aws: RunningAws) -> None:
        self.stack = Stack(aws)
        self.stack.service("scaled", self.stack.define("scaled"), desiredCount=0)
        self.client, self.watch = aws.client("application-autoscaling"), aws.client("cloudwatch")
        self.of = {**OF, "ResourceId": f"service/{self.stack.cluster}/scaled"}

    def target(self) -> Any:
        found = self.client.describe_scalable_targets(**OF, ResourceIds=[self.of["ResourceId"]])["ScalableTargets"]
        return found[0] if found else None

    def policies(self) -> Any:
        return self.client.describe_scaling_policies(**self.of)["ScalingPolicies"]

    def actions(self) -> Any:
        return self.client.describe_scheduled_actions(**self.of)["ScheduledActions"]

    def alarms(self) -> set[str]:
        prefix = f"TargetTracking-{self.of['ResourceId']}-"
        return {item["AlarmName"] for item in self.watch.describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]}


@pytest.fixture
def scaled(aws: RunningAws) -> Iterator[Scaled]:
    made = Scaled(aws)
    yield made
    made.stack.ecs.delete_service(cluster=made.stack.cluster, service="scaled", force=True)


def test_a_scalable_target_from_registration_to_deregistration(scaled: Scaled) -> None:
    client = scaled.client
    client.register_scalable_target(**scaled.of, MinCapacity=1, MaxCapacity=3, Tags={"a": "1"})
    wait_for(lambda: scaled.stack.describe("scaled")["runningCount"] == 1)
    suspended = {"DynamicScalingInSuspended": True}
    client.register_scalable_target(**scaled.of, MaxCapacity=4, SuspendedState=suspended)
    target = scaled.target()
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    assert target["SuspendedState"] == {
        **suspended,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": False,
    }
    arn = target["ScalableTargetARN"]
    client.tag_resource(ResourceARN=arn, Tags={"b": "2"})
    client.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"b": "2"}
    client.put_scaling_policy(PolicyName="p", **scaled.of, **TRACKING)
    first, alarms = scaled.policies()[0]["PolicyARN"], scaled.alarms()
    changed = {**CPU, "TargetValue": 60.0}
    client.put_scaling_policy(
        PolicyName="p",
        **scaled.of,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=changed,
    )
    [policy] = scaled.policies()
    assert (policy["PolicyARN"], policy["TargetTrackingScalingPolicyConfiguration"]) == (first, changed)
    assert (len(alarms), len(scaled.alarms()), alarms & scaled.alarms()) == (2, 2, set())
    client.put_scheduled_action(ScheduledActionName="a", **scaled.of, **ACTION)
    assert [item["ScalableTargetAction"] for item in scaled.actions()] == [{"MinCapacity": 1}]
    client.deregister_scalable_target(**scaled.of)
    assert (scaled.target(), scaled.policies(), scaled.actions(), scaled.alarms()) == (None, [], [], set())


REFUSALS: dict[str, tuple[str, dict[str, Any], str]] = {
    "no capacity": ("register_scalable_target", {}, "must be specified"),
    "a wrong range": ("register_scalable_target", {"MinCapacity": 2, "MaxCapacity": 1}, "cannot be less"),
    "no service": (
        "register_scalable_target",
        {"MinCapacity": 1, "MaxCapacity": 1, "ResourceId": "service/none/none"},
        "ECS service doesn't exist",
    ),
    "a policy of nothing": ("put_scaling_policy", {"PolicyName": "p", **TRACKING}, "ObjectNotFoundException"),
    "an action of nothing": ("put_scheduled_action", {"ScheduledActionName": "a", **ACTION}, "ObjectNotFoundException"),
    "no target to deregister": ("deregister_scalable_target", {}, "ObjectNotFoundException"),
    "no policy to delete": ("delete_scaling_policy", {"PolicyName": "p"}, "ObjectNotFoundException"),
    "no action to delete": ("delete_scheduled_action", {"ScheduledActionName": "a"}, "ObjectNotFoundException"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(scaled: Scaled, name: str) -> None:
    operation, arguments, text = REFUSALS[name]
    with pytest.raises(ClientError, match=text):
        getattr(scaled.client, operation)(**{**scaled.of, **arguments})


def test_requests_are_counted_for_a_resource(scaled: Scaled) -> None:
    scaled.client.register_scalable_target(**scaled.of, MinCapacity=0, MaxCapacity=1)
    metric = {"PredefinedMetricType": "ALBRequestCountPerTarget"}
    with pytest.raises(ClientError, match="resource label"):
        scaled.client.put_scaling_policy(
            PolicyName="p",
            **scaled.of,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 5.0, "PredefinedMetricSpecification": metric},
        )
