# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Steps: what is done to a network, in which order, and what is said of it.

Steps of one phase run side by side; a phase begins when the one before is done.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Found
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import Parts


class Phase(IntEnum):
    """The order of creation, and then of removal: nothing is removed while something depends on it."""

    VPC = 1
    PARTS = 2
    GATEWAYS = 3
    ROUTES = 4
    ASSOCIATIONS = 5
    DELETE_FLOW_LOGS = 6
    # VPC endpoints and NAT gateways, which take about a minute each.
    DELETE_GATEWAYS = 7
    RELEASE_ADDRESSES = 8
    WAIT_FOR_INTERFACES = 9
    REVOKE_RULES = 10
    DELETE_GROUPS = 11
    DISASSOCIATE = 12
    DELETE_TABLES = 13
    DELETE_SUBNETS = 14
    DELETE_INTERNET_GATEWAY = 15
    DELETE_VPC = 16


@dataclass
class Ids:
    """The ids that AWS gave, filled as things are made; by block, or by name as in the settings."""

    vpc: str = ""
    internet_gateway: str = ""
    subnets: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    nat_gateways: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    endpoints: dict[str, str] = field(default_factory=dict)
    flow_log: str = ""
    # Block of a subnet: id of its association with a route table.
    associations: dict[str, str] = field(default_factory=dict)


@dataclass
class Work:
    """What a step has at hand. timeout: seconds for each thing that is waited for."""

    ec2: Client
    ids: Ids
    timeout: float


@dataclass(frozen=True)
class Step:
    """One thing to do. actions: what is said of it; nothing for a mere wait."""

    phase: Phase
    actions: list[str]
    run: Callable[[Work], None]


def known_ids(found: Found, parts: Parts) -> Ids:
    """Return the ids of what exists."""
    return Ids(
        vpc=found.vpc["VpcId"] if found.vpc else "",
        internet_gateway=parts.internet_gateway["InternetGatewayId"] if parts.internet_gateway else "",
        subnets={cidr: subnet["SubnetId"] for cidr, subnet in parts.subnets.items()},
        addresses={name: address["AllocationId"] for name, address in parts.addresses.items()},
        nat_gateways={name: gateway["NatGatewayId"] for name, gateway in parts.nat_gateways.items()},
        tables={key: table["RouteTableId"] for key, table in parts.tables.items()},
        groups={name: group["GroupId"] for name, group in parts.groups.items()},
        endpoints={key: endpoint["VpcEndpointId"] for key, endpoint in parts.endpoints.items()},
        flow_log=parts.flow_log["FlowLogId"] if parts.flow_log else "",
        associations=dict(parts.associations),
    )


def actions(steps: Iterable[Step]) -> list[str]:
    """Return what the steps say, in the order of the phases."""
    return [action for step in sorted(steps, key=lambda step: step.phase) for action in step.actions]


def execute(steps: Iterable[Step], work: Work) -> None:
    """Run the steps, phase by phase."""
    planned = list(steps)
    for phase in Phase:
        concurrently(*(partial(step.run, work) for step in planned if step.phase == phase))
