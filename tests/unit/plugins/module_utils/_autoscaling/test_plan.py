# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import metrics, plan, scaling
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

ARNS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
BALANCER = f"{ARNS}loadbalancer/app/shop/50dc6c495c0c9188"
GROUP = f"{ARNS}targetgroup/shop-orders/0a1b2c3d4e5f6071"
LABEL = "app/shop/50dc6c495c0c9188/targetgroup/shop-orders/0a1b2c3d4e5f6071"
LABELLED = ("shop", "shop-orders", LABEL)
CPU = {"name": "cpu", "metric": "cpu", "target_value": 60.0}
REQUESTS = {"name": "requests", "metric": "requests_per_target", "target_value": 100.0}
NIGHT = {"name": "night", "schedule": "cron(0 22 * * ? *)", "maximum": 1}
OPTIONS: dict[str, Any] = {
    "minimum": 1,
    "maximum": 4,
    "suspended": None,
    "target_tracking": [CPU, REQUESTS],
    "scheduled": [NIGHT],
}
NOTHING: dict[str, Any] = dict.fromkeys(OPTIONS)


def make(options: dict[str, Any], found: plan.Found, labelled: tuple[str, str, str] = LABELLED) -> plan.Plan:
    return plan.make(options, found, labelled, None, True)


def described(made: plan.Plan, label: str = LABEL) -> plan.Found:
    """What AWS describes after a plan was carried out."""
    policies = [
        {
            "PolicyName": name,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": scaling.policy_request(policy, label),
        }
        for name, policy in made.after["target_tracking"].items()
    ]
    actions = [
        {"ScheduledActionName": name, **scaling.action_request(action)}
        for name, action in made.after["scheduled"].items()
    ]
    return plan.Found(scaling.target_request(made.after), policies, actions)


def test_everything_is_made_and_then_nothing_is_left_to_do() -> None:
    made = make(OPTIONS, plan.Found())
    assert plan.actions(made, "orders") == [
        "create autoscaling of ECS service orders: 1 to 4 tasks",
        "create scaling policy cpu of ECS service orders",
        "create scaling policy requests of ECS service orders",
        "create scheduled action night of ECS service orders",
    ]
    again = make(OPTIONS, described(made))
    assert plan.actions(again, "orders") == []
    assert again.before == again.after == made.after


def test_what_is_left_out_stays() -> None:
    found = described(make(OPTIONS, plan.Found()))
    only = {**NOTHING, "minimum": 1, "maximum": 4}
    assert plan.actions(make(only, found), "orders") == []
    assert plan.actions(make({**only, "scheduled": []}, found), "orders") == [
        "delete scheduled action night of ECS service orders"
    ]


def test_an_empty_mapping_removes_all() -> None:
    found = described(make(OPTIONS, plan.Found()))
    made = make(NOTHING, found)
    assert (made.deregisters, made.registers, made.after) == (True, False, {})
    assert plan.actions(made, "orders") == ["delete autoscaling of ECS service orders"]
    assert plan.actions(make(NOTHING, plan.Found()), "orders") == []


def test_policies_of_other_kinds_are_left_alone() -> None:
    found = described(make(OPTIONS, plan.Found()))
    step = {"PolicyName": "steps", "PolicyType": "StepScaling", "StepScalingPolicyConfiguration": {}}
    made = make(OPTIONS, plan.Found(found.target, [*found.policies, step], found.scheduled))
    assert plan.actions(made, "orders") == []


