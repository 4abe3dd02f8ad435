# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What AWS has of a network: read in bulk, two rounds of calls side by side.

Private to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._network import api
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_mapping

Described = dict[str, Any]

DEFAULT_ROUTE = "0.0.0.0/0"


@dataclass(frozen=True)
class Found:
    """Everything that AWS says of a network, as it says it; without a VPC only what is not in one."""

    zones: list[Described]
    addresses: list[Described]
    internet_gateways: list[Described]
    region: str = ""
    vpc: Described | None = None
    dns: dict[str, bool] = field(default_factory=dict)
    subnets: list[Described] = field(default_factory=list)
    nat_gateways: list[Described] = field(default_factory=list)
    route_tables: list[Described] = field(default_factory=list)
    security_groups: list[Described] = field(default_factory=list)
    endpoints: list[Described] = field(default_factory=list)
    flow_logs: list[Described] = field(default_factory=list)

    @property
    def live_nat_gateways(self) -> list[Described]:
        """The NAT gateways that work or will."""
        return [gateway for gateway in self.nat_gateways if gateway["State"] in ("pending", "available")]

    def attached(self, gateway: Described) -> bool:
        """Tell whether an internet gateway is attached to this VPC."""
        vpc_id = self.vpc["VpcId"] if self.vpc else None
        return any(attachment["VpcId"] == vpc_id for attachment in gateway.get("Attachments") or [])

    def free(self, address: Described) -> bool:
        """Tell whether an Elastic IP is associated with nothing."""
        used = {
            used.get("AllocationId") for gateway in self.live_nat_gateways for used in gateway["NatGatewayAddresses"]
        }
        return not address.get("AssociationId") and address["AllocationId"] not in used


def name_of(described: Described) -> str | None:
    """Return the Name tag."""
    return tag_mapping(described.get("Tags")).get("Name")


def read(ec2: Client, name: str) -> Found:
    """Describe the network whose VPC has this Name tag. Raises InputError when there are two."""
    vpcs, zones, addresses, internet_gateways = together(
        partial(api.vpcs, ec2, name),
        partial(api.availability_zones, ec2),
        partial(api.addresses, ec2),
        partial(api.internet_gateways, ec2),
    )
    if len(vpcs) > 1:
        ids = ", ".join(sorted(vpc["VpcId"] for vpc in vpcs))
        raise InputError(f"{len(vpcs)} VPCs are named {name} ({ids}): delete or rename all but one.")
    found = Found(zones, addresses, internet_gateways, region=ec2.meta.region_name)
    return _with_vpc(ec2, found, vpcs[0]) if vpcs else found


def _with_vpc(ec2: Client, found: Found, vpc: Described) -> Found:
    vpc_id = vpc["VpcId"]
    attributes = [partial(api.vpc_attribute, ec2, vpc_id, name) for name in ("enableDnsSupport", "enableDnsHostnames")]
    lists = [api.subnets, api.nat_gateways, api.route_tables, api.security_groups, api.endpoints, api.flow_logs]
    (support, hostnames), described = together(
        lambda: concurrently(*attributes), lambda: concurrently(*[partial(call, ec2, vpc_id) for call in lists])
    )
    subnets, nat_gateways, route_tables, security_groups, endpoints, flow_logs = described
    return replace(
        found,
        vpc=vpc,
        dns={"enable_dns_support": support, "enable_dns_hostnames": hostnames},
        subnets=subnets,
        nat_gateways=nat_gateways,
        route_tables=route_tables,
        security_groups=security_groups,
        endpoints=endpoints,
        flow_logs=flow_logs,
    )
