# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""For what, and how long, a refusal of Step Functions is waited out: a new role, a deletion that still runs.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils import _retry

# Seconds until a role, its trust and its policies are known everywhere.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
ROLE_SECONDS = 60.0
# Seconds until a machine, version or alias that was just made is known everywhere ("eventually consistent").
CREATION_SECONDS = 15.0

NEW_ROLE = "new role"
# How AWS answers CreateStateMachine and UpdateStateMachine while a role is still new, both AccessDeniedException.
_NEW_ROLE_MESSAGES = ("authorized to assume the provided role", "is not authorized to access the Log Destination")


def until_accepted(
    what: str,
    call: Callable[[], Any],
    patience: Mapping[str, float],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Any:
    """Repeat a call while it is refused for one of the reasons in C(patience), each with its seconds.

    A reason is an error code of AWS or C(NEW_ROLE).
    """
    begin = clock()

    def passing(code: str, message: str) -> bool:
        return clock() - begin < patience.get(reason(code, message), 0.0)

    return _retry.until_accepted(what, call, passing, max(patience.values()), clock, sleep)


def reason(code: str, message: str) -> str:
    """Return AWS's error code, or C(NEW_ROLE)."""
    if code == "AccessDeniedException" and any(part in message for part in _NEW_ROLE_MESSAGES):
        return NEW_ROLE
    return code
