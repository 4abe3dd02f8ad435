# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What benchmarks writes of its results, and where it finds Terraform's provider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import table
from tests.tools import terraform

PAGE = f"# Benchmarks\n\n{table.MARKS[0]}\nold\n{table.MARKS[1]}\nThe end.\n"


def line(contestant: str, step: str, wall: float, **other: Any) -> dict[str, Any]:
    used = {"wall": wall, "cpu": 2 * wall, "memory": 100.4, "calls": 7}
    facts = {"delay": 0, "services": 3, "provisioning": 0, "machine": "Linux, 2 cores", "date": "2026-11-23"}
    return {"contestant": contestant, "step": step, **facts, **used, **other}


LOOKS = [
    line("Terraform", "no-op", 4.0),
    line("orchestra.aws", "no-op", 3.0),
    line("orchestra.aws", "no-op", 1.0),
    line("orchestra.aws", "no-op", 1.5),
]


def test_a_table_has_medians_ranges_and_ratios_and_only_steps_that_were_measured() -> None:
    written = table.tables([*LOOKS, line("boto3", "no-op", 0.5, delay=40, provisioning=0.5)])
    rows = [row for row in written.splitlines() if row.startswith("| 3")]
    assert rows == [
        "| 3 | 0 | orchestra.aws | 1.5 (1.0-3.0) | 0.38 | 3.0 (2.0-6.0) | 0.38 | 7 | 100 |",
        "| 3 | 0 | Terraform | 4.0 |  | 8.0 |  | 7 | 100 |",
        "| 3 | 40, AWS's times x 0.5 | boto3 | 0.5 |  | 1.0 |  | 7 | 100 |",
    ]
    assert [row for row in written.splitlines() if row.startswith("#")] == ["### Nothing to change"]


def test_the_plot_is_of_the_smallest_stack_that_was_looked_at_without_the_times_of_aws() -> None:
    others = [line("orchestra.aws", "deploy", 9.0, services=1), line("boto3", "no-op", 8.0, services=2, provisioning=1)]
    larger = line("orchestra.aws", "no-op", 7.0, services=10)
    slower = line("orchestra.aws", "no-op", 2.0, delay=40)
    drawn = str(table.plot([*others, larger, slower, *LOOKS]))
    assert "Nothing to change: median wall time, 3 services" in drawn
    assert [part.partition("<")[0] for part in drawn.split(">") if part.partition("<")[0].endswith(" s")] == [
        "1.5 s",
        "4.0 s",
        "2.0 s",
    ]


@pytest.mark.parametrize("lines", [LOOKS, [line("Terraform", "deploy", 300.0, provisioning=1)]])
def test_the_page_shows_the_plot_when_there_is_one(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    page, results, image = tmp_path / "page.md", tmp_path / "results.jsonl", tmp_path / "page.svg"
    page.write_text(PAGE)
    image.write_text("of earlier results")
    results.write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    table.write(results, page)
    assert page.read_text() == PAGE.replace(
        "old", ("![Nothing to change: median wall time](page.svg)\n\n" if lines is LOOKS else "") + table.tables(lines)
    )
    assert (image.read_text() if image.exists() else None) == table.plot(lines)


@pytest.mark.parametrize("where", ["cache", "configuration", "home", "nowhere", "no program"])
def test_terraforms_provider_is_looked_for_where_terraform_does(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, folder = tmp_path / "home", tmp_path / "providers"
    for name in ("TF_PLUGIN_CACHE_DIR", "TF_CLI_CONFIG_FILE", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_DIRS", str(home))
    monkeypatch.setenv("PATH", str(tmp_path))
    if where == "cache":
        monkeypatch.setenv("TF_PLUGIN_CACHE_DIR", str(folder))
    if where == "configuration":
        home.mkdir()
        mirror = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder}"\n  }}\n}}\n'
        (home / ".terraformrc").write_text(mirror)
    if where == "home":
        folder = home / ".local" / "share" / "terraform" / "plugins"
    (folder / "mirror.example" / "hashicorp" / "aws" / "5.0.0").mkdir(parents=True)
    if where != "no program":
        (tmp_path / "terraform").touch(mode=0o755)
    if where in ("nowhere", "no program"):
        with pytest.raises(terraform.MissingError, match="none of|not? .*on PATH"):
            terraform.plugins()
    else:
        assert terraform.plugins() == folder
