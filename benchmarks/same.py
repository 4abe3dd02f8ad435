# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What an account holds, counted by kind, and whether two hold the same: else their times cannot be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.cloud import Cloud


def counts(cloud: Cloud) -> dict[str, int]:
    """Count everything in the account, also what it came with, which is the same for all."""
    found = {**_network(cloud), **_balancing(cloud), **_ecs(cloud), **_api(cloud), **_workflow(cloud), **_shared(cloud)}
    return {kind: len(items) for kind, items in found.items()}


def difference(one: str, ours: Mapping[str, int], other: str, theirs: Mapping[str, int]) -> str | None:
    """Return one sentence that names every difference; there is none that is meant."""
    kinds = sorted(ours.keys() | theirs.keys())
    found = [
        f"{kind} {ours.get(kind, 0)} and {theirs.get(kind, 0)}" for kind in kinds if ours.get(kind) != theirs.get(kind)
    ]
    return f"{one} and {other} have not made the same: {', '.join(found)}." if found else None


def _all(client: Any, operation: str, key: str, **given: Any) -> list[Any]:
    """Return the items of all pages."""
    if not client.can_paginate(operation):
        return list(getattr(client, operation)(**given)[key])
    return [item for page in client.get_paginator(operation).paginate(**given) for item in page[key]]


def _network(cloud: Cloud) -> dict[str, list[Any]]:
    ec2 = cloud.client("ec2")
    operations = {
        "VPCs": ("describe_vpcs", "Vpcs"),
        "subnets": ("describe_subnets", "Subnets"),
        "internet gateways": ("describe_internet_gateways", "InternetGateways"),
        "Elastic IPs": ("describe_addresses", "Addresses"),
        "route tables": ("describe_route_tables", "RouteTables"),
        "security groups": ("describe_security_groups", "SecurityGroups"),
        "security group rules": ("describe_security_group_rules", "SecurityGroupRules"),
    }
    found = {kind: _all(ec2, *operation) for kind, operation in operations.items()}
    gateways = _all(ec2, "describe_nat_gateways", "NatGateways")
    tables = found["route tables"]
    return {
        **found,
        "NAT gateways": [one for one in gateways if one["State"] not in ("deleted", "failed")],
        "routes": [route for table in tables for route in table["Routes"]],
        "route table associations": [link for table in tables for link in table["Associations"]],
    }


def _balancing(cloud: Cloud) -> dict[str, list[Any]]:
    elb = cloud.client("elbv2")
    balancers = _all(elb, "describe_load_balancers", "LoadBalancers")
    arns = [one["LoadBalancerArn"] for one in balancers]
    listeners = [one for arn in arns for one in _all(elb, "describe_listeners", "Listeners", LoadBalancerArn=arn)]
    rules = [rule for one in listeners for rule in _all(elb, "describe_rules", "Rules", ListenerArn=one["ListenerArn"])]
    groups = _all(elb, "describe_target_groups", "TargetGroups")
    return {"load balancers": balancers, "listeners": listeners, "listener rules": rules, "target groups": groups}


def _ecs(cloud: Cloud) -> dict[str, list[Any]]:
    ecs = cloud.client("ecs")
    clusters = _all(ecs, "list_clusters", "clusterArns")
    services = [arn for cluster in clusters for arn in _all(ecs, "list_services", "serviceArns", cluster=cluster)]
    definitions = _all(ecs, "list_task_definitions", "taskDefinitionArns", status="ACTIVE")
    return {"ECS clusters": clusters, "ECS services": services, "task definitions": definitions}


def _api(cloud: Cloud) -> dict[str, list[Any]]:
    gateway = cloud.client("apigatewayv2")
    apis = _all(gateway, "get_apis", "Items")
    found = {"HTTP APIs": apis, "VPC links": _all(gateway, "get_vpc_links", "Items")}
    for kind in ("routes", "integrations", "stages"):
        of_each = [_all(gateway, f"get_{kind}", "Items", ApiId=api["ApiId"]) for api in apis]
        found[f"API {kind}"] = [item for items in of_each for item in items]
    return found


def _workflow(cloud: Cloud) -> dict[str, list[Any]]:
    states = cloud.client("stepfunctions")
    machines = _all(states, "list_state_machines", "stateMachines")
    found: dict[str, list[Any]] = {"state machines": machines}
    for kind, key in (("versions", "stateMachineVersions"), ("aliases", "stateMachineAliases")):
        of_each = [
            _all(states, f"list_state_machine_{kind}", key, stateMachineArn=machine["stateMachineArn"])
            for machine in machines
        ]
        found[f"state machine {kind}"] = [item for items in of_each for item in items]
    return {**found, "Lambda functions": _all(cloud.client("lambda"), "list_functions", "Functions")}


def _shared(cloud: Cloud) -> dict[str, list[Any]]:
    iam = cloud.client("iam")
    roles = _all(iam, "list_roles", "Roles")
    inline = [_all(iam, "list_role_policies", "PolicyNames", RoleName=role["RoleName"]) for role in roles]
    attached = [
        _all(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role["RoleName"]) for role in roles
    ]
    return {
        "roles": roles,
        "inline policies of roles": [name for names in inline for name in names],
        "managed policies of roles": [policy for policies in attached for policy in policies],
        "log groups": _all(cloud.client("logs"), "describe_log_groups", "logGroups"),
        "parameters": _all(cloud.client("ssm"), "describe_parameters", "Parameters"),
        "secrets": _all(cloud.client("secretsmanager"), "list_secrets", "SecretList"),
    }
