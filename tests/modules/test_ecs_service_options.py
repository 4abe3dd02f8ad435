# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_service: every further option of task definition and service is applied, found again, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.modules.ecs_service_former import Back, remembered
from tests.modules.ecs_services import CLUSTER, IMAGE, Options, described, having

pytest_plugins = ["tests.modules.ecs_service_place"]

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/log-AbCdEf"  # noqa: S105 - an ARN
ROLE = "arn:aws:iam::123456789012:role/shop-ecs"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:shop-check"
REGISTRY = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1"
LATTICE = "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-1"
AWSLOGS = {
    "awslogs-group": "/ecs/a",
    "awslogs-region": "us-east-1",
    "awslogs-stream-prefix": "a",
    "mode": "non-blocking",
}
ROUTER = {"name": "router", "image": IMAGE, "firelens_configuration": {"type": "fluentbit", "options": {"a": "b"}}}
APP = {"name": "app", "image": IMAGE, "port_mappings": [{"container_port": 3000, "name": "http"}]}
EFS = {"file_system_id": "fs-1", "transit_encryption": "ENABLED", "access_point_id": "fsap-1", "iam": "ENABLED"}

# Path below task_definition, value, where the description of the revision has it, and as what.
TASK = {
    "restart policy": (
        "containers.0.restart_policy",
        {"ignored_exit_codes": [3], "restart_attempt_period": 120},
        "containerDefinitions.0.restartPolicy",
        {"enabled": True, "ignoredExitCodes": [3], "restartAttemptPeriod": 120},
    ),
    "environment files": (
        "containers.0.environment_files",
        ["arn:aws:s3:::shop/app.env"],
        "containerDefinitions.0.environmentFiles",
        [{"value": "arn:aws:s3:::shop/app.env", "type": "s3"}],
    ),
    "version consistency": (
        "containers.0.version_consistency",
        "disabled",
        "containerDefinitions.0.versionConsistency",
        "disabled",
    ),
    "awslogs": (
        "containers.0.log_configuration",
        {"log_driver": "awslogs", "options": AWSLOGS},
        "containerDefinitions.0.logConfiguration",
        {"logDriver": "awslogs", "options": AWSLOGS},
    ),
    "splunk": (
        "containers.0.log_configuration",
        {"log_driver": "splunk", "options": {"splunk-gzip": True}, "secret_options": {"splunk-token": SECRET}},
        "containerDefinitions.0.logConfiguration",
        {
            "logDriver": "splunk",
            "options": {"splunk-gzip": "true"},
            "secretOptions": [{"name": "splunk-token", "valueFrom": SECRET}],
        },
    ),
    "firelens": (
        "containers",
        [{**APP, "log_configuration": {"log_driver": "awsfirelens"}}, ROUTER],
        "containerDefinitions.1.firelensConfiguration",
        {"type": "fluentbit", "options": {"a": "b"}},
    ),
    "capabilities": (
        "containers.0.capabilities",
        {"drop": ["NET_RAW"], "add": ["SYS_PTRACE"]},
        "containerDefinitions.0.linuxParameters.capabilities",
        {"drop": ["NET_RAW"], "add": ["SYS_PTRACE"]},
    ),
    "interactive": ("containers.0.interactive", True, "containerDefinitions.0.interactive", True),
    "terminal": ("containers.0.pseudo_terminal", True, "containerDefinitions.0.pseudoTerminal", True),
    "system controls": (
        "containers.0.system_controls",
        {"net.core.somaxconn": 1024},
        "containerDefinitions.0.systemControls",
        [{"namespace": "net.core.somaxconn", "value": "1024"}],
    ),
    "pid mode": ("pid_mode", "task", "pidMode", "task"),
    "fault injection": ("enable_fault_injection", True, "enableFaultInjection", True),
    "file system": (
        "volumes",
        [{"name": "files", "efs_volume_configuration": EFS}],
        "volumes.0.efsVolumeConfiguration",
        {
            "fileSystemId": "fs-1",
            "rootDirectory": "/",
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"},
        },
    ),
    "volume of the service": (
        "volumes",
        [{"name": "disk", "configured_at_launch": True}],
        "volumes.0.configuredAtLaunch",
        True,
    ),
}
CONNECT = {
    "namespace": "shop",
    "services": [
        {
            "port_name": "http",
            "client_aliases": [{"port": 80, "dns_name": "app"}],
            "timeout": {"idle_timeout_seconds": 9},
        }
    ],
    "log_configuration": {"log_driver": "awslogs", "options": AWSLOGS, "secret_options": {"a": SECRET}},
}
HOOK = {
    "target_type": "AWS_LAMBDA",
    "hook_target_arn": FUNCTION,
    "role_arn": ROLE,
    "hook_details": {"Any Key": 1},
    "timeout_configuration": {"timeout_in_minutes": 5, "action": "CONTINUE"},
}
DISK = {"role_arn": ROLE, "size_in_gib": 10, "volume_type": "gp3", "encrypted": True}
CANARY = {"strategy": "CANARY", "canary": {"percent": 2.5, "bake_time_minutes": 3}, "bake_time_minutes": 4}
DEPLOYMENTS = "deployments.0."
CONFIGURATION = "deploymentConfiguration."
ROLLING = ("deployment", {"strategy": "ROLLING"})