def test_a_cooldown_of_aws_is_no_difference_and_another_metric_is() -> None:
    found = described(make(OPTIONS, plan.Found()))
    found.policies[0]["TargetTrackingScalingPolicyConfiguration"]["ScaleInCooldown"] = 300
    assert make(OPTIONS, found).to_put("target_tracking") == []
    customized = {
        "metric_name": "Backlog",
        "namespace": "Shop",
        "statistic": "Sum",
        "dimensions": {"a": 1},
        "unit": None,
    }
    other = {**CPU, "metric": None, "customized_metric": customized}
    made = make({**OPTIONS, "target_tracking": [other, REQUESTS]}, found)
    assert made.to_put("target_tracking") == ["cpu"]
    assert scaling.policy_request(made.after["target_tracking"]["cpu"], "") == {
        "TargetValue": 60.0,
        "ScaleInCooldown": 300,
        "DisableScaleIn": False,
        "CustomizedMetricSpecification": {
            "MetricName": "Backlog",
            "Namespace": "Shop",
            "Statistic": "Sum",
            "Dimensions": [{"Name": "a", "Value": "1"}],
        },
    }


@pytest.mark.parametrize(
    ("label", "outdated"),
    [(LABEL, []), (f"{LABEL[:-1]}9", ["requests"]), (f"app/shop/1/{unknown()}", ["requests"])],
    ids=["the same", "made again", "made again in this run"],
)
def test_a_label_with_other_ids_is_outdated(label: str, outdated: list[str]) -> None:
    found = described(make(OPTIONS, plan.Found()))
    made = make(OPTIONS, found, ("shop", "shop-orders", label))
    assert made.to_put("target_tracking") == outdated
    assert made.before == made.after


def test_the_resource_label() -> None:
    assert metrics.resource_label(BALANCER, GROUP) == LABEL
    assert metrics.request({"metric": "requests_per_target"}, LABEL) == {
        "PredefinedMetricSpecification": {
            "PredefinedMetricType": "ALBRequestCountPerTarget",
            "ResourceLabel": LABEL,
        }
    }


def test_metric_math_counts_as_a_difference() -> None:
    math = {"Id": "m", "Expression": "a/b"}
    found = metrics.settings({"CustomizedMetricSpecification": {"Metrics": [math]}})
    assert found == {"customized_metric": {"metrics": [math]}}


def test_a_rate_has_no_time_zone() -> None:
    rate = {"name": "night", "schedule": "rate(5 minutes)", "minimum": 1}
    zoned = {**NIGHT, "timezone": "Europe/Berlin"}
    cron = described(make({**OPTIONS, "scheduled": [zoned]}, plan.Found()))
    assert cron.scheduled[0]["Timezone"] == "Europe/Berlin"
    made = make({**OPTIONS, "scheduled": [rate]}, cron)
    assert made.after["scheduled"]["night"] == {"schedule": "rate(5 minutes)", "minimum": 1, "maximum": 1}
    found = described(made)
    assert "Timezone" not in found.scheduled[0]
    # AWS may still know the one from before.
    found.scheduled[0]["Timezone"] = "Europe/Berlin"
    again = make({**OPTIONS, "scheduled": [rate]}, found)
    assert again.before == again.after
    back = make({**OPTIONS, "scheduled": [NIGHT]}, found)
    assert back.after["scheduled"]["night"]["timezone"] == "UTC"


def test_the_result_is_in_the_form_of_the_option() -> None:
    made = make(OPTIONS, plan.Found())
    result = scaling.result(made.after) or {}
    assert [item["name"] for item in result["target_tracking"]] == ["cpu", "requests"]
    assert result["scheduled"] == [{"name": "night", "schedule": NIGHT["schedule"], "timezone": "UTC", "maximum": 1}]
    assert scaling.result({}) is None


def test_tags_go_with_the_target() -> None:
    found = described(make(OPTIONS, plan.Found()))
    tagged = plan.Found(found.target, found.policies, found.scheduled, {"a": "1"})
    made = plan.make(OPTIONS, tagged, LABELLED, {"b": 2}, True)
    assert (made.retags, made.tags_after) == (True, {"b": "2"})
    assert plan.actions(made, "orders") == ["update tags of autoscaling of ECS service orders"]
    assert not plan.make(NOTHING, tagged, LABELLED, {"b": 2}, True).retags
