# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""API Gateway v2 calls, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none


def _pages(call: Any, **params: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    while True:
        page = call(**params)
        items += page["Items"]
        if not page.get("NextToken"):
            return items
        params["NextToken"] = page["NextToken"]


@described("list VPC links")
def vpc_links(client: Any) -> list[dict[str, Any]]:
    return _pages(client.get_vpc_links, MaxResults="100")


@described("describe VPC link {link_id}")
@missing_is_none("NotFoundException")
def vpc_link(client: Any, link_id: str) -> dict[str, Any]:
    """Return the VPC link, or None when there is none of this id."""
    return client.get_vpc_link(VpcLinkId=link_id)


@described("create VPC link {name}")
def create_vpc_link(
    client: Any, name: str, subnets: list[str], security_groups: list[str], tags: dict[str, str]
) -> dict[str, Any]:
    return client.create_vpc_link(Name=name, SubnetIds=subnets, SecurityGroupIds=security_groups, Tags=tags)


@described("delete VPC link {link_id}")
@missing_is_none("NotFoundException")
def delete_vpc_link(client: Any, link_id: str) -> None:
    """Ask for the deletion, which AWS does in the background."""
    client.delete_vpc_link(VpcLinkId=link_id)


@described("tag {arn}")
def tag(client: Any, arn: str, tags: dict[str, str]) -> None:
    client.tag_resource(ResourceArn=arn, Tags=tags)


@described("remove tags from {arn}")
def untag(client: Any, arn: str, keys: list[str]) -> None:
    client.untag_resource(ResourceArn=arn, TagKeys=keys)
