# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The steps from the settings that a network has to those that it shall have. Planning calls nothing.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._network import write_api
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import Parts
from ansible_collections.orchestra.aws.plugins.module_utils._network.plan_endpoints import endpoint_steps
from ansible_collections.orchestra.aws.plugins.module_utils._network.plan_flow_log import flow_log_steps
from ansible_collections.orchestra.aws.plugins.module_utils._network.plan_groups import group_steps
from ansible_collections.orchestra.aws.plugins.module_utils._network.plan_routes import table_steps
from ansible_collections.orchestra.aws.plugins.module_utils._network.removal import (
    await_nat_gateway_step,
    delete_nat_gateway_step,
    release_address_step,
)
from ansible_collections.orchestra.aws.plugins.module_utils._network.settings import Settings, superfluous_key
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import Phase, Step, Work
from ansible_collections.orchestra.aws.plugins.module_utils._network.tagging import id_in, retag_steps

# What AWS gives every new VPC.
_NEW_DNS = {"enable_dns_support": True, "enable_dns_hostnames": False}
_DNS_ATTRIBUTES = {"enable_dns_support": "EnableDnsSupport", "enable_dns_hostnames": "EnableDnsHostnames"}


def plan(name: str, before: Settings, after: Settings, parts: Parts) -> list[Step]:
    """Return the steps, in no particular order: their phases order them."""
    return [
        *_vpc_steps(name, before.get("vpc"), after["vpc"]),
        *_internet_gateway_steps(name, before.get("internet_gateway"), after.get("internet_gateway")),
        *_subnet_steps(before.get("subnets", {}), after["subnets"]),
        *_address_steps(before.get("elastic_ips", {}), after.get("elastic_ips", {})),
        *_nat_gateway_steps(before.get("nat_gateways", {}), after.get("nat_gateways", {})),
        *table_steps(before, after, parts),
        *group_steps(before.get("security_groups", {}), after.get("security_groups", {}), parts),
        *endpoint_steps(before.get("endpoints", {}), after.get("endpoints", {}), parts, _loses_way(before, after)),
        *flow_log_steps(name, *_logs(before, after, parts), parts.superfluous_flow_logs),
        *_superfluous_steps(parts, after.get("nat_gateways", {})),
    ]


def _loses_way(before: Settings, after: Settings) -> bool:
    """Tell whether private subnets have a default route that they shall not have any more."""
    now, wanted = before.get("route_tables", {}), after["route_tables"]
    return any(key in now and now[key]["default_route"] and not wanted[key]["default_route"] for key in wanted)


def _logs(before: Settings, after: Settings, parts: Parts) -> tuple[Settings | None, Settings | None]:
    """Return the flow log that stays or is replaced, and the one that shall be."""
    now = before["flow_logs"][0] if parts.flow_log else None
    return now, next(iter(after.get("flow_logs", [])), None)


def _vpc_steps(name: str, before: Settings | None, after: Settings) -> list[Step]:
    steps = []
    if before is None:

        def create(work: Work) -> None:
            work.ids.vpc = write_api.create_vpc(work.ec2, after["cidr_block"], after["tags"])

        steps.append(Step(Phase.VPC, [f"create VPC {name} ({after['cidr_block']})"], create))
    else:
        steps += retag_steps(f"VPC {name}", lambda ids: ids.vpc, before["tags"], after["tags"])
    now = before or _NEW_DNS
    changed = [option for option in _DNS_ATTRIBUTES if now[option] != after[option]]
    if not after["enable_dns_support"]:
        changed.reverse()  # AWS wants host names off before support, and on after it.

    def set_attributes(work: Work) -> None:
        for option in changed:
            write_api.set_vpc_attribute(work.ec2, work.ids.vpc, _DNS_ATTRIBUTES[option], after[option])

    if changed:
        said = [f"set {option}={str(after[option]).lower()} on VPC {name}" for option in changed]
        steps.append(Step(Phase.PARTS, said, set_attributes))
    return steps


