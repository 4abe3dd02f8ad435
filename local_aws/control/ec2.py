# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""EC2: what cannot be deleted while something uses it, and NAT gateways as AWS keeps them.

Messages and codes: EC2 API reference, "Error codes for the Amazon EC2 API", client errors.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.ec2 import utils as ec2_utils
from moto.ec2.exceptions import DependencyViolationError, EC2ClientError, InvalidPermissionNotFoundError
from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.elbv2.models import elbv2_backends

from local_aws.control import ec2_endpoints


def nat_gateway_tags_have_their_type() -> None:
    """DescribeTags calls the resource type of a NAT gateway natgateway; moto calls it nat-gateway."""
    ec2_utils.EC2_PREFIX_TO_RESOURCE["nat"] = "natgateway"


def unknown_nat_gateways_are_errors() -> None:
    """Describe and delete of an unknown id are NatGatewayNotFound; moto lists nothing, or fails with AttributeError."""
    original_describe, original_delete = EC2Backend.describe_nat_gateways, EC2Backend.delete_nat_gateway

    def check(self: Any, ids: list[str]) -> None:
        for unknown in [item for item in ids if item not in self.nat_gateways]:
            raise EC2ClientError("NatGatewayNotFound", f"NatGateway {unknown} was not found")

    def describe_nat_gateways(self: Any, filters: Any, nat_gateway_ids: list[str] | None) -> Any:
        check(self, nat_gateway_ids or [])
        return original_describe(self, filters, nat_gateway_ids)

    def delete_nat_gateway(self: Any, nat_gateway_id: str) -> Any:
        check(self, [nat_gateway_id])
        return original_delete(self, nat_gateway_id)

    EC2Backend.describe_nat_gateways, EC2Backend.delete_nat_gateway = describe_nat_gateways, delete_nat_gateway


def deleted_nat_gateways_free_their_address() -> None:
    """A NAT gateway that is deleted has given back its interface and Elastic IP; moto keeps both for ever.

    It is done by the next call that would see it, so that the profile may change while gateways are deleting.
    """
    for name in (
        "delete_nat_gateway",
        "delete_security_group",
        "delete_subnet",
        "delete_vpc",
        "describe_addresses",
        "detach_internet_gateway",
        "get_all_network_interfaces",
        "release_address",
    ):
        setattr(EC2Backend, name, _after_release(getattr(EC2Backend, name)))


def _after_release(operation: Any) -> Any:
    @functools.wraps(operation)
    def released(self: Any, *args: Any, **kwargs: Any) -> Any:
        _release(self)
        return operation(self, *args, **kwargs)

    return released


def _release(backend: Any) -> None:
    for gateway in backend.nat_gateways.values():
        if gateway.state == "deleted" and gateway._eni.id in backend.enis:
            for address in [item for item in backend.addresses if item.eni is gateway._eni]:
                backend.disassociate_address(association_id=address.association_id)
            del backend.enis[gateway._eni.id]


def associated_addresses_cannot_be_released() -> None:
    """ReleaseAddress of an associated Elastic IP is InvalidIPAddress.InUse; moto disassociates it."""
    original = EC2Backend.release_address

    def release_address(self: Any, address: str | None = None, allocation_id: str | None = None) -> None:
        for item in self.addresses:
            named = item.allocation_id == allocation_id if allocation_id else item.public_ip == address
            if named and item.association_id:
                raise EC2ClientError("InvalidIPAddress.InUse", f"Address {item.public_ip} is in use.")
        original(self, address, allocation_id)

    EC2Backend.release_address = release_address


def used_security_groups_cannot_be_deleted() -> None:
    """A group that a rule, interface, load balancer or VPC link names is a DependencyViolation; moto deletes it."""
    original = EC2Backend.delete_security_group

    def delete_security_group(self: Any, name: str | None = None, group_id: str | None = None) -> None:
        group = self.get_security_group_from_id(group_id) if group_id else self.get_security_group_by_name_or_id(name)
        # The default group goes with its VPC, whatever its rules say of itself.
        if group is not None and not group.is_default and _group_in_use(self, group.id):
            raise DependencyViolationError(f"resource {group.id} has a dependent object")
        original(self, name, group_id)

    EC2Backend.delete_security_group = delete_security_group


def _group_in_use(backend: Any, group_id: str) -> bool:
    for groups in backend.groups.values():
        for other in groups.values():
            rules = [*other.ingress_rules, *other.egress_rules] if other.id != group_id else []
            if any(rule.source_group.get("GroupId") == group_id for rule in rules):
                return True
    interfaces = (group.id for interface in backend.enis.values() for group in interface.group_set)
    balancers = (group for balancer in _load_balancers(backend) for group in balancer.security_groups or [])
    links = (group for link in _vpc_links(backend) for group in link.sg_ids or [])
    return any(group_id in used for used in (interfaces, balancers, links))


