# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What benchmarks writes of its results, and where it finds Terraform's provider."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks import modules, run, same, table, wanted
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
    rows = [row for row in written.splitlines() if row.startswith("| 3 |")]
    assert rows == [
        "| 3 | 0 | orchestra.aws | 1.5 (1.0-3.0) | 0.38 | 3.0 (2.0-6.0) | 0.38 | 7 | 100 |",
        "| 3 | 0 | Terraform | 4.0 |  | 8.0 |  | 7 | 100 |",
        "| 3 | 40, AWS's times x 0.5 | boto3 | 0.5 |  | 1.0 |  | 7 | 100 |",
    ]
    assert [row for row in written.splitlines() if row.startswith("#")] == [
        "### What was wanted",
        "### Nothing to change",
    ]


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


def met(lines: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Return target -> measured and met."""
    rows = [[cell.strip() for cell in row.split("|")] for row in wanted.section(lines) if row.count("|") == 5]
    return {row[1]: (row[3], row[4]) for row in rows[2:]}


def test_each_target_is_shown_as_met_missed_or_not_measured() -> None:
    looks = [
        line("orchestra.aws", "no-op", 8.0, services=count, calls=calls) for count, calls in ((10, 102), (30, 384))
    ]
    found = met(
        [*LOOKS, *looks, line("orchestra.aws", "change", 0.45), line("orchestra.aws", "change", 2.5, services=10)]
    )
    assert found == {
        "Nothing to change, 0 ms per call: wall, of `terraform plan`": ("0.38", "yes"),
        "Nothing to change, 40 ms per call: wall, of `terraform plan`": ("not measured", ""),
        "Nothing to change, 0 ms per call: CPU, of `terraform plan`": ("0.38", "yes"),
        "Nothing to change, 40 ms per call: CPU, of `terraform plan`": ("not measured", ""),
        "First deployment: wall, of `terraform apply`": ("not measured", ""),
        "One changed of 3 services: wall, of looking at everything": ("0.30", "yes"),
        "One changed of 10 services: wall, of looking at everything": ("0.31", "**no**"),
        "30 services: wall, of that of 3": ("5.33", "**no**"),
        "API calls for each service from 10 to 30, of those from 3 to 10": ("1.04 (14.1 calls; 13.6)", "yes"),
        "Stable deployment, AWS's times x 1: wall, of the critical path": ("not measured", ""),
        "Stable deployment, AWS's times x 1: wall, of Terraform with `wait_for_steady_state`": ("not measured", ""),
    }


def test_a_stable_deployment_is_judged_by_the_greatest_scale_of_the_times_of_aws() -> None:
    ours = [
        line("orchestra.aws", "deploy", wall, provisioning=scale, critical_path=190 * scale)
        for scale, wall in ((0.1, 29.0), (1, 209.0))
    ]
    found = met([*ours, line("Terraform", "deploy", 209.0, provisioning=1)])
    assert found["Stable deployment, AWS's times x 1: wall, of the critical path"] == ("1.10 (209 s; 190 s)", "yes")
    steady = "Stable deployment, AWS's times x 1: wall, of Terraform with `wait_for_steady_state`"
    assert found[steady] == ("1.00", "**no**")  # Below it is wanted.
    assert run.critical_path({**run.AWS_TIMES, "scale": 0.1}) == pytest.approx(19.0)
    assert run.critical_path({**run.AWS_TIMES, "alb": 300.0, "scale": 1}) == 300.0


def test_whatever_takes_more_than_with_terraform_is_listed() -> None:
    worse = line("orchestra.aws", "destroy", 1.0, services=30, delay=40, calls=9, memory=100.5, cpu=2.0)
    lines = [*LOOKS, worse, line("Terraform", "destroy", 1.0, services=30, delay=40), line("boto3", "deploy", 9.0)]
    assert wanted.losses(wanted.Medians(lines))[4:] == [
        "| Destroy | 30 | 40 | API calls | 9.0 | 7.0 | 1.29 |",
        "| Destroy | 30 | 40 | peak MiB | 100.5 | 100.4 | 1.00 |",
    ]
    assert wanted.losses(wanted.Medians(LOOKS)) == ["Nothing that was measured takes more than with Terraform."]
    assert wanted.losses(wanted.Medians(LOOKS[1:])) == ["Terraform was not measured."]


def test_two_that_have_not_made_the_same_are_told_in_one_sentence() -> None:
    held = {"subnets": 4, "route tables": 4, "VPCs": 2}
    assert same.difference("orchestra.aws", held, "Terraform", dict(held)) is None
    other = {"subnets": 4, "route tables": 5, "roles": 1, "VPCs": 2}
    assert (
        same.difference("orchestra.aws", held, "Terraform", other)
        == "orchestra.aws and Terraform have not made the same: roles 0 and 1, route tables 4 and 5."
    )


def task(name: str, action: str, begin: int, end: int, changed: bool = False) -> dict[str, Any]:
    day = "2026-11-23T10:00:"
    duration = {"start": f"{day}{begin:02}.000001Z", "end": f"{day}{end:02}.000001Z"}
    hosts = {"control": {"action": action, "changed": changed}}
    return {"_event": "v2_runner_on_ok", "task": {"name": name, "duration": duration}, "hosts": hosts}


def test_a_thing_costs_what_all_its_tasks_cost_and_stock_stands_beside_ours(tmp_path: Path) -> None:
    events = [
        {"_event": "v2_playbook_on_play_start"},
        task("Role | stock", "amazon.aws.iam_role", 0, 2, changed=True),
        task("Role | stock", "amazon.aws.iam_policy", 2, 4),
        task("Role | ours", "orchestra.aws.iam_role", 4, 5),
    ]
    calls = [datetime.fromisoformat(f"2026-11-23T10:00:0{second}.500Z") for second in (0, 1, 3, 4, 6)]
    lines = [{**one, "machine": "Linux, 2 cores", "date": "2026-11-23"} for one in modules.used(events, calls)]
    page, results = tmp_path / "page.md", tmp_path / "modules.jsonl"
    results.write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    page.write_text(f"Before.\n{modules.MARKS[0]}\nold\n{modules.MARKS[1]}\nAfter.\n")
    modules.write(results, page)
    assert page.read_text().splitlines() == [
        "Before.",
        modules.MARKS[0],
        "Rounds: 1. Measured on: Linux, 2 cores, 2026-11-23.",
        "",
        "| Thing | Stock modules | ms | Calls | Module of orchestra.aws | ms | Calls | of stock |",
        "|---|---|---|---|---|---|---|---|",
        "| Role | `iam_role`, `iam_policy` (changes something every time) | 4000 | 3 | `iam_role` | 1000 | 1 | 0.25 |",
        modules.MARKS[1],
        "After.",
    ]
