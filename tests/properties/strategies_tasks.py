# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The option task_definition of ecs_service: any that the module takes, with every option of containers and volumes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.strategies import Strategy, maybe

SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a"
FILES = "arn:aws:s3files:eu-central-1:123456789012:file-system/fs-1"
ENVIRONMENT_FILE = "arn:aws:s3:::shop/a.env"
EXECUTION_ROLE = "arn:aws:iam::123456789012:role/execution"
TASK_ROLE = "arn:aws:iam::123456789012:role/files"


def of(*values: Any) -> Strategy:
    return st.sampled_from(values)


_NAMES = of("PORT", "MODE", "my-Name")
_S3_FILES = st.builds(
    lambda where, port: {"file_system_arn": FILES, **where, **port},
    of({}, {"root_directory": "/"}, {"root_directory": "/a"}, {"access_point_arn": f"{FILES}/access-point/ap-1"}),
    maybe(transit_encryption_port=of(2999)),
)
_EFS = st.fixed_dictionaries(
    {"file_system_id": of("fs-1", "fs-2")},
    optional={
        "root_directory": of("/", "/data"),
        "transit_encryption": of("ENABLED", "DISABLED"),
        "transit_encryption_port": of(2049),
        "access_point_id": of("fsap-1"),
        "iam": of("ENABLED", "DISABLED"),
    },
)
_VOLUME = st.one_of(
    _S3_FILES.map(lambda files: {"name": "tmp", "s3files_volume_configuration": files}),
    _EFS.map(lambda files: {"name": "tmp", "efs_volume_configuration": files}),
    of({}, {"configured_at_launch": True}, {"configured_at_launch": False}).map(lambda later: {"name": "tmp", **later}),
)
VOLUMES = st.lists(_VOLUME, min_size=1, max_size=1)
SECRET_OPTIONS = st.dictionaries(of("splunk-token"), of(SECRET, f"{SECRET}:key::"), max_size=1)
# FireLens needs a router among the containers.
LOG_CONFIGURATION = st.fixed_dictionaries(
    {"log_driver": of("splunk", "awslogs")},
    optional={
        "options": st.dictionaries(of("splunk-url", "mode"), of("a", "b", 1, True)),
        "secret_options": SECRET_OPTIONS,
    },
)
_LOGS = st.one_of(
    st.just({}),
    maybe(log_group=of("/ecs/shop"), log_stream_prefix=of("web")),
    LOG_CONFIGURATION.map(lambda logs: {"log_configuration": logs}),
)
_PORT = st.fixed_dictionaries(
    {"container_port": of(80, 3000)},
    optional={"name": of("web"), "protocol": of("tcp", "udp"), "app_protocol": of("http", "grpc")},
)
_HEALTH_CHECK = st.fixed_dictionaries(
    {"command": of(["CMD", "true"], ["CMD-SHELL", "exit 0"])},
    optional={"interval": of(30, 10), "timeout": of(5, 9), "retries": of(3, 5), "start_period": of(0, 60)},
)
_TMPFS = st.fixed_dictionaries(
    {"container_path": of("/a", "/b"), "size_mib": of(16, 32)},
    optional={"mount_options": of([], ["noexec", "nosuid"])},
)
_MOUNT = st.fixed_dictionaries(
    {"source_volume": of("tmp"), "container_path": of("/tmp", "/data")}, optional={"read_only": st.booleans()}
)
_COMMANDS: dict[str, Strategy] = {
    "command": st.lists(of("run", "--fast"), max_size=2),
    "entry_point": of([], ["/init"]),
    "working_directory": of("/", "/app"),
    "user": of("nobody", "0"),
    "essential": st.booleans(),
    "health_check": _HEALTH_CHECK,
    "restart_policy": maybe(
        enabled=st.booleans(), ignored_exit_codes=st.lists(of(0, 3), max_size=2), restart_attempt_period=of(60, 300)
    ),
    "stop_timeout": of(30, 60),
    "start_timeout": of(60, 120),
    "version_consistency": of("enabled", "disabled"),
    "repository_credentials_arn": of(SECRET),
    "port_mappings": st.lists(_PORT, max_size=2, unique_by=lambda mapping: mapping["container_port"]),
    "environment": st.dictionaries(_NAMES, of("a", "", 1, True)),
    "environment_files": of([], [ENVIRONMENT_FILE]),
}
_LIMITS: dict[str, Strategy] = {
    "cpu": of(0, 128),
    "memory": of(256),
    "memory_reservation": of(128),
    "readonly_root_filesystem": st.booleans(),
    "init_process_enabled": st.booleans(),
    "interactive": st.booleans(),
    "pseudo_terminal": st.booleans(),
    "capabilities": maybe(add=of([], ["SYS_PTRACE"]), drop=of([], ["NET_RAW", "MKNOD"], ["MKNOD"])),
    "system_controls": st.dictionaries(of("net.core.somaxconn", "net.ipv4.tcp_syncookies"), of("1", 1, "511")),
    "tmpfs": st.lists(_TMPFS, max_size=2, unique_by=lambda item: item["container_path"]),
    "ulimits": of([], [{"name": "nofile", "soft_limit": 1024, "hard_limit": 4096}]),
    "docker_labels": st.dictionaries(_NAMES, of("x", "y")),
}
_ROUTER = st.fixed_dictionaries(
    {"type": of("fluentbit", "fluentd")}, optional={"options": of({}, {"enable-ecs-log-metadata": True})}
)


@st.composite
def _containers(draw: st.DrawFn, name: str, volumes: bool) -> dict[str, Any]:
    """Return a container in which a variable is either plain or secret."""
    made = {"name": name, "image": draw(of("example/orders:1", "example/orders:2"))}
    made |= {**draw(maybe(**_COMMANDS)), **draw(maybe(**_LIMITS)), **draw(_LOGS)}
    secrets = st.dictionaries(_NAMES.filter(lambda key: key not in made.get("environment", {})), of(SECRET))
    if len(made.get("environment", {})) < 3:
        made |= draw(maybe(secrets=secrets))
    if volumes:
        made |= draw(maybe(mount_points=st.lists(_MOUNT, max_size=1)))
    return made


@st.composite
def tasks(draw: st.DrawFn) -> dict[str, Any]:
    """Return the option task_definition, of one container or of two that need each other."""
    made = draw(
        maybe(
            cpu_architecture=of("X86_64", "ARM64"),
            operating_system_family=of("LINUX", "WINDOWS_SERVER_2022_CORE"),
            ephemeral_storage_gib=of(30, 40),
            pid_mode=of("task"),
            enable_fault_injection=st.booleans(),
            volumes=VOLUMES,
            family=of("shop-orders", "shop-others"),
        )
    )
    containers = [draw(_containers(name, "volumes" in made)) for name in draw(of(["app"], ["app", "side"]))]
    containers[0]["essential"] = True
    if len(containers) == 2:
        condition = ["START", "COMPLETE", "SUCCESS", *(["HEALTHY"] if "health_check" in containers[1] else [])]
        waits = st.just([{"container": "side"}]) | of(*condition).map(
            lambda condition: [{"container": "side", "condition": condition}]
        )
        containers[0] |= draw(maybe(depends_on=waits))
        if draw(st.booleans()):
            containers[1]["firelens_configuration"] = draw(_ROUTER)
            containers[0].pop("log_group", None)
            containers[0]["log_configuration"] = {"log_driver": "awsfirelens"}
    roles = {"execution_role_arn": EXECUTION_ROLE, "task_role_arn": TASK_ROLE}
    return {"cpu": draw(of(1024, 2048)), "memory": 4096, "containers": containers, **roles, **made}
