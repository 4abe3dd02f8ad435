# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import load_balancer_api as api

ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/1"


def made(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("describe_load_balancers", lambda client: api.load_balancer(client, "shop")),
        ("describe_load_balancers", lambda client: api.by_arn(client, ARN)),
        ("delete_load_balancer", lambda client: api.delete_load_balancer(client, ARN)),
    ],
)
def test_what_is_missing_is_none(client: Any, stub: Stubber, operation: str, call: Any) -> None:
    stub.add_client_error(operation, "LoadBalancerNotFound")
    assert call(client) is None


def test_listeners_reads_every_page(client: Any, stub: Stubber) -> None:
    request = {"LoadBalancerArn": ARN}
    stub.add_response("describe_listeners", {"Listeners": [{"Port": 1}], "NextMarker": "m"}, request)
    stub.add_response("describe_listeners", {"Listeners": [{"Port": 2}]}, {**request, "Marker": "m"})
    assert [listener["Port"] for listener in api.listeners(client, ARN)] == [1, 2]


def test_network_interfaces_reads_every_page() -> None:
    ec2 = made("ec2")
    filters = {"Filters": [{"Name": "description", "Values": ["ELB app/shop/*"]}]}
    with Stubber(ec2) as stub:
        page = {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}], "NextToken": "m"}
        stub.add_response("describe_network_interfaces", page, filters)
        page = {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-2"}]}
        stub.add_response("describe_network_interfaces", page, {**filters, "NextToken": "m"})
        assert api.network_interfaces(ec2, "shop") == ["eni-1", "eni-2"]


def test_without_tags_none_are_sent(client: Any, stub: Stubber) -> None:
    request = {
        "Name": "shop",
        "Type": "application",
        "Scheme": "internal",
        "IpAddressType": "ipv4",
        "Subnets": ["subnet-a"],
        "SecurityGroups": ["sg-1"],
    }
    stub.add_response("create_load_balancer", {"LoadBalancers": [{"LoadBalancerArn": ARN}]}, request)
    assert api.create_load_balancer(client, "shop", "internal", "ipv4", ["subnet-a"], ["sg-1"], {}) == {
        "LoadBalancerArn": ARN
    }


@pytest.mark.parametrize(("address_type", "more"), [(None, {}), ("dualstack", {"IpAddressType": "dualstack"})])
def test_subnets_and_address_type_go_in_one_step(
    client: Any, stub: Stubber, address_type: str | None, more: dict[str, str]
) -> None:
    stub.add_response("set_subnets", {}, {"LoadBalancerArn": ARN, "Subnets": ["subnet-a"], **more})
    api.set_subnets(client, ARN, ["subnet-a"], address_type)


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_load_balancer", "SubnetNotFound", "no subnet-a")
    with pytest.raises(AnsibleAWSError, match="Failed to create load balancer shop: .*no subnet-a"):
        api.create_load_balancer(client, "shop", "internal", "ipv4", ["subnet-a"], ["sg-1"], {})
