# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A stack that Terraform made is taken over without making anything anew. The tests build on each other, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import Run, Site
from tests.playbooks.terraform import Terraform

NAME = "workflow-orchestrator"
SERVICES = ["service1", "service2"]
# The names do not follow from project and environment, as Terraform's did not.
NAMES = {"orchestra_project": "adopted", "orchestra_environment": "local", "orchestra_name": NAME}
TAGS = {"orchestra:project": "adopted", "orchestra:environment": "local"}


@pytest.fixture(scope="module")
def terraform(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    variables = {"endpoint": aws.endpoint, "secret_key": aws.secret_key, "name": NAME, "services": SERVICES}
    made = Terraform(tmp_path_factory.mktemp("terraform") / "stack", variables)
    made.apply()
    return made


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(aws, tmp_path_factory.mktemp("site") / "inventory", NAMES)
    made.set_hosts({name: {"ecs_service_listener_port": 8001 + index} for index, name in enumerate(SERVICES)})
    return made


@pytest.fixture(scope="module")
def before(aws: EmbeddedAws, terraform: Terraform) -> dict[str, Any]:
    """What AWS called the parts of the stack before they were taken over."""
    return identities(aws)


def identities(aws: EmbeddedAws) -> dict[str, Any]:
    """Return what changes when something is made anew: ids where AWS gives them, else the time of creation."""
    ec2, balancing, gateway = aws.client("ec2"), aws.client("elbv2"), aws.client("apigatewayv2")
    [vpc] = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [NAME]}])["Vpcs"]
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    groups = balancing.describe_target_groups()["TargetGroups"]
    services = aws.client("ecs").describe_services(cluster=NAME, services=SERVICES)["services"]
    machine = f"arn:aws:states:us-east-1:123456789012:stateMachine:{NAME}-workflow"
    log_groups = aws.client("logs").describe_log_groups()["logGroups"]
    gateways = ec2.describe_nat_gateways(Filter=inside)["NatGateways"]
    return {
        "vpc": vpc["VpcId"],
        "subnets": {one["CidrBlock"]: one["SubnetId"] for one in ec2.describe_subnets(Filters=inside)["Subnets"]},
        "NAT gateways": [(one["NatGatewayId"], one["State"]) for one in gateways],
        "addresses": [address["AllocationId"] for one in gateways for address in one["NatGatewayAddresses"]],
        "route tables": sorted(t["RouteTableId"] for t in ec2.describe_route_tables(Filters=inside)["RouteTables"]),
        "security groups": {
            one["GroupName"]: one["GroupId"] for one in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]
        },
        "load balancer": balancing.describe_load_balancers(Names=[NAME])["LoadBalancers"][0]["LoadBalancerArn"],
        "target groups": sorted(g["TargetGroupArn"] for g in groups if g["TargetGroupName"].startswith(NAME)),
        "services": {service["serviceName"]: service["createdAt"] for service in services},
        "API": [api["ApiId"] for api in gateway.get_apis()["Items"] if api["Name"] == NAME],
        "VPC link": [link["VpcLinkId"] for link in gateway.get_vpc_links()["Items"] if link["Name"] == NAME],
        "state machine": aws.client("stepfunctions").describe_state_machine(stateMachineArn=machine)["creationDate"],
        "roles": {
            role["RoleName"]: role["RoleId"]
            for role in aws.client("iam").list_roles()["Roles"]
            if role["RoleName"].startswith(NAME)
        },
        "log groups": {g["logGroupName"]: g["creationTime"] for g in log_groups if NAME in g["logGroupName"]},
    }


def tagged(aws: EmbeddedAws) -> set[str]:
    filters = [{"Key": key, "Values": [value]} for key, value in TAGS.items()]
    pages = aws.client("resourcegroupstaggingapi").get_paginator("get_resources").paginate(TagFilters=filters)
    return {one["ResourceARN"] for page in pages for one in page["ResourceTagMappingList"]}


def report(run: Run) -> dict[str, Any]:
    return next(result["msg"] for _host, name, result in run.tasks if "what is left alone" in name)


