# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import authorizer, integration, route, stage

ROLE = "arn:aws:iam::123456789012:role/x"


def uses(**option: Any) -> integration.Settings:
    return integration.desired({"uri": "https://x.com", **option}, None)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        pytest.param(
            {"uri": "https://x.com"},
            {
                "type": "HTTP_PROXY",
                "method": "ANY",
                "payload_format_version": "1.0",
                "timeout_milliseconds": 30000,
                "description": "Managed by orchestra.aws",
            },
            id="HTTP",
        ),
        pytest.param(
            {"type": "AWS_PROXY", "uri": "arn"}, {"method": "POST", "payload_format_version": "2.0"}, id="Lambda"
        ),
        pytest.param(
            {"subtype": "SQS-SendMessage"},
            {"type": "AWS_PROXY", "method": None, "payload_format_version": "1.0"},
            id="AWS service",
        ),
        pytest.param({"uri": "u", "method": "get"}, {"method": "GET"}, id="method in capitals"),
        pytest.param({"uri": "u", "description": ""}, {"description": None}, id="no description"),
        pytest.param(
            {"uri": "u", "request_parameters": {"remove:header.a": None, "append:header.b": 5}},
            {"request_parameters": {"append:header.b": "5", "remove:header.a": "''"}},
            id="values are text",
        ),
        pytest.param({"uri": "u", "response_parameters": {404: {}}}, {"response_parameters": {}}, id="empty status"),
    ],
)
def test_defaults_of_an_integration(option: dict[str, Any], expected: dict[str, Any]) -> None:
    wanted = integration.desired(option, None)
    assert {name: wanted[name] for name in expected} == expected


@pytest.mark.parametrize(
    "option",
    [
        {},
        {"vpc_link_id": "a1", "tls_server_name": "x", "timeout_milliseconds": 50},
        {"request_parameters": {"overwrite:path": "/x", "remove:header.a": ""}, "credentials_arn": ROLE},
        {"response_parameters": {200: {"append:header.a": "b"}}},
        {"type": "AWS_PROXY"},
        {"subtype": "SQS-SendMessage", "uri": None},
    ],
)
def test_what_aws_describes_of_what_was_created_is_what_was_desired(option: dict[str, Any]) -> None:
    wanted = uses(**option)
    assert integration.same(integration.settings(integration.create_request(wanted)), wanted)


def test_a_left_out_description_stays() -> None:
    assert integration.desired({"uri": "u"}, uses(description="mine"))["description"] == "mine"
    assert integration.desired({"uri": "u"}, uses(description=""))["description"] is None


def test_a_method_that_nobody_can_choose_is_no_difference() -> None:
    wanted = uses(subtype="SQS-SendMessage", uri=None)
    assert integration.same({**wanted, "method": "POST"}, wanted)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"uri": "https://y.com", "method": "POST", "timeout_milliseconds": 50, "description": "x"}, False),
        ({"vpc_link_id": "1"}, {"vpc_link_id": "2"}, False),
        ({}, {"credentials_arn": ROLE, "tls_server_name": "x"}, False),
        ({"request_parameters": {"append:header.a": "1"}}, {}, False),
        ({"response_parameters": {"200": {"append:header.a": "1"}}}, {}, False),
        ({}, {"type": "AWS_PROXY"}, True),
        ({"subtype": "SQS-SendMessage"}, {"subtype": "SQS-ReceiveMessage"}, True),
        ({"vpc_link_id": "1"}, {}, True),
        ({}, {"vpc_link_id": "1"}, True),
        ({"credentials_arn": ROLE}, {}, True),
        ({"tls_server_name": "x"}, {}, True),
        (
            {"response_parameters": {"200": {"append:header.a": "1", "append:header.b": "1"}}},
            {"response_parameters": {"200": {"append:header.a": "2"}}},
            True,
        ),
    ],
)
def test_what_cannot_be_changed_in_place(before: dict[str, Any], after: dict[str, Any], expected: bool) -> None:
    assert integration.needs_new(uses(**before), uses(**after)) is expected


def test_an_update_takes_parameters_away_with_empty_values() -> None:
    before = uses(
        request_parameters={"append:header.a": "1", "append:header.b": "2"},
        response_parameters={"200": {"append:header.a": "1"}, "404": {"append:header.a": "1"}},
    )
    after = uses(request_parameters={"append:header.b": "2"}, response_parameters={"200": {"append:header.a": "1"}})
    request = integration.update_request(before, {**after, "description": None})
    assert request["RequestParameters"] == {"append:header.a": "", "append:header.b": "2"}
    assert request["ResponseParameters"] == {"200": {"append:header.a": "1"}, "404": {}}
    assert request["Description"] == ""


