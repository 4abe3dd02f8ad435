# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._iam import role
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

TRUST = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs.amazonaws.com"}}}
ALLOW = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
DENY = {"Statement": {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}}
ARN = "arn:aws:iam::aws:policy/"


def options(**given: Any) -> dict[str, Any]:
    defaults = {
        "state": "present",
        "name": "shop",
        "path": None,
        "description": None,
        "trust_policy": TRUST,
        "policies": None,
        "purge_policies": True,
        "managed_policies": None,
        "purge_managed_policies": True,
        "permissions_boundary": None,
        "max_session_duration": None,
        "tags": None,
        "purge_tags": True,
    }
    return {**defaults, **given}


def existing(**changes: Any) -> dict[str, Any]:
    described = {
        "RoleName": "shop",
        "Path": "/",
        "Description": "Old",
        "AssumeRolePolicyDocument": TRUST,
        "MaxSessionDuration": 7200,
        "PermissionsBoundary": {"PermissionsBoundaryArn": f"{ARN}b"},
        "Tags": [{"Key": "a", "Value": "1"}],
    }
    return role.settings({**described, **changes}, {"read": ALLOW}, [f"{ARN}m"])


def desired(before: dict[str, Any], **given: Any) -> dict[str, Any]:
    params = options(**given)
    return role.desired(params, role.documents(params), before)


def kinds(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step.kind, step.subject) for step in role.plan(before, after)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "a b"}, "name is 'a b'"),
        ({"name": "a" * 65}, "65 characters"),
        ({"name": "rôle"}, "name is"),
        ({"policies": {"a/b": ALLOW}}, "the name of an inline policy is 'a/b'"),
        ({"path": "shop"}, "path shop must begin and end with /"),
        ({"path": "/shop"}, "must begin and end with /"),
        ({"description": "x" * 1001}, "more than 1000"),
        ({"max_session_duration": 3599}, "3600 to 43200"),
        ({"max_session_duration": 43201}, "3600 to 43200"),
        ({"managed_policies": ["ReadOnlyAccess"]}, "not the ARN"),
        ({"permissions_boundary": "Bound"}, "not the ARN"),
    ],
)
def test_validate_refuses(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        role.validate(options(**given))


@pytest.mark.parametrize(
    "given",
    [
        {"name": "A_b+=,.@-9"},
        {"name": "a" * 64, "path": "/x/y/"},
        {"permissions_boundary": ""},
        {"managed_policies": [unknown(), f"{ARN}m"]},
    ],
)
def test_validate_accepts(given: dict[str, Any]) -> None:
    role.validate(options(**given))


def test_options_left_out_change_nothing() -> None:
    before = existing()
    after = desired(before, trust_policy=None)
    assert after == before
    assert role.plan(before, after) == []


def test_the_same_meaning_is_no_change() -> None:
    before = existing()
    allow = {"Statement": [{"Effect": "Allow", "Action": ["S3:GETOBJECT"], "Resource": ["*"]}]}
    assert desired(before, policies={"read": allow}) == before


def test_a_new_role_gets_the_defaults_of_iam() -> None:
    after = desired({})
    assert (after["path"], after["description"], after["max_session_duration"]) == ("/", "", 3600)
    assert (after["policies"], after["managed_policies"], after["permissions_boundary"]) == ({}, [], "")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"policies": {"read": DENY}}, [("put", "read")], id="changed policy"),
        pytest.param({"policies": {"new": DENY}}, [("put", "new"), ("delete", "read")], id="grant before removal"),
        pytest.param({"policies": {"new": DENY}, "purge_policies": False}, [("put", "new")], id="no purge"),
        pytest.param({"policies": {}}, [("delete", "read")], id="purge all"),
        pytest.param({"policies": {}, "purge_policies": False}, [], id="nothing to add"),
        pytest.param({"managed_policies": []}, [("detach", f"{ARN}m")], id="detach all"),
        pytest.param(
            {"managed_policies": [f"{ARN}n"]}, [("attach", f"{ARN}n"), ("detach", f"{ARN}m")], id="attach, then detach"
        ),
        pytest.param(
            {"managed_policies": [f"{ARN}n"], "purge_managed_policies": False}, [("attach", f"{ARN}n")], id="keep"
        ),
        pytest.param({"description": "New"}, [("role", "")], id="description"),
        pytest.param({"description": ""}, [("role", "")], id="no description"),
        pytest.param({"max_session_duration": 3600}, [("role", "")], id="duration"),
        pytest.param({"permissions_boundary": ""}, [("boundary", "")], id="no boundary"),
        pytest.param({"tags": {}}, [("tags", "")], id="tags"),
        pytest.param({"trust_policy": DENY}, [("trust", "")], id="trust"),
        pytest.param(
            {"permissions_boundary": f"{ARN}c", "policies": {"new": DENY}, "purge_policies": False},
            [("boundary", ""), ("put", "new")],
            id="the boundary before new rights",
        ),
    ],
)
def test_plan_of_one_change(given: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    before = existing()
    assert kinds(before, desired(before, **given)) == expected


def test_removals_come_first_when_both_do_not_fit() -> None:
    large = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "x" * 6000}}
    before = {**existing(), "policies": desired({}, policies={"old": large})["policies"]}
    assert kinds(before, desired(before, policies={"new": large})) == [("delete", "old"), ("put", "new")]
    many = [f"{ARN}{number}" for number in range(10)]
    steps = kinds(existing(), desired(existing(), managed_policies=many))
    assert steps[0] == ("detach", f"{ARN}m")
    assert len(steps) == 11


def test_another_path_is_refused() -> None:
    with pytest.raises(InputError, match="has the path /, which IAM cannot change to /x/"):
        desired(existing(), path="/x/")


def test_a_new_role_needs_a_trust_policy() -> None:
    with pytest.raises(InputError, match="trust_policy is required"):
        desired({}, trust_policy=None)


def test_inline_policies_have_one_limit_together() -> None:
    half = {"Statement": {"Effect": "Allow", "Resource": "x" * 5200}}
    role.check_inline_length("shop", {"one": half})
    with pytest.raises(InputError, match=r"have 10\d{3} characters \(one: 52\d\d, two: 52\d\d\), but IAM allows 10240"):
        role.check_inline_length("shop", {"one": half, "two": half})
