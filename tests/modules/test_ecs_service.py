# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

CLUSTER = "ecs-service-test"
IMAGE = "orchestra/example-service:1.0"
BROKEN_IMAGE = "example/no-such-image:1.0"
LOG_GROUP = "/ecs/ecs-service-test"
ROLE = "ecs-service-test-execution"
TASKS = {"Service": "ecs-tasks.amazonaws.com"}

Options = dict[str, Any]
_numbers = itertools.count(1)


def policy(action: str, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})


@pytest.fixture(scope="module")
def place(aws: EmbeddedAws) -> Iterator[Options]:
    """A cluster, a load balancer, an execution role and a log group."""
    ec2, ecs, elb, iam, logs = (aws.client(name) for name in ("ec2", "ecs", "elbv2", "iam", "logs"))
    subnets = sorted(subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"])[:2]
    ecs.create_cluster(clusterName=CLUSTER, capacityProviders=["FARGATE", "FARGATE_SPOT"])
    balancer = elb.create_load_balancer(Name=CLUSTER, Subnets=subnets, Scheme="internal")["LoadBalancers"][0]
    role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=policy("sts:AssumeRole", Principal=TASKS))["Role"][
        "Arn"
    ]
    iam.put_role_policy(RoleName=ROLE, PolicyName="logs", PolicyDocument=policy("logs:*", Resource="*"))
    logs.create_log_group(logGroupName=LOG_GROUP)
    yield {"subnets": subnets, "role": role, "vpc": balancer["VpcId"], "balancer": balancer["LoadBalancerArn"]}
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    ecs.delete_cluster(cluster=CLUSTER)
    iam.delete_role_policy(RoleName=ROLE, PolicyName="logs")
    iam.delete_role(RoleName=ROLE)
    logs.delete_log_group(logGroupName=LOG_GROUP)


@pytest.fixture
def options(place: Options, modules: Modules) -> Iterator[Options]:
    """Options of a service that runs, under a name and a port of its own."""
    number = next(_numbers)
    name = f"s{number}"
    container = {
        "name": "app",
        "image": IMAGE,
        "port_mappings": [{"container_port": 3000}],
        "environment": {"PORT": 3000, "SERVICE_NAME": name},
        "log_group": LOG_GROUP,
    }
    check = {"path": "/health", "interval": 5, "timeout": 2, "healthy_threshold": 2}
    yield {
        "cluster": CLUSTER,
        "name": name,
        "task_definition": {
            "cpu": 256,
            "memory": 512,
            "execution_role_arn": place["role"],
            "containers": [container],
        },
        "subnets": place["subnets"],
        "load_balancer": {
            "load_balancer_name": CLUSTER,
            "container_name": "app",
            "container_port": 3000,
            "target_group": {"health_check": check, "deregistration_delay_seconds": 0},
            "listener": {"port": 9000 + number},
        },
        "wait_timeout": 60,
    }
    modules("ecs_service", cluster=CLUSTER, name=name, state="absent", wait_timeout=60)


def having(options: Options, path: str, value: Any) -> Options:
    """Return the options with one of them changed; the path is dotted, numbers are list positions."""
    changed = copy.deepcopy(options)
    inner: Any = changed
    *parents, last = path.split(".")
    for key in parents:
        inner = inner[int(key)] if key.isdigit() else inner.setdefault(key, {})
    inner[last] = value
    return changed


def described(aws: EmbeddedAws, name: str) -> Options | None:
    services = aws.client("ecs").describe_services(cluster=CLUSTER, services=[name])["services"]
    return next((service for service in services if service["status"] == "ACTIVE"), None)


def revisions(aws: EmbeddedAws, name: str) -> list[str]:
    found = aws.client("ecs").list_task_definitions(familyPrefix=f"{CLUSTER}-{name}")["taskDefinitionArns"]
    return [arn.rsplit(":", 1)[-1] for arn in found]


