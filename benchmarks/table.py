# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Write the results as tables and a plot: medians, and ratios of medians of the runs that took turns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import wanted

TITLE = "Nothing to change: median wall time"
ORDER = ("orchestra.aws", "stock Ansible", "Terraform", "boto3")
COLORS = {"orchestra.aws": "#2f6f4f", "stock Ansible": "#9db8a8", "Terraform": "#7a6fb0", "boto3": "#b9b4a7"}
MARKS = ("<!-- results -->", "<!-- end of results -->")


def write(source: Path, target: Path) -> None:
    """Put the tables between the marks of the page, below the plot, which is a file beside it."""
    lines = [json.loads(line) for line in source.read_text().splitlines()]
    results, drawn = tables(lines), plot(lines)
    image = target.with_suffix(".svg")
    if drawn:
        image.write_text(drawn)
        results = f"![{TITLE}]({image.name})\n\n{results}"
    else:
        image.unlink(missing_ok=True)
    put(target, MARKS, results)


def put(page: Path, marks: tuple[str, str], text: str) -> None:
    """Replace what is between the marks."""
    head, rest = page.read_text().split(marks[0])
    tail = rest.split(marks[1])[1]
    page.write_text(f"{head}{marks[0]}\n{text}\n{marks[1]}{tail}")


def tables(lines: list[dict[str, Any]]) -> str:
    machines = sorted({f"{line['machine']}, {line['date']}" for line in lines})
    parts = [f"Measured on: {'; '.join(machines)}.", ""]
    parts += wanted.section(lines)
    rows = wanted.grouped(lines)
    for step, title in wanted.STEPS.items():
        if keys := sorted(key for key in rows if key[0] == step):
            parts += [f"### {title}", "", *_head()]
            for key in keys:
                parts += _rows(key, rows[key])
            parts.append("")
    return "\n".join(parts).rstrip()


def _head() -> list[str]:
    columns = ["Services", "ms per call", "Who", "Wall s", "of Terraform", "CPU s", "of Terraform", "Calls", "Peak MiB"]
    return [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]


def _rows(key: wanted.Key, found: dict[str, list[dict[str, Any]]]) -> Iterable[str]:
    _step, provisioning, services, delay = key
    base = found.get("Terraform")
    for name in ORDER:
        if runs := found.get(name):
            cells = [
                str(services),
                wanted.times(delay, provisioning),
                name,
                _spread(runs, "wall"),
                _ratio(runs, base, "wall"),
            ]
            cells += [_spread(runs, "cpu"), _ratio(runs, base, "cpu")]
            cells += [f"{median(run['calls'] for run in runs):.0f}", f"{median(run['memory'] for run in runs):.0f}"]
            yield f"| {' | '.join(cells)} |"


def _spread(runs: list[dict[str, Any]], what: str) -> str:
    values = [run[what] for run in runs]
    if len(values) == 1:
        return f"{values[0]:.1f}"
    return f"{median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


def _ratio(runs: list[dict[str, Any]], base: list[dict[str, Any]] | None, what: str) -> str:
    if not base or runs is base:
        return ""
    return f"{median(run[what] for run in runs) / median(run[what] for run in base):.2f}"


def plot(lines: list[dict[str, Any]]) -> str | None:
    """Return bars of the median wall time to look at the smallest stack, a group for each delay; None without any."""
    looks = [line for line in lines if line["step"] == "no-op" and not line["provisioning"]]
    if not looks:
        return None
    smallest = min(line["services"] for line in looks)
    groups = sorted(wanted.grouped(line for line in looks if line["services"] == smallest).items())
    longest = max(median(run["wall"] for run in runs) for _key, found in groups for runs in found.values())
    parts, y = [], 34
    for (_step, _provisioning, _services, delay), found in groups:
        parts.append(f'<text x="16" y="{y}" class="group">{delay} ms per API call</text>')
        y += 10
        for name in ORDER:
            if runs := found.get(name):
                parts += _bar(name, median(run["wall"] for run in runs), longest, y)
                y += 22
        y += 26
    style = "text{font:13px sans-serif;fill:#333}.group{font-weight:600}"
    title = f"{TITLE}, {smallest} services"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {y}" role="img" aria-label="{title}">'
        f'<style>{style}</style><rect width="640" height="{y}" fill="#fff"/>'
        f'<text x="16" y="16" class="group">{title}</text>{"".join(parts)}</svg>\n'
    )


def _bar(name: str, wall: float, longest: float, y: int) -> Iterable[str]:
    width = 420 * wall / longest
    yield f'<text x="130" y="{y + 13}" text-anchor="end">{name}</text>'
    yield f'<rect x="138" y="{y}" width="{width:.1f}" height="17" rx="2" fill="{COLORS[name]}"/>'
    yield f'<text x="{144 + width:.1f}" y="{y + 13}">{wall:.1f} s</text>'
