# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Make, change and delete Application Load Balancers.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import load_balancer, load_balancer_api
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, together
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes, unknown

USABLE = ("active", "active_impaired")


@dataclass(frozen=True)
class Found:
    """A load balancer as AWS describes it."""

    balancer: dict[str, Any]
    attributes: dict[str, str]
    tags: dict[str, str]
    listeners: list[dict[str, Any]]

    @property
    def arn(self) -> str:
        return str(self.balancer["LoadBalancerArn"])


def find(client: Client, name: str) -> Found | None:
    """Describe the load balancer with all that belongs to it; None when there is none of this name."""
    balancer = load_balancer_api.load_balancer(client, name)
    if balancer is None:
        return None
    load_balancer.check_type(balancer)
    return _complete(client, balancer)


def _complete(client: Client, balancer: dict[str, Any]) -> Found:
    arn = balancer["LoadBalancerArn"]
    parts = together(
        partial(load_balancer_api.attributes, client, arn),
        partial(load_balancer_api.tags, client, arn),
        partial(load_balancer_api.listeners, client, arn),
    )
    return Found(balancer, *parts)


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Make the load balancer, or change what differs, and wait until it is active when asked to."""
    load_balancer.validate(params)
    wanted = load_balancer.wanted_attributes(params)
    client = clients("elbv2")
    found = find(client, params["name"])
    before: dict[str, Any] = {}
    if found:
        before = load_balancer.settings(found.balancer, load_balancer.managed(found.attributes, wanted), found.tags)
    after = load_balancer.desired(params, before, wanted)
    actions = load_balancer.sentences(before, after)
    result = _predict(client, found, after) if check_mode else _apply(client, params, found, before, after)
    wait_for = [] if result["state"] == "active" else [{"load_balancer": result["load_balancer_arn"]}]
    return Outcome(before, after, actions, {"load_balancer": result, "wait_for": wait_for})


def _describe(found: Found) -> dict[str, Any]:
    """Return a load balancer in the form of the module's return values."""
    return {
        "load_balancer_arn": found.arn,
        "dns_name": found.balancer["DNSName"],
        "canonical_hosted_zone_id": found.balancer.get("CanonicalHostedZoneId", ""),
        "state": found.balancer["State"]["Code"],
        "vpc_id": found.balancer["VpcId"],
        **load_balancer.settings(found.balancer, found.attributes, found.tags),
        "listeners": load_balancer.listeners(found.listeners),
    }


def _predict(client: Client, found: Found | None, after: Mapping[str, Any]) -> dict[str, Any]:
    if found:
        known = _describe(found)
    else:
        known = {
            "load_balancer_arn": unknown(f"arn:{client.meta.partition}:elasticloadbalancing:"),
            "dns_name": unknown(),
            "canonical_hosted_zone_id": unknown(),
            "state": "active",
            "vpc_id": unknown("vpc-"),
            "attributes": load_balancer.ATTRIBUTE_DEFAULTS,
            "listeners": [],
        }
    return {**known, **after, "attributes": {**known["attributes"], **after["attributes"]}}