def left_over(aws: EmbeddedAws, name: str, port: int, balancer: str) -> list[str]:
    elb = aws.client("elbv2")
    groups = [group["TargetGroupName"] for group in elb.describe_target_groups()["TargetGroups"]]
    ports = [item["Port"] for item in elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]]
    return (
        [f"service {name}"] * (described(aws, name) is not None)
        + [f"target group {group}" for group in groups if group == f"{CLUSTER}-{name}"]
        + [f"listener {item}" for item in ports if item == port]
        + [f"revision {item}" for item in revisions(aws, name)]
    )


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


def test_second_run_changes_nothing(aws: EmbeddedAws, modules: Modules, options: Options) -> None:
    first = modules("ecs_service", **options, tags={"team": "shop"})["service"]
    again = modules("ecs_service", **options, tags={"team": "shop"})
    assert again["actions"] == []
    assert again["diff"]["before"] == again["diff"]["after"]
    assert again["service"] == first
    assert not modules.check("ecs_service", **options)["changed"]
    assert not modules("ecs_service", cluster=CLUSTER, name=options["name"])["changed"]
    assert revisions(aws, options["name"]) == ["1"]


CHANGES = [
    pytest.param("desired_count", 2, ("desiredCount", 2), id="desired count"),
    pytest.param(
        "deployment.circuit_breaker.rollback",
        False,
        ("deploymentConfiguration.deploymentCircuitBreaker.rollback", False),
        id="circuit breaker",
    ),
    pytest.param(
        "deployment.minimum_healthy_percent", 50, ("deploymentConfiguration.minimumHealthyPercent", 50), id="percent"
    ),
    pytest.param("health_check_grace_period_seconds", 7, ("healthCheckGracePeriodSeconds", 7), id="grace period"),
    pytest.param("platform_version", "1.4.0", ("platformVersion", "1.4.0"), id="platform version"),
    pytest.param("enable_execute_command", True, ("enableExecuteCommand", True), id="exec"),
    pytest.param("availability_zone_rebalancing", "DISABLED", ("availabilityZoneRebalancing", "DISABLED"), id="zones"),
    pytest.param("propagate_tags", "TASK_DEFINITION", ("propagateTags", "TASK_DEFINITION"), id="propagate tags"),
    pytest.param("enable_ecs_managed_tags", True, ("enableECSManagedTags", True), id="managed tags"),
    pytest.param(
        "assign_public_ip", True, ("networkConfiguration.awsvpcConfiguration.assignPublicIp", "ENABLED"), id="public ip"
    ),
    pytest.param(
        "capacity_provider_strategy",
        [{"capacity_provider": "FARGATE_SPOT", "weight": 1}],
        ("capacityProviderStrategy.0.capacityProvider", "FARGATE_SPOT"),
        id="capacity providers",
    ),
]


@pytest.mark.parametrize(("path", "value", "expected"), CHANGES)
def test_each_option_of_the_service_is_compared_and_applied(
    aws: EmbeddedAws, modules: Modules, options: Options, path: str, value: Any, expected: tuple[str, Any]
) -> None:
    modules("ecs_service", **options)
    changed = having(options, path, value)
    predicted = modules.check("ecs_service", **changed)
    real = modules("ecs_service", **changed)
    assert predicted["diff"] == real["diff"]
    assert predicted["actions"] == real["actions"] == [f"update ECS service {options['name']}: {path_in_action(path)}"]
    found: Any = described(aws, options["name"])
    for key in expected[0].split("."):
        found = found[int(key)] if key.isdigit() else found[key]
    assert found == expected[1]
    again = modules("ecs_service", **changed)
    assert again["actions"] == []
    assert revisions(aws, options["name"]) == ["1"]


def path_in_action(path: str) -> str:
    # The launch type goes when a strategy comes.
    return "capacity_provider_strategy, launch_type" if path == "capacity_provider_strategy" else path


