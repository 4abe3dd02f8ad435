# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The steps that delete a whole network, in the order that AWS demands. Nothing outside the VPC is touched.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._network import endpoints, waiting, write_api
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Described, Found, name_of
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import explicit_subnets, is_main, made_for
from ansible_collections.orchestra.aws.plugins.module_utils._network.removal import (
    await_endpoint_step,
    await_nat_gateway_step,
    delete_endpoint_step,
    delete_flow_log_step,
    delete_group_steps,
    delete_nat_gateway_step,
    delete_table_step,
    release_address_step,
    revoke_references_step,
)
from ansible_collections.orchestra.aws.plugins.module_utils._network.settings import Settings, tags_of
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import Phase, Step, Work


def removal_plan(params: Mapping[str, Any], found: Found) -> list[Step]:
    """Return the steps that delete the VPC and what is in it; none when there is no VPC."""
    if found.vpc is None:
        return []
    vpc_id = found.vpc["VpcId"]
    return [
        *(delete_flow_log_step(one["FlowLogId"]) for one in found.flow_logs),
        *(
            delete_endpoint_step(endpoints.key_of(one, found.region), one["VpcEndpointId"])
            for one in endpoints.live(found)
        ),
        *(await_endpoint_step(one["VpcEndpointId"]) for one in endpoints.ending(found)),
        *_nat_gateway_steps(found),
        *(release_address_step(str(name_of(address)), address) for address in _addresses(params, found)),
        _interfaces_step(vpc_id, found),
        *_group_steps(found),
        *_table_steps(found),
        *(_subnet_step(subnet) for subnet in found.subnets),
        *(_internet_gateway_step(gateway, vpc_id) for gateway in found.internet_gateways if found.attached(gateway)),
        *(
            _loose_internet_gateway_step(gateway)
            for gateway in found.internet_gateways
            if not gateway.get("Attachments") and name_of(gateway) == params["name"]
        ),
        Step(Phase.DELETE_VPC, [f"delete VPC {params['name']} ({vpc_id})"], partial(_delete_vpc, vpc_id)),
    ]


def removed_settings(found: Found) -> Settings:
    """Return what is there, for the difference that is shown; {} without a VPC."""
    if found.vpc is None:
        return {}
    return {
        "vpc": {"cidr_block": found.vpc["CidrBlock"], **found.dns, "tags": tags_of(found.vpc)},
        "subnets": sorted(subnet["CidrBlock"] for subnet in found.subnets),
        "internet_gateways": sorted(
            gateway["InternetGatewayId"] for gateway in found.internet_gateways if found.attached(gateway)
        ),
        "nat_gateways": sorted(gateway["NatGatewayId"] for gateway in found.live_nat_gateways),
        "route_tables": sorted(table["RouteTableId"] for table in found.route_tables if not is_main(table)),
        "security_groups": sorted(group["GroupName"] for group in _own_groups(found)),
        "endpoints": sorted(endpoints.key_of(one, found.region) for one in endpoints.live(found)),
        "flow_logs": sorted(one["FlowLogId"] for one in found.flow_logs),
    }


def _own_groups(found: Found) -> list[Described]:
    """Return all groups but the default one, which AWS deletes with the VPC."""
    return [group for group in found.security_groups if group["GroupName"] != "default"]


def _nat_gateway_steps(found: Found) -> list[Step]:
    steps = []
    for gateway in found.nat_gateways:
        gateway_id = gateway["NatGatewayId"]
        if gateway["State"] == "deleting":
            steps.append(await_nat_gateway_step(gateway_id))
        elif gateway["State"] in ("pending", "available"):  # A failed one holds nothing and goes by itself.
            steps.append(delete_nat_gateway_step(name_of(gateway) or "without a name", gateway_id))
    return steps


def _addresses(params: Mapping[str, Any], found: Found) -> list[Described]:
    """Return the Elastic IPs that were made for this network and are free, or will be with its NAT gateways."""
    freed = {
        used.get("AllocationId")
        for gateway in found.nat_gateways
        if gateway["State"] != "deleted"
        for used in gateway["NatGatewayAddresses"]
    }
    ours = [address for address in found.addresses if made_for(params, address)]
    return [address for address in ours if found.free(address) or address["AllocationId"] in freed]


def _interfaces_step(vpc_id: str, found: Found) -> Step:
    ignored = {
        str(used.get("NetworkInterfaceId")) for gateway in found.nat_gateways for used in gateway["NatGatewayAddresses"]
    }

    def wait(work: Work) -> None:
        waiting.interfaces_gone(work.ec2, vpc_id, ignored, work.timeout)

    return Step(Phase.WAIT_FOR_INTERFACES, [], wait)


def _group_steps(found: Found) -> list[Step]:
    default = [group for group in found.security_groups if group["GroupName"] == "default"]
    return [*delete_group_steps(_own_groups(found)), *(revoke_references_step(group) for group in default)]


def _table_steps(found: Found) -> list[Step]:
    steps = []
    for table in found.route_tables:
        for association_id in explicit_subnets(table).values():
            steps.append(Step(Phase.DISASSOCIATE, [], partial(_disassociate, association_id)))
        if not is_main(table):
            steps.append(delete_table_step(name_of(table) or "without a name", table["RouteTableId"]))
    return steps


def _disassociate(association_id: str, work: Work) -> None:
    write_api.disassociate_route_table(work.ec2, association_id)


def _subnet_step(subnet: Described) -> Step:
    def delete(work: Work) -> None:
        write_api.delete_subnet(work.ec2, subnet["SubnetId"])

    name = name_of(subnet) or subnet["SubnetId"]
    return Step(Phase.DELETE_SUBNETS, [f"delete subnet {name} ({subnet['CidrBlock']})"], delete)


def _internet_gateway_step(gateway: Described, vpc_id: str) -> Step:
    gateway_id = gateway["InternetGatewayId"]

    def delete(work: Work) -> None:
        write_api.detach_internet_gateway(work.ec2, gateway_id, vpc_id)
        write_api.delete_internet_gateway(work.ec2, gateway_id)

    return Step(Phase.DELETE_INTERNET_GATEWAY, [f"delete internet gateway {gateway_id}"], delete)


def _loose_internet_gateway_step(gateway: Described) -> Step:
    gateway_id = gateway["InternetGatewayId"]

    def delete(work: Work) -> None:
        write_api.delete_internet_gateway(work.ec2, gateway_id)

    return Step(Phase.DELETE_INTERNET_GATEWAY, [f"delete internet gateway {gateway_id}"], delete)


def _delete_vpc(vpc_id: str, work: Work) -> None:
    write_api.delete_vpc(work.ec2, vpc_id)
