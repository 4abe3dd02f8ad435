# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What a test does whose tool is missing."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip the test; in continuous integration, which sets CI and where make test installs the tool, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
