# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""http_api_info and http_api_vpc_link_info show what the modules that make these things return."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "info-test"


@pytest.fixture
def made(aws: EmbeddedAws, modules: Modules) -> Iterator[list[dict[str, Any]]]:
    """Three APIs, one of them with a route and a named stage."""
    route = {"key": "$default", "integration": {"uri": "https://www.example.com"}}
    result = [
        modules("http_api", name=f"{NAME}-a", tags={"team": "shop", "n": "1"}, routes=[route])["http_api"],
        modules("http_api", name=f"{NAME}-b", tags={"team": "shop"}, stages=[{"name": "test"}])["http_api"],
        modules("http_api", name=f"other-{NAME}")["http_api"],
    ]
    yield result
    for each in result:
        aws.client("apigatewayv2").delete_api(ApiId=each["api_id"])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"name_prefix": NAME}, [0, 1]),
        ({"name": f"{NAME}-b"}, [1]),
        ({"name": NAME}, []),
        ({"tags": {"team": "shop"}}, [0, 1]),
        ({"tags": {"team": "shop", "n": 1}}, [0]),
        ({"tags": {"team": "shop"}, "name": f"other-{NAME}"}, []),
        ({"api_id": "nothing"}, []),
    ],
)
def test_apis_are_selected(
    modules: Modules, made: list[dict[str, Any]], options: dict[str, Any], expected: list[int]
) -> None:
    found = modules("http_api_info", **options)
    assert found["http_apis"] == [made[number] for number in expected]
    assert not found["changed"]


def test_an_api_is_found_by_id_and_without_options_all_are(modules: Modules, made: list[dict[str, Any]]) -> None:
    assert modules.check("http_api_info", api_id=made[1]["api_id"])["http_apis"] == [made[1]]
    everything = modules("http_api_info")["http_apis"]
    assert all(each in everything for each in made)
    assert [each["name"] for each in everything] == sorted(each["name"] for each in everything)


def test_a_websocket_api_is_not_shown(aws: EmbeddedAws, modules: Modules) -> None:
    client = aws.client("apigatewayv2")
    other = client.create_api(Name=NAME, ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    assert modules("http_api_info", name=NAME)["http_apis"] == []
    assert modules("http_api_info", api_id=other["ApiId"])["http_apis"] == []
    client.delete_api(ApiId=other["ApiId"])


@pytest.fixture
def links(aws: EmbeddedAws, modules: Modules) -> Iterator[list[dict[str, Any]]]:
    ec2 = aws.client("ec2")
    subnets = aws.default_subnets(2)
    groups = [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]]
    yield [
        modules(
            "http_api_vpc_link", name=f"{NAME}-{letter}", subnets=subnets, security_groups=groups, tags={"l": letter}
        )["vpc_link"]
        for letter in "ab"
    ]
    for letter in "ab":
        modules("http_api_vpc_link", name=f"{NAME}-{letter}", state="absent")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"name_prefix": NAME}, [0, 1]),
        ({"name": f"{NAME}-b"}, [1]),
        ({"tags": {"l": "a"}, "name_prefix": NAME}, [0]),
        ({"vpc_link_id": "nothing"}, []),
    ],
)
def test_vpc_links_are_selected(
    modules: Modules, links: list[dict[str, Any]], options: dict[str, Any], expected: list[int]
) -> None:
    found = modules("http_api_vpc_link_info", **options)
    assert found["vpc_links"] == [links[number] for number in expected]
    assert not found["changed"]


def test_a_vpc_link_is_found_by_id(modules: Modules, links: list[dict[str, Any]]) -> None:
    found = modules.check("http_api_vpc_link_info", vpc_link_id=links[0]["vpc_link_id"])
    assert found["vpc_links"] == [links[0]]
