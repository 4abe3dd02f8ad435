# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""EC2 calls that change networks, one call a function. Nothing here decides anything.

EC2 is eventually consistent: a call may not know yet what an earlier one has made, or still see a user of what
is deleted. Such refusals pass, so the calls are repeated for a bounded time.

Private to the collection.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._retry import until_accepted
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_list

P = ParamSpec("P")
R = TypeVar("R")

# Seconds. EC2 usually knows a new resource everywhere after some seconds; its documentation gives no bound.
SETTLE_SECONDS = 60.0


def not_known_yet(code: str, message: str) -> bool:
    """Tell whether the refusal comes of a resource that is too new."""
    return code.endswith(".NotFound") and not code.startswith("InvalidPermission") or code == "Gateway.NotAttached"


def still_used(code: str, message: str) -> bool:
    """Tell whether the refusal comes of a user that is just going away."""
    return code in ("DependencyViolation", "InvalidIPAddress.InUse")


def settling(passing: Callable[[str, str], bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Repeat a call whose refusal passes. Goes above C(described)."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            named = [value for value in args if isinstance(value, str)]
            what = " ".join(["EC2 to accept", function.__name__, *named])
            return until_accepted(what, lambda: function(*args, **kwargs), passing, SETTLE_SECONDS)

        return call

    return decorate


def _tagged(kind: str, tags: dict[str, str]) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": tag_list(tags)}]


@described("create VPC {cidr_block}")
def create_vpc(client: Any, cidr_block: str, tags: dict[str, str]) -> str:
    return client.create_vpc(CidrBlock=cidr_block, TagSpecifications=_tagged("vpc", tags))["Vpc"]["VpcId"]


@settling(not_known_yet)
@described("set {attribute} of VPC {vpc_id}")
def set_vpc_attribute(client: Any, vpc_id: str, attribute: str, value: bool) -> None:
    """Set EnableDnsSupport or EnableDnsHostnames; AWS takes one a call."""
    client.modify_vpc_attribute(VpcId=vpc_id, **{attribute: {"Value": value}})


@settling(still_used)
@described("delete VPC {vpc_id}")
@missing_is_none("InvalidVpcID.NotFound")
def delete_vpc(client: Any, vpc_id: str) -> None:
    client.delete_vpc(VpcId=vpc_id)


@described("create an internet gateway")
def create_internet_gateway(client: Any, tags: dict[str, str]) -> str:
    answer = client.create_internet_gateway(TagSpecifications=_tagged("internet-gateway", tags))
    return answer["InternetGateway"]["InternetGatewayId"]


@settling(not_known_yet)
@described("attach internet gateway {gateway_id} to VPC {vpc_id}")
def attach_internet_gateway(client: Any, gateway_id: str, vpc_id: str) -> None:
    client.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)


@settling(still_used)
@described("detach internet gateway {gateway_id} from VPC {vpc_id}")
@missing_is_none("Gateway.NotAttached", "InvalidInternetGatewayID.NotFound")
def detach_internet_gateway(client: Any, gateway_id: str, vpc_id: str) -> None:
    client.detach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)


@settling(still_used)
@described("delete internet gateway {gateway_id}")
@missing_is_none("InvalidInternetGatewayID.NotFound")
def delete_internet_gateway(client: Any, gateway_id: str) -> None:
    client.delete_internet_gateway(InternetGatewayId=gateway_id)


@settling(not_known_yet)
@described("create subnet {cidr_block} in {zone}")
def create_subnet(client: Any, vpc_id: str, cidr_block: str, zone: str, tags: dict[str, str]) -> str:
    answer = client.create_subnet(
        VpcId=vpc_id, CidrBlock=cidr_block, AvailabilityZone=zone, TagSpecifications=_tagged("subnet", tags)
    )
    return answer["Subnet"]["SubnetId"]


@settling(not_known_yet)
@described("set map_public_ip of subnet {subnet_id}")
def set_map_public_ip(client: Any, subnet_id: str, value: bool) -> None:
    client.modify_subnet_attribute(SubnetId=subnet_id, MapPublicIpOnLaunch={"Value": value})


