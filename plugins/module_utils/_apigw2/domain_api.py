# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""API Gateway v2 calls for custom domain names, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.api import Request, alone, pages
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none


@described("list custom domain names")
def domains(client: Client) -> list[dict[str, Any]]:
    return pages(client.get_domain_names, MaxResults="100")


@described("describe custom domain name {name}")
@missing_is_none("NotFoundException")
def domain(client: Client, name: str) -> dict[str, Any]:
    """Return the custom domain name, or None when there is none of this name."""
    return client.get_domain_name(DomainName=name)


@described("list API mappings of custom domain name {name}")
@missing_is_none("NotFoundException")
def mappings(client: Client, name: str) -> list[dict[str, Any]]:
    return pages(client.get_api_mappings, DomainName=name, MaxResults="100")


@described("create custom domain name {name}")
def create_domain(client: Client, name: str, request: Request) -> None:
    client.create_domain_name(DomainName=name, **request)


@described("update custom domain name {name}")
@alone
def update_domain(client: Client, name: str, request: Request) -> None:
    client.update_domain_name(DomainName=name, **request)


@described("delete custom domain name {name}")
@missing_is_none("NotFoundException")
@alone
def delete_domain(client: Client, name: str) -> None:
    client.delete_domain_name(DomainName=name)


@described("map {key!r} of custom domain name {name}")
@alone
def create_mapping(client: Client, name: str, key: str, api_id: str, stage: str) -> None:
    client.create_api_mapping(DomainName=name, ApiMappingKey=key, ApiId=api_id, Stage=stage)


@described("map {key!r} of custom domain name {name}")
@alone
def update_mapping(client: Client, name: str, key: str, mapping_id: str, api_id: str, stage: str) -> None:
    """Point a mapping to another API or stage; key only serves the error message."""
    client.update_api_mapping(DomainName=name, ApiMappingId=mapping_id, ApiId=api_id, Stage=stage)


@described("delete API mapping {mapping_id} of custom domain name {name}")
@missing_is_none("NotFoundException")
@alone
def delete_mapping(client: Client, name: str, mapping_id: str) -> None:
    client.delete_api_mapping(DomainName=name, ApiMappingId=mapping_id)
