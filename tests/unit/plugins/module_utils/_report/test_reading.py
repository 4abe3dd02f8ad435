# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
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


def test_an_execution_that_goes_while_it_is_read_is_told() -> None:
    client = boto3.client("stepfunctions", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    listed = {
        "executionArn": DESCRIBED["executionArn"],
        "stateMachineArn": MACHINE,
        "name": "one",
        "status": "SUCCEEDED",
        "startDate": datetime(2026, 1, 1, tzinfo=UTC),
    }
    stub = Stubber(client)
    stub.add_response("list_executions", {"executions": [listed]})
    stub.add_client_error("describe_state_machine_for_execution", "ExecutionDoesNotExist")
    with stub, pytest.raises(InputError, match="There is no execution .*:one;"):
        reading.newest(lambda _service, **_options: client, MACHINE, 1)
