# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What a site will take of the account's quotas. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site.services import DEFAULTS, as_number

_ON_DEMAND, _SPOT = "FARGATE", "FARGATE_SPOT"
_MOVING = ("BLUE_GREEN", "CANARY", "LINEAR")
# CPU units of one vCPU.
_UNITS = 1024


def needs(settings: Mapping[str, Any], hosts: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return key of a quota -> how much of it a first deployment takes."""
    zones = int(settings["zone_count"])
    gateways = {"none": 0, "single": 1, "per_zone": zones}.get(settings["nat_gateways"], zones)
    vcpu = [_vcpu(host) for host in hosts.values()]
    listeners = sum(1 + bool(host.get("ecs_service_test_listener_port")) for host in hosts.values())
    return {
        "vpcs": 1,
        "internet_gateways": 1,
        "nat_gateways": min(gateways, 1),
        "elastic_ips": gateways,
        "load_balancers": 1,
        "target_groups": sum(1 + _moves_traffic(host) for host in hosts.values()),
        "listeners": listeners,
        "vpc_links": 1,
        "fargate_vcpu": sum(one[0] for one in vcpu),
        "fargate_spot_vcpu": sum(one[1] for one in vcpu),
    }


def held(site: Mapping[str, Any]) -> dict[str, float]:
    """Return key of a quota -> how much of what the region uses is the site's already.

    site: network, api and billed, as site_info returns them; each is empty or null when there is none.
    """
    network, billed = site["network"] or {}, site["billed"] or {}
    gateways = billed.get("nat_gateways", 0)
    return {
        "vpcs": int(bool(network)),
        "internet_gateways": int(bool(network)),
        "nat_gateways": min(gateways, 1),
        "elastic_ips": billed.get("public_addresses", 0),
        "load_balancers": billed.get("load_balancers", 0),
        "target_groups": len({one["target_group"] for one in network.get("listeners") or []}),
        # The API is made after its link.
        "vpc_links": int(bool(site["api"])),
    }


def _moves_traffic(host: Mapping[str, Any]) -> bool:
    return (host.get("ecs_service_deployment") or {}).get("strategy") in _MOVING


def _vcpu(host: Mapping[str, Any]) -> tuple[float, float]:
    """Return the vCPU of a service on demand and on Spot; what autoscaling may add is counted, too."""
    cpu = as_number(host.get("ecs_service_cpu", DEFAULTS["ecs_service_cpu"]))
    scaling = (host.get("ecs_service_autoscaling") or {}).get("maximum")
    tasks = as_number(scaling or host.get("ecs_service_desired_count", 1))
    if not isinstance(cpu, int) or not isinstance(tasks, int):
        return 0, 0  # The findings on the settings tell that.
    spot = _spot_tasks(host.get("ecs_service_capacity_provider_strategy") or _strategy(host), tasks)
    return (tasks - spot) * cpu / _UNITS, spot * cpu / _UNITS


def _strategy(host: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the role ecs_service makes of a host's share of Spot."""
    given = as_number(host.get("ecs_service_spot_percent") or 0)
    percent = given if isinstance(given, int) else 0
    on_demand = {"capacity_provider": _ON_DEMAND, "base": 1, "weight": (100 - percent) if percent else 1}
    spot = {"capacity_provider": _SPOT, "base": 0, "weight": percent}
    return [spot] if percent == 100 else [on_demand, spot] if percent else [on_demand]


def _spot_tasks(strategy: Sequence[Mapping[str, Any]], tasks: int) -> int:
    """Return how many tasks ECS puts on Spot: each base first, then by weight, rounded up."""
    bases = {one["capacity_provider"]: int(one.get("base") or 0) for one in strategy}
    weights = {one["capacity_provider"]: int(one.get("weight") or 0) for one in strategy}
    spot_base = min(bases.get(_SPOT, 0), tasks)
    rest = tasks - min(sum(bases.values()), tasks)
    total = sum(weights.values())
    return min(spot_base + (math.ceil(rest * weights.get(_SPOT, 0) / total) if total else 0), tasks)
