# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api


@pytest.fixture
def client() -> Any:
    return boto3.client("apigatewayv2", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def stub(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_vpc_links_reads_every_page(client: Any, stub: Stubber) -> None:
    stub.add_response("get_vpc_links", {"Items": [_link("1")], "NextToken": "more"}, {"MaxResults": "100"})
    stub.add_response("get_vpc_links", {"Items": [_link("2")]}, {"MaxResults": "100", "NextToken": "more"})
    assert [link["VpcLinkId"] for link in api.vpc_links(client)] == ["1", "2"]


def test_a_missing_vpc_link_is_none(client: Any, stub: Stubber) -> None:
    stub.add_client_error("get_vpc_link", "NotFoundException")
    assert api.vpc_link(client, "gone") is None


def test_deleting_a_missing_vpc_link_is_no_error(client: Any, stub: Stubber) -> None:
    stub.add_client_error("delete_vpc_link", "NotFoundException")
    api.delete_vpc_link(client, "gone")


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_vpc_link", "BadRequestException", "no such subnet")
    with pytest.raises(AnsibleAWSError, match="Failed to create VPC link shop: .*no such subnet"):
        api.create_vpc_link(client, "shop", ["subnet-a"], ["sg-1"], {})


def _link(link_id: str) -> dict[str, Any]:
    return {"VpcLinkId": link_id, "Name": "shop", "SubnetIds": [], "SecurityGroupIds": []}
