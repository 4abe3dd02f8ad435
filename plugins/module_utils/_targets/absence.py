# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Whether what is being deleted is gone.

Private to the collection.
"""

from __future__ import annotations

from functools import partial

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import absent
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.look import Names
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._targets.target import Kind, Poll, Status, Target

GONE = Status("ready", "absent")
# EC2 goes on describing NAT gateways and VPC endpoints for a while after their deletion.
_DELETED = "deleted"


def of(kinds: dict[str, Kind]) -> dict[str, Kind]:
    """Return the kinds with looks that find ready what does not exist."""
    told = {name: Kind(partial(_absence, kind.poll), kind.services) for name, kind in kinds.items()}
    return {**told, "ecs_service": Kind(_ecs_services, ("ecs",))}


def _absence(poll: Poll, clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    found = poll(clients, targets)
    return {target: absence(found.get(target)) for target in targets}


def absence(found: Status | None) -> Status:
    """Return how a deletion stands, by what a look for something usable has found."""
    if found is None or found.state == _DELETED:
        return GONE
    return Status("pending", found.state, found.why)


def _ecs_services(clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    def left(target: Target) -> str:
        return absent.left(Names.of({"cluster": target.cluster, "name": target.id}), clients("ecs"))

    found = concurrently(*(partial(left, target) for target in targets))
    return {target: Status("pending", state) if state else GONE for target, state in zip(targets, found, strict=True)}
