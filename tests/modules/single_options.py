# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which options are altered by themselves, with other values that AWS takes, and which cannot be."""

from __future__ import annotations

from tests.modules import test_ecs_service_options as further
from tests.modules.single import ACCOUNT, Wanted
from tests.modules.table import LEFT_OUT
from tests.modules.tables import api, events, network, services

NAMED = "Another name is another one, which the tables do"
SWITCH = "Switches the whole structure, which the tables do"
TOGETHER = "With others only, as the tables do"
COLORS = "No service in memory has rules of listeners; the tables give it and take it back"
FIXED = "Refused, as the tables do"
TASK, APP = services.TASK, services.APP
ROLE = f"arn:aws:iam::{ACCOUNT}:role/api"
LISTENER = f"arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:listener/app/shop/1/a"
LOG_GROUP = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/aws/apigateway/shop"
LIMITS = {"throttling_burst_limit": 9, "throttling_rate_limit": 5, "detailed_metrics": False}
CORS = {
    "allow_credentials": True,
    "origins": ["https://www.example.com"],
    "methods": ["GET"],
    "headers": ["a"],
    "expose_headers": ["b"],
    "max_age": 5,
}
LINKED = {
    "key": "GET /linked",
    "integration": {
        "uri": LISTENER,
        "vpc_link_id": "link-1",
        "method": "GET",
        "tls_server_name": "shop.example.com",
        "timeout_milliseconds": 900,
        "description": "One",
        "request_parameters": {"overwrite:path": "/process"},
        "response_parameters": {"404": {"overwrite:statuscode": "200"}},
    },
}
SCOPED = {**api.PROXY, "authorization": "JWT", "authorizer": "staff", "scopes": ["read"]}
STAGE = {
    "name": "$default",
    "description": "One",
    "access_log": {"destination_arn": LOG_GROUP, "format": "$context.requestId"},
    "default_route_settings": LIMITS,
    "route_settings": {"GET /linked": LIMITS},
    "variables": {"one": "a"},
    "tags": {"team": "shop"},
}
QUEUE = {"metric_name": "Backlog", "namespace": "Shop", "statistic": "Sum", "dimensions": {"Queue": "orders"}}
SCALING = {
    "minimum": 0,
    "maximum": 4,
    "target_tracking": [
        {
            "name": "cpu",
            "metric": "cpu",
            "target_value": 60,
            "scale_in_cooldown": 300,
            "scale_out_cooldown": 300,
            "disable_scale_in": False,
        },
        {"name": "queue", "customized_metric": QUEUE, "target_value": 5},
    ],
    "scheduled": [{"name": "night", "schedule": "cron(0 22 * * ? *)", "timezone": "Europe/Berlin", "maximum": 1}],
}
# An access point says itself what the root directory is.
FROM_BUCKET = {key: value for key, value in services.S3_FILES.items() if key != "access_point_arn"}
UNBALANCED = {"load_balancer": LEFT_OUT}

