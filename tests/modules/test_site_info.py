# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.cost_billed import NOTHING
from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "site-info-test"
TAGS = {"orchestra:project": "site-info", "orchestra:environment": "test"}
ALL = ["network", "api", "services", "workflow", "machine", "billed", "extras", "resources", "existing", "ambiguous"]


@pytest.fixture
def network(modules: Modules) -> Iterator[None]:
    modules("vpc_network", name=NAME, tags=TAGS, nat_gateways="single", security_groups=[])
    yield
    modules("vpc_network", name=NAME, state="absent")


def test_of_nothing_there_is_nothing_to_tell(modules: Modules) -> None:
    found = modules("site_info", name="nobody", gather=ALL, tags=TAGS)
    assert found["caller"]["account_id"] == "123456789012"
    assert found["caller"]["region"] == "us-east-1"
    nothing = {"schedules": [], "alarms": [], "topics": []}
    assert [found[part] for part in ALL] == [None, None, [], None, None, NOTHING, nothing, [], [], []]
    assert not found["changed"]


def test_only_what_is_asked_for_is_returned(modules: Modules) -> None:
    assert "services" not in modules("site_info", name="nobody", gather=["api"])


@pytest.mark.usefixtures("network")
def test_the_network_is_found_by_name(aws: EmbeddedAws, modules: Modules) -> None:
    found = modules.check("site_info", name=NAME, gather=["network"])["network"]
    subnets = aws.client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [found["vpc_id"]]}])["Subnets"]
    assert sorted(found["public_subnet_ids"] + found["private_subnet_ids"]) == sorted(s["SubnetId"] for s in subnets)
    assert len(found["private_subnet_ids"]) == 2


@pytest.mark.usefixtures("network")
def test_what_is_billed_of_a_network_is_counted(modules: Modules) -> None:
    found = modules("site_info", name=NAME, gather=["billed"])["billed"]
    assert found == {**NOTHING, "nat_gateways": 1, "public_addresses": 1, "zones": 2}


@pytest.mark.usefixtures("network")
def test_tagged_resources_are_listed(modules: Modules) -> None:
    found = modules("site_info", name=NAME, gather=["resources"], tags=TAGS)["resources"]
    kinds = {arn.split(":")[5].split("/")[0] for arn in found}
    assert {"vpc", "subnet", "natgateway", "internet-gateway", "route-table", "elastic-ip"} <= kinds


def test_what_aws_only_remembers_is_not_listed(modules: Modules) -> None:
    modules("vpc_network", name=NAME, tags=TAGS, nat_gateways="single", security_groups=[])
    modules("ecs_cluster", name=NAME, tags=TAGS)
    modules("ecs_cluster", name=NAME, state="absent")
    modules("vpc_network", name=NAME, state="absent")
    assert modules("site_info", name=NAME, gather=["resources"], tags=TAGS)["resources"] == []


@pytest.mark.parametrize(
    ("group", "listed"),
    [
        (f"/ecs/{NAME}", True),
        (f"/aws/lambda/{NAME}-workflow-invoker", True),
        (f"/ecs/{NAME}2", False),
        (f"/other/{NAME}", False),
    ],
)
def test_log_groups_are_found_by_their_names(aws: EmbeddedAws, modules: Modules, group: str, listed: bool) -> None:
    aws.client("logs").create_log_group(logGroupName=group)
    found = modules("site_info", name=NAME, gather=["resources"])["resources"]
    aws.client("logs").delete_log_group(logGroupName=group)
    assert any(arn.endswith(group) for arn in found) is listed


@pytest.mark.usefixtures("network")
def test_what_has_the_names_is_ours_or_not(aws: EmbeddedAws, modules: Modules) -> None:
    parameter = f"/{NAME}/registry/username"
    aws.client("ssm").put_parameter(Name=parameter, Value="someone", Type="String")
    found = modules("site_info", name=NAME, gather=["existing"], tags=TAGS)["existing"]
    aws.client("ssm").delete_parameter(Name=parameter)
    assert [(one["kind"], one["name"], one["ours"]) for one in found] == [
        ("VPC", NAME, True),
        ("parameter", parameter, False),
    ]
    other = modules("site_info", name=NAME, gather=["existing"], tags={"orchestra:project": "other"})["existing"]
    assert [one["ours"] for one in other] == [False]


@pytest.mark.parametrize(("ours", "told"), [(0, True), (1, False)])
def test_links_of_one_name_are_in_doubt_unless_one_replaces_another(
    aws: EmbeddedAws, modules: Modules, ours: int, told: bool
) -> None:
    client, subnets = aws.client("apigatewayv2"), aws.default_subnets(2)
    tags: list[dict[str, str]] = [TAGS if number < ours else {} for number in range(2)]
    links = [client.create_vpc_link(Name=NAME, SubnetIds=subnets, Tags=each)["VpcLinkId"] for each in tags]
    found = modules("site_info", name=NAME, gather=["ambiguous"], tags=TAGS)["ambiguous"]
    for link in links:
        client.delete_vpc_link(VpcLinkId=link)
    expected = f"2 VPC links are named {NAME} ({', '.join(sorted(links))}): delete or rename all but one."
    assert found == ([expected] if told else [])


def test_what_the_options_of_the_invoker_made_is_found_by_name(modules: Modules) -> None:
    name = "site-info-extras"
    statement = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    role = modules("iam_role", name=f"{name}-schedule", trust_policy=trust)["iam_role"]["arn"]
    target = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    schedule = {"expression": "at(2099-01-01T00:00:00)", "target_arn": target, "role_arn": role}
    # The second belongs to a site whose name goes on after this one's.
    modules("scheduler_schedule", name=f"{name}-workflow", **schedule)
    modules("scheduler_schedule", name=f"{name}-workflow-workflow", **schedule)
    alarm = {"name": "errors", "namespace": "AWS/Lambda", "metric_name": "Errors", "threshold": 1}
    modules("cloudwatch_alarms", prefix=f"{name}/", topic_name=f"{name}-alarms", alarms=[alarm])
    found = modules("site_info", name=name, gather=["extras", "resources"])
    base = "us-east-1:123456789012"
    assert found["extras"] == {
        "schedules": [f"arn:aws:scheduler:{base}:schedule/default/{name}-workflow"],
        "alarms": [f"{name}/errors"],
        "topics": [f"arn:aws:sns:{base}:{name}-alarms"],
    }
    assert {f"arn:aws:cloudwatch:{base}:alarm:{name}/errors", *found["extras"]["schedules"]} <= set(found["resources"])
    modules("cloudwatch_alarms", prefix=f"{name}/", topic_name=f"{name}-alarms", state="absent")
    for suffix in ("workflow", "workflow-workflow"):
        modules("scheduler_schedule", name=f"{name}-{suffix}", state="absent")
    modules("iam_role", name=f"{name}-schedule", state="absent")
    assert modules("site_info", name=name, gather=["resources"])["resources"] == []
