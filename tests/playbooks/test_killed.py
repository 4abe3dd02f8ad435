# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A run that is killed leaves nothing that the next run does not find again."""

from __future__ import annotations

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import Site

NAME = "killed-local"


@pytest.fixture
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site") / "inventory"
    return Site(aws, folder, {"orchestra_project": "killed", "orchestra_environment": "local"})


def count(site: Site) -> dict[str, int]:
    """Count what a killed run could have made twice."""
    ec2, elb, api = site.aws.client("ec2"), site.aws.client("elbv2"), site.aws.client("apigatewayv2")
    named = [{"Name": "tag:Name", "Values": [f"{NAME}*"]}]
    gateways = ec2.describe_nat_gateways(Filter=[*named, {"Name": "state", "Values": ["pending", "available"]}])
    states = site.aws.client("stepfunctions")
    machine = f"arn:aws:states:us-east-1:123456789012:stateMachine:{NAME}-workflow"
    return {
        "VPCs": len(ec2.describe_vpcs(Filters=named)["Vpcs"]),
        "subnets": len(ec2.describe_subnets(Filters=named)["Subnets"]),
        "NAT gateways": len(gateways["NatGateways"]),
        "addresses": len(ec2.describe_addresses(Filters=named)["Addresses"]),
        "load balancers": len([b for b in elb.describe_load_balancers()["LoadBalancers"] if NAME in b["DNSName"]]),
        "VPC links": len([link for link in api.get_vpc_links()["Items"] if link["Name"] == NAME]),
        "APIs": len([one for one in api.get_apis()["Items"] if one["Name"] == NAME]),
        "versions": len(states.list_state_machine_versions(stateMachineArn=machine)["stateMachineVersions"]),
    }


def test_killed_runs_converge_without_duplicates_or_leaks(site: Site) -> None:
    for seen in ("delete the network]", "Make the VPC link]", "Make the service]", "Make the API]", "state machine]"):
        site.kill_after("site", seen)
    site.play("site")
    assert count(site) == {
        "VPCs": 1,
        "subnets": 4,
        "NAT gateways": 1,
        "addresses": 1,
        "load balancers": 1,
        "VPC links": 1,
        "APIs": 1,
        "versions": 1,
    }
    assert site.play("site").changed() == []
    site.play("destroy")
