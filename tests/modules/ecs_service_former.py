# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A service as it was, put back by others than the module: with boto3, everything but its tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.embedded_aws import EmbeddedAws

# What UpdateService takes, and what switches off what a description leaves out.
TAKEN = {
    "availabilityZoneRebalancing": None,
    "capacityProviderStrategy": [],
    "deploymentConfiguration": None,
    "desiredCount": None,
    "enableECSManagedTags": None,
    "enableExecuteCommand": None,
    "healthCheckGracePeriodSeconds": None,
    "loadBalancers": [],
    "networkConfiguration": None,
    "platformVersion": None,
    "propagateTags": None,
    "serviceConnectConfiguration": {"enabled": False},
    "serviceRegistries": [],
    "taskDefinition": None,
    "volumeConfigurations": [],
    "vpcLatticeConfigurations": [],
}
# The same of a deployment configuration.
OFF: dict[str, Any] = {
    "alarms": {"alarmNames": [], "enable": False, "rollback": False},
    "earlySuccessCriteria": {"enable": False},
    "lifecycleHooks": [],
}
OF = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
MADE_UP = {"CreationTime", "Alarms", "PolicyARN", "ScalableTargetARN", "ScheduledActionARN", "PredictedCapacity"}

Back = Callable[[], object]


def remembered(aws: EmbeddedAws, cluster: str, name: str) -> Back:
    """Return what puts a service back as it is now."""
    parts = [_service(aws, cluster, name), _scaling(aws, f"service/{cluster}/{name}")]
    [service] = aws.client("ecs").describe_services(cluster=cluster, services=[name])["services"]
    parts += [_balancing(aws, item["targetGroupArn"]) for item in service["loadBalancers"]]
    return lambda: [put_back() for put_back in parts]


def _service(aws: EmbeddedAws, cluster: str, name: str) -> Back:
    ecs = aws.client("ecs")
    [found] = ecs.describe_services(cluster=cluster, services=[name])["services"]
    shown = {**found["deployments"][0], **found}
    former = {key: shown.get(key, off) for key, off in TAKEN.items()}
    given = {key: value for key, value in former.items() if value is not None}

    def put_back() -> None:
        [now] = ecs.describe_services(cluster=cluster, services=[name])["services"]
        come = now["deploymentConfiguration"].keys() & OFF.keys() - found["deploymentConfiguration"].keys()
        configuration = {**found["deploymentConfiguration"], **{key: OFF[key] for key in come}}
        ecs.update_service(cluster=cluster, service=name, **{**given, "deploymentConfiguration": configuration})

    return put_back


def _balancing(aws: EmbeddedAws, group: str) -> Back:
    """A target group and the listeners of its load balancer; what has been made besides goes."""
    elb = aws.client("elbv2")
    [found] = elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
    taken = elb.meta.service_model.operation_model("ModifyTargetGroup").input_shape.members
    checked = {key: value for key, value in found.items() if key in taken}
    attributes = elb.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]

    def listeners() -> dict[str, Any]:
        shown = elb.describe_listeners(LoadBalancerArn=found["LoadBalancerArns"][0])["Listeners"]
        return {each["ListenerArn"]: each for each in shown}

    def groups() -> set[str]:
        return {each["TargetGroupArn"] for each in elb.describe_target_groups()["TargetGroups"]}

    def rules(listener: str) -> set[str]:
        return {each["RuleArn"] for each in elb.describe_rules(ListenerArn=listener)["Rules"]}

    former_listeners, former_groups = listeners(), groups()
    former_rules = {arn: rules(arn) for arn in former_listeners}

    def put_back() -> None:
        elb.modify_target_group(**checked)
        elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=attributes)
        for listener in listeners().keys() - former_listeners:
            elb.delete_listener(ListenerArn=listener)
        for arn, former in former_listeners.items():
            same = {key: former[key] for key in ("Port", "Protocol", "DefaultActions")}
            elb.modify_listener(ListenerArn=arn, **same)
            for rule in rules(arn) - former_rules[arn]:
                elb.delete_rule(RuleArn=rule)
        for other in groups() - former_groups:
            elb.delete_target_group(TargetGroupArn=other)

    return put_back


def _scaling(aws: EmbeddedAws, resource: str) -> Back:
    client = aws.client("application-autoscaling")
    of = {**OF, "ResourceId": resource}

    def parts() -> tuple[list[Any], list[Any]]:
        policies = client.describe_scaling_policies(**of)["ScalingPolicies"]
        return policies, client.describe_scheduled_actions(**of)["ScheduledActions"]

    targets = client.describe_scalable_targets(**OF, ResourceIds=[resource])["ScalableTargets"]
    policies, actions = parts()

    def put_back() -> None:
        if not targets:
            if client.describe_scalable_targets(**OF, ResourceIds=[resource])["ScalableTargets"]:
                client.deregister_scalable_target(**of)
            return
        client.register_scalable_target(**without(targets[0]))
        for policy in parts()[0]:
            client.delete_scaling_policy(**of, PolicyName=policy["PolicyName"])
        for action in parts()[1]:
            client.delete_scheduled_action(**of, ScheduledActionName=action["ScheduledActionName"])
        for policy in policies:
            client.put_scaling_policy(**without(policy))
        for action in actions:
            client.put_scheduled_action(**without(action))

    return put_back


def without(found: dict[str, Any]) -> dict[str, Any]:
    """A description of autoscaling without what AWS makes up."""
    return {key: value for key, value in found.items() if key not in MADE_UP}
