# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""An embedded AWS for each file of tests, and AWS's service models read once for all of it."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import botocore.session
import pytest

from tests.embedded_aws import EmbeddedAws, serving

# Their files take up to minutes: begun last, one of them would leave the other processes nothing to do.
LONGEST = ("playbooks", "warm", "modules")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    items.sort(key=lambda item: LONGEST.index(item.path.parent.name) if item.path.parent.name in LONGEST else 9)


@pytest.fixture(scope="session", autouse=True)
def _models_are_read_once() -> Iterator[None]:
    """Let all sessions of botocore share one loader: each run of a module makes sessions of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.session.create_loader))
        yield


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An embedded AWS for the tests of one file: nothing in it comes from the files that ran before."""
    with serving(tmp_path_factory.mktemp("local_aws")) as running:
        yield running
