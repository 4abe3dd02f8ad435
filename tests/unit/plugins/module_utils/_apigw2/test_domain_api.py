# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Calls for custom domain names, deployments and exports."""

from __future__ import annotations

import io
from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api, domain_api, domain_apply, http_api_apply
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_apply import Work

NAME = "api.example.com"


@pytest.fixture
def client() -> Any:
    return boto3.client("apigatewayv2", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def test_domain_names_and_mappings_are_read_to_the_last_page(client: Any, stub: Stubber) -> None:
    stub.add_response("get_domain_names", {"Items": [{"DomainName": "a"}], "NextToken": "n"}, {"MaxResults": "100"})
    stub.add_response("get_domain_names", {"Items": [{"DomainName": "b"}]}, {"MaxResults": "100", "NextToken": "n"})
    assert [each["DomainName"] for each in domain_api.domains(client)] == ["a", "b"]
    asked = {"DomainName": NAME, "MaxResults": "100"}
    mapping = {"ApiId": "a1", "Stage": "live"}
    stub.add_response("get_api_mappings", {"Items": [mapping], "NextToken": "n"}, asked)
    stub.add_response("get_api_mappings", {"Items": [mapping]}, {**asked, "NextToken": "n"})
    assert domain_api.mappings(client, NAME) == [mapping, mapping]


@pytest.mark.parametrize(
    ("call", "operation", "arguments"),
    [
        (domain_api.domain, "get_domain_name", (NAME,)),
        (domain_api.mappings, "get_api_mappings", (NAME,)),
        (domain_api.delete_domain, "delete_domain_name", (NAME,)),
        (domain_api.delete_mapping, "delete_api_mapping", (NAME, "m1")),
        (api.export, "export_api", ("a1", "live")),
    ],
)
def test_what_is_missing_is_none(
    client: Any, stub: Stubber, call: Any, operation: str, arguments: tuple[str, ...]
) -> None:
    stub.add_client_error(operation, "NotFoundException")
    assert call(client, *arguments) is None


def test_an_error_says_what_failed(client: Any, stub: Stubber) -> None:
    stub.add_client_error("create_api_mapping", "BadRequestException", "no such stage")
    with pytest.raises(AnsibleAWSError, match="Failed to map 'v1' of custom domain name api.example.com: .*no such"):
        domain_api.create_mapping(client, NAME, "v1", "a1", "live")


@pytest.mark.parametrize(
    ("stage", "extensions", "more"),
    [(None, True, {}), ("live", False, {"StageName": "live"})],
)
def test_an_export_is_text(
    client: Any, stub: Stubber, stage: str | None, extensions: bool, more: dict[str, str]
) -> None:
    asked = {"ApiId": "a1", "Specification": "OAS30", "OutputType": "JSON", "IncludeExtensions": extensions, **more}
    body = b"{}"
    stub.add_response("export_api", {"body": StreamingBody(io.BytesIO(body), len(body))}, asked)
    assert api.export(client, "a1", stage, extensions) == "{}"


def deploy(client: Any) -> None:
    http_api_apply._deploy(Work(client, {}, {}, 120, "a1"), "live")


def test_a_deployment_is_waited_for(client: Any, stub: Stubber) -> None:
    asked = {"ApiId": "a1", "StageName": "live"}
    stub.add_response("create_deployment", {"DeploymentId": "d1", "DeploymentStatus": "PENDING"}, asked)
    for status in ("PENDING", "DEPLOYED"):
        described = {"DeploymentId": "d1", "DeploymentStatus": status}
        stub.add_response("get_deployment", described, {"ApiId": "a1", "DeploymentId": "d1"})
    deploy(client)


def test_a_deployment_that_fails_tells_why(client: Any, stub: Stubber) -> None:
    failed = {"DeploymentId": "d1", "DeploymentStatus": "FAILED", "DeploymentStatusMessage": "too many routes"}
    stub.add_response("create_deployment", failed)
    with pytest.raises(AnsibleAWSError, match="Deployment d1 to stage live has failed: too many routes."):
        deploy(client)


@pytest.mark.parametrize("status", ["PENDING_OWNERSHIP_VERIFICATION", "PENDING_CERTIFICATE_REIMPORT"])
def test_a_domain_name_that_needs_its_owner_is_not_waited_for(client: Any, stub: Stubber, status: str) -> None:
    configuration = {"DomainNameStatus": status, "DomainNameStatusMessage": "prove it"}
    stub.add_response("get_domain_name", {"DomainName": NAME, "DomainNameConfigurations": [configuration]})
    with pytest.raises(AnsibleAWSError, match=f"Custom domain name {NAME} is {status}: prove it."):
        domain_apply._wait_available(client, NAME, 5)
