# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_service: rollouts that fail are failures that say why."""

from __future__ import annotations

import re

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.modules.ecs_services import BROKEN_IMAGE, CLUSTER, Options, described, having

pytest_plugins = ["tests.modules.ecs_service_place"]

GRACE = "health_check_grace_period_seconds"
# How the example service logs a health check that it fails, and what the load balancer makes of it.
HEALTH_CHECK = '"path": "/health", "status": 500'
MISMATCH = re.escape("Target.ResponseCodeMismatch: Health checks failed with these codes: [500]")


def failing(options: Options, fault: str) -> Options:
    """Return options of a service with a fault of the example service. One failed task fails its rollout."""
    broken = having(options, "task_definition.containers.0.environment.FAULT", fault)
    return having(broken, "deployment.circuit_breaker.threshold", {"type": "COUNT", "value": 1})


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
    assert re.search(r"^log of app in task [0-9a-f]{8}: .*ValueError", details, re.MULTILINE)
    # The deployment has failed for good, so the same options start another one.
    retried = modules.check("ecs_service", **crashing)
    assert retried["actions"] == [f"start a new deployment of ECS service {options['name']}: the last one failed"]
    assert modules("ecs_service", **options)["service"]["running_count"] == 1


def test_failing_health_checks_fail_a_rollout_with_their_answers_and_the_log(
    modules: Modules, options: Options
) -> None:
    failed = modules.outcome("ecs_service", **having(failing(options, "unhealthy"), GRACE, 0))
    assert "tasks failed to start" in failed["msg"]
    details = failed["rollout"]["details"]
    [(task_id, revision)] = re.findall(r"^task (\S+) of \S+:(\d+) stopped: Task failed ELB health checks", details[0])
    assert revision == "1"
    assert any(line.startswith("event: ") and "failed with these codes: [500]" in line for line in details)
    assert any(line.startswith(f"log of app in task {task_id[:8]}: ") and HEALTH_CHECK in line for line in details)


def test_time_over_tells_the_task_that_fails_its_health_checks_and_no_older_one(
    modules: Modules, options: Options
) -> None:
    crashed = modules.outcome("ecs_service", **failing(options, "exit"))
    assert "of ecs-service-test-" in crashed["rollout"]["details"][0]
    assert '"event": "exit"' in crashed["rollout"]["details"][-1]
    failed = modules.outcome("ecs_service", **{**failing(options, "unhealthy"), "wait_timeout": 2})
    assert f"Waited 2 seconds for the rollout of ECS service {options['name']} in vain; the last state" in failed["msg"]
    assert failed["rollout"]["state"] == "pending"
    assert failed["actions"]
    details = failed["rollout"]["details"]
    [task_id] = re.findall(rf"^task (\S+) of {CLUSTER}-{options['name']}:2 is RUNNING$", details[0])
    assert re.fullmatch(rf"target \S+ is unhealthy: {MISMATCH}", details[1])
    logged = [line for line in details if line.startswith("log of ")]
    assert all(line.startswith(f"log of app in task {task_id[:8]}: ") for line in logged)
    assert HEALTH_CHECK in logged[-1]
    assert not any("exit code" in line or '"event": "exit"' in line for line in details)
    # The same is told to those who only wait.
    target = {"cluster": CLUSTER, "service": options["name"], "task_definition": f"{CLUSTER}-{options['name']}:2"}
    waited = modules.outcome("wait", **{"for": [{"ecs_service": target}], "timeout": 1})
    why = waited["targets"][0]["why"].splitlines()
    assert why[:2] == details[:2]
    assert waited["targets"][0]["phase"] == "pending"
    assert why[-1].startswith(f"log of app in task {task_id[:8]}: ")
    assert all(line in waited["msg"] for line in why)
