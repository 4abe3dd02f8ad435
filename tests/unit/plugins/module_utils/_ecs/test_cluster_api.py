# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import cluster_api

INCLUDE = {"clusters": ["shop"], "include": ["TAGS", "SETTINGS", "CONFIGURATIONS", "ATTACHMENTS"]}


@pytest.fixture
def client() -> Any:
    return boto3.client("ecs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def test_a_missing_cluster_is_none(client: Any, stub: Stubber) -> None:
    failure = {"arn": "arn:aws:ecs:us-east-1:1:cluster/shop", "reason": "MISSING"}
    stub.add_response("describe_clusters", {"clusters": [], "failures": [failure]}, INCLUDE)
    assert cluster_api.cluster(client, "shop") is None


def test_everything_of_a_cluster_is_asked_for(client: Any, stub: Stubber) -> None:
    stub.add_response("describe_clusters", {"clusters": [{"clusterName": "shop"}]}, INCLUDE)
    assert cluster_api.cluster(client, "shop") == {"clusterName": "shop"}


def test_tags_are_spelled_in_lower_case(client: Any, stub: Stubber) -> None:
    request = {"clusterName": "shop", "capacityProviders": ["FARGATE"], "tags": [{"key": "a", "value": "1"}]}
    stub.add_response("create_cluster", {"cluster": {"clusterName": "shop"}}, request)
    cluster_api.create_cluster(client, "shop", {"capacityProviders": ["FARGATE"]}, {"a": "1"})


def test_deleting_a_missing_cluster_is_no_error(client: Any, stub: Stubber) -> None:
    stub.add_client_error("delete_cluster", "ClusterNotFoundException")
    cluster_api.delete_cluster(client, "shop")


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("put_cluster_capacity_providers", "InvalidParameterException", "no such provider")
    with pytest.raises(AnsibleAWSError, match="Failed to set the capacity providers of ECS cluster shop: .*no such"):
        cluster_api.put_capacity_providers(client, "shop", ["gpu"], [])
