# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Repeat a call that AWS refuses only because what it needs is on its way: a new role, a deletion that still runs.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._wait import pauses

# Seconds until a role, its trust and its policies are known everywhere.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
ROLE_SECONDS = 60.0
# Seconds until a machine, version or alias that was just made is known everywhere ("eventually consistent").
CREATION_SECONDS = 15.0

NEW_ROLE = "new role"
# How AWS answers CreateStateMachine and UpdateStateMachine while a role is still new, both AccessDeniedException.
_NEW_ROLE_MESSAGES = ("authorized to assume the provided role", "is not authorized to access the Log Destination")


def until_accepted[Result](
    call: Callable[[], Result],
    patience: Mapping[str, float],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Result:
    """Repeat a call while it is refused for one of the reasons in C(patience), each with its seconds.

    A reason is an error code of AWS or C(NEW_ROLE). The last refusal is raised as it came.
    """
    begin = clock()
    for pause in pauses():
        try:
            return call()
        except AnsibleAWSError as error:
            if clock() + pause - begin > patience.get(reason(error), 0.0):
                raise
        sleep(pause)
    raise AssertionError("pauses never end")


def reason(error: AnsibleAWSError) -> str:
    """Return AWS's error code, or C(NEW_ROLE)."""
    answer: dict[str, Any] = (getattr(error.exception, "response", None) or {}).get("Error", {})
    code, message = str(answer.get("Code", "")), str(answer.get("Message", ""))
    if code == "AccessDeniedException" and any(part in message for part in _NEW_ROLE_MESSAGES):
        return NEW_ROLE
    return code
