# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""EC2: moto's faults that are mended in control/ec2.py, and what the embedded AWS does instead."""

from __future__ import annotations

import functools
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe
from tests.tools.machine import wait_for

Client = Callable[[str], Any]


def network(ec2: Any) -> dict[str, str]:
    """A VPC with an attached internet gateway and one subnet."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    return {"vpc": vpc, "gateway": gateway, "subnet": subnet}


def nat(ec2: Any, subnet: str, **more: Any) -> dict[str, str]:
    """A NAT gateway with its Elastic IP."""
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    created = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, **more)["NatGateway"]
    return {"nat": created["NatGatewayId"], "address": address, "state": created["State"]}


def group(ec2: Any, vpc: str) -> str:
    """A security group."""
    name = f"g-{uuid.uuid4().hex[:8]}"
    return str(ec2.create_security_group(GroupName=name, Description="test", VpcId=vpc)["GroupId"])


def refer(ec2: Any, from_group: str, to_group: str) -> None:
    """Let a rule of one group name another."""
    pairs = [{"GroupId": to_group}]
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": pairs}
    ec2.authorize_security_group_ingress(GroupId=from_group, IpPermissions=[permission])


def moto_nat_tag_type(client: Client) -> Any:
    ec2 = client("ec2")
    tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "k", "Value": "v"}]}]
    made = nat(ec2, network(ec2)["subnet"], TagSpecifications=tags)
    found = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [made["nat"]]}])["Tags"]
    return [tag["ResourceType"] for tag in found]


def moto_unknown_nat(client: Client) -> Any:
    return client("ec2").describe_nat_gateways(NatGatewayIds=["nat-0123456789abcdef0"])["NatGateways"]


def moto_deleted_nat_keeps_interface(client: Client) -> Any:
    ec2 = client("ec2")
    made = nat(ec2, network(ec2)["subnet"])
    ec2.delete_nat_gateway(NatGatewayId=made["nat"])
    return "AssociationId" in ec2.describe_addresses(AllocationIds=[made["address"]])["Addresses"][0]


def moto_release_associated(client: Client) -> Any:
    ec2 = client("ec2")
    made = nat(ec2, network(ec2)["subnet"])
    ec2.release_address(AllocationId=made["address"])
    return "released"


def moto_delete_referenced_group(client: Client) -> Any:
    ec2 = client("ec2")
    vpc = network(ec2)["vpc"]
    first, second = group(ec2, vpc), group(ec2, vpc)
    refer(ec2, first, second)
    ec2.delete_security_group(GroupId=second)
    return "deleted"


def described(ec2: Any, made: str, named: str) -> list[str]:
    """Describe the rule of refer anew, and return the descriptions that it then has."""
    pairs = [{"GroupId": named, "Description": "new"}]
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": pairs}
    ec2.update_security_group_rule_descriptions_ingress(GroupId=made, IpPermissions=[permission])
    permissions = ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"][0]["IpPermissions"]
    return [pair.get("Description", "") for one in permissions for pair in one["UserIdGroupPairs"]]


def moto_describe_rule_of_group(client: Client) -> Any:
    ec2 = client("ec2")
    vpc = network(ec2)["vpc"]
    first, second = group(ec2, vpc), group(ec2, vpc)
    refer(ec2, first, second)
    return described(ec2, first, second)


def ipv6_egress(ec2: Any, revoked: str) -> list[str]:
    """Let traffic out to an IPv6 block, revoke a block, and return the blocks that are left."""
    made = group(ec2, network(ec2)["vpc"])
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    ec2.authorize_security_group_egress(
        GroupId=made, IpPermissions=[{**permission, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}]
    )
    ec2.revoke_security_group_egress(
        GroupId=made, IpPermissions=[{**permission, "Ipv6Ranges": [{"CidrIpv6": revoked}]}]
    )
    permissions = ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"][0]["IpPermissionsEgress"]
    return [item["CidrIpv6"] for one in permissions for item in one["Ipv6Ranges"]]


def moto_revoke_ipv6_egress(client: Client) -> Any:
    return ipv6_egress(client("ec2"), "2001:db8::/32")


def moto_delete_used_subnet(client: Client) -> Any:
    ec2 = client("ec2")
    subnet = network(ec2)["subnet"]
    ec2.create_network_interface(SubnetId=subnet)
    ec2.delete_subnet(SubnetId=subnet)
    return "deleted"


def moto_delete_vpc_with_gateway(client: Client) -> Any:
    ec2 = client("ec2")
    made = network(ec2)
    ec2.delete_subnet(SubnetId=made["subnet"])
    ec2.delete_vpc(VpcId=made["vpc"])
    return "deleted"


def moto_detach_with_mapped_address(client: Client) -> Any:
    ec2 = client("ec2")
    made = network(ec2)
    nat(ec2, made["subnet"])
    ec2.detach_internet_gateway(InternetGatewayId=made["gateway"], VpcId=made["vpc"])
    return "detached"


def endpoint(ec2: Any, vpc: str, **more: Any) -> str:
    """An interface endpoint, or with a type and route tables a gateway endpoint to S3."""
    options = {"VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.us-east-1.s3", **more}
    return str(ec2.create_vpc_endpoint(VpcId=vpc, **options)["VpcEndpoint"]["VpcEndpointId"])


def moto_endpoint_by_id(client: Client) -> Any:
    wanted = [{"Name": "vpc-endpoint-id", "Values": ["vpce-0123456789abcdef0"]}]
    ec2 = client("ec2")
    endpoint(ec2, network(ec2)["vpc"])
    try:
        return ec2.describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"]
    except ResponseParserError:  # A page of the web server, which knows no better.
        return "no answer"


def moto_endpoint_without_private_dns(client: Client) -> Any:
    ec2 = client("ec2")
    made = endpoint(ec2, network(ec2)["vpc"], PrivateDnsEnabled=True)
    ec2.modify_vpc_endpoint(VpcEndpointId=made, PrivateDnsEnabled=False)
    return ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"][0]["PrivateDnsEnabled"]


def moto_route_table_of_a_gateway(client: Client) -> Any:
    ec2 = client("ec2")
    vpc = network(ec2)["vpc"]
    first, second = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
    made = endpoint(ec2, vpc, VpcEndpointType="Gateway", RouteTableIds=[first])
    ec2.modify_vpc_endpoint(VpcEndpointId=made, AddRouteTableIds=[second])
    routes = ec2.describe_route_tables(RouteTableIds=[second])["RouteTables"][0]["Routes"]
    return [route["GatewayId"] for route in routes if route.get("DestinationPrefixListId")]


def moto_delete_group_of_an_endpoint(client: Client) -> Any:
    ec2 = client("ec2")
    made = network(ec2)
    own = group(ec2, made["vpc"])
    endpoint(ec2, made["vpc"], SubnetIds=[made["subnet"]], SecurityGroupIds=[own])
    ec2.delete_security_group(GroupId=own)
    return "deleted"


def moto_delete_vpc_with_endpoint(client: Client) -> Any:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    endpoint(ec2, vpc, VpcEndpointType="Gateway")
    ec2.delete_vpc(VpcId=vpc)
    return "deleted"


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_ec2")


@pytest.mark.parametrize(
    ("name", "fault", "patch"),
    [
        ("moto_nat_tag_type", {"value": ["nat-gateway"]}, "nat_gateway_tags_have_their_type"),
        ("moto_unknown_nat", {"value": []}, "unknown_nat_gateways_are_errors"),
        ("moto_deleted_nat_keeps_interface", {"value": True}, "deleted_nat_gateways_free_their_address"),
        ("moto_release_associated", {"value": "released"}, "associated_addresses_cannot_be_released"),
        ("moto_delete_referenced_group", {"value": "deleted"}, "used_security_groups_cannot_be_deleted"),
        ("moto_describe_rule_of_group", {"value": [""]}, "descriptions_do_not_tell_rules_apart"),
        ("moto_revoke_ipv6_egress", {"value": ["2001:db8::/32"]}, "ipv6_egress_rules_are_revoked"),
        ("moto_delete_used_subnet", {"value": "deleted"}, "used_subnets_cannot_be_deleted"),
        ("moto_delete_vpc_with_gateway", {"value": "deleted"}, "used_vpcs_cannot_be_deleted"),
        ("moto_detach_with_mapped_address", {"value": "detached"}, "internet_gateways_stay_while_addresses_are_mapped"),
        ("moto_endpoint_by_id", {"value": "no answer"}, "ec2_endpoints.endpoints_are_found_by_id"),
        (
            "moto_endpoint_without_private_dns",
            {"value": True},
            "ec2_endpoints.endpoints_change_their_names_and_policies",
        ),
        ("moto_route_table_of_a_gateway", {"value": []}, "ec2_endpoints.gateways_keep_their_routes"),
        (
            "moto_delete_group_of_an_endpoint",
            {"value": "deleted"},
            "ec2_endpoints.security_groups_of_endpoints_are_used",
        ),
        ("moto_delete_vpc_with_endpoint", {"value": "deleted"}, "ec2_endpoints.vpcs_with_endpoints_cannot_be_deleted"),
    ],
)
def test_moto_still_needs(unpatched: dict[str, Any], name: str, fault: Any, patch: str) -> None:
    needed(unpatched[name], fault, patch if "." in patch else f"ec2.{patch}")


@pytest.fixture
def ec2(aws: RunningAws) -> Any:
    return aws.client("ec2")


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_nat_gateway_tags(ec2: Any) -> None:
    tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "k", "Value": "v"}]}]
    made = nat(ec2, network(ec2)["subnet"], TagSpecifications=tags)
    found = ec2.describe_tags(Filters=[{"Name": "resource-type", "Values": ["natgateway"]}])["Tags"]
    assert made["nat"] in [tag["ResourceId"] for tag in found]


def test_unknown_nat_gateway(ec2: Any) -> None:
    unknown = "nat-0123456789abcdef0"
    assert refused(ec2.describe_nat_gateways, NatGatewayIds=[unknown]) == "NatGatewayNotFound"
    assert refused(ec2.delete_nat_gateway, NatGatewayId=unknown) == "NatGatewayNotFound"


def test_the_order_of_a_teardown(ec2: Any) -> None:
    made = network(ec2)
    gateway = nat(ec2, made["subnet"])
    detach = {"InternetGatewayId": made["gateway"], "VpcId": made["vpc"]}
    assert refused(ec2.release_address, AllocationId=gateway["address"]) == "InvalidIPAddress.InUse"
    assert refused(ec2.detach_internet_gateway, **detach) == "DependencyViolation"
    assert refused(ec2.delete_subnet, SubnetId=made["subnet"]) == "DependencyViolation"
    ec2.delete_nat_gateway(NatGatewayId=gateway["nat"])
    state = ec2.describe_nat_gateways(NatGatewayIds=[gateway["nat"]])["NatGateways"][0]["State"]
    assert state == "deleted"
    ec2.release_address(AllocationId=gateway["address"])
    table = ec2.create_route_table(VpcId=made["vpc"])["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=made["subnet"])
    ec2.delete_subnet(SubnetId=made["subnet"])
    ec2.delete_route_table(RouteTableId=table)
    assert refused(ec2.delete_vpc, VpcId=made["vpc"]) == "DependencyViolation"
    ec2.detach_internet_gateway(**detach)
    own = group(ec2, made["vpc"])
    assert refused(ec2.delete_vpc, VpcId=made["vpc"]) == "DependencyViolation"
    ec2.delete_security_group(GroupId=own)
    ec2.delete_vpc(VpcId=made["vpc"])


def test_security_groups_in_use(aws: RunningAws, ec2: Any) -> None:
    made = network(ec2)
    ruled, balanced, attached = (group(ec2, made["vpc"]) for _ in range(3))
    refer(ec2, attached, ruled)
    refer(ec2, ruled, ruled)
    interface = ec2.create_network_interface(SubnetId=made["subnet"], Groups=[attached])["NetworkInterface"]
    link = aws.client("apigatewayv2").create_vpc_link(
        Name="sg", SubnetIds=[made["subnet"]], SecurityGroupIds=[balanced]
    )
    for used in (ruled, balanced, attached):
        assert refused(ec2.delete_security_group, GroupId=used) == "DependencyViolation"
    aws.client("apigatewayv2").delete_vpc_link(VpcLinkId=link["VpcLinkId"])
    ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    for unused in (balanced, attached, ruled):
        ec2.delete_security_group(GroupId=unused)


def test_endpoints_are_changed_found_and_guarded(ec2: Any) -> None:
    made = network(ec2)
    own = group(ec2, made["vpc"])
    table = ec2.create_route_table(VpcId=made["vpc"])["RouteTable"]["RouteTableId"]
    gateway = endpoint(ec2, made["vpc"], VpcEndpointType="Gateway")
    inside = endpoint(ec2, made["vpc"], SubnetIds=[made["subnet"]], SecurityGroupIds=[own], PolicyDocument="{}")
    ec2.modify_vpc_endpoint(VpcEndpointId=gateway, AddRouteTableIds=[table])
    ec2.modify_vpc_endpoint(VpcEndpointId=inside, PrivateDnsEnabled=False, ResetPolicy=True)
    wanted = [{"Name": "vpc-endpoint-id", "Values": [inside]}]
    [found] = ec2.describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"]
    assert (found["PrivateDnsEnabled"], json.loads(found["PolicyDocument"])["Statement"][0]["Action"]) == (False, "*")
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert gateway in [route.get("GatewayId") for route in routes]
    assert refused(ec2.delete_security_group, GroupId=own) == "DependencyViolation"
    assert refused(ec2.delete_vpc, VpcId=made["vpc"]) == "DependencyViolation"
    ec2.delete_vpc_endpoints(VpcEndpointIds=[gateway, inside])
    ec2.delete_security_group(GroupId=own)


def test_nat_gateways_take_the_time_of_the_profile(launch: Callable[..., RunningAws]) -> None:
    aws = launch({"LOCAL_AWS_PROFILE": '{"nat": 6000, "deletions": 6000, "scale": 0.1}'})
    ec2 = aws.client("ec2")
    made = nat(ec2, network(ec2)["subnet"])

    def state() -> str:
        return str(ec2.describe_nat_gateways(NatGatewayIds=[made["nat"]])["NatGateways"][0]["State"])

    assert (made["state"], state()) == ("pending", "pending")
    aws.control("profile", {"nat": 0})
    assert state() == "available"
    ec2.delete_nat_gateway(NatGatewayId=made["nat"])
    assert state() == "deleting"
    assert refused(ec2.release_address, AllocationId=made["address"]) == "InvalidIPAddress.InUse"
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == 1
    aws.control("profile", {"deletions": 0})
    assert state() == "deleted"
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    assert "AssociationId" not in ec2.describe_addresses()["Addresses"][0]
    ec2.release_address(AllocationId=made["address"])


def test_provisioning_ends_by_itself(launch: Callable[..., RunningAws]) -> None:
    aws = launch({"LOCAL_AWS_PROFILE": '{"nat": 20, "scale": 0.1}'})
    ec2 = aws.client("ec2")
    started = time.monotonic()
    made = nat(ec2, network(ec2)["subnet"])
    find = functools.partial(ec2.describe_nat_gateways, NatGatewayIds=[made["nat"]])
    wait_for(lambda: find()["NatGateways"][0]["State"] == "available", timeout=20)
    assert time.monotonic() - started >= 2


def test_a_rule_that_names_a_group_gets_its_description(ec2: Any) -> None:
    vpc = network(ec2)["vpc"]
    first, second = group(ec2, vpc), group(ec2, vpc)
    refer(ec2, first, second)
    assert described(ec2, first, second) == ["new"]


def test_ipv6_egress_is_revoked(aws: RunningAws) -> None:
    assert ipv6_egress(aws.client("ec2"), "2001:db8::/32") == []
    with pytest.raises(ClientError, match=r"InvalidPermission\.NotFound"):
        ipv6_egress(aws.client("ec2"), "::/0")
