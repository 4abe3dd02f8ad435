# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "iam-role-test"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


OPTIONS: dict[str, Any] = {"name": NAME, "trust_policy": TRUST, "policies": {"read": allow("s3:GetObject")}}


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws, modules: Modules) -> Iterator[None]:
    yield
    modules("iam_role", name=NAME, state="absent")


@pytest.fixture
def managed(aws: EmbeddedAws) -> Iterator[list[str]]:
    """Two managed policies of the account."""
    iam = aws.client("iam")
    arns = [
        iam.create_policy(PolicyName=f"{NAME}-{number}", PolicyDocument=json.dumps(allow("s3:ListBucket")))["Policy"][
            "Arn"
        ]
        for number in (1, 2)
    ]
    yield arns
    for role in iam.list_roles()["Roles"]:
        for policy in iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]:
            if policy["PolicyArn"] in arns:
                iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=policy["PolicyArn"])
    for arn in arns:
        iam.delete_policy(PolicyArn=arn)


def described(aws: EmbeddedAws) -> dict[str, Any] | None:
    iam = aws.client("iam")
    try:
        return iam.get_role(RoleName=NAME)["Role"]
    except iam.exceptions.NoSuchEntityException:
        return None


def inline(aws: EmbeddedAws) -> dict[str, Any]:
    iam = aws.client("iam")
    pages = iam.get_paginator("list_role_policies").paginate(RoleName=NAME)
    names = [name for page in pages for name in page["PolicyNames"]]
    return {name: iam.get_role_policy(RoleName=NAME, PolicyName=name)["PolicyDocument"] for name in names}


def attached(aws: EmbeddedAws) -> list[str]:
    policies = aws.client("iam").list_attached_role_policies(RoleName=NAME)["AttachedPolicies"]
    return sorted(policy["PolicyArn"] for policy in policies)


def test_check_mode_predicts_the_arn_and_makes_nothing(aws: EmbeddedAws, modules: Modules) -> None:
    options = {**OPTIONS, "path": "/shop/", "description": "Reads", "max_session_duration": 7200, "tags": {"a": "1"}}
    predicted = modules.check("iam_role", **options)
    assert described(aws) is None
    made = modules("iam_role", **options)
    assert predicted["changed"]
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"]
    assert made["actions"] == [f"create role {NAME}", f"add inline policy read of role {NAME}"]
    role = described(aws)
    assert role is not None
    assert predicted["iam_role"]["arn"] == made["iam_role"]["arn"] == role["Arn"]
    assert {**predicted["iam_role"], "role_id": role["RoleId"]} == made["iam_role"]
    assert (role["Path"], role["Description"], role["MaxSessionDuration"]) == ("/shop/", "Reads", 7200)
    assert role["Tags"] == [{"Key": "a", "Value": "1"}]
    assert role["AssumeRolePolicyDocument"] == TRUST
    assert inline(aws) == OPTIONS["policies"]


def test_second_run_changes_nothing_however_the_policies_are_written(modules: Modules) -> None:
    modules("iam_role", **OPTIONS)
    statement = {"Action": ["S3:GetObject"], "Resource": ["*"], "Effect": "Allow"}
    again = modules(
        "iam_role",
        name=NAME,
        trust_policy=json.dumps(TRUST, indent=2),
        policies={"read": json.dumps({"Statement": statement, "Version": "2012-10-17"})},
    )
    assert not again["changed"]
    assert again["actions"] == []
    assert again["diff"]["before"] == again["diff"]["after"]


def test_an_update_keeps_what_was_left_out(aws: EmbeddedAws, modules: Modules, managed: list[str]) -> None:
    modules(
        "iam_role", **OPTIONS, description="Old", max_session_duration=7200, managed_policies=managed, tags={"a": "1"}
    )
    modules("iam_role", name=NAME, description="New")
    role = described(aws)
    assert role is not None
    assert (role["Description"], role["MaxSessionDuration"]) == ("New", 7200)
    assert role["Tags"] == [{"Key": "a", "Value": "1"}]
    assert attached(aws) == managed
    assert list(inline(aws)) == ["read"]


