# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Identity: role credentials are real sessions, and only requests signed with known keys have a caller."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto import mock_aws

from local_aws import identity, settings
from local_aws.plane.http import HttpRequest

ACCOUNT = "123456789012"
HOST = "abc.execute-api.us-east-1.amazonaws.com"
ROOT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
INVOKE = "execute-api:Invoke"
ONE, TWO = (f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{api}/*" for api in ("one", "two"))


@pytest.fixture(autouse=True)
def moto_state(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "_current", settings.from_environment({"LOCAL_AWS_STATE_DIR": str(tmp_path)}))
    monkeypatch.setattr(identity, "_sessions", {})
    with mock_aws():
        yield


def create_role(name: str, *statements: dict[str, Any]) -> str:
    """A role with an inline policy; its ARN."""
    iam = boto3.client("iam", region_name="us-east-1")
    trusted = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"])
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    return arn


def signed(
    keys: Mapping[str, str],
    *,
    method: str = "POST",
    path: str = "/service1/process",
    query: str = "",
    body: bytes = b'{"a": 1}',
    service: str = "execute-api",
    host: str = HOST,
) -> HttpRequest:
    """A request as botocore signs it and as it arrives."""
    url = f"https://{host}{path}" + (f"?{query}" if query else "")
    request = AWSRequest(method=method, url=url, data=body, headers={"Host": host, "Content-Type": "application/json"})
    credentials = Credentials(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], keys.get("AWS_SESSION_TOKEN"))
    SigV4Auth(credentials, service, "us-east-1").add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return HttpRequest(method, path, query, headers, body, "127.0.0.1")


def test_role_credentials_are_sessions_of_the_role() -> None:
    arn = create_role("app")
    keys = identity.credentials_for(arn, "task-1")
    assert sorted(keys) == ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    assert identity.credentials_for(arn, "task-1") == keys
    assert identity.credentials_for(arn, "task-2") != keys
    principal = identity.principal_of(keys["AWS_ACCESS_KEY_ID"])
    assert principal is not None
    assert principal.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/app/task-1"
    assert (principal.role_arn, principal.is_root) == (arn, False)
    with pytest.raises(KeyError):
        identity.credentials_for(f"arn:aws:iam::{ACCOUNT}:role/nobody", "s")


def test_a_role_of_the_same_name_gets_new_credentials() -> None:
    first = identity.credentials_for(create_role("app"), "s")
    boto3.client("iam", region_name="us-east-1").delete_role(RoleName="app")
    assert identity.credentials_for(create_role("app"), "s") != first


def test_principals() -> None:
    root = identity.principal_of("test")
    assert root is not None
    assert (root.arn, root.is_root) == (f"arn:aws:iam::{ACCOUNT}:root", True)
    assert identity.principal_of("AKIAIOSFODNN7EXAMPLE") is None
    iam = boto3.client("iam", region_name="us-east-1")
    iam.create_user(UserName="eve")
    key = iam.create_access_key(UserName="eve")["AccessKey"]
    user = identity.principal_of(key["AccessKeyId"])
    assert user is not None
    assert (user.user_name, user.is_root) == ("eve", False)
    assert not identity.authorize(user, INVOKE, "arn:x")
    allow = {"Effect": "Allow", "Action": INVOKE, "Resource": "*"}
    iam.put_user_policy(
        UserName="eve", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    )
    assert identity.authorize(user, INVOKE, "arn:x")
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    assert identity.authenticate(signed(keys)) == user
    iam.update_access_key(UserName="eve", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert identity.authenticate(signed(keys)) is None


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"method": "GET", "body": b""},
        {"path": "/a%20b/%C3%A4"},
        {"path": "/$default/x:y"},
        {"query": "b=2&a=1&a=0&empty="},
        {"query": "q=a%20b%2Fc"},
    ],
)
def test_signed_requests_have_a_caller(arguments: dict[str, Any]) -> None:
    keys = identity.credentials_for(create_role("app"), "s")
    assert identity.authenticate(signed(keys, **arguments)) == identity.principal_of(keys["AWS_ACCESS_KEY_ID"])
    assert identity.authenticate(signed(ROOT, **arguments)) == identity.principal_of("test")


def changed(request: HttpRequest, **headers: str | None) -> HttpRequest:
    """The request with headers replaced, or taken away by None."""
    merged = {**request.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    kept = {name: value for name, value in merged.items() if value is not None}
    return dataclasses.replace(request, headers=kept)


def test_unsigned_or_altered_requests_have_none() -> None:
    keys = identity.credentials_for(create_role("app"), "s")
    request = signed(keys)
    assert identity.authenticate(request) is not None
    refused = [
        changed(request, authorization=None),
        changed(request, authorization="Bearer x"),
        changed(request, authorization=request.headers["authorization"][:-1] + "g"),
        changed(request, host="other.execute-api.us-east-1.amazonaws.com"),
        changed(request, content_type="text/plain"),
        changed(request, x_amz_security_token=None),
        changed(request, x_amz_security_token="x"),
        changed(request, x_amz_date=None),
        dataclasses.replace(request, body=b"{}"),
        dataclasses.replace(request, method="PUT"),
        dataclasses.replace(request, path="/service2/process"),
        dataclasses.replace(request, query_string="admin=1"),
        signed(keys, service="lambda"),
        signed({**keys, "AWS_SECRET_ACCESS_KEY": "guess"}),
        signed({**ROOT, "AWS_SECRET_ACCESS_KEY": "guess"}),
        signed({**keys, "AWS_ACCESS_KEY_ID": "ASIAUNKNOWNUNKNOWN00"}),
    ]
    assert [identity.authenticate(each) for each in refused] == [None] * len(refused)


def test_old_signatures_have_no_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    request = signed(ROOT)
    now = identity.utcnow()
    monkeypatch.setattr(identity, "utcnow", lambda: now + datetime.timedelta(minutes=4))
    assert identity.authenticate(request) is not None
    monkeypatch.setattr(identity, "utcnow", lambda: now + datetime.timedelta(minutes=6))
    assert identity.authenticate(request) is None


def test_what_the_server_rewrote_is_checked_as_it_was_sent() -> None:
    sent = signed(ROOT, path="/_execute-api/abc/process", host="127.0.0.1:4566")
    rewritten = changed(dataclasses.replace(sent, path="/process"), host=HOST)
    assert identity.authenticate(rewritten) is None
    token = identity.signed_as.set(("/_execute-api/abc/process", "127.0.0.1:4566"))
    try:
        assert identity.authenticate(rewritten) is not None
    finally:
        identity.signed_as.reset(token)


def test_policies_of_roles() -> None:
    allow = {"Effect": "Allow", "Action": INVOKE, "Resource": ONE}
    arn = create_role("app", allow)
    assert identity.role_allows(arn, INVOKE, ONE)
    assert not identity.role_allows(arn, INVOKE, TWO)
    iam = boto3.client("iam", region_name="us-east-1")
    document = {"Version": "2012-10-17", "Statement": [{**allow, "Resource": TWO}]}
    managed = iam.create_policy(PolicyName="two", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="app", PolicyArn=managed)
    assert identity.role_allows(arn, INVOKE, TWO)
    document["Statement"][0]["Effect"] = "Deny"
    iam.create_policy_version(PolicyArn=managed, PolicyDocument=json.dumps(document), SetAsDefault=True)
    assert not identity.role_allows(arn, INVOKE, TWO)
    assert not identity.role_allows(f"arn:aws:iam::{ACCOUNT}:role/nobody", INVOKE, ONE)


def test_trust() -> None:
    arn = create_role("app")
    assert identity.can_be_assumed_by(arn, "ecs-tasks.amazonaws.com")
    assert not identity.can_be_assumed_by(arn, "lambda.amazonaws.com")
    assert not identity.can_be_assumed_by(arn + "x", "ecs-tasks.amazonaws.com")
