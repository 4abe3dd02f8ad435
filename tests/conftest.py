# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""One embedded AWS for a whole test session, and AWS's service models read once for all of it."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import botocore.session
import pytest

from tests.embedded_aws import EmbeddedAws, serving


@pytest.fixture(scope="session", autouse=True)
def _models_are_read_once() -> Iterator[None]:
    """Let all sessions of botocore share one loader: each run of a module makes sessions of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.session.create_loader))
        yield


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An embedded AWS for this session's tests."""
    with serving(tmp_path_factory.mktemp("local_aws")) as running:
        yield running
