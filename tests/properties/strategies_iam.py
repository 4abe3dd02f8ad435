# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Policy documents, in several spellings of the same meaning, and roles."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.properties.memory import ACCOUNT
from tests.properties.strategies import FOUND_TAGS, Strategy, maybe, tagging

NAME = "shop-prod-workflow"
ARNS = [f"arn:aws:iam::aws:policy/P{number}" for number in range(12)]
_ACTIONS = st.lists(st.sampled_from(["s3:GetObject", "s3:PutObject", "logs:*"]), min_size=1, max_size=3, unique=True)
_RESOURCES = st.lists(st.sampled_from(["*", "arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]), min_size=1, unique=True)
_CONDITIONS = st.dictionaries(
    st.sampled_from(["StringEquals", "Bool"]),
    st.dictionaries(
        st.sampled_from(["aws:SourceAccount", "aws:SecureTransport"]),
        st.sampled_from([ACCOUNT, True, "true", 7, ["a", "b"]]),
        min_size=1,
    ),
    max_size=2,
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
    statement["Action"] = draw(_ACTIONS)
    statement["Resource"] = draw(_RESOURCES)
    if draw(st.booleans()):
        statement["Condition"] = draw(_CONDITIONS)
    if draw(st.booleans()):
        statement["Sid"] = draw(st.sampled_from(["One", "Two"]))
    return statement


def _sid(statement: dict[str, Any]) -> str:
    """Return what must be unlike that of the other statements: its id, or all that it says."""
    return str(statement.get("Sid") or json.dumps(statement))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    unlike = st.lists(statements(), min_size=1, max_size=3, unique_by=_sid)
    document: dict[str, Any] = {"Statement": draw(unlike)}
    if draw(st.booleans()):
        document["Version"] = "2012-10-17"
    return document


@st.composite
def trusts(draw: st.DrawFn) -> dict[str, Any]:
    principal = draw(
        st.sampled_from(
            [
                {"Service": "states.amazonaws.com"},
                {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
                {"AWS": ACCOUNT},
                {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "*",
            ]
        )
    )
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


@st.composite
def respelled(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """Return another document of the same meaning, as IAM or another author may write it."""
    listed = [draw(_respelled_statement(statement)) for statement in draw(st.permutations(document["Statement"]))]

    statement: Any = listed[0] if len(listed) == 1 and draw(st.booleans()) else listed
    again = {**document, "Statement": statement}
    again.setdefault("Version", "2008-10-17") if draw(st.booleans()) else None
    return {key: again[key] for key in draw(st.permutations(list(again)))}


@st.composite
def _respelled_statement(draw: st.DrawFn, statement: dict[str, Any]) -> dict[str, Any]:
    again = dict(statement)
    again["Action"] = draw(_relisted([draw(_recased(action)) for action in statement["Action"]]))
    again["Resource"] = draw(_relisted(statement["Resource"]))
    if "Condition" in statement:
        again["Condition"] = {
            test: {
                draw(_recased(key)): draw(
                    _relisted([_as_text(item) for item in (of if isinstance(of, list) else [of])])
                )
                for key, of in keys.items()
            }
            for test, keys in statement["Condition"].items()
        }
    return {key: again[key] for key in draw(st.permutations(list(again)))}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _recased(text: str) -> Strategy:
    return st.sampled_from([text, text.lower(), text.upper()])


@st.composite
def _relisted(draw: st.DrawFn, items: list[str]) -> Any:
    """Return a list in another order, or its only item."""
    again = draw(st.permutations(items))
    return again[0] if len(again) == 1 and draw(st.booleans()) else again


def written(document: Strategy) -> Strategy:
    """Return documents as a user gives them: as mapping or as JSON text."""
    return document | document.map(lambda found: json.dumps(found, indent=2))


POLICIES = st.dictionaries(st.sampled_from(["read", "write", "log"]), documents(), max_size=3)

OPTIONS = maybe(
    description=st.sampled_from(["", "Runs the workflow", "Other"]),
    trust_policy=written(trusts()),
    policies=st.dictionaries(st.sampled_from(["read", "write", "log"]), written(documents()), max_size=3),
    purge_policies=st.booleans(),
    managed_policies=st.lists(st.sampled_from(ARNS), max_size=10),
    purge_managed_policies=st.booleans(),
    permissions_boundary=st.sampled_from(["", ARNS[0], ARNS[1]]),
    max_session_duration=st.sampled_from([3600, 7200]),
    path=st.sampled_from(["/", "/shop/"]),
    **tagging(),
).map(lambda options: {"name": NAME, **options})


@st.composite
def found_roles(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Return a role that somebody else has made: what GetRole says, inline and managed policies."""
    path = draw(st.sampled_from(["/", "/shop/"]))
    role: dict[str, Any] = {
        "RoleName": NAME,
        "Path": path,
        "Arn": f"arn:aws:iam::{ACCOUNT}:role{path}{NAME}",
        "RoleId": "AROA00000000",
        "AssumeRolePolicyDocument": draw(trusts()),
        "Tags": [{"Key": key, "Value": value} for key, value in draw(FOUND_TAGS).items()],
        **draw(maybe(Description=st.sampled_from(["", "Other"]), MaxSessionDuration=st.sampled_from([3600, 43200]))),
    }
    if draw(st.booleans()):
        role["PermissionsBoundary"] = {"PermissionsBoundaryArn": draw(st.sampled_from(ARNS[:2]))}
    managed = draw(st.lists(st.sampled_from(ARNS), max_size=10, unique=True))
    return role, draw(POLICIES), managed
