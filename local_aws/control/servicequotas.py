# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Service Quotas: the quotas that this stack counts against, with the values that AWS documents as defaults."""

from __future__ import annotations

from typing import Any

from moto.servicequotas.models import ServiceQuotasBackend

# Service code -> quota code -> name and value.
QUOTAS: dict[str, dict[str, tuple[str, float]]] = {
    "ec2": {"L-0263D0A3": ("EC2-VPC Elastic IPs", 5)},
    "elasticloadbalancing": {
        "L-53DA6B97": ("Application Load Balancers per Region", 50),
        "L-B22855CB": ("Target Groups per Region", 3000),
        "L-B6DF7632": ("Listeners per Application Load Balancer", 50),
    },
    "fargate": {
        "L-3032A538": ("Fargate On-Demand vCPU resource count", 6),
        "L-36FBB829": ("Fargate Spot vCPU resource count", 6),
    },
    "apigateway": {"L-608BDCD4": ("VPC links(V2)", 10)},
}


def quotas_of_other_services() -> None:
    """GetServiceQuota knows quotas of every service; moto knows those of VPC only."""
    original = ServiceQuotasBackend.get_service_quota

    def get_service_quota(self: Any, service_code: str, quota_code: str) -> dict[str, Any]:
        found = QUOTAS.get(service_code, {}).get(quota_code)
        if found is None:
            return dict(original(self, service_code, quota_code))
        arn = f"arn:aws:servicequotas:{self.region_name}:{self.account_id}:{service_code}/{quota_code}"
        return {
            "ServiceCode": service_code,
            "QuotaArn": arn,
            "QuotaCode": quota_code,
            "QuotaName": found[0],
            "Value": found[1],
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }

    ServiceQuotasBackend.get_service_quota = get_service_quota


def apply() -> None:
    """Install the correction."""
    quotas_of_other_services()
