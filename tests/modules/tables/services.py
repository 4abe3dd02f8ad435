# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options of services on Fargate. The service has no tasks, so that its rollouts are over at once.

What a rollout does to tasks and requests is tested elsewhere, as are the strategies with two target groups.
"""

from __future__ import annotations

from typing import Any

from tests.embedded_aws import EmbeddedAws
from tests.modules.ecs_service_former import remembered, without
from tests.modules.ecs_services import IMAGE
from tests.modules.table import Case, Options, Table
from tests.modules.world import NAME as PLACE

NAME = "tables-service"
GROUP = "tables-group"
OTHER_GROUP = "tables-other-group"
PORT = 9600
OF_SERVICE = {
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "desiredCount",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "launchType",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "propagateTags",
    "serviceRegistries",
}
OF_DEPLOYMENT = {"serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"}
VOLATILE = {"taskDefinitionArn", "revision", "registeredAt", "registeredBy", "deregisteredAt", "status"}


def look_at_service(aws: EmbeddedAws, known: Options) -> Any:
    ecs = aws.client("ecs")
    found = ecs.describe_services(cluster=PLACE, services=[NAME], include=["TAGS"])["services"]
    active = [service for service in found if service["status"] == "ACTIVE"]
    if not active:
        return None
    task = ecs.describe_task_definition(taskDefinition=active[0]["taskDefinition"], include=["TAGS"])
    service = {key: value for key, value in active[0].items() if key in OF_SERVICE}
    for balancing in service["loadBalancers"]:
        # Listener rules and the other target group are new ones when they are made again.
        advanced = balancing.get("advancedConfiguration", {})
        for key in ("productionListenerRule", "testListenerRule"):
            advanced.pop(key, None)
        balancing["alternate target group name"] = advanced.pop("alternateTargetGroupArn", "//").split("/")[1]
    deployment = {key: value for key, value in active[0]["deployments"][0].items() if key in OF_DEPLOYMENT}
    # Switched off is as good as never switched on.
    if not service["deploymentConfiguration"].get("alarms", {}).get("enable"):
        service["deploymentConfiguration"].pop("alarms", None)
    if not deployment.get("serviceConnectConfiguration", {}).get("enabled"):
        deployment.pop("serviceConnectConfiguration", None)
    return {
        "service": service,
        "deployment": deployment,
        "task": {key: value for key, value in task["taskDefinition"].items() if key not in VOLATILE},
        "tags": [sorted(each, key=str) for each in (active[0].get("tags", []), task.get("tags", []))],
        "balancing": look_at_balancing(aws, known, service["deploymentConfiguration"]["strategy"]),
        "scaling": look_at_scaling(aws),
    }


def look_at_balancing(aws: EmbeddedAws, known: Options, strategy: str) -> Any:
    elb = aws.client("elbv2")
    [group] = elb.describe_target_groups(Names=[GROUP])["TargetGroups"]
    group_arn = group["TargetGroupArn"]
    attributes = elb.describe_target_group_attributes(TargetGroupArn=group_arn)["Attributes"]
    listeners = elb.describe_listeners(LoadBalancerArn=known["$balancer"])["Listeners"]
    served = [listener for listener in listeners if listener["DefaultActions"][0].get("TargetGroupArn") == group_arn]
    # Those for tests stay when deployments are rolling ones again.
    tests = [listener["Port"] for listener in listeners if listener not in served and strategy != "ROLLING"]
    for listener in served:
        if listener["Protocol"] == "HTTP":
            for key in ("Certificates", "SslPolicy"):
                listener.pop(key, None)
    kept = {item["Key"]: item["Value"] for item in attributes}
    # The cookie of an application stays known when the load balancer sets its own.
    if kept["stickiness.type"] != "app_cookie":
        kept = {key: value for key, value in kept.items() if "app_cookie" not in key}
    return {"group": group, "attributes": kept, "listeners": served, "test listeners": tests}


def look_at_scaling(aws: EmbeddedAws) -> Any:
    client = aws.client("application-autoscaling")
    of = {"ServiceNamespace": "ecs", "ResourceIds": [f"service/{PLACE}/{NAME}"]}
    found = [
        *client.describe_scalable_targets(**of)["ScalableTargets"],
        *client.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=of["ResourceIds"][0])["ScalingPolicies"],
        *client.describe_scheduled_actions(ServiceNamespace="ecs", ResourceId=of["ResourceIds"][0])["ScheduledActions"],
    ]
    return [without(each) for each in found]


TASK = "task_definition"
APP = f"{TASK}.containers.0"
SIDE = {"name": "side", "image": IMAGE, "essential": False}
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/token-AbCdEf"  # noqa: S105 - an ARN
FILES = "arn:aws:s3files:us-east-1:123456789012"
AUTHORITY = "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/1"
CONTAINER = {
    "command": ["serve"],
    "entry_point": ["sh", "-c"],
    "working_directory": "/srv",
    "user": "nobody",
    "environment": {"MODE": "fast"},
    "secrets": {"TOKEN": SECRET},
    "repository_credentials_arn": SECRET,
    "health_check": {"command": ["CMD", "true"], "interval": 9, "timeout": 4, "retries": 5, "start_period": 7},
    "restart_policy": {"enabled": True, "restart_attempt_period": 90},
    "stop_timeout": 60,
    "start_timeout": 90,
    "readonly_root_filesystem": True,
    "init_process_enabled": True,
    "tmpfs": [{"container_path": "/cache", "size_mib": 64, "mount_options": ["noexec"]}],
    "log_group": "/ecs/tables",
    "log_stream_prefix": "app",
    "cpu": 128,
    "memory": 256,
    "memory_reservation": 128,
    "mount_points": [{"source_volume": "scratch", "container_path": "/tmp", "read_only": True}],
    "ulimits": [{"name": "nofile", "soft_limit": 1024, "hard_limit": 4096}],
    "docker_labels": {"team": "shop"},
}
EFS = {
    "file_system_id": "fs-1",
    "root_directory": "/data",
    "transit_encryption": "ENABLED",
    "transit_encryption_port": 2049,
}
S3_FILES = {
    "file_system_arn": f"{FILES}:file-system/fs-1",
    "root_directory": "/",
    "transit_encryption_port": 2999,
    "access_point_arn": f"{FILES}:file-system/fs-1/access-point/fsap-1",
}
GROUPS = "load_balancer.target_group"
CHECK = {
    "path": "/health",
    "port": "8080",
    "protocol": "HTTPS",
    "interval": 12,
    "timeout": 3,
    "healthy_threshold": 3,
    "unhealthy_threshold": 4,
    "matcher": "200-204",
}
CHECKED = {
    "path": "/",
    "port": "traffic-port",
    "protocol": "HTTP",
    "interval": 30,
    "timeout": 6,
    "healthy_threshold": 5,
    "unhealthy_threshold": 2,
    "matcher": "200",
}
COOKIE = {"enabled": False, "type": "lb_cookie", "duration_seconds": 86400}
SCALING = {
    "minimum": 0,
    "maximum": 4,
    "suspended": {"scale_in": True, "scale_out": True, "scheduled": True},
    "target_tracking": [
        {
            "name": "queue",
            "customized_metric": {"metric_name": "Backlog", "namespace": "Shop", "statistic": "Sum", "unit": "Count"},
            "target_value": 5,
        }
    ],
    "scheduled": [{"name": "night", "schedule": "rate(5 minutes)", "minimum": 0, "maximum": 1}],
}
TEST_TRAFFIC = {"header": {"name": "X-Test", "value": {"exact": "new"}}}
MESH = {
    "enabled": True,
    "namespace": "shop",
    "services": [
        {
            "port_name": "http",
            "discovery_name": "app",
            "ingress_port_override": 8080,
            "client_aliases": [{"port": 80, "dns_name": "app", "test_traffic_rules": TEST_TRAFFIC}],
            "timeout": {"per_request_timeout_seconds": 5},
            "tls": {
                "issuer_certificate_authority": {"aws_pca_authority_arn": AUTHORITY},
                "kms_key": "$key",
                "role_arn": "$role1",
            },
        }
    ],
    "log_configuration": {"log_driver": "awslogs", "options": {"awslogs-group": "/ecs/mesh"}},
    "access_log_configuration": {"format": "JSON", "include_query_parameters": "ENABLED"},
}
DISK = {
    "role_arn": "$role1",
    "size_in_gib": 20,
    "volume_type": "gp3",
    "snapshot_id": "snap-1",
    "encrypted": True,
    "kms_key_id": "$key",
    "iops": 4000,
    "throughput": 250,
    "volume_initialization_rate": 200,
    "filesystem_type": "ext4",
}
REGISTRY = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1"

SERVICE = Table(
    module="ecs_service",
    identity={"cluster": PLACE, "name": NAME},
    options={
        "cluster": PLACE,
        "name": NAME,
        "desired_count": 0,
        "subnets": ["$subnet1", "$subnet2"],
        "security_groups": ["$group1"],
        TASK: {
            "family": NAME,
            "cpu": 256,
            "memory": 512,
            "execution_role_arn": "$role1",
            "containers": [
                {"name": "app", "image": IMAGE, "port_mappings": [{"container_port": 3000, "name": "http"}]}
            ],
            "volumes": [{"name": "scratch"}],
        },
        "load_balancer": {
            "load_balancer_name": PLACE,
            "container_name": "app",
            "container_port": 3000,
            "target_group": {
                "name": GROUP,
                "protocol": "HTTP",
                "protocol_version": "HTTP1",
                "port": 80,
                "vpc_id": "$vpc",
                "health_check": CHECKED,
                "deregistration_delay_seconds": 300,
                "slow_start": 0,
                "load_balancing_algorithm": "round_robin",
                "stickiness": COOKIE,
            },
            "listener": {"port": PORT, "protocol": "HTTP"},
        },
        "deployment": {
            "strategy": "ROLLING",
            "maximum_percent": 200,
            "minimum_healthy_percent": 100,
            "circuit_breaker": {"enable": True, "rollback": True},
            "alarms": {"names": [], "enable": False, "rollback": False},
        },
        "service_connect_configuration": {"enabled": False},
        "autoscaling": {},
        "wait_timeout": 60,
    },
    look=look_at_service,
    remembered=lambda aws: remembered(aws, PLACE, NAME),
    hidden={"wait": "Says what the module waits for."},
    shown={
        "assign_public_ip=true": "assignPublicIp=ENABLED",
        "ephemeral_storage_gib": "sizeInGiB",
        "repository_credentials_arn": "credentialsParameter",
        "size_mib": "size",
        "log_group": "awslogs-group",
        "log_stream_prefix": "awslogs-stream-prefix",
        "depends_on.container": "containerName",
        **{f"{GROUPS}.health_check.{option}": f"HealthCheck{option}" for option in ("path", "port", "protocol")},
        f"{GROUPS}.health_check.interval": "HealthCheckIntervalSeconds",
        f"{GROUPS}.health_check.timeout": "HealthCheckTimeoutSeconds",
        f"{GROUPS}.health_check.healthy_threshold": "HealthyThresholdCount",
        f"{GROUPS}.health_check.unhealthy_threshold": "UnhealthyThresholdCount",
        f"{GROUPS}.health_check.matcher": "HttpCode",
        "deregistration_delay_seconds": "deregistration_delay.timeout_seconds",
        "slow_start": "slow_start.duration_seconds",
        "load_balancing_algorithm": "load_balancing.algorithm.type",
        "stickiness.enabled": "stickiness.enabled",
        "stickiness.type": "stickiness.type",
        "stickiness.duration_seconds": "stickiness.lb_cookie.duration_seconds",
        "stickiness.cookie_name": "stickiness.app_cookie.cookie_name",
        "test_listener_port": "test listeners",
        "alarms.names": "alarmNames",
        "deployment.bake_time_minutes": "bakeTimeInMinutes",
        "canary.bake_time_minutes": "canaryBakeTimeInMinutes",
        "canary.percent": "canaryPercent",
        "autoscaling.minimum": "MinCapacity",
        "autoscaling.maximum": "MaxCapacity",
        "scheduled.minimum": "MinCapacity",
        "scheduled.maximum": "MaxCapacity",
        "target_tracking.name": "PolicyName",
        "scheduled.name": "ScheduledActionName",
        "suspended.scale_in": "DynamicScalingInSuspended",
        "suspended.scale_out": "DynamicScalingOutSuspended",
        "suspended.scheduled": "ScheduledScalingSuspended",
    },
    absent={
        "load_balancer": {
            "load_balancer_name": PLACE,
            "target_group": {"name": GROUP},
            "advanced_configuration": {"alternate_target_group_name": OTHER_GROUP},
        }
    },
    fixed={
        "load_balancer.load_balancer_name": f"{PLACE}-other",
        f"{GROUPS}.name": "tables-other",
        f"{GROUPS}.protocol": "HTTPS",
        f"{GROUPS}.protocol_version": "HTTP2",
        f"{GROUPS}.port": 81,
        f"{GROUPS}.vpc_id": "vpc-0123456789abcdef0",
    },
    cases={
        "task": Case(
            {
                f"{TASK}.family": "tables-family",
                f"{TASK}.cpu": 512,
                f"{TASK}.memory": 2048,
                f"{TASK}.cpu_architecture": "ARM64",
                f"{TASK}.ephemeral_storage_gib": 30,
                f"{TASK}.execution_role_arn": "$role2",
                f"{TASK}.task_role_arn": "$role2",
            }
        ),
        "operating system": Case(
            {
                f"{TASK}.operating_system_family": "WINDOWS_SERVER_2022_CORE",
                f"{TASK}.cpu": 1024,
                f"{TASK}.memory": 2048,
            }
        ),
        "container": Case({f"{APP}.{key}": value for key, value in CONTAINER.items()}, leaves=29),
        "containers": Case(
            {
                f"{APP}.depends_on": [{"container": "side", "condition": "START"}],
                f"{TASK}.containers.1": SIDE,
            },
            leaves=3,
        ),
        "container of the load balancer": Case(
            {
                f"{TASK}.containers.1": {**SIDE, "port_mappings": [{"container_port": 3001}]},
                "load_balancer.container_name": "side",
                "load_balancer.container_port": 3001,
            },
            leaves=4,
        ),
        "ports": Case(
            {
                f"{APP}.port_mappings": [
                    {"container_port": 3000, "name": "http", "app_protocol": "http"},
                    {"container_port": 5300, "protocol": "udp"},
                ]
            },
            leaves=1,
        ),
        "file system": Case({f"{TASK}.volumes": [{"name": "scratch", "efs_volume_configuration": EFS}]}, leaves=1),
        "bucket": Case(
            {
                f"{TASK}.volumes": [{"name": "scratch", "s3files_volume_configuration": S3_FILES}],
                f"{TASK}.task_role_arn": "$role2",
            },
            leaves=2,
        ),
        "health check": Case({f"{GROUPS}.health_check": CHECK}),
        "target group": Case(
            {
                f"{GROUPS}.deregistration_delay_seconds": 5,
                f"{GROUPS}.slow_start": 40,
                f"{GROUPS}.stickiness": {**COOKIE, "enabled": True, "duration_seconds": 60},
            },
            leaves=4,
        ),
        "algorithm": Case({f"{GROUPS}.load_balancing_algorithm": "least_outstanding_requests"}),
        "cookie": Case(
            {f"{GROUPS}.stickiness": {"enabled": True, "type": "app_cookie", "cookie_name": "shop"}}, leaves=4
        ),
        "listener": Case(
            {
                "load_balancer.listener": {
                    "port": PORT + 1,
                    "protocol": "HTTPS",
                    "certificate_arn": "$certificate",
                    "ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
                }
            }
        ),
        "network": Case({"subnets": ["$subnet3"], "security_groups": ["$group2"]}),
        "capacity": Case(
            {"capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT", "weight": 1, "base": 1}]},
            {"launch_type": "FARGATE"},
            leaves=2,
        ),
        "service": Case(
            {
                "platform_version": "1.4.0",
                "assign_public_ip": True,
                "availability_zone_rebalancing": "DISABLED",
                "enable_ecs_managed_tags": True,
                "enable_execute_command": True,
                "health_check_grace_period_seconds": 7,
                "propagate_tags": "TASK_DEFINITION",
            },
            {
                "platform_version": "LATEST",
                "assign_public_ip": False,
                "availability_zone_rebalancing": "ENABLED",
                "enable_ecs_managed_tags": False,
                "enable_execute_command": False,
                "health_check_grace_period_seconds": 60,
                "propagate_tags": "SERVICE",
            },
        ),
        "desired count": Case({"desired_count": 1, "wait": False}, leaves=1),
        "deployment": Case(
            {
                "deployment.maximum_percent": 150,
                "deployment.minimum_healthy_percent": 50,
                "deployment.circuit_breaker": {"enable": False, "rollback": False},
                "deployment.alarms": {"names": ["errors"], "enable": True, "rollback": True},
            },
        ),
        "two target groups": Case(
            {
                "load_balancer.advanced_configuration": {
                    "role_arn": "$role1",
                    "alternate_target_group_name": OTHER_GROUP,
                    "test_listener_port": PORT + 2,
                },
                "deployment": {
                    "strategy": "CANARY",
                    "canary": {"percent": 5, "bake_time_minutes": 0},
                    "bake_time_minutes": 0,
                },
            },
            {
                "load_balancer.advanced_configuration": {
                    "role_arn": "$role1",
                    "alternate_target_group_name": OTHER_GROUP,
                },
            },
            leaves=42,
        ),
        "service connect": Case({"service_connect_configuration": MESH}, leaves=7),
        "registry": Case(
            {"service_registries": [{"registry_arn": REGISTRY, "port": 3000}]}, {"service_registries": []}, leaves=1
        ),
        "disk": Case(
            {
                f"{TASK}.volumes": [{"name": "disk", "configured_at_launch": True}],
                "volume_configurations": [{"name": "disk", "managed_ebs_volume": DISK}],
            },
            {"volume_configurations": []},
            leaves=2,
        ),
        "autoscaling": Case({"autoscaling": SCALING}, leaves=16),
    },
)

TABLES = [SERVICE]
