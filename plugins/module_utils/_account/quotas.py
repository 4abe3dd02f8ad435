# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Quotas that a site counts against, and what the region uses of them. Changes nothing.

Private to the collection. Only quotas whose code AWS documents are here, and only uses that one list call tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.api import vpc_links
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client, Operation
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, concurrently


class Quota(NamedTuple):
    """A quota, and which of the uses below counts against it, if any."""

    key: str
    service: str
    code: str
    name: str
    use: str | None = None


QUOTAS = [
    Quota("vpcs", "vpc", "L-F678F1CE", "VPCs", "vpcs"),
    Quota("internet_gateways", "vpc", "L-A4707A72", "internet gateways", "internet_gateways"),
    Quota("nat_gateways", "vpc", "L-FE5A380F", "NAT gateways per availability zone", "nat_gateways"),
    Quota("elastic_ips", "ec2", "L-0263D0A3", "Elastic IP addresses", "elastic_ips"),
    Quota("load_balancers", "elasticloadbalancing", "L-53DA6B97", "Application Load Balancers", "load_balancers"),
    Quota("target_groups", "elasticloadbalancing", "L-B22855CB", "target groups", "target_groups"),
    Quota("listeners", "elasticloadbalancing", "L-B6DF7632", "listeners per Application Load Balancer"),
    Quota("vpc_links", "apigateway", "L-608BDCD4", "VPC links of HTTP APIs", "vpc_links"),
    Quota("fargate_vcpu", "fargate", "L-3032A538", "Fargate On-Demand vCPU"),
    Quota("fargate_spot_vcpu", "fargate", "L-36FBB829", "Fargate Spot vCPU"),
]


def reader(clients: Clients) -> Callable[[], list[dict[str, Any]]]:
    """Make the clients and return what reads all quotas with their use."""
    service_quotas = clients("service-quotas")
    ec2, elbv2, apigatewayv2 = clients("ec2"), clients("elbv2"), clients("apigatewayv2")
    uses: dict[str, Callable[[], int]] = {
        "vpcs": partial(_count, ec2, "describe_vpcs", "Vpcs"),
        "internet_gateways": partial(_count, ec2, "describe_internet_gateways", "InternetGateways"),
        "nat_gateways": partial(_nat_gateways, ec2),
        "elastic_ips": partial(_addresses, ec2),
        "load_balancers": partial(_load_balancers, elbv2),
        "target_groups": partial(_count, elbv2, "describe_target_groups", "TargetGroups"),
        "vpc_links": lambda: len(vpc_links(apigatewayv2)),
    }

    def read() -> list[dict[str, Any]]:
        used = dict(zip(uses, concurrently(*uses.values()), strict=True))
        values = concurrently(*(partial(_value, service_quotas, quota.service, quota.code) for quota in QUOTAS))
        return [
            {
                "key": quota.key,
                "service": quota.service,
                "code": quota.code,
                "name": quota.name,
                "value": value,
                "used": used.get(quota.use or ""),
            }
            for quota, value in zip(QUOTAS, values, strict=True)
        ]

    return read


@described("read quota {code} of {service}")
def _value(client: Client, service: str, code: str) -> float | None:
    """Return the quota of the account, else AWS's default, else None."""
    for operation in (client.get_service_quota, client.get_aws_default_service_quota):
        quota = _quota(operation, service, code)
        if quota is not None:
            return float(quota["Value"])
    return None


@missing_is_none("NoSuchResourceException")
def _quota(operation: Operation, service: str, code: str) -> dict[str, Any]:
    quota: dict[str, Any] = operation(ServiceCode=service, QuotaCode=code)["Quota"]
    return quota


@described("count what {operation} returns")
def _count(client: Client, operation: str, key: str) -> int:
    return sum(len(page[key]) for page in client.get_paginator(operation).paginate())


@described("count Elastic IP addresses")
def _addresses(client: Client) -> int:
    return len(client.describe_addresses()["Addresses"])


@described("count load balancers")
def _load_balancers(client: Client) -> int:
    pages = client.get_paginator("describe_load_balancers").paginate()
    return sum(balancer["Type"] == "application" for page in pages for balancer in page["LoadBalancers"])


@described("count NAT gateways")
def _nat_gateways(client: Client) -> int:
    """Return the number of NAT gateways in the zone that has most of them; regional ones count in no zone."""
    living = [{"Name": "state", "Values": ["pending", "available"]}]
    pages = client.get_paginator("describe_nat_gateways").paginate(Filter=living)
    subnets = [gateway["SubnetId"] for page in pages for gateway in page["NatGateways"] if gateway.get("SubnetId")]
    if not subnets:
        return 0
    found = client.get_paginator("describe_subnets").paginate(SubnetIds=sorted(set(subnets)))
    zone = {subnet["SubnetId"]: subnet["AvailabilityZone"] for page in found for subnet in page["Subnets"]}
    return max(Counter(zone[subnet] for subnet in subnets).values())
