# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._targets.absence import GONE, absence
from ansible_collections.orchestra.aws.plugins.module_utils._targets.target import Status


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, GONE),
        (Status("failed", "deleted"), GONE),
        (Status("failed", "deleting"), Status("pending", "deleting")),
        (Status("failed", "DELETING"), Status("pending", "DELETING")),
        (Status("failed", "FAILED", "a rule is in use"), Status("pending", "FAILED", "a rule is in use")),
        # Usable still: a VPC link without traffic is INACTIVE, and there.
        (Status("ready", "INACTIVE"), Status("pending", "INACTIVE")),
        (Status("ready", "available"), Status("pending", "available")),
    ],
)
def test_what_is_there_in_any_state_is_not_gone(found: Status | None, expected: Status) -> None:
    assert absence(found) == expected
