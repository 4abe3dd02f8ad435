# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ansible_collections.orchestra.aws.plugins.module_utils import _retry
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import apply, plan

RESOURCE = "service/shop/orders"
OPTIONS: dict[str, Any] = {
    "minimum": 1,
    "maximum": 4,
    "target_tracking": [{"name": "cpu", "metric": "cpu", "target_value": 60.0}],
    "scheduled": [{"name": "night", "schedule": "rate(1 day)", "maximum": 1}],
}


class Client:
    """Records calls; refuses the first ones with the errors it is given."""

    def __init__(self, *refusals: tuple[str, str]) -> None:
        self.calls: list[str] = []
        self._refusals = list(refusals)

    def __getattr__(self, operation: str) -> Any:
        def call(**_arguments: Any) -> dict[str, Any]:
            self.calls.append(operation)
            if self._refusals:
                code, message = self._refusals.pop(0)
                raise ClientError({"Error": {"Code": code, "Message": message}}, operation)
            return {}

        return call


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    original = _retry._wait.until

    def until(*arguments: Any) -> None:
        original(*arguments[:4], lambda: 0.0, lambda _seconds: None)

    monkeypatch.setattr(_retry._wait, "until", until)


def planned(options: dict[str, Any], found: plan.Found | None = None) -> plan.Plan:
    return plan.make(options, found or plan.Found(), ("", "", ""), None, True)


def test_the_target_comes_before_what_needs_it() -> None:
    client = Client()
    apply.apply(planned(OPTIONS), client, RESOURCE, "")
    assert client.calls == ["register_scalable_target", "put_scaling_policy", "put_scheduled_action"]


@pytest.mark.parametrize(
    "refusal",
    [
        ("ConcurrentUpdateException", ""),
        ("ObjectNotFoundException", ""),
        ("FailedResourceAccessException", ""),
        ("ValidationException", "ECS service doesn't exist: service/shop/orders"),
    ],
    ids=lambda refusal: refusal[0],
)
def test_a_refusal_that_passes_is_repeated(refusal: tuple[str, str]) -> None:
    client = Client(refusal, refusal)
    apply.apply(planned({**OPTIONS, "target_tracking": None, "scheduled": None}), client, RESOURCE, "")
    assert client.calls == ["register_scalable_target"] * 3


def test_another_refusal_is_an_error_at_once() -> None:
    client = Client(("ValidationException", "no"))
    with pytest.raises(Exception, match="Failed to register scalable target service/shop/orders"):
        apply.apply(planned(OPTIONS), client, RESOURCE, "")
    assert len(client.calls) == 1


def test_a_removal_is_one_call() -> None:
    found = plan.Found({"MinCapacity": 1, "MaxCapacity": 2})
    client = Client()
    apply.apply(planned(dict.fromkeys(OPTIONS), found), client, RESOURCE, "")
    assert client.calls == ["deregister_scalable_target"]
