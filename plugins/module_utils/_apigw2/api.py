# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""API Gateway v2 calls, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_message

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client, Operation
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._wait import pauses

P = ParamSpec("P")
R = TypeVar("R")

# A request as boto3 takes it, without the names and ids that the function gives itself.
Request = dict[str, Any]

# Seconds during which a change is tried again while AWS is busy with another change of the same API.
BUSY_SECONDS = 60


def alone(call: Callable[P, R]) -> Callable[P, R]:
    """Try again while AWS refuses a change because another one of the same API is under way.

    AWS then answers ConflictException "Unable to complete operation due to concurrent modification".
    """

    @functools.wraps(call)
    def patient(*args: P.args, **kwargs: P.kwargs) -> R:
        deadline = time.monotonic() + BUSY_SECONDS
        pause = pauses()
        while True:
            try:
                return call(*args, **kwargs)
            except is_boto3_error_message("concurrent modification"):
                if time.monotonic() > deadline:
                    raise
            time.sleep(next(pause))

    return patient


def pages(call: Operation, **params: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    while True:
        page = call(**params)
        items += page["Items"]
        if not page.get("NextToken"):
            return items
        params["NextToken"] = page["NextToken"]


@described("list VPC links")
def vpc_links(client: Client) -> list[dict[str, Any]]:
    return pages(client.get_vpc_links, MaxResults="100")


@described("describe VPC link {link_id}")
@missing_is_none("NotFoundException")
def vpc_link(client: Client, link_id: str) -> dict[str, Any]:
    """Return the VPC link, or None when there is none of this id."""
    return client.get_vpc_link(VpcLinkId=link_id)


@described("create VPC link {name}")
def create_vpc_link(
    client: Client, name: str, subnets: list[str], security_groups: list[str], tags: dict[str, str]
) -> dict[str, Any]:
    return client.create_vpc_link(Name=name, SubnetIds=subnets, SecurityGroupIds=security_groups, Tags=tags)


@described("delete VPC link {link_id}")
@missing_is_none("NotFoundException")
def delete_vpc_link(client: Client, link_id: str) -> None:
    """Ask for the deletion, which AWS does in the background."""
    client.delete_vpc_link(VpcLinkId=link_id)


@described("tag {arn}")
def tag(client: Client, arn: str, tags: dict[str, str]) -> None:
    client.tag_resource(ResourceArn=arn, Tags=tags)


@described("remove tags from {arn}")
def untag(client: Client, arn: str, keys: list[str]) -> None:
    client.untag_resource(ResourceArn=arn, TagKeys=keys)


@described("list HTTP APIs")
def http_apis(client: Client) -> list[dict[str, Any]]:
    """Return the HTTP APIs of the region, without its WebSocket APIs."""
    return [found for found in pages(client.get_apis, MaxResults="100") if found["ProtocolType"] == "HTTP"]


@described("describe API {api_id}")
@missing_is_none("NotFoundException")
def http_api(client: Client, api_id: str) -> dict[str, Any]:
    """Return the API, of whatever protocol, or None when there is none of this id."""
    return client.get_api(ApiId=api_id)


@described("list routes of API {api_id}")
@missing_is_none("NotFoundException")
def routes(client: Client, api_id: str) -> list[dict[str, Any]]:
    return pages(client.get_routes, ApiId=api_id, MaxResults="100")


@described("list integrations of API {api_id}")
@missing_is_none("NotFoundException")
def integrations(client: Client, api_id: str) -> list[dict[str, Any]]:
    return pages(client.get_integrations, ApiId=api_id, MaxResults="100")


@described("list stages of API {api_id}")
@missing_is_none("NotFoundException")
def stages(client: Client, api_id: str) -> list[dict[str, Any]]:
    return pages(client.get_stages, ApiId=api_id, MaxResults="100")


@described("list authorizers of API {api_id}")
@missing_is_none("NotFoundException")
def authorizers(client: Client, api_id: str) -> list[dict[str, Any]]:
    return pages(client.get_authorizers, ApiId=api_id, MaxResults="100")


@described("create HTTP API {name}")
def create_api(client: Client, name: str, request: Request) -> dict[str, Any]:
    return client.create_api(Name=name, ProtocolType="HTTP", **request)


@described("update API {api_id}")
@alone
def update_api(client: Client, api_id: str, request: Request) -> None:
    client.update_api(ApiId=api_id, **request)


@described("delete API {api_id}")
@missing_is_none("NotFoundException")
@alone
def delete_api(client: Client, api_id: str) -> None:
    """Delete the API with its routes, integrations, stages and authorizers."""
    client.delete_api(ApiId=api_id)


@described("remove the CORS configuration of API {api_id}")
@missing_is_none("NotFoundException")
@alone
def delete_cors(client: Client, api_id: str) -> None:
    client.delete_cors_configuration(ApiId=api_id)


@described("create authorizer {name}")
@alone
def create_authorizer(client: Client, api_id: str, name: str, request: Request) -> dict[str, Any]:
    return client.create_authorizer(ApiId=api_id, Name=name, **request)


@described("update authorizer {authorizer_id}")
@alone
def update_authorizer(client: Client, api_id: str, authorizer_id: str, request: Request) -> None:
    client.update_authorizer(ApiId=api_id, AuthorizerId=authorizer_id, **request)


@described("delete authorizer {authorizer_id}")
@missing_is_none("NotFoundException")
@alone
def delete_authorizer(client: Client, api_id: str, authorizer_id: str) -> None:
    client.delete_authorizer(ApiId=api_id, AuthorizerId=authorizer_id)


@described("create the integration of route {key}")
@alone
def create_integration(client: Client, api_id: str, key: str, request: Request) -> dict[str, Any]:
    """Create an integration; key, that of the route it is for, only serves the error message."""
    return client.create_integration(ApiId=api_id, **request)


@described("update the integration of route {key}")
@alone
def update_integration(client: Client, api_id: str, key: str, integration_id: str, request: Request) -> None:
    client.update_integration(ApiId=api_id, IntegrationId=integration_id, **request)


@described("delete integration {integration_id}")
@missing_is_none("NotFoundException")
@alone
def delete_integration(client: Client, api_id: str, integration_id: str) -> None:
    client.delete_integration(ApiId=api_id, IntegrationId=integration_id)


@described("create route {key}")
@alone
def create_route(client: Client, api_id: str, key: str, request: Request) -> dict[str, Any]:
    return client.create_route(ApiId=api_id, RouteKey=key, **request)


@described("update route {key}")
@alone
def update_route(client: Client, api_id: str, key: str, route_id: str, request: Request) -> None:
    """Update a route; key only serves the error message."""
    client.update_route(ApiId=api_id, RouteId=route_id, **request)


@described("delete route {key}")
@missing_is_none("NotFoundException")
@alone
def delete_route(client: Client, api_id: str, key: str, route_id: str) -> None:
    client.delete_route(ApiId=api_id, RouteId=route_id)


@described("create stage {name}")
@alone
def create_stage(client: Client, api_id: str, name: str, request: Request) -> dict[str, Any]:
    return client.create_stage(ApiId=api_id, StageName=name, **request)


@described("update stage {name}")
@alone
def update_stage(client: Client, api_id: str, name: str, request: Request) -> None:
    client.update_stage(ApiId=api_id, StageName=name, **request)


@described("delete stage {name}")
@missing_is_none("NotFoundException")
@alone
def delete_stage(client: Client, api_id: str, name: str) -> None:
    client.delete_stage(ApiId=api_id, StageName=name)


@described("deploy API {api_id} to stage {name}")
@alone
def create_deployment(client: Client, api_id: str, name: str) -> dict[str, Any]:
    """Freeze the API as it is now, and let the stage serve that."""
    return client.create_deployment(ApiId=api_id, StageName=name)


@described("describe deployment {deployment_id}")
def deployment(client: Client, api_id: str, deployment_id: str) -> dict[str, Any]:
    return client.get_deployment(ApiId=api_id, DeploymentId=deployment_id)


@described("export API {api_id}")
@missing_is_none("NotFoundException")
def export(client: Client, api_id: str, stage: str | None, extensions: bool = True) -> str | None:
    """Return the OpenAPI document of what a stage serves, or of the latest configuration, as JSON; None for none."""
    request: Request = {"StageName": stage} if stage else {}
    answer = client.export_api(
        ApiId=api_id, Specification="OAS30", OutputType="JSON", IncludeExtensions=extensions, **request
    )
    body: bytes = answer["body"].read()
    return body.decode()


@described("remove the access log of stage {name}")
@missing_is_none("NotFoundException")
@alone
def delete_access_log(client: Client, api_id: str, name: str) -> None:
    client.delete_access_log_settings(ApiId=api_id, StageName=name)


@described("remove the settings of route {key} from stage {name}")
@missing_is_none("NotFoundException")
@alone
def delete_route_settings(client: Client, api_id: str, name: str, key: str) -> None:
    client.delete_route_settings(ApiId=api_id, StageName=name, RouteKey=key)