# Path, value, the path and value that take it back, where the description of the service has it, and as what.
SERVICE = {
    "threshold": (
        "deployment.circuit_breaker",
        {"threshold": {"type": "COUNT", "value": 4}},
        ("deployment.circuit_breaker", {"threshold": {"type": "BOUNDED_PERCENT", "value": 50}}),
        f"{CONFIGURATION}deploymentCircuitBreaker.thresholdConfiguration",
        {"type": "COUNT", "value": 4},
    ),
    "reset": (
        "deployment.circuit_breaker",
        {"reset_on_healthy_task": False},
        ("deployment.circuit_breaker", {"reset_on_healthy_task": True}),
        f"{CONFIGURATION}deploymentCircuitBreaker.resetOnHealthyTask",
        False,
    ),
    "alarms": (
        "deployment.alarms",
        {"names": ["b", "a"], "rollback": False},
        ("deployment.alarms", {"names": [], "enable": False, "rollback": False}),
        f"{CONFIGURATION}alarms",
        {"alarmNames": ["a", "b"], "enable": True, "rollback": False},
    ),
    "early success": (
        "deployment.early_success_criteria",
        {"enable": True, "healthy_percent": 80, "source_service_revision_cleanup": "DEFERRED"},
        ("deployment.early_success_criteria", {"enable": False}),
        f"{CONFIGURATION}earlySuccessCriteria",
        {"enable": True, "healthyPercent": 80, "sourceServiceRevisionCleanup": "DEFERRED"},
    ),
    "blue/green": (
        "deployment",
        {"strategy": "BLUE_GREEN", "bake_time_minutes": 5},
        ROLLING,
        f"{CONFIGURATION}bakeTimeInMinutes",
        5,
    ),
    "canary": (
        "deployment",
        CANARY,
        ROLLING,
        f"{CONFIGURATION}canaryConfiguration",
        {"canaryPercent": 2.5, "canaryBakeTimeInMinutes": 3},
    ),
    "linear": (
        "deployment",
        {"strategy": "LINEAR", "linear": {"step_percent": 25, "step_bake_time_minutes": 1}},
        ROLLING,
        f"{CONFIGURATION}linearConfiguration",
        {"stepPercent": 25.0, "stepBakeTimeInMinutes": 1},
    ),
    "lifecycle hooks": (
        "deployment",
        {**CANARY, "lifecycle_hooks": [{**HOOK, "lifecycle_stages": ["POST_SCALE_UP", "PRE_SCALE_UP"]}]},
        ("deployment", {**CANARY, "lifecycle_hooks": []}),
        f"{CONFIGURATION}lifecycleHooks.0",
        {
            "targetType": "AWS_LAMBDA",
            "hookTargetArn": FUNCTION,
            "roleArn": ROLE,
            "hookDetails": {"Any Key": 1},
            "timeoutConfiguration": {"timeoutInMinutes": 5, "action": "CONTINUE"},
            "lifecycleStages": ["POST_SCALE_UP", "PRE_SCALE_UP"],
        },
    ),
    "service connect": (
        "service_connect_configuration",
        CONNECT,
        ("service_connect_configuration", {"enabled": False}),
        f"{DEPLOYMENTS}serviceConnectConfiguration",
        {
            "enabled": True,
            "namespace": "shop",
            "services": [
                {
                    "portName": "http",
                    "clientAliases": [{"port": 80, "dnsName": "app"}],
                    "timeout": {"idleTimeoutSeconds": 9},
                }
            ],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": AWSLOGS,
                "secretOptions": [{"name": "a", "valueFrom": SECRET}],
            },
        },
    ),
    "service registries": (
        "service_registries",
        [{"registry_arn": REGISTRY, "container_name": "app", "container_port": 3000}],
        ("service_registries", []),
        "serviceRegistries.0",
        {"registryArn": REGISTRY, "containerName": "app", "containerPort": 3000},
    ),
    "vpc lattice": (
        "vpc_lattice_configurations",
        [{"role_arn": ROLE, "target_group_arn": LATTICE, "port_name": "http"}],
        ("vpc_lattice_configurations", []),
        f"{DEPLOYMENTS}vpcLatticeConfigurations.0",
        {"roleArn": ROLE, "targetGroupArn": LATTICE, "portName": "http"},
    ),
    "volumes": (
        "volume_configurations",
        [{"name": "disk", "managed_ebs_volume": DISK}],
        ("volume_configurations", []),
        f"{DEPLOYMENTS}volumeConfigurations.0.managedEBSVolume",
        {"roleArn": ROLE, "sizeInGiB": 10, "volumeType": "gp3", "encrypted": True},
    ),
}


@pytest.fixture(scope="module")
def idle(aws: EmbeddedAws, place: Options) -> Iterator[Options]:
    """Options of one service without tasks, so that its rollouts are over at once."""
    task = {"cpu": 256, "memory": 512, "execution_role_arn": place["role"], "containers": [APP]}
    made = {
        "cluster": CLUSTER,
        "name": "idle",
        "desired_count": 0,
        "task_definition": task,
        "subnets": place["subnets"],
    }
    Modules(aws)("ecs_service", **made)
    yield made
    Modules(aws)("ecs_service", cluster=CLUSTER, name="idle", state="absent")


