# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What is wrong with the settings of a site: one clear sentence each. Pure functions only.

Private to the collection. All of it is found before anything is changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._ecs.fargate import check_size
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._site.routes import route_key
from ansible_collections.orchestra.aws.plugins.module_utils._site.services import RETRY, stages

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# repository[:tag][@digest], the repository with an optional registry host, as Docker writes image references.
_IMAGE = re.compile(
    r"([a-zA-Z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
    r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?"
)
_POLICY_ARN = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[\x21-\x7e]+")
_AUTHORIZATIONS = ("AWS_IAM", "NONE")
# Keys of the workflow's payload that a service may not be named after.
RESERVED = ("start", "end", "status", "service", "error", "cause", "execution")
# A status, a hundred of them, or a name such as States.Timeout.
_ERROR = re.compile(r"[1-5]\d\d|[1-5][xX]{2}|[A-Za-z][^\s]*")
# Derived name -> the longest that AWS takes.
_SITE_NAMES = {
    "load balancer {name}": 32,
    "Lambda function {name}-workflow-invoker": 64,
    "state machine {name}-workflow": 80,
}
_SERVICE_NAMES = {
    "target group {name}-{service}": 32,
    "IAM role {name}-{service}-execution": 64,
}
# Each has two routes with an integration of its own. AWS allows an API 300 integrations, and does not raise that.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
_MOST_SERVICES = 150
_NUMBERS = {
    "container_port": ("ecs_service_container_port", 1, 65535),
    "listener_port": ("ecs_service_listener_port", 1, 65535),
    # The longest that an HTTP API waits for an integration is 30 seconds, and AWS does not raise it.
    "timeout_milliseconds": ("api_timeout_milliseconds", 50, 30000),
    "task_timeout_seconds": ("workflow_timeout_seconds", 1, 99999999),
}
# More attempts than a hundred are no retry policy any more, and the workflow's time-out would exceed a year.
_RETRY_NUMBERS = {
    "max_attempts": (0, 100),
    "interval_seconds": (1, 99999999),
    "backoff_rate": (1, 1000),
    "max_delay_seconds": (1, 31622400),
}


def site_findings(
    name: str, control: Sequence[str], services: Sequence[Mapping[str, Any]], boundary: str = ""
) -> list[str]:
    """Return what is wrong, a sentence each; an empty list when all is well.

    name: the prefix of all resource names. control: the hosts of the group C(site).
    boundary: the ARN of the policy that bounds every role, or nothing.
    """
    shapes = [*_shapes(services)]
    if shapes:
        return shapes  # The other checks rely on the shapes.
    return [
        *_site(name, control, services),
        *_boundary(boundary),
        *_all(services),
        *_order(services),
        *_each(name, services),
    ]


