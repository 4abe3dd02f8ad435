# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.exceptions import ClientError

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.retries import NEW_ROLE, until_accepted

TRUST = (
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the "
    "provided role."
)
LOGS = "The state machine IAM Role is not authorized to access the Log Destination"


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Refusing:
    """A call that is refused some times."""

    def __init__(self, times: int, code: str, message: str = "") -> None:
        self.left, self.calls = times, 0
        self.error = refusal(code, message)

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.left:
            raise self.error
        return "done"


def refusal(code: str, message: str) -> AnsibleAWSError:
    error = ClientError({"Error": {"Code": code, "Message": message}}, "CreateStateMachine")
    return AnsibleAWSError(message="Failed to create state machine shop", exception=error)


@pytest.mark.parametrize("message", [TRUST, LOGS])
def test_a_new_role_is_waited_for(message: str) -> None:
    clock, call = Clock(), Refusing(5, "AccessDeniedException", message)
    assert until_accepted("the creation", call, {NEW_ROLE: 60}, clock, clock.sleep) == "done"
    assert call.calls == 6


def test_patience_ends() -> None:
    clock, call = Clock(), Refusing(1000, "AccessDeniedException", TRUST)
    with pytest.raises(AnsibleAWSError, match="Waited 60 seconds for the creation .*authorized to assume"):
        until_accepted("the creation", call, {NEW_ROLE: 60}, clock, clock.sleep)
    assert 50 < clock.now <= 60


def test_a_longer_patience_for_another_reason_does_not_count() -> None:
    clock, call = Clock(), Refusing(1000, "AccessDeniedException", TRUST)
    with pytest.raises(AnsibleAWSError) as raised:
        until_accepted("the creation", call, {NEW_ROLE: 60, "StateMachineDeleting": 600}, clock, clock.sleep)
    assert raised.value is call.error
    assert 60 <= clock.now < 70


@pytest.mark.parametrize(
    ("code", "message"), [("AccessDeniedException", "User x may not do that"), ("InvalidDefinition", "bad")]
)
def test_other_refusals_are_raised_at_once(code: str, message: str) -> None:
    clock, call = Clock(), Refusing(1, code, message)
    with pytest.raises(AnsibleAWSError):
        until_accepted("the creation", call, {NEW_ROLE: 60, "StateMachineDeleting": 600}, clock, clock.sleep)
    assert (call.calls, clock.now) == (1, 0)


def test_each_reason_has_its_own_patience() -> None:
    clock, call = Clock(), Refusing(40, "StateMachineDeleting")
    assert (
        until_accepted("the creation", call, {NEW_ROLE: 60, "StateMachineDeleting": 600}, clock, clock.sleep) == "done"
    )
    assert clock.now > 60
