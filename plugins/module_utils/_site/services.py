# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The services of a site, as the inventory describes them, in one normal form. Pure functions only.

Private to the collection. One inventory host is one service; what the site-wide roles need of it is
gathered here, with the defaults, so that no role repeats them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

# The defaults that both the ecs_service role and the site-wide roles rely on; a test keeps the role in step.
DEFAULTS: dict[str, Any] = {
    "ecs_service_container_port": 3000,
    "ecs_service_cpu": 256,
    "ecs_service_memory": 512,
    "ecs_service_health_check_path": "/health",
    "api_authorization": "AWS_IAM",
    "api_timeout_milliseconds": 30000,
    "api_process_path": "/process",
    "workflow_timeout_seconds": 35,
}

# Three retries that wait 2, 4 and 8 seconds at most, each shortened at random so that callers do not return in step.
RETRY: dict[str, Any] = {
    "errors": [408, 425, 429, "States.Timeout", "5xx"],
    "max_attempts": 3,
    "interval_seconds": 2,
    "backoff_rate": 2.0,
    "max_delay_seconds": 20,
    "jitter": True,
}
# An Express workflow ends after five minutes, whatever it does.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
EXPRESS_SECONDS = 300
# What the whole workflow may take beyond its services, so that their own time-outs tell first.
SPARE_SECONDS = 60


def service_settings(names: Sequence[str], variables: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the settings of each service, in inventory order.

    names: the hosts of the group C(services). variables: host name -> its variables (Ansible's hostvars).
    """
    settings = []
    for position, name in enumerate(names):
        previous = [names[position - 1]] if position else []
        settings.append(_settings(name, variables[name], previous))
    return settings


def _settings(name: str, host: Mapping[str, Any], previous: list[str]) -> dict[str, Any]:
    def value(variable: str) -> Any:
        given = host.get(variable)
        return DEFAULTS.get(variable) if given is None else given

    def number(variable: str) -> Any:
        return as_number(value(variable))

    after = host.get("workflow_after")
    return {
        "name": name,
        "image": value("ecs_service_image"),
        "cpu": number("ecs_service_cpu"),
        "memory": number("ecs_service_memory"),
        "container_port": number("ecs_service_container_port"),
        "listener_port": number("ecs_service_listener_port"),
        "target_group": value("ecs_service_target_group_name"),
        "alternate_target_group": value("ecs_service_alternate_target_group_name"),
        "health_check_path": value("ecs_service_health_check_path"),
        "authorization": value("api_authorization"),
        "timeout_milliseconds": number("api_timeout_milliseconds"),
        "process_path": value("api_process_path"),
        "task_timeout_seconds": number("workflow_timeout_seconds"),
        "retry": _retry(host.get("workflow_retry_defaults"), host.get("workflow_retry")),
        "after": previous if after is None else list(after) if _is_list(after) else after,
    }


def _retry(*given: Any) -> Any:
    """Return the whole policy, the later over the earlier; what is no mapping is returned, for the findings to tell."""
    policy = dict(RETRY)
    for settings in given:
        if settings is not None and not isinstance(settings, Mapping):
            return settings
        policy |= {key: as_number(value) for key, value in (settings or {}).items()}
    return policy


def error_names(errors: Sequence[Any]) -> list[str]:
    """Return errors as Step Functions names them: 503 and 5xx are answers of a service, the rest are names already."""
    names: list[str] = []
    for error in errors:
        hundred = _HUNDRED.fullmatch(str(error).lower())
        if hundred:
            names += [f"ApiGateway.{status}" for status in range(int(hundred[1]) * 100, int(hundred[1]) * 100 + 100)]
        else:
            names.append(f"ApiGateway.{error}" if str(error).isdigit() else str(error))
    return list(dict.fromkeys(names))


_HUNDRED = re.compile("([1-5])xx")


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def as_number(value: Any) -> Any:
    """Return the number that is meant, be it written as text; anything else is returned as it is."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number


def stages(settings: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Return the services in the order in which they run: each stage needs only stages before it.

    Services of one stage do not depend on each other. Raises ValueError that names the services of a cycle.
    """
    waiting = {service["name"]: set(service["after"]) for service in settings}
    ordered: list[list[str]] = []
    while waiting:
        ready = [name for name, after in waiting.items() if not after & waiting.keys()]
        if not ready:
            raise ValueError(", ".join(sorted(_cycle(waiting))))
        ordered.append(ready)
        for name in ready:
            del waiting[name]
    return ordered


def _cycle(waiting: Mapping[str, set[str]]) -> list[str]:
    """Return the services of one cycle; each of C(waiting) waits for at least one other of them."""
    path = [next(iter(waiting))]
    while True:
        following = next(name for name in sorted(waiting[path[-1]]) if name in waiting)
        if following in path:
            return path[path.index(following) :]
        path.append(following)


def ancestors(settings: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return, for each service, all services whose responses exist when it runs, in running order."""
    after = {service["name"]: service["after"] for service in settings}
    order = [name for stage in stages(settings) for name in stage]
    found: dict[str, set[str]] = {}
    for name in order:
        found[name] = set(after[name]).union(*(found[earlier] for earlier in after[name]))
    return {name: [other for other in order if other in found[name]] for name in order}


def worst_case_seconds(service: Mapping[str, Any]) -> int:
    """Return the seconds that a service's state can take: every attempt times out, every wait is the longest."""
    retry = service["retry"]
    waits = [
        min(retry["interval_seconds"] * retry["backoff_rate"] ** attempt, retry["max_delay_seconds"])
        for attempt in range(retry["max_attempts"])
    ]
    return int((retry["max_attempts"] + 1) * service["task_timeout_seconds"] + sum(waits)) + 1


def total_seconds(settings: Sequence[Mapping[str, Any]]) -> int:
    """Return the seconds that the whole workflow can take: stage after stage, the services of one side by side."""
    seconds = {service["name"]: worst_case_seconds(service) for service in settings}
    return sum(max(seconds[name] for name in stage) for stage in stages(settings))


def limit_seconds(settings: Sequence[Mapping[str, Any]], kind: str) -> int:
    """Return the TimeoutSeconds of the workflow. kind: its type."""
    total = total_seconds(settings) + SPARE_SECONDS
    return min(total, EXPRESS_SECONDS) if kind == "EXPRESS" else total
