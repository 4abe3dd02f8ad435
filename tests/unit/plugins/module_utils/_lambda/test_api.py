# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._lambda import api

NAME = {"FunctionName": "shop"}
ARN = "arn:aws:lambda:us-east-1:123456789012:function:shop"


@pytest.fixture
def client() -> Any:
    return boto3.client("lambda", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("get_function", lambda client: api.function(client, "shop")),
        ("get_function_configuration", lambda client: api.configuration(client, "shop")),
        ("delete_function", lambda client: api.delete(client, "shop")),
    ],
)
def test_what_is_missing_is_none(client: Any, stub: Stubber, operation: str, call: Any) -> None:
    stub.add_client_error(operation, "ResourceNotFoundException")
    assert call(client) is None


@pytest.mark.parametrize(
    ("operation", "sent", "call"),
    [
        (
            "update_function_code",
            {**NAME, "ZipFile": b"zip", "Architectures": ["arm64"]},
            lambda client: api.update_code(client, "shop", b"zip", "arm64"),
        ),
        (
            "update_function_configuration",
            {**NAME, "Timeout": 9},
            lambda client: api.update_configuration(client, "shop", {"Timeout": 9}),
        ),
        (
            "put_function_concurrency",
            {**NAME, "ReservedConcurrentExecutions": 0},
            lambda client: api.put_concurrency(client, "shop", 0),
        ),
        ("delete_function_concurrency", NAME, lambda client: api.delete_concurrency(client, "shop")),
        ("tag_resource", {"Resource": ARN, "Tags": {"a": "1"}}, lambda client: api.tag(client, ARN, {"a": "1"})),
        ("untag_resource", {"Resource": ARN, "TagKeys": ["a"]}, lambda client: api.untag(client, ARN, ["a"])),
    ],
)
def test_what_is_sent(client: Any, stub: Stubber, operation: str, sent: dict[str, Any], call: Any) -> None:
    stub.add_response(operation, {}, sent)
    call(client)


def test_a_refusal_tells_what_was_tried(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_function", "InvalidParameterValueException", "no")
    with pytest.raises(AnsibleAWSError, match="Failed to create Lambda function shop"):
        api.create(client, "shop", {"Role": "arn:aws:iam::123456789012:role/r", "Code": {"ZipFile": b"x"}})
