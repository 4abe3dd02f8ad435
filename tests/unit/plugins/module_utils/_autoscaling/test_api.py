# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import api

RESOURCE = "service/shop/orders"
OF = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
ARN = "arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/0a1b"


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "application-autoscaling", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


def test_a_target_is_found_or_none(client: Any, stub: Stubber) -> None:
    asked = {**OF, "ResourceIds": [RESOURCE]}
    found = {"ServiceNamespace": "ecs", "ResourceId": RESOURCE, "MinCapacity": 1, "MaxCapacity": 2, "RoleARN": ARN,
             "ScalableDimension": "ecs:service:DesiredCount", "CreationTime": 0}  # fmt: skip
    stub.add_response("describe_scalable_targets", {"ScalableTargets": [found]}, asked)
    stub.add_response("describe_scalable_targets", {"ScalableTargets": []}, asked)
    assert (api.target(client, RESOURCE) or {})["MaxCapacity"] == 2
    assert api.target(client, RESOURCE) is None


@pytest.mark.parametrize(
    ("operation", "items", "call", "entry"),
    [
        (
            "describe_scaling_policies",
            "ScalingPolicies",
            api.policies,
            {"PolicyARN": ARN, "PolicyName": "a", "PolicyType": "TargetTrackingScaling", "CreationTime": 0},
        ),
        (
            "describe_scheduled_actions",
            "ScheduledActions",
            api.scheduled_actions,
            {"ScheduledActionARN": ARN, "ScheduledActionName": "a", "Schedule": "rate(1 day)", "CreationTime": 0},
        ),
    ],
)
def test_pages_are_followed(
    client: Any, stub: Stubber, operation: str, items: str, call: Any, entry: dict[str, Any]
) -> None:
    asked, item = {**OF, "ResourceId": RESOURCE}, {**OF, **entry, "ResourceId": RESOURCE}
    stub.add_response(operation, {items: [item], "NextToken": "more"}, asked)
    stub.add_response(operation, {items: [item]}, {**asked, "NextToken": "more"})
    assert len(call(client, RESOURCE)) == 2


def test_what_is_put_names_the_resource(client: Any, stub: Stubber) -> None:
    of = {**OF, "ResourceId": RESOURCE}
    stub.add_response("register_scalable_target", {"ScalableTargetARN": ARN}, {**of, "MinCapacity": 1})
    tracking = {"TargetValue": 50.0}
    stub.add_response(
        "put_scaling_policy",
        {"PolicyARN": ARN},
        {
            **of,
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": tracking,
        },
    )
    stub.add_response("put_scheduled_action", {}, {**of, "ScheduledActionName": "night", "Schedule": "rate(1 day)"})
    assert api.register(client, RESOURCE, {"MinCapacity": 1}) == ARN
    api.put_policy(client, RESOURCE, "cpu", tracking)
    api.put_scheduled_action(client, RESOURCE, "night", {"Schedule": "rate(1 day)"})


def test_what_is_gone_already_is_no_error(client: Any, stub: Stubber) -> None:
    for operation in ("deregister_scalable_target", "delete_scaling_policy", "delete_scheduled_action"):
        stub.add_client_error(operation, "ObjectNotFoundException")
    api.deregister(client, RESOURCE)
    api.delete_policy(client, RESOURCE, "cpu")
    api.delete_scheduled_action(client, RESOURCE, "night")


def test_tags_are_a_mapping(client: Any, stub: Stubber) -> None:
    stub.add_response("list_tags_for_resource", {"Tags": {"a": "1"}}, {"ResourceARN": ARN})
    stub.add_response("tag_resource", {}, {"ResourceARN": ARN, "Tags": {"b": "2"}})
    stub.add_response("untag_resource", {}, {"ResourceARN": ARN, "TagKeys": ["a"]})
    assert api.tags(client, ARN) == {"a": "1"}
    api.tag(client, ARN, {"b": "2"})
    api.untag(client, ARN, ["a"])


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("put_scaling_policy", "ValidationException", "no label")
    with pytest.raises(AnsibleAWSError, match="Failed to put scaling policy cpu of service/shop/orders: .*no label"):
        api.put_policy(client, RESOURCE, "cpu", {"TargetValue": 1.0})
