# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._lambda.status import (
    creation_status,
    lambda_function_status,
)
from ansible_collections.orchestra.aws.plugins.module_utils._targets.target import Status

UPDATE_FAILED = {"State": "Active", "LastUpdateStatus": "Failed", "LastUpdateStatusReason": "bad zip"}


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ({"State": "Pending"}, Status("pending", "Pending")),
        ({"State": "Inactive"}, Status("ready", "Inactive")),
        ({}, Status("ready", "Active")),
        ({"State": "Failed", "StateReason": "no role"}, Status("failed", "Failed", "no role")),
        ({"State": "Active", "LastUpdateStatus": "InProgress"}, Status("pending", "Active, update InProgress")),
        (UPDATE_FAILED, Status("failed", "Active, update Failed", "bad zip")),
    ],
)
def test_status(described: dict[str, Any], expected: Status) -> None:
    assert lambda_function_status(described) == expected


def test_a_failed_update_does_not_make_the_function_fail() -> None:
    assert creation_status(UPDATE_FAILED) == Status("ready", "Active")
