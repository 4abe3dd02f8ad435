# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._iam import policy
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError


def document(**statement: Any) -> dict[str, Any]:
    base = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [{**base, **statement}]}


def trust(principal: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return {"Version": "2012-10-17", "Statement": [statement]}


SAME = [
    pytest.param(document(Action="s3:GetObject"), document(Action=["s3:GetObject"]), id="string or list of one"),
    pytest.param(document(Action=["a:B", "a:C"]), document(Action=["a:C", "a:B", "a:B"]), id="order and doubles"),
    pytest.param(document(Action="S3:getobject"), document(), id="case of actions"),
    pytest.param(document(Resource=["x", "y"]), document(Resource=["y", "x"]), id="order of resources"),
    pytest.param({**document(), "Statement": document()["Statement"][0]}, document(), id="statement not in a list"),
    pytest.param(document(Sid=""), document(), id="empty Sid"),
    pytest.param(document(Condition={}), document(), id="empty condition"),
    pytest.param(
        document(Condition={"Bool": {"aws:SecureTransport": True}}),
        document(Condition={"Bool": {"aws:securetransport": ["true"]}}),
        id="boolean, and case of a condition key",
    ),
    pytest.param(
        document(Condition={"NumericLessThan": {"s3:max-keys": 10}}),
        document(Condition={"NumericLessThan": {"s3:max-keys": "10"}}),
        id="number in a condition",
    ),
    pytest.param(trust("*"), trust({"AWS": ["*"]}), id="everybody"),
    pytest.param(trust({"AWS": "123456789012"}), trust({"AWS": "arn:aws:iam::123456789012:root"}), id="account"),
    pytest.param(trust({"AWS": "123456789012"}), trust({"AWS": "arn:aws-cn:iam::123456789012:root"}), id="partition"),
    pytest.param(
        {"Statement": document()["Statement"]}, {**document(), "Version": "2008-10-17"}, id="version left out"
    ),
]
DIFFERENT = [
    pytest.param(document(), document(Effect="Deny"), id="effect"),
    pytest.param(document(), document(Action="s3:PutObject"), id="action"),
    pytest.param(document(Resource="arn:aws:s3:::A"), document(Resource="arn:aws:s3:::a"), id="case of a resource"),
    pytest.param(document(), {"Statement": document()["Statement"]}, id="version left out is the old one"),
    pytest.param(document(), document(Condition={"Bool": {"aws:SecureTransport": "true"}}), id="condition"),
    pytest.param(document(), document(Sid="Read"), id="Sid"),
    pytest.param(trust({"Service": "lambda.amazonaws.com"}), trust({"AWS": "lambda.amazonaws.com"}), id="kind"),
    pytest.param(
        document(Condition={"StringEquals": {"aws:PrincipalTag/a": "X"}}),
        document(Condition={"StringEquals": {"aws:PrincipalTag/a": "x"}}),
        id="case of a condition value",
    ),
    pytest.param(
        document(),
        {**document(), "Statement": document()["Statement"] + document(Effect="Deny")["Statement"]},
        id="more",
    ),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_same(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert policy.same(left, right)
    assert policy.same(right, left)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert not policy.same(left, right)
    assert not policy.same(right, left)


def test_the_order_of_statements_means_nothing() -> None:
    one, other = document()["Statement"][0], document(Effect="Deny")["Statement"][0]
    assert policy.same({"Statement": [one, other]}, {"Statement": [other, one]})


def test_readable_keeps_the_case_of_actions() -> None:
    assert policy.readable(document())["Statement"][0]["Action"] == ["s3:GetObject"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("{", "Policy x is no valid JSON"),
        ("[]", "Policy x must be a policy document"),
        ({"Version": "2012-10-17"}, "Policy x must be a policy document"),
        ({"Statement": ["Allow"]}, "Policy x: every Statement must be a mapping"),
        ({"Statement": {"Condition": ["a"]}}, "Policy x: a Condition must map"),
        ({"Statement": {"Condition": {"Bool": "a"}}}, "Policy x: a Condition must map"),
        ({"Statement": {"Sid": "read-all"}}, "Policy x: the Sid 'read-all' has other characters"),
        ({"Statement": [{"Sid": "A"}, {}, {}, {"Sid": "A"}]}, "Policy x: the Sid A is there twice"),
    ],
)
def test_parse_refuses(given: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        policy.parse(given, "Policy x")


def test_parse_takes_text_and_mappings() -> None:
    assert policy.parse(json.dumps(document()), "x") == policy.parse(document(), "x") == document()


def test_text_has_no_white_space_to_count() -> None:
    assert policy.text({"Statement": [{"Effect": "Allow"}]}) == '{"Statement":[{"Effect":"Allow"}]}'
