# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import deployment
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

NEW: dict[str, Any] = {"strategy": "ROLLING", "circuit_breaker": {"enable": True, "rollback": True}}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:check"
HOOK = {
    "target_type": "AWS_LAMBDA",
    "hook_target_arn": FUNCTION,
    "role_arn": None,
    "lifecycle_stages": ["PRE_SCALE_UP"],
    "hook_details": {"Any Key": {"some_key": 1}},
    "timeout_configuration": {"timeout_in_minutes": 5, "action": None},
}


def after(options: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    return deployment.desired(options, before or NEW)


def round_trip(options: dict[str, Any], current: dict[str, Any] | None = None) -> dict[str, Any]:
    """Settings after an update of the configuration in AWS's form."""
    before = deployment.settings(current or {})
    return deployment.settings(deployment.request(deployment.desired(options, before), current or {}))


@pytest.mark.parametrize(
    "options",
    [
        {"strategy": "BLUE_GREEN", "bake_time_minutes": 5},
        {"strategy": "CANARY", "canary": {"percent": 2.5, "bake_time_minutes": None}, "bake_time_minutes": 1},
        {"strategy": "LINEAR", "linear": {"step_percent": 20.0, "step_bake_time_minutes": 0}},
        {"strategy": "CANARY", "lifecycle_hooks": [HOOK]},
        {"circuit_breaker": {"enable": True, "rollback": False, "threshold": {"type": "COUNT", "value": 7}}},
        {"circuit_breaker": {"enable": True, "reset_on_healthy_task": False}},
        {"alarms": {"names": ["b", "a"], "enable": True, "rollback": False}},
        {"early_success_criteria": {"enable": True, "healthy_percent": 50, "source_service_revision_cleanup": None}},
        {"minimum_healthy_percent": 50, "maximum_percent": 150},
    ],
    ids=str,
)
def test_what_is_asked_for_is_found_again(options: dict[str, Any]) -> None:
    current = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    found = round_trip(options, current)
    assert deployment.desired(options, found) == found
    assert found != deployment.settings(current)


def test_a_hook_in_the_form_of_aws() -> None:
    hook = {**HOOK, "timeout_configuration": {"timeout_in_minutes": 5, "action": "CONTINUE"}}
    request = deployment.request(after({"strategy": "CANARY", "lifecycle_hooks": [hook]}), {})
    assert request["lifecycleHooks"] == [
        {
            "targetType": "AWS_LAMBDA",
            "hookTargetArn": FUNCTION,
            "lifecycleStages": ["PRE_SCALE_UP"],
            "hookDetails": {"Any Key": {"some_key": 1}},
            "timeoutConfiguration": {"timeoutInMinutes": 5, "action": "CONTINUE"},
        }
    ]


def test_what_aws_adds_to_a_hook_is_no_difference() -> None:
    request = deployment.request(after({"strategy": "CANARY", "lifecycle_hooks": [HOOK]}), {})
    request["lifecycleHooks"][0]["timeoutConfiguration"]["action"] = "ROLLBACK"
    before = deployment.settings(request)
    assert after({"lifecycle_hooks": [HOOK]}, before) == before
    other = {**HOOK, "timeout_configuration": {"timeout_in_minutes": 9}}
    assert after({"lifecycle_hooks": [other]}, before)["lifecycle_hooks"] != before["lifecycle_hooks"]


def test_back_to_the_default_is_said_to_aws() -> None:
    current = {
        "deploymentCircuitBreaker": {
            "enable": True,
            "rollback": True,
            "thresholdConfiguration": {"type": "COUNT", "value": 4},
            "resetOnHealthyTask": False,
        },
    }
    back = {"threshold": {"type": "BOUNDED_PERCENT", "value": 50}, "reset_on_healthy_task": True}
    wanted = deployment.desired({"circuit_breaker": back}, deployment.settings(current))
    assert wanted["circuit_breaker"] == {"enable": True, "rollback": True}
    assert deployment.request(wanted, current)["deploymentCircuitBreaker"] == {
        "enable": True,
        "rollback": True,
        "thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 50},
        "resetOnHealthyTask": True,
    }


def test_what_belongs_to_another_strategy_goes() -> None:
    current = {
        "strategy": "CANARY",
        "canaryConfiguration": {"canaryPercent": 5.0},
        "bakeTimeInMinutes": 3,
        "lifecycleHooks": [{"hookTargetArn": FUNCTION, "lifecycleStages": ["PRE_SCALE_UP"]}],
    }
    before = deployment.settings(current)
    linear = deployment.desired({"strategy": "LINEAR"}, before)
    assert ("canary" in linear, linear["bake_time_minutes"]) == (False, 3)
    assert "canaryConfiguration" not in deployment.request(linear, current)
    rolling = deployment.desired({"strategy": "ROLLING"}, before)
    assert not {"canary", "bake_time_minutes", "lifecycle_hooks"} & set(rolling)
    assert deployment.request(rolling, current)["lifecycleHooks"] == []


def test_another_deployment_controller_is_told_of_no_strategy() -> None:
    current = {"minimumHealthyPercent": 100, "maximumPercent": 200}
    wanted = deployment.desired({"maximum_percent": 150}, deployment.settings(current))
    assert "strategy" not in deployment.request(wanted, current)
    assert deployment.request(wanted, {})["strategy"] == "ROLLING"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strategy": "BLUE_GREEN"}, "needs deployment.bake_time_minutes"),
        ({"strategy": "LINEAR", "canary": {"percent": 5}}, "deployment.canary is for the strategy CANARY"),
        ({"linear": {"step_percent": 5}}, "deployment.linear is for the strategy LINEAR"),
        ({"bake_time_minutes": 5}, "other than ROLLING"),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        after(options)


@pytest.mark.parametrize("more", [{}, {"enable": True, "rollback": True}])
def test_without_names_there_are_no_alarms(more: dict[str, Any]) -> None:
    before = deployment.settings({"alarms": {"alarmNames": ["a"], "enable": True, "rollback": True}})
    after = deployment.desired({"alarms": {"names": [], **more}}, before)
    assert after["alarms"] == {"names": [], "enable": False, "rollback": False} == deployment.settings({})["alarms"]
