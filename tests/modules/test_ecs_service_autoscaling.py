# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_service: autoscaling is made, compared, changed part by part and removed, and its number of tasks left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.modules.ecs_service_former import remembered
from tests.modules.ecs_services import CLUSTER, Options, described, having, options_of

pytest_plugins = ["tests.modules.ecs_service_place"]

NAME = "scaled"
RESOURCE = f"service/{CLUSTER}/{NAME}"
OF = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
CPU = {"name": "cpu", "metric": "cpu", "target_value": 60}
NIGHT = {"name": "night", "schedule": "cron(0 22 * * ? *)", "timezone": "Europe/Berlin", "minimum": 1, "maximum": 1}
AUTOSCALING = {"minimum": 1, "maximum": 4, "target_tracking": [CPU], "scheduled": [NIGHT]}


@pytest.fixture(scope="module")
def scaled(aws: EmbeddedAws, place: Options) -> Iterator[Options]:
    """Options of a service with autoscaling that exists."""
    made = {**options_of(NAME, 9700, place), "autoscaling": AUTOSCALING}
    Modules(aws)("ecs_service", **made)
    yield made
    Modules(aws)("ecs_service", cluster=CLUSTER, name=NAME, state="absent", wait_timeout=60)


def target(aws: EmbeddedAws) -> Any:
    client = aws.client("application-autoscaling")
    found = client.describe_scalable_targets(**OF, ResourceIds=[RESOURCE])["ScalableTargets"]
    return found[0] if found else None


def policies(aws: EmbeddedAws) -> dict[str, Any]:
    found = aws.client("application-autoscaling").describe_scaling_policies(**OF, ResourceId=RESOURCE)
    return {item["PolicyName"]: item for item in found["ScalingPolicies"]}


def scheduled(aws: EmbeddedAws) -> dict[str, Any]:
    found = aws.client("application-autoscaling").describe_scheduled_actions(**OF, ResourceId=RESOURCE)
    return {item["ScheduledActionName"]: item for item in found["ScheduledActions"]}


def predicted(modules: Modules, options: Options) -> dict[str, Any]:
    told = modules.check("ecs_service", **options)
    real = modules("ecs_service", **options)
    assert told["diff"] == real["diff"]
    assert told["actions"] == real["actions"]
    assert told["service"].get("autoscaling") == real["service"].get("autoscaling")
    return real


def applied(modules: Modules, options: Options) -> dict[str, Any]:
    real = predicted(modules, options)
    assert modules("ecs_service", **options)["actions"] == []
    return real


def test_a_service_is_made_with_autoscaling_and_deleted_with_it(
    aws: EmbeddedAws, modules: Modules, options: Options
) -> None:
    name = options["name"]
    made = {**options, "autoscaling": {**AUTOSCALING, "minimum": 2}, "tags": {"team": "shop"}}
    predicted = modules.check("ecs_service", **made)
    real = modules("ecs_service", **made)
    assert predicted["diff"] == real["diff"]
    assert predicted["actions"] == real["actions"]
    assert real["actions"][-4:] == [
        f"create ECS service {name}",
        f"create autoscaling of ECS service {name}: 2 to 4 tasks",
        f"create scaling policy cpu of ECS service {name}",
        f"create scheduled action night of ECS service {name}",
    ]
    assert (predicted["service"]["desired_count"], real["service"]["running_count"]) == (2, 2)
    assert modules("ecs_service", **made)["actions"] == []
    client = aws.client("application-autoscaling")
    [found] = client.describe_scalable_targets(**OF, ResourceIds=[f"service/{CLUSTER}/{name}"])["ScalableTargets"]
    assert client.list_tags_for_resource(ResourceARN=found["ScalableTargetARN"])["Tags"] == {"team": "shop"}
    retagged = modules("ecs_service", **{**made, "tags": {"team": "store"}})
    assert f"update tags of autoscaling of ECS service {name}" in retagged["actions"]
    assert client.list_tags_for_resource(ResourceARN=found["ScalableTargetARN"])["Tags"] == {"team": "store"}
    gone = {"cluster": CLUSTER, "name": name, "state": "absent", "wait_timeout": 60}
    predicted = modules.check("ecs_service", **gone)
    real = modules("ecs_service", **gone)
    assert predicted["actions"] == real["actions"]
    assert real["actions"][0] == f"delete autoscaling of ECS service {name}"
    assert real["diff"]["before"]["autoscaling"]["minimum"] == 2
    assert client.describe_scalable_targets(**OF, ResourceIds=[f"service/{CLUSTER}/{name}"])["ScalableTargets"] == []
    assert modules("ecs_service", **gone)["actions"] == []


