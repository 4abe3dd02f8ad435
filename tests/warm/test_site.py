# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The whole site, deployed and checked with a warm interpreter, has the results that it has without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import Run, Site
from tests.warm.runner import steady


def results(run: Run) -> list[tuple[str, str, Any]]:
    return sorted(((host, name, steady(result)) for host, name, result in run.tasks), key=lambda each: each[:2])


def test_a_run_that_changes_nothing_has_the_same_results(
    aws: EmbeddedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORCHESTRA_WARM_CACHE_FOLDER", str(tmp_path / "cache"))
    site = Site(aws, tmp_path / "inventory", {"orchestra_project": "warm", "orchestra_environment": "local"})
    first = site.play("site", "--forks", "10")
    assert first.changed()
    warm = site.play("site", "--forks", "10")
    cold = site.play("site", "--forks", "10", "-e", "orchestra_warm=false")
    assert warm.changed() == cold.changed() == []
    for of_warm, of_cold in zip(results(warm), results(cold), strict=True):
        assert of_warm == of_cold
    assert "orchestra.aws.warm" not in first.errors + warm.errors + cold.errors
    assert list((tmp_path / "cache").rglob("*.payload"))
