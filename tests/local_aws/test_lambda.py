# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Lambda: functions run from their zip, in their own process, with their role and their log group."""

from __future__ import annotations

import base64
import concurrent.futures
import dataclasses
import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.tools.machine import wait_for

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def packed(source: str, name: str = "index.py") -> bytes:
    """A deployment package with one module."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, source)
    return buffer.getvalue()


def role(aws: RunningAws, name: str, actions: list[str], resource: str = "*", trust: Any = None) -> str:
    """A role that Lambda may assume and that may do `actions`; its ARN."""
    iam = aws.client("iam")
    created = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust or TRUST))["Role"]["Arn"]
    if actions:
        statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    return str(created)


@dataclasses.dataclass
class Function:
    """One deployed function and ways to ask it."""

    aws: RunningAws
    name: str
    role: str

    def invoke(self, event: Any = None, **arguments: Any) -> tuple[Any, dict[str, Any]]:
        """The decoded payload and the whole answer."""
        payload = json.dumps({} if event is None else event).encode()
        answer = self.aws.client("lambda").invoke(FunctionName=self.name, Payload=payload, **arguments)
        body = answer["Payload"].read()
        return (json.loads(body) if body else None), answer

    def log(self) -> list[str]:
        """All lines of the function's log group."""
        events = self.aws.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{self.name}")["events"]
        return [event["message"] for event in events]

    def environments(self) -> list[dict[str, Any]]:
        """The function's live execution environments."""
        return [e for e in self.aws.control("state")["lambda_environments"] if e["function"] == self.name]


Deploy = Callable[..., Function]


@pytest.fixture
def deploy(aws: RunningAws) -> Deploy:
    def make(source: str, *, logged: bool = True, actions: list[str] | None = None, **arguments: Any) -> Function:
        name = f"f-{uuid.uuid4().hex[:8]}"
        group = f"/aws/lambda/{name}"
        allowed = ["logs:CreateLogStream", "logs:PutLogEvents"] if actions is None else actions
        arn = role(aws, name, allowed)
        if logged:
            aws.client("logs").create_log_group(logGroupName=group)
        settings = {"Runtime": "python3.13", "Handler": "index.handler", "Role": arn, "Timeout": 5, **arguments}
        aws.client("lambda").create_function(FunctionName=name, Code={"ZipFile": packed(source)}, **settings)
        return Function(aws, name, arn)

    return make


def test_event_context_and_environment(deploy: Deploy) -> None:
    source = """
import os, sys
def handler(event, context):
    return {"event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn,
            "left": context.get_remaining_time_in_millis(), "memory": context.memory_limit_in_mb,
            "group": context.log_group_name, "stream": context.log_stream_name, "mine": os.environ["MINE"],
            "cwd": os.getcwd(), "root": os.environ["LAMBDA_TASK_ROOT"], "path": sys.path[0],
            "endpoint": os.environ["AWS_ENDPOINT_URL"], "names": sorted(n for n in os.environ if n.startswith("AWS_"))}
"""
    function = deploy(source, MemorySize=256, Environment={"Variables": {"MINE": "yes"}})
    seen, answer = function.invoke({"a": [1, "ä"]})
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert seen["event"] == {"a": [1, "ä"]}
    assert seen["id"] == answer["ResponseMetadata"]["RequestId"]
    assert seen["arn"] == f"arn:aws:lambda:us-east-1:123456789012:function:{function.name}"
    assert 4000 < seen["left"] <= 5000
    assert (seen["memory"], seen["mine"], seen["endpoint"]) == ("256", "yes", function.aws.endpoint)
    assert seen["cwd"] == seen["root"] == seen["path"]
    assert seen["group"] == f"/aws/lambda/{function.name}"
    assert {"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_SESSION_TOKEN"} <= set(seen["names"])


def test_the_function_acts_as_its_role(deploy: Deploy) -> None:
    source = """
import boto3
def handler(event, context):
    return boto3.client("sts").get_caller_identity()["Arn"]
"""
    function = deploy(source, Timeout=20)
    assert function.invoke()[0] == f"arn:aws:sts::123456789012:assumed-role/{function.name}/{function.name}"


