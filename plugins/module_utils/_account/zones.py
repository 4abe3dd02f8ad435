# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Availability zones of a region, and which of them VPC links support.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described

# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html, "Availability by Region".
# Region -> prefix of the ids of its zones, and the numbers of those that are supported.
_SUPPORTED = {
    "us-east-2": ("use2", (1, 2, 3)),
    "us-east-1": ("use1", (1, 2, 4, 5, 6)),
    "us-west-1": ("usw1", (1, 3)),
    "us-west-2": ("usw2", (1, 2, 3, 4)),
    "ap-east-1": ("ape1", (2, 3)),
    "ap-south-1": ("aps1", (1, 2, 3)),
    "ap-northeast-2": ("apne2", (1, 2, 3)),
    "ap-southeast-1": ("apse1", (1, 2, 3)),
    "ap-southeast-2": ("apse2", (1, 2, 3)),
    "ap-northeast-1": ("apne1", (1, 2, 4)),
    "ca-central-1": ("cac1", (1, 2)),
    "eu-central-1": ("euc1", (1, 2, 3)),
    "eu-west-1": ("euw1", (1, 2, 3)),
    "eu-west-2": ("euw2", (1, 2, 3)),
    "eu-west-3": ("euw3", (1, 3)),
    "eu-south-2": ("eus2", (1, 2, 3)),
    "eu-north-1": ("eun1", (1, 2, 3)),
    "me-south-1": ("mes1", (1, 2, 3)),
}


def supports_vpc_links(region: str, zone_id: str) -> bool | None:
    """Tell whether a VPC link may be in a zone; None for regions of which the list above says nothing."""
    if region not in _SUPPORTED:
        return None
    prefix, numbers = _SUPPORTED[region]
    return zone_id in {f"{prefix}-az{number}" for number in numbers}


@described("list availability zones")
def zones(ec2: Client, region: str) -> list[dict[str, Any]]:
    """Return the available zones, sorted by name; local and wavelength zones are left out."""
    filters = [{"Name": "zone-type", "Values": ["availability-zone"]}, {"Name": "state", "Values": ["available"]}]
    found = ec2.describe_availability_zones(Filters=filters)["AvailabilityZones"]
    return [
        {
            "name": zone["ZoneName"],
            "zone_id": zone["ZoneId"],
            "vpc_links": supports_vpc_links(region, zone["ZoneId"]),
        }
        for zone in sorted(found, key=lambda zone: zone["ZoneName"])
    ]