def predicted(modules: Modules, options: Options) -> dict[str, Any]:
    told = modules.check("ecs_service", **options)
    real = modules("ecs_service", **options)
    assert told["diff"] == real["diff"]
    assert told["actions"] == real["actions"] != []
    return real


def applied(modules: Modules, options: Options) -> dict[str, Any]:
    """Run a change as predicted, and see that it is not one any more."""
    real = predicted(modules, options)
    again = modules("ecs_service", **options)
    assert again["actions"] == []
    assert again["diff"]["before"] == again["diff"]["after"] == real["diff"]["after"]
    return real


def found_again(modules: Modules, options: Options, put_back: Back) -> dict[str, Any]:
    """Run a change, and once more when others have taken it back."""
    changed = applied(modules, options)
    put_back()
    assert modules("ecs_service", **options)["diff"] == changed["diff"]
    return changed


def inside(document: Any, path: str) -> Any:
    for key in path.split("."):
        document = document[int(key)] if key.isdigit() else document.get(key)
    return document


@pytest.mark.parametrize("name", TASK)
def test_each_option_of_the_task_definition_there_and_back(
    aws: EmbeddedAws, modules: Modules, idle: Options, name: str
) -> None:
    path, value, where, expected = TASK[name]
    changed = applied(modules, having(idle, f"task_definition.{path}", value))
    assert changed["actions"][0].startswith(f"register a new revision of task definition {CLUSTER}-idle: ")
    revision = changed["service"]["task_definition_arn"]
    found = aws.client("ecs").describe_task_definition(taskDefinition=revision)["taskDefinition"]
    assert inside(found, where) == expected
    back = applied(modules, idle)
    assert back["diff"]["after"] == changed["diff"]["before"]


@pytest.mark.parametrize("name", SERVICE)
def test_each_option_of_the_service_there_and_back(
    aws: EmbeddedAws, modules: Modules, idle: Options, name: str
) -> None:
    path, value, (back_path, back_value), where, expected = SERVICE[name]
    if name == "lifecycle hooks":
        modules("ecs_service", **having(idle, back_path, back_value))
    put_back = remembered(aws, CLUSTER, "idle")
    changed = found_again(modules, having(idle, path, value), put_back)
    assert changed["actions"][0].startswith("update ECS service idle: ")
    assert inside(described(aws, "idle"), where) == expected
    assert modules("ecs_service", **idle)["actions"] == [], "what is left out stays"
    back = predicted(modules, having(idle, back_path, back_value))
    assert back["diff"]["after"] == changed["diff"]["before"]
    modules("ecs_service", **having(idle, *ROLLING))


def test_what_others_change_is_set_right(aws: EmbeddedAws, modules: Modules, idle: Options) -> None:
    wanted = having(idle, "deployment", {"strategy": "LINEAR", "linear": {"step_percent": 20}})
    modules("ecs_service", **wanted)
    aws.client("ecs").update_service(
        cluster=CLUSTER,
        service="idle",
        deploymentConfiguration={"linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": 9}},
    )
    assert applied(modules, wanted)["actions"] == ["update ECS service idle: deployment.linear.step_percent"]
    assert inside(described(aws, "idle"), f"{CONFIGURATION}linearConfiguration") == {
        "stepPercent": 20.0,
        "stepBakeTimeInMinutes": 9,
    }
    modules("ecs_service", **having(idle, *ROLLING))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("task_definition.containers.0.environment_files", ["arn:aws:s3:::b/a.txt"], "name ends in .env"),
        ("task_definition.containers.0.tmpfs", [{"container_path": "a", "size_mib": 1}], "give an absolute path"),
        ("task_definition.containers.0.restart_policy", {"restart_attempt_period": 5}, "AWS takes 60 to 1800 seconds"),
        ("task_definition.containers.0.log_configuration", {"log_driver": "awsfirelens"}, "no container has firelens"),
        ("deployment", {"strategy": "BLUE_GREEN"}, "needs deployment.bake_time_minutes"),
        ("deployment", {"canary": {"percent": 5}}, "deployment.canary is for the strategy CANARY"),
        ("deployment", {"strategy": "CANARY", "canary": {"percent": 0}}, "canary.percent is 0: AWS takes 0.1 to 100"),
        ("deployment", {"strategy": "LINEAR", "linear": {"step_percent": 2}}, "step_percent is 2: AWS takes 3 to 100"),
        ("deployment", {"bake_time_minutes": 5}, "is for a deployment.strategy other than ROLLING"),
        ("deployment", {"lifecycle_hooks": [{"lifecycle_stages": ["PRE_SCALE_UP"]}]}, "lacks hook_target_arn and role"),
    ],
)
def test_bad_input_is_refused(modules: Modules, idle: Options, path: str, value: Any, message: str) -> None:
    for check in (True, False):
        assert message in modules.failure("ecs_service", check=check, **having(idle, path, value))
