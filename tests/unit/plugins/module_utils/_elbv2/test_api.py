# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api

ARNS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
BALANCER = f"{ARNS}loadbalancer/app/shop/50dc6c495c0c9188"
GROUP = f"{ARNS}targetgroup/orders/0a1b2c3d4e5f6071"


def test_a_load_balancer_is_found_by_name_or_arn(client: Any, stub: Stubber) -> None:
    found = {"LoadBalancers": [{"LoadBalancerName": "shop"}]}
    stub.add_response("describe_load_balancers", found, {"Names": ["shop"]})
    stub.add_response("describe_load_balancers", found, {"LoadBalancerArns": [BALANCER]})
    assert api.load_balancer(client, "shop") == api.load_balancer(client, BALANCER) == {"LoadBalancerName": "shop"}


def test_a_target_group_is_found_by_name_or_arn(client: Any, stub: Stubber) -> None:
    found = {"TargetGroups": [{"TargetGroupName": "orders"}]}
    stub.add_response("describe_target_groups", found, {"Names": ["orders"]})
    stub.add_response("describe_target_groups", found, {"TargetGroupArns": [GROUP]})
    assert api.target_group(client, "orders") == api.target_group(client, GROUP) == {"TargetGroupName": "orders"}


def test_what_is_missing_is_none(client: Any, stub: Stubber) -> None:
    stub.add_client_error("describe_load_balancers", "LoadBalancerNotFound")
    stub.add_client_error("describe_target_groups", "TargetGroupNotFound")
    stub.add_client_error("describe_target_health", "TargetGroupNotFound")
    stub.add_client_error("describe_listeners", "LoadBalancerNotFound")
    assert api.load_balancer(client, "shop") is None
    assert api.target_group(client, "orders") is None
    assert api.target_health(client, GROUP) is None
    assert api.listeners(client, BALANCER) is None


def test_listeners_are_read_page_by_page(client: Any, stub: Stubber) -> None:
    asked = {"LoadBalancerArn": BALANCER}
    stub.add_response("describe_listeners", {"Listeners": [{"Port": 1}], "NextMarker": "more"}, asked)
    stub.add_response("describe_listeners", {"Listeners": [{"Port": 2}]}, {**asked, "Marker": "more"})
    assert [item["Port"] for item in api.listeners(client, BALANCER) or []] == [1, 2]


def test_attributes_are_a_mapping(client: Any, stub: Stubber) -> None:
    attributes = [{"Key": "slow_start.duration_seconds", "Value": "0"}]
    stub.add_response("describe_target_group_attributes", {"Attributes": attributes}, {"TargetGroupArn": GROUP})
    stub.add_response(
        "modify_target_group_attributes", {"Attributes": []}, {"TargetGroupArn": GROUP, "Attributes": attributes}
    )
    assert api.target_group_attributes(client, GROUP) == {"slow_start.duration_seconds": "0"}
    api.modify_target_group_attributes(client, GROUP, {"slow_start.duration_seconds": "0"})


def test_tags_are_described_twenty_at_a_time(client: Any, stub: Stubber) -> None:
    arns = [f"{GROUP}{number}" for number in range(25)]
    for part in (arns[:20], arns[20:]):
        tagged = [{"ResourceArn": arn, "Tags": [{"Key": "arn", "Value": arn}]} for arn in part]
        stub.add_response("describe_tags", {"TagDescriptions": tagged}, {"ResourceArns": part})
    assert api.tags(client, arns) == {arn: {"arn": arn} for arn in arns}


def test_things_are_created_with_their_tags(client: Any, stub: Stubber) -> None:
    tags = [{"Key": "a", "Value": "1"}]
    stub.add_response(
        "create_target_group", {"TargetGroups": [{"Port": 1}]}, {"Name": "orders", "Port": 1, "Tags": tags}
    )
    asked = {"LoadBalancerArn": BALANCER, "Port": 1, "DefaultActions": []}
    stub.add_response("create_listener", {"Listeners": [{"Port": 1}]}, {**asked, "Tags": tags})
    stub.add_response("create_listener", {"Listeners": [{"Port": 2}]}, asked)
    assert api.create_target_group(client, "orders", {"Port": 1}, {"a": "1"}) == {"Port": 1}
    assert api.create_listener(client, BALANCER, {"Port": 1, "DefaultActions": []}, {"a": "1"}) == {"Port": 1}
    assert api.create_listener(client, BALANCER, {"Port": 1, "DefaultActions": []}, {}) == {"Port": 2}


def test_deleting_what_is_gone_is_no_error(client: Any, stub: Stubber) -> None:
    stub.add_client_error("delete_listener", "ListenerNotFound")
    stub.add_client_error("delete_target_group", "TargetGroupNotFound")
    api.delete_listener(client, f"{ARNS}listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2")
    api.delete_target_group(client, GROUP)


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_target_group", "TooManyTargetGroups", "the limit is 3000")
    with pytest.raises(AnsibleAWSError, match="Failed to create target group orders: .*the limit is 3000"):
        api.create_target_group(client, "orders", {}, {})
