# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Policy evaluation, by table: explicit deny before allow, wildcards, negated elements, conditions, trust."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws import policy

INVOKE = "execute-api:Invoke"
ROUTE = "arn:aws:execute-api:us-east-1:123456789012:abc/$default/POST/service1/process"


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": INVOKE, "Resource": "*", **elements}


def without(name: str, **elements: Any) -> dict[str, Any]:
    return {key: value for key, value in statement(**elements).items() if key != name}


CASES: list[tuple[list[dict[str, Any]], bool]] = [
    ([], False),
    ([statement()], True),
    ([statement(Action="execute-api:*")], True),
    ([statement(Action=["s3:GetObject", "EXECUTE-API:invoke"])], True),
    ([statement(Action="*")], True),
    ([statement(Action="execute-api:Invalidate*")], False),
    ([statement(Resource="arn:aws:execute-api:*:123456789012:abc/*/POST/service1/*")], True),
    ([statement(Resource="arn:aws:execute-api:us-east-1:123456789012:abc/$default/POST/service2/process")], False),
    ([statement(Resource=ROUTE.upper())], False),
    ([statement(Resource="arn:aws:execute-api:us-east-?:*")], True),
    ([statement(Resource="arn:aws:execute-api:us-east-[0-9]:*")], False),
    ([statement(), statement("Deny", Resource="*/POST/*")], False),
    ([statement("Deny", Action="s3:*"), statement()], True),
    ([without("Action", NotAction="s3:*")], True),
    ([without("Action", NotAction="execute-api:*")], False),
    ([without("Resource", NotResource="*/GET/*")], True),
    ([without("Resource", NotResource="*/POST/*")], False),
    ([statement("Deny"), statement()], False),
]


@pytest.mark.parametrize(("statements", "expected"), CASES)
def test_actions_and_resources(statements: list[dict[str, Any]], expected: bool) -> None:
    together = [{"Version": "2012-10-17", "Statement": statements}]
    apart = [{"Version": "2012-10-17", "Statement": each} for each in statements]
    assert policy.allows(together, INVOKE, ROUTE, {}) is expected
    assert policy.allows(apart, INVOKE, ROUTE, {}) is expected


@pytest.mark.parametrize(
    ("condition", "allowed", "denied"),
    [
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, True, True),
        ({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}, True, True),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, False, False),
        ({"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}, True, True),
        ({"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}, False, False),
        ({"StringLike": {"aws:RequestedRegion": "us-*"}}, True, True),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, False, False),
        ({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, True, True),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, True, True),
        ({"Null": {"aws:SourceVpc": "true"}}, True, True),
        ({"Null": {"aws:RequestedRegion": "true"}}, False, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False, False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app-*"}}, True, True),
        ({"StringLike": {"aws:RequestedRegion": "us-*"}, "Null": {"aws:RequestedRegion": "true"}}, False, False),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["site", "x"]}}, True, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["x"]}}, False, False),
        ({"ForAnyValue:StringEquals": {"aws:CalledVia": ["x"]}}, False, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["site", "x"]}}, False, False),
        ({"ForAllValues:StringLike": {"aws:TagKeys": ["s*", "t*"]}}, True, True),
        ({"ForAllValues:StringEquals": {"aws:CalledVia": ["x"]}}, True, True),
        ({"NumericLessThanEquals": {"aws:MultiFactorAuthAge": "300"}}, True, True),
        ({"NumericGreaterThan": {"aws:MultiFactorAuthAge": 300}}, False, False),
        ({"NumericNotEquals": {"aws:MultiFactorAuthAge": 299}}, True, True),
        ({"NumericEquals": {"aws:RequestedRegion": "1"}}, False, False),
        # Not known here: never widens access.
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False, True),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "StringLike": {"aws:RequestedRegion": "eu-*"}}, False, False),
    ],
)
def test_conditions(condition: dict[str, Any], allowed: bool, denied: bool) -> None:
    context: dict[str, str | list[str]] = {
        "aws:requestedregion": "us-east-1",
        "aws:principalarn": "arn:aws:iam::123456789012:role/app-workflow",
        "aws:securetransport": "false",
        "aws:sourceip": "10.0.0.1",
        "aws:tagkeys": ["site", "team"],
        "aws:multifactorauthage": "300",
    }
    allow = [{"Statement": [statement(Condition=condition)]}]
    assert policy.allows(allow, INVOKE, ROUTE, context) is allowed
    deny = [{"Statement": [statement(), statement("Deny", Condition=condition)]}]
    assert policy.allows(deny, INVOKE, ROUTE, context) is not denied


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}], True),
        (
            [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": ["a.amazonaws.com", "lambda.amazonaws.com"]},
                    "Action": "sts:*",
                }
            ],
            True,
        ),
        ([{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}], False),
        ([{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}], False),
        ([{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}], True),
        ([{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:TagSession"}], False),
        (
            [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
                {"Effect": "Deny", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
            ],
            False,
        ),
        ([], False),
    ],
)
def test_trust(statements: list[dict[str, Any]], expected: bool) -> None:
    assert policy.trusts_service({"Statement": statements}, "lambda.amazonaws.com") is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [(f"{ROUTE}:machine", False), ("arn:aws:states:us-east-1:123456789012:stateMachine:a", True), (None, True)],
)
def test_the_conditions_of_a_trust_policy_hold_for_the_source(source: str | None, expected: bool) -> None:
    condition = {
        "ArnLike": {"aws:SourceArn": "arn:aws:states:*:123456789012:stateMachine:a"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }
    principal = {"Service": "states.amazonaws.com"}
    one = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
    context = None if source is None else {"aws:sourcearn": source, "aws:sourceaccount": "123456789012"}
    assert policy.trusts_service({"Statement": [one]}, "states.amazonaws.com", context) is expected
    foreign = None if context is None else {**context, "aws:sourceaccount": "999999999999"}
    assert policy.trusts_service({"Statement": [one]}, "states.amazonaws.com", foreign) is (source is None)
