# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The steps that delete parts of a network.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._network import waiting, write_api
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import Phase, Step, Work


def delete_nat_gateway_step(name: str, nat_gateway_id: str) -> Step:
    """Return the step that deletes a NAT gateway and waits until it is gone, which takes about a minute."""
    delete = partial(_delete, write_api.delete_nat_gateway, waiting.NAT_GATEWAY, nat_gateway_id)
    return Step(Phase.DELETE_GATEWAYS, [f"delete NAT gateway {name} ({nat_gateway_id})"], delete)


def await_nat_gateway_step(nat_gateway_id: str) -> Step:
    """Return the step that waits for a NAT gateway whose deletion an earlier run has begun."""
    return Step(Phase.DELETE_GATEWAYS, [], partial(_await, waiting.NAT_GATEWAY, nat_gateway_id))


def delete_endpoint_step(key: str, endpoint_id: str) -> Step:
    """Return the step that deletes a VPC endpoint and waits until it and its network interfaces are gone."""
    delete = partial(_delete, write_api.delete_endpoint, waiting.ENDPOINT, endpoint_id)
    return Step(Phase.DELETE_GATEWAYS, [f"delete {key} endpoint ({endpoint_id})"], delete)


def await_endpoint_step(endpoint_id: str) -> Step:
    """Return the step that waits for a VPC endpoint whose deletion an earlier run has begun."""
    return Step(Phase.DELETE_GATEWAYS, [], partial(_await, waiting.ENDPOINT, endpoint_id))


def _delete(delete: Callable[[Any, str], object], kind: waiting.Kind, resource_id: str, work: Work) -> None:
    delete(work.ec2, resource_id)
    _await(kind, resource_id, work)


def _await(kind: waiting.Kind, resource_id: str, work: Work) -> None:
    waiting.gone(kind, work.ec2, resource_id, work.timeout)


def delete_flow_log_step(flow_log_id: str) -> Step:
    """Return the step that deletes a flow log; what it has written stays."""

    def delete(work: Work) -> None:
        write_api.delete_flow_log(work.ec2, flow_log_id)

    return Step(Phase.DELETE_FLOW_LOGS, [f"delete flow log {flow_log_id}"], delete)


def release_address_step(name: str, address: dict[str, Any]) -> Step:
    """Return the step that gives an Elastic IP back."""

    def release(work: Work) -> None:
        write_api.release_address(work.ec2, address["AllocationId"])

    return Step(Phase.RELEASE_ADDRESSES, [f"release Elastic IP {name} ({address['PublicIp']})"], release)


def delete_table_step(name: str, table_id: str) -> Step:
    """Return the step that deletes a route table, which has no association any more."""

    def delete(work: Work) -> None:
        write_api.delete_route_table(work.ec2, table_id)

    return Step(Phase.DELETE_TABLES, [f"delete route table {name} ({table_id})"], delete)


def delete_group_steps(groups: list[dict[str, Any]]) -> list[Step]:
    """Return the steps that delete groups, rules that refer to groups first: else AWS sees the groups as used."""
    steps = [revoke_references_step(group) for group in groups]
    for group in groups:
        action = f"delete security group {group['GroupName']} ({group['GroupId']})"
        steps.append(Step(Phase.DELETE_GROUPS, [action], partial(_delete_group, group["GroupId"])))
    return steps


def _delete_group(group_id: str, work: Work) -> None:
    write_api.delete_security_group(work.ec2, group_id)


def revoke_references_step(group: dict[str, Any]) -> Step:
    """Return the step that removes a group's rules that refer to groups.

    It belongs to the deletion of groups, so it says nothing.
    """
    found = {
        "ingress": _references(group.get("IpPermissions") or []),
        "egress": _references(group.get("IpPermissionsEgress") or []),
    }

    def revoke(work: Work) -> None:
        for direction, permissions in found.items():
            if permissions:
                write_api.revoke(work.ec2, group["GroupId"], direction, permissions)

    return Step(Phase.REVOKE_RULES, [], revoke)


def _references(permissions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = ("IpProtocol", "FromPort", "ToPort", "UserIdGroupPairs")
    return [
        {key: permission[key] for key in kept if key in permission}
        for permission in permissions
        if permission.get("UserIdGroupPairs")
    ]
