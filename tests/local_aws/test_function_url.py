# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""URLs of Lambda functions answer over loopback, to those whom AWS would let in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.local_aws.harness import RunningAws
from tests.local_aws.test_contract_lambda import create

SOURCE = """
def handler(event, context):
    method = event["requestContext"]["http"]["method"]
    return {"statusCode": 201, "body": method + " " + event["rawPath"] + " " + event.get("body", "")}
"""


@pytest.fixture(scope="module")
def function(aws: RunningAws) -> str:
    return create(aws.client, source=SOURCE)


def ask(aws: RunningAws, address: str, keys: tuple[str, str] | None = None) -> tuple[int, str]:
    """POST to a URL by its id, as the host name of AWS does not lead here; keys: to sign with."""
    path = f"/_lambda-url/{address.split('/')[2].split('.')[0]}/orders"
    headers = {"Content-Type": "application/json"}
    if keys:
        request = AWSRequest("POST", aws.endpoint + path, data=b"{}", headers=headers)
        SigV4Auth(Credentials(*keys), "lambda", "us-east-1").add_auth(request)
        headers = dict(request.headers)
    status, _headers, body = aws.request(path, method="POST", body=b"{}", headers=headers)
    return status, body.decode()


def user(aws: RunningAws, name: str, actions: list[str]) -> tuple[str, str]:
    iam = aws.client("iam")
    iam.create_user(UserName=name)
    statement: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_iam_decides_who_may_call(aws: RunningAws, function: str) -> None:
    made = aws.client("lambda").create_function_url_config(FunctionName=function, AuthType="AWS_IAM")
    address = made["FunctionUrl"]
    assert ask(aws, address)[0] == 403
    assert ask(aws, address, ("test", "test")) == (201, "POST /orders {}")
    half = user(aws, "url-half", ["lambda:InvokeFunctionUrl"])
    assert ask(aws, address, half)[0] == 403
    whole = user(aws, "url-whole", ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])
    assert ask(aws, address, whole)[0] == 201
    assert ask(aws, address, (whole[0], "wrong"))[0] == 403


def test_everybody_is_let_in_by_the_functions_own_policy(aws: RunningAws, function: str) -> None:
    client = aws.client("lambda")
    client.update_function_url_config(FunctionName=function, AuthType="NONE")
    address = client.get_function_url_config(FunctionName=function)["FunctionUrl"]
    public: dict[str, Any] = {"FunctionName": function, "Principal": "*"}
    client.add_permission(**public, StatementId="a", Action="lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
    assert ask(aws, address)[0] == 403
    client.add_permission(**public, StatementId="b", Action="lambda:InvokeFunction", InvokedViaFunctionUrl=True)
    assert ask(aws, address) == (201, "POST /orders {}")
    client.delete_function_url_config(FunctionName=function)
    assert ask(aws, address)[0] == 403
