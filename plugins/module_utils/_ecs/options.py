# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Argument spec of M(orchestra.aws.ecs_service). Its meaning is documented in the module.

Private to the collection.
"""

from __future__ import annotations

from typing import Any


def _text(**more: Any) -> dict[str, Any]:
    return {"type": "str", **more}


def _number(**more: Any) -> dict[str, Any]:
    return {"type": "int", **more}


def _flag(**more: Any) -> dict[str, Any]:
    return {"type": "bool", **more}


def _texts(**more: Any) -> dict[str, Any]:
    return {"type": "list", "elements": "str", **more}


def _mapping(**more: Any) -> dict[str, Any]:
    return {"type": "dict", **more}


def _dict(options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "dict", "options": options, **more}


def _dicts(options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "list", "elements": "dict", "options": options, **more}


_PORT_MAPPING = {
    "container_port": _number(required=True),
    "protocol": _text(choices=["tcp", "udp"], default="tcp"),
    "name": _text(),
    "app_protocol": _text(choices=["http", "http2", "grpc"]),
}
_CONTAINER_HEALTH_CHECK = {
    "command": _texts(required=True),
    "interval": _number(),
    "timeout": _number(),
    "retries": _number(),
    "start_period": _number(),
}
_DEPENDENCY = {
    "container": _text(required=True),
    "condition": _text(choices=["START", "COMPLETE", "SUCCESS", "HEALTHY"], default="START"),
}
_ULIMIT = {
    "name": _text(required=True),
    "soft_limit": _number(required=True),
    "hard_limit": _number(required=True),
}
_MOUNT_POINT = {
    "source_volume": _text(required=True),
    "container_path": _text(required=True),
    "read_only": _flag(default=False),
}
_CONTAINER = {
    "name": _text(required=True),
    "image": _text(required=True),
    "essential": _flag(default=True),
    "command": _texts(),
    "entry_point": _texts(),
    "working_directory": _text(),
    "user": _text(),
    "port_mappings": _dicts(_PORT_MAPPING),
    "environment": _mapping(),
    # Not secret: it maps names to ARNs.
    "secrets": _mapping(no_log=False),
    "repository_credentials_arn": _text(no_log=False),
    "health_check": _dict(_CONTAINER_HEALTH_CHECK),
    "stop_timeout": _number(),
    "start_timeout": _number(),
    "readonly_root_filesystem": _flag(),
    "init_process_enabled": _flag(),
    "log_group": _text(),
    "log_stream_prefix": _text(),
    "cpu": _number(),
    "memory": _number(),
    "memory_reservation": _number(),
    "depends_on": _dicts(_DEPENDENCY),
    "mount_points": _dicts(_MOUNT_POINT),
    "ulimits": _dicts(_ULIMIT),
    "docker_labels": _mapping(),
}
_OPERATING_SYSTEMS = [
    "LINUX",
    "WINDOWS_SERVER_2019_CORE",
    "WINDOWS_SERVER_2019_FULL",
    "WINDOWS_SERVER_2022_CORE",
    "WINDOWS_SERVER_2022_FULL",
]
_TASK_DEFINITION = {
    "family": _text(),
    "cpu": _number(),
    "memory": _number(),
    "cpu_architecture": _text(choices=["X86_64", "ARM64"], default="X86_64"),
    "operating_system_family": _text(choices=_OPERATING_SYSTEMS, default="LINUX"),
    "ephemeral_storage_gib": _number(),
    "execution_role_arn": _text(),
    "task_role_arn": _text(),
    "containers": _dicts(_CONTAINER),
    "volumes": _dicts({"name": _text(required=True)}),
}
_TARGET_HEALTH_CHECK = {
    "path": _text(),
    "port": _text(),
    "protocol": _text(choices=["HTTP", "HTTPS"]),
    "interval": _number(),
    "timeout": _number(),
    "healthy_threshold": _number(),
    "unhealthy_threshold": _number(),
    "matcher": _text(),
}
_STICKINESS = {
    "enabled": _flag(default=True),
    "type": _text(choices=["lb_cookie", "app_cookie"], default="lb_cookie"),
    "duration_seconds": _number(),
    "cookie_name": _text(),
}
_ALGORITHMS = ["round_robin", "least_outstanding_requests", "weighted_random"]
_TARGET_GROUP = {
    "name": _text(),
    "protocol": _text(choices=["HTTP", "HTTPS"]),
    "protocol_version": _text(choices=["HTTP1", "HTTP2", "GRPC"]),
    "port": _number(),
    "vpc_id": _text(),
    "health_check": _dict(_TARGET_HEALTH_CHECK),
    "deregistration_delay_seconds": _number(),
    "slow_start": _number(),
    "load_balancing_algorithm": _text(choices=_ALGORITHMS),
    "stickiness": _dict(_STICKINESS),
}
_LISTENER = {
    "port": _number(required=True),
    "protocol": _text(choices=["HTTP", "HTTPS"]),
    "certificate_arn": _text(),
    "ssl_policy": _text(),
}
_LOAD_BALANCER = {
    "load_balancer_arn": _text(),
    "load_balancer_name": _text(),
    "container_name": _text(),
    "container_port": _number(),
    "target_group": _dict(_TARGET_GROUP, default={}),
    "listener": _dict(_LISTENER),
}
_DEPLOYMENT = {
    "minimum_healthy_percent": _number(),
    "maximum_percent": _number(),
    "circuit_breaker": _dict({"enable": _flag(), "rollback": _flag()}),
    "alarms": _dict({"names": _texts(required=True), "enable": _flag(default=True), "rollback": _flag(default=True)}),
}
_STRATEGY_ITEM = {
    "capacity_provider": _text(required=True),
    "weight": _number(default=0),
    "base": _number(default=0),
}

ARGUMENT_SPEC: dict[str, Any] = {
    "state": _text(choices=["present", "absent"], default="present"),
    "cluster": _text(required=True),
    "name": _text(required=True),
    "task_definition": _dict(_TASK_DEFINITION),
    "desired_count": _number(),
    "capacity_provider_strategy": _dicts(_STRATEGY_ITEM),
    "launch_type": _text(choices=["FARGATE"]),
    "platform_version": _text(),
    "subnets": _texts(),
    "security_groups": _texts(),
    "assign_public_ip": _flag(),
    "load_balancer": _dict(
        _LOAD_BALANCER,
        mutually_exclusive=[("load_balancer_arn", "load_balancer_name")],
        required_one_of=[("load_balancer_arn", "load_balancer_name")],
    ),
    "health_check_grace_period_seconds": _number(),
    "deployment": _dict(_DEPLOYMENT),
    "enable_execute_command": _flag(),
    "availability_zone_rebalancing": _text(choices=["ENABLED", "DISABLED"]),
    "propagate_tags": _text(choices=["SERVICE", "TASK_DEFINITION", "NONE"]),
    "enable_ecs_managed_tags": _flag(),
    "force_new_deployment": _flag(default=False),
    "keep_task_definitions": _flag(default=False),
    "wait": _flag(default=True),
    "wait_timeout": _number(default=900),
    "tags": _mapping(aliases=["resource_tags"]),
    "purge_tags": _flag(default=True),
}
MUTUALLY_EXCLUSIVE = [("capacity_provider_strategy", "launch_type")]
