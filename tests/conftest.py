# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""One embedded AWS for a whole test session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.embedded_aws import EmbeddedAws, serving


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An embedded AWS for this session's tests."""
    with serving(tmp_path_factory.mktemp("local_aws")) as running:
        yield running
