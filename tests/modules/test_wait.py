# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._targets import watch
from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn
from tests.modules.conftest import Modules

NAME = "wait-test"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture(scope="module")
def subnets(aws: EmbeddedAws) -> Iterator[list[str]]:
    ec2 = aws.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ids = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ab")
    ]
    yield ids
    for subnet_id in ids:
        ec2.delete_subnet(SubnetId=subnet_id)
    ec2.delete_vpc(VpcId=vpc_id)


@pytest.fixture
def nat_gateway(aws: EmbeddedAws, subnets: list[str]) -> Iterator[str]:
    ec2 = aws.client("ec2")
    made = ec2.create_nat_gateway(SubnetId=subnets[0], ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    yield made
    ec2.delete_nat_gateway(NatGatewayId=made)


@pytest.fixture
def load_balancer(aws: EmbeddedAws, subnets: list[str]) -> Iterator[str]:
    elbv2 = aws.client("elbv2")
    (made,) = elbv2.create_load_balancer(Name=NAME, Subnets=subnets, Scheme="internal")["LoadBalancers"]
    yield made["LoadBalancerArn"]
    elbv2.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])


@pytest.fixture
def vpc_link(aws: EmbeddedAws, subnets: list[str]) -> Iterator[str]:
    client = aws.client("apigatewayv2")
    made = client.create_vpc_link(Name=NAME, SubnetIds=subnets, SecurityGroupIds=[])["VpcLinkId"]
    yield made
    client.delete_vpc_link(VpcLinkId=made)


@pytest.fixture
def vpc_endpoint(aws: EmbeddedAws, subnets: list[str]) -> Iterator[str]:
    ec2 = aws.client("ec2")
    vpc_id = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    made = ec2.create_vpc_endpoint(VpcId=vpc_id, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway")
    yield made["VpcEndpoint"]["VpcEndpointId"]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpoint"]["VpcEndpointId"]])


@pytest.fixture
def function(aws: EmbeddedAws) -> Iterator[str]:
    iam, client = aws.client("iam"), aws.client("lambda")
    role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): return event")
    code = {"ZipFile": packed.getvalue()}
    client.create_function(FunctionName=NAME, Runtime="python3.13", Handler="index.handler", Role=role, Code=code)
    yield NAME
    client.delete_function(FunctionName=NAME)
    iam.delete_role(RoleName=NAME)


@pytest.fixture
def machine(aws: EmbeddedAws, request: pytest.FixtureRequest) -> Iterator[str]:
    # One of its own for each test: for a while after its deletion the name cannot be used again.
    name, definition = request.node.name, json.dumps(sfn.PASS)
    aws.client("stepfunctions").create_state_machine(name=name, definition=definition, roleArn=sfn.role_arn(aws))
    yield name
    sfn.clean(aws)


@pytest.fixture
def cluster(aws: EmbeddedAws) -> Iterator[str]:
    aws.client("ecs").create_cluster(clusterName=NAME)
    yield NAME
    aws.client("ecs").delete_cluster(cluster=NAME)


def test_everything_that_is_ready_is_reported(
    aws: EmbeddedAws,
    modules: Modules,
    nat_gateway: str,
    load_balancer: str,
    vpc_link: str,
    function: str,
    vpc_endpoint: str,
) -> None:
    result = modules(
        "wait",
        **{"for": [
            {"nat_gateway": nat_gateway},
            {"load_balancer": load_balancer},
            {"load_balancer": NAME},
            {"vpc_link": vpc_link},
            {"lambda_function": function},
            {"vpc_endpoint": vpc_endpoint},
        ]},
        timeout=60,
    )  # fmt: skip
    assert [(target["kind"], target["id"]) for target in result["targets"]] == [
        ("nat_gateway", nat_gateway),
        ("load_balancer", load_balancer),
        ("load_balancer", NAME),
        ("vpc_link", vpc_link),
        ("lambda_function", function),
        ("vpc_endpoint", vpc_endpoint),
    ]
    states = [target["state"] for target in result["targets"]]
    assert states == ["available", "active", "active", "AVAILABLE", "Active", "available"]
    assert all(0 <= target["seconds"] < 60 for target in result["targets"])
    assert not result["changed"]


def test_it_waits_for_what_comes_later(aws: EmbeddedAws, modules: Modules, subnets: list[str]) -> None:
    client = aws.client("elbv2")
    made: list[str] = []

    def make() -> None:
        time.sleep(1)
        balancers = client.create_load_balancer(Name="later", Subnets=subnets, Scheme="internal")["LoadBalancers"]
        made.append(balancers[0]["LoadBalancerArn"])

    maker = threading.Thread(target=make)
    maker.start()
    try:
        (target,) = modules("wait", **{"for": [{"load_balancer": "later"}]}, timeout=30)["targets"]
    finally:
        maker.join()
        client.delete_load_balancer(LoadBalancerArn=made[0])
    assert target["state"] == "active"
    assert target["seconds"] >= 0.5


