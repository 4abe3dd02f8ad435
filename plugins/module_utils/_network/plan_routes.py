# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The steps that make route tables, their default routes and their associations right.

Private to the collection.
"""

from __future__ import annotations

from functools import partial

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._network import waiting, write_api
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import DEFAULT_ROUTE
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import Parts
from ansible_collections.orchestra.aws.plugins.module_utils._network.removal import delete_table_step
from ansible_collections.orchestra.aws.plugins.module_utils._network.settings import (
    INTERNET,
    NAT,
    Settings,
    superfluous_key,
)
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import Phase, Step, Work
from ansible_collections.orchestra.aws.plugins.module_utils._network.tagging import id_in, retag_steps


def table_steps(before: Settings, after: Settings, parts: Parts) -> list[Step]:
    """Return the steps for all route tables of the network."""
    now = before.get("route_tables", {})
    steps = []
    for key, wanted in after["route_tables"].items():
        moved = [cidr for cidr in wanted["subnets"] if cidr in parts.associations]
        steps += _one_table(key, now.get(key), wanted, careful=bool(moved))
        steps += [
            _associate(key, cidr, after["subnets"][cidr]["tags"]["Name"])
            for cidr in wanted["subnets"]
            if cidr not in (now.get(key) or {"subnets": []})["subnets"]
        ]
    for table in parts.superfluous_tables:
        name = superfluous_key(table, "RouteTableId", after["route_tables"])
        steps.append(delete_table_step(name, table["RouteTableId"]))
    return steps


def _one_table(key: str, now: Settings | None, wanted: Settings, careful: bool) -> list[Step]:
    """careful: subnets use a route now, which must not lead to a NAT gateway that is not available yet."""
    steps = []
    if now is None:

        def create(work: Work) -> None:
            work.ids.tables[key] = write_api.create_route_table(work.ec2, work.ids.vpc, wanted["tags"])

        steps.append(Step(Phase.PARTS, [f"create route table {key}"], create))
    else:
        steps += retag_steps(f"route table {key}", id_in("tables", key), now["tags"], wanted["tags"])
    current, target = (now or {"default_route": None})["default_route"], wanted["default_route"]
    if current == target:
        return steps
    if target is None:
        return [
            *steps,
            Step(Phase.ROUTES, [f"delete route {DEFAULT_ROUTE} of {key} to {current}"], partial(_drop, key)),
        ]
    was = f" (was {current})" if current else ""
    action = f"route {DEFAULT_ROUTE} of {key} to {target}{was}"
    return [*steps, Step(Phase.ROUTES, [action], partial(_route, key, current is not None, target, careful))]


def _drop(key: str, work: Work) -> None:
    write_api.delete_route(work.ec2, work.ids.tables[key], DEFAULT_ROUTE)


def _route(key: str, exists: bool, target: str, careful: bool, work: Work) -> None:
    call = write_api.replace_route if exists else write_api.create_route
    table_id = work.ids.tables[key]
    if target == INTERNET:
        call(work.ec2, table_id, DEFAULT_ROUTE, {"GatewayId": work.ids.internet_gateway})
        return
    gateway_id = work.ids.nat_gateways[target.removeprefix(NAT)]
    way = {"NatGatewayId": gateway_id}
    if careful:
        waiting.available(waiting.NAT_GATEWAY, work.ec2, [gateway_id], work.timeout)
    try:
        call(work.ec2, table_id, DEFAULT_ROUTE, way)
    except AnsibleAWSError:
        if careful:
            raise
        # AWS does not say whether it takes a route to a NAT gateway that is still pending.
        waiting.available(waiting.NAT_GATEWAY, work.ec2, [gateway_id], work.timeout)
        call(work.ec2, table_id, DEFAULT_ROUTE, way)


def _associate(key: str, cidr: str, name: str) -> Step:
    def associate(work: Work) -> None:
        table_id = work.ids.tables[key]
        if cidr in work.ids.associations:
            write_api.replace_association(work.ec2, work.ids.associations[cidr], table_id)
        else:
            write_api.associate_route_table(work.ec2, work.ids.subnets[cidr], table_id)

    return Step(Phase.ASSOCIATIONS, [f"associate subnet {name} with route table {key}"], associate)
