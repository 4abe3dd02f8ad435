# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The errors of input and of results. Imports nothing: filters load it in each task's process."""

from __future__ import annotations

from typing import Any


class InputError(Exception):
    """What the user asked for cannot be done: one sentence that says what, where, and what is allowed."""


class ResultError(Exception):
    """What was done did not end well: one sentence, and the documented return values for those who rescue it."""

    def __init__(self, sentence: str, result: dict[str, Any]) -> None:
        super().__init__(sentence)
        self.result = result