def test_one_subnet_less_is_a_change(aws: EmbeddedAws, modules: Modules, options: Options) -> None:
    modules("ecs_service", **options)
    fewer = having(options, "subnets", options["subnets"][:1])
    assert modules("ecs_service", **fewer)["actions"] == [f"update ECS service {options['name']}: subnets"]
    network = (described(aws, options["name"]) or {})["networkConfiguration"]["awsvpcConfiguration"]
    assert network["subnets"] == options["subnets"][:1]
    assert not modules("ecs_service", **having(options, "subnets", options["subnets"][:1] * 2))["changed"]


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (
            "containers.0.environment",
            {"PORT": 3000, "SERVICE_NAME": "other"},
            "containers.app.environment.SERVICE_NAME",
        ),
        ("containers.0.image", "orchestra/example-service:1.1", "containers.app.image"),
        ("containers.0.stop_timeout", 5, "containers.app.stop_timeout"),
        ("memory", 1024, "memory"),
        ("cpu_architecture", "ARM64", "cpu_architecture"),
    ],
)
def test_a_changed_task_definition_registers_one_revision_and_rolls_it_out(
    aws: EmbeddedAws, modules: Modules, options: Options, path: str, value: Any, where: str
) -> None:
    modules("ecs_service", **options)
    changed = having(options, f"task_definition.{path}", value)
    predicted = modules.check("ecs_service", **changed)
    assert revisions(aws, options["name"]) == ["1"]
    real = modules("ecs_service", **changed)
    assert predicted["diff"] == real["diff"]
    assert (
        predicted["actions"]
        == real["actions"]
        == [
            f"register a new revision of task definition {CLUSTER}-{options['name']}: {where}",
            f"update ECS service {options['name']}: task_definition",
        ]
    )
    assert predicted["service"]["revision"] is None
    assert real["service"]["revision"] == 2
    assert real["service"]["deployments"][0]["rollout_state"] == "COMPLETED"
    assert not modules("ecs_service", **changed)["changed"]


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


@pytest.mark.parametrize(
    ("path", "value", "action"),
    [
        ("target_group.health_check.path", "/health?deep", "update target group {group}: health_check.path"),
        ("target_group.health_check.matcher", "200-204", "update target group {group}: health_check.matcher"),
        ("target_group.deregistration_delay_seconds", 3, "update target group {group}: deregistration_delay_seconds"),
        ("target_group.slow_start", 30, "update target group {group}: slow_start"),
        (
            "target_group.stickiness",
            {"enabled": True, "duration_seconds": 60},
            "update target group {group}: stickiness.duration_seconds, stickiness.enabled",
        ),
        ("listener.port", 9900, "update listener HTTP:9900 of load balancer {balancer}: port"),
    ],
)
def test_target_group_and_listener_change_in_place(
    aws: EmbeddedAws, modules: Modules, options: Options, path: str, value: Any, action: str
) -> None:
    before = modules("ecs_service", **options)["service"]
    changed = having(options, f"load_balancer.{path}", value)
    predicted = modules.check("ecs_service", **changed)
    real = modules("ecs_service", **changed)
    assert predicted["diff"] == real["diff"]
    expected = action.format(group=f"{CLUSTER}-{options['name']}", balancer=CLUSTER)
    assert predicted["actions"] == real["actions"] == [expected]
    assert real["service"]["listener_arn"] == before["listener_arn"]
    assert real["service"]["target_group_arn"] == before["target_group_arn"]
    assert modules("ecs_service", **changed)["actions"] == []


@pytest.mark.parametrize(
    ("tags", "purge", "expected"),
    [
        (None, True, {"a": "1", "b": "2"}),
        ({"c": 3}, False, {"a": "1", "b": "2", "c": "3"}),
        ({"a": "9"}, True, {"a": "9"}),
        ({}, True, {}),
    ],
)
def test_tags_of_all_four(
    aws: EmbeddedAws, modules: Modules, options: Options, tags: Options | None, purge: bool, expected: dict[str, str]
) -> None:
    modules("ecs_service", **options, tags={"a": "1", "b": "2"})
    predicted = modules.check("ecs_service", **options, tags=tags, purge_tags=purge)
    service = modules("ecs_service", **options, tags=tags, purge_tags=purge)["service"]
    assert predicted["changed"] == (expected != {"a": "1", "b": "2"})
    assert service["tags"] == expected
    ecs, elb = aws.client("ecs"), aws.client("elbv2")
    for arn in (service["service_arn"], service["task_definition_arn"]):
        found = {tag["key"]: tag["value"] for tag in ecs.list_tags_for_resource(resourceArn=arn)["tags"]}
        assert found == expected, arn
    arns = [service["target_group_arn"], service["listener_arn"]]
    for item in elb.describe_tags(ResourceArns=arns)["TagDescriptions"]:
        assert {tag["Key"]: tag["Value"] for tag in item["Tags"]} == expected, item
    assert not modules("ecs_service", **options, tags=tags, purge_tags=purge)["changed"]
    assert revisions(aws, options["name"]) == ["1"]


