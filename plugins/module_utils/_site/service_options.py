# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The settings of one service as the options of M(orchestra.aws.ecs_service), checked as the module checks them.

Private to the collection. So what the module would refuse in the middle of a run is told before it. Values of secrets
and of the environment are in no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import checks
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.options import ARGUMENT_SPEC
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._site.variable_types import plain

# Where the options of the role are in those of the module.
_TASK = ("cpu", "memory", "cpu_architecture", "ephemeral_storage_gib")
_CONTAINER = (
    *("image", "command", "entry_point", "working_directory", "user", "environment", "secrets", "stop_timeout"),
    *("readonly_root_filesystem", "init_process_enabled", "ulimits"),
)
_SERVICE = (
    *("desired_count", "autoscaling", "capacity_provider_strategy", "platform_version", "deployment"),
    *("health_check_grace_period_seconds", "enable_execute_command", "availability_zone_rebalancing"),
)
# Options of the module -> of the role, in the sentences of the module.
_WORDS = (
    ("load_balancer.advanced_configuration.test_listener_port", "ecs_service_test_listener_port"),
    ("load_balancer.listener.port", "ecs_service_listener_port"),
    ("load_balancer.listener", "ecs_service_listener_port"),
    ("task_definition.volumes", "ecs_service_task_options.volumes"),
    ("task_definition.", "ecs_service_"),
)
_WHOLE_OPTIONS = re.compile(
    r"(?<![\w.])(deployment\.|capacity_provider_strategy|availability_zone_rebalancing|autoscaling)"
)
# Seconds and numbers that a target group takes (Elastic Load Balancing API reference, CreateTargetGroup).
_HEALTH_CHECK = {
    "interval": (5, 300),
    "timeout": (2, 120),
    "healthy_threshold": (2, 10),
    "unhealthy_threshold": (2, 10),
}
_SECRET = re.compile(
    r"arn:[a-z-]+:(?:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+(?::[^:]*:[^:]*:[^:]*)?"
    r"|ssm:[a-z0-9-]+:\d{12}:parameter/[\w./-]+)"
)


def option_findings(name: str, host: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the options of the service, a sentence each. host: the variables of its host."""
    spec = option_spec()
    given = {variable: plain(host[variable]) for variable in spec if host.get(variable) is not None}
    checked = ArgumentSpecValidator(spec).validate(given)
    if checked.error_messages:
        for error in checked.errors:
            what = "there is no setting " if isinstance(error, UnsupportedError) else ""
            yield f"{what}{error.msg.rstrip('.')}."
        return
    values: dict[str, Any] = checked.validated_parameters
    yield from _spot(values)
    yield from _secrets(values.get("ecs_service_secrets") or {})
    yield from _health_check(values.get("ecs_service_health_check") or {})
    try:
        checks.check(_module_options(name, values), name)
    except InputError as fault:
        yield _in_the_roles_words(str(fault))


def option_spec() -> dict[str, Any]:
    """Return the spec of the role's variables, each as the module has it; what is left out stays so."""
    task = ARGUMENT_SPEC["task_definition"]["options"]
    container = task["containers"]["options"]
    target_group = ARGUMENT_SPEC["load_balancer"]["options"]["target_group"]["options"]
    spec = {
        **{f"ecs_service_{option}": task[option] for option in _TASK},
        **{f"ecs_service_{option}": container[option] for option in _CONTAINER},
        **{f"ecs_service_{option}": ARGUMENT_SPEC[option] for option in _SERVICE},
        "ecs_service_container_health_check": container["health_check"],
        "ecs_service_health_check": target_group["health_check"],
        "ecs_service_sidecars": task["containers"],
        "ecs_service_container_port": {"type": "int"},
        "ecs_service_listener_port": {"type": "int"},
        "ecs_service_test_listener_port": {"type": "int"},
        "ecs_service_spot_percent": {"type": "int"},
        "ecs_service_task_options": {"type": "dict", "options": _optional(task, ("containers",))},
        "ecs_service_container_options": {"type": "dict", "options": _optional(container, ("name",))},
        "ecs_service_target_group_options": {"type": "dict", "options": _optional(target_group, ("name", "vpc_id"))},
    }
    return {variable: _bare(entry) for variable, entry in spec.items()}


def _optional(options: Mapping[str, Any], without: tuple[str, ...]) -> dict[str, Any]:
    return {option: _bare(entry) for option, entry in options.items() if option not in without}


def _bare(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("required", "default")}


def _module_options(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's options as the role gives them, with stand-ins for what others find missing."""
    port = values.get("ecs_service_container_port") or 3000
    container = {
        "name": name,
        "essential": True,
        "port_mappings": [{"container_port": port}],
        **{option: values.get(f"ecs_service_{option}") for option in _CONTAINER},
        "health_check": values.get("ecs_service_container_health_check"),
        "log_group": name,
        **_given(values.get("ecs_service_container_options")),
    }
    task = {
        "cpu": 256,
        "memory": 512,
        "operating_system_family": "LINUX",
        "execution_role_arn": name,
        **_given({option: values.get(f"ecs_service_{option}") for option in _TASK}),
        **_given(values.get("ecs_service_task_options")),
        "containers": [container, *(values.get("ecs_service_sidecars") or [])],
    }
    group = {"health_check": values.get("ecs_service_health_check")}
    balancer = {
        "container_name": name,
        "container_port": port,
        "listener": {"port": values.get("ecs_service_listener_port") or 1},
        "target_group": {**group, **_given(values.get("ecs_service_target_group_options"))},
        "advanced_configuration": {"test_listener_port": values.get("ecs_service_test_listener_port")},
    }
    service = {option: values.get(f"ecs_service_{option}") for option in _SERVICE}
    return {"name": name, "task_definition": task, "load_balancer": balancer, **service}


def _given(options: Mapping[str, Any] | None) -> dict[str, Any]:
    return {option: value for option, value in (options or {}).items() if value is not None}


def _spot(values: Mapping[str, Any]) -> Iterator[str]:
    percent = values.get("ecs_service_spot_percent")
    if percent is None:
        return
    if not 0 <= percent <= 100:
        yield f"ecs_service_spot_percent is {percent}: give 0 to 100."
    if values.get("ecs_service_capacity_provider_strategy"):
        yield "ecs_service_spot_percent and ecs_service_capacity_provider_strategy say the same: give one of them."


def _secrets(secrets: Mapping[str, Any]) -> Iterator[str]:
    for variable, arn in secrets.items():
        if not _SECRET.fullmatch(str(arn)):
            yield (
                f"ecs_service_secrets.{variable} is not the ARN of a Secrets Manager secret, after which "
                ":key:stage:version may stand, or of an SSM parameter; its value is not shown here."
            )


def _health_check(options: Mapping[str, Any]) -> Iterator[str]:
    for option, (least, most) in _HEALTH_CHECK.items():
        value = options.get(option)
        if value is not None and not least <= value <= most:
            yield f"ecs_service_health_check.{option} is {value}: AWS takes {least} to {most}."


def _in_the_roles_words(sentence: str) -> str:
    for theirs, ours in _WORDS:
        sentence = sentence.replace(theirs, ours)
    return _WHOLE_OPTIONS.sub(r"ecs_service_\1", sentence)
