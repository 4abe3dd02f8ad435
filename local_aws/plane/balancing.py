# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""What tasks, health checks and the load balancer share about targets: registration, draining, requests in flight."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from moto.elbv2.models import elbv2_backends

from local_aws.plane import addresses, pace
from local_aws.plane.http import Client

Target = tuple[str, str, int]  # target group ARN, address, port

client = Client()
_lock = threading.Lock()
_in_flight: dict[Target, int] = {}
_draining: dict[Target, float] = {}


def register(account: str, region: str, group_arn: str, address: str, port: int) -> bool:
    """Register a target; False when the target group does not exist."""
    group = elbv2_backends[account][region].target_groups.get(group_arn)
    if group is None:
        return False
    with _lock:
        _draining.pop((group_arn, address, port), None)
    group.register([{"Id": address, "Port": port}])
    return True


def deregister(account: str, region: str, group_arn: str, address: str, port: int) -> None:
    """Deregister a target if it is still registered; it drains for a while."""
    group = elbv2_backends[account][region].target_groups.get(group_arn)
    if group is not None and address in group.targets:
        group.deregister([{"Id": address}])
        note_draining(group_arn, address, port)


def note_draining(group_arn: str, address: str, port: int) -> None:
    """Show a target as draining from now on."""
    with _lock:
        _draining[group_arn, address, port] = time.monotonic() + pace.DEREGISTRATION_DELAY


def draining(group_arn: str) -> list[tuple[str, int]]:
    """Address and port of the targets of a group that drain."""
    now = time.monotonic()
    with _lock:
        for key in [key for key, until in _draining.items() if until <= now and not _in_flight.get(key)]:
            del _draining[key]
        return [(address, port) for arn, address, port in _draining if arn == group_arn]


@contextlib.contextmanager
def carrying(target: Target) -> Iterator[None]:
    """Count a request while a target works on it."""
    with _lock:
        _in_flight[target] = _in_flight.get(target, 0) + 1
    try:
        yield
    finally:
        with _lock:
            _in_flight[target] -= 1
            if not _in_flight[target]:
                del _in_flight[target]


def idle(address: str, group_arns: Sequence[str]) -> bool:
    """Whether no request to an address is in flight through these target groups."""
    with _lock:
        return not any(key[0] in group_arns and key[1] == address for key in _in_flight)


def endpoint(group: Any, address: str, port: int) -> tuple[str, int] | None:
    """Where a target listens on this machine: a task's address, or a loopback address; else None."""
    if address.startswith("127."):
        return address, port
    return addresses.resolve(group.vpc_id, address, port)


def in_use(account: str, region: str) -> set[str]:
    """The target groups that a listener or a rule forwards to."""
    backend = elbv2_backends[account][region]
    used: set[str] = set()
    for balancer in list(backend.load_balancers.values()):
        for listener in list(balancer.listeners.values()):
            for rule in list(listener.rules.values()):
                for action in rule.actions:
                    used.update(group for group, _ in forward_groups(action.data))
    return used


def forward_groups(action: Any) -> list[tuple[str, int]]:
    """Target group and weight of each group of a forward action; empty for other actions."""
    if action.get("Type") != "forward":
        return []
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    if groups:
        return [(item["TargetGroupArn"], int(item.get("Weight", 1))) for item in groups]
    return [(action["TargetGroupArn"], 1)] if action.get("TargetGroupArn") else []
