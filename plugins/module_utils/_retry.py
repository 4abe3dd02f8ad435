# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Repeat a call that AWS refuses for a reason that passes: an update in progress, a role not yet known everywhere.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _wait

R = TypeVar("R")

# Judges a refusal by AWS's error code and message.
Passing = Callable[[str, str], bool]


def refusal(error: AnsibleAWSError) -> tuple[str, str]:
    """Return AWS's error code and message; ("", "") for an error that AWS did not answer."""
    answer: dict[str, Any] = getattr(error.exception, "response", None) or {}
    told = answer.get("Error", {})
    return str(told.get("Code", "")), str(told.get("Message", ""))


def until_accepted(
    what: str,
    call: Callable[[], R],
    passing: Passing,
    timeout: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> R:
    """Repeat C(call) as long as its refusal is a passing one, and return its answer.

    timeout: seconds, after which WaitTimeout tells AWS's last refusal. Any other error is raised at once.
    """
    answers: list[R] = []
    last = ""

    def accepted() -> bool:
        nonlocal last
        try:
            answers.append(call())
        except AnsibleAWSError as error:
            code, message = refusal(error)
            if not passing(code, message):
                raise
            last = f"{code}: {message}".rstrip(".: ")
            return False
        return True

    _wait.until(what, accepted, timeout, lambda: last, clock, sleep)
    return answers[0]
