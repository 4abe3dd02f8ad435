# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which resources a module's difference describes: a table, and how it is read. Pure functions.

A module that is new needs a line in MODULES. Without one its changes are shown as changes of the task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Settings = Mapping[str, Any]
# The name of a resource, from its settings, the arguments of its module, and its key in the difference.
Naming = Callable[[Settings, Settings, str], str]


@dataclass(frozen=True)
class Part:
    """One kind of resource in a difference. key: where its settings are; None for all that no other part has.

    many: the settings are a mapping of several resources, or a list of their names.
    """

    kind: str | Callable[[str], str]
    key: str | None = None
    many: bool = False
    naming: Naming | None = None


@dataclass(frozen=True)
class Found:
    """One resource of a difference. before, after: None where there is none."""

    kind: str
    name: str
    before: Settings | None
    after: Settings | None


def _own(settings: Settings, arguments: Settings, key: str) -> str:
    return str(settings.get("name") or arguments.get("name") or key)


def _argument(_settings: Settings, arguments: Settings, key: str) -> str:
    return str(arguments.get("name") or key)


def _key(_settings: Settings, _arguments: Settings, key: str) -> str:
    return key


def _tag(settings: Settings, arguments: Settings, key: str) -> str:
    return str((settings.get("tags") or {}).get("Name") or (arguments.get("name") if key in _LONE else key))


def _family(settings: Settings, arguments: Settings, key: str) -> str:
    return str(settings.get("family") or (arguments.get("task_definition") or {}).get("family") or key)


def _topic(_settings: Settings, arguments: Settings, key: str) -> str:
    return str(arguments.get("topic_name") or key)


def _port(settings: Settings, _arguments: Settings, key: str) -> str:
    return f"{settings['protocol']}:{settings['port']}" if "port" in settings else key


def _rule(settings: Settings, _arguments: Settings, key: str) -> str:
    return str(settings.get("listener_port") or settings.get("port") or key)


def _kept(name: str) -> str:
    return "parameter" if name.startswith("/") else "secret"


# A network has one of each of these, named after it.
_LONE = ("vpc", "internet_gateway")
MODULES: dict[str, tuple[Part, ...]] = {
    "orchestra.aws.vpc_network": (
        Part("VPC", "vpc", naming=_tag),
        Part("internet gateway", "internet_gateway", naming=_tag),
        Part("internet gateway", "internet_gateways", many=True, naming=_tag),
        Part("subnet", "subnets", many=True, naming=_tag),
        Part("Elastic IP", "elastic_ips", many=True, naming=_tag),
        Part("NAT gateway", "nat_gateways", many=True, naming=_tag),
        Part("route table", "route_tables", many=True, naming=_tag),
        Part("security group", "security_groups", many=True, naming=_key),
        Part("VPC endpoint", "endpoints", many=True, naming=_key),
        Part("flow log", "flow_logs", many=True, naming=_tag),
    ),
    "orchestra.aws.alb": (Part("load balancer"),),
    "orchestra.aws.ecs_cluster": (Part("ECS cluster"),),
    "orchestra.aws.ecs_service": (
        Part("task definition", "task_definition", naming=_family),
        Part("target group", "target_group"),
        Part("target group", "alternate_target_group"),
        Part("listener", "listener", naming=_port),
        Part("listener", "test_listener", naming=_port),
        Part("listener rule", "production_listener_rule", naming=_rule),
        Part("listener rule", "test_listener_rule", naming=_rule),
        Part("ECS service", "service", naming=_argument),
        Part("autoscaling of ECS service", "autoscaling", naming=_argument),
    ),
    "orchestra.aws.http_api": (
        Part("HTTP API"),
        Part("route", "routes", many=True, naming=_key),
        Part("authorizer", "authorizers", many=True, naming=_key),
        Part("stage", "stages", many=True, naming=_key),
    ),
    "orchestra.aws.http_api_domain": (
        Part("custom domain name"),
        Part("mapping", "mappings", many=True, naming=_key),
    ),
    "orchestra.aws.http_api_vpc_link": (Part("VPC link"),),
    "orchestra.aws.log_group": (Part("log group"),),
    "orchestra.aws.iam_role": (Part("role"),),
    "orchestra.aws.lambda_function": (Part("Lambda function"),),
    "orchestra.aws.registry_credentials": (Part(_kept, "", many=True, naming=_key),),
    "orchestra.aws.sfn_state_machine": (Part("state machine"),),
    "orchestra.aws.sfn_alias": (Part("alias"),),
    "orchestra.aws.scheduler_schedule": (Part("schedule"),),
    "orchestra.aws.cloudwatch_alarms": (
        Part("alarm", "alarms", many=True, naming=_key),
        Part("topic", "topic", naming=_topic),
    ),
}


def found(module: str, difference: Settings, arguments: Settings) -> list[Found]:
    """Return the resources of a module's difference. arguments: those that the module was called with."""
    parts = MODULES[module]
    before, after = difference.get("before") or {}, difference.get("after") or {}
    named = {part.key for part in parts if part.key}
    return [
        one
        for part in parts
        for one in _of_part(part, _side(part, before, named), _side(part, after, named), arguments)
    ]


def _side(part: Part, settings: Settings, named: set[str]) -> Any:
    if part.key is None:
        return {key: value for key, value in settings.items() if key not in named}
    return settings if part.key == "" else settings.get(part.key)


def _of_part(part: Part, before: Any, after: Any, arguments: Settings) -> Iterator[Found]:
    if not part.many:
        before, after = before or None, after or None
        if before is not None or after is not None:
            yield _one(part, part.key or "", before, after, arguments)
        return
    olds, news = _named(before), _named(after)
    for key in {**olds, **news}:
        yield _one(part, key, olds.get(key), news.get(key), arguments)


def _named(side: Any) -> dict[str, Settings]:
    """Return name -> settings; a list has only names, or settings that tell the name as a tag."""
    if isinstance(side, Mapping):
        return {str(key): value if isinstance(value, Mapping) else {"": value} for key, value in side.items()}
    return {
        (_tag(item, {}, str(index)) if isinstance(item, Mapping) else str(item)): item
        if isinstance(item, Mapping)
        else {}
        for index, item in enumerate(side or [])
    }


def _one(part: Part, key: str, before: Settings | None, after: Settings | None, arguments: Settings) -> Found:
    settings = after if after is not None else before
    name = (part.naming or _own)(settings or {}, arguments, key)
    return Found(part.kind(key) if callable(part.kind) else part.kind, name, before, after)
