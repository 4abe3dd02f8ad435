# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Wait for what EC2 does in the background: NAT gateways, and network interfaces that other services leave.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._network import api
from ansible_collections.orchestra.aws.plugins.module_utils._network.endpoints import state_of

# Named in the message; a VPC may hold hundreds.
_NAMED_INTERFACES = 10


def nat_gateways_available(ec2: Any, ids: list[str], timeout: float) -> list[dict[str, Any]]:
    """Wait until all can be used, and return them. Raises AnsibleAWSError when one has failed."""
    found: dict[str, dict[str, Any]] = {}

    def available() -> bool:
        found.update({gateway["NatGatewayId"]: gateway for gateway in api.nat_gateways_by_id(ec2, ids)})
        for gateway in found.values():
            if gateway["State"] not in ("pending", "available"):
                why = gateway.get("FailureMessage") or "no reason given"
                raise AnsibleAWSError(message=f"NAT gateway {gateway['NatGatewayId']} is {gateway['State']}: {why}.")
        return all(found.get(each, {}).get("State") == "available" for each in ids)

    def states() -> str:
        return ", ".join(f"{each} {found.get(each, {}).get('State', 'not there')}" for each in ids)

    if ids:
        _wait.until(f"NAT gateway {', '.join(ids)} to become available", available, timeout, states)
    return [found[each] for each in ids]


def nat_gateway_gone(ec2: Any, nat_gateway_id: str, timeout: float) -> None:
    """Wait until a NAT gateway is deleted; only then are its Elastic IP and its subnet free."""
    state = ""

    def gone() -> bool:
        nonlocal state
        found = api.nat_gateways_by_id(ec2, [nat_gateway_id])
        state = found[0]["State"] if found else "deleted"
        return state == "deleted"

    _wait.until(f"NAT gateway {nat_gateway_id} to be deleted", gone, timeout, lambda: state)


def endpoints_available(ec2: Any, ids: list[str], timeout: float) -> list[dict[str, Any]]:
    """Wait until all VPC endpoints can be used, and return them. Raises AnsibleAWSError when one cannot become so."""
    found: dict[str, dict[str, Any]] = {}

    def available() -> bool:
        found.update({endpoint["VpcEndpointId"]: endpoint for endpoint in api.endpoints_by_id(ec2, ids)})
        for endpoint_id, endpoint in found.items():
            if state_of(endpoint) not in ("pending", "available"):
                why = (endpoint.get("LastError") or {}).get("Message") or "no reason given"
                raise AnsibleAWSError(message=f"VPC endpoint {endpoint_id} is {endpoint['State']}: {why}.")
        return all(each in found and state_of(found[each]) == "available" for each in ids)

    def states() -> str:
        return ", ".join(f"{each} {found.get(each, {}).get('State', 'not there')}" for each in ids)

    if ids:
        _wait.until(f"VPC endpoint {', '.join(ids)} to become available", available, timeout, states)
    return [found[each] for each in ids]


def endpoint_gone(ec2: Any, endpoint_id: str, timeout: float) -> None:
    """Wait until a VPC endpoint is deleted; only then are its subnets, its groups and its private name free."""
    state = ""

    def gone() -> bool:
        nonlocal state
        found = api.endpoints_by_id(ec2, [endpoint_id])
        state = state_of(found[0]) if found else "deleted"
        return state == "deleted"

    _wait.until(f"VPC endpoint {endpoint_id} to be deleted", gone, timeout, lambda: state)


def interfaces_gone(ec2: Any, vpc_id: str, ignored: Collection[str], timeout: float) -> None:
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
