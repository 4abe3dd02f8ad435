# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.exceptions import ClientError

from ansible_collections.orchestra.aws.plugins.module_utils._retry import refusal, until_accepted
from ansible_collections.orchestra.aws.plugins.module_utils._wait import WaitTimeout


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def refused(code: str, message: str = "Not now.") -> AnsibleAWSError:
    error = ClientError({"Error": {"Code": code, "Message": message}}, "Change")
    return AnsibleAWSError(message="Failed to change x", exception=error)


def answers(*outcomes: AnsibleAWSError | str) -> Callable[[], str]:
    left = list(outcomes)

    def call() -> str:
        outcome = left.pop(0)
        if isinstance(outcome, AnsibleAWSError):
            raise outcome
        return outcome

    return call


def busy(code: str, message: str) -> bool:
    return code == "Busy"


def test_a_passing_refusal_is_repeated_until_the_answer() -> None:
    clock = Clock()
    call = answers(refused("Busy"), refused("Busy"), "done")
    assert until_accepted("x to change", call, busy, 10, clock, clock.sleep) == "done"
    assert clock.now == pytest.approx(0.2 + 0.3)


def test_another_refusal_is_raised_at_once() -> None:
    clock = Clock()
    with pytest.raises(AnsibleAWSError, match="Failed to change x"):
        until_accepted("x to change", answers(refused("Denied")), busy, 10, clock, clock.sleep)
    assert clock.now == 0


def test_the_timeout_tells_the_last_refusal() -> None:
    clock = Clock()
    call = answers(*[refused("Busy") for _number in range(100)])
    message = "Waited 5 seconds for x to change in vain; the last state is Busy: Not now."
    with pytest.raises(WaitTimeout) as caught:
        until_accepted("x to change", call, busy, 5, clock, clock.sleep)
    assert str(caught.value) == message


def test_an_error_without_an_answer_of_aws_has_no_code() -> None:
    assert refusal(AnsibleAWSError(message="no route")) == ("", "")
