# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2: deployments and exports, which moto lacks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
INVOKE = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{LAMBDA}/invocations"


def api_with_route(http_api: Any, **settings: Any) -> str:
    api = http_api.create_api(Name=f"api-{uuid.uuid4().hex[:8]}", ProtocolType="HTTP", **settings)["ApiId"]
    route(http_api, api, "GET /a")
    return str(api)


def route(http_api: Any, api: str, key: str, **settings: Any) -> str:
    """Make a route with an integration of its own; the id of the integration."""
    made = settings.pop("integration", {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "http://127.0.0.1:9/x"})
    made = {"IntegrationMethod": "ANY", "ConnectionType": "INTERNET", "PayloadFormatVersion": "1.0", **made}
    if made.get("IntegrationSubtype"):
        del made["IntegrationMethod"]
    integration = http_api.create_integration(ApiId=api, **made)["IntegrationId"]
    http_api.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}", **settings)
    return str(integration)


def moto_deployment(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    return http_api.create_deployment(ApiId=api_with_route(http_api))["DeploymentId"]


def moto_stage_deployment(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    stage = http_api.create_stage(ApiId=api_with_route(http_api), StageName="live", DeploymentId="nothing")
    return stage.get("DeploymentId", "ignored")


def moto_export(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    http_api.export_api(ApiId=api_with_route(http_api), Specification="OAS30", OutputType="JSON")
    return "exported"


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe(__name__)


def test_moto_still_lacks_deployments_and_exports(unpatched: dict[str, Any]) -> None:
    needed("error" in unpatched["moto_deployment"], True, "apigatewayv2_deployments.deployments_exist")
    needed(unpatched["moto_stage_deployment"], {"value": "ignored"}, "apigatewayv2_deployments.stages_have_deployments")
    needed("error" in unpatched["moto_export"], True, "apigatewayv2_export.exports_exist")


@pytest.fixture
def http_api(aws: RunningAws) -> Any:
    return aws.client("apigatewayv2")


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_deployments_are_made_listed_described_and_deleted(http_api: Any) -> None:
    api = api_with_route(http_api)
    http_api.create_stage(ApiId=api, StageName="live")
    first = http_api.create_deployment(ApiId=api, Description="one")
    assert (first["DeploymentStatus"], first["AutoDeployed"], first["Description"]) == ("DEPLOYED", False, "one")
    assert "DeploymentId" not in http_api.get_stage(ApiId=api, StageName="live")
    second = http_api.create_deployment(ApiId=api, StageName="live")["DeploymentId"]
    assert http_api.get_stage(ApiId=api, StageName="live")["DeploymentId"] == second
    page = http_api.get_deployments(ApiId=api, MaxResults="1")
    rest = http_api.get_deployments(ApiId=api, MaxResults="1", NextToken=page["NextToken"])
    assert [each["DeploymentId"] for each in page["Items"] + rest["Items"]] == [first["DeploymentId"], second]
    http_api.update_deployment(ApiId=api, DeploymentId=second, Description="two")
    assert http_api.get_deployment(ApiId=api, DeploymentId=second)["Description"] == "two"
    assert refused(http_api.delete_deployment, ApiId=api, DeploymentId=second) == "BadRequestException"
    http_api.delete_deployment(ApiId=api, DeploymentId=first["DeploymentId"])
    assert refused(http_api.get_deployment, ApiId=api, DeploymentId=first["DeploymentId"]) == "NotFoundException"


def test_what_deployments_refuse(http_api: Any) -> None:
    empty = http_api.create_api(Name="empty", ProtocolType="HTTP")["ApiId"]
    assert refused(http_api.create_deployment, ApiId=empty) == "BadRequestException"
    api = api_with_route(http_api)
    assert refused(http_api.create_deployment, ApiId=api, StageName="none") == "NotFoundException"
    assert refused(http_api.create_stage, ApiId=api, StageName="a", DeploymentId="none") == "NotFoundException"
    made = http_api.create_deployment(ApiId=api)["DeploymentId"]
    both = {"ApiId": api, "StageName": "a", "DeploymentId": made, "AutoDeploy": True}
    assert refused(http_api.create_stage, **both) == "BadRequestException"
    http_api.create_stage(ApiId=api, StageName="a", AutoDeploy=True)
    assert refused(http_api.update_stage, ApiId=api, StageName="a", DeploymentId=made) == "BadRequestException"
    assert refused(http_api.create_deployment, ApiId=api, StageName="a") == "BadRequestException"


def test_a_stage_that_deploys_automatically_has_the_deployment_of_now(http_api: Any) -> None:
    api = api_with_route(http_api)
    http_api.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)

    def deployment() -> str:
        return str(http_api.get_stage(ApiId=api, StageName="$default")["DeploymentId"])

    first = deployment()
    assert deployment() == first
    route(http_api, api, "GET /b")
    second = deployment()
    assert second != first
    assert http_api.get_deployment(ApiId=api, DeploymentId=second)["AutoDeployed"] is True
    http_api.update_stage(ApiId=api, StageName="$default", AutoDeploy=False)
    route(http_api, api, "GET /c")
    assert deployment() == second
    assert sorted(export(http_api, api, StageName="$default")["paths"]) == ["/a", "/b"]
    assert sorted(export(http_api, api)["paths"]) == ["/a", "/b", "/c"]


def test_automatic_deployments_take_the_time_of_the_profile(aws: RunningAws, http_api: Any) -> None:
    api = api_with_route(http_api)
    before = http_api.create_stage(ApiId=api, StageName="live", AutoDeploy=True)["DeploymentId"]
    aws.control("profile", {"deployment": 600})
    try:
        route(http_api, api, "GET /b")
        stage = http_api.get_stage(ApiId=api, StageName="live")
        assert stage["DeploymentId"] == before
        assert stage["LastDeploymentStatusMessage"] == f"Successfully deployed stage with deployment ID '{before}'"
        assert list(export(http_api, api, StageName="live")["paths"]) == ["/a"]
        first, second = http_api.get_deployments(ApiId=api)["Items"]
        assert (first["DeploymentId"], first["DeploymentStatus"]) == (before, "DEPLOYED")
        assert (second["AutoDeployed"], second["DeploymentStatus"]) == (True, "PENDING")
        fresh = http_api.create_stage(ApiId=api_with_route(http_api), StageName="live", AutoDeploy=True)
        assert "DeploymentId" not in fresh
    finally:
        aws.control("profile", {"deployment": 0})
    assert http_api.get_stage(ApiId=api, StageName="live")["DeploymentId"] == second["DeploymentId"]
    assert sorted(export(http_api, api, StageName="live")["paths"]) == ["/a", "/b"]


def export(http_api: Any, api: str, **options: Any) -> Any:
    found = http_api.export_api(ApiId=api, Specification="OAS30", OutputType="JSON", **options)
    return json.loads(found["body"].read())


def test_the_document_of_an_api(http_api: Any) -> None:
    api = api_with_route(http_api, Version="7", Description="d", CorsConfiguration={"AllowOrigins": ["*"]})
    authorizer = http_api.create_authorizer(
        ApiId=api,
        Name="staff",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://login.example.com/", "Audience": ["shop"]},
    )["AuthorizerId"]
    lambda_authorizer = http_api.create_authorizer(
        ApiId=api,
        Name="gate",
        AuthorizerType="REQUEST",
        AuthorizerUri=INVOKE,
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=True,
        IdentitySource=["$request.header.Token"],
    )["AuthorizerId"]
    function = {"IntegrationType": "AWS_PROXY", "IntegrationUri": LAMBDA, "IntegrationMethod": "POST"}
    settings = {"AuthorizationType": "JWT", "AuthorizerId": authorizer, "AuthorizationScopes": ["read"]}
    route(http_api, api, "ANY /f/{id}/{rest+}", integration={**function, "PayloadFormatVersion": "2.0"}, **settings)
    settings = {"AuthorizationType": "CUSTOM", "AuthorizerId": lambda_authorizer, "OperationName": "start"}
    subtype = {
        "IntegrationType": "AWS_PROXY",
        "IntegrationSubtype": "StepFunctions-StartExecution",
        "CredentialsArn": "arn:aws:iam::123456789012:role/x",
        "RequestParameters": {"StateMachineArn": "m"},
        "TimeoutInMillis": 5000,
    }
    route(http_api, api, "$default", integration=subtype, **settings)
    route(http_api, api, "POST /a", AuthorizationType="AWS_IAM")
    spare = http_api.create_integration(ApiId=api, **function, PayloadFormatVersion="1.0")["IntegrationId"]
    document = export(http_api, api)
    assert document["openapi"] == "3.0.1"
    assert (document["info"]["version"], document["info"]["description"]) == ("7", "d")
    assert document["x-amazon-apigateway-cors"] == {"allowOrigins": ["*"]}
    assert document["x-amazon-apigateway-importexport-version"] == "1.0"
    assert sorted(document["paths"]) == ["/$default", "/a", "/f/{id}/{rest+}"]
    any_method = document["paths"]["/f/{id}/{rest+}"]["x-amazon-apigateway-any-method"]
    assert any_method["security"] == [{"staff": ["read"]}]
    assert any_method["x-amazon-apigateway-integration"] == {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": LAMBDA,
        "connectionType": "INTERNET",
        "payloadFormatVersion": "2.0",
    }
    assert [each["name"] for each in document["paths"]["/f/{id}/{rest+}"]["parameters"]] == ["id", "rest+"]
    assert document["paths"]["/a"]["post"]["x-amazon-apigateway-auth"] == {"type": "AWS_IAM"}
    assert document["paths"]["/a"]["get"]["responses"]["default"]["description"] == "Default response for GET /a"
    default = document["paths"]["/$default"]["x-amazon-apigateway-any-method"]
    assert default["isDefaultRoute"] is True
    assert (default["operationId"], default["security"]) == ("start", [{"gate": []}])
    assert default["x-amazon-apigateway-integration"] == {
        "type": "aws_proxy",
        "integrationSubtype": "StepFunctions-StartExecution",
        "credentials": "arn:aws:iam::123456789012:role/x",
        "requestParameters": {"StateMachineArn": "m"},
        "connectionType": "INTERNET",
        "payloadFormatVersion": "1.0",
        "timeoutInMillis": 5000,
    }
    schemes = document["components"]["securitySchemes"]
    assert schemes["staff"] == {
        "type": "oauth2",
        "flows": {},
        "x-amazon-apigateway-authorizer": {
            "type": "jwt",
            "identitySource": "$request.header.Authorization",
            "jwtConfiguration": {"issuer": "https://login.example.com/", "audience": ["shop"]},
        },
    }
    assert (schemes["gate"]["type"], schemes["gate"]["name"], schemes["gate"]["in"]) == ("apiKey", "Token", "header")
    assert schemes["gate"]["x-amazon-apigateway-authorizer"]["authorizerUri"] == INVOKE
    unused = document["components"]["x-amazon-apigateway-integrations"]
    assert list(unused) == [f"unusedIntegration_{spare}"]


def test_forms_of_a_document(http_api: Any) -> None:
    api = api_with_route(http_api, Tags={"k": "v"})
    assert export(http_api, api)["tags"] == [{"name": "k", "x-amazon-apigateway-tag-value": "v"}]
    plain = export(http_api, api, IncludeExtensions=False)
    assert "x-amazon-apigateway" not in json.dumps(plain)
    assert list(plain["paths"]["/a"]) == ["get"]
    text = http_api.export_api(ApiId=api, Specification="OAS30", OutputType="YAML")["body"].read()
    assert yaml.safe_load(text) == export(http_api, api)
    http_api.create_stage(ApiId=api, StageName="live", AutoDeploy=True)
    server = export(http_api, api, StageName="live")["servers"][0]
    assert server["variables"]["basePath"]["default"] == "live"
    assert server["url"].startswith(f"https://{api}.execute-api.")
    asked = {"ApiId": api, "Specification": "OAS30", "OutputType": "JSON"}
    http_api.create_stage(ApiId=api, StageName="dark")
    assert refused(http_api.export_api, **asked, StageName="dark") == "BadRequestException"
    assert refused(http_api.export_api, **asked, StageName="none") == "NotFoundException"
    assert refused(http_api.export_api, **{**asked, "ApiId": "nothing"}) == "NotFoundException"
    assert refused(http_api.export_api, **{**asked, "OutputType": "XML"}) == "BadRequestException"
