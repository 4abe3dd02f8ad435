# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""EC2 calls that change networks, one call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._network.settling import (
    not_known_yet,
    role_not_known_yet,
    settling,
    still_used,
)
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_list


def _tagged(kind: str, tags: dict[str, str]) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": tag_list(tags)}]


@described("create VPC {cidr_block}")
def create_vpc(client: Client, cidr_block: str, tags: dict[str, str]) -> str:
    vpc_id: str = client.create_vpc(CidrBlock=cidr_block, TagSpecifications=_tagged("vpc", tags))["Vpc"]["VpcId"]
    return vpc_id


@settling(not_known_yet)
@described("set {attribute} of VPC {vpc_id}")
def set_vpc_attribute(client: Client, vpc_id: str, attribute: str, value: bool) -> None:
    """Set EnableDnsSupport or EnableDnsHostnames; AWS takes one a call."""
    client.modify_vpc_attribute(VpcId=vpc_id, **{attribute: {"Value": value}})


@settling(still_used)
@described("delete VPC {vpc_id}")
@missing_is_none("InvalidVpcID.NotFound")
def delete_vpc(client: Client, vpc_id: str) -> None:
    client.delete_vpc(VpcId=vpc_id)


@described("create an internet gateway")
def create_internet_gateway(client: Client, tags: dict[str, str]) -> str:
    answer = client.create_internet_gateway(TagSpecifications=_tagged("internet-gateway", tags))
    gateway_id: str = answer["InternetGateway"]["InternetGatewayId"]
    return gateway_id


@settling(not_known_yet)
@described("attach internet gateway {gateway_id} to VPC {vpc_id}")
def attach_internet_gateway(client: Client, gateway_id: str, vpc_id: str) -> None:
    client.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)


@settling(still_used)
@described("detach internet gateway {gateway_id} from VPC {vpc_id}")
@missing_is_none("Gateway.NotAttached", "InvalidInternetGatewayID.NotFound")
def detach_internet_gateway(client: Client, gateway_id: str, vpc_id: str) -> None:
    client.detach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)


@settling(still_used)
@described("delete internet gateway {gateway_id}")
@missing_is_none("InvalidInternetGatewayID.NotFound")
def delete_internet_gateway(client: Client, gateway_id: str) -> None:
    client.delete_internet_gateway(InternetGatewayId=gateway_id)


@settling(not_known_yet)
@described("create subnet {cidr_block} in {zone}")
def create_subnet(client: Client, vpc_id: str, cidr_block: str, zone: str, tags: dict[str, str]) -> str:
    subnet_id: str = client.create_subnet(
        VpcId=vpc_id, CidrBlock=cidr_block, AvailabilityZone=zone, TagSpecifications=_tagged("subnet", tags)
    )["Subnet"]["SubnetId"]
    return subnet_id


@settling(not_known_yet)
@described("set map_public_ip of subnet {subnet_id}")
def set_map_public_ip(client: Client, subnet_id: str, value: bool) -> None:
    client.modify_subnet_attribute(SubnetId=subnet_id, MapPublicIpOnLaunch={"Value": value})


@settling(still_used)
@described("delete subnet {subnet_id}")
@missing_is_none("InvalidSubnetID.NotFound")
def delete_subnet(client: Client, subnet_id: str) -> None:
    client.delete_subnet(SubnetId=subnet_id)


@described("allocate an Elastic IP")
def allocate_address(client: Client, tags: dict[str, str]) -> str:
    answer = client.allocate_address(Domain="vpc", TagSpecifications=_tagged("elastic-ip", tags))
    allocation_id: str = answer["AllocationId"]
    return allocation_id


@settling(still_used)
@described("release Elastic IP {allocation_id}")
@missing_is_none("InvalidAllocationID.NotFound")
def release_address(client: Client, allocation_id: str) -> None:
    client.release_address(AllocationId=allocation_id)


@settling(not_known_yet)
@described("create NAT gateway in subnet {subnet_id}")
def create_nat_gateway(client: Client, subnet_id: str, allocation_id: str, tags: dict[str, str]) -> str:
    nat_gateway_id: str = client.create_nat_gateway(
        SubnetId=subnet_id, AllocationId=allocation_id, TagSpecifications=_tagged("natgateway", tags)
    )["NatGateway"]["NatGatewayId"]
    return nat_gateway_id


@described("delete NAT gateway {nat_gateway_id}")
@missing_is_none("NatGatewayNotFound")
def delete_nat_gateway(client: Client, nat_gateway_id: str) -> None:
    """Ask for the deletion, which AWS does in the background."""
    client.delete_nat_gateway(NatGatewayId=nat_gateway_id)


@settling(not_known_yet)
@described("create a route table in VPC {vpc_id}")
def create_route_table(client: Client, vpc_id: str, tags: dict[str, str]) -> str:
    answer = client.create_route_table(VpcId=vpc_id, TagSpecifications=_tagged("route-table", tags))
    table_id: str = answer["RouteTable"]["RouteTableId"]
    return table_id


@settling(still_used)
@described("delete route table {table_id}")
@missing_is_none("InvalidRouteTableID.NotFound")
def delete_route_table(client: Client, table_id: str) -> None:
    client.delete_route_table(RouteTableId=table_id)


@settling(not_known_yet)
@described("create route {destination} in route table {table_id}")
def create_route(client: Client, table_id: str, destination: str, target: dict[str, str]) -> None:
    """target: {"GatewayId": ...} or {"NatGatewayId": ...}."""
    client.create_route(RouteTableId=table_id, DestinationCidrBlock=destination, **target)