def _internet_gateway_steps(name: str, before: Settings | None, after: Settings | None) -> list[Step]:
    if after is None:
        return []
    if before is not None:
        steps = retag_steps(f"internet gateway {name}", lambda ids: ids.internet_gateway, before["tags"], after["tags"])
        if before["attached"]:
            return steps

        def attach(work: Work) -> None:
            write_api.attach_internet_gateway(work.ec2, work.ids.internet_gateway, work.ids.vpc)

        return [*steps, Step(Phase.PARTS, [f"attach internet gateway {name}"], attach)]

    def create(work: Work) -> None:
        work.ids.internet_gateway = write_api.create_internet_gateway(work.ec2, after["tags"])
        write_api.attach_internet_gateway(work.ec2, work.ids.internet_gateway, work.ids.vpc)

    return [Step(Phase.PARTS, [f"create internet gateway {name}"], create)]


def _subnet_steps(before: Settings, after: Settings) -> list[Step]:
    return [step for cidr, wanted in after.items() for step in _one_subnet(cidr, before.get(cidr), wanted)]


def _one_subnet(cidr: str, now: Settings | None, wanted: Settings) -> list[Step]:
    name, zone = wanted["tags"]["Name"], wanted["availability_zone"]
    steps = []
    if now is None:

        def create(work: Work) -> None:
            work.ids.subnets[cidr] = write_api.create_subnet(work.ec2, work.ids.vpc, cidr, zone, wanted["tags"])

        steps.append(Step(Phase.PARTS, [f"create subnet {name} ({cidr}, {zone})"], create))
    else:
        steps += retag_steps(f"subnet {name}", id_in("subnets", cidr), now["tags"], wanted["tags"])
    mapped = wanted.get("map_public_ip")
    if mapped is None or mapped == (now or {"map_public_ip": False})["map_public_ip"]:
        return steps

    def map_public_ip(work: Work) -> None:
        write_api.set_map_public_ip(work.ec2, work.ids.subnets[cidr], mapped)

    return [*steps, Step(Phase.GATEWAYS, [f"set map_public_ip={str(mapped).lower()} on subnet {name}"], map_public_ip)]


def _address_steps(before: Settings, after: Settings) -> list[Step]:
    steps = []
    for name, wanted in after.items():
        if name in before:
            steps += retag_steps(f"Elastic IP {name}", id_in("addresses", name), before[name]["tags"], wanted["tags"])
        else:
            steps.append(_allocate(name, wanted["tags"]))
    return steps


def _allocate(name: str, tags: dict[str, str]) -> Step:
    def allocate(work: Work) -> None:
        work.ids.addresses[name] = write_api.allocate_address(work.ec2, tags)

    return Step(Phase.PARTS, [f"allocate Elastic IP {name}"], allocate)


def _nat_gateway_steps(before: Settings, after: Settings) -> list[Step]:
    steps = []
    for name, wanted in after.items():
        if name in before:
            now = before[name]["tags"]
            steps += retag_steps(f"NAT gateway {name}", id_in("nat_gateways", name), now, wanted["tags"])
        else:
            steps.append(_create_nat_gateway(name, wanted))
    return steps


def _create_nat_gateway(name: str, wanted: Settings) -> Step:
    def create(work: Work) -> None:
        subnet_id, address_id = work.ids.subnets[wanted["subnet"]], work.ids.addresses[name]
        work.ids.nat_gateways[name] = write_api.create_nat_gateway(work.ec2, subnet_id, address_id, wanted["tags"])

    return Step(Phase.GATEWAYS, [f"create NAT gateway {name} in subnet {wanted['subnet']}"], create)


def _superfluous_steps(parts: Parts, wanted: Settings) -> list[Step]:
    steps = []
    for gateway in parts.superfluous_nat_gateways:
        name = superfluous_key(gateway, "NatGatewayId", wanted)
        steps.append(delete_nat_gateway_step(name, gateway["NatGatewayId"]))
    steps += [await_nat_gateway_step(gateway["NatGatewayId"]) for gateway in parts.ending_nat_gateways]
    for address in parts.superfluous_addresses:
        name = superfluous_key(address, "AllocationId", wanted)
        steps.append(release_address_step(name, address))
    return steps
