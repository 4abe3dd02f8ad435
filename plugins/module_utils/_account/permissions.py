# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the caller may do, as IAM simulates it. Changes nothing.

Private to the collection.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._account.caller import Caller
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._retry import refusal

Denied = list[dict[str, Any]]


def permissions(iam: Client, caller: Caller, wanted: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what is denied of what is wanted; an action counts as allowed when it is on one of its resources.

    Without a principal nothing was simulated, and the reason says why.
    """
    principal, reason = _principal(iam, caller)
    if principal is None:
        return {"principal": None, "reason": reason, "simulated": 0, "denied": []}
    found = concurrently(*(partial(_denied, iam, principal, one) for one in wanted))
    return {
        "principal": principal,
        "reason": None,
        "simulated": len({action for one in wanted for action in one["actions"]}),
        "denied": [item for items in found for item in items],
    }


def _principal(iam: Client, caller: Caller) -> tuple[str | None, str | None]:
    """Return the ARN of the user, or of the role behind a session, that IAM can simulate; or why there is none."""
    kind, _slash, rest = caller["arn"].split(":", 5)[5].partition("/")
    if kind == "root":
        return None, "the root user is not limited by policies"
    if kind == "user":
        return caller["arn"], None
    if kind != "assumed-role":
        return None, f"IAM cannot simulate what {caller['arn']} may do"
    name = rest.split("/")[0]
    return _role_arn(iam, caller, name), None


def _role_arn(iam: Client, caller: Caller, name: str) -> str:
    """Return the ARN of a role; a session does not tell its path, which whoever may not read the role has to guess."""
    try:
        arn: str = _role(iam, name)["Arn"]
    except AnsibleAWSError as error:
        if refusal(error)[0] != "AccessDenied":
            raise
        return f"arn:{caller['partition']}:iam::{caller['account_id']}:role/{name}"
    return arn


@described("read role {name}")
def _role(iam: Client, name: str) -> dict[str, Any]:
    found: dict[str, Any] = iam.get_role(RoleName=name)["Role"]
    return found


def _denied(iam: Client, principal: str, wanted: dict[str, Any]) -> Denied:
    try:
        decisions = _simulated(iam, principal, wanted["actions"], wanted)
    except AnsibleAWSError as error:
        # IAM does not simulate actions together whose resources are of different kinds.
        if refusal(error)[0] not in ("InvalidInput", "InvalidInputException") or len(wanted["actions"]) < 2:
            raise
        decisions = [one for action in wanted["actions"] for one in _simulated(iam, principal, [action], wanted)]
    allowed = {one["EvalActionName"].lower() for one in decisions if one["EvalDecision"] == "allowed"}
    resource = ", ".join(wanted["resources"])
    return [{"action": one, "resource": resource} for one in wanted["actions"] if one.lower() not in allowed]


@described("simulate the policies of {principal}")
def _simulated(iam: Client, principal: str, actions: list[str], wanted: dict[str, Any]) -> list[dict[str, Any]]:
    entries = [
        {
            "ContextKeyName": key,
            "ContextKeyType": "string" if len(values) < 2 else "stringList",
            "ContextKeyValues": values,
        }
        for key, values in wanted["context"].items()
    ]
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=principal, ActionNames=actions, ResourceArns=wanted["resources"], ContextEntries=entries
    )
    return [one for page in pages for one in page["EvaluationResults"]]
