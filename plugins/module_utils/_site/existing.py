# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What already has a site's names, whoever made it, and where a name is not one thing's alone. Changes nothing.

Private to the collection. For taking over what another tool made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api as apigw2
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import cluster_api
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2_api
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described
from ansible_collections.orchestra.aws.plugins.module_utils._iam import api as iam_api
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import api as lambda_api
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._network import api as network_api
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import api as sfn
from ansible_collections.orchestra.aws.plugins.module_utils._site import resources, services_info
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_mapping

_GONE_LINK = ("DELETING", "FAILED")


class Thing(NamedTuple):
    """Something with one of the site's names; kind and name as the modules' actions call it."""

    kind: str
    name: str
    id: str
    tags: Mapping[str, str]


def is_ours(found: Mapping[str, str], tags: Mapping[str, str]) -> bool:
    """Tell whether something carries the site's tags; without any, whether it carries those of any site."""
    if tags:
        return tags.items() <= found.items()
    return any(key.startswith("orchestra:") for key in found)


def reader(clients: Clients, name: str, tags: dict[str, str], machine_arn: str) -> Callable[[], list[dict[str, Any]]]:
    """Make the clients and return a function that returns every thing, sorted by kind and name."""
    looks = [
        partial(_vpcs, clients("ec2"), name),
        partial(_balancing, clients("elbv2"), name),
        partial(_ecs, clients("ecs"), clients("elbv2"), name),
        partial(_apis, clients("apigatewayv2"), name),
        partial(_machine, clients("stepfunctions"), machine_arn),
        partial(_function, clients("lambda"), f"{name}-workflow-invoker"),
        partial(_roles, clients("iam"), name),
        partial(_log_groups, clients("logs"), name),
        partial(_parameters, clients("ssm"), name),
        partial(_secrets, clients("secretsmanager"), name),
    ]

    def read() -> list[dict[str, Any]]:
        things = sorted((thing.kind, thing.name, thing) for found in concurrently(*looks) for thing in found)
        return [
            {"kind": kind, "name": called, "id": thing.id, "ours": is_ours(thing.tags, tags)}
            for kind, called, thing in things
        ]

    return read


def ambiguity_reader(clients: Clients, name: str, tags: dict[str, str]) -> Callable[[], list[str]]:
    """Make the clients and return a function that returns a sentence for each name that several things have.

    AWS keeps the names of VPCs, APIs and VPC links not unique. A VPC link that replaces another has its name for a
    while, so that only links of which none is the site's are in doubt.
    """
    ec2, gateway = clients("ec2"), clients("apigatewayv2")

    def read() -> list[str]:
        vpcs, apis = together(partial(_vpcs, ec2, name), partial(_apis, gateway, name))
        foreign = [each for each in apis if each.kind == "VPC link" and not is_ours(each.tags, tags)]
        several = [vpcs, [each for each in apis if each.kind == "HTTP API"], foreign]
        return [
            f"{len(things)} {things[0].kind}s are named {name} ({', '.join(sorted(each.id for each in things))}): "
            "delete or rename all but one."
            for things in several
            if len(things) > 1
        ]

    return read


def _vpcs(ec2: Client, name: str) -> list[Thing]:
    return [Thing("VPC", name, vpc["VpcId"], tag_mapping(vpc.get("Tags"))) for vpc in network_api.vpcs(ec2, name)]


def _balancing(elbv2: Client, name: str) -> list[Thing]:
    """Return the load balancer, its listeners, and the target groups whose names begin as the site's do."""
    found = {arn: ("target group", group) for arn, group in _target_groups(elbv2, f"{name}-")}
    balancer = elbv2_api.load_balancer(elbv2, name)
    if balancer:
        arn = balancer["LoadBalancerArn"]
        found[arn] = ("load balancer", name)
        for one in elbv2_api.listeners(elbv2, arn) or []:
            found[one["ListenerArn"]] = ("listener", f"{one['Protocol']}:{one['Port']} of load balancer {name}")
    tags = elbv2_api.tags(elbv2, list(found))
    return [Thing(kind, called, arn, tags.get(arn, {})) for arn, (kind, called) in found.items()]


