# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_service: strategies that move traffic between two target groups, from the first deployment to the deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.modules.ecs_services import BROKEN_IMAGE, CLUSTER, Options, described, having, left_over, policy

pytest_plugins = ["tests.modules.ecs_service_place"]

ROLE = "ecs-service-test-colors"
ECS = {"Service": "ecs.amazonaws.com"}
TEST_PORT = 9801
BLUE_GREEN = {"strategy": "BLUE_GREEN", "bake_time_minutes": 0}
SERVICE_NAME = "task_definition.containers.0.environment"


@pytest.fixture(scope="module")
def role(aws: EmbeddedAws) -> Iterator[str]:
    """A role with which ECS may change listener rules."""
    iam = aws.client("iam")
    made = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=policy("sts:AssumeRole", Principal=ECS))["Role"]
    iam.put_role_policy(
        RoleName=ROLE, PolicyName="shift", PolicyDocument=policy("elasticloadbalancing:ModifyRule", Resource="*")
    )
    yield made["Arn"]
    iam.delete_role_policy(RoleName=ROLE, PolicyName="shift")
    iam.delete_role(RoleName=ROLE)


@pytest.fixture
def colored(options: Options, role: str) -> Options:
    """Options of a service with two target groups; deleted after the test."""
    made = having(options, "load_balancer.advanced_configuration", {"role_arn": role})
    return {**made, "deployment": BLUE_GREEN}


def says(options: Options, word: str) -> Options:
    """The options with a revision of their own."""
    return having(options, SERVICE_NAME, {"PORT": 3000, "SERVICE_NAME": word})


def weights(aws: EmbeddedAws, service: Options) -> dict[str, int]:
    """The weights of the production rule by the names of the target groups."""
    elb = aws.client("elbv2")
    [entry] = (described(aws, service["name"]) or {})["loadBalancers"]
    [rule] = elb.describe_rules(RuleArns=[entry["advancedConfiguration"]["productionListenerRule"]])["Rules"]
    groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
    return {item["TargetGroupArn"].split("/")[1]: item["Weight"] for item in groups}


def test_blue_green_from_creation_to_deletion(
    aws: EmbeddedAws, modules: Modules, colored: Options, place: Options
) -> None:
    name, port = colored["name"], colored["load_balancer"]["listener"]["port"]
    group, other = f"{CLUSTER}-{name}", f"{CLUSTER}-{name}-alt"
    predicted = modules.check("ecs_service", **colored)
    assert left_over(aws, name, port, place["balancer"]) == []
    made = modules("ecs_service", **colored)
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"]
    assert made["actions"][2:] == [
        f"create listener HTTP:{port} of load balancer {CLUSTER}",
        f"create target group {other}",
        f"create the rule of port {port} for both target groups",
        f"create ECS service {name}",
    ]
    assert modules("ecs_service", **colored)["actions"] == []
    assert weights(aws, colored) == {group: 100, other: 0}
    green = says(colored, "green")
    predicted, real = modules.check("ecs_service", **green), modules("ecs_service", **green)
    assert predicted["diff"] == real["diff"]
    assert real["service"]["deployments"][0]["rollout_state"] == "COMPLETED"
    assert weights(aws, colored) == {group: 0, other: 100}
    assert modules("ecs_service", **green)["actions"] == [], "the weights are AWS's own"
    gone = {"cluster": CLUSTER, "name": name, "state": "absent", "wait_timeout": 60}
    predicted, real = modules.check("ecs_service", **gone), modules("ecs_service", **gone)
    assert predicted["actions"] == real["actions"]
    assert f"delete target group {other}" in real["actions"]
    assert left_over(aws, name, port, place["balancer"]) == []
    elb = aws.client("elbv2")
    assert other not in {item["TargetGroupName"] for item in elb.describe_target_groups()["TargetGroups"]}
    assert modules("ecs_service", **gone)["actions"] == []


def test_a_green_that_does_not_start_is_a_failure_and_blue_stays(
    aws: EmbeddedAws, modules: Modules, colored: Options
) -> None:
    name = colored["name"]
    modules("ecs_service", **colored)
    broken = having(colored, "task_definition.containers.0.image", BROKEN_IMAGE)
    failed = modules.outcome("ecs_service", **broken)
    assert failed["failed"]
    assert f"rolled the service back to {CLUSTER}-{name}:1" in failed["msg"]
    assert any("CannotPullContainerError" in line for line in failed["rollout"]["details"])
    assert weights(aws, colored) == {f"{CLUSTER}-{name}": 100, f"{CLUSTER}-{name}-alt": 0}
    assert modules("ecs_service", **colored)["service"]["running_count"] == 1