def test_log_lines_are_in_order(deploy: Deploy) -> None:
    source = """
import logging
def handler(event, context):
    print("first")
    logging.getLogger().warning("second %s", event["n"])
    print("third without newline", end="")
"""
    function = deploy(source)
    _, answer = function.invoke({"n": 2}, LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    tail = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert tail == function.log()
    assert tail[0] == f"START RequestId: {request_id} Version: $LATEST"
    assert tail[1] == "first"
    assert tail[2].startswith("[WARNING]\t")
    assert tail[2].endswith(f"{request_id}\tsecond 2")
    assert tail[3:5] == ["third without newline", f"END RequestId: {request_id}"]
    assert tail[5].startswith(f"REPORT RequestId: {request_id}\tDuration: ")
    assert "Init Duration" in tail[5]
    assert "Init Duration" not in base64.b64decode(function.invoke({"n": 3}, LogType="Tail")[1]["LogResult"]).decode()


def test_without_permission_nothing_is_logged(deploy: Deploy) -> None:
    function = deploy("def handler(event, context):\n    print('x')\n    return 1\n", actions=["s3:GetObject"])
    assert function.invoke()[0] == 1
    assert function.log() == []
    assert any(entry["function"] == function.name for entry in function.aws.journal("lambda.log_denied"))


def test_a_missing_group_is_created_only_when_allowed(deploy: Deploy) -> None:
    source = "def handler(event, context):\n    return 1\n"
    may_not = deploy(source, logged=False)
    may = deploy(source, logged=False, actions=["logs:*"])
    groups = []
    for function in (may_not, may):
        assert function.invoke()[0] == 1
        found = function.aws.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function.name}")
        groups.append(len(found["logGroups"]))
    assert groups == [0, 1]


def test_an_exception_is_an_unhandled_function_error(deploy: Deploy) -> None:
    source = """
class Broken(Exception):
    pass
def inner():
    raise Broken("no luck")
def handler(event, context):
    inner()
"""
    function = deploy(source)
    error, answer = function.invoke()
    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("Broken", "no luck")
    assert error["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert [frame.split("in ")[1].splitlines()[0] for frame in error["stackTrace"]] == ["handler", "inner"]
    assert any(line.startswith("[ERROR] Broken: no luck") for line in function.log())
    before = function.environments()
    function.invoke()
    assert function.environments() == before


@pytest.mark.parametrize(
    ("source", "handler", "kind", "message"),
    [
        (
            "import nothing_of_this_name",
            "index.handler",
            "ImportModuleError",
            "Unable to import module 'index': No mod",
        ),
        ("def handler(e, c:", "index.handler", "UserCodeSyntaxError", "Syntax error in module 'index'"),
        ("x = 1", "index.handler", "HandlerNotFound", "Handler 'handler' missing on module 'index'"),
        ("x = 1", "handler", "MalformedHandlerName", "Bad handler 'handler'"),
        ("def handler(e, c):\n    return {1, 2}", "index.handler", "MarshalError", "Unable to marshal response"),
        ("import sys\ndef handler(e, c):\n    sys.exit(3)", "index.handler", "ExitError", "exit status 3"),
        ("import os\ndef handler(e, c):\n    os.kill(os.getpid(), 9)", "index.handler", "ExitError", "signal: 9"),
    ],
)
def test_errors_of_the_runtime(deploy: Deploy, source: str, handler: str, kind: str, message: str) -> None:
    function = deploy(source, Handler=handler)
    for _ in range(2):
        error, answer = function.invoke()
        assert answer["FunctionError"] == "Unhandled"
        assert error["errorType"] == f"Runtime.{kind}"
        assert message in error["errorMessage"]


def test_timeout(deploy: Deploy) -> None:
    function = deploy("import time\ndef handler(event, context):\n    time.sleep(event.get('s', 0))\n", Timeout=1)
    function.invoke()
    (old,) = function.environments()
    started = time.monotonic()
    error, answer = function.invoke({"s": 30})
    assert time.monotonic() - started < 4
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert any(line.endswith("Task timed out after 1.00 seconds") for line in function.log())
    assert function.invoke()[1].get("FunctionError") is None
    assert old["pid"] not in [environment["pid"] for environment in function.environments()]


def test_environments_are_warm_and_one_per_running_event(deploy: Deploy) -> None:
    source = "import os, time\ndef handler(event, context):\n    time.sleep(event['s'])\n    return os.getpid()\n"
    function = deploy(source)
    first = function.invoke({"s": 0})[0]
    assert function.invoke({"s": 0})[0] == first
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        pids = list(pool.map(lambda _: function.invoke({"s": 0.7})[0], range(3)))
    assert len(set(pids)) == 3
    assert first in pids
    assert len(function.environments()) == 3


def test_reserved_concurrency(deploy: Deploy) -> None:
    function = deploy("import time\ndef handler(event, context):\n    time.sleep(event['s'])\n")
    client = function.aws.client("lambda")
    client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=1)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(function.invoke, {"s": 1.5})
        wait_for(lambda: any(environment["busy"] for environment in function.environments()))
        with pytest.raises(ClientError) as caught:
            function.invoke({"s": 0})
        assert caught.value.response["Error"]["Code"] == "TooManyRequestsException"
        running.result()