def descriptions_do_not_tell_rules_apart() -> None:
    """A rule that names a group is the same one whatever its description; to moto it is another.

    So moto's UpdateSecurityGroupRuleDescriptions does nothing for such rules, and a revocation has to repeat them.
    """
    original = SecurityGroupRule.__eq__

    def undescribed(rule: Any) -> Any:
        bare = copy.copy(rule)
        bare.source_group = {key: value for key, value in rule.source_group.items() if key != "Description"}
        return bare

    def same(self: Any, other: Any) -> bool:
        return bool(original(undescribed(self), undescribed(other)))

    SecurityGroupRule.__eq__ = same


def ipv6_egress_rules_are_revoked() -> None:
    """RevokeSecurityGroupEgress takes IPv6 blocks in any VPC; moto passes over them where the VPC has none itself."""
    original = EC2Backend.revoke_security_group_egress

    def revoke_security_group_egress(self: Any, **request: Any) -> None:
        blocks = [item for item in request["ip_ranges"] if "CidrIpv6" in item]
        group = self.get_security_group_by_name_or_id(request["group_name_or_id"], request.get("vpc_id"))
        if blocks and group is not None:
            ports = (request["ip_protocol"], group.group_id, request["from_port"], request["to_port"])
            named = list(self._iterate_security_rules(*ports, blocks, [], [], is_egress=True))
            if any(rule not in group.egress_rules for rule in named):
                raise InvalidPermissionNotFoundError
            group.egress_rules = [rule for rule in group.egress_rules if rule not in named]
            request["ip_ranges"] = [item for item in request["ip_ranges"] if item not in blocks]
        original(self, **request)

    EC2Backend.revoke_security_group_egress = revoke_security_group_egress


def used_subnets_cannot_be_deleted() -> None:
    """A subnet with an interface, load balancer or VPC link is a DependencyViolation; moto deletes it.

    Deleting a subnet also ends its route table association, which moto leaves to block the route table.
    """
    original = EC2Backend.delete_subnet

    def delete_subnet(self: Any, subnet_id: str) -> Any:
        if _subnet_in_use(self, subnet_id):
            raise DependencyViolationError(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
        subnet = original(self, subnet_id)
        for table in self.route_tables.values():
            for association in [key for key, target in table._associations.items() if target == subnet_id]:
                del table._associations[association]
        return subnet

    EC2Backend.delete_subnet = delete_subnet


def _subnet_in_use(backend: Any, subnet_id: str) -> bool:
    interfaces = (interface.subnet.id for interface in backend.enis.values())
    balancers = (subnet.id for balancer in _load_balancers(backend) for subnet in balancer.subnets)
    links = (subnet for link in _vpc_links(backend) for subnet in link.subnet_ids or [])
    return any(subnet_id in used for used in (interfaces, balancers, links))


def used_vpcs_cannot_be_deleted() -> None:
    """A VPC with an internet gateway or an own security group is a DependencyViolation; moto deletes it."""
    original = EC2Backend.delete_vpc

    def delete_vpc(self: Any, vpc_id: str) -> Any:
        gateways = any(gateway.vpc and gateway.vpc.id == vpc_id for gateway in self.internet_gateways.values())
        groups = any(not group.is_default for group in self.groups.get(vpc_id, {}).values())
        if gateways or groups:
            raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
        return original(self, vpc_id)

    EC2Backend.delete_vpc = delete_vpc


def internet_gateways_stay_while_addresses_are_mapped() -> None:
    """DetachInternetGateway with an Elastic IP in use in the VPC is a DependencyViolation; moto detaches."""
    original = EC2Backend.detach_internet_gateway

    def detach_internet_gateway(self: Any, internet_gateway_id: str, vpc_id: str) -> None:
        if any(address.eni and address.eni.subnet.vpc_id == vpc_id for address in self.addresses):
            raise DependencyViolationError(
                f"Network {vpc_id} has some mapped public address(es). "
                "Please unmap those public address(es) before detaching the gateway."
            )
        original(self, internet_gateway_id, vpc_id)

    EC2Backend.detach_internet_gateway = detach_internet_gateway


def _load_balancers(backend: Any) -> Iterator[Any]:
    yield from list(elbv2_backends[backend.account_id][backend.region_name].load_balancers.values())


def _vpc_links(backend: Any) -> Iterator[Any]:
    """Links that still have interfaces: all but the deleted ones."""
    for link in list(apigatewayv2_backends[backend.account_id][backend.region_name].vpc_links.values()):
        if link.status != "DELETED":
            yield link


def apply() -> None:
    """Install all of them; the last one goes around what the others have put in place."""
    nat_gateway_tags_have_their_type()
    unknown_nat_gateways_are_errors()
    associated_addresses_cannot_be_released()
    used_security_groups_cannot_be_deleted()
    descriptions_do_not_tell_rules_apart()
    ipv6_egress_rules_are_revoked()
    used_subnets_cannot_be_deleted()
    used_vpcs_cannot_be_deleted()
    internet_gateways_stay_while_addresses_are_mapped()
    ec2_endpoints.apply()
    deleted_nat_gateways_free_their_address()