def test_what_can_no_longer_succeed_fails_at_once_and_names_the_others(
    aws: EmbeddedAws, modules: Modules, subnets: list[str], load_balancer: str
) -> None:
    ec2 = aws.client("ec2")
    gone = ec2.create_nat_gateway(SubnetId=subnets[0], ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=gone)
    start = time.monotonic()
    result = modules.outcome("wait", **{"for": [{"load_balancer": NAME}, {"nat_gateway": gone}]}, timeout=60)
    assert time.monotonic() - start < 10
    assert result["failed"]
    assert f"nat_gateway {gone} is delet" in result["msg"]
    assert f"Besides, load_balancer {NAME} is active." in result["msg"]
    assert [target["kind"] for target in result["targets"]] == ["load_balancer", "nat_gateway"]


def test_what_is_missing_fails_after_a_grace(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MISSING_SECONDS", 0.5)
    targets = [{"load_balancer": "nowhere"}, {"lambda_function": "nowhere"}, {"vpc_link": "nowhere"}]
    message = modules.failure("wait", **{"for": targets}, timeout=60)
    for target in ("load_balancer", "lambda_function", "vpc_link"):
        assert f"{target} nowhere is missing" in message


def test_a_missing_ecs_service_is_a_failure(aws: EmbeddedAws, modules: Modules) -> None:
    aws.client("ecs").create_cluster(clusterName=NAME)
    message = modules.failure("wait", **{"for": [{"ecs_service": {"cluster": NAME, "service": "cart"}}]}, timeout=60)
    aws.client("ecs").delete_cluster(cluster=NAME)
    assert f"ecs_service cart of cluster {NAME}" in message
    assert "does not exist" in message


def test_check_mode_reports_and_does_not_wait(modules: Modules, load_balancer: str) -> None:
    targets = [{"vpc_link": "(known after creation)"}, {"load_balancer": NAME}, {"nat_gateway": "nat-0123"}]
    result = modules.check("wait", **{"for": targets}, timeout=60)
    assert [target["state"] for target in result["targets"]] == ["not known yet", "active", "missing"]
    assert [target["seconds"] for target in result["targets"]] == [None, 0.0, None]
    assert not result["changed"]


def test_a_placeholder_is_never_waited_for(modules: Modules) -> None:
    message = modules.failure("wait", **{"for": [{"vpc_link": "(known after creation)"}]}, timeout=60)
    assert "cannot be waited for" in message


@pytest.mark.parametrize("target", [{}, {"vpc_link": "a", "nat_gateway": "b"}])
def test_a_target_has_exactly_one_key(modules: Modules, target: dict[str, str]) -> None:
    assert "give exactly one of nat_gateway, vpc_endpoint" in modules.failure("wait", **{"for": [target]})


def test_it_waits_until_everything_is_gone(
    aws: EmbeddedAws, modules: Modules, subnets: list[str], machine: str, cluster: str
) -> None:
    ec2, links = aws.client("ec2"), aws.client("apigatewayv2")
    gateway = ec2.create_nat_gateway(SubnetId=subnets[0], ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    links.create_vpc_link(Name=NAME, SubnetIds=subnets, SecurityGroupIds=[])
    with aws.taking(deletions=1):
        ec2.delete_nat_gateway(NatGatewayId=gateway)
        link = modules("http_api_vpc_link", name=NAME, state="absent", wait=False)["wait_for"]
        going = modules("sfn_state_machine", name=machine, state="absent", wait=False)["wait_for"]
        assert modules("sfn_state_machine", name=machine, state="absent", wait=False)["wait_for"] == going
        nowhere = [{"lambda_function": "nowhere"}, {"load_balancer": "nowhere"}, {"vpc_endpoint": "vpce-0"}]
        service = {"ecs_service": {"cluster": cluster, "service": "nowhere"}}
        wanted = [{"nat_gateway": gateway}, *link, *going, *nowhere, service]
        before = modules.check("wait", **{"for": wanted}, state="absent")["targets"]
        after = modules("wait", **{"for": wanted}, state="absent", timeout=60)["targets"]
    assert [target["state"] for target in before] == ["deleting", "DELETING", "DELETING"] + ["absent"] * 4
    assert [(target["phase"], target["state"]) for target in after] == [("ready", "absent")] * 7
    assert [target["seconds"] >= 0.2 for target in after] == [True] * 3 + [False] * 4
    assert not [link for link in links.get_vpc_links()["Items"] if link["Name"] == NAME]


def test_what_is_not_deleted_is_named_when_the_time_is_over(modules: Modules, vpc_link: str, machine: str) -> None:
    wanted = [{"vpc_link": vpc_link}, {"state_machine": machine}]
    message = modules.failure("wait", **{"for": wanted}, state="absent", timeout=0)
    assert f"vpc_link {vpc_link} is AVAILABLE; state_machine {machine} is ACTIVE." in message
    (ready,) = modules("wait", **{"for": wanted[1:]})["targets"]
    assert ready["state"] == "ACTIVE"
