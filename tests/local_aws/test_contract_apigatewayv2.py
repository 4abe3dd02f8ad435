# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2: moto's faults that are mended in control/apigatewayv2*.py, and what the embedded AWS does instead."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

Client = Callable[[str], Any]
ARN = "arn:aws:apigateway:us-east-1::/apis"
PUBLIC = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationMethod": "ANY",
    "IntegrationUri": "http://example.org/",
    "PayloadFormatVersion": "1.0",
}


def api_with_route(http_api: Any) -> dict[str, str]:
    """An API with an integration and a route to it."""
    api = http_api.create_api(Name=f"api-{uuid.uuid4().hex[:8]}", ProtocolType="HTTP")["ApiId"]
    integration = http_api.create_integration(ApiId=api, **PUBLIC)["IntegrationId"]
    target = f"integrations/{integration}"
    route = http_api.create_route(ApiId=api, RouteKey="POST /process", Target=target)["RouteId"]
    return {"api": api, "integration": integration, "route": route, "target": target}


def listener_and_link(client: Client) -> dict[str, str]:
    """An ALB listener and a VPC link in one VPC."""
    ec2, elbv2 = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ab")
    ]
    name = f"lb-{uuid.uuid4().hex[:8]}"
    balancer = elbv2.create_load_balancer(Name=name, Subnets=subnets, Scheme="internal")["LoadBalancers"][0]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    arn = balancer["LoadBalancerArn"]
    listener = elbv2.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[action])
    link = client("apigatewayv2").create_vpc_link(Name=name, SubnetIds=subnets)
    return {"listener": listener["Listeners"][0]["ListenerArn"], "balancer": arn, "link": link["VpcLinkId"]}


def moto_update_stage(client: Client) -> Any:
    http_api = client("apigatewayv2")
    api = api_with_route(http_api)["api"]
    http_api.create_stage(ApiId=api, StageName="$default")
    http_api.update_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return "updated"


def moto_stage_tags(client: Client) -> Any:
    http_api = client("apigatewayv2")
    api = api_with_route(http_api)["api"]
    http_api.create_stage(ApiId=api, StageName="live", Tags={"k": "v"})
    return http_api.get_tags(ResourceArn=f"{ARN}/{api}/stages/live")["Tags"]


def moto_merge_parameters(client: Client) -> Any:
    http_api = client("apigatewayv2")
    made = api_with_route(http_api)
    ids = {"ApiId": made["api"], "IntegrationId": made["integration"]}
    http_api.update_integration(**ids, RequestParameters={"overwrite:path": "/process"})
    changed = http_api.update_integration(**ids, RequestParameters={"append:header.x": "y"})
    return sorted(changed["RequestParameters"])


def moto_vpc_link_deletion(client: Client) -> Any:
    client("apigatewayv2").delete_vpc_link(VpcLinkId="unknown")
    return "deleted"


def moto_pages(client: Client) -> Any:
    http_api = client("apigatewayv2")
    for number in range(3):
        http_api.create_api(Name=f"api-{number}", ProtocolType="HTTP")
    return len(http_api.get_apis(MaxResults="2")["Items"])


def moto_address_type(client: Client) -> Any:
    http_api = client("apigatewayv2")
    return http_api.create_api(Name="a", ProtocolType="HTTP", IpAddressType="dualstack").get("IpAddressType")


def moto_second_delete(client: Client) -> Any:
    client("apigatewayv2").delete_api(ApiId="unknown")
    return "deleted"


def moto_duplicate_stage(client: Client) -> Any:
    http_api = client("apigatewayv2")
    api = api_with_route(http_api)["api"]
    for _ in range(2):
        http_api.create_stage(ApiId=api, StageName="live")
    return "created"


def moto_delete_used_integration(client: Client) -> Any:
    http_api = client("apigatewayv2")
    made = api_with_route(http_api)
    http_api.delete_integration(ApiId=made["api"], IntegrationId=made["integration"])
    return "deleted"


def moto_duplicate_route(client: Client) -> Any:
    http_api = client("apigatewayv2")
    http_api.create_route(
        ApiId=api_with_route(http_api)["api"], RouteKey="POST /process", Target="integrations/unknown"
    )
    return "created"


def moto_private_integration(client: Client) -> Any:
    http_api = client("apigatewayv2")
    private = {"ConnectionType": "VPC_LINK", "ConnectionId": "unknown", "IntegrationUri": "arn:aws:nothing"}
    http_api.create_integration(ApiId=api_with_route(http_api)["api"], **{**PUBLIC, **private})
    return "created"


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_apigatewayv2")


