# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Argument spec of M(orchestra.aws.ecs_service). Its meaning is documented in the module and in its fragments.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling.options import AUTOSCALING
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.options_task import LOG_CONFIGURATION, TASK_DEFINITION
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.spec import (
    decimal,
    flag,
    mapping,
    number,
    structure,
    structures,
    text,
    texts,
)

_TARGET_HEALTH_CHECK = {
    "path": text(),
    "port": text(),
    "protocol": text(choices=["HTTP", "HTTPS"]),
    "interval": number(),
    "timeout": number(),
    "healthy_threshold": number(),
    "unhealthy_threshold": number(),
    "matcher": text(),
}
_STICKINESS = {
    "enabled": flag(default=True),
    "type": text(choices=["lb_cookie", "app_cookie"], default="lb_cookie"),
    "duration_seconds": number(),
    "cookie_name": text(),
}
_ALGORITHMS = ["round_robin", "least_outstanding_requests", "weighted_random"]
_TARGET_GROUP = {
    "name": text(),
    "protocol": text(choices=["HTTP", "HTTPS"]),
    "protocol_version": text(choices=["HTTP1", "HTTP2", "GRPC"]),
    "port": number(),
    "vpc_id": text(),
    "health_check": structure(_TARGET_HEALTH_CHECK),
    "deregistration_delay_seconds": number(),
    "slow_start": number(),
    "load_balancing_algorithm": text(choices=_ALGORITHMS),
    "stickiness": structure(_STICKINESS),
}
_LISTENER = {
    "port": number(required=True),
    "protocol": text(choices=["HTTP", "HTTPS"]),
    "certificate_arn": text(),
    "ssl_policy": text(),
}
_ADVANCED = {
    "role_arn": text(),
    "alternate_target_group_name": text(),
    "test_listener_port": number(),
}
_LOAD_BALANCER = {
    "load_balancer_arn": text(),
    "load_balancer_name": text(),
    "container_name": text(),
    "container_port": number(),
    "target_group": structure(_TARGET_GROUP, default={}),
    "listener": structure(_LISTENER),
    "advanced_configuration": structure(_ADVANCED),
}
_STAGES = [
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
]
_HOOK = {
    "target_type": text(choices=["AWS_LAMBDA", "PAUSE"], default="AWS_LAMBDA"),
    "hook_target_arn": text(),
    "role_arn": text(),
    "lifecycle_stages": texts(choices=_STAGES, required=True),
    "hook_details": mapping(),
    "timeout_configuration": structure(
        {"timeout_in_minutes": number(), "action": text(choices=["ROLLBACK", "CONTINUE"])}
    ),
}
_BREAKER = {
    "enable": flag(),
    "rollback": flag(),
    "reset_on_healthy_task": flag(),
    "threshold": structure(
        {
            "type": text(choices=["BOUNDED_PERCENT", "UNBOUNDED_PERCENT", "COUNT"], required=True),
            "value": number(required=True),
        }
    ),
}
_EARLY_SUCCESS = {
    "enable": flag(required=True),
    "healthy_percent": number(),
    "source_service_revision_cleanup": text(choices=["BLOCKING", "DEFERRED"]),
}
_DEPLOYMENT = {
    "strategy": text(choices=["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"]),
    "bake_time_minutes": number(),
    "canary": structure({"percent": decimal(), "bake_time_minutes": number()}),
    "linear": structure({"step_percent": decimal(), "step_bake_time_minutes": number()}),
    "lifecycle_hooks": structures(_HOOK),
    "minimum_healthy_percent": number(),
    "maximum_percent": number(),
    "circuit_breaker": structure(_BREAKER),
    "alarms": structure({"names": texts(required=True), "enable": flag(default=True), "rollback": flag(default=True)}),
    "early_success_criteria": structure(_EARLY_SUCCESS),
}
_STRATEGY_ITEM = {
    "capacity_provider": text(required=True),
    "weight": number(default=0),
    "base": number(default=0),
}
_CONNECT_TLS = {
    "issuer_certificate_authority": structure({"aws_pca_authority_arn": text(required=True)}, required=True),
    # An id, not a secret: without no_log=False Ansible warns about the word "key".
    "kms_key": text(no_log=False),
    "role_arn": text(),
}
_TEST_HEADER = {"name": text(required=True), "value": structure({"exact": text(required=True)})}
_CONNECT_ALIAS = {
    "port": number(required=True),
    "dns_name": text(),
    "test_traffic_rules": structure({"header": structure(_TEST_HEADER, required=True)}),
}
_CONNECT_SERVICE = {
    "port_name": text(required=True),
    "discovery_name": text(),
    "client_aliases": structures(_CONNECT_ALIAS),
    "ingress_port_override": number(),
    "timeout": structure({"idle_timeout_seconds": number(), "per_request_timeout_seconds": number()}),
    "tls": structure(_CONNECT_TLS),
}
_ACCESS_LOG = {
    "format": text(choices=["TEXT", "JSON"], required=True),
    "include_query_parameters": text(choices=["ENABLED", "DISABLED"]),
}
_SERVICE_CONNECT = {
    "enabled": flag(default=True),
    "namespace": text(),
    "services": structures(_CONNECT_SERVICE),
    "log_configuration": structure(LOG_CONFIGURATION),
    "access_log_configuration": structure(_ACCESS_LOG),
}
_REGISTRY = {
    "registry_arn": text(required=True),
    "port": number(),
    "container_name": text(),
    "container_port": number(),
}
_LATTICE = {
    "role_arn": text(required=True),
    "target_group_arn": text(required=True),
    "port_name": text(required=True),
}
_EBS = {
    "role_arn": text(required=True),
    "size_in_gib": number(),
    "volume_type": text(),
    "snapshot_id": text(),
    "encrypted": flag(),
    "kms_key_id": text(),
    "iops": number(),
    "throughput": number(),
    "volume_initialization_rate": number(),
    "filesystem_type": text(choices=["ext3", "ext4", "xfs", "ntfs"]),
}

