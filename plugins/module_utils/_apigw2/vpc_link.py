# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""VPC links: what one is, what one shall be, and how to get there.

A link's subnets and security groups can never be changed, so a change makes a new link of the
same name. Integrations may still use the old one: it is deleted only by O(purge_replaced=true).

Private to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.selection import is_selected
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._values import (
    desired_tags,
    is_unknown,
    tag_changes,
    unknown,
)

# INACTIVE comes after 60 days without traffic: such a link works again some minutes after the next request.
USABLE = ("AVAILABLE", "INACTIVE")


@dataclass(frozen=True)
class Links:
    """The links of one name: the one that fits, and those that it replaces."""

    current: dict[str, Any] | None
    replaced: list[dict[str, Any]]


def settings(link: dict[str, Any] | None) -> dict[str, Any]:
    """Return the settings of a link that are compared; {} for no link."""
    if link is None:
        return {}
    return {
        "name": link["Name"],
        "subnets": sorted(link["SubnetIds"]),
        "security_groups": sorted(link["SecurityGroupIds"]),
        "tags": dict(link.get("Tags") or {}),
    }


def choose(found: list[dict[str, Any]], name: str, subnets: list[str] | None, groups: list[str] | None) -> Links:
    """Pick, among all links of the account, the one that has the name and the wanted subnets and groups.

    Raises InputError when two links fit: which one is ours cannot be told.
    """
    named = [link for link in found if link["Name"] == name and link["VpcLinkStatus"] not in ("DELETING", "FAILED")]
    failed = [link for link in found if link["Name"] == name and link["VpcLinkStatus"] == "FAILED"]
    fitting = [
        link
        for link in named
        if (subnets is None or set(link["SubnetIds"]) == set(subnets))
        and (groups is None or set(link["SecurityGroupIds"]) == set(groups))
    ]
    if len(fitting) > 1:
        ids = ", ".join(sorted(link["VpcLinkId"] for link in fitting))
        raise InputError(f"{len(fitting)} VPC links are named {name} ({ids}): delete or rename all but one.")
    current = fitting[0] if fitting else None
    return Links(current, [link for link in named if link is not current] + failed)


def desired(params: dict[str, Any], links: Links) -> dict[str, Any]:
    """Return the settings that the link shall have; tags left out stay as they are, on a replacement too."""
    old = links.current or (links.replaced[0] if links.replaced else {})
    tags = desired_tags(old.get("Tags") or {}, params["tags"], params["purge_tags"])
    if links.current is None:
        # AWS refuses to create anything with tags of its own.
        tags = {key: value for key, value in tags.items() if not key.startswith("aws:")}
    return {
        "name": params["name"],
        "subnets": sorted(set(params["subnets"])),
        "security_groups": sorted(set(params["security_groups"])),
        "tags": tags,
    }


