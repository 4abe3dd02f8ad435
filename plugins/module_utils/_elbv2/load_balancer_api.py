# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Elastic Load Balancing calls for load balancers, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._values import present, tag_list, tag_mapping

_MISSING = ("LoadBalancerNotFound", "LoadBalancerNotFoundException")


@described("describe load balancer {name}")
@missing_is_none(*_MISSING)
def load_balancer(client: Client, name: str) -> dict[str, Any] | None:
    """Return the load balancer, or None when there is none of this name."""
    found = client.describe_load_balancers(Names=[name])["LoadBalancers"]
    return found[0] if found else None


@described("describe {arn}")
@missing_is_none(*_MISSING)
def by_arn(client: Client, arn: str) -> dict[str, Any] | None:
    """Return the load balancer, or None when it is gone."""
    found = client.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    return found[0] if found else None


@described("read the attributes of {arn}")
def attributes(client: Client, arn: str) -> dict[str, str]:
    answer = client.describe_load_balancer_attributes(LoadBalancerArn=arn)
    return {attribute["Key"]: attribute["Value"] for attribute in answer["Attributes"]}


@described("read the tags of {arn}")
def tags(client: Client, arn: str) -> dict[str, str]:
    described_tags = client.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return tag_mapping(described_tags[0]["Tags"]) if described_tags else {}


@described("list the listeners of {arn}")
def listeners(client: Client, arn: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("describe_listeners").paginate(LoadBalancerArn=arn)
    return [listener for page in pages for listener in page["Listeners"]]


@described("create load balancer {name}")
def create_load_balancer(
    client: Client,
    name: str,
    scheme: str,
    ip_address_type: str,
    subnets: list[str],
    security_groups: list[str],
    tags: dict[str, str],
) -> dict[str, Any]:
    created: dict[str, Any] = client.create_load_balancer(
        Name=name,
        Type="application",
        Scheme=scheme,
        IpAddressType=ip_address_type,
        Subnets=subnets,
        SecurityGroups=security_groups,
        **({"Tags": tag_list(tags)} if tags else {}),
    )["LoadBalancers"][0]
    return created


@described("set attributes of {arn}")
def set_attributes(client: Client, arn: str, wanted: dict[str, str]) -> None:
    pairs = tag_list(wanted)
    client.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=pairs)


@described("set the subnets of {arn}")
def set_subnets(client: Client, arn: str, subnets: list[str], ip_address_type: str | None) -> None:
    """Replace the subnets, and the address type in the same step when given."""
    client.set_subnets(LoadBalancerArn=arn, Subnets=subnets, **present({"IpAddressType": ip_address_type}))


@described("set the security groups of {arn}")
def set_security_groups(client: Client, arn: str, groups: list[str]) -> None:
    client.set_security_groups(LoadBalancerArn=arn, SecurityGroups=groups)


@described("set the IP address type of {arn}")
def set_ip_address_type(client: Client, arn: str, ip_address_type: str) -> None:
    client.set_ip_address_type(LoadBalancerArn=arn, IpAddressType=ip_address_type)


@described("delete {arn}")
@missing_is_none(*_MISSING)
def delete_load_balancer(client: Client, arn: str) -> None:
    """Delete the load balancer with its listeners; its network interfaces go later, in the background."""
    client.delete_load_balancer(LoadBalancerArn=arn)


@described("tag {arn}")
def tag(client: Client, arn: str, wanted: dict[str, str]) -> None:
    client.add_tags(ResourceArns=[arn], Tags=tag_list(wanted))


@described("remove tags from {arn}")
def untag(client: Client, arn: str, keys: list[str]) -> None:
    client.remove_tags(ResourceArns=[arn], TagKeys=keys)


@described("list the network interfaces of load balancer {name}")
def network_interfaces(ec2: Client, name: str) -> list[str]:
    """Return the ids of the network interfaces that Application Load Balancers of this name have or had."""
    filters = [{"Name": "description", "Values": [f"ELB app/{name}/*"]}]
    pages = ec2.get_paginator("describe_network_interfaces").paginate(Filters=filters)
    return [interface["NetworkInterfaceId"] for page in pages for interface in page["NetworkInterfaces"]]
