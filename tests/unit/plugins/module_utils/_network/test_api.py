# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._network import api, settling, waiting, write_api


@pytest.fixture
def client() -> Any:
    return boto3.client("ec2", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_wait, "_FIRST_PAUSE", 0.001)


@pytest.mark.parametrize(
    ("read", "operation", "key", "item", "filters"),
    [
        (api.subnets, "describe_subnets", "Subnets", "SubnetId", "Filters"),
        (api.nat_gateways, "describe_nat_gateways", "NatGateways", "NatGatewayId", "Filter"),
        (api.route_tables, "describe_route_tables", "RouteTables", "RouteTableId", "Filters"),
        (api.security_groups, "describe_security_groups", "SecurityGroups", "GroupId", "Filters"),
        (api.network_interfaces, "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId", "Filters"),
    ],
)
def test_every_page_of_what_is_in_the_vpc_is_read(
    client: Any, stub: Stubber, read: Any, operation: str, key: str, item: str, filters: str
) -> None:
    asked = {filters: [{"Name": "vpc-id", "Values": ["vpc-1"]}]}
    stub.add_response(operation, {key: [{item: "1"}], "NextToken": "more"}, asked)
    stub.add_response(operation, {key: [{item: "2"}]}, {**asked, "NextToken": "more"})
    assert [each[item] for each in read(client, "vpc-1")] == ["1", "2"]


def test_local_zones_are_left_out(client: Any, stub: Stubber) -> None:
    zones = [{"ZoneName": "a", "ZoneType": "availability-zone"}, {"ZoneName": "b", "ZoneType": "local-zone"}]
    stub.add_response("describe_availability_zones", {"AvailabilityZones": zones}, {})
    assert [zone["ZoneName"] for zone in api.availability_zones(client)] == ["a"]


def test_a_vpc_attribute_is_read(client: Any, stub: Stubber) -> None:
    asked = {"VpcId": "vpc-1", "Attribute": "enableDnsHostnames"}
    stub.add_response("describe_vpc_attribute", {"EnableDnsHostnames": {"Value": True}}, asked)
    assert api.vpc_attribute(client, "vpc-1", "enableDnsHostnames") is True


def test_what_is_too_new_to_be_known_is_asked_for_again(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_subnet", "InvalidVpcID.NotFound")
    stub.add_response("create_subnet", {"Subnet": {"SubnetId": "subnet-1"}})
    assert write_api.create_subnet(client, "vpc-1", "10.0.0.0/24", "us-east-1a", {"Name": "x"}) == "subnet-1"


def test_what_is_still_used_is_deleted_a_little_later(client: Any, stub: Stubber) -> None:
    stub.add_client_error("delete_security_group", "DependencyViolation")
    stub.add_response("delete_security_group", {})
    write_api.delete_security_group(client, "sg-1")


def test_what_stays_in_use_is_named(client: Any, stub: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "SETTLE_SECONDS", 0)
    stub.add_client_error("delete_subnet", "DependencyViolation", "has dependencies")
    with pytest.raises(AnsibleAWSError, match="delete_subnet subnet-1 .*has dependencies"):
        write_api.delete_subnet(client, "subnet-1")


def test_an_error_that_stays_is_raised_at_once(client: Any, stub: Stubber) -> None:
    stub.add_client_error("allocate_address", "AddressLimitExceeded", "too many")
    with pytest.raises(AnsibleAWSError, match="Failed to allocate an Elastic IP: .*too many"):
        write_api.allocate_address(client, {})


@pytest.mark.parametrize(
    ("delete", "operation", "code"),
    [
        (write_api.delete_vpc, "delete_vpc", "InvalidVpcID.NotFound"),
        (write_api.delete_subnet, "delete_subnet", "InvalidSubnetID.NotFound"),
        (write_api.delete_security_group, "delete_security_group", "InvalidGroup.NotFound"),
        (write_api.delete_route_table, "delete_route_table", "InvalidRouteTableID.NotFound"),
        (write_api.delete_nat_gateway, "delete_nat_gateway", "NatGatewayNotFound"),
        (write_api.release_address, "release_address", "InvalidAllocationID.NotFound"),
        (write_api.delete_internet_gateway, "delete_internet_gateway", "InvalidInternetGatewayID.NotFound"),
        (write_api.disassociate_route_table, "disassociate_route_table", "InvalidAssociationID.NotFound"),
    ],
)
def test_deleting_what_is_gone_is_no_error(client: Any, stub: Stubber, delete: Any, operation: str, code: str) -> None:
    stub.add_client_error(operation, code)
    delete(client, "gone")


def test_a_rule_that_is_not_there_is_not_asked_for_again(client: Any, stub: Stubber) -> None:
    stub.add_client_error("revoke_security_group_ingress", "InvalidPermission.NotFound", "no such rule")
    with pytest.raises(AnsibleAWSError, match="no such rule"):
        write_api.revoke(client, "sg-1", "ingress", [{"IpProtocol": "-1"}])


def nat_gateway(state: str, **more: str) -> dict[str, Any]:
    return {"NatGateways": [{"NatGatewayId": "nat-1", "State": state, **more}]}


def test_nat_gateways_are_waited_for(client: Any, stub: Stubber) -> None:
    for state in ("pending", "available"):
        stub.add_response("describe_nat_gateways", nat_gateway(state))
    assert waiting.available(waiting.NAT_GATEWAY, client, ["nat-1"], 1)[0]["State"] == "available"


def test_a_nat_gateway_that_failed_ends_the_wait_with_the_words_of_aws(client: Any, stub: Stubber) -> None:
    stub.add_response("describe_nat_gateways", nat_gateway("failed", FailureMessage="no free address"))
    with pytest.raises(AnsibleAWSError, match="nat-1 is failed: no free address"):
        waiting.available(waiting.NAT_GATEWAY, client, ["nat-1"], 1)


def test_the_last_state_of_a_nat_gateway_is_told(client: Any, stub: Stubber) -> None:
    stub.add_response("describe_nat_gateways", nat_gateway("pending"))
    with pytest.raises(AnsibleAWSError, match="nat-1 to become available in vain; the last state is nat-1 pending"):
        waiting.available(waiting.NAT_GATEWAY, client, ["nat-1"], 0)


def test_a_deleted_nat_gateway_is_gone_whether_it_is_shown_or_not(client: Any, stub: Stubber) -> None:
    stub.add_response("describe_nat_gateways", nat_gateway("deleting"))
    stub.add_response("describe_nat_gateways", nat_gateway("deleted"))
    waiting.gone(waiting.NAT_GATEWAY, client, "nat-1", 1)
    stub.add_response("describe_nat_gateways", {"NatGateways": []})
    waiting.gone(waiting.NAT_GATEWAY, client, "nat-1", 1)