@pytest.mark.parametrize(
    ("name", "fault", "patch"),
    [
        ("moto_update_stage", {"error": "500", "status": 500}, "apigatewayv2.stages_can_be_updated"),
        ("moto_stage_tags", {"error": "404", "status": 404}, "apigatewayv2.stages_have_tags"),
        ("moto_merge_parameters", {"value": ["append:header.x"]}, "apigatewayv2.parameter_mappings_are_merged"),
        ("moto_vpc_link_deletion", {"value": "deleted"}, "apigatewayv2.vpc_links_are_deleted_in_time"),
        ("moto_pages", {"value": 3}, "apigatewayv2.lists_have_pages"),
        ("moto_address_type", {"value": None}, "apigatewayv2.apis_have_an_address_type"),
        ("moto_second_delete", {"value": "deleted"}, "apigatewayv2_checks.deleted_things_are_not_found"),
        ("moto_duplicate_stage", {"value": "created"}, "apigatewayv2_checks.stages_are_not_replaced"),
        ("moto_delete_used_integration", {"value": "deleted"}, "apigatewayv2_checks.integrations_in_use_stay"),
        ("moto_duplicate_route", {"value": "created"}, "apigatewayv2_checks.routes_are_checked"),
        ("moto_private_integration", {"value": "created"}, "apigatewayv2_checks.integrations_are_checked"),
    ],
)
def test_moto_still_needs(unpatched: dict[str, Any], name: str, fault: Any, patch: str) -> None:
    needed(unpatched[name], fault, patch)


@pytest.fixture
def http_api(aws: RunningAws) -> Any:
    return aws.client("apigatewayv2")


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_update_stage_changes_what_is_given(http_api: Any) -> None:
    api = api_with_route(http_api)["api"]
    stage = {"ApiId": api, "StageName": "$default"}
    http_api.create_stage(**stage, AutoDeploy=True, StageVariables={"a": "1", "b": "2"})
    settings = {"ThrottlingRateLimit": 10.0, "ThrottlingBurstLimit": 5}
    http_api.update_stage(**stage, DefaultRouteSettings=settings, RouteSettings={"POST /process": settings})
    http_api.update_stage(**stage, StageVariables={"a": "", "c": "3"}, RouteSettings={"GET /health": settings})
    found = http_api.get_stage(**stage)
    assert found["AutoDeploy"] is True
    assert found["StageVariables"] == {"b": "2", "c": "3"}
    assert sorted(found["RouteSettings"]) == ["GET /health", "POST /process"]
    assert found["DefaultRouteSettings"]["ThrottlingRateLimit"] == 10.0
    assert refused(http_api.update_stage, ApiId=api, StageName="nix") == "NotFoundException"
    assert refused(http_api.create_stage, **stage) == "ConflictException"


def test_tags_of_stages(http_api: Any) -> None:
    api = api_with_route(http_api)["api"]
    for name in ("$default", "live"):
        http_api.create_stage(ApiId=api, StageName=name, Tags={"a": "1", "b": "2"})
        arn = f"{ARN}/{api}/stages/{name}"
        http_api.tag_resource(ResourceArn=arn, Tags={"b": "3", "c": "4"})
        http_api.untag_resource(ResourceArn=arn, TagKeys=["a"])
        assert http_api.get_tags(ResourceArn=arn)["Tags"] == {"b": "3", "c": "4"}
        assert http_api.get_stage(ApiId=api, StageName=name)["Tags"] == {"b": "3", "c": "4"}
    assert refused(http_api.get_tags, ResourceArn=f"{ARN}/{api}/stages/nix") == "NotFoundException"
    assert refused(http_api.tag_resource, ResourceArn=f"{ARN}/nix", Tags={"a": "b"}) == "NotFoundException"


def test_request_parameters_are_merged(http_api: Any) -> None:
    made = api_with_route(http_api)
    ids = {"ApiId": made["api"], "IntegrationId": made["integration"]}
    http_api.update_integration(**ids, RequestParameters={"overwrite:path": "/process", "append:header.x": "y"})
    http_api.update_integration(**ids, RequestParameters={"append:header.x": "", "append:header.z": "z"})
    found = http_api.get_integration(**ids)["RequestParameters"]
    assert found == {"overwrite:path": "/process", "append:header.z": "z"}


def test_lists_have_pages(http_api: Any) -> None:
    made = api_with_route(http_api)
    for number in range(30):
        http_api.create_route(ApiId=made["api"], RouteKey=f"GET /{number}", Target=made["target"])
    first = http_api.get_routes(ApiId=made["api"])
    assert len(first["Items"]) == 25
    second = http_api.get_routes(ApiId=made["api"], NextToken=first["NextToken"])
    assert len(second["Items"]) == 6
    assert "NextToken" not in second
    pages = http_api.get_paginator("get_routes").paginate(ApiId=made["api"], PaginationConfig={"PageSize": 7})
    assert len({route["RouteKey"] for page in pages for route in page["Items"]}) == 31
    assert refused(http_api.get_routes, ApiId=made["api"], NextToken="?") == "BadRequestException"


