# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""IAM and STS: moto's faults that are mended in control/iam.py, and what the embedded AWS does instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.parsers import ResponseParserError

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

Client = Callable[[str], Any]
MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def attach_managed(iam: Any, name: str) -> None:
    """A role with an AWS managed policy."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName=name, PolicyArn=MANAGED)


def moto_managed_policy(client: Client) -> Any:
    attach_managed(client("iam"), "managed")
    return "attached"


def moto_root(client: Client) -> Any:
    return client("sts").get_caller_identity()["Arn"]


def moto_simulation(client: Client) -> Any:
    try:
        return simulate(client("iam"), "simulated")
    except ResponseParserError:  # moto's server answers what it lacks with a page of HTML.
        return "no answer"


def simulate(iam: Any, name: str) -> dict[str, str]:
    """Make a role that may do two things, one of them under a condition; return what each of three actions gets."""
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": []}))["Role"]["Arn"]
    condition = {"StringEquals": {"iam:PassedToService": "states.amazonaws.com"}}
    statements = [
        {"Effect": "Allow", "Action": "ecs:Create*", "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:*:role/x*", "Condition": condition},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=name, PolicyName="some", PolicyDocument=document)
    passed = {
        "ContextKeyName": "iam:PassedToService",
        "ContextKeyType": "string",
        "ContextKeyValues": ["states.amazonaws.com"],
    }
    answer = iam.simulate_principal_policy(
        PolicySourceArn=role,
        ActionNames=["ecs:CreateCluster", "ecs:DeleteCluster", "iam:PassRole"],
        ResourceArns=["arn:aws:iam::123456789012:role/x1"],
        ContextEntries=[passed],
    )
    return {one["EvalActionName"]: one["EvalDecision"] for one in answer["EvaluationResults"]}


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_iam")


@pytest.mark.parametrize(
    ("name", "fault", "patch"),
    [
        ("moto_managed_policy", {"error": "NoSuchEntity", "status": 404}, "iam.managed_policies_exist"),
        ("moto_simulation", {"value": "no answer"}, "iam.policies_can_be_simulated"),
        ("moto_root", {"value": "arn:aws:sts::123456789012:user/moto"}, "iam.root_is_root"),
    ],
)
def test_moto_still_needs(unpatched: dict[str, Any], name: str, fault: Any, patch: str) -> None:
    needed(unpatched[name], fault, patch)


def test_managed_policies_can_be_attached_and_read(aws: RunningAws) -> None:
    iam = aws.client("iam")
    attach_managed(iam, "with-managed-policy")
    attached = iam.list_attached_role_policies(RoleName="with-managed-policy")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [MANAGED]
    version = iam.get_policy(PolicyArn=MANAGED)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=MANAGED, VersionId=version)["PolicyVersion"]["Document"]
    assert "ecr:GetAuthorizationToken" in document["Statement"][0]["Action"]


def test_the_root_user(aws: RunningAws) -> None:
    assert aws.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:root"


def test_policies_can_be_simulated(aws: RunningAws) -> None:
    iam = aws.client("iam")
    expected = {"ecs:CreateCluster": "allowed", "ecs:DeleteCluster": "implicitDeny", "iam:PassRole": "allowed"}
    assert simulate(iam, "simulated") == expected
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::123456789012:role/nobody", ActionNames=["ecs:CreateCluster"]
        )
