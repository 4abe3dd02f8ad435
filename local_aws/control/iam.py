# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""IAM and STS: the managed policies of AWS, who the root credentials are, and the simulation of policies."""

from __future__ import annotations

from typing import Any

from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse
from moto.sts.responses import TokenResponse

from local_aws import identity


def managed_policies_exist() -> None:
    """AWS managed policies can be attached; moto has them only when it is told to (50 ms, at the first IAM call)."""
    default_user_config["iam"]["load_aws_managed_policies"] = True


def root_is_root() -> None:
    """GetCallerIdentity of the root credentials names arn:aws:iam::ACCOUNT:root; moto invents a user."""
    original = TokenResponse.get_caller_identity

    def get_caller_identity(self: Any) -> Any:
        if f"Credential={identity.ROOT_ACCESS_KEY}/" not in self.headers.get("Authorization", ""):
            return original(self)
        account = self.current_account
        return ActionResult({"Account": account, "Arn": f"arn:aws:iam::{account}:root", "UserId": account})

    TokenResponse.get_caller_identity = get_caller_identity


def policies_can_be_simulated() -> None:
    """SimulatePrincipalPolicy tells which actions the policies of a role or user allow; moto has no such operation.

    What is refused is an implicitDeny here, also where a statement denies it explicitly.
    """

    def simulate_principal_policy(self: Any) -> ActionResult:
        source = self._get_param("PolicySourceArn")
        principal = _principal(source)
        entries = self._get_param("ContextEntries", [])
        context = {one["ContextKeyName"].lower(): one["ContextKeyValues"] for one in entries}
        results = [
            {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": "allowed"
                if identity.authorize(principal, action, resource, context, record=False)
                else "implicitDeny",
                "MatchedStatements": [],
                "MissingContextValues": [],
            }
            for action in self._get_param("ActionNames", [])
            for resource in self._get_param("ResourceArns", ["*"])
        ]
        return ActionResult({"EvaluationResults": results, "IsTruncated": False})

    IamResponse.simulate_principal_policy = simulate_principal_policy


def _principal(arn: str) -> identity.Principal:
    """The role or user of an ARN."""
    account, (kind, _, name) = arn.split(":")[4], arn.split(":", 5)[5].partition("/")
    if kind == "role" and identity.role_by_arn(arn) is not None:
        return identity.Principal(arn=arn, account=account, role_arn=arn)
    user = name.rpartition("/")[2]
    if kind == "user" and user in iam_backends[account]["aws"].users:
        return identity.Principal(arn=arn, account=account, user_name=user)
    raise NotFoundException(f"The entity {arn} cannot be found.")


def apply() -> None:
    """Install all."""
    managed_policies_exist()
    root_is_root()
    policies_can_be_simulated()
