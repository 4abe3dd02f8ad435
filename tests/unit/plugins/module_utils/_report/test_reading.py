# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import boto3
import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._report import reading

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:shop"
DESCRIBED = {"executionArn": f"{MACHINE.replace('stateMachine', 'execution')}:one", "stateMachineArn": MACHINE}


@pytest.mark.parametrize(
    ("region", "endpoint", "on_aws"),
    [
        ("eu-central-1", None, True),
        ("cn-north-1", None, True),
        ("us-gov-west-1", None, True),
        ("eu-central-1", "https://states.eu-central-1.api.aws", True),
        ("eu-central-1", "https://vpce-1-2.states.eu-central-1.vpce.amazonaws.com", True),
        ("us-east-1", "http://127.0.0.1:4566", False),
        ("us-east-1", "http://localhost:4566/amazonaws.com", False),
        ("us-east-1", "https://amazonaws.com.example.org", False),
        ("us-east-1", "https://notamazonaws.com", False),
    ],
)
def test_what_an_endpoint_of_aws_tells_has_a_console(region: str, endpoint: str | None, on_aws: bool) -> None:
    client = boto3.client(
        "stepfunctions", region_name=region, endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b"
    )
    assert reading._about(client, DESCRIBED, {}).on_aws is on_aws
