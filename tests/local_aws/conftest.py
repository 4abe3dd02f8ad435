# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Fixtures for tests of the embedded AWS; what they are made of is in harness.py."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.local_aws.harness import RunningAws, start_server


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAws]:
    """The server that all tests of a session share; resources need names of their own."""
    running = start_server(tmp_path_factory.mktemp("local_aws"))
    yield running
    running.stop()


@pytest.fixture
def launch(tmp_path: pathlib.Path) -> Iterator[Callable[..., RunningAws]]:
    """Starts further servers: launch(environ) with an own state directory each, ended after the test."""
    started: list[RunningAws] = []

    def start(environ: Mapping[str, str] | None = None) -> RunningAws:
        started.append(start_server(tmp_path / f"state-{len(started)}", environ))
        return started[-1]

    yield start
    for running in started:
        running.stop()
