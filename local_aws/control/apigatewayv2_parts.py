# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2: the list of authorizers, and ways to take settings of stages and routes away; moto has neither."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from moto.apigatewayv2 import urls
from moto.apigatewayv2.models import Route
from moto.apigatewayv2.responses import ApiGatewayV2Response

_STAGE = "{0}/v2/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)"
_STAGE_SETTINGS = re.compile(r".*/apis/([^/]+)/stages/([^/]+)/(?:accesslogsettings|routesettings/(.+))$")


def authorizers_are_listed() -> None:
    """GetAuthorizers lists the authorizers of an API; moto answers NotImplemented."""

    def get_authorizers(self: Any) -> Any:
        api = self.apigatewayv2_backend.get_api(self.path.split("/")[-2])
        return 200, {}, json.dumps({"items": [each.to_json() for each in api.authorizers.values()]})

    ApiGatewayV2Response.get_authorizers = get_authorizers


def stage_settings_can_be_deleted() -> None:
    """DeleteAccessLogSettings and DeleteRouteSettings take away what UpdateStage cannot; moto does not know them.

    What AWS answers for a route without settings is not documented: here it is no error.
    """
    urls.url_paths[_STAGE + "/accesslogsettings$"] = _delete_access_log_settings
    urls.url_paths[_STAGE + "/routesettings/(?P<route_key>.+)$"] = _delete_route_settings


def _delete_access_log_settings(request: Any, full_url: str, headers: Any) -> Any:
    stage, _ = _stage_and_key(request, full_url, headers)
    stage.access_log_settings = None
    return 204, {"status": 204}, ""


def _delete_route_settings(request: Any, full_url: str, headers: Any) -> Any:
    stage, route_key = _stage_and_key(request, full_url, headers)
    stage.route_settings = {key: limits for key, limits in stage.route_settings.items() if key != route_key}
    return 204, {"status": 204}, ""


def _stage_and_key(request: Any, full_url: str, headers: Any) -> tuple[Any, str]:
    response = ApiGatewayV2Response()
    response.setup_class(request, full_url, headers)
    match = _STAGE_SETTINGS.match(response.path)
    assert match is not None
    api_id, name, route_key = match.groups()
    return response.apigatewayv2_backend.get_stage(api_id, unquote(name)), unquote(route_key or "")


def scopes_can_be_removed() -> None:
    """UpdateRoute with an empty list of AuthorizationScopes removes them; moto keeps them."""
    original = Route.update

    def update(self: Any, **given: Any) -> None:
        original(self, **given)
        if given.get("authorization_scopes") == []:
            self.authorization_scopes = []

    Route.update = update


def apply() -> None:
    """Install all of them."""
    authorizers_are_listed()
    stage_settings_can_be_deleted()
    scopes_can_be_removed()
