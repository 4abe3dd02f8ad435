# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import ANY, Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api

ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop:"


@pytest.fixture
def client() -> Any:
    return boto3.client("ecs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def test_a_service_comes_with_its_tags(client: Any, stub: Stubber) -> None:
    answer = {"services": [{"serviceName": "app", "tags": [{"key": "a", "value": "1"}]}], "failures": []}
    stub.add_response("describe_services", answer, {"cluster": "shop", "services": ["app"], "include": ["TAGS"]})
    assert api.service(client, "shop", "app") == {"serviceName": "app", "tags": {"a": "1"}}


def test_a_missing_service_is_none(client: Any, stub: Stubber) -> None:
    failures = [{"arn": "arn:aws:ecs:us-east-1:123456789012:service/shop/app", "reason": "MISSING"}]
    stub.add_response("describe_services", {"services": [], "failures": failures})
    assert api.service(client, "shop", "app") is None


def test_a_missing_cluster_is_an_error(client: Any, stub: Stubber) -> None:
    stub.add_client_error("describe_services", "ClusterNotFoundException", "Cluster not found.")
    with pytest.raises(AnsibleAWSError, match="Failed to describe ECS service app: .*Cluster not found"):
        api.service(client, "shop", "app")


def test_tasks_and_revisions_are_read_page_by_page(client: Any, stub: Stubber) -> None:
    asked = {"cluster": "shop", "serviceName": "app", "desiredStatus": "STOPPED"}
    stub.add_response("list_tasks", {"taskArns": ["1"], "nextToken": "more"}, asked)
    stub.add_response("list_tasks", {"taskArns": ["2"]}, {**asked, "nextToken": "more"})
    assert api.task_arns(client, "shop", "app", "STOPPED") == ["1", "2"]
    asked = {"familyPrefix": "shop", "status": "ACTIVE"}
    stub.add_response("list_task_definitions", {"taskDefinitionArns": ["1"], "nextToken": "more"}, asked)
    stub.add_response("list_task_definitions", {"taskDefinitionArns": ["2"]}, {**asked, "nextToken": "more"})
    assert api.task_definition_arns(client, "shop", "ACTIVE") == ["1", "2"]


def test_tasks_are_described_a_hundred_at_a_time(client: Any, stub: Stubber) -> None:
    arns = [str(number) for number in range(150)]
    for part in (arns[:100], arns[100:]):
        tasks = [{"taskArn": arn} for arn in part]
        stub.add_response("describe_tasks", {"tasks": tasks, "failures": []}, {"cluster": "shop", "tasks": part})
    assert [task["taskArn"] for task in api.tasks(client, "shop", arns)] == arns


def test_no_tasks_need_no_call(client: Any, stub: Stubber) -> None:
    assert api.tasks(client, "shop", []) == []


def test_a_missing_task_definition_is_none(client: Any, stub: Stubber) -> None:
    stub.add_client_error("describe_task_definition", "ClientException", "Unable to describe task definition.")
    assert api.task_definition(client, "shop") is None


def test_a_task_definition_is_registered_with_its_tags(client: Any, stub: Stubber) -> None:
    asked = {"family": "shop", "containerDefinitions": [], "tags": [{"key": "a", "value": "1"}]}
    stub.add_response("register_task_definition", {"taskDefinition": {"revision": 1}}, asked)
    stub.add_response(
        "register_task_definition",
        {"taskDefinition": {"revision": 2}},
        {
            "family": "shop",
            "containerDefinitions": [],
        },
    )
    assert api.register_task_definition(client, "shop", {"containerDefinitions": []}, {"a": "1"}) == {"revision": 1}
    assert api.register_task_definition(client, "shop", {"containerDefinitions": []}, {}) == {"revision": 2}


def test_revisions_are_deleted_ten_at_a_time(client: Any, stub: Stubber) -> None:
    arns = [f"{ARN}{number}" for number in range(12)]
    for part in (arns[:10], arns[10:]):
        stub.add_response("delete_task_definitions", {"taskDefinitions": [], "failures": []}, {"taskDefinitions": part})
    api.delete_task_definitions(client, arns)


def test_a_refused_deletion_is_an_error(client: Any, stub: Stubber) -> None:
    failure = {"arn": f"{ARN}1", "reason": "INVALID", "detail": "still ACTIVE"}
    stub.add_response("delete_task_definitions", {"taskDefinitions": [], "failures": [failure]})
    with pytest.raises(AnsibleAWSError, match=r"Failed to delete task definition .*:1: still ACTIVE"):
        api.delete_task_definitions(client, [f"{ARN}1"])


@pytest.mark.parametrize("code", ["ServiceNotFoundException", "ServiceNotActiveException"])
def test_deleting_a_service_that_is_gone_is_no_error(client: Any, stub: Stubber, code: str) -> None:
    stub.add_client_error("delete_service", code)
    api.delete_service(client, "shop", "app")


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_service", "InvalidParameterException", "no subnets")
    with pytest.raises(AnsibleAWSError, match="Failed to create ECS service app: .*no subnets"):
        api.create_service(client, "app", {"cluster": "shop", "taskDefinition": "shop:1"})


def test_tags_are_spelled_in_lower_case(client: Any, stub: Stubber) -> None:
    stub.add_response("tag_resource", {}, {"resourceArn": ANY, "tags": [{"key": "a", "value": "1"}]})
    stub.add_response("untag_resource", {}, {"resourceArn": ANY, "tagKeys": ["b"]})
    api.tag(client, f"{ARN}1", {"a": "1"})
    api.untag(client, f"{ARN}1", ["b"])