@settling(not_known_yet)
@described("replace route {destination} in route table {table_id}")
def replace_route(client: Client, table_id: str, destination: str, target: dict[str, str]) -> None:
    client.replace_route(RouteTableId=table_id, DestinationCidrBlock=destination, **target)


@described("delete route {destination} in route table {table_id}")
@missing_is_none("InvalidRoute.NotFound")
def delete_route(client: Client, table_id: str, destination: str) -> None:
    client.delete_route(RouteTableId=table_id, DestinationCidrBlock=destination)


@settling(not_known_yet)
@described("associate subnet {subnet_id} with route table {table_id}")
def associate_route_table(client: Client, subnet_id: str, table_id: str) -> None:
    client.associate_route_table(SubnetId=subnet_id, RouteTableId=table_id)


@settling(not_known_yet)
@described("move association {association_id} to route table {table_id}")
def replace_association(client: Client, association_id: str, table_id: str) -> None:
    client.replace_route_table_association(AssociationId=association_id, RouteTableId=table_id)


@described("remove association {association_id}")
@missing_is_none("InvalidAssociationID.NotFound")
def disassociate_route_table(client: Client, association_id: str) -> None:
    client.disassociate_route_table(AssociationId=association_id)


@settling(not_known_yet)
@described("create security group {name}")
def create_security_group(client: Client, vpc_id: str, name: str, description: str, tags: dict[str, str]) -> str:
    group_id: str = client.create_security_group(
        VpcId=vpc_id, GroupName=name, Description=description, TagSpecifications=_tagged("security-group", tags)
    )["GroupId"]
    return group_id


@settling(still_used)
@described("delete security group {group_id}")
@missing_is_none("InvalidGroup.NotFound")
def delete_security_group(client: Client, group_id: str) -> None:
    client.delete_security_group(GroupId=group_id)


@settling(not_known_yet)
@described("add {direction} rules to security group {group_id}")
def authorize(client: Client, group_id: str, direction: str, permissions: list[dict[str, Any]]) -> None:
    """direction: "ingress" or "egress", here and below."""
    getattr(client, f"authorize_security_group_{direction}")(GroupId=group_id, IpPermissions=permissions)


@settling(not_known_yet)
@described("remove {direction} rules from security group {group_id}")
def revoke(client: Client, group_id: str, direction: str, permissions: list[dict[str, Any]]) -> None:
    getattr(client, f"revoke_security_group_{direction}")(GroupId=group_id, IpPermissions=permissions)


@settling(not_known_yet)
@described("describe {direction} rules of security group {group_id} anew")
def set_rule_descriptions(client: Client, group_id: str, direction: str, permissions: list[dict[str, Any]]) -> None:
    call = getattr(client, f"update_security_group_rule_descriptions_{direction}")
    call(GroupId=group_id, IpPermissions=permissions)


@settling(not_known_yet)
@described("create VPC endpoint {service_name}")
def create_endpoint(client: Client, vpc_id: str, service_name: str, more: dict[str, Any], tags: dict[str, str]) -> str:
    """more: what the type of the endpoint has besides, as AWS spells it."""
    endpoint_id: str = client.create_vpc_endpoint(
        VpcId=vpc_id, ServiceName=service_name, TagSpecifications=_tagged("vpc-endpoint", tags), **more
    )["VpcEndpoint"]["VpcEndpointId"]
    return endpoint_id


@settling(not_known_yet)
@described("change VPC endpoint {endpoint_id}")
def modify_endpoint(client: Client, endpoint_id: str, changes: dict[str, Any]) -> None:
    client.modify_vpc_endpoint(VpcEndpointId=endpoint_id, **changes)


@described("delete VPC endpoint {endpoint_id}")
def delete_endpoint(client: Client, endpoint_id: str) -> None:
    """Ask for the deletion, which AWS does in the background. One that is gone is no error."""
    _check_done(client.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id]), "InvalidVpcEndpoint.NotFound")


@settling(role_not_known_yet)
@described("create a flow log of VPC {vpc_id}")
def create_flow_log(client: Client, vpc_id: str, options: dict[str, Any], tags: dict[str, str]) -> str:
    """options: destination and format, as AWS spells them."""
    answer = client.create_flow_logs(
        ResourceType="VPC", ResourceIds=[vpc_id], TagSpecifications=_tagged("vpc-flow-log", tags), **options
    )
    _check_done(answer)
    flow_log_id: str = answer["FlowLogIds"][0]
    return flow_log_id


@described("delete flow log {flow_log_id}")
@missing_is_none("InvalidFlowLogId.NotFound")
def delete_flow_log(client: Client, flow_log_id: str) -> None:
    _check_done(client.delete_flow_logs(FlowLogIds=[flow_log_id]), "InvalidFlowLogId.NotFound")


def _check_done(answer: dict[str, Any], missing: str = "") -> None:
    """Raise for what AWS reports as unsuccessful in an answer that is none of its errors."""
    for failure in answer.get("Unsuccessful") or []:
        error = failure["Error"]
        if error["Code"] != missing:
            raise AnsibleAWSError(message=f"AWS refuses it for {failure['ResourceId']}: {error['Message']}")


@settling(not_known_yet)
@described("tag {resource_id}")
def tag(client: Client, resource_id: str, tags: dict[str, str]) -> None:
    client.create_tags(Resources=[resource_id], Tags=tag_list(tags))


@settling(not_known_yet)
@described("remove tags from {resource_id}")
def untag(client: Client, resource_id: str, keys: list[str]) -> None:
    client.delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in keys])