def test_what_is_deleted_twice_is_not_found(http_api: Any) -> None:
    made = api_with_route(http_api)
    api = {"ApiId": made["api"]}
    assert refused(http_api.delete_integration, **api, IntegrationId=made["integration"]) == "ConflictException"
    http_api.create_stage(**api, StageName="live")
    deletions = [
        (http_api.delete_stage, {**api, "StageName": "live"}),
        (http_api.delete_route, {**api, "RouteId": made["route"]}),
        (http_api.delete_integration, {**api, "IntegrationId": made["integration"]}),
        (http_api.delete_api, api),
    ]
    for delete, arguments in deletions:
        delete(**arguments)
        assert refused(delete, **arguments) == "NotFoundException"


def test_routes_are_checked(http_api: Any) -> None:
    made = api_with_route(http_api)
    api = {"ApiId": made["api"]}
    create, update = http_api.create_route, http_api.update_route
    assert refused(create, **api, RouteKey="POST /process", Target=made["target"]) == "ConflictException"
    assert refused(create, **api, RouteKey="GET /x", Target="integrations/nix") == "NotFoundException"
    assert refused(create, **api, RouteKey="process") == "BadRequestException"
    other = create(**api, RouteKey="GET /x", Target=made["target"])["RouteId"]
    assert refused(update, **api, RouteId=other, RouteKey="POST /process") == "ConflictException"
    assert update(**api, RouteId=made["route"], RouteKey="POST /process")["RouteKey"] == "POST /process"


def test_private_integrations_are_checked(aws: RunningAws, http_api: Any) -> None:
    made = listener_and_link(aws.client)
    private = {
        **PUBLIC,
        "ApiId": api_with_route(http_api)["api"],
        "ConnectionType": "VPC_LINK",
        "ConnectionId": made["link"],
        "IntegrationUri": made["listener"],
    }
    created = http_api.create_integration(**private)
    assert created["ConnectionId"] == made["link"]
    create = http_api.create_integration
    assert refused(create, **{**private, "IntegrationUri": made["balancer"]}) == "BadRequestException"
    assert refused(create, **{**private, "IntegrationUri": made["listener"] + "0"}) == "BadRequestException"
    assert refused(create, **{**private, "ConnectionId": "nix"}) == "NotFoundException"
    del private["PayloadFormatVersion"]
    assert refused(create, **private) == "BadRequestException"
    ids = {"ApiId": private["ApiId"], "IntegrationId": created["IntegrationId"]}
    assert refused(http_api.update_integration, **ids, IntegrationUri=made["balancer"]) == "BadRequestException"
    assert http_api.update_integration(**ids, TimeoutInMillis=5000)["TimeoutInMillis"] == 5000


def test_vpc_links_without_a_profile(http_api: Any) -> None:
    link = http_api.create_vpc_link(Name="now", SubnetIds=["subnet-1"])
    assert http_api.get_vpc_link(VpcLinkId=link["VpcLinkId"])["VpcLinkStatus"] == "AVAILABLE"
    deleted = http_api.delete_vpc_link(VpcLinkId=link["VpcLinkId"])
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert refused(http_api.get_vpc_link, VpcLinkId=link["VpcLinkId"]) == "NotFoundException"


def test_vpc_links_take_the_time_of_the_profile(launch: Callable[..., RunningAws]) -> None:
    aws = launch({"LOCAL_AWS_PROFILE": '{"vpc_link": 600, "deletions": 600}'})
    http_api = aws.client("apigatewayv2")
    created = http_api.create_vpc_link(Name="slow", SubnetIds=["subnet-1"])
    link = {"VpcLinkId": created["VpcLinkId"]}
    assert created["VpcLinkStatus"] == http_api.get_vpc_link(**link)["VpcLinkStatus"] == "PENDING"
    aws.control("profile", {"vpc_link": 0})
    assert http_api.get_vpc_link(**link)["VpcLinkStatus"] == "AVAILABLE"
    http_api.delete_vpc_link(**link)
    assert http_api.get_vpc_link(**link)["VpcLinkStatus"] == "DELETING"
    aws.control("profile", {"deletions": 0})
    assert http_api.get_vpc_links()["Items"] == []
    assert refused(http_api.get_vpc_link, **link) == "NotFoundException"


def test_address_type(http_api: Any) -> None:
    created = http_api.create_api(Name="six", ProtocolType="HTTP", IpAddressType="dualstack")
    assert http_api.get_api(ApiId=created["ApiId"])["IpAddressType"] == "dualstack"
    assert http_api.create_api(Name="four", ProtocolType="HTTP")["IpAddressType"] == "ipv4"
    assert refused(http_api.create_api, Name="q", ProtocolType="HTTP", Target="http://e.org") == "NotImplemented"
