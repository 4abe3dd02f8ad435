# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError, ResultError
from ansible_collections.orchestra.aws.plugins.module_utils._targets.target import Status, Target
from ansible_collections.orchestra.aws.plugins.module_utils._targets.watch import MISSING_SECONDS, parse, watch

NAT = Target("nat_gateway", "nat-1")
LINK = Target("vpc_link", "link")
SERVICE = Target("ecs_service", "cart", "shop")
PENDING = Status("pending", "PENDING")
READY = Status("ready", "AVAILABLE")


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Aws:
    """Answers with one mapping after another, then with the last for ever; keeps what it was asked."""

    def __init__(self, *answers: dict[Target, Status]) -> None:
        self.answers = list(answers)
        self.asked: list[list[Target]] = []

    def __call__(self, targets: list[Target]) -> dict[Target, Status]:
        self.asked.append(targets)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return {target: status for target, status in answer.items() if target in targets}


def run(aws: Aws, targets: list[Target], timeout: float = 60, **more: Any) -> list[dict[str, Any]]:
    clock = Clock()
    return watch(targets, aws, timeout, clock=clock, sleep=clock.sleep, **more).result()


def test_what_is_ready_is_not_looked_at_again() -> None:
    aws = Aws({NAT: READY, LINK: PENDING}, {LINK: PENDING}, {LINK: READY})
    result = run(aws, [NAT, LINK])
    assert aws.asked == [[NAT, LINK], [LINK], [LINK]]
    assert result == [
        {"kind": "nat_gateway", "id": "nat-1", "phase": "ready", "state": "AVAILABLE", "why": "", "seconds": 0.0},
        {"kind": "vpc_link", "id": "link", "phase": "ready", "state": "AVAILABLE", "why": "", "seconds": 0.5},
    ]


def test_progress_is_told_of_what_is_pending() -> None:
    told: list[Mapping[Target, Status]] = []
    run(Aws({NAT: READY, LINK: PENDING}, {LINK: READY}), [NAT, LINK], progress=told.append)
    assert told == [{LINK: PENDING}]


def test_a_failure_ends_the_wait_and_tells_of_the_others() -> None:
    aws = Aws({NAT: Status("failed", "failed", "no free address"), LINK: PENDING, SERVICE: READY})
    with pytest.raises(ResultError) as failure:
        run(aws, [NAT, LINK, SERVICE])
    assert str(failure.value) == (
        "nat_gateway nat-1 is failed: no free address. "
        "Besides, vpc_link link is PENDING; ecs_service cart of cluster shop is AVAILABLE."
    )
    assert [target["seconds"] for target in failure.value.result["targets"]] == [None, None, 0.0]
    assert len(aws.asked) == 1


def test_the_timeout_says_what_is_pending_and_what_is_not() -> None:
    with pytest.raises(ResultError, match="Waited 20 seconds in vain for vpc_link link is PENDING. Besides, nat_gat"):
        run(Aws({NAT: READY, LINK: PENDING}), [NAT, LINK], timeout=20)


def test_the_last_look_tells_why_it_is_still_pending() -> None:
    last = Aws({SERVICE: Status("pending", "0 of 1", "no image.")})
    with pytest.raises(ResultError, match="for vpc_link link is PENDING; ecs_service .* is 0 of 1: no image. Besides"):
        run(Aws({NAT: READY, LINK: PENDING, SERVICE: PENDING}), [NAT, LINK, SERVICE], timeout=20, last_look=last)
    assert last.asked == [[LINK, SERVICE]]


def test_what_is_ready_at_the_last_look_is_no_failure() -> None:
    assert run(Aws({NAT: PENDING}), [NAT], timeout=20, last_look=Aws({NAT: READY}))[0]["phase"] == "ready"


def test_what_has_failed_at_the_last_look_is_told_as_that() -> None:
    with pytest.raises(ResultError, match="^nat_gateway nat-1 is failed: no free address.$"):
        run(Aws({NAT: PENDING}), [NAT], timeout=20, last_look=Aws({NAT: Status("failed", "failed", "no free address")}))


def test_what_aws_does_not_know_may_come_up_in_time() -> None:
    assert run(Aws({}, {}, {NAT: READY}), [NAT])[0]["state"] == "AVAILABLE"


def test_what_aws_never_knows_fails_before_the_timeout() -> None:
    clock = Clock()
    with pytest.raises(ResultError, match="nat_gateway nat-1 is missing"):
        watch([NAT], Aws({}), 900, clock=clock, sleep=clock.sleep)
    assert MISSING_SECONDS <= clock.now - 100 < MISSING_SECONDS + 5


def test_what_disappears_counts_as_missing() -> None:
    with pytest.raises(ResultError, match="nat_gateway nat-1 is missing"):
        run(Aws({NAT: PENDING}, {}), [NAT], timeout=900)


def test_nothing_to_wait_for_is_done() -> None:
    assert run(Aws({}), []) == []


def test_parse_keeps_the_order_and_drops_repetitions() -> None:
    service = {"cluster": "shop", "service": "cart"}
    options = [{"vpc_link": "link", "nat_gateway": None}, {"ecs_service": service}, {"vpc_link": "link"}]
    assert parse(options) == [LINK, SERVICE]


@pytest.mark.parametrize("option", [{}, {"vpc_link": None}, {"vpc_link": "a", "nat_gateway": "b"}])
def test_parse_wants_exactly_one_key(option: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="exactly one"):
        parse([option])
