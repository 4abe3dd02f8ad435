# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import integration, route
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_plan import Cleaning, Plan, plan
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_state import (
    Settings,
    Snapshot,
    compared,
    cors,
    settings,
)

ALL, OURS, NONE = Cleaning(True, True), Cleaning(True, False), Cleaning(False, False)
API = {"ApiId": "a1", "ApiEndpoint": "https://a1", "Name": "shop", "ProtocolType": "HTTP"}


def snapshot(routes: dict[str, str], uris: dict[str, str], **described: Any) -> Snapshot:
    """An API: the integration of each route by key, the URI of each integration by id."""
    return Snapshot(
        API,
        [{"RouteKey": key, "RouteId": f"r-{key}", "Target": f"integrations/{uses}"} for key, uses in routes.items()],
        [
            {**integration.create_request(wanted(uri)["integration"]), "IntegrationId": each, **described}
            for each, uri in uris.items()
        ],
    )


def wanted(uri: str, **option: Any) -> Settings:
    return route.desired({"integration": {"uri": uri, **option}}, None)


def planned(found: Snapshot, routes: dict[str, Settings], cleaning: Cleaning = ALL) -> Plan:
    before = settings(found)
    return plan(found, before, {**before, "routes": routes}, cleaning)


def steps(result: Plan) -> list[tuple[str, str]]:
    return [(step.do, step.name) for step in result.steps]


def test_nothing_to_do() -> None:
    assert planned(snapshot({"GET /a": "1"}, {"1": "u"}), {"GET /a": wanted("u")}) == Plan([], {})


def test_new_comes_first_and_what_goes_comes_last() -> None:
    found = snapshot({"GET /a": "1", "GET /b": "2"}, {"1": "u", "2": "u"})
    result = planned(found, {"GET /a": wanted("u", vpc_link_id="l"), "GET /c": wanted("v")})
    assert steps(result) == [
        ("create_integration", "GET /a"),
        ("create_integration", "GET /c"),
        ("update_route", "GET /a"),
        ("create_route", "GET /c"),
        ("delete_route", "GET /b"),
        ("delete_integration", "1"),
        ("delete_integration", "2"),
    ]


def test_an_integration_of_one_route_is_changed_in_place() -> None:
    result = planned(snapshot({"GET /a": "1"}, {"1": "u"}), {"GET /a": wanted("v", timeout_milliseconds=50)})
    assert [step.sentence for step in result.steps] == ["update integration of route GET /a: uri, timeout_milliseconds"]


def test_a_shared_integration_is_never_changed() -> None:
    found = snapshot({"GET /a": "1", "GET /b": "1"}, {"1": "u"})
    assert steps(planned(found, {"GET /a": wanted("v"), "GET /b": wanted("u")})) == [
        ("create_integration", "GET /a"),
        ("update_route", "GET /a"),
    ]
    assert steps(planned(found, {"GET /a": wanted("v"), "GET /b": wanted("v")}))[-1] == ("delete_integration", "1")


def test_an_integration_shared_with_a_route_that_goes_is_left_behind_not_changed() -> None:
    found = snapshot({"GET /a": "1", "GET /b": "1"}, {"1": "u"})
    assert steps(planned(found, {"GET /a": wanted("v")})) == [
        ("create_integration", "GET /a"),
        ("update_route", "GET /a"),
        ("delete_route", "GET /b"),
        ("delete_integration", "1"),
    ]


def test_an_equal_integration_without_a_route_is_taken_once() -> None:
    found = snapshot({}, {"1": "u"})
    result = planned(found, {"GET /a": wanted("u"), "GET /b": wanted("u")})
    assert result.reused == {"GET /a": "1"}
    assert steps(result) == [
        ("create_integration", "GET /b"),
        ("create_route", "GET /a"),
        ("create_route", "GET /b"),
    ]


@pytest.mark.parametrize(
    ("described", "cleaning", "deleted"),
    [
        ({}, ALL, ["1", "2"]),
        ({}, OURS, ["1", "2"]),
        ({}, NONE, []),
        ({"Description": "by hand"}, ALL, ["1", "2"]),
        ({"Description": "by hand"}, OURS, ["1"]),
        ({"ApiGatewayManaged": True}, ALL, []),
    ],
)
def test_which_unused_integrations_go(described: dict[str, Any], cleaning: Cleaning, deleted: list[str]) -> None:
    """Route GET /a leaves integration 1; integration 2 had no route before."""
    found = snapshot({"GET /a": "1"}, {"1": "u", "2": "v"}, **described)
    result = planned(found, {"GET /a": wanted("x", type="AWS_PROXY")}, cleaning)
    assert [name for do, name in steps(result) if do == "delete_integration"] == deleted


def test_a_route_whose_integration_is_gone_gets_a_new_one() -> None:
    result = planned(snapshot({"GET /a": "gone"}, {}), {"GET /a": wanted("u")})
    assert steps(result) == [("create_integration", "GET /a"), ("update_route", "GET /a")]


def test_a_route_of_another_tool_without_an_integration_is_left_alone() -> None:
    found = Snapshot(API, [{"RouteKey": "GET /a", "RouteId": "r"}])
    before = settings(found)
    assert plan(found, before, before, OURS) == Plan([], {})


def test_a_diff_shows_what_is_set() -> None:
    found = settings(snapshot({"GET /a": "1"}, {"1": "u"}))
    assert compared(found) == {
        "name": "shop",
        "disable_execute_api_endpoint": False,
        "ip_address_type": "ipv4",
        "routes": {
            "GET /a": {
                "authorization": "NONE",
                "integration": {
                    "type": "HTTP_PROXY",
                    "method": "ANY",
                    "uri": "u",
                    "payload_format_version": "1.0",
                    "timeout_milliseconds": 30000,
                    "description": "Managed by orchestra.aws",
                },
            }
        },
    }


def test_cors_of_nothing_but_defaults_is_none() -> None:
    assert cors({"AllowCredentials": False, "MaxAge": 0, "AllowHeaders": []}) == {}
