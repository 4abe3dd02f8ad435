# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What is wrong with the settings of network, cluster and logs: one clear sentence each. Pure functions only.

Private to the collection. Only what the inventory sets is looked at; the defaults of the roles are right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site.services import as_number

# CloudWatch Logs API reference, PutRetentionPolicy, retentionInDays.
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096),
    *(1827, 2192, 2557, 2922, 3288, 3653),
)
_RETENTIONS = (
    "orchestra_log_retention_days",
    *(f"{role}_log_retention_days" for role in ("api", "cluster", "invoker", "network", "workflow")),
)
_ECR = re.compile(r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/.*")
# S3 User Guide, "Bucket naming rules".
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_IDLE_TIMEOUT = (1, 4000)


def site_setting_findings(host: Mapping[str, Any], services: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what is wrong, a sentence each. host: variables of the control host. services: variables of each host."""
    return [*_retentions(host), *_way_out(host, services), *_balancer(host), *_capacity(host, services)]


def _retentions(host: Mapping[str, Any]) -> Iterator[str]:
    allowed = ", ".join(map(str, RETENTION_DAYS))
    for variable in _RETENTIONS:
        days = host.get(variable)
        if days is not None and as_number(days) not in RETENTION_DAYS:
            yield f"{variable} is {days}: CloudWatch Logs keeps events for one of {allowed} days."


def _way_out(host: Mapping[str, Any], services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Without a NAT gateway, tasks start only if endpoints lead to all that they need."""
    if host.get("network_nat_gateways") != "none" or host.get("network_own_way_out"):
        return
    named = {str(one.get("service")) for one in host.get("network_endpoints") or [] if isinstance(one, Mapping)}
    endpoints = {re.sub(r"^(cn\.)?com\.amazonaws\.[a-z0-9-]+\.", "", service) for service in named}
    remedy = "Set network_nat_gateways to single, or network_own_way_out if the subnets have a way of another making."
    elsewhere = sorted(
        {str(one["image"]) for one in services if one["image"] and not _ECR.fullmatch(str(one["image"]))}
    )
    if elsewhere:
        yield (
            f"network_nat_gateways is none, so no task can pull {', '.join(elsewhere)}: endpoints of the VPC lead to "
            f"images in ECR only. {remedy}"
        )
        return
    missing = [service for service in _needed(host, services) if service not in endpoints]
    if missing:
        yield (
            f"network_nat_gateways is none and network_endpoints lacks {', '.join(missing)}, without which no task can "
            f"start. {remedy}"
        )


def _needed(host: Mapping[str, Any], services: Sequence[Mapping[str, Any]]) -> list[str]:
    secrets = [str(arn) for one in services for arn in (one["secrets"] or {}).values()]
    needed = ["ecr.api", "ecr.dkr", "s3", "logs"]
    if host.get("orchestra_registry_enabled") or any(":secretsmanager:" in arn for arn in secrets):
        needed.append("secretsmanager")
    if any(":ssm:" in arn for arn in secrets):
        needed.append("ssm")
    return needed


def _balancer(host: Mapping[str, Any]) -> Iterator[str]:
    seconds, (least, most) = as_number(host.get("cluster_idle_timeout")), _IDLE_TIMEOUT
    if seconds is not None and not (isinstance(seconds, int) and least <= seconds <= most):
        yield f"cluster_idle_timeout is {seconds}: a load balancer takes {least} to {most} seconds."
    logs = host.get("cluster_access_logs")
    if logs:
        bucket = logs.get("bucket") if isinstance(logs, Mapping) else None
        if not bucket or not _BUCKET.fullmatch(str(bucket)):
            yield "cluster_access_logs needs bucket, the name of an S3 bucket of yours, as in {bucket: my-logs}."


def _capacity(host: Mapping[str, Any], services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    providers = host.get("cluster_capacity_providers")
    if providers is None:
        return
    asked = [("cluster_default_capacity_provider_strategy", host.get("cluster_default_capacity_provider_strategy"))]
    for one in services:
        spot = [{"capacity_provider": "FARGATE_SPOT"}] if as_number(one["spot_percent"]) else []
        asked.append((one["name"], one["strategy"] or spot))
    for what, strategy in asked:
        for entry in strategy or []:
            provider = entry.get("capacity_provider") if isinstance(entry, Mapping) else None
            if provider and provider not in providers:
                yield f"{what} uses {provider}, which cluster_capacity_providers does not have."
