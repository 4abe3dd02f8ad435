# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How a Lambda function stands. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._targets.target import Status, judge


def lambda_function_status(function: Mapping[str, Any]) -> Status:
    """Judge the function and its last update, which runs beside the function that works."""
    state = creation_status(function)
    if state.phase != "ready":
        return state
    update = function.get("LastUpdateStatus") or "Successful"
    if update == "Successful":
        return state
    told = judge(update, (), ("InProgress",), function.get("LastUpdateStatusReason"))
    return Status(told.phase, f"{state.state}, update {told.state}", told.why)


def creation_status(function: Mapping[str, Any]) -> Status:
    """Judge the function without its last update."""
    # Inactive: not called for a while; the next call wakes it.
    state = function.get("State") or "Active"
    return judge(state, ("Active", "Inactive"), ("Pending",), function.get("StateReason"))