@pytest.mark.parametrize(
    ("authorization", "authorizer_name", "scopes"),
    [("NONE", None, []), ("AWS_IAM", None, []), ("CUSTOM", "gate", []), ("JWT", "gate", ["a", "b"])],
)
def test_what_an_authorization_does_not_use_does_not_count(
    authorization: str, authorizer_name: str | None, scopes: list[str]
) -> None:
    described = {"AuthorizationType": authorization, "AuthorizerId": "1", "AuthorizationScopes": ["b", "a"]}
    found = route.settings(described, None, {"1": "gate"})
    assert (found["authorizer"], found["scopes"]) == (authorizer_name, scopes)


def test_an_update_of_a_route_takes_away_what_is_gone_in_the_same_request() -> None:
    old = {"key": "$default", "authorization": "JWT", "authorizer": "a", "scopes": ["x"], "operation_name": "o"}
    before = route.desired({**old, "integration": {"uri": "u"}}, None)
    after = route.desired({"key": "$default", "integration": {"uri": "u"}}, before)
    assert route.update_request(before, after, "i1", None) == {
        "AuthorizationType": "NONE",
        "AuthorizationScopes": [],
        "OperationName": "",
        "Target": "integrations/i1",
    }


def test_a_target_that_is_no_integration_has_no_id() -> None:
    assert route.target_id({"Target": "integrations/i1"}) == "i1"
    assert route.target_id({"Target": "other/i1"}) is None
    assert route.target_id({}) is None


@pytest.mark.parametrize(
    "option",
    [
        {"type": "JWT", "issuer": "https://x.com", "audience": ["b", "a"]},
        {"type": "REQUEST", "uri": "arn", "result_ttl_seconds": 0},
        {"type": "REQUEST", "uri": "arn", "simple_responses": True, "credentials_arn": ROLE},
    ],
)
def test_what_aws_describes_of_an_authorizer_is_what_was_desired(option: dict[str, Any]) -> None:
    wanted = authorizer.desired(option, None)
    assert authorizer.settings(authorizer.create_request(wanted)) == wanted


def test_a_time_to_live_that_aws_chose_stays() -> None:
    found = authorizer.settings(
        {"AuthorizerType": "REQUEST", "AuthorizerUri": "arn", "AuthorizerResultTtlInSeconds": 300}
    )
    assert authorizer.desired({"type": "REQUEST", "uri": "arn"}, found)["result_ttl_seconds"] == 300


STAGE = {
    "name": "$default",
    "access_log": {"destination_arn": "arn:log"},
    "default_route_settings": {"throttling_burst_limit": 5, "throttling_rate_limit": 1},
    "route_settings": {"GET /a": {"throttling_burst_limit": 5, "detailed_metrics": "true"}, "GET /b": {}},
    "variables": {"a": 1, "b": 2},
    "tags": {"x": "1"},
}


def test_what_aws_describes_of_a_stage_is_what_was_desired() -> None:
    wanted = stage.desired(STAGE, None, purge_tags=True)
    assert stage.settings(stage.create_request(wanted)) == wanted
    assert len(wanted["access_log"]["format"]) <= 1024
    assert "\n" not in wanted["access_log"]["format"]


def test_a_limit_that_is_not_set_is_never_sent() -> None:
    request = stage.create_request(stage.desired({"name": "a"}, None, purge_tags=True))
    assert request == {"AutoDeploy": True, "DefaultRouteSettings": {"DetailedMetricsEnabled": False}}


def test_default_limits_that_are_left_out_stay() -> None:
    found = stage.desired(STAGE, None, purge_tags=True)
    wanted = stage.desired({"name": "$default", "default_route_settings": {"detailed_metrics": True}}, found, True)
    request = stage.update_request(found, wanted)
    assert request["DefaultRouteSettings"] == {
        "ThrottlingBurstLimit": 5,
        "ThrottlingRateLimit": 1.0,
        "DetailedMetricsEnabled": True,
    }


def test_an_update_of_a_stage_sends_what_differs_only() -> None:
    found = stage.desired(STAGE, None, purge_tags=True)
    assert stage.update_request(found, found) == {}
    wanted = stage.desired({**STAGE, "variables": {"b": 3}, "description": "x"}, found, True)
    assert stage.update_request(found, wanted) == {
        "Description": "x",
        "StageVariables": {"a": "", "b": "3"},
    }


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(STAGE["route_settings"], [], id="nothing changes"),
        pytest.param({"GET /a": {"throttling_burst_limit": 6}, "GET /b": {}}, [], id="another limit is only sent"),
        pytest.param({"GET /a": {}, "GET /b": {}}, ["GET /a"], id="a limit is gone"),
        pytest.param({}, ["GET /a", "GET /b"], id="all are gone"),
    ],
)
def test_route_settings_to_delete(after: Any, expected: list[str]) -> None:
    found = stage.desired(STAGE, None, purge_tags=True)
    wanted = stage.desired({**STAGE, "route_settings": after}, found, True)
    assert stage.route_settings_to_delete(found, wanted) == expected