def describe(link: dict[str, Any]) -> dict[str, Any]:
    """Return a link in the form of the module's return values."""
    return {"vpc_link_id": link["VpcLinkId"], "state": link["VpcLinkStatus"], **settings(link)}


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Make the link, or replace it, and wait for it when asked to."""
    client = clients("apigatewayv2")
    links = choose(api.vpc_links(client), params["name"], params["subnets"], params["security_groups"])
    before = settings(links.current or (links.replaced[0] if links.replaced else None))
    after = desired(params, links)
    purged = links.replaced if params["purge_replaced"] else []
    actions = _actions(links, before, after, purged)
    if check_mode:
        link = {**after, "vpc_link_id": unknown(), "state": "PENDING"}
        if links.current:
            link = {**describe(links.current), **after}
    else:
        link = _apply(client, params, links, after, purged)
    replaced = [old["VpcLinkId"] for old in links.replaced if old not in purged]
    wait_for = [] if link["state"] in USABLE else [{"vpc_link": link["vpc_link_id"]}]
    result = {"vpc_link": link, "replaced_vpc_link_ids": sorted(replaced), "wait_for": wait_for}
    return Outcome(before, after, actions, result)


def _actions(links: Links, before: dict[str, Any], after: dict[str, Any], purged: list[dict[str, Any]]) -> list[str]:
    actions = []
    if links.current is None:
        why = " (its subnets or security groups differ)" if links.replaced else ""
        actions.append(f"create VPC link {after['name']}{why}")
    elif before["tags"] != after["tags"]:
        actions.append(f"update tags of VPC link {after['name']}")
    return actions + [f"delete replaced VPC link {old['VpcLinkId']}" for old in purged]


def _apply(
    client: Client, params: dict[str, Any], links: Links, after: dict[str, Any], purged: list[dict[str, Any]]
) -> dict[str, Any]:
    if links.current is None:
        made = api.create_vpc_link(client, after["name"], after["subnets"], after["security_groups"], after["tags"])
        link_id = made["VpcLinkId"]
    else:
        link_id = links.current["VpcLinkId"]
        _retag(client, link_id, links.current.get("Tags") or {}, after["tags"])
    if params["wait"]:
        _wait_usable(client, link_id, params["wait_timeout"])
    for old in purged:
        api.delete_vpc_link(client, old["VpcLinkId"])
    return describe(api.vpc_link(client, link_id) or {})


def _retag(client: Client, link_id: str, current: dict[str, str], wanted: dict[str, str]) -> None:
    to_set, to_remove = tag_changes(current, wanted)
    arn = f"arn:{client.meta.partition}:apigateway:{client.meta.region_name}::/vpclinks/{link_id}"
    if to_set:
        api.tag(client, arn, to_set)
    if to_remove:
        api.untag(client, arn, to_remove)


def _wait_usable(client: Client, link_id: str, timeout: float) -> None:
    link: dict[str, Any] = {}

    def usable() -> bool:
        nonlocal link
        link = api.vpc_link(client, link_id) or {"VpcLinkStatus": "deleted"}
        if link["VpcLinkStatus"] in ("FAILED", "deleted"):
            why = link.get("VpcLinkStatusMessage") or "no reason given"
            raise AnsibleAWSError(message=f"VPC link {link_id} is {link['VpcLinkStatus']}: {why}.")
        return link["VpcLinkStatus"] in USABLE

    _wait.until(f"VPC link {link_id} to become available", usable, timeout, lambda: link["VpcLinkStatus"])


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete every link of the name, and wait until AWS says that it is gone."""
    client = clients("apigatewayv2")
    found = [link for link in api.vpc_links(client) if link["Name"] == params["name"]]
    live = [link for link in found if link["VpcLinkStatus"] != "DELETING"]
    wait_for = [] if check_mode or params["wait"] else [{"vpc_link": link["VpcLinkId"]} for link in found]
    if not check_mode:
        for link in live:
            api.delete_vpc_link(client, link["VpcLinkId"])
        if params["wait"]:
            for link in found:
                _wait_gone(client, link["VpcLinkId"], params["wait_timeout"])
    actions = [f"delete VPC link {link['Name']} ({link['VpcLinkId']})" for link in live]
    return Outcome(settings(live[0] if live else None), {}, actions, {"wait_for": wait_for})


def _wait_gone(client: Client, link_id: str, timeout: float) -> None:
    state = ""

    def gone() -> bool:
        nonlocal state
        link = api.vpc_link(client, link_id)
        state = link["VpcLinkStatus"] if link else ""
        return link is None

    _wait.until(f"VPC link {link_id} to be deleted", gone, timeout, lambda: state)


def list_described(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Describe the VPC links that the options of an info module select."""
    client = clients("apigatewayv2")
    link_id = params["vpc_link_id"]
    if is_unknown(link_id):
        found = []
    elif link_id:
        found = [link for link in [api.vpc_link(client, link_id)] if link]
    else:
        found = api.vpc_links(client)
    chosen = sorted((link for link in found if is_selected(params, link)), key=lambda link: link["VpcLinkId"])
    chosen.sort(key=lambda link: str(link["Name"]))
    return Outcome({}, {}, [], {"vpc_links": [describe(link) for link in chosen]})
