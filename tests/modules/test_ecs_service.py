# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_service: creation, repetition, recovery, refusals and deletion."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.modules.ecs_services import CLUSTER, Options, described, having, left_over, revisions

pytest_plugins = ["tests.modules.ecs_service_place"]


def test_check_mode_predicts_and_makes_nothing(
    aws: EmbeddedAws, modules: Modules, options: Options, place: Options
) -> None:
    name, port = options["name"], options["load_balancer"]["listener"]["port"]
    predicted = modules.check("ecs_service", **options, tags={"team": "shop"})
    assert left_over(aws, name, port, place["balancer"]) == []
    made = modules("ecs_service", **options, tags={"team": "shop"})
    assert predicted["diff"] == made["diff"]
    assert (
        predicted["actions"]
        == made["actions"]
        == [
            f"register task definition {CLUSTER}-{name}",
            f"create target group {CLUSTER}-{name}",
            f"create listener HTTP:{port} of load balancer {CLUSTER}",
            f"create ECS service {name}",
        ]
    )
    service = made["service"]
    assert set(service) >= set(predicted["service"])
    assert (service["status"], service["running_count"], service["desired_count"]) == ("ACTIVE", 1, 1)
    assert service["deployments"][0]["rollout_state"] == "COMPLETED"
    assert service["listener_port"] == port
    assert service["deployment"]["circuit_breaker"] == {"enable": True, "rollback": True}
    assert "(known after creation)" in predicted["service"]["listener_arn"]
    target_health = aws.client("elbv2").describe_target_health(TargetGroupArn=service["target_group_arn"])
    assert [item["TargetHealth"]["State"] for item in target_health["TargetHealthDescriptions"]] == ["healthy"]


def test_a_rollout_can_be_waited_for_later_and_the_second_run_changes_nothing(
    aws: EmbeddedAws, modules: Modules, options: Options
) -> None:
    begun = modules("ecs_service", **options, tags={"team": "shop"}, wait=False)
    assert begun["service"]["deployments"][0]["rollout_state"] == "IN_PROGRESS"
    [target] = begun["wait_for"]
    assert target["ecs_service"].items() >= {"cluster": CLUSTER, "service": options["name"]}.items()
    modules("wait", **{"for": begun["wait_for"]})
    first = modules("ecs_service", **options, tags={"team": "shop"})["service"]
    assert (first["running_count"], first["deployments"][0]["rollout_state"]) == (1, "COMPLETED")
    again = modules("ecs_service", **options, tags={"team": "shop"})
    assert again["actions"] == []
    assert again["diff"]["before"] == again["diff"]["after"]
    assert again["service"] == first
    assert not modules.check("ecs_service", **options)["changed"]
    assert not modules("ecs_service", cluster=CLUSTER, name=options["name"])["changed"]
    assert revisions(aws, options["name"]) == ["1"]


def test_a_revision_that_a_stopped_run_left_behind_is_used(
    aws: EmbeddedAws, modules: Modules, options: Options
) -> None:
    ecs, name = aws.client("ecs"), options["name"]
    modules("ecs_service", **options)
    changed = having(options, "task_definition.memory", 1024)
    modules("ecs_service", **changed)
    ecs.update_service(cluster=CLUSTER, service=name, taskDefinition=f"{CLUSTER}-{name}:1")
    again = modules("ecs_service", **changed)
    assert again["actions"] == [f"update ECS service {name}: task_definition"]
    assert revisions(aws, name) == ["1", "2"]
    assert (described(aws, name) or {})["taskDefinition"].endswith(f"{CLUSTER}-{name}:2")


def test_a_run_that_stopped_before_the_service_is_finished_without_duplicates(
    aws: EmbeddedAws, modules: Modules, options: Options
) -> None:
    ecs, name = aws.client("ecs"), options["name"]
    modules("ecs_service", **options)
    ecs.delete_service(cluster=CLUSTER, service=name, force=True)  # and its name is blocked while it drains
    again = modules("ecs_service", **options)
    assert again["actions"] == [f"create ECS service {name}"]
    assert again["service"]["running_count"] == 1
    assert revisions(aws, name) == ["1"]


def test_a_port_that_serves_another_target_group_is_refused_before_any_change(
    aws: EmbeddedAws, modules: Modules, options: Options, place: Options
) -> None:
    port = options["load_balancer"]["listener"]["port"]
    modules("ecs_service", **options)
    other = {**options, "name": f"{options['name']}-other"}
    for check in (True, False):
        message = modules.failure("ecs_service", check=check, **other)
        assert (
            f"Port {port} of load balancer {CLUSTER} already serves target group {CLUSTER}-{options['name']}" in message
        )
    assert left_over(aws, other["name"], 0, place["balancer"]) == []


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("task_definition.memory", 4096, "with 256 CPU units, task_definition.memory is 512, 1024 or 2048 MiB"),
        ("cluster", "no-such-cluster", "ECS cluster no-such-cluster does not exist"),
        ("load_balancer.load_balancer_name", "nowhere", "Load balancer nowhere does not exist"),
        ("load_balancer.container_port", 80, "container app does not map: its port_mappings have 3000"),
        ("load_balancer.target_group.name", "x" * 33, "cannot be the name of a target group"),
        ("load_balancer.listener.protocol", "HTTPS", "needs load_balancer.listener.certificate_arn"),
    ],
)
def test_bad_input_is_refused_before_any_change(
    aws: EmbeddedAws, modules: Modules, options: Options, place: Options, path: str, value: Any, message: str
) -> None:
    assert message in modules.failure("ecs_service", **having(options, path, value))
    port = options["load_balancer"]["listener"]["port"]
    assert left_over(aws, options["name"], port, place["balancer"]) == []


