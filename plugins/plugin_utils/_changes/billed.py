# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What AWS bills of the resources of a run, as they shall be. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ansible_collections.orchestra.aws.plugins.module_utils._site import cost_billed
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.tally import Tally

Settings = Mapping[str, Any]
Side = Literal["before", "after"]


def billed(tally: Tally, side: Side = "after") -> dict[str, Any]:
    """Return what is billed once a run has done what it says, or before. whole: whether it is about the whole site."""
    endpoints = {
        name.split(" ", 1)[-1]: len(one["subnets"])
        for name, one in _each(tally, side, "VPC endpoint")
        if "subnets" in one
    }
    machine = next(_each(tally, side, "state machine"), None)
    function = next(_each(tally, side, "Lambda function"), None)
    return {
        **cost_billed.NOTHING,
        "whole": any(change.kind == "load balancer" for change in tally.changes.values()),
        "nat_gateways": _count(tally, side, "NAT gateway"),
        "public_addresses": _count(tally, side, "Elastic IP"),
        "load_balancers": _count(tally, side, "load balancer"),
        "zones": len({one["availability_zone"] for _name, one in _each(tally, side, "subnet")}),
        "endpoints": endpoints,
        "tasks": sorted(_tasks(tally, side), key=lambda one: str(one["service"])),
        "secrets": _count(tally, side, "secret"),
        "alarms": _count(tally, side, "alarm"),
        "workflow": machine and cost_billed.workflow(machine[1]["type"], machine[1]["definition"]),
        "invoker": function and {"memory": function[1]["memory_size"], "architecture": function[1]["architecture"]},
    }


def _each(tally: Tally, side: Side, kind: str) -> Iterator[tuple[str, Settings]]:
    """Return name and settings of the resources of a kind, as they are or as they will be."""
    for change in tally.changes.values():
        settings: Settings = getattr(change, side)
        if change.kind == kind and settings:
            yield change.name, settings


def _count(tally: Tally, side: Side, kind: str) -> int:
    return sum(1 for _one in _each(tally, side, kind))


def _tasks(tally: Tally, side: Side) -> Iterator[dict[str, Any]]:
    """Return the tasks of each service; the host of a service has its task definition too."""
    definitions = {tally.hosts[("task definition", name)]: one for name, one in _each(tally, side, "task definition")}
    cluster = next((one for _name, one in _each(tally, side, "ECS cluster")), {})
    scaling = dict(_each(tally, side, "autoscaling of ECS service"))
    for name, one in _each(tally, side, "ECS service"):
        definition = definitions.get(tally.hosts[("ECS service", name)])
        if definition is None:
            continue
        default = [] if one.get("launch_type") else cluster.get("default_capacity_provider_strategy") or []
        strategy = one.get("capacity_provider_strategy") or default
        counted = cost_billed.task(name, int(one.get("desired_count") or 0), definition, strategy)
        yield {**counted, "most": max(int(scaling.get(name, {}).get("maximum") or 0), counted["count"])}
