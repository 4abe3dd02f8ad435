# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Argument spec of the task definition of M(orchestra.aws.ecs_service).

Its meaning is documented in the fragment ecs_task_definition.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._ecs.spec import (
    flag,
    mapping,
    number,
    numbers,
    structure,
    structures,
    text,
    texts,
)

# Fargate knows these (RegisterTaskDefinition, LogConfiguration).
LOG_DRIVERS = ["awslogs", "splunk", "awsfirelens"]
# The values are ARNs of secrets, so the option need not be hidden.
LOG_CONFIGURATION = {
    "log_driver": text(choices=LOG_DRIVERS, required=True),
    "options": mapping(),
    "secret_options": mapping(no_log=False),
}
_PORT_MAPPING = {
    "container_port": number(required=True),
    "protocol": text(choices=["tcp", "udp"], default="tcp"),
    "name": text(),
    "app_protocol": text(choices=["http", "http2", "grpc"]),
}
_CONTAINER_HEALTH_CHECK = {
    "command": texts(required=True),
    "interval": number(),
    "timeout": number(),
    "retries": number(),
    "start_period": number(),
}
_DEPENDENCY = {
    "container": text(required=True),
    "condition": text(choices=["START", "COMPLETE", "SUCCESS", "HEALTHY"], default="START"),
}
_ULIMIT = {
    "name": text(required=True),
    "soft_limit": number(required=True),
    "hard_limit": number(required=True),
}
_MOUNT_POINT = {
    "source_volume": text(required=True),
    "container_path": text(required=True),
    "read_only": flag(default=False),
}
_RESTART_POLICY = {
    "enabled": flag(default=True),
    "ignored_exit_codes": numbers(),
    "restart_attempt_period": number(),
}
_FIRELENS = {
    "type": text(choices=["fluentd", "fluentbit"], required=True),
    "options": mapping(),
}
_TMPFS = {
    "container_path": text(required=True),
    "size_mib": number(required=True),
    "mount_options": texts(),
}
_CONTAINER = {
    "name": text(required=True),
    "image": text(required=True),
    "essential": flag(default=True),
    "command": texts(),
    "entry_point": texts(),
    "working_directory": text(),
    "user": text(),
    "port_mappings": structures(_PORT_MAPPING),
    "environment": mapping(),
    "environment_files": texts(),
    # Not secret: it maps names to ARNs.
    "secrets": mapping(no_log=False),
    "repository_credentials_arn": text(no_log=False),
    "health_check": structure(_CONTAINER_HEALTH_CHECK),
    "restart_policy": structure(_RESTART_POLICY),
    "stop_timeout": number(),
    "start_timeout": number(),
    "readonly_root_filesystem": flag(),
    "init_process_enabled": flag(),
    "tmpfs": structures(_TMPFS),
    "capabilities": structure({"add": texts(), "drop": texts()}),
    "interactive": flag(),
    "pseudo_terminal": flag(),
    "system_controls": mapping(),
    "version_consistency": text(choices=["enabled", "disabled"]),
    "log_group": text(),
    "log_stream_prefix": text(),
    "log_configuration": structure(LOG_CONFIGURATION),
    "firelens_configuration": structure(_FIRELENS),
    "cpu": number(),
    "memory": number(),
    "memory_reservation": number(),
    "depends_on": structures(_DEPENDENCY),
    "mount_points": structures(_MOUNT_POINT),
    "ulimits": structures(_ULIMIT),
    "docker_labels": mapping(),
}
_OPERATING_SYSTEMS = [
    "LINUX",
    "WINDOWS_SERVER_2019_CORE",
    "WINDOWS_SERVER_2019_FULL",
    "WINDOWS_SERVER_2022_CORE",
    "WINDOWS_SERVER_2022_FULL",
]
_EFS = {
    "file_system_id": text(required=True),
    "root_directory": text(),
    "transit_encryption": text(choices=["ENABLED", "DISABLED"]),
    "transit_encryption_port": number(),
    "access_point_id": text(),
    "iam": text(choices=["ENABLED", "DISABLED"]),
}
_S3_FILES = {
    "file_system_arn": text(required=True),
    "root_directory": text(),
    "transit_encryption_port": number(),
    "access_point_arn": text(),
}
_VOLUME = {
    "name": text(required=True),
    "efs_volume_configuration": structure(_EFS),
    "s3files_volume_configuration": structure(_S3_FILES),
    "configured_at_launch": flag(),
}
_KINDS_OF_VOLUME = ("efs_volume_configuration", "s3files_volume_configuration", "configured_at_launch")
TASK_DEFINITION = {
    "family": text(),
    "cpu": number(),
    "memory": number(),
    "cpu_architecture": text(choices=["X86_64", "ARM64"], default="X86_64"),
    "operating_system_family": text(choices=_OPERATING_SYSTEMS, default="LINUX"),
    "ephemeral_storage_gib": number(),
    "execution_role_arn": text(),
    "task_role_arn": text(),
    "pid_mode": text(choices=["task"]),
    "enable_fault_injection": flag(),
    "containers": structures(_CONTAINER, mutually_exclusive=[("log_group", "log_configuration")]),
    "volumes": structures(_VOLUME, mutually_exclusive=[_KINDS_OF_VOLUME]),
}
