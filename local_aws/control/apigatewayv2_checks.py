# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2 (HTTP APIs): what AWS refuses and moto accepts."""

from __future__ import annotations

import re
from typing import Any

from moto.apigatewayv2.exceptions import (
    APIGatewayV2Error,
    ApiNotFound,
    BadRequestException,
    IntegrationNotFound,
    RouteNotFound,
    StageNotFound,
)
from moto.apigatewayv2.models import Api, ApiGatewayV2Backend
from moto.elbv2.models import elbv2_backends

_LISTENER_ARN = re.compile(r"arn:aws[\w-]*:elasticloadbalancing:([\w-]+):(\d{12}):listener/(app|net)/.+")
_CLOUD_MAP_ARN = re.compile(r"arn:aws[\w-]*:servicediscovery:[\w-]+:\d{12}:service/.+")
_ROUTE_KEY = re.compile(r"\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) /\S*")


class Conflict(APIGatewayV2Error):
    """ConflictException, HTTP 409."""

    code = 409

    def __init__(self, message: str) -> None:
        super().__init__("ConflictException", message)


def deleted_things_are_not_found() -> None:
    """A second delete of an API, stage, route or integration is a NotFoundException; moto says nothing."""
    delete_api, delete_stage = ApiGatewayV2Backend.delete_api, Api.delete_stage
    delete_route, delete_integration = Api.delete_route, Api.delete_integration

    def api(self: Any, api_id: str) -> None:
        if api_id not in self.apis:
            raise ApiNotFound(api_id)
        delete_api(self, api_id)

    def stage(self: Any, stage_name: str) -> None:
        if stage_name not in self.stages:
            raise StageNotFound
        delete_stage(self, stage_name)

    def route(self: Any, route_id: str) -> None:
        if route_id not in self.routes:
            raise RouteNotFound(route_id)
        delete_route(self, route_id)

    def integration(self: Any, integration_id: str) -> None:
        if integration_id not in self.integrations:
            raise IntegrationNotFound(integration_id)
        delete_integration(self, integration_id)

    ApiGatewayV2Backend.delete_api, Api.delete_stage = api, stage
    Api.delete_route, Api.delete_integration = route, integration


def stages_are_not_replaced() -> None:
    """CreateStage of an existing name is a ConflictException; moto replaces the stage with its tags."""
    original = Api.create_stage

    def create_stage(self: Any, config: dict[str, Any]) -> Any:
        if config["stageName"] in self.stages:
            raise Conflict("Stage already exists")
        return original(self, config)

    Api.create_stage = create_stage


def integrations_in_use_stay() -> None:
    """DeleteIntegration of a route's target is a ConflictException; moto deletes it."""
    original = Api.delete_integration

    def delete_integration(self: Any, integration_id: str) -> None:
        target = f"integrations/{integration_id}"
        routes = [route.route_id for route in self.routes.values() if route.target == target]
        if routes:
            raise Conflict(
                "Cannot delete Integration because it is referenced by the following Routes with Ids: "
                f"[{', '.join(routes)}]"
            )
        original(self, integration_id)

    Api.delete_integration = delete_integration


def routes_are_checked() -> None:
    """A route key is well formed and unique in its API, its target exists; moto takes anything."""
    original_create, original_update = Api.create_route, Api.update_route

    def create_route(self: Any, *args: Any, **given: Any) -> Any:
        _check_route(self, given.get("route_key"), given.get("target"), None)
        return original_create(self, *args, **given)

    def update_route(self: Any, route_id: str, **given: Any) -> Any:
        self.get_route(route_id)
        _check_route(self, given.get("route_key"), given.get("target"), route_id)
        return original_update(self, route_id=route_id, **given)

    Api.create_route, Api.update_route = create_route, update_route


def _check_route(api: Any, key: str | None, target: str | None, route_id: str | None) -> None:
    if key is not None and api.protocol_type == "HTTP":
        if not _ROUTE_KEY.fullmatch(key):
            raise BadRequestException(
                "The provided route key is not formatted properly for HTTP protocol. "
                'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"'
            )
        if any(route.route_key == key for route in api.routes.values() if route.route_id != route_id):
            raise Conflict(f"Route with key {key} already exists for this API")
    if target:
        kind, _, integration_id = target.partition("/")
        if kind != "integrations":
            raise BadRequestException("Invalid target specified")
        if integration_id not in api.integrations:
            raise IntegrationNotFound(integration_id)


def integrations_are_checked() -> None:
    """A private integration names an existing VPC link and listener, and every one a payload format; moto checks none.

    The message about the listener is the service's own; which error an unknown VPC link gives is not documented.
    """
    original_create, original_update = Api.create_integration, Api.update_integration

    def create_integration(self: Any, **given: Any) -> Any:
        if self.protocol_type == "HTTP" and not given.get("payload_format_version"):
            raise BadRequestException("PayloadFormatVersion is required for integrations of HTTP APIs")
        _check_private(self, given.get("connection_type"), given.get("connection_id"), given.get("integration_uri"))
        return original_create(self, **given)

    def update_integration(self: Any, integration_id: str, **given: Any) -> Any:
        current = self.get_integration(integration_id)
        merged = [
            given.get(name) if given.get(name) is not None else getattr(current, name)
            for name in ("connection_type", "connection_id", "integration_uri")
        ]
        _check_private(self, *merged)
        return original_update(self, integration_id=integration_id, **given)

    Api.create_integration, Api.update_integration = create_integration, update_integration


def _check_private(api: Any, connection_type: str | None, connection_id: str | None, uri: str | None) -> None:
    if connection_type != "VPC_LINK" or api.protocol_type != "HTTP":
        return
    listener = _LISTENER_ARN.fullmatch(uri or "")
    if not listener and not _CLOUD_MAP_ARN.fullmatch(uri or ""):
        raise BadRequestException(
            "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a valid Cloud Map service ARN."
        )
    if not connection_id:
        raise BadRequestException("ConnectionId is required for VPC_LINK integrations")
    api.backend.get_vpc_link(connection_id)
    if listener:
        region, account, _ = listener.groups()
        balancers = list(elbv2_backends[account][region].load_balancers.values())
        if not any(uri in balancer.listeners for balancer in balancers):
            raise BadRequestException("Unable to retrieve listener port and load balancer DNS name from ELB listener")


def apply() -> None:
    """Install all of them."""
    deleted_things_are_not_found()
    stages_are_not_replaced()
    integrations_in_use_stay()
    routes_are_checked()
    integrations_are_checked()