ALARMS = Wanted(
    events.ALARMS,
    others={"alarms.period": 120},
    kept={
        "alarms.name": NAMED,
        "topic_name": NAMED,
        "notify_ok": "The difference names the topic",
        "emails": "An address that nobody has confirmed cannot be taken away",
    },
    shown={"topic_arn": "actions"},
)
HTTP_API = Wanted(
    api.HTTP_API,
    others={
        "cors.methods": "PUT",
        "routes.authorizer": "others",
        "routes.integration.method": "POST",
        "routes.integration.payload_format_version": "2.0",
        "stages.access_log.format": "$context.requestId $context.status",
    },
    kept={
        "authorizers.name": NAMED,
        "authorizers.type": FIXED,
        "routes.key": NAMED,
        "routes.integration.type": TOGETHER,
        "stages.name": NAMED,
    },
    added=[
        {"routes.0.authorization": "AWS_IAM"},
        {"stages.0.auto_deploy": False},
        {
            "authorizers": [api.STAFF, {**api.STAFF, "name": "others"}],
            "routes.0": {**api.PROXY, "authorization": "JWT", "authorizer": "staff"},
        },
        {"routes.1.integration.payload_format_version": "1.0"},
        {
            "cors": CORS,
            "authorizers": [api.STAFF, {**api.GATE, "payload_format_version": "2.0", "simple_responses": True}],
            "routes": [LINKED, {**SCOPED, "operation_name": "b"}],
            "stages": [STAGE],
        },
    ],
)
SERVICE = Wanted(
    services.SERVICE,
    others={
        f"{TASK}.cpu": 1024,
        f"{TASK}.memory": 3072,
        f"{TASK}.containers.depends_on.container": "third",
        f"{TASK}.containers.environment_files": "arn:aws:s3:::shop/other.env",
        f"{TASK}.containers.health_check.command": "CMD-SHELL",
        f"{TASK}.containers.mount_points.source_volume": "other",
        "autoscaling.scheduled.schedule": "cron(0 23 * * ? *)",
        "autoscaling.scheduled.timezone": "Asia/Tokyo",
        "deployment.lifecycle_hooks.lifecycle_stages": "POST_PRODUCTION_TRAFFIC_SHIFT",
    },
    kept={
        f"{TASK}.containers.name": NAMED,
        f"{TASK}.containers.restart_policy.enabled": SWITCH,
        f"{TASK}.pid_mode": "Has one value only",
        f"{TASK}.volumes.configured_at_launch": TOGETHER,
        "autoscaling.scheduled.name": NAMED,
        "autoscaling.target_tracking.name": NAMED,
        "deployment.early_success_criteria.enable": SWITCH,
        "deployment.strategy": TOGETHER,
        "load_balancer.advanced_configuration": COLORS,
        "load_balancer.advanced_configuration.role_arn": COLORS,
        "load_balancer.advanced_configuration.alternate_target_group_name": COLORS,
        "load_balancer.advanced_configuration.test_listener_port": COLORS,
        "load_balancer.container_name": TOGETHER,
        "load_balancer.listener.protocol": TOGETHER,
        "load_balancer.target_group.stickiness.type": TOGETHER,
        "service_connect_configuration.enabled": SWITCH,
    },
    added=[
        {**UNBALANCED, f"{APP}.port_mappings": [{"container_port": 3000}]},
        {"autoscaling": SCALING},
        *({f"{TASK}.{path}": value} for path, value, *_rest in further.TASK.values()),
        *({**UNBALANCED, path: value} for path, value, *_rest in further.SERVICE.values()),
        {
            f"{APP}.port_mappings": [{"container_port": 3000}, {"container_port": 3001}],
            "load_balancer.container_port": 3000,
        },
        {
            f"{TASK}.volumes": [{"name": "scratch", "s3files_volume_configuration": FROM_BUCKET}],
            f"{TASK}.task_role_arn": "$role2",
        },
        {
            f"{TASK}.volumes": [{"name": "scratch"}, {"name": "other"}],
            f"{APP}.mount_points": services.CONTAINER["mount_points"],
        },
        {
            f"{APP}.depends_on": [{"container": "side", "condition": "START"}],
            f"{TASK}.containers.1": services.SIDE,
            f"{TASK}.containers.2": {**services.SIDE, "name": "third"},
        },
    ],
    shown={
        "depends_on.container": "container_name",
        "repository_credentials_arn": "credentials_parameter",
        "size_mib": "size",
        "containers.log_group": "awslogs-group",
        "log_stream_prefix": "awslogs-stream-prefix",
    },
    without=("two target groups",),
)
RULE = {
    "protocol": "tcp",
    "cidr": "10.1.0.0/16",
    "cidr_ipv6": "fd00::/8",
    "group": "front",
}
NETWORK = Wanted(
    network.NETWORKS,
    others={
        **{f"security_groups.{way}.{name}": other for way in ("ingress", "egress") for name, other in RULE.items()},
        "endpoints.policy.Version": "2008-10-17",
        "endpoints.policy.Statement.Effect": "Deny",
        "endpoints.security_groups": "front",
        "flow_log.destination_arn": "arn:aws:s3:::other",
    },
    kept={
        "endpoints.service": NAMED,
        "endpoints.type": NAMED,
        "security_groups.name": NAMED,
        "security_groups.description": "AWS cannot change it",
    },
    added=[{f"security_groups.0.{way}": [rule]} for way in ("ingress", "egress") for rule in network.OTHER_RULES],
    shown={"log_group": "destination", "destination_arn": "destination"},
)
WANTED = [ALARMS, HTTP_API, NETWORK, SERVICE]
ALTERED = [one for wanted in WANTED for one in wanted.alterations().values()]
