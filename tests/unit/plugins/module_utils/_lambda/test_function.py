# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import function
from ansible_collections.orchestra.aws.plugins.module_utils._lambda.package import Package

ROLE = "arn:aws:iam::123456789012:role/shop"
PACKAGE = Package(b"zip", "digest")
BARE: dict[str, Any] = {
    "FunctionName": "shop",
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:shop",
    "CodeSha256": "digest",
    "CodeSize": 3,
    "Role": ROLE,
    "Handler": "handler.handler",
    "Runtime": "python3.13",
    "Architectures": ["arm64"],
    "MemorySize": 128,
    "Timeout": 3,
}
CREATION = {"role_arn": ROLE, "handler": "handler.handler", "runtime": "python3.13"}


def params(**given: Any) -> dict[str, Any]:
    left_out = dict.fromkeys((*function.CONFIGURED, "architecture", "reserved_concurrent_executions", "tags"))
    return {"name": "shop", "purge_tags": True, **left_out, **given}


def found(more: dict[str, Any] | None = None, **told: Any) -> dict[str, Any]:
    return {"Configuration": {**BARE, **told}, **(more or {})}


def test_a_new_function_compares_equal_once_it_is_described() -> None:
    """What Lambda leaves out of its answer is what the module takes for the default, in both directions."""
    assert function.desired(params(**CREATION), {}, PACKAGE) == function.settings(found())
    assert function.settings(None) == {}


@pytest.mark.parametrize(
    ("told", "setting", "expected"),
    [
        ({"VpcConfig": {"SubnetIds": ["b", "a"], "SecurityGroupIds": [], "VpcId": ""}}, "vpc", ["a", "b"]),
        ({"LoggingConfig": {"LogFormat": "Text", "LogGroup": "/g"}}, "logging", {"group": "/g", "format": "Text"}),
        ({"Layers": [{"Arn": "2", "CodeSize": 1}, {"Arn": "1", "CodeSize": 1}]}, "layers", ["2", "1"]),
        ({"Environment": {"Variables": {"B": "2", "A": "1"}}}, "environment", {"A": "1", "B": "2"}),
        ({"DeadLetterConfig": {"TargetArn": "t"}}, "dead_letter_target_arn", "t"),
        ({"Architectures": None}, "architecture", "x86_64"),
    ],
)
def test_settings(told: dict[str, Any], setting: str, expected: Any) -> None:
    read = function.settings(found(**told))[setting]
    assert (read["subnets"] if setting == "vpc" else read) == expected


@pytest.mark.parametrize(("reserved", "expected"), [(None, -1), (0, 0), (7, 7)])
def test_reserved_concurrency(reserved: int | None, expected: int) -> None:
    more = {} if reserved is None else {"Concurrency": {"ReservedConcurrentExecutions": reserved}}
    assert function.settings(found(more))["reserved_concurrent_executions"] == expected