@settling(still_used)
@described("delete subnet {subnet_id}")
@missing_is_none("InvalidSubnetID.NotFound")
def delete_subnet(client: Any, subnet_id: str) -> None:
    client.delete_subnet(SubnetId=subnet_id)


@described("allocate an Elastic IP")
def allocate_address(client: Any, tags: dict[str, str]) -> str:
    answer = client.allocate_address(Domain="vpc", TagSpecifications=_tagged("elastic-ip", tags))
    return answer["AllocationId"]


@settling(still_used)
@described("release Elastic IP {allocation_id}")
@missing_is_none("InvalidAllocationID.NotFound")
def release_address(client: Any, allocation_id: str) -> None:
    client.release_address(AllocationId=allocation_id)


@settling(not_known_yet)
@described("create NAT gateway in subnet {subnet_id}")
def create_nat_gateway(client: Any, subnet_id: str, allocation_id: str, tags: dict[str, str]) -> str:
    answer = client.create_nat_gateway(
        SubnetId=subnet_id, AllocationId=allocation_id, TagSpecifications=_tagged("natgateway", tags)
    )
    return answer["NatGateway"]["NatGatewayId"]


@described("delete NAT gateway {nat_gateway_id}")
@missing_is_none("NatGatewayNotFound")
def delete_nat_gateway(client: Any, nat_gateway_id: str) -> None:
    """Ask for the deletion, which AWS does in the background."""
    client.delete_nat_gateway(NatGatewayId=nat_gateway_id)


@settling(not_known_yet)
@described("create a route table in VPC {vpc_id}")
def create_route_table(client: Any, vpc_id: str, tags: dict[str, str]) -> str:
    answer = client.create_route_table(VpcId=vpc_id, TagSpecifications=_tagged("route-table", tags))
    return answer["RouteTable"]["RouteTableId"]


@settling(still_used)
@described("delete route table {table_id}")
@missing_is_none("InvalidRouteTableID.NotFound")
def delete_route_table(client: Any, table_id: str) -> None:
    client.delete_route_table(RouteTableId=table_id)


@settling(not_known_yet)
@described("create route {destination} in route table {table_id}")
def create_route(client: Any, table_id: str, destination: str, target: dict[str, str]) -> None:
    """target: {"GatewayId": ...} or {"NatGatewayId": ...}."""
    client.create_route(RouteTableId=table_id, DestinationCidrBlock=destination, **target)


@settling(not_known_yet)
@described("replace route {destination} in route table {table_id}")
def replace_route(client: Any, table_id: str, destination: str, target: dict[str, str]) -> None:
    client.replace_route(RouteTableId=table_id, DestinationCidrBlock=destination, **target)


@described("delete route {destination} in route table {table_id}")
@missing_is_none("InvalidRoute.NotFound")
def delete_route(client: Any, table_id: str, destination: str) -> None:
    client.delete_route(RouteTableId=table_id, DestinationCidrBlock=destination)


@settling(not_known_yet)
@described("associate subnet {subnet_id} with route table {table_id}")
def associate_route_table(client: Any, subnet_id: str, table_id: str) -> None:
    client.associate_route_table(SubnetId=subnet_id, RouteTableId=table_id)


@settling(not_known_yet)
@described("move association {association_id} to route table {table_id}")
def replace_association(client: Any, association_id: str, table_id: str) -> None:
    client.replace_route_table_association(AssociationId=association_id, RouteTableId=table_id)


@described("remove association {association_id}")
@missing_is_none("InvalidAssociationID.NotFound")
def disassociate_route_table(client: Any, association_id: str) -> None:
    client.disassociate_route_table(AssociationId=association_id)


@settling(not_known_yet)
@described("create security group {name}")
def create_security_group(client: Any, vpc_id: str, name: str, description: str, tags: dict[str, str]) -> str:
    answer = client.create_security_group(
        VpcId=vpc_id, GroupName=name, Description=description, TagSpecifications=_tagged("security-group", tags)
    )
    return answer["GroupId"]


