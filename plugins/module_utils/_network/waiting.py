# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Wait for what EC2 does in the background: NAT gateways, endpoints, and network interfaces that other services leave.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._network import api
from ansible_collections.orchestra.aws.plugins.module_utils._network.endpoints import state_of

# Named in the message; a VPC may hold hundreds.
_NAMED_INTERFACES = 10


@dataclass(frozen=True)
class Kind:
    """What becomes available, and is gone, only after a while. why: what AWS says of one that failed."""

    name: str
    id_key: str
    by_id: Callable[[Any, list[str]], list[dict[str, Any]]]
    why: Callable[[dict[str, Any]], str | None]


# Until it is deleted, its Elastic IP and its subnet are not free.
NAT_GATEWAY = Kind("NAT gateway", "NatGatewayId", api.nat_gateways_by_id, lambda one: one.get("FailureMessage"))
# Until it is deleted, its subnets, its groups and its private name are not free.
ENDPOINT = Kind(
    "VPC endpoint", "VpcEndpointId", api.endpoints_by_id, lambda one: (one.get("LastError") or {}).get("Message")
)


def available(kind: Kind, ec2: Client, ids: list[str], timeout: float) -> list[dict[str, Any]]:
    """Wait until all can be used, and return them. Raises AnsibleAWSError when one has failed."""
    found: dict[str, dict[str, Any]] = {}

    def all_available() -> bool:
        found.update({one[kind.id_key]: one for one in kind.by_id(ec2, ids)})
        for each, one in found.items():
            if state_of(one) not in ("pending", "available"):
                why = kind.why(one) or "no reason given"
                raise AnsibleAWSError(message=f"{kind.name} {each} is {one['State']}: {why}.")
        return all(each in found and state_of(found[each]) == "available" for each in ids)

    def states() -> str:
        return ", ".join(f"{each} {found.get(each, {}).get('State', 'not there')}" for each in ids)

    if ids:
        _wait.until(f"{kind.name} {', '.join(ids)} to become available", all_available, timeout, states)
    return [found[each] for each in ids]


def gone(kind: Kind, ec2: Client, resource_id: str, timeout: float) -> None:
    """Wait until one is deleted."""
    state = ""

    def deleted() -> bool:
        nonlocal state
        found = kind.by_id(ec2, [resource_id])
        state = state_of(found[0]) if found else "deleted"
        return state == "deleted"

    _wait.until(f"{kind.name} {resource_id} to be deleted", deleted, timeout, lambda: state)


def interfaces_gone(ec2: Client, vpc_id: str, ignored: Collection[str], timeout: float) -> None:
    """Wait until the network interfaces are gone that load balancers, tasks, VPC links and functions had in the VPC.

    ignored: interfaces that go with what is deleted already. The message of the timeout names those that are left.
    """
    left: list[str] = []

    def gone() -> bool:
        interfaces = api.network_interfaces(ec2, vpc_id)
        others = [interface for interface in interfaces if interface["NetworkInterfaceId"] not in ignored]
        left[:] = [_named(interface) for interface in others]
        return not left

    def state() -> str:
        more = f" and {len(left) - _NAMED_INTERFACES} more" if len(left) > _NAMED_INTERFACES else ""
        return f"that these are there: {', '.join(left[:_NAMED_INTERFACES])}{more}"

    _wait.until(f"other services to remove their network interfaces from VPC {vpc_id}", gone, timeout, state)


def _named(interface: dict[str, Any]) -> str:
    what = interface.get("Description") or interface.get("InterfaceType") or "no description"
    return f"{interface['NetworkInterfaceId']} ({what}, {interface['Status']})"