MEMORY = {**CPU, "metric": "memory"}
QUEUE = {"metric_name": "Backlog", "namespace": "Shop", "statistic": "Average", "dimensions": {"Queue": "orders"}}
ANY_OTHER = {"name": "queue", "customized_metric": QUEUE, "target_value": 7.5}
REQUESTS = {"name": "requests", "metric": "requests_per_target", "target_value": 1000}
CHANGES: dict[str, tuple[str, Any, list[str]]] = {
    "minimum": ("minimum", 0, ["update autoscaling of ECS service scaled: 0 to 4 tasks"]),
    "maximum": ("maximum", 9, ["update autoscaling of ECS service scaled: 1 to 9 tasks"]),
    "suspended": (
        "suspended",
        {"scale_in": True},
        ["update autoscaling of ECS service scaled: 1 to 4 tasks, scale_in suspended"],
    ),
    "target value": ("target_tracking.0.target_value", 70.5, ["update scaling policy cpu of ECS service scaled"]),
    "scale in": ("target_tracking.0.scale_in_cooldown", 30, ["update scaling policy cpu of ECS service scaled"]),
    "scale out": ("target_tracking.0.scale_out_cooldown", 0, ["update scaling policy cpu of ECS service scaled"]),
    "no scale in": ("target_tracking.0.disable_scale_in", True, ["update scaling policy cpu of ECS service scaled"]),
    "metric": ("target_tracking", [MEMORY], ["update scaling policy cpu of ECS service scaled"]),
    "customized": ("target_tracking", [CPU, ANY_OTHER], ["create scaling policy queue of ECS service scaled"]),
    "requests": (
        "target_tracking",
        [REQUESTS],
        ["create scaling policy requests of ECS service scaled", "delete scaling policy cpu of ECS service scaled"],
    ),
    "no policy": ("target_tracking", [], ["delete scaling policy cpu of ECS service scaled"]),
    "schedule": (
        "scheduled.0.schedule",
        "at(2031-01-31T08:00:00)",
        ["update scheduled action night of ECS service scaled"],
    ),
    "timezone": ("scheduled.0.timezone", "Asia/Tokyo", ["update scheduled action night of ECS service scaled"]),
    "capacity": ("scheduled.0.maximum", 2, ["update scheduled action night of ECS service scaled"]),
    "another": (
        "scheduled",
        [{"name": "often", "schedule": "rate(5 minutes)", "maximum": 3}],
        ["create scheduled action often of ECS service scaled", "delete scheduled action night of ECS service scaled"],
    ),
    "no schedule": ("scheduled", [], ["delete scheduled action night of ECS service scaled"]),
}
# What is left out stays, so these have to be said to be taken back.
BACK = {
    "suspended": ("suspended", {"scale_in": False}),
    "scale in": ("target_tracking.0.scale_in_cooldown", 300),
    "scale out": ("target_tracking.0.scale_out_cooldown", 300),
    "no scale in": ("target_tracking.0.disable_scale_in", False),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_part_there_and_back(aws: EmbeddedAws, modules: Modules, scaled: Options, name: str) -> None:
    path, value, actions = CHANGES[name]
    put_back = remembered(aws, CLUSTER, NAME)
    options = having(scaled, f"autoscaling.{path}", value)
    changed = applied(modules, options)
    assert changed["actions"] == actions
    put_back()
    repaired = modules("ecs_service", **options)
    assert (repaired["actions"], repaired["diff"]) == (actions, changed["diff"])
    if name in BACK:
        assert modules("ecs_service", **scaled)["actions"] == []
        back_path, back_value = BACK[name]
        predicted(modules, having(scaled, f"autoscaling.{back_path}", back_value))
    else:
        predicted(modules, scaled)
    assert target(aws)["MinCapacity"] == 1
    assert set(policies(aws)) == {"cpu"}
    assert scheduled(aws)["night"]["ScalableTargetAction"] == {"MinCapacity": 1, "MaxCapacity": 1}


def test_what_reaches_aws(aws: EmbeddedAws, modules: Modules, scaled: Options) -> None:
    service = modules("ecs_service", **having(scaled, "autoscaling.target_tracking", [REQUESTS, ANY_OTHER]))["service"]
    found = {name: item["TargetTrackingScalingPolicyConfiguration"] for name, item in policies(aws).items()}
    balancer = service["load_balancer_arn"].split(":loadbalancer/")[1]
    group = service["target_group_arn"].split(":")[-1]
    assert found["requests"]["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "ALBRequestCountPerTarget",
        "ResourceLabel": f"{balancer}/{group}",
    }
    assert found["queue"] == {
        "TargetValue": 7.5,
        "DisableScaleIn": False,
        "CustomizedMetricSpecification": {
            "MetricName": "Backlog",
            "Namespace": "Shop",
            "Statistic": "Average",
            "Dimensions": [{"Name": "Queue", "Value": "orders"}],
        },
    }
    assert scheduled(aws)["night"]["Timezone"] == "Europe/Berlin"
    assert service["autoscaling"]["target_tracking"][1]["name"] == "requests"
    applied(modules, scaled)


def test_a_policy_that_counts_for_a_target_group_of_old_is_set_right(
    aws: EmbeddedAws, modules: Modules, scaled: Options
) -> None:
    wanted = having(scaled, "autoscaling.target_tracking", [REQUESTS])
    modules("ecs_service", **wanted)
    right = policies(aws)["requests"]["TargetTrackingScalingPolicyConfiguration"]
    label = right["PredefinedMetricSpecification"]["ResourceLabel"]
    stale = {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": f"{label[:-4]}0000"}
    aws.client("application-autoscaling").put_scaling_policy(
        PolicyName="requests",
        ResourceId=RESOURCE,
        **OF,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={**right, "PredefinedMetricSpecification": stale},
    )
    assert applied(modules, wanted)["actions"] == ["update scaling policy requests of ECS service scaled"]
    assert policies(aws)["requests"]["TargetTrackingScalingPolicyConfiguration"] == right
    applied(modules, scaled)


def test_the_number_of_tasks_is_the_autoscalers(aws: EmbeddedAws, modules: Modules, scaled: Options) -> None:
    aws.client("ecs").update_service(cluster=CLUSTER, service=NAME, desiredCount=3)
    assert modules("ecs_service", **scaled)["actions"] == []
    assert modules("ecs_service", **{**scaled, "desired_count": 1})["actions"] == []
    assert (described(aws, NAME) or {})["desiredCount"] == 3
    lower = modules.check("ecs_service", **having(scaled, "autoscaling.maximum", 2))
    assert lower["service"]["desired_count"] == 2
    applied(modules, having(scaled, "autoscaling.maximum", 2))
    assert (described(aws, NAME) or {})["desiredCount"] == 2
    applied(modules, scaled)


def test_left_out_it_is_not_touched_and_empty_it_is_removed(
    aws: EmbeddedAws, modules: Modules, scaled: Options
) -> None:
    without = {key: value for key, value in scaled.items() if key != "autoscaling"}
    left = modules("ecs_service", **without)
    assert (left["actions"], "autoscaling" in left["service"]) == ([], False)
    assert target(aws) is not None
    removed = applied(modules, {**scaled, "autoscaling": {}, "desired_count": 1})
    assert removed["actions"][0] == "delete autoscaling of ECS service scaled"
    assert removed["service"]["autoscaling"] is None
    assert (target(aws), policies(aws), scheduled(aws)) == (None, {}, {})
    applied(modules, scaled)
    assert set(policies(aws)) == {"cpu"}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("autoscaling", {"minimum": 1}, "autoscaling needs minimum and maximum"),
        ("autoscaling.maximum", 0, "autoscaling has minimum 1 and maximum 0"),
        ("autoscaling.target_tracking", [CPU, CPU], "two entries with the name cpu"),
        ("autoscaling.target_tracking.0.target_value", 0, "target_value 0: not above 0"),
        ("autoscaling.scheduled.0.schedule", "every day", "AWS takes cron(fields), rate(5 minutes) and at("),
        ("autoscaling.scheduled.0.schedule", "rate(1 day)", "a rate has none"),
    ],
)
def test_bad_input_is_refused(modules: Modules, scaled: Options, path: str, value: Any, message: str) -> None:
    for check in (True, False):
        assert message in modules.failure("ecs_service", check=check, **having(scaled, path, value))


def test_a_first_number_outside_of_the_range_is_refused(modules: Modules, options: Options) -> None:
    asked = {**options, "autoscaling": AUTOSCALING, "desired_count": 7}
    assert "desired_count is 7, and autoscaling keeps 1 to 4 tasks" in modules.failure("ecs_service", **asked)


def test_check_mode_works_before_anything_exists(modules: Modules, options: Options) -> None:
    nothing = {**options, "autoscaling": {**AUTOSCALING, "target_tracking": [REQUESTS]}, "cluster": "later"}
    balancer = {key: value for key, value in options["load_balancer"].items() if key != "load_balancer_name"}
    balancer["load_balancer_arn"] = "arn:aws:elasticloadbalancing:(known after creation)"
    predicted = modules.check("ecs_service", **{**nothing, "load_balancer": balancer})
    assert len(predicted["actions"]) == 7
    assert predicted["service"]["autoscaling"]["maximum"] == 4
