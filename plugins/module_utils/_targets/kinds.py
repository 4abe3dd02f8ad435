# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The kinds of targets: how each is looked at, in bulk where AWS allows, and what its states mean.

Private to the collection.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api as apigw2_api
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import rollout
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import api as lambda_api
from ansible_collections.orchestra.aws.plugins.module_utils._lambda.status import lambda_function_status
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._network import api as network_api
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import api as sfn_api
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import names
from ansible_collections.orchestra.aws.plugins.module_utils._targets import absence, api
from ansible_collections.orchestra.aws.plugins.module_utils._targets.target import Kind, Status, Target, judge


def nat_gateways(clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    found = network_api.nat_gateways_by_id(clients("ec2"), [target.id for target in targets])
    by_id = {gateway["NatGatewayId"]: gateway for gateway in found}
    return {target: nat_gateway_status(by_id[target.id]) for target in targets if target.id in by_id}


def nat_gateway_status(gateway: dict[str, Any]) -> Status:
    return judge(gateway["State"], ("available",), ("pending",), gateway.get("FailureMessage"))


def vpc_endpoints(clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    found = network_api.endpoints_by_id(clients("ec2"), [target.id for target in targets])
    by_id = {endpoint["VpcEndpointId"]: endpoint for endpoint in found}
    return {target: vpc_endpoint_status(by_id[target.id]) for target in targets if target.id in by_id}


def vpc_endpoint_status(endpoint: dict[str, Any]) -> Status:
    # EC2's documentation and its answers differ in the case of the state.
    why = (endpoint.get("LastError") or {}).get("Message")
    return judge(endpoint["State"].lower(), ("available",), ("pending",), why)


def load_balancers(clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    found: dict[str, dict[str, Any]] = {}
    for balancer in api.load_balancers(clients("elbv2")):
        found |= {balancer["LoadBalancerArn"]: balancer, balancer["LoadBalancerName"]: balancer}
    return {target: load_balancer_status(found[target.id]) for target in targets if target.id in found}


def load_balancer_status(balancer: dict[str, Any]) -> Status:
    # active_impaired routes requests too; AWS has not found the resources to scale it.
    state = balancer["State"]
    return judge(state["Code"], ("active", "active_impaired"), ("provisioning",), state.get("Reason"))


def vpc_links(clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    links = {link["VpcLinkId"]: link for link in apigw2_api.vpc_links(clients("apigatewayv2"))}
    return {target: vpc_link_status(links[target.id]) for target in targets if target.id in links}


def vpc_link_status(link: dict[str, Any]) -> Status:
    # INACTIVE comes after 60 days without traffic; the next request wakes the link.
    return judge(link["VpcLinkStatus"], ("AVAILABLE", "INACTIVE"), ("PENDING",), link.get("VpcLinkStatusMessage"))


def lambda_functions(clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    client = clients("lambda")
    found = concurrently(*(partial(lambda_api.configuration, client, target.id) for target in targets))
    return {
        target: lambda_function_status(function)
        for target, function in zip(targets, found, strict=True)
        if function is not None
    }


def state_machines(clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    client = clients("stepfunctions")
    arns = [names.machine_arn(clients, target.id) for target in targets]
    found = concurrently(*(partial(sfn_api.machine, client, arn) for arn in arns))
    return {
        target: judge(machine["status"], ("ACTIVE",), ())
        for target, machine in zip(targets, found, strict=True)
        if machine is not None
    }


def ecs_services(clients: Clients, targets: list[Target], *, explain_pending: bool = False) -> dict[Target, Status]:
    poll = partial(rollout.poll, clients("ecs"), clients("elbv2"), clients("logs"))
    rollouts = concurrently(
        *(
            partial(
                poll, target.cluster or "", target.id, target.task_definition, target.deployment_id, explain_pending
            )
            for target in targets
        )
    )
    return {target: ecs_service_status(each) for target, each in zip(targets, rollouts, strict=True)}


def ecs_service_status(told: rollout.Rollout) -> Status:
    if told.state == "failed":
        return Status("failed", told.state, "\n".join([told.summary, *told.details]))
    return Status("ready" if told.state == "succeeded" else "pending", told.summary, "\n".join(told.details))


KINDS = {
    "nat_gateway": Kind(nat_gateways, ("ec2",)),
    "vpc_endpoint": Kind(vpc_endpoints, ("ec2",)),
    "load_balancer": Kind(load_balancers, ("elbv2",)),
    "vpc_link": Kind(vpc_links, ("apigatewayv2",)),
    "lambda_function": Kind(lambda_functions, ("lambda",)),
    "state_machine": Kind(state_machines, ("stepfunctions", "sts")),
    "ecs_service": Kind(ecs_services, ("ecs", "elbv2", "logs"), partial(ecs_services, explain_pending=True)),
}
GONE = absence.of(KINDS)
