# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What AWS bills of a site, as it is now. Changes nothing.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._cloudwatch import api as cloudwatch_api
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api as ecs_api
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2_api
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import api as lambda_api
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._network import api as network_api
from ansible_collections.orchestra.aws.plugins.module_utils._network import endpoints
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import api as sfn
from ansible_collections.orchestra.aws.plugins.module_utils._site import cost_billed, resources, services_info

_GATEWAY_LIVE = ("pending", "available", "deleting")


def reader(clients: Clients, name: str, region: str, machine_arn: str) -> Callable[[], dict[str, Any]]:
    """Make the clients and return a function that returns what is billed; of tasks, those that run."""
    looks: list[Callable[[], dict[str, Any]]] = [
        partial(_network, clients("ec2"), name, region),
        partial(_balancer, clients("elbv2"), name),
        partial(_tasks, clients("ecs"), name),
        partial(_secrets, clients("secretsmanager"), name),
        partial(_alarms, clients("cloudwatch"), name),
        partial(_machine, clients("stepfunctions"), machine_arn),
        partial(_function, clients("lambda"), f"{name}-workflow-invoker"),
    ]

    def read() -> dict[str, Any]:
        found = {key: value for part in concurrently(*looks) for key, value in part.items()}
        return {**cost_billed.NOTHING, **found}

    return read


def _network(ec2: Client, name: str, region: str) -> dict[str, Any]:
    vpcs = network_api.vpcs(ec2, name)
    if len(vpcs) != 1:
        return {}
    vpc_id = vpcs[0]["VpcId"]
    gateways, ends, subnets = together(
        partial(network_api.nat_gateways, ec2, vpc_id),
        partial(network_api.endpoints, ec2, vpc_id),
        partial(network_api.subnets, ec2, vpc_id),
    )
    live = [one for one in gateways if one["State"] in _GATEWAY_LIVE]
    addresses = [address for one in live for address in one.get("NatGatewayAddresses") or [] if address.get("PublicIp")]
    return {
        "nat_gateways": len(live),
        "public_addresses": len(addresses),
        "zones": len({one["AvailabilityZone"] for one in subnets}),
        "endpoints": {
            endpoints.label_of(one["ServiceName"], region): len(one.get("SubnetIds") or [])
            for one in ends
            if one["VpcEndpointType"].lower() == "interface" and endpoints.state_of(one) != "deleted"
        },
    }


def _balancer(elbv2: Client, name: str) -> dict[str, Any]:
    return {"load_balancers": int(elbv2_api.load_balancer(elbv2, name) is not None)}


def _tasks(ecs: Client, cluster: str) -> dict[str, Any]:
    services = services_info.active(ecs, cluster)
    definitions = concurrently(*(partial(ecs_api.task_definition, ecs, one["taskDefinition"]) for one in services))
    return {
        "tasks": [
            _service(service, definition)
            for service, definition in zip(services, definitions, strict=True)
            if definition is not None
        ]
    }


def _service(service: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    strategy = [
        {"capacity_provider": one["capacityProvider"], "base": one.get("base"), "weight": one.get("weight")}
        for one in service.get("capacityProviderStrategy") or []
    ]
    size = {
        "cpu": definition["cpu"],
        "memory": definition["memory"],
        "cpu_architecture": (definition.get("runtimePlatform") or {}).get("cpuArchitecture"),
        "ephemeral_storage_gib": (definition.get("ephemeralStorage") or {}).get("sizeInGiB"),
    }
    return cost_billed.task(service["serviceName"], service["runningCount"], size, strategy)


def _secrets(client: Client, name: str) -> dict[str, Any]:
    return {"secrets": len(resources.described_secrets(client, name))}


def _alarms(client: Client, name: str) -> dict[str, Any]:
    return {"alarms": len(cloudwatch_api.alarms(client, f"{name}/"))}


def _machine(client: Client, arn: str) -> dict[str, Any]:
    machine = sfn.machine(client, arn)
    if machine is None:
        return {}
    return {"workflow": cost_billed.workflow(machine["type"], json.loads(machine["definition"]))}


def _function(client: Client, name: str) -> dict[str, Any]:
    found = lambda_api.configuration(client, name)
    if found is None:
        return {}
    return {"invoker": {"memory": found["MemorySize"], "architecture": (found.get("Architectures") or ["x86_64"])[0]}}
