# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warm.runner import Runner


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Runs of their own, in a folder with a space in its name."""
    folder = tmp_path / "with space"
    folder.mkdir()
    return Runner(folder)
