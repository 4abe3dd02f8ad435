# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2 (HTTP APIs): operations and semantics that moto lacks; what is refused is in apigatewayv2_checks."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from moto.apigatewayv2 import urls
from moto.apigatewayv2.exceptions import ApiNotFound, BadRequestException, StageNotFound
from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, Integration
from moto.apigatewayv2.responses import ApiGatewayV2Response

from local_aws.control import (
    apigatewayv2_checks,
    apigatewayv2_deployments,
    apigatewayv2_domains,
    apigatewayv2_export,
    apigatewayv2_parts,
)

# Pages are as small as the service's own default seems to be, so that a caller that reads only one is found out.
PAGE_SIZE = 25
_STAGE_FIELDS = {
    "accessLogSettings": "access_log_settings",
    "autoDeploy": "auto_deploy",
    "clientCertificateId": "client_certificate_id",
    "defaultRouteSettings": "default_route_settings",
    "description": "description",
}
_LISTS = (
    "get_api_mappings",
    "get_apis",
    "get_authorizers",
    "get_deployments",
    "get_domain_names",
    "get_integrations",
    "get_routes",
    "get_stages",
    "get_vpc_links",
)
_STAGE_ARN = re.compile(r".*/apis/([^/]+)/stages/([^/]+)$")


def stages_can_be_updated() -> None:
    """UpdateStage changes what is given; route settings and stage variables are merged, "" removes a variable.

    moto has no UpdateStage.
    """

    def update_stage(self: Any) -> Any:
        api_id, name = self.path.split("/")[-3], unquote(self.path.split("/")[-1])
        stage = self.apigatewayv2_backend.get_stage(api_id, name)
        given = json.loads(self.body)
        apigatewayv2_deployments.choose_deployment(self.apigatewayv2_backend.get_api(api_id), stage, given)
        for field, attribute in _STAGE_FIELDS.items():
            if field in given:
                setattr(stage, attribute, given[field])
        stage.route_settings = {**stage.route_settings, **given.get("routeSettings", {})}
        variables = {**stage.stage_variables, **given.get("stageVariables", {})}
        stage.stage_variables = {name: value for name, value in variables.items() if value != ""}
        stage.updated = datetime.now()
        return 200, {}, json.dumps(stage.to_json())

    ApiGatewayV2Response.update_stage = update_stage


def stages_have_tags() -> None:
    """Get, Tag and UntagResource work on stage ARNs, and unknown ARNs are NotFound.

    moto knows a stage's tags only at creation, and gives every unknown ARN tags of its own.
    """
    urls.url_paths["{0}/v2/tags/(?P<arn>[^/]+)/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)$"] = (
        ApiGatewayV2Response.dispatch
    )
    originals = ApiGatewayV2Backend.get_tags, ApiGatewayV2Backend.tag_resource, ApiGatewayV2Backend.untag_resource
    original_get, original_tag, original_untag = originals

    def get_tags(self: Any, resource_id: str) -> Any:
        stage = _stage(self, resource_id)
        return dict(stage.tags) if stage else original_get(self, resource_id)

    def tag_resource(self: Any, resource_arn: str, tags: dict[str, str]) -> None:
        stage = _stage(self, resource_arn)
        if stage:
            stage.tags = {**stage.tags, **tags}
        else:
            original_tag(self, resource_arn, tags)

    def untag_resource(self: Any, resource_arn: str, tag_keys: list[str]) -> None:
        stage = _stage(self, resource_arn)
        if stage:
            stage.tags = {key: value for key, value in stage.tags.items() if key not in tag_keys}
        else:
            original_untag(self, resource_arn, tag_keys)

    ApiGatewayV2Backend.get_tags = get_tags
    ApiGatewayV2Backend.tag_resource, ApiGatewayV2Backend.untag_resource = tag_resource, untag_resource
    for name in ("get_tags", "tag_resource", "untag_resource"):
        setattr(ApiGatewayV2Response, name, _of_known_resource(getattr(ApiGatewayV2Response, name)))


def _of_known_resource(operation: Any) -> Any:
    def checked(self: Any) -> Any:
        arn = unquote(self.path.split("/tags/")[1])
        kind, _, rest = arn.partition("::/")[2].partition("/")
        if kind == "apis" and "/" not in rest and rest not in self.apigatewayv2_backend.apis:
            raise ApiNotFound(rest)
        if kind == "vpclinks":
            self.apigatewayv2_backend.get_vpc_link(rest)
        return operation(self)

    return checked


def _stage(backend: Any, arn: str) -> Any | None:
    match = _STAGE_ARN.match(arn)
    if match is None:
        return None
    api_id, name = match.groups()
    if api_id not in backend.apis or name not in backend.apis[api_id].stages:
        raise StageNotFound
    return backend.apis[api_id].stages[name]


