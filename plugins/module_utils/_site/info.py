# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What a site has in AWS, found by its names and tags, in one threaded look. Changes nothing.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._account.caller import Caller
from ansible_collections.orchestra.aws.plugins.module_utils._account.caller import caller as found_caller
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api as apigw2
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2_api
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import load_balancer_api
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2.listener import target_groups
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2.load_balancer import PROTECTION
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._network import api as network_api
from ansible_collections.orchestra.aws.plugins.module_utils._network import found as network_found
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import api as sfn
from ansible_collections.orchestra.aws.plugins.module_utils._site import (
    cost_found,
    existing,
    extras,
    resources,
    services_info,
    workflow_info,
)


def gather(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Look up what O(gather) names. A part that does not exist is null or empty."""
    del check_mode  # Looking is the same in check mode.
    name, wanted = params["name"], params["gather"]
    caller = found_caller(clients)
    looks = [_look(part, name, caller, clients, params["tags"] or {}) for part in wanted]
    return Outcome({}, {}, [], {"caller": caller, **dict(zip(wanted, concurrently(*looks), strict=True))})


def _look(part: str, name: str, caller: Caller, clients: Clients, tags: dict[str, str]) -> Callable[[], Any]:
    """Make the clients of a part now, for clients are not made in threads, and return what looks it up."""
    match part:
        case "network":
            return partial(_network, clients("ec2"), clients("elbv2"), name)
        case "api":
            return partial(_api, clients("apigatewayv2"), name)
        case "services":
            return partial(services_info.services, clients("ecs"), clients("elbv2"), name)
        case "workflow":
            return partial(workflow_info.workflow, clients("stepfunctions"), _machine_arn(name, caller))
        case "machine":
            return partial(_machine, clients("stepfunctions"), name, caller)
        case "protected":
            return partial(_protected, clients("elbv2"), name)
        case "existing":
            return existing.reader(clients, name, tags, _machine_arn(name, caller))
        case "ambiguous":
            return existing.ambiguity_reader(clients, name, tags)
        case "billed":
            return cost_found.reader(clients, name, caller["region"], _machine_arn(name, caller))
        case "extras":
            return extras.Reader(clients, name, caller)
        case _:
            return resources.reader(clients, name, tags, extras.Reader(clients, name, caller))


def _network(ec2: Client, elbv2: Client, name: str) -> dict[str, Any] | None:
    vpcs = network_api.vpcs(ec2, name)
    if len(vpcs) != 1:
        return None
    vpc_id = vpcs[0]["VpcId"]
    subnets, groups, listeners = together(
        lambda: network_api.subnets(ec2, vpc_id),
        lambda: network_api.security_groups(ec2, vpc_id),
        lambda: _listeners(elbv2, name),
    )
    ordered = sorted(subnets, key=lambda subnet: subnet["AvailabilityZone"])

    def named(kind: str) -> list[str]:
        return [subnet["SubnetId"] for subnet in ordered if (network_found.name_of(subnet) or "").startswith(kind)]

    return {
        "vpc_id": vpc_id,
        "public_subnet_ids": named(f"{name}-public"),
        "private_subnet_ids": named(f"{name}-private"),
        "security_group_ids": {group["GroupName"]: group["GroupId"] for group in groups},
        "listeners": listeners,
    }


def _listeners(elbv2: Client, name: str) -> list[dict[str, Any]]:
    """Return the port of each listener of the site's load balancer, and the name of the target group it serves."""
    balancer = elbv2_api.load_balancer(elbv2, name)
    found = elbv2_api.listeners(elbv2, balancer["LoadBalancerArn"]) if balancer else None
    return [
        {"port": listener["Port"], "target_group": arn.split("/")[1]}
        for listener in found or []
        for arn in target_groups(listener)
    ]


def _api(apigatewayv2: Client, name: str) -> dict[str, Any] | None:
    apis = [api for api in apigw2.http_apis(apigatewayv2) if api["Name"] == name]
    if len(apis) != 1:
        return None
    routes = apigw2.routes(apigatewayv2, apis[0]["ApiId"])
    return {
        "api_id": apis[0]["ApiId"],
        "endpoint": apis[0]["ApiEndpoint"],
        "routes": sorted(route["RouteKey"] for route in routes or []),
    }


def _machine_arn(name: str, caller: Caller) -> str:
    return f"arn:{caller['partition']}:states:{caller['region']}:{caller['account_id']}:stateMachine:{name}-workflow"


def _machine(stepfunctions: Client, name: str, caller: Caller) -> dict[str, Any] | None:
    """Return what the checks before a run need to know of the state machine."""
    machine = sfn.machine(stepfunctions, _machine_arn(name, caller))
    return None if machine is None else {"type": machine["type"], "status": machine["status"]}


def _protected(elbv2: Client, name: str) -> list[str]:
    """Return what AWS will not delete before its protection is switched off."""
    balancer = elbv2_api.load_balancer(elbv2, name)
    attributes = load_balancer_api.attributes(elbv2, balancer["LoadBalancerArn"]) if balancer else {}
    return [f"load balancer {name}"] if attributes.get(PROTECTION) == "true" else []