def test_updates_replace_the_environments(deploy: Deploy) -> None:
    source = "import os\ndef handler(event, context):\n    return [os.environ.get('V'), os.getpid(), 1]\n"
    function = deploy(source, Environment={"Variables": {"V": "a"}})
    client = function.aws.client("lambda")
    before = client.get_function_configuration(FunctionName=function.name)["LastModified"]
    _, old, _ = function.invoke()[0]
    client.update_function_configuration(FunctionName=function.name, Environment={"Variables": {"V": "b"}})
    value, changed, _ = function.invoke()[0]
    assert (value, changed == old) == ("b", False)
    client.update_function_code(FunctionName=function.name, ZipFile=packed(source.replace(", 1]", ", 2]")))
    value, newest, code = function.invoke()[0]
    assert (value, code) == ("b", 2)
    assert [environment["pid"] for environment in function.environments()] == [newest]
    assert client.get_function_configuration(FunctionName=function.name)["LastModified"] != before
    client.delete_function(FunctionName=function.name)
    wait_for(lambda: not function.environments())


def test_versions_and_aliases(deploy: Deploy) -> None:
    source = (
        "def handler(event, context):\n    return [context.function_version, context.invoked_function_arn, 'old']\n"
    )
    function = deploy(source)
    client = function.aws.client("lambda")
    client.publish_version(FunctionName=function.name)
    client.create_alias(FunctionName=function.name, Name="live", FunctionVersion="1")
    client.update_function_code(FunctionName=function.name, ZipFile=packed(source.replace("old", "new")))
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function.name}"
    assert function.invoke()[0] == ["$LATEST", arn, "new"]
    assert function.invoke(Qualifier="1")[0] == ["1", f"{arn}:1", "old"]
    value, answer = function.invoke(Qualifier="live")
    assert value == ["1", f"{arn}:live", "old"]
    assert answer["ExecutedVersion"] == "1"
    payload = client.invoke(FunctionName=f"{arn}:live")["Payload"].read()
    assert json.loads(payload) == value


def test_event_and_dry_run(deploy: Deploy) -> None:
    function = deploy("def handler(event, context):\n    print('got', event['n'])\n")
    assert function.invoke({"n": 1}, InvocationType="DryRun")[1]["StatusCode"] == 204
    assert function.invoke({"n": 2}, InvocationType="Event")[1]["StatusCode"] == 202
    wait_for(lambda: "got 2" in function.log())
    assert "got 1" not in function.log()


def test_payload_limits(deploy: Deploy) -> None:
    function = deploy("def handler(event, context):\n    return 'x' * event['n']\n")
    assert len(function.invoke({"n": 6_200_000})[0]) == 6_200_000
    error, answer = function.invoke({"n": 6_291_556})
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Function.ResponseSizeTooLarge"
    client = function.aws.client("lambda")
    for payload, code in (
        (b'"' + b"x" * 6_291_456 + b'"', "RequestTooLargeException"),
        (b"{", "InvalidRequestContent"),
    ):
        with pytest.raises(ClientError) as caught:
            client.invoke(FunctionName=function.name, Payload=payload)
        assert caught.value.response["Error"]["Code"].startswith(code)


def test_archives_stay_in_their_directory(deploy: Deploy, aws: RunningAws) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return 1\n")
        archive.writestr("../../escaped.txt", "x")
    function = deploy("x = 1")
    aws.client("lambda").update_function_code(FunctionName=function.name, ZipFile=buffer.getvalue())
    assert function.invoke()[0] == 1
    assert not list(aws.state_dir.glob("escaped.txt"))
    assert list((aws.state_dir / "lambda").glob("*/escaped.txt"))


def test_a_deleted_role_cannot_be_assumed(deploy: Deploy) -> None:
    function = deploy("def handler(event, context):\n    return 1\n", actions=[])
    function.aws.client("iam").delete_role(RoleName=function.name)
    with pytest.raises(ClientError) as caught:
        function.invoke()
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"


def test_unknown_functions_and_runtimes(aws: RunningAws, deploy: Deploy) -> None:
    with pytest.raises(ClientError) as caught:
        aws.client("lambda").invoke(FunctionName="nobody")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    function = deploy("exports.handler = 1", Runtime="nodejs22.x")
    with pytest.raises(ClientError) as caught:
        function.invoke()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