def test_from_rolling_to_canary_with_test_traffic_and_back(
    aws: EmbeddedAws, modules: Modules, options: Options, role: str
) -> None:
    name, port = options["name"], options["load_balancer"]["listener"]["port"]
    group, other = f"{CLUSTER}-{name}", f"{CLUSTER}-{name}-alt"
    modules("ecs_service", **options)
    advanced = {"role_arn": role, "test_listener_port": TEST_PORT}
    canary = {"strategy": "CANARY", "canary": {"percent": 10, "bake_time_minutes": 0}}
    colored = {**having(options, "load_balancer.advanced_configuration", advanced), "deployment": canary}
    predicted, real = modules.check("ecs_service", **colored), modules("ecs_service", **colored)
    assert predicted["diff"] == real["diff"]
    assert (
        predicted["actions"]
        == real["actions"]
        == [
            f"create target group {other}",
            f"create the rule of port {port} for both target groups",
            f"create listener HTTP:{TEST_PORT} of load balancer {CLUSTER}",
            f"create the rule of port {TEST_PORT} for both target groups",
            f"update ECS service {name}: deployment.bake_time_minutes, deployment.canary, deployment.strategy, "
            "load_balancers",
        ]
    )
    assert modules("ecs_service", **colored)["actions"] == []
    [entry] = real["service"]["load_balancers"]
    assert entry["target_group"] == group
    assert entry["advanced_configuration"]["alternate_target_group"] == other
    live = max(weights(aws, colored).items(), key=lambda item: item[1])[0]
    rolling = {**colored, "deployment": {"strategy": "ROLLING"}}
    if live == other:
        message = modules.failure("ecs_service", **rolling)
        assert f"go to its alternate target group {other} at the moment" in message
        modules("ecs_service", **{**colored, "force_new_deployment": True})
    assert weights(aws, colored) == {group: 100, other: 0}
    predicted, real = modules.check("ecs_service", **rolling), modules("ecs_service", **rolling)
    assert predicted["diff"] == real["diff"]
    assert real["service"]["load_balancers"] == [
        {"target_group": group, "container_name": "app", "container_port": 3000}
    ]
    assert modules("ecs_service", **rolling)["actions"] == []


def test_tags_and_target_group_options_reach_both(aws: EmbeddedAws, modules: Modules, colored: Options) -> None:
    elb, tagged = aws.client("elbv2"), {**colored, "tags": {"team": "shop"}}
    modules("ecs_service", **colored)
    name = colored["name"]
    changed = having(tagged, "load_balancer.target_group.health_check.interval", 7)
    predicted, real = modules.check("ecs_service", **changed), modules("ecs_service", **changed)
    assert (predicted["diff"], predicted["actions"]) == (real["diff"], real["actions"])
    assert f"update target group {CLUSTER}-{name}-alt: health_check.interval" in real["actions"]
    [entry] = (described(aws, name) or {})["loadBalancers"]
    advanced = entry["advancedConfiguration"]
    for arn in (entry["targetGroupArn"], advanced["alternateTargetGroupArn"], advanced["productionListenerRule"]):
        [found] = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]
        assert found["Tags"] == [{"Key": "team", "Value": "shop"}], arn
    groups = elb.describe_target_groups(TargetGroupArns=[advanced["alternateTargetGroupArn"]])["TargetGroups"]
    assert groups[0]["HealthCheckIntervalSeconds"] == 7
    assert modules("ecs_service", **changed)["actions"] == []


def test_a_run_that_stopped_before_the_service_is_finished_without_duplicates(
    aws: EmbeddedAws, modules: Modules, colored: Options
) -> None:
    modules("ecs_service", **colored)
    aws.client("ecs").delete_service(cluster=CLUSTER, service=colored["name"], force=True)
    assert modules("ecs_service", **colored)["actions"] == [f"create ECS service {colored['name']}"]


def test_the_target_group_of_a_service_that_is_called_alt_is_not_deleted(
    aws: EmbeddedAws, modules: Modules, options: Options
) -> None:
    name, port = f"{options['name']}-alt", options["load_balancer"]["listener"]["port"]
    modules("ecs_service", **options)
    neighbour = having({**options, "name": name, "desired_count": 0}, "load_balancer.listener.port", port + 300)
    modules("ecs_service", **neighbour)
    gone = {"cluster": CLUSTER, "state": "absent", "wait_timeout": 60}
    assert not any(name in action for action in modules("ecs_service", **gone, name=options["name"])["actions"])
    assert modules("ecs_service", **neighbour)["actions"] == []
    modules("ecs_service", **gone, name=name)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"load_balancer.advanced_configuration": None}, "BLUE_GREEN needs load_balancer.advanced_configuration"),
        (
            {"load_balancer.advanced_configuration.role_arn": None},
            "needs load_balancer.advanced_configuration.role_arn",
        ),
        ({"load_balancer.advanced_configuration.test_listener_port": 99999}, "give a port, 1 to 65535"),
        (
            {"load_balancer.advanced_configuration.alternate_target_group_name": "a" * 33},
            "cannot be the name of a target",
        ),
        (
            {
                "autoscaling": {
                    "minimum": 1,
                    "maximum": 2,
                    "target_tracking": [{"name": "r", "metric": "requests_per_target", "target_value": 1}],
                }
            },
            "counts the requests of one target group",
        ),
    ],
    ids=["nothing", "no role", "test port", "name", "requests"],
)
def test_bad_input_is_refused_before_any_change(
    aws: EmbeddedAws, modules: Modules, colored: Options, place: Options, changes: dict[str, Any], message: str
) -> None:
    asked = colored
    for path, value in changes.items():
        asked = having(asked, path, value)
    assert message in modules.failure("ecs_service", **asked)
    port = colored["load_balancer"]["listener"]["port"]
    assert left_over(aws, colored["name"], port, place["balancer"]) == []
