# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible import constants as C

from ansible_collections.orchestra.aws.plugins.module_utils import _progress
from ansible_collections.orchestra.aws.plugins.plugin_utils._output.ticker import Ticker


@pytest.fixture
def ticker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticker]:
    monkeypatch.setattr(C, "DEFAULT_LOCAL_TMP", str(tmp_path), raising=False)
    with (tmp_path / "terminal").open("wb") as terminal:
        made = Ticker(terminal.fileno())
        yield made
        made.end()


def test_the_line_tells_the_task_and_its_hosts(ticker: Ticker) -> None:
    ticker.begin("Make the service")
    for host in ("service1", "service2"):
        ticker.started(host)
    ticker.finished("service1")
    assert ticker.text(12) == "  … 12 s: Make the service (service2)"


def test_the_line_tells_what_a_module_waits_for(ticker: Ticker) -> None:
    ticker.begin("Wait")
    _progress.tell(["nat_gateway nat-1 is pending", "load_balancer shop is provisioning"])
    assert ticker.text(70) == "  … 1 min 10 s: load_balancer shop is provisioning, nat_gateway nat-1 is pending"
    _progress._forget()
    ticker.started("control")
    assert ticker.text(70) == "  … 1 min 10 s: Wait (control)"


def test_in_the_end_nothing_is_left(ticker: Ticker) -> None:
    ticker.end()
    assert not ticker.folder.exists()
    assert _progress.FOLDER not in os.environ
    _progress.tell(["anything"])