def _apply(
    client: Client, params: dict[str, Any], found: Found | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    waiting = params["wait"] and not (found and found.balancer["State"]["Code"] in USABLE)
    arn = found.arn if found else _create(client, after)
    if found:
        _update(client, arn, before, after)
    attributes = load_balancer.attribute_changes(before, after)
    if attributes:
        load_balancer_api.set_attributes(client, arn, attributes)
    if found and before == after and not waiting:
        return _describe(found)
    if waiting:
        _wait_active(client, after["name"], arn, params["wait_timeout"])
    balancer = load_balancer_api.by_arn(client, arn)
    if balancer is None:
        raise AnsibleAWSError(message=f"Load balancer {after['name']} was deleted meanwhile.")
    return _describe(_complete(client, balancer))


def _create(client: Client, after: Mapping[str, Any]) -> str:
    made = load_balancer_api.create_load_balancer(
        client,
        after["name"],
        after["scheme"],
        after["ip_address_type"],
        after["subnets"],
        after["security_groups"],
        after["tags"],
    )
    return str(made["LoadBalancerArn"])


def _update(client: Client, arn: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    changed = {key for key in after if before[key] != after[key]}
    if "security_groups" in changed:
        load_balancer_api.set_security_groups(client, arn, after["security_groups"])
    if "subnets" in changed:
        # In one step: the new subnets may not have what the old address type needs, or the other way round.
        address_type = after["ip_address_type"] if "ip_address_type" in changed else None
        load_balancer_api.set_subnets(client, arn, after["subnets"], address_type)
    elif "ip_address_type" in changed:
        load_balancer_api.set_ip_address_type(client, arn, after["ip_address_type"])
    if "tags" in changed:
        to_set, to_remove = tag_changes(before["tags"], after["tags"])
        if to_set:
            load_balancer_api.tag(client, arn, to_set)
        if to_remove:
            load_balancer_api.untag(client, arn, to_remove)


def _wait_active(client: Client, name: str, arn: str, timeout: float) -> None:
    balancer: dict[str, Any] = {}

    def active() -> bool:
        nonlocal balancer
        balancer = load_balancer_api.by_arn(client, arn) or {"State": {"Code": "deleted"}}
        state = balancer["State"]
        if state["Code"] in ("failed", "deleted"):
            why = state.get("Reason") or "no reason given"
            raise AnsibleAWSError(message=f"Load balancer {name} is {state['Code']}: {why}.")
        return state["Code"] in USABLE

    _wait.until(f"load balancer {name} to become active", active, timeout, lambda: str(balancer["State"]["Code"]))


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the load balancer with its listeners, and wait until nothing of it holds a subnet or group any more."""
    load_balancer.validate(params)
    client = clients("elbv2")
    name = params["name"]
    found = find(client, name)
    protected = found is not None and found.attributes.get(load_balancer.PROTECTION) == "true"
    if protected and not params["force_deletion"]:
        raise InputError(
            f"Load balancer {name} is protected against deletion: set force_deletion, or switch off"
            " deletion_protection first."
        )
    actions = [f"switch off deletion protection of load balancer {name}"] if protected else []
    actions += [f"delete load balancer {name}"] if found else []
    if not check_mode:
        _delete(client, found, protected)
        _wait_gone(clients, params, found)
    before = load_balancer.settings(found.balancer, found.attributes, found.tags) if found else {}
    return Outcome(before, {}, actions)


def _delete(client: Client, found: Found | None, protected: bool) -> None:
    if found is None:
        return
    if protected:
        load_balancer_api.set_attributes(client, found.arn, {load_balancer.PROTECTION: "false"})
    load_balancer_api.delete_load_balancer(client, found.arn)


def _wait_gone(clients: Clients, params: dict[str, Any], found: Found | None) -> None:
    """Wait for the load balancer, then its network interfaces; also for those that an earlier run left behind."""
    if not params["wait"]:
        return
    name = params["name"]
    deadline = time.monotonic() + params["wait_timeout"]
    if found:
        client = clients("elbv2")
        gone = partial(_is_gone, client, found.arn)
        _wait.until(f"load balancer {name} to be deleted", gone, params["wait_timeout"])
    if params["wait_for_network_interfaces"]:
        _wait_released(clients("ec2"), name, max(0.0, deadline - time.monotonic()))


def _is_gone(client: Client, arn: str) -> bool:
    return load_balancer_api.by_arn(client, arn) is None


def _wait_released(ec2: Client, name: str, timeout: float) -> None:
    left: list[str] = []

    def released() -> bool:
        left[:] = load_balancer_api.network_interfaces(ec2, name)
        return not left

    what = f"the network interfaces of load balancer {name} to be released"
    _wait.until(what, released, timeout, lambda: f"{', '.join(left)} still there")
