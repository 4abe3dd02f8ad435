# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2: operations that moto lacks, and what control/apigatewayv2_parts.py does instead."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

JWT = {"Issuer": "https://login.example.com/", "Audience": ["shop"]}
LOG = {"DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:/x", "Format": "$context.requestId"}


def api_with_stage(http_api: Any) -> str:
    """An API whose stage has an access log and limits for two routes."""
    api = str(http_api.create_api(Name=f"api-{uuid.uuid4().hex[:8]}", ProtocolType="HTTP")["ApiId"])
    limits = {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 1.0}
    http_api.create_stage(
        ApiId=api,
        StageName="$default",
        AccessLogSettings=LOG,
        RouteSettings={"GET /a/{id}": limits, "$default": limits},
    )
    return api


def moto_authorizers(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    return http_api.get_authorizers(ApiId=api_with_stage(http_api))["Items"]


def moto_access_log(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    http_api.delete_access_log_settings(ApiId=api_with_stage(http_api), StageName="$default")
    return "deleted"


def moto_route_settings(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    http_api.delete_route_settings(ApiId=api_with_stage(http_api), StageName="$default", RouteKey="$default")
    return "deleted"


def moto_scopes(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    return route_without_scopes(http_api)["AuthorizationScopes"]


def route_without_scopes(http_api: Any) -> Any:
    """A route that had scopes until they were taken away."""
    api = api_with_stage(http_api)
    route = http_api.create_route(ApiId=api, RouteKey="$default", AuthorizationScopes=["read"])["RouteId"]
    http_api.update_route(ApiId=api, RouteId=route, AuthorizationScopes=[])
    return http_api.get_route(ApiId=api, RouteId=route)


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe(__name__)


@pytest.mark.parametrize("name", ["moto_authorizers", "moto_access_log", "moto_route_settings"])
def test_moto_still_needs(unpatched: dict[str, Any], name: str) -> None:
    patch = "authorizers_are_listed" if name == "moto_authorizers" else "stage_settings_can_be_deleted"
    needed("error" in unpatched[name], True, patch)


def test_moto_still_keeps_scopes(unpatched: dict[str, Any]) -> None:
    needed(unpatched["moto_scopes"], {"value": ["read"]}, "scopes_can_be_removed")


@pytest.fixture
def http_api(aws: RunningAws) -> Any:
    return aws.client("apigatewayv2")


def test_authorizers_are_listed_in_pages(http_api: Any) -> None:
    api = api_with_stage(http_api)
    for name in ("a", "b"):
        http_api.create_authorizer(
            ApiId=api,
            Name=name,
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration=JWT,
        )
    first = http_api.get_authorizers(ApiId=api, MaxResults="1")
    second = http_api.get_authorizers(ApiId=api, MaxResults="1", NextToken=first["NextToken"])
    assert [each["Name"] for page in (first, second) for each in page["Items"]] == ["a", "b"]
    assert "NextToken" not in second
    with pytest.raises(http_api.exceptions.NotFoundException):
        http_api.get_authorizers(ApiId="nothing")


def test_the_access_log_can_be_taken_away(http_api: Any) -> None:
    api = api_with_stage(http_api)
    http_api.delete_access_log_settings(ApiId=api, StageName="$default")
    assert "AccessLogSettings" not in http_api.get_stage(ApiId=api, StageName="$default")
    with pytest.raises(http_api.exceptions.NotFoundException):
        http_api.delete_access_log_settings(ApiId=api, StageName="nothing")


@pytest.mark.parametrize(("key", "other"), [("GET /a/{id}", "$default"), ("$default", "GET /a/{id}")])
def test_the_settings_of_one_route_can_be_taken_away(http_api: Any, key: str, other: str) -> None:
    api = api_with_stage(http_api)
    http_api.delete_route_settings(ApiId=api, StageName="$default", RouteKey=key)
    assert list(http_api.get_stage(ApiId=api, StageName="$default")["RouteSettings"]) == [other]


def test_scopes_can_be_taken_away(http_api: Any) -> None:
    assert route_without_scopes(http_api).get("AuthorizationScopes", []) == []