ARGUMENT_SPEC: dict[str, Any] = {
    "state": text(choices=["present", "absent"], default="present"),
    "cluster": text(required=True),
    "name": text(required=True),
    "task_definition": structure(TASK_DEFINITION),
    "desired_count": number(),
    "autoscaling": structure(AUTOSCALING),
    "capacity_provider_strategy": structures(_STRATEGY_ITEM),
    "launch_type": text(choices=["FARGATE"]),
    "platform_version": text(),
    "subnets": texts(),
    "security_groups": texts(),
    "assign_public_ip": flag(),
    "load_balancer": structure(
        _LOAD_BALANCER,
        mutually_exclusive=[("load_balancer_arn", "load_balancer_name")],
        required_one_of=[("load_balancer_arn", "load_balancer_name")],
    ),
    "health_check_grace_period_seconds": number(),
    "deployment": structure(_DEPLOYMENT),
    "enable_execute_command": flag(),
    "availability_zone_rebalancing": text(choices=["ENABLED", "DISABLED"]),
    "service_connect_configuration": structure(
        _SERVICE_CONNECT, required_by={"access_log_configuration": ["log_configuration"]}
    ),
    "service_registries": structures(_REGISTRY),
    "vpc_lattice_configurations": structures(_LATTICE),
    "volume_configurations": structures(
        {"name": text(required=True), "managed_ebs_volume": structure(_EBS, required=True)}
    ),
    "propagate_tags": text(choices=["SERVICE", "TASK_DEFINITION", "NONE"]),
    "enable_ecs_managed_tags": flag(),
    "force_new_deployment": flag(default=False),
    "keep_task_definitions": flag(default=False),
    "wait": flag(default=True),
    "wait_timeout": number(default=900),
    "tags": mapping(aliases=["resource_tags"]),
    "purge_tags": flag(default=True),
}
MUTUALLY_EXCLUSIVE = [("capacity_provider_strategy", "launch_type")]
