# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Refusals of EC2 that pass.

EC2 is eventually consistent: a call may not know yet what an earlier one has made, or still see a user of what
is deleted. Such calls are repeated for a bounded time.

Private to the collection.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from ansible_collections.orchestra.aws.plugins.module_utils._retry import until_accepted

P = ParamSpec("P")
R = TypeVar("R")

# Seconds. EC2 usually knows a new resource everywhere after some seconds; its documentation gives no bound.
SETTLE_SECONDS = 60.0


def not_known_yet(code: str, message: str) -> bool:
    """Tell whether the refusal comes of a resource that is too new."""
    return code.endswith(".NotFound") and not code.startswith("InvalidPermission") or code == "Gateway.NotAttached"


def still_used(code: str, message: str) -> bool:
    """Tell whether the refusal comes of a user that is just going away."""
    return code in ("DependencyViolation", "InvalidIPAddress.InUse")


def role_not_known_yet(code: str, message: str) -> bool:
    """Tell whether a flow log is refused because its role is too new, as EC2 says it."""
    return not_known_yet(code, message) or (code == "InvalidParameter" and "assume given IAM role" in message)


def settling(passing: Callable[[str, str], bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Repeat a call whose refusal passes. Goes above C(described)."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            named = [value for value in args if isinstance(value, str)]
            what = " ".join(["EC2 to accept", function.__name__, *named])
            return until_accepted(what, lambda: function(*args, **kwargs), passing, SETTLE_SECONDS)

        return call

    return decorate