def test_check_mode_works_before_anything_exists(modules: Modules, options: Options) -> None:
    unknown = "(known after creation)"
    nothing = copy.deepcopy(options)
    del nothing["load_balancer"]["load_balancer_name"]
    nothing["load_balancer"]["load_balancer_arn"] = f"arn:aws:elasticloadbalancing:{unknown}"
    nothing["task_definition"]["execution_role_arn"] = f"arn:aws:iam::{unknown}"
    predicted = modules.check(
        "ecs_service", **{**nothing, "cluster": "later", "subnets": [f"subnet-{unknown}"], "security_groups": [unknown]}
    )
    assert predicted["changed"]
    assert len(predicted["actions"]) == 4
    assert predicted["service"]["listener_arn"].startswith("arn:aws:elasticloadbalancing:")
    named = having(options, "load_balancer.load_balancer_name", "later")
    assert len(modules.check("ecs_service", **{**named, "cluster": "later"})["actions"]) == 4


def test_absent_deletes_everything_and_says_so_once(
    aws: EmbeddedAws, modules: Modules, options: Options, place: Options
) -> None:
    name, port = options["name"], options["load_balancer"]["listener"]["port"]
    modules("ecs_service", **options)
    modules("ecs_service", **having(options, "task_definition.memory", 1024))
    gone = {"cluster": CLUSTER, "name": name, "state": "absent", "wait_timeout": 60}
    predicted = modules.check("ecs_service", **gone)
    assert len(left_over(aws, name, port, place["balancer"])) == 5
    real = modules("ecs_service", **gone)
    assert predicted["diff"] == real["diff"]
    assert (
        predicted["actions"]
        == real["actions"]
        == [
            f"delete ECS service {name}",
            f"delete listener HTTP:{port}",
            f"delete target group {CLUSTER}-{name}",
            f"delete task definition {CLUSTER}-{name} (2 revisions)",
        ]
    )
    assert left_over(aws, name, port, place["balancer"]) == []
    assert modules("ecs_service", **gone)["actions"] == []


@pytest.fixture
def foreign_listener(aws: EmbeddedAws, place: Options) -> Iterator[str]:
    """A listener of the load balancer that another tool has made."""
    client = aws.client("elbv2")
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    arn = client.create_listener(LoadBalancerArn=place["balancer"], Protocol="HTTP", Port=80, DefaultActions=[answer])[
        "Listeners"
    ][0]["ListenerArn"]
    yield arn
    client.delete_listener(ListenerArn=arn)


def test_absent_can_keep_the_task_definition_and_finishes_what_was_begun(
    aws: EmbeddedAws, modules: Modules, options: Options, foreign_listener: str
) -> None:
    name = options["name"]
    modules("ecs_service", **options)
    aws.client("ecs").delete_service(cluster=CLUSTER, service=name, force=True)
    client = aws.client("elbv2")
    group = client.describe_target_groups(Names=[f"{CLUSTER}-{name}"])["TargetGroups"][0]["TargetGroupArn"]
    condition = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/old/*"]}}
    forward = {"Type": "forward", "TargetGroupArn": group}
    client.create_rule(ListenerArn=foreign_listener, Priority=7, Conditions=[condition], Actions=[forward])
    gone = {"cluster": CLUSTER, "name": name, "state": "absent", "wait_timeout": 60}
    done = modules("ecs_service", **gone, keep_task_definitions=True)
    assert "delete rule 7 of another listener" in done["actions"]
    assert [rule["IsDefault"] for rule in client.describe_rules(ListenerArn=foreign_listener)["Rules"]] == [True]
    assert revisions(aws, name) == ["1"]
    assert modules("ecs_service", **gone)["actions"] == [f"delete task definition {CLUSTER}-{name} (1 revision)"]
    assert revisions(aws, name) == []


def test_a_service_goes_whose_load_balancer_has_gone(aws: EmbeddedAws, modules: Modules, options: Options) -> None:
    name = options["name"]
    modules("ecs_service", **options)
    client = aws.client("elbv2")
    (group,) = client.describe_target_groups(Names=[f"{CLUSTER}-{name}"])["TargetGroups"]
    for listener in client.describe_listeners(LoadBalancerArn=group["LoadBalancerArns"][0])["Listeners"]:
        if listener["DefaultActions"][0].get("TargetGroupArn") == group["TargetGroupArn"]:
            client.delete_listener(ListenerArn=listener["ListenerArn"])
    with pytest.raises(aws.client("ecs").exceptions.InvalidParameterException):
        aws.client("ecs").update_service(cluster=CLUSTER, service=name, desiredCount=0)
    done = modules("ecs_service", cluster=CLUSTER, name=name, state="absent", wait_timeout=60)["actions"]
    assert done[:2] == [f"delete ECS service {name}", f"delete target group {CLUSTER}-{name}"]
    (left,) = aws.client("ecs").describe_services(cluster=CLUSTER, services=[name])["services"]
    assert left["status"] == "INACTIVE"
