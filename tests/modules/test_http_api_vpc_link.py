# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "vpc-link-test"


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws) -> Iterator[None]:
    yield
    client = aws.client("apigatewayv2")
    for link in links(aws):
        client.delete_vpc_link(VpcLinkId=link["VpcLinkId"])


@pytest.fixture
def options(aws: EmbeddedAws) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    subnets = aws.default_subnets(2)
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    return {"name": NAME, "subnets": subnets, "security_groups": [group]}


def links(aws: EmbeddedAws) -> list[dict[str, Any]]:
    found = aws.client("apigatewayv2").get_vpc_links()["Items"]
    return [link for link in found if link["Name"] == NAME and link["VpcLinkStatus"] != "DELETING"]


def test_check_mode_predicts_and_makes_nothing(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    predicted = modules.check("http_api_vpc_link", **options)
    assert links(aws) == []
    made = modules("http_api_vpc_link", **options)
    assert predicted["changed"]
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"] == [f"create VPC link {NAME}"]
    assert made["vpc_link"]["state"] == "AVAILABLE"
    assert made["vpc_link"]["vpc_link_id"] == links(aws)[0]["VpcLinkId"]


def test_second_run_changes_nothing(modules: Modules, options: dict[str, Any]) -> None:
    modules("http_api_vpc_link", **options)
    again = modules("http_api_vpc_link", **{**options, "subnets": options["subnets"][::-1]})
    assert not again["changed"]
    assert again["diff"]["before"] == again["diff"]["after"]


def test_other_subnets_make_a_new_link_and_purge_deletes_the_old(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    old = modules("http_api_vpc_link", **options, tags={"a": "1"})["vpc_link"]["vpc_link_id"]
    moved = {**options, "subnets": options["subnets"][:1]}
    predicted = modules.check("http_api_vpc_link", **moved)
    new = modules("http_api_vpc_link", **moved)
    assert predicted["diff"] == new["diff"]
    assert new["vpc_link"]["vpc_link_id"] != old
    assert new["vpc_link"]["tags"] == {"a": "1"}
    assert new["replaced_vpc_link_ids"] == [old]
    assert not modules("http_api_vpc_link", **moved)["changed"]
    purged = modules("http_api_vpc_link", **moved, purge_replaced=True)
    assert purged["actions"] == [f"delete replaced VPC link {old}"]
    assert [link["VpcLinkId"] for link in links(aws)] == [new["vpc_link"]["vpc_link_id"]]


def test_time_over_tells_the_last_state(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    with aws.taking(vpc_link=600, deletions=600):
        message = modules.failure("http_api_vpc_link", **options, wait_timeout=1)
        [link] = links(aws)
        waited = f"Waited 1 seconds for VPC link {link['VpcLinkId']} to"
        assert message == f"{waited} become available in vain; the last state is PENDING."
        message = modules.failure("http_api_vpc_link", name=NAME, state="absent", wait_timeout=1)
        assert message == f"{waited} be deleted in vain; the last state is DELETING."


def test_absent_deletes_and_says_so_once(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules("http_api_vpc_link", **options)
    assert modules.check("http_api_vpc_link", name=NAME, state="absent")["changed"]
    assert len(links(aws)) == 1
    assert modules("http_api_vpc_link", name=NAME, state="absent")["changed"]
    assert links(aws) == []
    assert not modules("http_api_vpc_link", name=NAME, state="absent")["changed"]


def test_two_links_that_fit_are_refused(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    client = aws.client("apigatewayv2")
    for _ in range(2):
        client.create_vpc_link(Name=NAME, SubnetIds=options["subnets"], SecurityGroupIds=options["security_groups"])
    assert "delete or rename all but one" in modules.failure("http_api_vpc_link", **options)
