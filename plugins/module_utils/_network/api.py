# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""EC2 calls that describe networks, one call a function. Nothing here decides or changes anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described


def _all(client: Client, operation: str, key: str, **params: Any) -> list[dict[str, Any]]:
    return [item for page in client.get_paginator(operation).paginate(**params) for item in page[key]]


def _in_vpc(vpc_id: str) -> list[dict[str, Any]]:
    return [{"Name": "vpc-id", "Values": [vpc_id]}]


@described("list VPCs named {name}")
def vpcs(client: Client, name: str) -> list[dict[str, Any]]:
    return _all(client, "describe_vpcs", "Vpcs", Filters=[{"Name": "tag:Name", "Values": [name]}])


@described("describe {attribute} of VPC {vpc_id}")
def vpc_attribute(client: Client, vpc_id: str, attribute: str) -> bool:
    """Return one of the attributes enableDnsSupport and enableDnsHostnames."""
    answer = client.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute)
    return bool(answer[attribute[0].upper() + attribute[1:]]["Value"])


@described("list availability zones")
def availability_zones(client: Client) -> list[dict[str, Any]]:
    """Return the zones of the region that the account can use, without local and wavelength zones."""
    zones = client.describe_availability_zones()["AvailabilityZones"]
    return [zone for zone in zones if zone.get("ZoneType", "availability-zone") == "availability-zone"]


@described("list Elastic IPs")
def addresses(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.describe_addresses()["Addresses"]
    return found


@described("list internet gateways")
def internet_gateways(client: Client) -> list[dict[str, Any]]:
    return _all(client, "describe_internet_gateways", "InternetGateways")


@described("list subnets of VPC {vpc_id}")
def subnets(client: Client, vpc_id: str) -> list[dict[str, Any]]:
    return _all(client, "describe_subnets", "Subnets", Filters=_in_vpc(vpc_id))


@described("list NAT gateways of VPC {vpc_id}")
def nat_gateways(client: Client, vpc_id: str) -> list[dict[str, Any]]:
    """Return also those that are deleted or failed, which AWS shows for about an hour."""
    return _all(client, "describe_nat_gateways", "NatGateways", Filter=_in_vpc(vpc_id))


@described("describe NAT gateways {nat_gateway_ids}")
def nat_gateways_by_id(client: Client, nat_gateway_ids: list[str]) -> list[dict[str, Any]]:
    """Return those that exist; one that is missing is no error."""
    wanted = [{"Name": "nat-gateway-id", "Values": nat_gateway_ids}]
    return _all(client, "describe_nat_gateways", "NatGateways", Filter=wanted)


@described("list route tables of VPC {vpc_id}")
def route_tables(client: Client, vpc_id: str) -> list[dict[str, Any]]:
    return _all(client, "describe_route_tables", "RouteTables", Filters=_in_vpc(vpc_id))


@described("list security groups of VPC {vpc_id}")
def security_groups(client: Client, vpc_id: str) -> list[dict[str, Any]]:
    return _all(client, "describe_security_groups", "SecurityGroups", Filters=_in_vpc(vpc_id))


@described("list endpoints of VPC {vpc_id}")
def endpoints(client: Client, vpc_id: str) -> list[dict[str, Any]]:
    """Return also those that are deleted, which AWS shows for a while."""
    return _all(client, "describe_vpc_endpoints", "VpcEndpoints", Filters=_in_vpc(vpc_id))


@described("describe VPC endpoints {endpoint_ids}")
def endpoints_by_id(client: Client, endpoint_ids: list[str]) -> list[dict[str, Any]]:
    """Return those that exist; one that is missing is no error."""
    wanted = [{"Name": "vpc-endpoint-id", "Values": endpoint_ids}]
    return _all(client, "describe_vpc_endpoints", "VpcEndpoints", Filters=wanted)


@described("list flow logs of VPC {vpc_id}")
def flow_logs(client: Client, vpc_id: str) -> list[dict[str, Any]]:
    """Return those of the VPC as a whole, not those of a subnet or an interface."""
    return _all(client, "describe_flow_logs", "FlowLogs", Filter=[{"Name": "resource-id", "Values": [vpc_id]}])


@described("list network interfaces of VPC {vpc_id}")
def network_interfaces(client: Client, vpc_id: str) -> list[dict[str, Any]]:
    return _all(client, "describe_network_interfaces", "NetworkInterfaces", Filters=_in_vpc(vpc_id))
