# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._iam import role_apply
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError


@pytest.fixture
def client() -> Any:
    return boto3.client("iam", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("NoSuchEntity", "The role with name shop cannot be found.", True),
        ("NoSuchEntity", "Policy arn:aws:iam::aws:policy/x does not exist or is not attachable.", False),
        ("MalformedPolicyDocument", 'Invalid principal in policy: "AWS":"arn:..."', True),
        ("MalformedPolicyDocument", "Syntax errors in policy.", False),
        ("ConcurrentModification", "Please retry.", True),
        ("EntityTemporarilyUnmodifiable", "Please wait.", True),
        ("DeleteConflict", "Cannot delete entity, must detach all policies first.", True),
        ("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10", False),
        ("AccessDenied", "no", False),
    ],
)
def test_which_refusals_pass(code: str, message: str, expected: bool) -> None:
    assert role_apply.passing(code, message) is expected


LONG = {"Statement": {"Sid": "x" * 3000}}


@pytest.mark.parametrize("quota", [2048, 3000])
def test_a_trust_policy_over_the_quota_of_the_account_is_refused(client: Any, stub: Stubber, quota: int) -> None:
    stub.add_response("get_account_summary", {"SummaryMap": {"AssumeRolePolicySizeQuota": quota}})
    with pytest.raises(InputError, match=rf"has 30\d\d characters, but the account's quota is {quota}"):
        role_apply._check_trust_length(client, "shop", LONG)


def test_a_raised_quota_is_respected(client: Any, stub: Stubber) -> None:
    stub.add_response("get_account_summary", {"SummaryMap": {"AssumeRolePolicySizeQuota": 4096}})
    role_apply._check_trust_length(client, "shop", LONG)


def test_without_the_right_to_read_quotas_the_default_holds(client: Any, stub: Stubber) -> None:
    stub.add_client_error("get_account_summary", "AccessDenied")
    with pytest.raises(InputError, match="quota is 2048"):
        role_apply._check_trust_length(client, "shop", LONG)


def test_a_short_trust_policy_costs_no_call(client: Any, stub: Stubber) -> None:
    role_apply._check_trust_length(client, "shop", {"Statement": {"Sid": "short"}})
