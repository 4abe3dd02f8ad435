# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "alb-test"
DROP = "routing.http.drop_invalid_header_fields.enabled"


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws) -> Iterator[None]:
    yield
    client = aws.client("elbv2")
    balancer = described(aws)
    if balancer:
        arn = balancer["LoadBalancerArn"]
        protection = {"Key": "deletion_protection.enabled", "Value": "false"}
        client.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[protection])
        for listener in client.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
            client.delete_listener(ListenerArn=listener["ListenerArn"])
        client.delete_load_balancer(LoadBalancerArn=arn)


@pytest.fixture(scope="module")
def subnets(aws: EmbeddedAws) -> list[str]:
    """Subnets of the default VPC in three zones."""
    return aws.default_subnets(3)


@pytest.fixture(scope="module")
def groups(aws: EmbeddedAws, subnets: list[str]) -> Iterator[list[str]]:
    ec2 = aws.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"]
    made = [
        ec2.create_security_group(GroupName=f"{NAME}-{number}", Description=NAME, VpcId=vpc)["GroupId"]
        for number in (1, 2)
    ]
    yield made
    for group in made:
        ec2.delete_security_group(GroupId=group)


@pytest.fixture
def options(subnets: list[str], groups: list[str]) -> dict[str, Any]:
    return {"name": NAME, "subnets": subnets[:2], "security_groups": groups[:1]}


def described(aws: EmbeddedAws) -> dict[str, Any] | None:
    client = aws.client("elbv2")
    try:
        return client.describe_load_balancers(Names=[NAME])["LoadBalancers"][0]
    except client.exceptions.LoadBalancerNotFoundException:
        return None


def attributes(aws: EmbeddedAws) -> dict[str, str]:
    balancer = described(aws)
    assert balancer is not None
    answer = aws.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])
    return {item["Key"]: item["Value"] for item in answer["Attributes"]}


def test_check_mode_predicts_and_makes_nothing(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    more = {"idle_timeout": 35, "attributes": {"routing.http2.enabled": False}, "tags": {"a": "1"}}
    predicted = modules.check("alb", **options, **more)
    assert described(aws) is None
    made = modules("alb", **options, **more)
    assert predicted["changed"]
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"]
    assert predicted["load_balancer"].keys() == made["load_balancer"].keys()
    assert predicted["load_balancer"]["listeners"] == []
    balancer = described(aws)
    assert balancer is not None
    assert made["load_balancer"]["load_balancer_arn"] == balancer["LoadBalancerArn"]
    assert made["load_balancer"]["dns_name"] == balancer["DNSName"]
    assert made["load_balancer"]["state"] == "active"
    assert balancer["Scheme"] == "internal"
    assert balancer["SecurityGroups"] == options["security_groups"]
    assert {zone["SubnetId"] for zone in balancer["AvailabilityZones"]} == set(options["subnets"])
    found = attributes(aws)
    assert (found[DROP], found["idle_timeout.timeout_seconds"], found["routing.http2.enabled"]) == (
        "true",
        "35",
        "false",
    )


def test_second_run_changes_nothing(modules: Modules, options: dict[str, Any]) -> None:
    more = {"idle_timeout": 60, "deletion_protection": False, "attributes": {"routing.http2.enabled": True}}
    made = modules("alb", **options, **more, tags={"a": "1"})
    again = modules("alb", **{**options, "subnets": options["subnets"][::-1]}, **more)
    assert not again["changed"]
    assert again["diff"]["before"] == again["diff"]["after"]
    assert again["load_balancer"] == made["load_balancer"]


def test_a_load_balancer_that_was_left_half_made_is_completed(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    aws.client("elbv2").create_load_balancer(
        Name=NAME, Scheme="internal", Subnets=options["subnets"], SecurityGroups=options["security_groups"]
    )
    completed = modules("alb", **options)
    assert completed["actions"] == [f"set attributes of load balancer {NAME}: {DROP}=true"]
    assert attributes(aws)[DROP] == "true"


def test_listeners_are_shown_and_left_alone(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    arn = modules("alb", **options)["load_balancer"]["load_balancer_arn"]
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    client = aws.client("elbv2")
    made = [
        client.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=port, DefaultActions=[answer])["Listeners"][0]
        for port in (8002, 8001)
    ]
    expected = [{"port": item["Port"], "listener_arn": item["ListenerArn"]} for item in reversed(made)]
    assert modules.check("alb", **options)["load_balancer"]["listeners"] == expected
    assert modules("alb", **options, idle_timeout=35)["load_balancer"]["listeners"] == expected
    assert len(client.describe_listeners(LoadBalancerArn=arn)["Listeners"]) == 2


def test_absent_deletes_and_says_so_once(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules("alb", **options)
    predicted = modules.check("alb", name=NAME, state="absent")
    assert described(aws)
    deleted = modules("alb", name=NAME, state="absent")
    assert predicted["diff"] == deleted["diff"]
    assert predicted["actions"] == deleted["actions"] == [f"delete load balancer {NAME}"]
    assert described(aws) is None
    assert not modules("alb", name=NAME, state="absent")["changed"]


def test_protection_is_only_overruled_when_asked(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules("alb", **options, deletion_protection=True)
    for check in (True, False):
        assert "is protected against deletion" in modules.failure("alb", check=check, name=NAME, state="absent")
    assert described(aws)
    forced = modules("alb", name=NAME, state="absent", force_deletion=True)
    assert forced["actions"] == [
        f"switch off deletion protection of load balancer {NAME}",
        f"delete load balancer {NAME}",
    ]
    assert described(aws) is None


def test_absent_waits_for_the_network_interfaces(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], subnets: list[str]
) -> None:
    ec2 = aws.client("ec2")
    left = ec2.create_network_interface(SubnetId=subnets[0], Description=f"ELB app/{NAME}/50dc6c495c0c9188")
    interface = left["NetworkInterface"]["NetworkInterfaceId"]
    modules("alb", **options)
    modules("alb", name=NAME, state="absent", wait_for_network_interfaces=False)
    message = modules.failure("alb", name=NAME, state="absent", wait_timeout=1)
    assert f"the last state is {interface} still there" in message
    release = threading.Timer(1, lambda: ec2.delete_network_interface(NetworkInterfaceId=interface))
    release.start()
    assert not modules("alb", name=NAME, state="absent")["changed"]
    release.join()


def test_what_cannot_be_changed_is_refused(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules("alb", **options)
    for check in (True, False):
        other = {**options, "scheme": "internet-facing", "idle_timeout": 35}
        assert "cannot change" in modules.failure("alb", check=check, **other)
    assert attributes(aws).get("idle_timeout.timeout_seconds", "60") == "60"


def test_a_new_one_without_subnets_is_refused(aws: EmbeddedAws, modules: Modules) -> None:
    assert "subnets and security_groups are required" in modules.failure("alb", name=NAME)
    assert described(aws) is None


def test_placeholders_of_a_network_that_does_not_exist_yet(modules: Modules) -> None:
    coming = [f"subnet-{number}(known after creation)" for number in "12"]
    predicted = modules.check("alb", name=NAME, subnets=coming, security_groups=["sg-(known after creation)"])
    assert predicted["changed"]
    assert predicted["load_balancer"]["subnets"] == coming
