# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._iam import api, identity

NAME = {"RoleName": "shop"}


@pytest.fixture
def client() -> Any:
    return boto3.client("iam", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def test_policy_names_reads_every_page(client: Any, stub: Stubber) -> None:
    stub.add_response("list_role_policies", {"PolicyNames": ["a"], "IsTruncated": True, "Marker": "m"}, NAME)
    stub.add_response("list_role_policies", {"PolicyNames": ["b"]}, {**NAME, "Marker": "m"})
    assert api.policy_names(client, "shop") == ["a", "b"]


def test_attached_arns_reads_every_page(client: Any, stub: Stubber) -> None:
    arns = [f"arn:aws:iam::aws:policy/{name}" for name in "ab"]
    pages = [{"AttachedPolicies": [{"PolicyName": "x", "PolicyArn": arn}]} for arn in arns]
    stub.add_response("list_attached_role_policies", {**pages[0], "IsTruncated": True, "Marker": "m"}, NAME)
    stub.add_response("list_attached_role_policies", pages[1], {**NAME, "Marker": "m"})
    assert api.attached_arns(client, "shop") == arns


def test_instance_profiles_reads_every_page(client: Any, stub: Stubber) -> None:
    pages = [{"InstanceProfiles": [_profile(name)]} for name in ("one", "two")]
    stub.add_response("list_instance_profiles_for_role", {**pages[0], "IsTruncated": True, "Marker": "m"}, NAME)
    stub.add_response("list_instance_profiles_for_role", pages[1], {**NAME, "Marker": "m"})
    assert api.instance_profiles(client, "shop") == ["one", "two"]


def test_policy_document_is_parsed(client: Any, stub: Stubber) -> None:
    answer = {**NAME, "PolicyName": "read", "PolicyDocument": json.dumps({"Statement": []})}
    stub.add_response("get_role_policy", answer, {**NAME, "PolicyName": "read"})
    assert api.policy_document(client, "shop", "read") == {"Statement": []}


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("get_role", lambda client: api.role(client, "shop")),
        ("list_role_policies", lambda client: api.policy_names(client, "shop")),
        ("list_attached_role_policies", lambda client: api.attached_arns(client, "shop")),
        ("list_instance_profiles_for_role", lambda client: api.instance_profiles(client, "shop")),
        ("get_role_policy", lambda client: api.policy_document(client, "shop", "read")),
        ("delete_role", lambda client: api.delete_role(client, "shop")),
        ("delete_role_policy", lambda client: api.delete_policy(client, "shop", "read")),
        ("detach_role_policy", lambda client: api.detach(client, "shop", "arn:aws:iam::aws:policy/x")),
        ("delete_role_permissions_boundary", lambda client: api.delete_boundary(client, "shop")),
        ("remove_role_from_instance_profile", lambda client: api.leave_instance_profile(client, "shop", "p")),
    ],
)
def test_what_is_missing_is_none(client: Any, stub: Stubber, operation: str, call: Any) -> None:
    stub.add_client_error(operation, "NoSuchEntity")
    assert call(client) is None


def test_both_updatable_settings_are_always_sent(client: Any, stub: Stubber) -> None:
    stub.add_response("update_role", {}, {**NAME, "Description": "", "MaxSessionDuration": 7200})
    api.update_role(client, "shop", "", 7200)


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("put_role_policy", "MalformedPolicyDocument", "Syntax errors in policy.")
    with pytest.raises(AnsibleAWSError, match="Failed to put inline policy read into role shop: .*Syntax errors"):
        api.put_policy(client, "shop", "read", "{}")


def test_caller_knows_partition_and_account() -> None:
    sts = boto3.client("sts", region_name="us-gov-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    arn = "arn:aws-us-gov:iam::123456789012:user/deployer"
    with Stubber(sts) as stubber:
        stubber.add_response("get_caller_identity", {"Account": "123456789012", "UserId": "x", "Arn": arn})
        assert identity.caller(sts) == identity.Caller("aws-us-gov", "123456789012")


def _profile(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::123456789012:instance-profile/{name}"
    return {
        "Path": "/",
        "InstanceProfileName": name,
        "InstanceProfileId": "AIPAEXAMPLE12345",
        "Arn": arn,
        "CreateDate": "2026-01-01T00:00:00Z",
        "Roles": [],
    }
