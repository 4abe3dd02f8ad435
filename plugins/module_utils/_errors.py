# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Typed decorators for functions that make one AWS call.

Private to the collection. They wrap amazon.aws's error handler, which says "Failed to <description>: <AWS's answer>".
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler

P = ParamSpec("P")
R = TypeVar("R")


def described(description: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Raise AnsibleAWSError "Failed to <description>"; {placeholders} are filled from the arguments."""
    return cast("Callable[[Callable[P, R]], Callable[P, R]]", AWSErrorHandler.common_error_handler(description))


def missing_is_none(*codes: str) -> Callable[[Callable[P, R]], Callable[P, R | None]]:
    """Return None when AWS answers with one of these error codes: the thing is not there. Goes below C(described)."""

    def decorate(function: Callable[P, R]) -> Callable[P, R | None]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R | None:
            try:
                return function(*args, **kwargs)
            except is_boto3_error_code(list(codes)):
                return None

        return call

    return decorate