@settling(still_used)
@described("delete security group {group_id}")
@missing_is_none("InvalidGroup.NotFound")
def delete_security_group(client: Any, group_id: str) -> None:
    client.delete_security_group(GroupId=group_id)


@settling(not_known_yet)
@described("add {direction} rules to security group {group_id}")
def authorize(client: Any, group_id: str, direction: str, permissions: list[dict[str, Any]]) -> None:
    """direction: "ingress" or "egress", here and below."""
    getattr(client, f"authorize_security_group_{direction}")(GroupId=group_id, IpPermissions=permissions)


@settling(not_known_yet)
@described("remove {direction} rules from security group {group_id}")
def revoke(client: Any, group_id: str, direction: str, permissions: list[dict[str, Any]]) -> None:
    getattr(client, f"revoke_security_group_{direction}")(GroupId=group_id, IpPermissions=permissions)


@settling(not_known_yet)
@described("describe {direction} rules of security group {group_id} anew")
def set_rule_descriptions(client: Any, group_id: str, direction: str, permissions: list[dict[str, Any]]) -> None:
    call = getattr(client, f"update_security_group_rule_descriptions_{direction}")
    call(GroupId=group_id, IpPermissions=permissions)


@settling(not_known_yet)
@described("create VPC endpoint {service_name}")
def create_endpoint(client: Any, vpc_id: str, service_name: str, more: dict[str, Any], tags: dict[str, str]) -> str:
    """more: what the type of the endpoint has besides, as AWS spells it."""
    answer = client.create_vpc_endpoint(
        VpcId=vpc_id, ServiceName=service_name, TagSpecifications=_tagged("vpc-endpoint", tags), **more
    )
    return answer["VpcEndpoint"]["VpcEndpointId"]


@settling(not_known_yet)
@described("change VPC endpoint {endpoint_id}")
def modify_endpoint(client: Any, endpoint_id: str, changes: dict[str, Any]) -> None:
    client.modify_vpc_endpoint(VpcEndpointId=endpoint_id, **changes)


@described("delete VPC endpoint {endpoint_id}")
def delete_endpoint(client: Any, endpoint_id: str) -> None:
    """Ask for the deletion, which AWS does in the background. One that is gone is no error."""
    _check_done(client.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id]), "InvalidVpcEndpoint.NotFound")


def role_not_known_yet(code: str, message: str) -> bool:
    """Tell whether a flow log is refused because its role is too new, as EC2 says it."""
    return not_known_yet(code, message) or (code == "InvalidParameter" and "assume given IAM role" in message)


@settling(role_not_known_yet)
@described("create a flow log of VPC {vpc_id}")
def create_flow_log(client: Any, vpc_id: str, options: dict[str, Any], tags: dict[str, str]) -> str:
    """options: destination and format, as AWS spells them."""
    answer = client.create_flow_logs(
        ResourceType="VPC", ResourceIds=[vpc_id], TagSpecifications=_tagged("vpc-flow-log", tags), **options
    )
    _check_done(answer)
    return answer["FlowLogIds"][0]


@described("delete flow log {flow_log_id}")
@missing_is_none("InvalidFlowLogId.NotFound")
def delete_flow_log(client: Any, flow_log_id: str) -> None:
    _check_done(client.delete_flow_logs(FlowLogIds=[flow_log_id]), "InvalidFlowLogId.NotFound")


def _check_done(answer: dict[str, Any], missing: str = "") -> None:
    """Raise for what AWS reports as unsuccessful in an answer that is none of its errors."""
    for failure in answer.get("Unsuccessful") or []:
        error = failure["Error"]
        if error["Code"] != missing:
            raise AnsibleAWSError(message=f"AWS refuses it for {failure['ResourceId']}: {error['Message']}")


@settling(not_known_yet)
@described("tag {resource_id}")
def tag(client: Any, resource_id: str, tags: dict[str, str]) -> None:
    client.create_tags(Resources=[resource_id], Tags=tag_list(tags))


@settling(not_known_yet)
@described("remove tags from {resource_id}")
def untag(client: Any, resource_id: str, keys: list[str]) -> None:
    client.delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in keys])
