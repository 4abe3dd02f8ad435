# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options of ecs_service, such as users write them one after the other."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.memory_balancing import BALANCER as MADE_BALANCER
from tests.properties.memory_balancing import NAME
from tests.properties.strategies import Strategy, maybe, merged, tagging
from tests.properties.strategies_tasks import LOG_CONFIGURATION, of, tasks

CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/a"
REGISTRY = "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-1"
LAMBDA = "arn:aws:lambda:eu-central-1:123456789012:function:check"
ROLE = "arn:aws:iam::123456789012:role/ecs"

STICKINESS = st.one_of(
    maybe(enabled=st.booleans(), duration_seconds=of(60, 86400)),
    st.fixed_dictionaries(
        {"type": st.just("app_cookie"), "cookie_name": of("shop", "other")},
        optional={"enabled": st.booleans(), "duration_seconds": of(60, 120)},
    ),
)
# What AWS cannot change, as it is when nothing is said, and mostly left out.
FIXED = st.just({}) | maybe(
    name=of("shop-orders"), protocol=of("HTTP"), protocol_version=of("HTTP1"), port=of(3000), vpc_id=of("vpc-1")
)
_TARGET_GROUP = maybe(
    health_check=maybe(
        protocol=of("HTTP", "HTTPS"),
        path=of("/", "/health"),
        port=of("traffic-port", "8080"),
        interval=of(30, 10),
        timeout=of(5, 3),
        healthy_threshold=of(5, 2),
        unhealthy_threshold=of(2, 3),
        matcher=of("200", "200-204"),
    ),
    deregistration_delay_seconds=of(300, 0),
    slow_start=of(0, 30),
    stickiness=STICKINESS,
)
# AWS lets targets start slowly with round_robin only.
_ALGORITHM = st.one_of(
    st.just({}),
    st.just({"load_balancing_algorithm": "round_robin"}),
    of("least_outstanding_requests", "weighted_random").map(
        lambda algorithm: {"load_balancing_algorithm": algorithm, "slow_start": 0}
    ),
)
TARGET_GROUP = st.tuples(FIXED, _TARGET_GROUP, _ALGORITHM).map(lambda parts: {**parts[0], **parts[1], **parts[2]})
LISTENER = st.one_of(
    st.fixed_dictionaries({"port": of(80, 8001)}),
    st.just({"port": 80, "protocol": "HTTP"}),
    st.fixed_dictionaries(
        {"port": of(443, 80), "protocol": st.just("HTTPS"), "certificate_arn": of(CERTIFICATE, f"{CERTIFICATE}b")},
        optional={"ssl_policy": of("ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06")},
    ),
)
BALANCER = st.builds(
    lambda who, group, listener: {
        **who,
        "container_name": "app",
        "container_port": 3000,
        "target_group": group,
        "listener": listener,
    },
    of({"load_balancer_name": NAME}, {"load_balancer_arn": MADE_BALANCER["LoadBalancerArn"]}),
    TARGET_GROUP,
    LISTENER,
)
ADVANCED = st.fixed_dictionaries(
    {"role_arn": of(ROLE)},
    optional={"alternate_target_group_name": of("shop-orders-alt"), "test_listener_port": of(9001, 9002)},
)
# Behind two target groups.
COLORED = st.builds(
    lambda port, advanced: {
        "load_balancer_name": NAME,
        "container_name": "app",
        "container_port": 3000,
        "target_group": {},
        "listener": {"port": port},
        "advanced_configuration": advanced,
    },
    of(80, 8001),
    ADVANCED,
)
POLICY = st.one_of(
    st.fixed_dictionaries({"metric": of("cpu", "memory")}),
    st.fixed_dictionaries(
        {
            "customized_metric": st.fixed_dictionaries(
                {"metric_name": of("Backlog"), "namespace": of("Shop"), "statistic": of("Average", "Sum")},
                optional={"unit": of("Count"), "dimensions": of({}, {"Queue": 1}, {"Queue": "a", "B": "b"})},
            )
        }
    ),
)
TUNING = maybe(scale_in_cooldown=of(300, 60), scale_out_cooldown=of(300, 0), disable_scale_in=st.booleans())
NAMED_POLICY = st.builds(
    lambda name, target, metric, tuning: {"name": name, "target_value": target, **metric, **tuning},
    of("a", "b"),
    of(50, 60.5),
    POLICY,
    TUNING,
)
SCHEDULE = st.one_of(
    st.fixed_dictionaries(
        {"schedule": of("cron(0 22 * * ? *)", "at(2031-01-31T08:00:00)")},
        optional={"timezone": of("Asia/Tokyo", "UTC")},
    ),
    st.just({"schedule": "rate(5 minutes)"}),
)
NAMED_ACTION = st.builds(
    lambda name, schedule, capacity: {"name": name, **schedule, **capacity},
    of("night", "day"),
    SCHEDULE,
    st.one_of(st.fixed_dictionaries({"minimum": of(0, 1)}, optional={"maximum": of(2, 3)}), st.just({"maximum": 3})),
)


