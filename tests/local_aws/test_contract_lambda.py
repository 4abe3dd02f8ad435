# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Lambda's control plane: moto's faults that are mended in control/lambda_.py and lambda_/invoke.py."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

Client = Callable[[str], Any]


SOURCE = "def handler(event, context):\n    return 1\n"


def create(client: Client, *, service: str = "lambda.amazonaws.com", source: str = SOURCE, **arguments: Any) -> str:
    """A function whose role trusts `service`; its name."""
    name = f"f-{uuid.uuid4().hex[:8]}"
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", source)
    settings = {"Runtime": "python3.13", "Handler": "index.handler", "Code": {"ZipFile": buffer.getvalue()}}
    client("lambda").create_function(FunctionName=name, Role=role, **{**settings, **arguments})
    return name


def moto_invoke(client: Client) -> Any:
    answer = client("lambda").invoke(FunctionName=create(client))
    return answer["Payload"].read().decode() == "1"


def moto_untrusting_role(client: Client) -> Any:
    create(client, service="ec2.amazonaws.com")
    return "created"


def moto_no_zip(client: Client) -> Any:
    create(client, Code={"ZipFile": b"not an archive"})
    return "created"


def moto_reserved_variable(client: Client) -> Any:
    create(client, Environment={"Variables": {"AWS_REGION": "eu-west-1"}})
    return "created"


def moto_architecture_update(client: Client) -> Any:
    name = create(client)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", "x = 1")
    update = client("lambda").update_function_code
    return update(FunctionName=name, ZipFile=buffer.getvalue(), Architectures=["arm64"])["Architectures"]


def moto_settings(client: Client) -> Any:
    name = create(client)
    client("lambda").update_function_configuration(
        FunctionName=name,
        LoggingConfig={"LogFormat": "JSON"},
        TracingConfig={"Mode": "Active"},
        EphemeralStorage={"Size": 1024},
        DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"},
        KMSKeyArn="arn:aws:kms:us-east-1:123456789012:key/1",
    )
    told = client("lambda").get_function_configuration(FunctionName=name)
    kept = ("LoggingConfig", "TracingConfig", "EphemeralStorage", "DeadLetterConfig", "KMSKeyArn")
    return [told.get(setting) for setting in kept]


def moto_url(client: Client) -> Any:
    name, functions = create(client), client("lambda")
    made = functions.create_function_url_config(FunctionName=name, AuthType="NONE", Cors={"AllowOrigins": ["*"]})
    functions.update_function_url_config(FunctionName=name, AuthType="NONE", InvokeMode="RESPONSE_STREAM", Cors={})
    found = functions.get_function_url_config(FunctionName=name)
    return [made["FunctionUrl"].endswith("/"), found["InvokeMode"], "Cors" in found]


def moto_url_statement(client: Client) -> Any:
    name, functions = create(client), client("lambda")
    functions.add_permission(
        FunctionName=name, StatementId="x", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE"
    )
    return "Condition" in json.loads(functions.get_policy(FunctionName=name)["Policy"])["Statement"][0]


def moto_reserved_zero(client: Client) -> Any:
    name = create(client)
    client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    return client("lambda").get_function(FunctionName=name).get("Concurrency")


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_lambda")


