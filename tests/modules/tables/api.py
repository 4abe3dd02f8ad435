# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options of HTTP APIs and custom domain names; test_http_api.py and test_http_api_domain.py have tables of more."""

from __future__ import annotations

from typing import Any

from tests.embedded_aws import EmbeddedAws
from tests.modules.table import Case, Options, Table

API = "tables-api"
DOMAIN = "tables.example.com"
INVOKE = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:{}"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/{}"
START = {
    "type": "AWS_PROXY",
    "subtype": "StepFunctions-StartExecution",
    "credentials_arn": "$role1",
    "payload_format_version": "1.0",
    "request_parameters": {"StateMachineArn": "$machine", "Input": "$request.body"},
}
GATE = {
    "name": "gate",
    "type": "REQUEST",
    "uri": INVOKE.format(FUNCTION.format("gate")),
    "identity_sources": ["$request.header.Token"],
    "payload_format_version": "1.0",
    "result_ttl_seconds": 9,
    "credentials_arn": "$role1",
}
STAFF = {"name": "staff", "type": "JWT", "issuer": "https://login.example.com/", "audience": ["shop"]}
FUNCTION_ROUTE = {"key": "GET /function", "integration": {"type": "AWS_PROXY", "uri": FUNCTION.format("one")}}
PROXY = {"key": "GET /a", "integration": {"uri": "https://a.example.com"}}


def look_at_api(aws: EmbeddedAws, _options: Options) -> Any:
    client = aws.client("apigatewayv2")
    found = [item for item in client.get_apis(MaxResults="100")["Items"] if item["Name"] == API]
    if not found:
        return None
    of = {"ApiId": found[0]["ApiId"], "MaxResults": "100"}
    integrations = {item.pop("IntegrationId"): item for item in client.get_integrations(**of)["Items"]}
    authorizers = {item.pop("AuthorizerId"): item for item in client.get_authorizers(**of)["Items"]}
    # What is switched off may be said or not.
    found[0]["CorsConfiguration"] = {key: value for key, value in found[0]["CorsConfiguration"].items() if value}
    return {
        "api": found[0],
        "authorizers": {item["Name"]: item for item in authorizers.values()},
        "routes": {
            route["RouteKey"]: look_at_route(route, integrations, authorizers)
            for route in client.get_routes(**of)["Items"]
        },
        "stages": {
            stage["StageName"]: {key: stage[key] for key in ("StageName", "AutoDeploy", "DefaultRouteSettings")}
            for stage in client.get_stages(**of)["Items"]
        },
    }


def look_at_route(route: Options, integrations: Options, authorizers: Options) -> Options:
    """A route with names instead of ids."""
    # A route that is free again keeps the id of the authorizer that it had.
    guarded = route["AuthorizationType"] in ("JWT", "CUSTOM")
    authorizer = authorizers[route["AuthorizerId"]]["Name"] if guarded else None
    kept = {key: route[key] for key in ("RouteKey", "AuthorizationType")}
    return {**kept, "authorizer": authorizer, "integration": integrations[route["Target"].split("/")[1]]}


HTTP_API = Table(
    module="http_api",
    identity={"name": API},
    options={
        "name": API,
        "cors": {"origins": ["https://www.example.com"], "methods": ["GET"]},
        "authorizers": [STAFF],
        "purge_authorizers": True,
        "routes": [PROXY, FUNCTION_ROUTE],
        "stages": [
            {"name": "$default", "default_route_settings": {"throttling_burst_limit": 9, "throttling_rate_limit": 5}}
        ],
        "purge_stages": True,
    },
    look=look_at_api,
    shown={
        "methods": "AllowMethods",
        "authorization": "AuthorizationType",
        "authorizers.type": "AuthorizerType",
        "authorizers.uri": "AuthorizerUri",
        "authorizers.credentials_arn": "AuthorizerCredentialsArn",
        "authorizers.payload_format_version": "AuthorizerPayloadFormatVersion",
        "identity_sources": "IdentitySource",
        "result_ttl_seconds": "AuthorizerResultTtlInSeconds",
        "routes.key": "RouteKey",
        "integration.type": "IntegrationType",
        "integration.subtype": "IntegrationSubtype",
        "integration.uri": "IntegrationUri",
        "stages.name": "StageName",
    },
    hidden={"deploy": "Says when the module deploys: test_http_api_deploy.py."},
    fixed={"authorizers.0": {**GATE, "name": "staff"}},
    cases={
        "methods": Case({"cors.methods": ["POST"]}),
        "authorizer": Case({"authorizers": [GATE]}, leaves=12),
        "authorizer kept": Case({"authorizers": [GATE], "purge_authorizers": False}, leaves=7),
        "guarded route": Case({"routes.0.authorization": "JWT", "routes.0.authorizer": "staff"}),
        "other route": Case({"routes": [{"key": "POST /start", "integration": START}]}, leaves=23),
        "route kept": Case({"routes": [{**PROXY, "key": "GET /c"}], "purge_routes": False}, leaves=7),
        "format": Case({"routes.1.integration.payload_format_version": "1.0"}),
        "stage": Case({"stages": [{"name": "live", "auto_deploy": False, "deploy": "never"}]}, leaves=8),
        "stage kept": Case({"stages": [{"name": "live", "deploy": "when_changed"}], "purge_stages": False}, leaves=3),
        "limits": Case({"stages.0.default_route_settings": {"throttling_burst_limit": 8, "throttling_rate_limit": 4}}),
    },
)


def look_at_domain(aws: EmbeddedAws, _options: Options) -> Any:
    client = aws.client("apigatewayv2")
    found = [item for item in client.get_domain_names()["Items"] if item["DomainName"] == DOMAIN]
    if not found:
        return None
    mappings = client.get_api_mappings(DomainName=DOMAIN)["Items"]
    for mapping in mappings:
        del mapping["ApiMappingId"]
    return {"domain": found[0], "mappings": sorted(mappings, key=str)}


HTTP_API_DOMAIN = Table(
    module="http_api_domain",
    identity={"domain_name": DOMAIN},
    options={
        "domain_name": DOMAIN,
        "certificate_arn": CERTIFICATE.format("a"),
        "security_policy": "TLS_1_2",
        "ownership_verification_certificate_arn": CERTIFICATE.format("o"),
        "mutual_tls": {"truststore_uri": "s3://tables/a.pem"},
        "mappings": [{"api": "$api"}],
    },
    look=look_at_domain,
    shown={"mappings.api": "ApiId", "mappings.key": "ApiMappingKey"},
    cases={
        "policy": Case({"security_policy": "TLS_1_0", "mappings": []}, leaves=3),
        "ownership": Case({"ownership_verification_certificate_arn": CERTIFICATE.format("p")}),
        "mapping": Case({"mappings": [{"api": "$api", "key": "v1", "stage": "live"}]}, leaves=4),
        "mapping kept": Case({"mappings": [{"api": "$api", "key": "v2"}], "purge_mappings": False}, leaves=2),
    },
)

TABLES = [HTTP_API, HTTP_API_DOMAIN]
