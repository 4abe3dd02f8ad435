# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Settings of network, cluster and services, with autoscaling and a strategy that moves traffic, in the playbooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import Site

NAME = "colors-local"
OPTIONS: dict[str, Any] = {
    "ecs_service_listener_port": 8001,
    "ecs_service_test_listener_port": 9001,
    "ecs_service_deployment": {"strategy": "CANARY", "canary": {"percent": 20, "bake_time_minutes": 0}},
    "ecs_service_autoscaling": {
        "minimum": 1,
        "maximum": 2,
        "target_tracking": [{"name": "cpu", "metric": "cpu", "target_value": 50}],
    },
    "ecs_service_desired_count": 2,
}
# Of the site, as against a real account; the last run takes back what it can.
SETTINGS: dict[str, Any] = {
    "network_nat_gateways": "none",
    "network_own_way_out": True,
    "network_endpoints": [{"service": "s3"}, {"service": "logs"}],
    "network_flow_logs": {"traffic_type": "REJECT"},
    "cluster_access_logs": {"bucket": "my-logs", "prefix": "colors"},
    "cluster_container_insights": "enhanced",
    "cluster_default_capacity_provider_strategy": [{"capacity_provider": "FARGATE", "weight": 1}],
    "cluster_idle_timeout": 40,
    "ecs_service_spot_percent": 50,
    "ecs_service_cpu_architecture": "ARM64",
    "ecs_service_ephemeral_storage_gib": 30,
    "ecs_service_readonly_root_filesystem": True,
    "ecs_service_ulimits": [{"name": "nofile", "soft_limit": 1024, "hard_limit": 2048}],
    "ecs_service_container_options": {"capabilities": {"drop": ["NET_RAW"]}},
    "ecs_service_target_group_options": {"slow_start": 30},
    "ecs_service_platform_version": "1.4.0",
}
SCALING = {"ServiceNamespace": "ecs", "ResourceIds": [f"service/{NAME}/service1"]}


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site") / "inventory"
    made = Site(aws, folder, {"orchestra_project": "colors", "orchestra_environment": "local"})
    made.set_hosts({"service1": OPTIONS})
    return made


def target_groups(site: Site) -> set[str]:
    found = site.aws.client("elbv2").describe_target_groups()["TargetGroups"]
    return {group["TargetGroupName"] for group in found if group["TargetGroupName"].startswith(NAME)}


def flow_logs(site: Site) -> list[dict[str, Any]]:
    found = site.aws.client("ec2").describe_flow_logs()["FlowLogs"]
    return [log for log in found if {"Key": "Name", "Value": NAME} in log["Tags"]]


def endpoint_services(site: Site) -> set[str]:
    found = site.aws.client("ec2").describe_vpc_endpoints(
        Filters=[{"Name": "tag:orchestra:project", "Values": ["colors"]}]
    )
    return {one["ServiceName"] for one in found["VpcEndpoints"] if one["State"] == "available"}


def role_names(site: Site) -> list[str]:
    roles = site.aws.client("iam").list_roles()["Roles"]
    return [role["RoleName"] for role in roles if role["RoleName"].startswith(NAME)]


def test_a_site_with_all_settings_and_two_target_groups(site: Site, tmp_path: Path) -> None:
    settings = ["-e", json.dumps(SETTINGS)]
    plan = site.play("site", "--check", *settings)
    run = site.play("site", *settings)
    parts = ("service1", "endpoint", "flow log", "load balancer", "ECS cluster")
    told = [[step for step in seen.actions() if any(part in step for part in parts)] for seen in (plan, run)]
    assert told[0] == told[1]
    assert target_groups(site) == {f"{NAME}-service1", f"{NAME}-service1-alt"}
    [target] = site.aws.client("application-autoscaling").describe_scalable_targets(**SCALING)["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 2)
    assert site.play("site", *settings).changed() == []
    [log] = flow_logs(site)
    assert (log["LogGroupName"], log["TrafficType"]) == (f"/aws/vpc/{NAME}", "REJECT")
    assert log["DeliverLogsPermissionArn"].endswith(f":role/{NAME}-flow-logs")
    assert endpoint_services(site) == {"com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.logs"}


def test_what_aws_has_of_the_settings(site: Site) -> None:
    ecs, elbv2 = site.aws.client("ecs"), site.aws.client("elbv2")
    [service] = ecs.describe_services(cluster=NAME, services=["service1"])["services"]
    weights = {one["capacityProvider"]: one["weight"] for one in service["capacityProviderStrategy"]}
    assert weights == {"FARGATE": 50, "FARGATE_SPOT": 50}
    task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert (task["ephemeralStorage"], task["runtimePlatform"]["cpuArchitecture"]) == ({"sizeInGiB": 30}, "ARM64")
    [container] = task["containerDefinitions"]
    assert (container["readonlyRootFilesystem"], container["ulimits"][0]["hardLimit"]) == (True, 2048)
    assert container["linuxParameters"]["capabilities"]["drop"] == ["NET_RAW"]
    [cluster] = ecs.describe_clusters(clusters=[NAME], include=["SETTINGS"])["clusters"]
    assert {"name": "containerInsights", "value": "enhanced"} in cluster["settings"]
    [balancer] = elbv2.describe_load_balancers(Names=[NAME])["LoadBalancers"]
    found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])["Attributes"]
    attributes = {one["Key"]: one["Value"] for one in found}
    assert (attributes["access_logs.s3.bucket"], attributes["access_logs.s3.enabled"]) == ("my-logs", "true")
    assert attributes["idle_timeout.timeout_seconds"] == "40"


def test_a_canary_deployment_serves_the_workflow(site: Site, tmp_path: Path) -> None:
    environment = {"SERVICE_NAME": "service1", "FAULT": "text"}
    site.set_hosts({"service1": {**OPTIONS, "ecs_service_environment": environment}})
    run = site.play("site")
    assert any("update ECS service service1" in step and "task_definition" in step for step in run.actions())
    assert (flow_logs(site), endpoint_services(site)) == ([], set())
    assert f"{NAME}-flow-logs" not in role_names(site)
    payload = site.invoke({"data": "x"}, tmp_path / "payload.json")
    assert payload["service1"]["response"] == "processed", payload
    [service] = site.aws.client("ecs").describe_services(cluster=NAME, services=["service1"])["services"]
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"
    assert service["desiredCount"] == 2


def test_destroy_leaves_nothing_of_it(site: Site) -> None:
    site.play("destroy")
    assert target_groups(site) == set()
    assert [arn for arn in site.resources() if ":elasticloadbalancing:" in arn or "scalable-target" in arn] == []
    client = site.aws.client("application-autoscaling")
    assert client.describe_scalable_targets(**SCALING)["ScalableTargets"] == []
    assert role_names(site) == []