@described("list target groups")
def _target_groups(elbv2: Client, prefix: str) -> list[tuple[str, str]]:
    pages = elbv2.get_paginator("describe_target_groups").paginate()
    groups = [(group["TargetGroupArn"], group["TargetGroupName"]) for page in pages for group in page["TargetGroups"]]
    return [(arn, group) for arn, group in groups if group.startswith(prefix)]


def _ecs(ecs: Client, elbv2: Client, name: str) -> list[Thing]:
    cluster = cluster_api.cluster(ecs, name)
    if cluster is None or cluster["status"] == "INACTIVE":
        return []
    return [
        Thing("ECS cluster", name, cluster["clusterArn"], tag_mapping(cluster.get("tags"))),
        *(
            Thing("ECS service", service["name"], f"{name}/{service['name']}", service["tags"])
            for service in services_info.services(ecs, elbv2, name)
        ),
    ]


def _apis(gateway: Client, name: str) -> list[Thing]:
    apis, links = together(partial(apigw2.http_apis, gateway), partial(apigw2.vpc_links, gateway))
    live = [link for link in links if link["VpcLinkStatus"] not in _GONE_LINK]
    return [
        *(Thing("HTTP API", name, api["ApiId"], api.get("Tags") or {}) for api in apis if api["Name"] == name),
        *(Thing("VPC link", name, link["VpcLinkId"], link.get("Tags") or {}) for link in live if link["Name"] == name),
    ]


def _machine(stepfunctions: Client, arn: str) -> list[Thing]:
    if sfn.machine(stepfunctions, arn) is None:
        return []
    tags = tag_mapping(sfn.tags(stepfunctions, arn))
    return [Thing("state machine", arn.rsplit(":", 1)[1], arn, tags)]


def _function(client: Client, name: str) -> list[Thing]:
    found = lambda_api.function(client, name)
    if found is None:
        return []
    return [Thing("Lambda function", name, found["Configuration"]["FunctionArn"], found.get("Tags") or {})]


def _roles(client: Client, name: str) -> list[Thing]:
    names = [arn.rsplit("/", 1)[1] for arn in resources.roles(client, name)]
    found = concurrently(*(partial(iam_api.role, client, role) for role in names))
    return [Thing("role", role["RoleName"], role["RoleId"], tag_mapping(role.get("Tags"))) for role in found if role]


def _log_groups(client: Client, name: str) -> list[Thing]:
    arns = [arn for prefix in resources.LOG_GROUPS for arn in resources.log_groups(client, prefix, name)]
    tags = concurrently(*(partial(_log_group_tags, client, arn) for arn in arns))
    return [Thing("log group", arn.split(":", 6)[6], arn, each) for arn, each in zip(arns, tags, strict=True)]


@described("list the tags of {arn}")
def _log_group_tags(client: Client, arn: str) -> dict[str, str]:
    tags: dict[str, str] = client.list_tags_for_resource(resourceArn=arn)["tags"]
    return tags


def _parameters(client: Client, name: str) -> list[Thing]:
    names = [arn.split(":parameter", 1)[1] for arn in resources.parameters(client, name)]
    tags = concurrently(*(partial(_parameter_tags, client, each) for each in names))
    return [Thing("parameter", each, each, found) for each, found in zip(names, tags, strict=True)]


@described("list the tags of parameter {name}")
def _parameter_tags(client: Client, name: str) -> dict[str, str]:
    return tag_mapping(client.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"])


def _secrets(client: Client, name: str) -> list[Thing]:
    return [
        Thing("secret", secret["Name"], secret["ARN"], tag_mapping(secret.get("Tags")))
        for secret in resources.described_secrets(client, name)
    ]
