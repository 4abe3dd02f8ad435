# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Elastic Load Balancing calls for target groups and listeners, one boto3 call a function.

Nothing here decides anything. Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_list, tag_mapping

# What DescribeTags takes at most in one call.
_TAGGED_A_CALL = 20


@described("describe load balancer {name_or_arn}")
@missing_is_none("LoadBalancerNotFound")
def load_balancer(client: Client, name_or_arn: str) -> dict[str, Any] | None:
    """Return the load balancer of this name or ARN, or None when there is none."""
    selector = "LoadBalancerArns" if name_or_arn.startswith("arn:") else "Names"
    found: dict[str, Any] = client.describe_load_balancers(**{selector: [name_or_arn]})["LoadBalancers"][0]
    return found


@described("describe target group {name_or_arn}")
@missing_is_none("TargetGroupNotFound")
def target_group(client: Client, name_or_arn: str) -> dict[str, Any] | None:
    """Return the target group of this name or ARN, or None when there is none."""
    selector = "TargetGroupArns" if name_or_arn.startswith("arn:") else "Names"
    found: dict[str, Any] = client.describe_target_groups(**{selector: [name_or_arn]})["TargetGroups"][0]
    return found


@described("describe the attributes of target group {arn}")
def target_group_attributes(client: Client, arn: str) -> dict[str, str]:
    answer = client.describe_target_group_attributes(TargetGroupArn=arn)
    return {attribute["Key"]: attribute["Value"] for attribute in answer["Attributes"]}


@described("create target group {name}")
def create_target_group(client: Client, name: str, request: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    extra = {"Tags": tag_list(tags)} if tags else {}
    created: dict[str, Any] = client.create_target_group(Name=name, **request, **extra)["TargetGroups"][0]
    return created


@described("update target group {arn}")
def modify_target_group(client: Client, arn: str, request: dict[str, Any]) -> None:
    client.modify_target_group(TargetGroupArn=arn, **request)


@described("update the attributes of target group {arn}")
def modify_target_group_attributes(client: Client, arn: str, attributes: dict[str, str]) -> None:
    client.modify_target_group_attributes(TargetGroupArn=arn, Attributes=tag_list(attributes))


@described("delete target group {arn}")
@missing_is_none("TargetGroupNotFound")
def delete_target_group(client: Client, arn: str) -> None:
    client.delete_target_group(TargetGroupArn=arn)


@described("describe the health of the targets of {arn}")
@missing_is_none("TargetGroupNotFound")
def target_health(client: Client, arn: str) -> list[dict[str, Any]] | None:
    """Return the health of each registered target, or None when there is no such target group."""
    health: list[dict[str, Any]] = client.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return health


@described("describe the listeners of {load_balancer_arn}")
@missing_is_none("LoadBalancerNotFound")
def listeners(client: Client, load_balancer_arn: str) -> list[dict[str, Any]] | None:
    """Return every listener of a load balancer, or None when there is no such load balancer."""
    pages = client.get_paginator("describe_listeners").paginate(LoadBalancerArn=load_balancer_arn)
    return [listener for page in pages for listener in page["Listeners"]]


@described("create a listener of {load_balancer_arn}")
def create_listener(
    client: Client, load_balancer_arn: str, request: dict[str, Any], tags: dict[str, str]
) -> dict[str, Any]:
    extra = {"Tags": tag_list(tags)} if tags else {}
    answer = client.create_listener(LoadBalancerArn=load_balancer_arn, **request, **extra)
    created: dict[str, Any] = answer["Listeners"][0]
    return created


@described("update listener {arn}")
def modify_listener(client: Client, arn: str, request: dict[str, Any]) -> None:
    client.modify_listener(ListenerArn=arn, **request)


@described("delete listener {arn}")
@missing_is_none("ListenerNotFound")
def delete_listener(client: Client, arn: str) -> None:
    client.delete_listener(ListenerArn=arn)


@described("describe tags of load balancer resources")
def tags(client: Client, arns: list[str]) -> dict[str, dict[str, str]]:
    """Return the tags of each target group or listener, by ARN."""
    found: dict[str, dict[str, str]] = {}
    for start in range(0, len(arns), _TAGGED_A_CALL):
        answer = client.describe_tags(ResourceArns=arns[start : start + _TAGGED_A_CALL])
        found.update({item["ResourceArn"]: tag_mapping(item["Tags"]) for item in answer["TagDescriptions"]})
    return found


@described("tag {arn}")
def tag(client: Client, arn: str, new: dict[str, str]) -> None:
    client.add_tags(ResourceArns=[arn], Tags=tag_list(new))


@described("remove tags from {arn}")
def untag(client: Client, arn: str, keys: list[str]) -> None:
    client.remove_tags(ResourceArns=[arn], TagKeys=keys)