@pytest.mark.parametrize(
    ("name", "fault", "patch"),
    [
        ("moto_invoke", {"value": False}, "lambda_ (invoke)"),
        ("moto_untrusting_role", {"value": "created"}, "lambda_.role_must_trust_lambda"),
        ("moto_no_zip", {"value": "created"}, "lambda_.code_must_be_a_zip"),
        ("moto_reserved_variable", {"value": "created"}, "lambda_.reserved_variables_are_refused"),
        ("moto_architecture_update", {"value": ["x86_64"]}, "lambda_.changes_take_effect"),
        (
            "moto_settings",
            {"value": [None, {"Mode": "PassThrough"}, {"Size": 512}, None, None]},
            "lambda_settings.settings_are_kept",
        ),
        ("moto_url", {"value": [False, "Buffered", True]}, "lambda_urls.addresses_are_whole"),
        ("moto_url_statement", {"value": False}, "lambda_urls.statements_have_their_conditions"),
        ("moto_reserved_zero", {"value": None}, "lambda_settings.no_concurrency_is_a_reservation"),
    ],
)
def test_moto_still_needs(unpatched: dict[str, Any], name: str, fault: Any, patch: str) -> None:
    needed(unpatched[name], fault, patch)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"service": "ec2.amazonaws.com"}, "The role defined for the function cannot be assumed by Lambda."),
        ({"Code": {"ZipFile": b"not an archive"}}, "Could not unzip uploaded file."),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "contains reserved keys"),
    ],
)
def test_create_function_refuses(aws: RunningAws, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        create(aws.client, **arguments)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_a_missing_role_is_refused(aws: RunningAws) -> None:
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        aws.client("lambda").create_function(
            FunctionName="roleless",
            Role="arn:aws:iam::123456789012:role/nobody",
            Runtime="python3.13",
            Handler="index.handler",
            Code={"ZipFile": b"PK\x05\x06" + b"\0" * 18},
        )


def test_updates_are_checked_and_take_effect(aws: RunningAws) -> None:
    name = create(aws.client)
    client = aws.client("lambda")
    with pytest.raises(ClientError, match="reserved keys"):
        client.update_function_configuration(FunctionName=name, Environment={"Variables": {"_HANDLER": "x"}})
    with pytest.raises(ClientError, match="Could not unzip"):
        client.update_function_code(FunctionName=name, ZipFile=b"x")
    assert moto_architecture_update(aws.client) == ["arm64"]


def test_settings_are_kept(aws: RunningAws) -> None:
    name = create(aws.client)
    told = aws.client("lambda").get_function_configuration(FunctionName=name)
    assert told["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"}
    assert moto_settings(aws.client)[1:] == [
        {"Mode": "Active"},
        {"Size": 1024},
        {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"},
        "arn:aws:kms:us-east-1:123456789012:key/1",
    ]
    logging = moto_settings(aws.client)[0]
    levels = (logging["LogFormat"], logging["ApplicationLogLevel"], logging["SystemLogLevel"])
    assert levels == ("JSON", "INFO", "INFO")
    assert moto_reserved_zero(aws.client) == {"ReservedConcurrentExecutions": 0}


def test_a_function_logs_into_the_group_that_it_names(aws: RunningAws) -> None:
    group = f"/own/{uuid.uuid4().hex[:8]}"
    aws.client("logs").create_log_group(logGroupName=group)
    source = "def handler(event, context):\n    return context.log_group_name\n"
    name = create(aws.client, source=source, LoggingConfig={"LogGroup": group})
    assert json.loads(aws.client("lambda").invoke(FunctionName=name)["Payload"].read()) == group


def test_functions_take_the_time_of_the_profile(launch: Callable[..., RunningAws]) -> None:
    aws = launch({"LOCAL_AWS_PROFILE": '{"lambda": 600}'})
    client = aws.client("lambda")
    name = create(aws.client)
    assert client.get_function_configuration(FunctionName=name)["State"] == "Pending"
    with pytest.raises(ClientError) as caught:
        client.invoke(FunctionName=name)
    assert caught.value.response["Error"]["Code"] == "ResourceConflictException"
    aws.control("profile", {"lambda": 0})
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    assert client.invoke(FunctionName=name)["Payload"].read() == b"1"
    aws.control("profile", {"lambda": 600})
    changed = client.update_function_configuration(FunctionName=name, Description="new")
    assert changed["LastUpdateStatus"] == "InProgress"
    with pytest.raises(ClientError, match="An update is in progress") as caught:
        client.update_function_configuration(FunctionName=name, Description="newer")
    assert caught.value.response["Error"]["Code"] == "ResourceConflictException"
    aws.control("profile", {"lambda": 0})
    client.get_waiter("function_updated_v2").wait(FunctionName=name)
