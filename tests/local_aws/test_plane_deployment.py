# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The service scheduler's decisions and the choice of capacity providers, as tables."""

from __future__ import annotations

import dataclasses

import pytest

from local_aws.plane import traffic
from local_aws.plane.capacity import next_provider
from local_aws.plane.deployment import (
    ALARM_DETECTED,
    BREAKER_TRIPPED,
    Breaker,
    Decision,
    Rollout,
    ServiceView,
    TaskView,
    decide,
    decide_shift,
)

BREAKER = Breaker(enable=True, rollback=True)


def new(identifier: str, **changes: bool) -> TaskView:
    """A healthy task of the PRIMARY deployment."""
    return TaskView(identifier, "new", **{"healthy": True, **changes})


def old(identifier: str, **changes: bool) -> TaskView:
    """A healthy task of an earlier deployment."""
    return TaskView(identifier, "old", **{"healthy": True, **changes})


def view(*tasks: TaskView, desired: int = 2, **changes: object) -> ServiceView:
    """A service in the middle of a deployment."""
    base = ServiceView(desired=desired, primary="new", rollout=Rollout.IN_PROGRESS, tasks=tasks)
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


P, C, F = Rollout.IN_PROGRESS, Rollout.COMPLETED, Rollout.FAILED

CASES = {
    "an empty service starts its tasks": (view(), Decision(P, 2)),
    "pending tasks are waited for": (view(new("a", healthy=False), new("b", healthy=False)), Decision(P)),
    "healthy tasks complete it": (view(new("a"), new("b")), Decision(C)),
    "nothing wanted is complete": (view(desired=0), Decision(C)),
    "a completed service replaces a lost task": (view(new("a"), rollout=C), Decision(C, 1)),
    "completed stays completed": (view(new("a"), new("b", healthy=False), rollout=C), Decision(C)),
    "scale in gives up the youngest": (view(new("a"), new("b"), desired=1, rollout=C), Decision(C, 0, ("b",))),
    "scale in gives up the unhealthy first": (
        view(new("a", healthy=False), new("b"), desired=1, rollout=C),
        Decision(C, 0, ("a",)),
    ),
    "100/200: new tasks beside the old ones": (view(old("x"), old("y")), Decision(P, 2)),
    "100/200: an old task goes per healthy new one": (
        view(old("x"), old("y"), new("a"), new("b", healthy=False)),
        Decision(P, 0, ("x",)),
    ),
    "an unhealthy old task goes at once": (view(old("x", healthy=False), old("y")), Decision(P, 2, ("x",))),
    "an old task that stops is waited for": (view(new("a"), new("b"), old("x", stopping=True)), Decision(P)),
    "0/100: old tasks go first": (
        view(old("x"), old("y"), minimum_percent=0, maximum_percent=100),
        Decision(P, 0, ("x", "y")),
    ),
    "0/100: then new ones come": (view(minimum_percent=0, maximum_percent=100), Decision(P, 2)),
    "100/100 cannot move": (view(old("x"), old("y"), maximum_percent=100), Decision(P)),
    "50/100: half at a time": (
        view(old("x"), old("y"), minimum_percent=50, maximum_percent=100),
        Decision(P, 0, ("x",)),
    ),
    "100/150 of 2 starts one": (view(old("x"), old("y"), maximum_percent=150), Decision(P, 1)),
    "the minimum is rounded up": (
        view(old("x"), old("y"), old("z"), desired=3, minimum_percent=50, maximum_percent=100),
        Decision(P, 0, ("x",)),
    ),
    "the maximum is rounded down": (
        view(old("x"), old("y"), old("z"), desired=3, maximum_percent=150),
        Decision(P, 1),
    ),
    "two failures are not enough": (view(failed_tasks=2, breaker=BREAKER), Decision(P, 2)),
    "three failures trip the breaker": (
        view(failed_tasks=3, breaker=BREAKER),
        Decision(F, cause=BREAKER_TRIPPED),
    ),
    "a completed deployment comes back": (
        view(old("x"), failed_tasks=3, breaker=BREAKER, can_roll_back=True),
        Decision(F, roll_back=True, cause=BREAKER_TRIPPED),
    ),
    "without rollback it only fails": (
        view(failed_tasks=3, breaker=Breaker(enable=True), can_roll_back=True),
        Decision(F, cause=BREAKER_TRIPPED),
    ),
    "an alarm fails it": (view(alarmed=True, can_roll_back=True), Decision(F, cause=ALARM_DETECTED)),
    "an alarm brings the completed one back": (
        view(alarmed=True, alarms_roll_back=True, can_roll_back=True),
        Decision(F, roll_back=True, cause=ALARM_DETECTED),
    ),
    "an alarm after the deployment is no matter": (view(new("a"), new("b"), alarmed=True, rollout=C), Decision(C)),
    "without the breaker it goes on": (view(failed_tasks=50), Decision(P, 2)),
    "a completed deployment is not watched": (view(failed_tasks=9, breaker=BREAKER, rollout=C), Decision(C, 2)),
    "a failed deployment starts nothing and keeps the old tasks": (
        view(old("x"), old("y"), rollout=F),
        Decision(F),
    ),
    "a failed deployment still scales to zero": (
        view(old("x"), new("a"), desired=0, rollout=F),
        Decision(F, 0, ("a", "x")),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_decisions(name: str) -> None:
    given, expected = CASES[name]
    assert decide(given) == expected


@pytest.mark.parametrize(
    ("configuration", "desired", "threshold"),
    [
        ({}, 1, 3),
        ({}, 6, 3),
        ({}, 7, 4),
        ({}, 25, 13),
        ({}, 400, 200),
        ({}, 1000, 200),
        ({"thresholdConfiguration": {"type": "COUNT", "value": 1}}, 500, 1),
        ({"thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 100}}, 10, 10),
        ({"thresholdConfiguration": {"type": "UNBOUNDED_PERCENT", "value": 50}}, 2, 1),
        ({"thresholdConfiguration": {"type": "UNBOUNDED_PERCENT", "value": 50}}, 1000, 500),
    ],
)
def test_threshold_of_the_circuit_breaker(configuration: dict[str, object], desired: int, threshold: int) -> None:
    assert Breaker.of({"enable": True, "rollback": False, **configuration}).threshold(desired) == threshold


def test_healthy_tasks_reset_the_count_unless_switched_off() -> None:
    assert Breaker.of({"enable": True, "rollback": True}).reset_on_healthy_task
    assert not Breaker.of({"enable": True, "rollback": True, "resetOnHealthyTask": False}).reset_on_healthy_task


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ([("FARGATE", 0, 1)], ["FARGATE"] * 3),
        ([("FARGATE", 1, 1), ("FARGATE_SPOT", 0, 4)], ["FARGATE", "FARGATE", *["FARGATE_SPOT"] * 4, "FARGATE"]),
        ([("FARGATE", 2, 0), ("FARGATE_SPOT", 0, 1)], ["FARGATE", "FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"]),
    ],
)
def test_capacity_providers_by_base_and_weight(strategy: list[tuple[str, int, int]], expected: list[str]) -> None:
    items = [{"capacityProvider": name, "base": base, "weight": weight} for name, base, weight in strategy]
    running: dict[str, int] = {}
    chosen = []
    for _ in expected:
        name = next_provider(items, running)
        running[name] = running.get(name, 0) + 1
        chosen.append(name)
    assert chosen == expected


BLUE, STRAY = old("x"), TaskView("s", "abandoned", healthy=True)
SHIFTS: dict[str, tuple[ServiceView, bool, bool, Decision]] = {
    "before the scale up nothing starts": (view(BLUE), False, False, Decision(P)),
    "green starts beside blue": (view(BLUE, old("y")), True, False, Decision(P, 2)),
    "healthy green does not end blue": (view(BLUE, new("a"), new("b")), True, False, Decision(P)),
    "surplus of green goes": (view(BLUE, new("a"), new("b"), desired=1), True, False, Decision(P, 0, ("b",))),
    "what an abandoned deployment left goes": (view(BLUE, STRAY), True, False, Decision(P, 2, ("s",))),
    "in the end blue goes": (view(BLUE, new("a"), new("b")), True, True, Decision(P, 0, ("x",))),
    "while blue stops it is waited for": (
        view(old("x", stopping=True), new("a"), new("b")),
        True,
        True,
        Decision(P),
    ),
    "then it has completed": (view(new("a"), new("b")), True, True, Decision(C)),
    "a green task lost at the end is replaced": (view(BLUE, new("a")), True, True, Decision(P, 1, ("x",))),
}


@pytest.mark.parametrize("name", SHIFTS)
def test_decisions_while_traffic_moves(name: str) -> None:
    seen, scales, ends, expected = SHIFTS[name]
    assert decide_shift(seen, blue="old", scales=scales, ends=ends) == expected


SHARES: dict[str, tuple[dict[str, object], list[tuple[float, float]], float]] = {
    "blue/green at once": ({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5}, [(100.0, 0.0)], 5.0),
    "canary": (
        {"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 2.5, "canaryBakeTimeInMinutes": 3}},
        [(2.5, 3.0), (100.0, 0.0)],
        0.0,
    ),
    "canary by default": ({"strategy": "CANARY"}, [(5.0, 10.0), (100.0, 0.0)], 0.0),
    "canary of everything": (
        {"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 100.0}},
        [(100.0, 0.0)],
        0.0,
    ),
    "linear": (
        {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 40.0, "stepBakeTimeInMinutes": 1}},
        [(40.0, 1.0), (80.0, 1.0), (100.0, 0.0)],
        0.0,
    ),
    "linear that divides evenly": (
        {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0}},
        [(50.0, 6.0), (100.0, 0.0)],
        0.0,
    ),
}


@pytest.mark.parametrize("name", SHARES)
def test_shares_of_the_traffic(name: str) -> None:
    configuration, shares, bake = SHARES[name]
    steps = traffic.steps(configuration)
    moved = [(step.production_percent, step.minutes) for step in steps if step.stage == traffic.PRODUCTION_SHIFT]
    assert moved == shares
    assert [step.minutes for step in steps if step.stage == traffic.BAKE] == [bake]
    assert [step.stage for step in steps][:5] == [
        "PRE_SCALE_UP",
        "SCALE_UP",
        "POST_SCALE_UP",
        "TEST_TRAFFIC_SHIFT",
        "POST_TEST_TRAFFIC_SHIFT",
    ]
    assert [step.stage for step in steps][-3:] == ["POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP"]
