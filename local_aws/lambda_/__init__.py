# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Lambda's execution environments: real subprocesses that run the uploaded zip."""

from __future__ import annotations

from local_aws.lambda_ import invoke
from local_aws.lambda_.pool import state, stop

__all__ = ["apply", "state", "stop"]


def apply() -> None:
    """Install Invoke."""
    invoke.apply()
