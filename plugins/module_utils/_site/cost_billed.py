# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What of a site is billed, in the form in which the cost is counted. Pure functions.

Private to the collection. A plan and a look at AWS both lead to this form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import cost_states

NOTHING: dict[str, Any] = {
    "nat_gateways": 0,
    "public_addresses": 0,
    "load_balancers": 0,
    "zones": 0,
    "endpoints": {},
    "tasks": [],
    "secrets": 0,
    "alarms": 0,
    "workflow": None,
    "invoker": None,
}
_SPOT = "FARGATE_SPOT"
_STORAGE_GB = 20


def task(
    service: str, count: int, definition: Mapping[str, Any], strategy: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the tasks of a service.

    definition: its cpu in units of 1/1024 vCPU, its memory in MiB.
    strategy: C(capacity_provider), C(base), C(weight) of each.
    """
    return {
        "service": service,
        "count": count,
        "most": count,
        "vcpu": int(definition["cpu"]) / 1024,
        "gb": int(definition["memory"]) / 1024,
        "architecture": definition.get("cpu_architecture") or "X86_64",
        "storage_gb": int(definition.get("ephemeral_storage_gib") or _STORAGE_GB),
        "spot": spot(count, strategy),
    }


def spot(count: int, strategy: Sequence[Mapping[str, Any]]) -> float:
    """Return the part of the tasks that is on Spot: each base first, and what is left by weight."""
    bases = [(one["capacity_provider"], min(int(one.get("base") or 0), count)) for one in strategy]
    weights = [(one["capacity_provider"], int(one.get("weight") or 0)) for one in strategy]
    together = sum(weight for _provider, weight in weights)
    left = max(count - sum(base for _provider, base in bases), 0)
    if not count:
        # A service that has no task yet: as those will be that come after the base.
        left = count = 1
        bases = []
    on_spot = sum(base for provider, base in bases if provider == _SPOT)
    share = sum(weight for provider, weight in weights if provider == _SPOT) / together if together else 0.0
    return min((on_spot + left * share) / count, 1.0)


def workflow(kind: str, definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the workflow. kind: its type."""
    return {
        "type": kind,
        "transitions": cost_states.transitions(definition)._asdict(),
        "requests": cost_states.requests(definition)._asdict(),
        "retried": cost_states.retried(definition),
    }
