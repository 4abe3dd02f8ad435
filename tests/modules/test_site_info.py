# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "site-info-test"
TAGS = {"orchestra:project": "site-info", "orchestra:environment": "test"}
ALL = ["network", "api", "services", "workflow", "machine", "resources"]


@pytest.fixture
def network(modules: Modules) -> Iterator[None]:
    modules("vpc_network", name=NAME, tags=TAGS, nat_gateways="single", security_groups=[])
    yield
    modules("vpc_network", name=NAME, state="absent")


def test_of_nothing_there_is_nothing_to_tell(modules: Modules) -> None:
    found = modules("site_info", name="nobody", gather=ALL, tags=TAGS)
    assert found["caller"]["account_id"] == "123456789012"
    assert found["caller"]["region"] == "us-east-1"
    assert [found[part] for part in ALL] == [None, None, [], None, None, []]
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