def named(items: Strategy) -> Strategy:
    return st.lists(items, max_size=2, unique_by=lambda item: item["name"])


AUTOSCALING = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {"minimum": of(0, 1), "maximum": of(4, 5)},
        optional={
            "suspended": maybe(scale_in=st.booleans(), scale_out=st.booleans(), scheduled=st.booleans()),
            "target_tracking": named(NAMED_POLICY),
            "scheduled": named(NAMED_ACTION),
        },
    ),
)
TEST_HEADER = st.fixed_dictionaries({"name": of("X-Test")}, optional={"value": of({"exact": "a"}, {"exact": "b"})})
_ALIAS = st.fixed_dictionaries(
    {"port": of(80)},
    optional={
        "dns_name": of("orders", "orders.shop"),
        "test_traffic_rules": st.fixed_dictionaries({"header": TEST_HEADER}),
    },
)
_TLS = st.fixed_dictionaries(
    {"issuer_certificate_authority": of({"aws_pca_authority_arn": CERTIFICATE})},
    optional={"kms_key": of("key-1", "key-2"), "role_arn": of(ROLE)},
)
CONNECT_SERVICE = st.fixed_dictionaries(
    {"port_name": of("http")},
    optional={
        "client_aliases": st.just([]) | st.lists(_ALIAS, min_size=1, max_size=2),
        "discovery_name": of("orders", "old-orders"),
        "ingress_port_override": of(15000, 15001),
        "timeout": maybe(idle_timeout_seconds=of(0, 60), per_request_timeout_seconds=of(0, 15)),
        "tls": _TLS,
    },
)
_ACCESS_LOG = st.fixed_dictionaries(
    {"format": of("TEXT", "JSON")}, optional={"include_query_parameters": of("ENABLED", "DISABLED")}
)
_CONNECT_LOGS = LOG_CONFIGURATION.flatmap(
    lambda logs: maybe(access_log_configuration=_ACCESS_LOG).map(lambda more: {"log_configuration": logs, **more})
)
CONNECT = st.one_of(
    st.just({"enabled": False}),
    st.just({"namespace": "shop"}),
    merged(
        st.fixed_dictionaries({"namespace": of("shop", "other")}),
        st.fixed_dictionaries({"services": st.lists(CONNECT_SERVICE, min_size=1, max_size=1)}),
        st.just({}) | _CONNECT_LOGS,
    ),
    _CONNECT_LOGS,
)
LATTICE = st.lists(
    st.fixed_dictionaries(
        {"role_arn": of(ROLE), "target_group_arn": of(f"{REGISTRY}-lattice"), "port_name": of("http", "other")}
    ),
    max_size=2,
)
_DISK = st.fixed_dictionaries(
    {"role_arn": of(ROLE)},
    optional={
        "size_in_gib": of(10, 20),
        "volume_type": of("gp3", "io2"),
        "snapshot_id": of("snap-1"),
        "encrypted": st.booleans(),
        "kms_key_id": of("key-1"),
        "iops": of(3000, 4000),
        "throughput": of(125, 250),
        "volume_initialization_rate": of(100, 200),
        "filesystem_type": of("ext4", "xfs"),
    },
)
DISKS = st.lists(st.fixed_dictionaries({"name": of("data"), "managed_ebs_volume": _DISK}), max_size=1)
REGISTRIES = of(
    [],
    [{"registry_arn": REGISTRY}],
    [{"registry_arn": REGISTRY, "port": 3000}],
    [{"registry_arn": REGISTRY, "container_name": "app", "container_port": 3000}],
)
ROLLING = {
    "minimum_healthy_percent": of(100, 50),
    "maximum_percent": of(200, 150),
    "circuit_breaker": maybe(
        enable=st.booleans(),
        rollback=st.booleans(),
        reset_on_healthy_task=st.booleans(),
        threshold=of({"type": "COUNT", "value": 4}, {"type": "BOUNDED_PERCENT", "value": 50}),
    ),
    "alarms": st.fixed_dictionaries(
        {"names": of([], ["a"], ["b", "a"])}, optional={"enable": st.booleans(), "rollback": st.booleans()}
    ),
    "early_success_criteria": st.fixed_dictionaries(
        {"enable": st.booleans()},
        optional={"healthy_percent": of(80, 90), "source_service_revision_cleanup": of("BLOCKING", "DEFERRED")},
    ),
}
_PAUSE = st.fixed_dictionaries(
    {"target_type": st.just("PAUSE"), "lifecycle_stages": of(["POST_SCALE_UP"], ["POST_TEST_TRAFFIC_SHIFT"])},
    optional={"timeout_configuration": maybe(timeout_in_minutes=of(10, 20), action=of("ROLLBACK", "CONTINUE"))},
)
HOOK = _PAUSE | st.fixed_dictionaries(
    {"hook_target_arn": of(LAMBDA, f"{LAMBDA}2"), "role_arn": of(ROLE), "lifecycle_stages": of(["PRE_SCALE_UP"])},
    optional={"hook_details": of({"Any Key": 1}), "target_type": of("AWS_LAMBDA")},
)
SHIFTING = {"bake_time_minutes": of(0, 5), "lifecycle_hooks": st.lists(HOOK, max_size=2)}
DEPLOYMENTS = st.one_of(
    maybe(**ROLLING, strategy=st.just("ROLLING")),
    st.fixed_dictionaries(
        {"strategy": st.just("BLUE_GREEN"), "bake_time_minutes": of(0, 5)},
        optional={**ROLLING, "lifecycle_hooks": SHIFTING["lifecycle_hooks"]},
    ),
    st.fixed_dictionaries(
        {"strategy": st.just("CANARY")},
        optional={**ROLLING, **SHIFTING, "canary": maybe(percent=of(5.0, 10.0), bake_time_minutes=of(0, 3))},
    ),
    st.fixed_dictionaries(
        {"strategy": st.just("LINEAR")},
        optional={**ROLLING, **SHIFTING, "linear": maybe(step_percent=of(10.0, 25.0), step_bake_time_minutes=of(0, 3))},
    ),
)
CAPACITY = st.one_of(
    st.just({}),
    st.just({"launch_type": "FARGATE"}),
    st.fixed_dictionaries(
        {
            "capacity_provider_strategy": of(
                [],
                [{"capacity_provider": "FARGATE_SPOT", "weight": 1}],
                [{"capacity_provider": "FARGATE_SPOT", "weight": 4}, {"capacity_provider": "FARGATE", "base": 1}],
            )
        }
    ),
)
PLAIN = maybe(
    desired_count=of(0, 1, 2),
    platform_version=of("LATEST", "1.4.0"),
    subnets=st.lists(of("subnet-1", "subnet-2"), min_size=1, max_size=3),
    security_groups=st.lists(of("sg-1", "sg-2"), max_size=2),
    assign_public_ip=st.booleans(),
    deployment=maybe(**ROLLING),
    enable_execute_command=st.booleans(),
    availability_zone_rebalancing=of("ENABLED", "DISABLED"),
    propagate_tags=of("SERVICE", "TASK_DEFINITION", "NONE"),
    enable_ecs_managed_tags=st.booleans(),
    service_connect_configuration=CONNECT,
    service_registries=REGISTRIES,
    vpc_lattice_configurations=LATTICE,
    volume_configurations=DISKS,
    autoscaling=AUTOSCALING,
    **tagging(),
)
PORTS = [{"container_port": 3000, "name": "http"}]
TASK = of("example/app:1", "example/app:2").map(
    lambda image: {"cpu": 256, "memory": 512, "containers": [{"name": "app", "image": image, "port_mappings": PORTS}]}
)


def reachable(task: dict[str, Any]) -> dict[str, Any]:
    """Let a task take requests at the port of the load balancer."""
    task["containers"][0]["port_mappings"] = PORTS
    return task


TASKS = TASK | tasks().map(reachable)
