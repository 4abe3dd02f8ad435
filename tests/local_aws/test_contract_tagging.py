# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Resource Groups Tagging API: moto's faults that are mended in control/tagging.py, and what is found instead."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

Client = Callable[[str], Any]
KEY = "orchestra:project"


def found(client: Client, value: str, *types: str) -> list[str]:
    """The ARNs that GetResources returns for a tag."""
    filters = [{"Key": KEY, "Values": [value]}]
    pages = (
        client("resourcegroupstaggingapi")
        .get_paginator("get_resources")
        .paginate(TagFilters=filters, ResourceTypeFilters=list(types), ResourcesPerPage=3)
    )
    return sorted(entry["ResourceARN"] for page in pages for entry in page["ResourceTagMappingList"])


def http_api(client: Client, value: str) -> list[str]:
    """An API with a stage, and a VPC link; their ARNs."""
    gateway, tags = client("apigatewayv2"), {KEY: value}
    api = gateway.create_api(Name=value, ProtocolType="HTTP", Tags=tags)["ApiId"]
    gateway.create_stage(ApiId=api, StageName="$default", Tags=tags)
    link = gateway.create_vpc_link(Name=value, SubnetIds=["subnet-1"], Tags=tags)["VpcLinkId"]
    prefix = "arn:aws:apigateway:us-east-1::/"
    return [f"{prefix}apis/{api}", f"{prefix}apis/{api}/stages/$default", f"{prefix}vpclinks/{link}"]


def elastic_ip(client: Client, value: str) -> str:
    """An Elastic IP; its ARN."""
    tags = [{"ResourceType": "elastic-ip", "Tags": [{"Key": KEY, "Value": value}]}]
    address = client("ec2").allocate_address(Domain="vpc", TagSpecifications=tags)["AllocationId"]
    return f"arn:aws:ec2:us-east-1:123456789012:elastic-ip/{address}"


def load_balancer(client: Client, value: str) -> list[str]:
    """A VPC, subnets, an ALB, a target group and a listener; their ARNs."""
    ec2, elbv2, tags = client("ec2"), client("elbv2"), [{"Key": KEY, "Value": value}]

    def tagged(kind: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": tags}]

    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.2.{n}.0/24",
            AvailabilityZone=f"us-east-1{zone}",
            TagSpecifications=tagged("subnet"),
        )["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    ]
    name = value[:20]
    balancer = elbv2.create_load_balancer(Name=name, Subnets=subnets, Tags=tags)["LoadBalancers"][0]["LoadBalancerArn"]
    group = elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip", Tags=tags)
    target = group["TargetGroups"][0]["TargetGroupArn"]
    action = {"Type": "forward", "TargetGroupArn": target}
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action], Tags=tags
    )["Listeners"][0]["ListenerArn"]
    prefix = "arn:aws:ec2:us-east-1:123456789012:"
    return [f"{prefix}vpc/{vpc}", *(f"{prefix}subnet/{subnet}" for subnet in subnets), balancer, target, listener]


def others(client: Client, value: str) -> list[str]:
    """A cluster, a function, a log group, a state machine, a secret and a parameter; their ARNs."""
    lower, upper = [{"key": KEY, "value": value}], [{"Key": KEY, "Value": value}]
    services = ["lambda.amazonaws.com", "states.amazonaws.com"]
    statement = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = client("iam").create_role(RoleName=value, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", "x = 1")
    function = client("lambda").create_function(
        FunctionName=value,
        Role=role,
        Runtime="python3.13",
        Handler="index.x",
        Code={"ZipFile": package.getvalue()},
        Tags={KEY: value},
    )
    client("logs").create_log_group(logGroupName=f"/ecs/{value}", tags={KEY: value})
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    machine = client("stepfunctions").create_state_machine(name=value, definition=definition, roleArn=role, tags=lower)
    secret = client("secretsmanager").create_secret(Name=value, SecretString="x", Tags=upper)
    client("ssm").put_parameter(Name=f"/{value}/x", Value="x", Type="String", Tags=upper)
    return [
        client("ecs").create_cluster(clusterName=value, tags=lower)["cluster"]["clusterArn"],
        function["FunctionArn"],
        f"arn:aws:logs:us-east-1:123456789012:log-group:/ecs/{value}",
        machine["stateMachineArn"],
        secret["ARN"],
        f"arn:aws:ssm:us-east-1:123456789012:parameter/{value}/x",
    ]


def moto_http_apis(client: Client) -> Any:
    http_api(client, "m")
    return found(client, "m")


def moto_elastic_ips(client: Client) -> Any:
    elastic_ip(client, "m")
    return found(client, "m")


def moto_listeners(client: Client) -> Any:
    load_balancer(client, "m")
    return found(client, "m", "elasticloadbalancing:listener")


def moto_log_group_type(client: Client) -> Any:
    client("logs").create_log_group(logGroupName="m", tags={KEY: "m"})
    return found(client, "m", "logs:log-group")


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_tagging")


@pytest.mark.parametrize(
    ("name", "patch"),
    [
        ("moto_http_apis", "http_apis_are_found"),
        ("moto_elastic_ips", "elastic_ips_are_found"),
        ("moto_listeners", "listeners_are_found"),
        ("moto_log_group_type", "log_groups_have_their_type"),
    ],
)
def test_moto_still_needs(unpatched: dict[str, Any], name: str, patch: str) -> None:
    needed(unpatched[name], {"value": []}, f"tagging.{patch}")


def test_everything_of_a_stack_is_found_by_its_tag(aws: RunningAws) -> None:
    value = "tagging-stack"
    client = aws.client
    made = [*http_api(client, value), elastic_ip(client, value), *load_balancer(client, value), *others(client, value)]
    assert found(client, value) == sorted(made)
    assert found(client, "tagging-other") == []


def test_types_narrow_the_search(aws: RunningAws) -> None:
    made = [*http_api(aws.client, "tagging-types"), elastic_ip(aws.client, "tagging-types")]
    assert found(aws.client, "tagging-types", "apigateway") == sorted(made[:3])
    assert found(aws.client, "tagging-types", "ec2:elastic-ip") == made[3:]


def test_tag_and_untag_resources(aws: RunningAws) -> None:
    api, stage, link = http_api(aws.client, "tagging-change")
    tagging, gateway = aws.client("resourcegroupstaggingapi"), aws.client("apigatewayv2")
    answer = tagging.tag_resources(ResourceARNList=[api, stage, link], Tags={"more": "yes"})
    assert answer["FailedResourcesMap"] == {}
    tagging.untag_resources(ResourceARNList=[stage], TagKeys=[KEY])
    assert gateway.get_tags(ResourceArn=api)["Tags"] == {KEY: "tagging-change", "more": "yes"}
    assert gateway.get_tags(ResourceArn=stage)["Tags"] == {"more": "yes"}