def _shapes(services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for service in services:
        if not isinstance(service["after"], list) or not all(isinstance(other, str) for other in service["after"]):
            yield f"{service['name']}: workflow_after is a list of hosts, like [service1]."
        if not isinstance(service["retry"], Mapping):
            policies = "workflow_retry and workflow_retry_defaults"
            yield f"{service['name']}: {policies} are mappings, like {{max_attempts: 5}}."
        for key, (variable, _low, _high) in _NUMBERS.items():
            if isinstance(service[key], bool) or not isinstance(service[key], (int, float, str, type(None))):
                yield f"{service['name']}: {variable} is a number."


def _site(name: str, control: Sequence[str], services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(control) != 1:
        yield f"The inventory's group 'site' has {len(control)} hosts: it needs exactly one, the control host."
    if not services:
        yield "The inventory's group 'services' has no host: add one host for each service."
    if len(services) > _MOST_SERVICES:
        yield f"There are {len(services)} services, and an HTTP API can serve {_MOST_SERVICES}: make two sites of them."
    if not _NAME.fullmatch(name):
        yield (
            f"The site's name '{name}' (project-environment) may have only a-z, 0-9 and single hyphens, "
            "and starts with a letter."
        )
    yield from _too_long(_SITE_NAMES, {"name": name}, "shorten orchestra_project or orchestra_environment")


def _boundary(arn: str) -> Iterator[str]:
    if arn and not _POLICY_ARN.fullmatch(arn):
        yield (
            f"orchestra_permissions_boundary is '{arn}': it takes the ARN of a managed policy, like "
            "arn:aws:iam::123456789012:policy/boundary."
        )


def _all(services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    ports = Counter(service["listener_port"] for service in services if service["listener_port"] is not None)
    for port, count in ports.items():
        if count > 1:
            names = " and ".join(service["name"] for service in services if service["listener_port"] == port)
            yield f"{names} have the same ecs_service_listener_port {port}: each service needs a port of its own."


def _order(services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    names = [service["name"] for service in services]
    unknown = False
    for service in services:
        for other in service["after"]:
            if other not in names:
                unknown = True
                known = ", ".join(names)
                yield (
                    f"{service['name']}: workflow_after names '{other}', "
                    f"which is no host of the group 'services' ({known})."
                )
    if not unknown:
        try:
            stages(services)
        except ValueError as cycle:
            yield f"workflow_after makes {cycle} wait for each other: a workflow needs a service that can start first."


def _each(name: str, services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for service in services:
        for sentence in _service(service):
            yield f"{service['name']}: {sentence}"
        derived = {"name": name, "service": service["name"]}
        yield from _too_long(
            _SERVICE_NAMES, derived, "shorten orchestra_project, orchestra_environment or the host's name"
        )


def _service(service: Mapping[str, Any]) -> Iterator[str]:
    if not _NAME.fullmatch(service["name"]):
        yield "a service's host name may have only a-z, 0-9 and single hyphens, and starts with a letter."
    if service["name"] in RESERVED:
        yield f"a service may not be named {', '.join(RESERVED)}: the payload uses these keys itself."
    if not service["image"]:
        yield "ecs_service_image is missing: give the image, like docker.io/example/service:1.0."
    elif not isinstance(service["image"], str) or not _IMAGE.fullmatch(service["image"]):
        yield f"ecs_service_image '{service['image']}' is not an image reference like docker.io/example/service:1.0."
    if service["listener_port"] is None:
        yield "ecs_service_listener_port is missing: give the load balancer's port for this service, like 8001."
    if service["authorization"] not in _AUTHORIZATIONS:
        yield f"api_authorization '{service['authorization']}' is not one of {', '.join(_AUTHORIZATIONS)}."
    for key in ("health_check_path", "process_path"):
        if not str(service[key]).startswith("/"):
            yield f"the {key.replace('_', ' ')} '{service[key]}' does not start with '/'."
    yield from _size(service)
    yield from _out_of_range(service)


def _size(service: Mapping[str, Any]) -> Iterator[str]:
    try:
        if isinstance(service["cpu"], int) and isinstance(service["memory"], int):
            check_size(service["cpu"], service["memory"], "LINUX")
        else:
            yield "ecs_service_cpu (CPU units) and ecs_service_memory (MiB) have to be whole numbers."
    except InputError as fault:
        yield str(fault).replace("task_definition.", "ecs_service_")


def _out_of_range(service: Mapping[str, Any]) -> Iterator[str]:
    numbers = {variable: (service[key], low, high) for key, (variable, low, high) in _NUMBERS.items()}
    retry = service["retry"]
    numbers |= {f"workflow_retry.{key}": (retry[key], low, high) for key, (low, high) in _RETRY_NUMBERS.items()}
    for variable, (value, low, high) in numbers.items():
        if value is None:
            continue
        whole = variable != "workflow_retry.backoff_rate"
        number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            yield f"{variable} is '{value}': a {'whole ' if whole else ''}number from {low} to {high} is needed."
    for key in sorted(set(retry) - set(RETRY)):
        yield f"workflow_retry has no setting '{key}': it has {', '.join(RETRY)}."
    if not isinstance(retry["jitter"], bool):
        yield f"workflow_retry.jitter is '{retry['jitter']}': it is true or false."
    errors = retry["errors"]
    if not isinstance(errors, list) or not errors or not all(_is_error(error) for error in errors):
        yield (
            f"workflow_retry.errors is '{errors}': a list like [429, 5xx, States.Timeout] is needed; "
            "max_attempts: 0 retries nothing."
        )


def _is_error(error: Any) -> bool:
    return isinstance(error, (int, str)) and not isinstance(error, bool) and _ERROR.fullmatch(str(error)) is not None


def _too_long(limits: Mapping[str, int], names: Mapping[str, str], remedy: str) -> Iterator[str]:
    for pattern, limit in limits.items():
        described = pattern.format(**names)
        length = len(described.rsplit(" ", 1)[1])
        if length > limit:
            yield f"The {described} would have {length} characters and AWS allows {limit}: {remedy}."


def port_findings(
    name: str, services: Sequence[Mapping[str, Any]], listeners: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return a sentence for each service whose port serves another service still.

    A listener cannot pass from one service to another without cutting one of them off, so that takes two runs.
    listeners: port and target group of those that the load balancer has.
    """
    held = {int(listener["port"]): str(listener["target_group"]) for listener in listeners}
    sentences = []
    for service in services:
        own = service["target_group"] or f"{name}-{service['name']}"
        holder = held.get(service["listener_port"], own)
        if holder != own:
            other = holder.removeprefix(f"{name}-")
            sentences.append(
                f"{service['name']}: ecs_service_listener_port {service['listener_port']} still serves {other}: give "
                f"another port, or first run with {other} on another port or out of the inventory."
            )
    return sentences


def limit_findings(
    name: str,
    services: Sequence[Mapping[str, Any]],
    listeners: Sequence[Mapping[str, Any]],
    api: Mapping[str, Any] | None,
) -> list[str]:
    """Return what hinders the services from being deployed without the site's host: they have no route to them.

    api: what the live API has; none when there is no API. listeners: as for port_findings.
    """
    if api is None:
        return ["The site is not deployed yet, so a service alone would stand on nothing: run without --limit."]
    held = {(int(listener["port"]), str(listener["target_group"])) for listener in listeners}
    lost = []
    for service in services:
        own = service["target_group"] or f"{name}-{service['name']}"
        groups = {own, service["alternate_target_group"] or f"{own}-alt"}
        served = any((service["listener_port"], group) in held for group in groups)
        if not served or route_key("POST", service["name"], service["process_path"]) not in api["routes"]:
            lost.append(service["name"])
    if not lost:
        return []
    return [
        f"The API has no route to {', '.join(lost)} as the inventory says, so that nothing would call it: "
        f"run with --limit site,{','.join(service['name'] for service in services)}, which makes the route too. "
        "Nothing was changed."
    ]