@pytest.fixture
def twins(aws: EmbeddedAws, site: Site) -> Iterator[None]:
    """A second VPC and a second API of the site's name."""
    ec2, gateway = aws.client("ec2"), aws.client("apigatewayv2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": NAME}])
    api = gateway.create_api(Name=NAME, ProtocolType="HTTP")["ApiId"]
    yield
    ec2.delete_vpc(VpcId=vpc)
    gateway.delete_api(ApiId=api)


@pytest.mark.usefixtures("twins")
def test_two_things_of_one_name_are_refused_before_anything_is_changed(aws: EmbeddedAws, site: Site) -> None:
    run = site.play("site", fails=True)
    told = " ".join(run.failures())
    assert f"2 VPCs are named {NAME}" in told
    assert f"2 HTTP APIs are named {NAME}" in told
    assert not any("Make" in name for _host, name, _result in run.tasks)
    assert tagged(aws) == set()


def test_the_report_tells_what_will_be_taken_over(aws: EmbeddedAws, site: Site, before: dict[str, Any]) -> None:
    told = report(site.play("adopt", "--check"))
    assert told["ours"] == []
    taken = {line.split(" (")[0] for line in told["taken_over"]}
    assert taken >= {
        f"VPC {NAME}",
        f"NAT gateway {NAME}",
        f"security group {NAME}-alb",
        f"load balancer {NAME}",
        f"target group {NAME}-service1",
        f"ECS cluster {NAME}",
        "ECS service service2",
        f"VPC link {NAME}",
        f"HTTP API {NAME}",
        f"state machine {NAME}-workflow",
        f"Lambda function {NAME}-workflow-invoker",
        f"role {NAME}-invoker",
        f"log group /ecs/{NAME}",
        f"parameter /{NAME}/registry/username",
    }
    assert f"HTTP API {NAME} ({before['API'][0]})" in told["taken_over"]
    assert "runtime" in told["differs"][f"Lambda function {NAME}-workflow-invoker"][0]
    assert f"create secret {NAME}/registry" in told["made"]
    assert "delete route ANY /service1/{proxy+}" in told["deleted"]
    assert [line.split(" (")[0] for line in told["left_alone"]] == [f"listener HTTP:80 of load balancer {NAME}"]
    assert not [step for step in told["made"] if "VPC" in step or "load balancer" in step and "listener" not in step]
    assert tagged(aws) == set()
    assert identities(aws) == before


def test_looking_demands_a_check(site: Site) -> None:
    assert "Say --check" in " ".join(site.play("adopt", fails=True).failures())


def test_a_deployment_takes_over_and_makes_nothing_anew(
    aws: EmbeddedAws, site: Site, terraform: Terraform, before: dict[str, Any], tmp_path: Path
) -> None:
    site.play("site")
    assert identities(aws) == before
    ours = " ".join(tagged(aws))
    assert all(one in ours for one in [before["vpc"], *before["subnets"].values(), *before["addresses"]])
    assert all(one in ours for one in [before["load balancer"], *before["target groups"], before["API"][0]])
    assert site.invoke({"data": "x"}, tmp_path / "payload.json")["status"] == "completed"


def test_afterwards_all_of_it_is_ours_and_nothing_differs(site: Site) -> None:
    run = site.play("adopt", "--check")
    assert run.changed() == []
    told = report(run)
    assert (told["taken_over"], told["differs"], told["made"], told["deleted"]) == ([], {}, [], [])
    assert len(told["ours"]) > 20


def test_terraform_lets_go_and_destroy_leaves_nothing(aws: EmbeddedAws, site: Site, terraform: Terraform) -> None:
    terraform("state", "rm", *terraform("state", "list").split())
    assert terraform("state", "list") == ""
    site.play("destroy")
    assert [arn for arn in tagged(aws) if ":natgateway/" not in arn and ":ecs:" not in arn] == []
    # AWS remembers these for a while: their states tell.
    gateways = aws.client("ec2").describe_nat_gateways()["NatGateways"]
    assert {one["State"] for one in gateways} == {"deleted"}
    containers = aws.client("ecs")
    assert {one["status"] for one in containers.describe_clusters(clusters=[NAME])["clusters"]} <= {"INACTIVE"}
    assert containers.list_task_definitions(status="ACTIVE")["taskDefinitionArns"] == []