JSON = {"LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "WARN", "SystemLogLevel": "INFO"}}


@pytest.mark.parametrize(
    ("told", "given", "expected"),
    [
        ({}, {"format": "JSON"}, ("JSON", "INFO", "INFO")),
        (JSON, {"system_level": "DEBUG"}, ("JSON", "WARN", "DEBUG")),
        (JSON, {"format": "Text"}, ("Text", None, None)),
        (JSON, {"group": "/g"}, ("JSON", "WARN", "INFO")),
        (JSON, None, ("JSON", "WARN", "INFO")),
    ],
)
def test_logging_is_merged(told: dict[str, Any], given: dict[str, str] | None, expected: tuple[Any, ...]) -> None:
    before = function.settings(found(**told))
    logging = function.desired(params(logging=given), before, None)["logging"]
    assert (logging["format"], logging.get("application_level"), logging.get("system_level")) == expected
    assert logging["group"] == (given or {}).get("group", "/aws/lambda/shop")


@pytest.mark.parametrize("given", [{"system_level": "INFO"}, {"format": "Text", "application_level": "INFO"}])
def test_plain_text_has_no_levels(given: dict[str, str]) -> None:
    with pytest.raises(InputError, match="needs logging.format JSON"):
        function.desired(params(logging=given), function.settings(found()), None)


CHECKS: list[tuple[dict[str, Any], dict[str, Any] | None, Package | None, str]] = [
    ({}, None, PACKAGE, "give role_arn, handler, runtime"),
    (CREATION, None, None, "give source or zip_file"),
    ({}, found(PackageType="Image"), None, "container image"),
    ({"architecture": "x86_64"}, found(), None, "only together with its code"),
    (
        {"environment": {}},
        found(Environment={"Error": {"Message": "no key"}}),
        None,
        "not tell the environment.*no key",
    ),
    ({"tags": {}}, found({"TagsError": {"ErrorCode": "x", "Message": "denied"}}), None, "not tell the tags.*denied"),
]


@pytest.mark.parametrize(("given", "there", "package", "message"), CHECKS)
def test_what_does_not_fit(given: dict[str, Any], there: Any, package: Package | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        function.check(params(**given), there, package)


@pytest.mark.parametrize(
    ("given", "there", "package"),
    [
        (CREATION, None, PACKAGE),
        ({"architecture": "arm64"}, found(), None),
        ({"architecture": "x86_64"}, found(), PACKAGE),
        ({}, found({"TagsError": {"Message": "denied"}}, Environment={"Error": {"Message": "no key"}}), None),
    ],
)
def test_what_fits(given: dict[str, Any], there: Any, package: Package | None) -> None:
    function.check(params(**given), there, package)


def steps(given: dict[str, Any], package: Package | None = None, failed: bool = False) -> list[tuple[str, str]]:
    before = function.settings(found({"Tags": {"a": "1"}}))
    planned = function.plan(before, function.desired(params(**given), before, package), failed)
    return [(step.kind, step.sentence.replace(" Lambda function shop", "")) for step in planned]


@pytest.mark.parametrize(
    ("given", "package", "failed", "expected"),
    [
        ({}, PACKAGE, False, []),
        ({"timeout": 9, "memory_size": 256}, None, False, [("configure", "update memory_size and timeout of")]),
        (
            {"timeout": 9, "reserved_concurrent_executions": 2, "tags": {}},
            Package(b"new", "other"),
            False,
            [
                ("configure", "update timeout of"),
                ("code", "update code of"),
                ("concurrency", "reserve 2 concurrent executions for"),
                ("tags", "update tags of"),
            ],
        ),
        ({"architecture": "x86_64"}, PACKAGE, False, [("code", "update architecture of")]),
        ({"architecture": "x86_64"}, Package(b"", "o"), False, [("code", "update code and architecture of")]),
        ({}, None, True, [("configure", "repeat the failed update of")]),
        ({"timeout": 9}, None, True, [("configure", "update timeout of")]),
        ({"tags": {}}, None, True, [("configure", "repeat the failed update of"), ("tags", "update tags of")]),
    ],
)
def test_plan(given: dict[str, Any], package: Package | None, failed: bool, expected: list[Any]) -> None:
    assert steps(given, package, failed) == expected


def test_a_creation_sends_no_defaults() -> None:
    after = function.desired(params(**CREATION), {}, PACKAGE)
    assert function.creation(after, b"zip") == {
        "PackageType": "Zip",
        "Code": {"ZipFile": b"zip"},
        "Architectures": ["arm64"],
        "Role": ROLE,
        "Handler": "handler.handler",
        "Runtime": "python3.13",
    }
    more = {"logging": {"group": "/g"}, "tags": {"a": 1}, "vpc": {"subnets": ["b", "a"], "security_groups": ["s"]}}
    sent = function.creation(function.desired(params(**CREATION, **more), {}, PACKAGE), b"zip")
    assert sent["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/g"}
    assert sent["VpcConfig"] == {"SubnetIds": ["a", "b"], "SecurityGroupIds": ["s"]}
    assert sent["Tags"] == {"a": "1"}
