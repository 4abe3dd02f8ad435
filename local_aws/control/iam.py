# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""IAM and STS: the managed policies of AWS, and who the root credentials are."""

from __future__ import annotations

from typing import Any

from moto.core.config import default_user_config
from moto.core.responses import ActionResult
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


def apply() -> None:
    """Install both."""
    managed_policies_exist()
    root_is_root()
