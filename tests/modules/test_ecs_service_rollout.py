# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_service: rollouts that fail are failures that say why."""

from __future__ import annotations

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.modules.ecs_services import BROKEN_IMAGE, CLUSTER, Options, described, having

pytest_plugins = ["tests.modules.ecs_service_place"]


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
    assert any(line.startswith("target ") for line in failed["rollout"]["details"])
    assert failed["actions"]