def test_a_rollout_that_aws_rolls_back_is_a_failure_with_its_reasons(
    aws: EmbeddedAws, modules: Modules, options: Options
) -> None:
    name = options["name"]
    modules("ecs_service", **options)
    broken = having(options, "task_definition.containers.0.image", BROKEN_IMAGE)
    failed = modules.outcome("ecs_service", **broken)
    assert failed["failed"]
    assert f"The deployment of {CLUSTER}-{name}:2 to ECS service {name} failed: " in failed["msg"]
    assert "tasks failed to start" in failed["msg"]
    assert f"rolled the service back to {CLUSTER}-{name}:1" in failed["msg"]
    assert failed["rollout"]["state"] == "failed"
    assert any("stopped" in line and "CannotPullContainerError" in line for line in failed["rollout"]["details"])
    assert any(line.startswith("event: ") for line in failed["rollout"]["details"])
    modules("ecs_service", **options)
    assert (described(aws, name) or {})["taskDefinition"].endswith(":1")


def test_a_first_rollout_that_fails_tells_exit_code_and_log(
    aws: EmbeddedAws, modules: Modules, options: Options
) -> None:
    crashing = having(options, "task_definition.containers.0.environment", {"PORT": "no-port"})
    failed = modules.outcome("ecs_service", **crashing)
    details = "\n".join(failed["rollout"]["details"])
    assert "failed" in failed["msg"]
    assert "container app: exit code 1" in details
    assert "log of app: " in details
    assert "ValueError" in details
    # The deployment has failed for good, so the same options start another one.
    retried = modules.check("ecs_service", **crashing)
    assert retried["actions"] == [f"start a new deployment of ECS service {options['name']}: the last one failed"]
    assert modules("ecs_service", **options)["service"]["running_count"] == 1


def test_time_over_tells_the_last_state(modules: Modules, options: Options) -> None:
    slow = having(options, "load_balancer.target_group.health_check.path", "/nowhere")
    failed = modules.outcome("ecs_service", **{**slow, "wait_timeout": 3})
    assert f"Waited 3 seconds for the rollout of ECS service {options['name']} in vain" in failed["msg"]
    assert failed["rollout"]["state"] == "pending"
    assert failed["actions"]


def test_force_new_deployment_replaces_the_tasks(aws: EmbeddedAws, modules: Modules, options: Options) -> None:
    first = modules("ecs_service", **options)["service"]
    forced = modules("ecs_service", cluster=CLUSTER, name=options["name"], force_new_deployment=True)
    assert forced["actions"] == [f"start a new deployment of ECS service {options['name']}: forced"]
    assert forced["service"]["deployments"][0]["id"] != first["deployments"][0]["id"]
    assert revisions(aws, options["name"]) == ["1"]


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


def test_absent_can_keep_the_task_definition_and_finishes_what_was_begun(
    aws: EmbeddedAws, modules: Modules, options: Options
) -> None:
    name = options["name"]
    modules("ecs_service", **options)
    aws.client("ecs").delete_service(cluster=CLUSTER, service=name, force=True)
    gone = {"cluster": CLUSTER, "name": name, "state": "absent", "wait_timeout": 60}
    assert modules("ecs_service", **gone, keep_task_definitions=True)["changed"]
    assert revisions(aws, name) == ["1"]
    assert modules("ecs_service", **gone)["actions"] == [f"delete task definition {CLUSTER}-{name} (1 revision)"]
    assert revisions(aws, name) == []
