# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._lambda import function_apply
from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "lambda-function-test"
CODE = "import os\ndef handler(event, context):\n    return ['old', os.environ.get('GREETING')]\n"
NEW_CODE = CODE.replace("old", "new")


def trust(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "src"
    root.mkdir()
    (root / "handler.py").write_text(CODE)
    return root


@pytest.fixture
def options(modules: Modules, source: Path) -> Iterator[dict[str, Any]]:
    """The options of a function that is deleted after the test, with its role."""
    role = modules("iam_role", name=NAME, trust_policy=trust("lambda.amazonaws.com"))["iam_role"]["arn"]
    yield {
        "name": NAME,
        "source": str(source),
        "handler": "handler.handler",
        "runtime": "python3.13",
        "role_arn": role,
        "wait_timeout": 20,
    }
    modules("lambda_function", name=NAME, state="absent")
    modules("iam_role", name=NAME, state="absent")


@pytest.fixture
def slow(aws: EmbeddedAws) -> Iterator[None]:
    """Creations and updates of functions take a second, as long as the test runs."""
    with aws.taking(**{"lambda": 1}):
        yield


def described(aws: EmbeddedAws) -> dict[str, Any] | None:
    client = aws.client("lambda")
    try:
        return client.get_function(FunctionName=NAME)
    except client.exceptions.ResourceNotFoundException:
        return None


def invoked(aws: EmbeddedAws) -> Any:
    return json.loads(aws.client("lambda").invoke(FunctionName=NAME)["Payload"].read())


def test_check_mode_predicts_the_function_and_makes_nothing(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    options |= {"environment": {"GREETING": "hello"}, "tags": {"a": "1"}, "reserved_concurrent_executions": 5}
    predicted = modules.check("lambda_function", **options)
    assert described(aws) is None
    made = modules("lambda_function", **options)
    assert predicted["changed"]
    assert {**predicted, "invocation": None} == {**made, "invocation": None}
    assert made["actions"] == [
        f"create Lambda function {NAME}",
        f"reserve 5 concurrent executions for Lambda function {NAME}",
    ]
    assert made["wait_for"] == []
    found = described(aws)
    assert found is not None
    told = found["Configuration"]
    function = made["function"]
    assert (function["function_arn"], function["state"]) == (told["FunctionArn"], told["State"])
    assert (function["code_sha256"], function["code_size"]) == (told["CodeSha256"], told["CodeSize"])
    assert told["Architectures"] == ["arm64"]
    assert told["Environment"]["Variables"] == {"GREETING": "hello"}
    assert (found["Tags"], found["Concurrency"]) == ({"a": "1"}, {"ReservedConcurrentExecutions": 5})
    assert invoked(aws) == ["old", "hello"]


def test_second_run_changes_nothing_and_asks_once(modules: Modules, options: Any, monkeypatch: Any) -> None:
    made = modules("lambda_function", **options)
    calls: list[str] = []
    original = function_apply.api.function
    monkeypatch.setattr(function_apply.api, "configuration", lambda *_: calls.append("configuration"))
    monkeypatch.setattr(
        function_apply.api, "function", lambda client, name: [calls.append("function"), original(client, name)][1]
    )
    again = modules("lambda_function", **options)
    assert not again["changed"]
    assert again["actions"] == []
    assert again["diff"]["before"] == again["diff"]["after"] == made["diff"]["after"]
    assert again["function"] == made["function"]
    assert calls == ["function"]


def test_what_can_be_taken_off(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    given = {
        "dead_letter_target_arn": "arn:aws:sns:us-east-1:123456789012:dead",
        "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/1",
        "environment": {"GREETING": "hello"},
        "logging": {"format": "JSON", "application_level": "DEBUG"},
        "reserved_concurrent_executions": 0,
        "tags": {"a": "1", "b": "2"},
    }
    made = modules("lambda_function", **options, **given)
    assert made["function"]["reserved_concurrent_executions"] == 0
    assert not modules("lambda_function", **options, **given)["changed"]
    bare = {
        "dead_letter_target_arn": "",
        "kms_key_arn": "",
        "environment": {},
        "logging": {"format": "Text"},
        "reserved_concurrent_executions": -1,
        "tags": {"b": "2"},
    }
    changed = modules("lambda_function", name=NAME, **bare)
    assert len(changed["actions"]) == 3
    found = described(aws)
    assert found is not None
    assert "Concurrency" not in found
    assert found["Tags"] == {"b": "2"}
    assert "Environment" not in found["Configuration"]
    assert "DeadLetterConfig" not in found["Configuration"]
    assert found["Configuration"]["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{NAME}"}
    assert not modules("lambda_function", name=NAME, **bare)["changed"]


def test_network_and_layers(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    ec2, client = aws.client("ec2"), aws.client("lambda")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24")["Subnet"]["SubnetId"] for number in (1, 2)]
    group = ec2.create_security_group(VpcId=vpc, GroupName="f", Description="f")["GroupId"]
    layers = [
        client.publish_layer_version(LayerName=name, Content={"ZipFile": zipped("x")})["LayerVersionArn"]
        for name in ("b", "a")
    ]
    given = {"vpc": {"subnets": sorted(subnets), "security_groups": [group]}, "layers": layers}
    made = modules("lambda_function", **options, **given)
    assert made["function"]["layers"] == layers
    given["vpc"]["subnets"].reverse()
    assert not modules("lambda_function", **options, **given)["changed"]
    swapped = modules("lambda_function", name=NAME, layers=layers[::-1])
    assert swapped["actions"] == [f"update layers of Lambda function {NAME}"]
    left = modules("lambda_function", name=NAME, vpc={"subnets": [], "security_groups": []}, layers=[])
    assert left["function"]["vpc"] == {"subnets": [], "security_groups": []}
    found = described(aws)
    assert found is not None
    assert found["Configuration"]["VpcConfig"]["SubnetIds"] == []
    assert not modules("lambda_function", name=NAME, vpc={"subnets": [], "security_groups": []}, layers=[])["changed"]


def zipped(code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("handler.py", code)
    return buffer.getvalue()


@pytest.mark.usefixtures("slow")
def test_new_code_and_settings_run_together(aws: EmbeddedAws, modules: Modules, options: Any, source: Path) -> None:
    modules("lambda_function", **options)
    assert invoked(aws) == ["old", None]
    (source / "handler.py").write_text(NEW_CODE)
    changed = {**options, "environment": {"GREETING": "hello"}}
    predicted = modules.check("lambda_function", **changed)
    real = modules("lambda_function", **changed)
    assert predicted["diff"] == real["diff"]
    assert predicted["function"] == real["function"]
    assert real["function"]["last_update_status"] == "Successful"
    assert real["actions"] == [
        f"update environment of Lambda function {NAME}",
        f"update code of Lambda function {NAME}",
    ]
    assert sorted(real["diff"]["after"]["code"]) == ["bytes", "sha256"]
    assert invoked(aws) == ["new", "hello"]
    assert not modules("lambda_function", **changed)["changed"]


@pytest.mark.usefixtures("slow")
def test_without_wait_it_says_what_to_wait_for(modules: Modules, options: Any) -> None:
    quick = {**options, "wait": False}
    made = modules("lambda_function", **quick)
    assert made["function"]["state"] == "Pending"
    assert made["wait_for"] == [{"lambda_function": NAME}]
    # The function is still being created: the update waits its turn, but nobody waits for its end.
    updated = modules("lambda_function", **{**quick, "memory_size": 256})
    assert updated["function"]["last_update_status"] == "InProgress"
    assert updated["wait_for"] == [{"lambda_function": NAME}]
    waited = modules("lambda_function", **{**options, "memory_size": 256})
    assert not waited["changed"]
    assert (waited["function"]["last_update_status"], waited["wait_for"]) == ("Successful", [])


@pytest.mark.usefixtures("slow")
def test_a_wait_in_vain_tells_the_state(modules: Modules, options: Any) -> None:
    message = modules.failure("lambda_function", **{**options, "wait_timeout": 0})
    assert message == f"Waited 0 seconds for Lambda function {NAME} to become ready in vain; the last state is Pending."
    assert not modules("lambda_function", **options)["changed"]


def test_architecture_goes_with_the_code(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    modules("lambda_function", **options)
    assert "only together with its code" in modules.failure("lambda_function", name=NAME, architecture="x86_64")
    changed = modules("lambda_function", **options, architecture="x86_64")
    assert changed["actions"] == [f"update architecture of Lambda function {NAME}"]
    found = described(aws)
    assert found is not None
    assert found["Configuration"]["Architectures"] == ["x86_64"]
    # Left out, it stays as it is, also when the code changes.
    (Path(options["source"]) / "handler.py").write_text(NEW_CODE)
    modules("lambda_function", **options)
    found = described(aws)
    assert found is not None
    assert found["Configuration"]["Architectures"] == ["x86_64"]


def test_a_zip_file_is_uploaded_as_it_is(aws: EmbeddedAws, modules: Modules, options: Any, tmp_path: Path) -> None:
    content = zipped(CODE)
    (tmp_path / "code.zip").write_bytes(content)
    given = {
        **{key: value for key, value in options.items() if key != "source"},
        "zip_file": str(tmp_path / "code.zip"),
    }
    made = modules("lambda_function", **given)
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert (made["function"]["code_sha256"], made["function"]["code_size"]) == (digest, len(content))
    assert invoked(aws) == ["old", None]
    assert not modules("lambda_function", **given)["changed"]


def test_excluded_files_are_not_uploaded(modules: Modules, options: Any, source: Path) -> None:
    made = modules("lambda_function", **options)
    (source / "README.md").write_text("About")
    assert not modules("lambda_function", **options, exclude=["*.md"])["changed"]
    assert modules("lambda_function", **options)["function"]["code_size"] > made["function"]["code_size"]


def test_a_role_that_has_not_reached_lambda(modules: Modules, options: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    modules("iam_role", name=NAME, trust_policy=trust("ec2.amazonaws.com"))
    monkeypatch.setattr(function_apply, "PROPAGATION_SECONDS", 0.5)
    message = modules.failure("lambda_function", **options)
    assert message.startswith(f"Waited 0.5 seconds for Lambda to create Lambda function {NAME} in vain")
    assert "cannot be assumed by Lambda" in message
    original, refused = function_apply.api.create, []

    def create(client: Any, *arguments: Any) -> Any:
        # The role arrives after the first refusal.
        try:
            return original(client, *arguments)
        except Exception:
            refused.append(1)
            modules("iam_role", name=NAME, trust_policy=trust("lambda.amazonaws.com"))
            raise

    monkeypatch.setattr(function_apply, "PROPAGATION_SECONDS", 20)
    monkeypatch.setattr(function_apply.api, "create", create)
    assert modules("lambda_function", **options)["function"]["state"] == "Active"
    assert refused == [1]


def test_a_creation_that_was_interrupted_is_completed(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    modules("lambda_function", **options)
    completed = modules("lambda_function", **options, reserved_concurrent_executions=3)
    assert completed["actions"] == [f"reserve 3 concurrent executions for Lambda function {NAME}"]
    found = described(aws)
    assert found is not None
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 3}


def test_absent_deletes_once(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    modules("lambda_function", **options)
    predicted = modules.check("lambda_function", name=NAME, state="absent")
    assert described(aws) is not None
    deleted = modules("lambda_function", name=NAME, state="absent")
    assert deleted["diff"] == predicted["diff"]
    assert deleted["actions"] == predicted["actions"] == [f"delete Lambda function {NAME}"]
    assert described(aws) is None
    again = modules("lambda_function", name=NAME, state="absent")
    assert not again["changed"]
    assert again["diff"] == {"before": {}, "after": {}}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "x" * 65}, "must be 1 to 64 letters"),
        ({"memory_size": 127}, "memory_size is 127; it must be 128 to 10240 MiB"),
        ({"source": "/nowhere"}, "source /nowhere is no directory"),
        ({"handler": None, "source": None}, "give handler, source or zip_file"),
        ({"logging": {"system_level": "WARN"}}, "logging.system_level needs logging.format JSON"),
        ({"environment": {"1A": "x"}}, "cannot be an environment variable"),
        ({"zip_file": "/nowhere.zip"}, "mutually exclusive"),
    ],
)
def test_what_lambda_would_refuse_changes_nothing(
    aws: EmbeddedAws, modules: Modules, options: Any, check: bool, change: dict[str, Any], message: str
) -> None:
    given = {key: value for key, value in {**options, **change}.items() if value is not None}
    assert message in modules.failure("lambda_function", check=check, **given)
    assert described(aws) is None


def test_a_url_for_callers_that_iam_allows(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    given = {**options, "url": {"auth_type": "AWS_IAM"}}
    predicted = modules.check("lambda_function", **given)
    made = modules("lambda_function", **given)
    assert predicted["actions"] == made["actions"]
    assert made["actions"][-1] == f"create the URL of Lambda function {NAME}, for callers that IAM allows"
    assert predicted["diff"] == made["diff"]
    address = made["function"]["url"]["address"]
    assert address == aws.client("lambda").get_function_url_config(FunctionName=NAME)["FunctionUrl"]
    assert not modules("lambda_function", **given)["changed"]
    assert "url" not in modules("lambda_function", **options)["function"]


def test_a_url_for_everybody_and_back_and_gone(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    client = aws.client("lambda")
    modules("lambda_function", **options)
    public = {"name": NAME, "url": {"auth_type": "NONE", "cors": {"allow_origins": ["*"], "max_age": 60}}}
    made = modules("lambda_function", **public)
    statements = json.loads(client.get_policy(FunctionName=NAME)["Policy"])["Statement"]
    assert [statement["Condition"] for statement in statements] == [
        {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
    ]
    assert not modules("lambda_function", **public)["changed"]
    # As after a run that was killed between the URL and its statements.
    client.remove_permission(FunctionName=NAME, StatementId="FunctionURLInvokeAllowPublicAccess")
    assert modules("lambda_function", **public)["changed"]
    assert not modules("lambda_function", **public)["changed"]
    closed = {"name": NAME, "url": {"auth_type": "AWS_IAM", "cors": {}}}
    predicted = modules.check("lambda_function", **closed)
    changed = modules("lambda_function", **closed)
    assert predicted["diff"] == changed["diff"]
    assert changed["function"]["url"]["address"] == made["function"]["url"]["address"]
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName=NAME)
    assert "Cors" not in client.get_function_url_config(FunctionName=NAME)
    gone = {"name": NAME, "url": {"state": "absent"}}
    assert modules("lambda_function", **gone)["actions"] == [f"delete the URL of Lambda function {NAME}"]
    assert not modules("lambda_function", **gone)["changed"]


def test_a_url_that_lambda_would_refuse(modules: Modules, options: Any) -> None:
    told = modules.failure("lambda_function", **options, url={"cors": {"max_age": 90000}})
    assert told == "url.cors.max_age is 90000; it is 0 to 86400 seconds."
