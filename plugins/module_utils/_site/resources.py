# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Everything in the account that carries a site's tags or names, for the proof that nothing is left. Changes nothing.

Private to the collection. The Resource Groups Tagging API finds what is tagged; it knows no IAM roles, and for a
while it still knows what was deleted, so what can be asked by name is asked there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._site.alive import alive
from ansible_collections.orchestra.aws.plugins.module_utils._site.extras import Reader

LOG_GROUPS = ("/ecs/", "/aws/vpc/", "/aws/apigateway/", "/aws/vendedlogs/states/", "/aws/lambda/")


def reader(clients: Clients, name: str, tags: dict[str, str], extras: Reader) -> Callable[[], list[str]]:
    """Make the clients and return a function that returns the ARNs, sorted.

    name: the prefix of the names. tags: those that a resource must carry, all of them; without any, only names count.
    extras: finds what has no tags, or is tagged late.
    """
    looks: list[Callable[[], list[str]]] = [
        extras.arns,
        partial(roles, clients("iam"), name),
        *(partial(log_groups, clients("logs"), prefix, name) for prefix in LOG_GROUPS),
        partial(parameters, clients("ssm"), name),
        partial(_secrets, clients("secretsmanager"), name),
    ]
    if tags:
        looks.append(partial(_tagged, clients("resourcegroupstaggingapi"), clients("ec2"), clients("ecs"), tags))
    return lambda: sorted({arn for found in concurrently(*looks) for arn in found})


def _items(client: Client, operation: str, key: str, **params: Any) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**params):
        yield from page[key]


@described("list tagged resources")
def _tagged(tagging: Client, ec2: Client, ecs: Client, tags: dict[str, str]) -> list[str]:
    filters = [{"Key": key, "Values": [value]} for key, value in tags.items()]
    found = _items(tagging, "get_resources", "ResourceTagMappingList", TagFilters=filters)
    return alive(ec2, ecs, [one["ResourceARN"] for one in found])


@described("list IAM roles")
def roles(client: Client, name: str) -> list[str]:
    # IAM cannot filter by name; a page holds 100 roles unless asked for more, at most 1000.
    found = _items(client, "list_roles", "Roles", PaginationConfig={"PageSize": 1000})
    return [role["Arn"] for role in found if role["RoleName"].startswith(f"{name}-")]


@described("list log groups below {prefix}")
def log_groups(client: Client, prefix: str, name: str) -> list[str]:
    """Return the groups whose name is the site's, or goes on after it with a hyphen."""
    found = _items(client, "describe_log_groups", "logGroups", logGroupNamePrefix=f"{prefix}{name}")
    return [
        group["arn"].removesuffix(":*")
        for group in found
        if f"{group['logGroupName'].removeprefix(prefix)}-".startswith(f"{name}-")
    ]


@described("list parameters below /{name}/")
def parameters(client: Client, name: str) -> list[str]:
    wanted = [{"Key": "Name", "Option": "BeginsWith", "Values": [f"/{name}/"]}]
    return [one["ARN"] for one in _items(client, "describe_parameters", "Parameters", ParameterFilters=wanted)]


@described("list secrets below {name}/")
def described_secrets(client: Client, name: str) -> list[dict[str, Any]]:
    wanted = [{"Key": "name", "Values": [f"{name}/"]}]
    return [*_items(client, "list_secrets", "SecretList", Filters=wanted)]


def _secrets(client: Client, name: str) -> list[str]:
    return [one["ARN"] for one in described_secrets(client, name)]
