# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""EC2: VPC endpoints as AWS changes, finds and guards them.

Operations: EC2 API reference, ModifyVpcEndpoint and DescribeVpcEndpoints.
"""

from __future__ import annotations

import json
from typing import Any

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses.vpcs import VPCs


def endpoints_are_found_by_id() -> None:
    """DescribeVpcEndpoints has the filter vpc-endpoint-id; moto answers that it is not implemented."""
    original = VPCEndPoint.get_filter_value

    def get_filter_value(self: Any, filter_name: str, method_name: str | None = None) -> Any:
        return self.id if filter_name == "vpc-endpoint-id" else original(self, filter_name, method_name)

    VPCEndPoint.get_filter_value = get_filter_value


def endpoints_change_their_names_and_policies() -> None:
    """ModifyVpcEndpoint takes PrivateDnsEnabled and ResetPolicy; moto accepts and ignores them."""
    original = VPCs.modify_vpc_endpoint

    def modify_vpc_endpoint(self: Any) -> Any:
        answer = original(self)
        endpoint = self.ec2_backend.vpc_end_points[self._get_param("VpcEndpointId")]
        private_dns = self._get_bool_param("PrivateDnsEnabled", if_none=None)
        if private_dns is not None:
            endpoint.private_dns_enabled = private_dns
        if self._get_bool_param("ResetPolicy", if_none=False):
            endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
        return answer

    VPCs.modify_vpc_endpoint = modify_vpc_endpoint


def gateways_keep_their_routes() -> None:
    """A gateway endpoint has a route in each of its route tables, also after a change; moto only after creation.

    So moto cannot delete an endpoint that has been given another route table.
    """
    original = EC2Backend.modify_vpc_endpoint

    def modify_vpc_endpoint(self: Any, vpc_id: str, **changes: Any) -> None:
        endpoint = self.vpc_end_points.get(vpc_id)
        before = set(endpoint.route_table_ids or []) if endpoint else set()
        original(self, vpc_id, **changes)
        prefix_list = endpoint.destination_prefix_list_id
        if not prefix_list:
            return
        for table in set(endpoint.route_table_ids) - before:
            self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list)
        for table in before - set(endpoint.route_table_ids):
            self.delete_route(table, prefix_list)

    EC2Backend.modify_vpc_endpoint = modify_vpc_endpoint


def security_groups_of_endpoints_are_used() -> None:
    """A group that an interface endpoint has is a DependencyViolation; moto deletes it."""
    original = EC2Backend.delete_security_group

    def delete_security_group(self: Any, name: str | None = None, group_id: str | None = None) -> None:
        live = [one for one in self.vpc_end_points.values() if one.state != "deleted"]
        if any(group_id in one.security_group_ids for one in live):
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
        original(self, name, group_id)

    EC2Backend.delete_security_group = delete_security_group


def vpcs_with_endpoints_cannot_be_deleted() -> None:
    """A VPC with an endpoint is a DependencyViolation; moto deletes it."""
    original = EC2Backend.delete_vpc

    def delete_vpc(self: Any, vpc_id: str) -> Any:
        if any(one.vpc_id == vpc_id and one.state != "deleted" for one in self.vpc_end_points.values()):
            raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
        return original(self, vpc_id)

    EC2Backend.delete_vpc = delete_vpc


def apply() -> None:
    """Install all of them."""
    endpoints_are_found_by_id()
    endpoints_change_their_names_and_policies()
    gateways_keep_their_routes()
    security_groups_of_endpoints_are_used()
    vpcs_with_endpoints_cannot_be_deleted()
