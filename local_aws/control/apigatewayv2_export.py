# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2: ExportApi, an HTTP API as an OpenAPI 3.0 document; moto lacks it.

The shape is that of documents which the service has exported and of "OpenAPI extensions for API Gateway" of the
developer guide. What an export shows of a stage without a deployment is not documented: here it is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from moto.apigatewayv2 import urls
from moto.apigatewayv2.exceptions import BadRequestException
from moto.apigatewayv2.responses import ApiGatewayV2Response

from local_aws.control.apigatewayv2_deployments import deployments_of, served

DEFAULT = "$default"
ANY_METHOD = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
_EXTENSION = "x-amazon-apigateway-"
_DEFAULT_TIMEOUT = 30000  # milliseconds; an integration with another one shows it
_EXPORTS = "{0}/v2/apis/(?P<api_id>[^/]+)/exports/(?P<specification>[^/]+)$"

Document = dict[str, Any]


def exports_exist() -> None:
    """ExportApi of a stage's deployment or of the latest configuration, as JSON or YAML."""
    urls.url_paths[_EXPORTS] = ApiGatewayV2Response.dispatch
    ApiGatewayV2Response.export_api = export_api


def export_api(self: Any) -> Any:
    """ExportApi."""
    api_id, _, specification = self.path.partition("/apis/")[2].partition("/exports/")
    api = self.apigatewayv2_backend.get_api(api_id)
    asked = {name: values[0] for name, values in self.querystring.items()}
    if specification != "OAS30":
        raise BadRequestException("Invalid specification specified. Must be one of [OAS30]")
    if asked.get("outputType") not in {"JSON", "YAML"}:
        raise BadRequestException("Invalid outputType specified. Must be one of [JSON, YAML]")
    name = asked.get("stageName")
    shown, made = api, api.created_date
    if name:
        stage = self.apigatewayv2_backend.get_stage(api_id, name)
        shown = served(api, stage)
        if shown is None:
            raise BadRequestException(f"Stage {name} has no deployment")
        if not stage.auto_deploy:
            made = deployments_of(api)[stage.deployment_id].created
    document = {
        "openapi": "3.0.1",
        "info": {"title": shown.name, "version": shown.version or made.strftime("%Y-%m-%d %H:%M:%SUTC")},
        "servers": [_server(api.api_endpoint, name)],
        **_tags(self.apigatewayv2_backend.get_tags(api.arn)),
        **contents(shown),
    }
    if shown.description:
        document["info"]["description"] = shown.description
    if asked.get("includeExtensions") == "false":
        document = _without_extensions(document)
    return 200, {"Content-Type": "application/octet-stream"}, _written(document, asked["outputType"])


def contents(api: Any) -> Document:
    """Paths, components and CORS configuration of an API or of a snapshot of one."""
    paths: Document = {}
    names = {each.id: each.name for each in api.authorizers.values()}
    for route in api.routes.values():
        path, method, operation = _operation(api, route, names)
        paths.setdefault(path, {})[method] = operation
    for path, item in paths.items():
        parameters = [_path_parameter(name) for name in re.findall(r"\{([^}]+)\}", path)]
        if parameters:
            item["parameters"] = parameters
    document: Document = {"paths": paths, **_components(api)}
    if api.cors_configuration:
        document["x-amazon-apigateway-cors"] = api.cors_configuration
    document["x-amazon-apigateway-importexport-version"] = "1.0"
    return document


def _operation(api: Any, route: Any, names: Mapping[str, str]) -> tuple[str, str, Document]:
    """Path, method and operation of a route."""
    verb, _, path = route.route_key.partition(" ")
    operation: Document = {"responses": {"default": {"description": f"Default response for {route.route_key}"}}}
    if route.operation_name:
        operation["operationId"] = route.operation_name
    kind = route.authorization_type or "NONE"
    if kind == "AWS_IAM":
        operation["x-amazon-apigateway-auth"] = {"type": "AWS_IAM"}
    elif kind in {"JWT", "CUSTOM"} and route.authorizer_id in names:
        scopes = list(route.authorization_scopes or []) if kind == "JWT" else []
        operation["security"] = [{names[route.authorizer_id]: scopes}]
    integration = api.integrations.get(_target(route))
    if integration is not None:
        operation[INTEGRATION] = _integration(integration)
    if route.route_key == DEFAULT:
        return f"/{DEFAULT}", ANY_METHOD, {**operation, "isDefaultRoute": True}
    return path, ANY_METHOD if verb == "ANY" else verb.lower(), operation