def test_managed_policies(aws: EmbeddedAws, modules: Modules, managed: list[str]) -> None:
    first, second = managed
    made = modules("iam_role", **OPTIONS, managed_policies=[first])
    assert made["actions"][-1] == f"attach {first} to role {NAME}"
    kept = modules("iam_role", **OPTIONS, managed_policies=[second], purge_managed_policies=False)
    assert attached(aws) == kept["iam_role"]["managed_policies"] == managed
    purged = modules("iam_role", **OPTIONS, managed_policies=[second])
    assert purged["actions"] == [f"detach {first} from role {NAME}"]
    assert attached(aws) == [second]


def test_inline_policies_are_kept_without_purge(aws: EmbeddedAws, modules: Modules) -> None:
    modules("iam_role", **OPTIONS)
    more = {"name": NAME, "policies": {"write": allow("s3:PutObject")}, "purge_policies": False}
    modules("iam_role", **more)
    assert sorted(inline(aws)) == ["read", "write"]
    assert not modules("iam_role", **more)["changed"]


def test_permissions_boundary(aws: EmbeddedAws, modules: Modules, managed: list[str]) -> None:
    modules("iam_role", **OPTIONS, permissions_boundary=managed[0])
    role = described(aws)
    assert role is not None
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == managed[0]
    assert not modules("iam_role", **OPTIONS)["changed"]
    changed = modules("iam_role", **OPTIONS, permissions_boundary=managed[1])
    assert changed["actions"] == [f"set permissions boundary of role {NAME}"]
    removed = modules("iam_role", **OPTIONS, permissions_boundary="")
    assert removed["actions"] == [f"remove permissions boundary of role {NAME}"]
    role = described(aws)
    assert role is not None
    assert "PermissionsBoundary" not in role


def test_a_role_that_was_left_half_made_is_completed(aws: EmbeddedAws, modules: Modules) -> None:
    aws.client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST))
    completed = modules("iam_role", **OPTIONS)
    assert completed["actions"] == [f"add inline policy read of role {NAME}"]
    assert inline(aws) == OPTIONS["policies"]


def test_absent_takes_everything_off_and_says_so_once(aws: EmbeddedAws, modules: Modules, managed: list[str]) -> None:
    modules("iam_role", **OPTIONS, managed_policies=managed, permissions_boundary=managed[0])
    iam = aws.client("iam")
    iam.create_instance_profile(InstanceProfileName=NAME)
    iam.add_role_to_instance_profile(InstanceProfileName=NAME, RoleName=NAME)
    predicted = modules.check("iam_role", name=NAME, state="absent")
    assert described(aws) is not None
    deleted = modules("iam_role", name=NAME, state="absent")
    assert deleted["actions"] == predicted["actions"]
    assert deleted["diff"] == predicted["diff"]
    assert deleted["actions"] == [f"remove role {NAME} from instance profile {NAME}", f"delete role {NAME}"]
    assert described(aws) is None
    assert not modules("iam_role", name=NAME, state="absent")["changed"]
    iam.delete_instance_profile(InstanceProfileName=NAME)


def test_more_policies_than_fit_on_one_page(aws: EmbeddedAws, modules: Modules) -> None:
    policies = {f"p{number:03}": allow("s3:Get*") for number in range(105)}
    options = {**OPTIONS, "policies": policies}
    modules("iam_role", **options)
    assert len(inline(aws)) == len(policies)
    assert not modules("iam_role", **options)["changed"]
    modules("iam_role", **OPTIONS, state="absent")
    assert described(aws) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"path": "/other/"}, "cannot change"),
        ({"policies": {"big": allow("s3:GetObject", "x" * 10300)}}, "IAM allows 10240"),
        ({"trust_policy": {"Statement": [{**TRUST["Statement"][0], "Sid": "x" * 2100}]}}, "account's quota is 2048"),
        ({"policies": {"bad": "{"}}, "no valid JSON"),
    ],
)
def test_what_iam_would_refuse_changes_nothing(
    aws: EmbeddedAws, modules: Modules, change: dict[str, Any], message: str
) -> None:
    modules("iam_role", **OPTIONS)
    for check in (True, False):
        assert message in modules.failure("iam_role", check=check, **{**OPTIONS, "description": "New", **change})
    role = described(aws)
    assert role is not None
    assert not role.get("Description")
    assert inline(aws) == OPTIONS["policies"]
