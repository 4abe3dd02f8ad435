# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The steps that make VPC endpoints right.

Private to the collection.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._network import endpoints, waiting, write_api
from ansible_collections.orchestra.aws.plugins.module_utils._network.endpoints import Endpoint, Settings
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import Parts
from ansible_collections.orchestra.aws.plugins.module_utils._network.removal import delete_endpoint_step
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import Ids, Phase, Step, Work
from ansible_collections.orchestra.aws.plugins.module_utils._network.tagging import id_in, retag_steps

# Setting of an endpoint, where its ids are, and what ModifyVpcEndpoint calls them.
_LISTS = (
    ("subnets", "subnets", "SubnetIds"),
    ("security_groups", "groups", "SecurityGroupIds"),
    ("route_tables", "tables", "RouteTableIds"),
)


def endpoint_steps(before: Settings, after: Settings, parts: Parts, loses_way: bool) -> list[Step]:
    """Return the steps for the listed endpoints, and for ours that are listed no more.

    loses_way: private subnets lose their way out in the same run, so what takes its place has to work first.
    """
    steps = []
    for key, endpoint in parts.asked_endpoints.items():
        now = before.get(key)
        if now is None:
            steps.append(_create(endpoint, after[key], parts, loses_way))
            continue
        steps += retag_steps(f"{key} endpoint", id_in("endpoints", key), now["tags"], after[key]["tags"])
        steps += _change(key, now, after[key])
    return steps + [delete_endpoint_step(key, one["VpcEndpointId"]) for key, one in parts.superfluous_endpoints.items()]


def _create(endpoint: Endpoint, wanted: Settings, parts: Parts, loses_way: bool) -> Step:
    # Two endpoints of a service cannot answer to the same private name.
    leaving = [one["VpcEndpointId"] for one in parts.ending_endpoints if one["ServiceName"] == endpoint.service]

    def create(work: Work) -> None:
        for endpoint_id in leaving:
            waiting.gone(waiting.ENDPOINT, work.ec2, endpoint_id, work.timeout)
        more = _creation(endpoint, wanted, work.ids)
        made = write_api.create_endpoint(work.ec2, work.ids.vpc, endpoint.service, more, wanted["tags"])
        work.ids.endpoints[endpoint.key] = made
        if loses_way:
            waiting.available(waiting.ENDPOINT, work.ec2, [made], work.timeout)

    return Step(Phase.GATEWAYS, [f"create {endpoint.key} endpoint"], create)


def _creation(endpoint: Endpoint, wanted: Settings, ids: Ids) -> dict[str, Any]:
    more: dict[str, Any] = {"VpcEndpointType": endpoint.type.capitalize()}
    for setting, section, spelled in _LISTS:
        if setting in wanted:
            more[spelled] = _ids(wanted[setting], ids, section)
    if "private_dns" in wanted:
        more["PrivateDnsEnabled"] = wanted["private_dns"]
    if wanted["policy"] != endpoints.FULL_ACCESS:
        more["PolicyDocument"] = endpoints.policy_text(wanted["policy"])
    return more


def _ids(names: list[str], ids: Ids, section: str) -> list[str]:
    """Return the ids; what has no name of ours is an id already."""
    known: dict[str, str] = getattr(ids, section)
    return [known.get(name, name) for name in names]


def _change(key: str, now: Settings, wanted: Settings) -> list[Step]:
    said, changes = [], []
    for setting, section, spelled in _LISTS:
        added = sorted(set(wanted.get(setting, [])) - set(now.get(setting, [])))
        removed = sorted(set(now.get(setting, [])) - set(wanted.get(setting, [])))
        changes += [(f"{verb}{spelled}", section, names) for verb, names in (("Add", added), ("Remove", removed))]
        said += [f"{verb} {name}" for verb, names in (("add", added), ("remove", removed)) for name in names]
    plain: dict[str, Any] = {}
    if now.get("private_dns") != wanted.get("private_dns"):
        plain["PrivateDnsEnabled"] = wanted["private_dns"]
        said.append(f"set private_dns={str(wanted['private_dns']).lower()}")
    if not endpoints.same_policy(now["policy"], wanted["policy"]):
        full = wanted["policy"] == endpoints.FULL_ACCESS
        plain |= {"ResetPolicy": True} if full else {"PolicyDocument": endpoints.policy_text(wanted["policy"])}
        said.append("change its policy")
    if not said:
        return []
    action = f"update {key} endpoint: {', '.join(said)}"
    return [Step(Phase.GATEWAYS, [action], partial(_modify, key, changes, plain))]


def _modify(key: str, changes: list[tuple[str, str, list[str]]], plain: dict[str, Any], work: Work) -> None:
    lists = {spelled: _ids(names, work.ids, section) for spelled, section, names in changes if names}
    write_api.modify_endpoint(work.ec2, work.ids.endpoints[key], {**lists, **plain})
