# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the collection was meant to reach, next to what the results say; and everything at which Terraform is better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

US, OTHER = "orchestra.aws", "Terraform"
# More than rounding and a call or two that depend on when something is ready.
FLAT = 1.1
STEPS = {
    "no-op": "Nothing to change",
    "deploy": "First deployment",
    "change": "One changed service",
    "destroy": "Destroy",
}
USES = {"wall": "wall seconds", "cpu": "CPU seconds", "calls": "API calls", "memory": "peak MiB"}
# Step, provisioning, services, delay.
Key = tuple[str, float, int, int]


@dataclass(frozen=True)
class Target:
    """A ratio, no more than `most`; with `below` less than that. A measured one of None was not measured."""

    what: str
    most: float
    measured: float | None
    how: str = ""
    below: bool = False

    def row(self) -> str:
        wanted = f"below {self.most:g}" if self.below else f"at most {self.most:g}"
        if self.measured is None:
            return f"| {self.what} | {wanted} | not measured |  |"
        met = self.measured < self.most if self.below else self.measured <= self.most
        note = f" ({self.how})" if self.how else ""
        return f"| {self.what} | {wanted} | {self.measured:.2f}{note} | {'yes' if met else '**no**'} |"


def grouped(lines: Iterable[dict[str, Any]]) -> dict[Key, dict[str, list[dict[str, Any]]]]:
    """Return for each key contestant -> its runs."""
    rows: dict[Key, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        rows[line["step"], line["provisioning"], line["services"], line["delay"]][line["contestant"]].append(line)
    return rows


class Medians:
    """Medians of what runs used."""

    def __init__(self, lines: Iterable[dict[str, Any]]) -> None:
        self._runs = grouped(lines)

    def keys(self, who: str) -> list[Key]:
        return sorted(key for key, found in self._runs.items() if who in found)

    def of(self, who: str, key: Key, what: str) -> float | None:
        """Return None for what was not measured."""
        values = [run[what] for run in self._runs.get(key, {}).get(who, []) if what in run]
        return median(values) if values else None


def ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def section(lines: list[dict[str, Any]]) -> list[str]:
    medians = Medians(lines)
    rows = [target.row() for target in (*_next_to_terraform(medians), *_sizes(medians), *_provisioning(medians))]
    head = ["### What was wanted", "", "| Ratio of medians | Wanted | Measured | Met |", "|---|---|---|---|"]
    return [*head, *rows, "", *losses(medians), ""]


def _next_to_terraform(medians: Medians) -> Iterator[Target]:
    def compared(step: str, delay: int, what: str) -> float | None:
        key = (step, 0, 3, delay)
        return ratio(medians.of(US, key, what), medians.of(OTHER, key, what))

    for delay, most in ((0, 0.5), (40, 0.7)):
        yield Target(
            f"Nothing to change, {delay} ms per call: wall, of `terraform plan`", most, compared("no-op", delay, "wall")
        )
    for delay in (0, 40):
        yield Target(
            f"Nothing to change, {delay} ms per call: CPU, of `terraform plan`", 0.5, compared("no-op", delay, "cpu")
        )
    yield Target("First deployment: wall, of `terraform apply`", 0.25, compared("deploy", 0, "wall"))


def _sizes(medians: Medians) -> Iterator[Target]:
    def look(services: int, what: str) -> float | None:
        return medians.of(US, ("no-op", 0, services, 0), what)

    sizes = {services for step, scale, services, delay in medians.keys(US) if (step, scale, delay) == ("change", 0, 0)}
    for services in sorted(sizes | {3}):
        one = medians.of(US, ("change", 0, services, 0), "wall")
        yield Target(
            f"One changed of {services} services: wall, of looking at everything",
            0.3,
            ratio(one, look(services, "wall")),
        )
    yield Target("30 services: wall, of that of 3", 3, ratio(look(30, "wall"), look(3, "wall")))
    few, some, many = (look(services, "calls") for services in (3, 10, 30))
    flat, how = None, ""
    if few is not None and some is not None and many is not None:
        first, rest = (some - few) / 7, (many - some) / 20
        flat, how = ratio(rest, first), f"{rest:.1f} calls; {first:.1f}"
    yield Target("API calls for each service from 10 to 30, of those from 3 to 10", FLAT, flat, how)


def _provisioning(medians: Medians) -> Iterator[Target]:
    """With the greatest of the scales that were measured: a small one shows our own time, not that of AWS."""
    scales = [
        scale for step, scale, services, _delay in medians.keys(US) if step == "deploy" and services == 3 and scale
    ]
    key = ("deploy", max(scales, default=1.0), 3, 0)
    wall, least = medians.of(US, key, "wall"), medians.of(US, key, "critical_path")
    times = f"AWS's times x {key[1]:g}"
    how = f"{wall:.0f} s; {least:.0f} s" if wall is not None and least is not None else ""
    yield Target(f"Stable deployment, {times}: wall, of the critical path", 1.1, ratio(wall, least), how)
    other = ratio(wall, medians.of(OTHER, key, "wall"))
    yield Target(f"Stable deployment, {times}: wall, of Terraform with `wait_for_steady_state`", 1, other, below=True)


def losses(medians: Medians) -> list[str]:
    """Everything that takes more than with Terraform."""
    rows = []
    for key in medians.keys(US):
        for what, unit in USES.items():
            ours, theirs = medians.of(US, key, what), medians.of(OTHER, key, what)
            if ours is not None and theirs is not None and ours > theirs:
                rows.append(
                    f"| {' | '.join((*_where(key), unit, f'{ours:.1f}', f'{theirs:.1f}', _times(ours, theirs)))} |"
                )
    if not any(medians.of(OTHER, key, "wall") is not None for key in medians.keys(US)):
        return ["Terraform was not measured."]
    if not rows:
        return ["Nothing that was measured takes more than with Terraform."]
    head = "| Step | Services | ms per call | What | orchestra.aws | Terraform | Ratio |"
    return ["This takes more than with Terraform:", "", head, "|---|---|---|---|---|---|---|", *rows]


def _times(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if theirs else ""


def _where(key: Key) -> tuple[str, str, str]:
    step, scale, services, delay = key
    return STEPS[step], str(services), times(delay, scale)


def times(delay: int, scale: float) -> str:
    return f"{delay}" if not scale else f"{delay}, AWS's times x {scale:g}"
