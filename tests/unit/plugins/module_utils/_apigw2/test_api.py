# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api


@pytest.fixture
def client() -> Any:
    return boto3.client("apigatewayv2", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def test_vpc_links_reads_every_page(client: Any, stub: Stubber) -> None:
    stub.add_response("get_vpc_links", {"Items": [_link("1")], "NextToken": "more"}, {"MaxResults": "100"})
    stub.add_response("get_vpc_links", {"Items": [_link("2")]}, {"MaxResults": "100", "NextToken": "more"})
    assert [link["VpcLinkId"] for link in api.vpc_links(client)] == ["1", "2"]


def test_a_missing_vpc_link_is_none(client: Any, stub: Stubber) -> None:
    stub.add_client_error("get_vpc_link", "NotFoundException")
    assert api.vpc_link(client, "gone") is None


def test_deleting_a_missing_vpc_link_is_no_error(client: Any, stub: Stubber) -> None:
    stub.add_client_error("delete_vpc_link", "NotFoundException")
    api.delete_vpc_link(client, "gone")


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_vpc_link", "BadRequestException", "no such subnet")
    with pytest.raises(AnsibleAWSError, match="Failed to create VPC link shop: .*no such subnet"):
        api.create_vpc_link(client, "shop", ["subnet-a"], ["sg-1"], {})


def _link(link_id: str) -> dict[str, Any]:
    return {"VpcLinkId": link_id, "Name": "shop", "SubnetIds": [], "SecurityGroupIds": []}


LISTS = [
    (api.routes, "get_routes", "RouteKey"),
    (api.integrations, "get_integrations", "IntegrationId"),
    (api.stages, "get_stages", "StageName"),
    (api.authorizers, "get_authorizers", "Name"),
]


@pytest.mark.parametrize(("read", "operation", "field"), LISTS)
def test_the_parts_of_an_api_are_read_to_the_last_page(
    client: Any, stub: Stubber, read: Any, operation: str, field: str
) -> None:
    asked = {"ApiId": "a1", "MaxResults": "100"}
    stub.add_response(operation, {"Items": [{field: "1"}], "NextToken": "more"}, asked)
    stub.add_response(operation, {"Items": [{field: "2"}]}, {**asked, "NextToken": "more"})
    assert [each[field] for each in read(client, "a1")] == ["1", "2"]


@pytest.mark.parametrize(("read", "operation", "field"), LISTS)
def test_the_parts_of_a_missing_api_are_none(client: Any, stub: Stubber, read: Any, operation: str, field: str) -> None:
    stub.add_client_error(operation, "NotFoundException")
    assert read(client, "gone") is None


def test_http_apis_reads_every_page_and_leaves_websocket_apis_out(client: Any, stub: Stubber) -> None:
    def found(api_id: str, protocol: str = "HTTP") -> dict[str, Any]:
        return {"ApiId": api_id, "Name": "shop", "ProtocolType": protocol, "RouteSelectionExpression": "x"}

    first = {"Items": [found("1"), found("2", "WEBSOCKET")], "NextToken": "more"}
    stub.add_response("get_apis", first, {"MaxResults": "100"})
    stub.add_response("get_apis", {"Items": [found("3")]}, {"MaxResults": "100", "NextToken": "more"})
    assert [each["ApiId"] for each in api.http_apis(client)] == ["1", "3"]


DELETIONS = [
    (api.delete_api, "delete_api", ("a1",)),
    (api.delete_cors, "delete_cors_configuration", ("a1",)),
    (api.delete_authorizer, "delete_authorizer", ("a1", "u1")),
    (api.delete_integration, "delete_integration", ("a1", "i1")),
    (api.delete_route, "delete_route", ("a1", "GET /a", "r1")),
    (api.delete_stage, "delete_stage", ("a1", "$default")),
    (api.delete_access_log, "delete_access_log_settings", ("a1", "$default")),
    (api.delete_route_settings, "delete_route_settings", ("a1", "$default", "GET /a")),
]


@pytest.mark.parametrize(("delete", "operation", "arguments"), DELETIONS)
def test_deleting_what_is_missing_is_no_error(
    client: Any, stub: Stubber, delete: Any, operation: str, arguments: tuple[str, ...]
) -> None:
    stub.add_client_error(operation, "NotFoundException")
    delete(client, *arguments)


def test_a_change_waits_for_another_one(client: Any, stub: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(api.time, "sleep", slept.append)
    busy = "Unable to complete operation due to concurrent modification. Please try again later."
    stub.add_client_error("create_route", "ConflictException", busy)
    stub.add_client_error("create_route", "ConflictException", busy)
    stub.add_response("create_route", {"RouteKey": "$default", "RouteId": "r1"})
    assert api.create_route(client, "a1", "$default", {})["RouteId"] == "r1"
    assert len(slept) == 2


def test_a_change_does_not_wait_for_ever(client: Any, stub: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "BUSY_SECONDS", -1)
    stub.add_client_error("update_stage", "ConflictException", "... concurrent modification ...")
    with pytest.raises(AnsibleAWSError, match=r"Failed to update stage \$default"):
        api.update_stage(client, "a1", "$default", {})


def test_a_conflict_of_another_kind_is_an_error(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_route", "ConflictException", "Route with key $default already exists for this API")
    with pytest.raises(AnsibleAWSError, match=r"Failed to create route \$default: .*already exists"):
        api.create_route(client, "a1", "$default", {})