def _target(route: Any) -> str:
    return str(route.target or "").rpartition("/")[2]


def _integration(integration: Any) -> Document:
    timeout, tls = integration.timeout_in_millis, integration.tls_config
    found = {
        "responseParameters": integration.response_parameters or None,
        "requestParameters": integration.request_parameters or None,
        "integrationSubtype": integration.integration_subtype,
        "credentials": integration.credentials_arn or None,
        "payloadFormatVersion": integration.payload_format_version,
        "connectionId": integration.connection_id,
        "type": integration.integration_type.lower(),
        "httpMethod": None if integration.integration_subtype else integration.integration_method,
        "uri": integration.integration_uri,
        "connectionType": integration.connection_type,
        "timeoutInMillis": None if timeout == _DEFAULT_TIMEOUT else timeout,
        "tlsConfig": tls or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _path_parameter(name: str) -> Document:
    return {
        "name": name,
        "in": "path",
        "description": f"Generated path parameter for {name}",
        "required": True,
        "schema": {"type": "string"},
    }


def _components(api: Any) -> Document:
    """Authorizers, and the integrations that no route uses."""
    used = {_target(route) for route in api.routes.values()}
    spare = {
        f"unusedIntegration_{key}": _integration(each) for key, each in api.integrations.items() if key not in used
    }
    schemes = {each.name: _scheme(each) for each in api.authorizers.values()}
    components: Document = {}
    if schemes:
        components["securitySchemes"] = schemes
    if spare:
        components["x-amazon-apigateway-integrations"] = spare
    return {"components": components} if components else {}


def _scheme(authorizer: Any) -> Document:
    sources = [str(source) for source in authorizer.identity_source or []]
    found: Document = {"type": authorizer.authorizer_type.lower(), "identitySource": ", ".join(sources)}
    if authorizer.authorizer_type == "JWT":
        found["jwtConfiguration"] = authorizer.jwt_config
        return {"type": "oauth2", "flows": {}, "x-amazon-apigateway-authorizer": found}
    more = {
        "authorizerUri": authorizer.authorizer_uri,
        "authorizerPayloadFormatVersion": authorizer.auth_payload_format_version,
        "authorizerResultTtlInSeconds": authorizer.auth_result_ttl,
        "authorizerCredentials": authorizer.auth_creds_arn or None,
        "enableSimpleResponses": authorizer.enable_simple_response,
    }
    found |= {name: value for name, value in more.items() if value is not None}
    header = next((source.rpartition(".")[2] for source in sources if ".header." in source), "Authorization")
    return {"type": "apiKey", "name": header, "in": "header", "x-amazon-apigateway-authorizer": found}


def _server(endpoint: str, stage: str | None) -> Document:
    base = "" if stage in {None, DEFAULT} else stage
    return {"url": f"{endpoint}/{{basePath}}", "variables": {"basePath": {"default": base}}}


def _tags(tags: Mapping[str, str]) -> Document:
    listed = [{"name": name, "x-amazon-apigateway-tag-value": value} for name, value in sorted(tags.items())]
    return {"tags": listed} if listed else {}


def _without_extensions(value: Any) -> Any:
    """The document without what only API Gateway understands; the path item of ANY stays, else the path is lost."""
    if isinstance(value, list):
        return [_without_extensions(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without_extensions(each)
        for name, each in value.items()
        if not name.startswith(_EXTENSION) or name == ANY_METHOD
    }


def _written(document: Document, output_type: str) -> str:
    if output_type == "JSON":
        return json.dumps(document, indent=2)
    import yaml

    return str(yaml.safe_dump(document, sort_keys=False))


def apply() -> None:
    """Install ExportApi."""
    exports_exist()
