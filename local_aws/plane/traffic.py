# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The stages of a blue/green, linear or canary deployment, decided from plain values: no clock, no moto, no process.

Source: "Amazon ECS blue/green deployments", "linear deployments" and "canary deployments" in the ECS developer guide.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

ROLLING = "ROLLING"
SCALE_UP, TEST_SHIFT, PRODUCTION_SHIFT = "SCALE_UP", "TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"
BAKE, CLEAN_UP = "BAKE_TIME", "CLEAN_UP"
# AWS's defaults (API reference, CanaryConfiguration and LinearConfiguration).
CANARY_DEFAULTS = {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 10}
LINEAR_DEFAULTS = {"stepPercent": 10.0, "stepBakeTimeInMinutes": 6}


@dataclasses.dataclass(frozen=True)
class Step:
    """One stage: what traffic green gets at its beginning, None for no change, and how long it lasts at least."""

    stage: str
    production_percent: float | None = None
    test_percent: float | None = None
    minutes: float = 0.0


def is_shifting(configuration: Mapping[str, Any]) -> bool:
    """Whether a deployment configuration moves traffic between two target groups."""
    return bool(configuration.get("strategy", ROLLING) != ROLLING)


def steps(configuration: Mapping[str, Any]) -> list[Step]:
    """The stages of one deployment, in order."""
    shifts = [
        item
        for percent, minutes in _shifts(configuration)
        for item in (
            Step("PRE_PRODUCTION_TRAFFIC_SHIFT"),
            Step(PRODUCTION_SHIFT, production_percent=percent, minutes=minutes),
        )
    ]
    return [
        Step("PRE_SCALE_UP"),
        Step(SCALE_UP),
        Step("POST_SCALE_UP"),
        Step(TEST_SHIFT, test_percent=100.0),
        Step("POST_TEST_TRAFFIC_SHIFT"),
        *shifts,
        Step("POST_PRODUCTION_TRAFFIC_SHIFT"),
        Step(BAKE, minutes=float(configuration.get("bakeTimeInMinutes") or 0)),
        Step(CLEAN_UP),
    ]


def _shifts(configuration: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """Percent of the production traffic that green gets, and the minutes before it gets more."""
    strategy = configuration["strategy"]
    if strategy == "CANARY":
        canary = {**CANARY_DEFAULTS, **(configuration.get("canaryConfiguration") or {})}
        if canary["canaryPercent"] < 100:
            yield float(canary["canaryPercent"]), float(canary["canaryBakeTimeInMinutes"])
    elif strategy == "LINEAR":
        linear = {**LINEAR_DEFAULTS, **(configuration.get("linearConfiguration") or {})}
        percent = float(linear["stepPercent"])
        while percent < 100:
            yield round(percent, 1), float(linear["stepBakeTimeInMinutes"])
            percent += float(linear["stepPercent"])
    yield 100.0, 0.0