def parameter_mappings_are_merged() -> None:
    """UpdateIntegration merges RequestParameters ("" removes one) and ResponseParameters ({} removes a status).

    moto replaces both maps.
    """
    original = Integration.update

    def update(self: Any, **given: Any) -> None:
        if given.get("request_parameters") is not None:
            given["request_parameters"] = {**(self.request_parameters or {}), **given["request_parameters"]}
        if given.get("response_parameters") is not None:
            merged = {**(self.response_parameters or {}), **given["response_parameters"]}
            given["response_parameters"] = {status: changes for status, changes in merged.items() if changes}
        original(self, **given)

    Integration.update = update


def vpc_links_are_deleted_in_time() -> None:
    """DeleteVpcLink answers 202 and the link is DELETING before it is NotFound; an unknown link is NotFound.

    moto removes at once what exists and does not mind what does not. The profile tells how long it takes.
    """
    original_get, original_list = ApiGatewayV2Backend.get_vpc_link, ApiGatewayV2Backend.get_vpc_links

    def forget_deleted(self: Any) -> None:
        for link_id in [key for key, link in self.vpc_links.items() if link.status == "DELETED"]:
            del self.vpc_links[link_id]

    def get_vpc_link(self: Any, vpc_link_id: str) -> Any:
        forget_deleted(self)
        return original_get(self, vpc_link_id)

    def get_vpc_links(self: Any) -> Any:
        forget_deleted(self)
        return original_list(self)

    def delete_vpc_link(self: Any, vpc_link_id: str) -> None:
        link = get_vpc_link(self, vpc_link_id)
        if link.status != "DELETING":
            link.status = "DELETED"
        forget_deleted(self)

    def respond(self: Any) -> Any:
        self.apigatewayv2_backend.delete_vpc_link(self.path.split("/")[-1])
        return 202, {"status": 202}, "{}"

    ApiGatewayV2Backend.get_vpc_link, ApiGatewayV2Backend.get_vpc_links = get_vpc_link, get_vpc_links
    ApiGatewayV2Backend.delete_vpc_link, ApiGatewayV2Response.delete_vpc_link = delete_vpc_link, respond


def lists_have_pages() -> None:
    """The lists follow MaxResults and NextToken; moto returns everything at once."""
    for name in _LISTS:
        setattr(ApiGatewayV2Response, name, _paged(getattr(ApiGatewayV2Response, name)))


def _paged(operation: Any) -> Any:
    def paged(self: Any) -> Any:
        status, headers, body = operation(self)
        items = json.loads(body)["items"]
        start = _position(self.querystring.get("nextToken", [""])[0])
        wanted = self.querystring.get("maxResults", [str(PAGE_SIZE)])[0]
        if not wanted.isdigit() or not 0 < int(wanted) <= 500:
            raise BadRequestException("Invalid maxResults specified")
        end = start + int(wanted)
        page: dict[str, Any] = {"items": items[start:end]}
        if end < len(items):
            page["nextToken"] = base64.urlsafe_b64encode(str(end).encode()).decode()
        return status, headers, json.dumps(page)

    return paged


def _position(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)) if token else 0
    except (ValueError, binascii.Error) as error:
        raise BadRequestException("Invalid nextToken specified") from error


def apis_have_an_address_type() -> None:
    """An API tells its IpAddressType, ipv4 by default; moto drops it. Quick create is refused, not half done."""
    original_create, original_update = ApiGatewayV2Response.create_api, ApiGatewayV2Response.update_api
    original_json = Api.to_json

    def create_api(self: Any) -> Any:
        given = json.loads(self.body)
        if given.get("target") or given.get("routeKey"):
            raise NotImplementedError("Quick create")
        return self._with_address_type(original_create(self), given)

    def update_api(self: Any) -> Any:
        return self._with_address_type(original_update(self), json.loads(self.body))

    def with_address_type(self: Any, answer: Any, given: dict[str, Any]) -> Any:
        status, headers, body = answer
        api = self.apigatewayv2_backend.get_api(json.loads(body)["apiId"])
        api.ip_address_type = given.get("ipAddressType") or getattr(api, "ip_address_type", "ipv4")
        return status, headers, json.dumps(api.to_json())

    def to_json(self: Any) -> dict[str, Any]:
        return {**original_json(self), "ipAddressType": getattr(self, "ip_address_type", "ipv4")}

    ApiGatewayV2Response._with_address_type = with_address_type
    ApiGatewayV2Response.create_api, ApiGatewayV2Response.update_api = create_api, update_api
    Api.to_json = to_json


def apply() -> None:
    """Install all of them, the missing operations and the checks."""
    apigatewayv2_parts.apply()
    apigatewayv2_deployments.apply()
    apigatewayv2_export.apply()
    apigatewayv2_domains.apply()
    stages_can_be_updated()
    stages_have_tags()
    parameter_mappings_are_merged()
    vpc_links_are_deleted_in_time()
    lists_have_pages()
    apis_have_an_address_type()
    apigatewayv2_checks.apply()
