# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Application Auto Scaling calls for ECS services, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none

_ECS = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}


def _all(client: Client, operation: str, items: str, **arguments: Any) -> list[dict[str, Any]]:
    pages = client.get_paginator(operation).paginate(**_ECS, **arguments)
    return [item for page in pages for item in page[items]]


@described("describe scalable target {resource}")
def target(client: Client, resource: str) -> dict[str, Any] | None:
    """Return the scalable target, or None when there is none. resource: service/<cluster>/<service>."""
    found = _all(client, "describe_scalable_targets", "ScalableTargets", ResourceIds=[resource])
    return found[0] if found else None


@described("describe the scaling policies of {resource}")
def policies(client: Client, resource: str) -> list[dict[str, Any]]:
    return _all(client, "describe_scaling_policies", "ScalingPolicies", ResourceId=resource)


@described("describe the scheduled actions of {resource}")
def scheduled_actions(client: Client, resource: str) -> list[dict[str, Any]]:
    return _all(client, "describe_scheduled_actions", "ScheduledActions", ResourceId=resource)


@described("register scalable target {resource}")
def register(client: Client, resource: str, request: dict[str, Any]) -> str:
    """Create or update the scalable target and return its ARN."""
    return str(client.register_scalable_target(ResourceId=resource, **_ECS, **request).get("ScalableTargetARN", ""))


@described("deregister scalable target {resource}")
@missing_is_none("ObjectNotFoundException")
def deregister(client: Client, resource: str) -> None:
    """Delete the scalable target; its policies, their alarms and its scheduled actions go with it."""
    client.deregister_scalable_target(ResourceId=resource, **_ECS)


@described("put scaling policy {name} of {resource}")
def put_policy(client: Client, resource: str, name: str, configuration: dict[str, Any]) -> None:
    client.put_scaling_policy(
        PolicyName=name,
        ResourceId=resource,
        **_ECS,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=configuration,
    )


@described("delete scaling policy {name} of {resource}")
@missing_is_none("ObjectNotFoundException")
def delete_policy(client: Client, resource: str, name: str) -> None:
    client.delete_scaling_policy(PolicyName=name, ResourceId=resource, **_ECS)


@described("put scheduled action {name} of {resource}")
def put_scheduled_action(client: Client, resource: str, name: str, request: dict[str, Any]) -> None:
    client.put_scheduled_action(ScheduledActionName=name, ResourceId=resource, **_ECS, **request)


@described("delete scheduled action {name} of {resource}")
@missing_is_none("ObjectNotFoundException")
def delete_scheduled_action(client: Client, resource: str, name: str) -> None:
    client.delete_scheduled_action(ScheduledActionName=name, ResourceId=resource, **_ECS)


@described("read the tags of {arn}")
def tags(client: Client, arn: str) -> dict[str, str]:
    return dict(client.list_tags_for_resource(ResourceARN=arn)["Tags"])


@described("tag {arn}")
def tag(client: Client, arn: str, new: dict[str, str]) -> None:
    client.tag_resource(ResourceARN=arn, Tags=new)


@described("remove tags from {arn}")
def untag(client: Client, arn: str, keys: list[str]) -> None:
    client.untag_resource(ResourceARN=arn, TagKeys=keys)
