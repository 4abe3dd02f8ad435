# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Settings of network, cluster and logs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.security_groups import endpoints, security_groups
from ansible_collections.orchestra.aws.plugins.module_utils._site.site_settings import site_setting_findings

ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:1"
ENDPOINTS = [{"service": name} for name in ("s3", "com.amazonaws.eu-central-1.ecr.api", "ecr.dkr", "logs")]


def service(**more: Any) -> dict[str, Any]:
    return {"name": "service1", "image": ECR, "secrets": {}, "spot_percent": None, "strategy": None, **more}


@pytest.mark.parametrize(
    ("host", "services", "sentence"),
    [
        ({"orchestra_log_retention_days": 8}, [service()], "orchestra_log_retention_days is 8: CloudWatch Logs keeps"),
        ({"network_log_retention_days": "x"}, [service()], "network_log_retention_days is x"),
        (
            {"network_nat_gateways": "none", "network_endpoints": ENDPOINTS},
            [service(image="docker.io/a/b:1")],
            "so no task can pull docker.io/a/b:1",
        ),
        (
            {"network_nat_gateways": "none", "network_endpoints": ENDPOINTS[:2]},
            [service()],
            "network_endpoints lacks ecr.dkr, logs,",
        ),
        (
            {"network_nat_gateways": "none", "network_endpoints": ENDPOINTS, "orchestra_registry_enabled": True},
            [service(secrets={"A": "arn:aws:ssm:x"})],
            "network_endpoints lacks secretsmanager, ssm,",
        ),
        ({"cluster_idle_timeout": 0}, [service()], "cluster_idle_timeout is 0: a load balancer takes 1 to 4000"),
        ({"cluster_access_logs": {"prefix": "x"}}, [service()], "cluster_access_logs needs bucket"),
        (
            {"cluster_capacity_providers": ["FARGATE"]},
            [service(spot_percent="10")],
            "service1 uses FARGATE_SPOT, which cluster_capacity_providers does not have",
        ),
    ],
)
def test_what_cannot_work_is_told(host: dict[str, Any], services: list[dict[str, Any]], sentence: str) -> None:
    [found] = site_setting_findings(host, services)
    assert sentence in found


@pytest.mark.parametrize(
    "host",
    [
        {},
        {
            "orchestra_log_retention_days": "30",
            "cluster_idle_timeout": "40",
            "cluster_access_logs": {"bucket": "my-logs"},
        },
        {"network_nat_gateways": "none", "network_endpoints": ENDPOINTS},
        {"network_nat_gateways": "none", "network_own_way_out": True},
    ],
)
def test_what_can_work_is_no_fault(host: dict[str, Any]) -> None:
    assert site_setting_findings(host, [service()]) == []


def test_interface_endpoints_get_a_group_that_lets_the_tasks_in() -> None:
    own = {"service": "logs", "security_groups": ["sg-1"]}
    services = [{"listener_port": 8001, "container_port": 3000}]
    assert endpoints([{"service": "s3"}, own], "shop") == [{"service": "s3"}, own]
    names = [group["name"] for group in security_groups("shop", services, [], [{"service": "s3"}, own])]
    assert "shop-endpoints" not in names
    assert endpoints([{"service": "ssm"}], "shop") == [{"service": "ssm", "security_groups": ["shop-endpoints"]}]
    group = security_groups("shop", services, [], [{"service": "ssm"}])[-1]
    assert (group["name"], group["egress"]) == ("shop-endpoints", [])
    assert group["ingress"] == [{"protocol": "tcp", "port": 443, "group": "shop-tasks"}]
