# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2: custom domain names, and what control/apigatewayv2_domains.py mends of moto's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/a"
CONFIGURATION = {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
ARN = "arn:aws:apigateway:us-east-1::/domainnames/"


def api_with_stage(http_api: Any) -> str:
    api = str(http_api.create_api(Name="mapped", ProtocolType="HTTP")["ApiId"])
    for stage in ("$default", "live"):
        http_api.create_stage(ApiId=api, StageName=stage)
    return api


def domain(http_api: Any, **settings: Any) -> str:
    name = f"{uuid.uuid4().hex[:8]}.example.com"
    http_api.create_domain_name(DomainName=name, DomainNameConfigurations=[CONFIGURATION], **settings)
    return name


def moto_target(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    found = http_api.get_domain_name(DomainName=domain(http_api))
    return sorted({"ApiGatewayDomainName", "DomainNameStatus"} & set(found["DomainNameConfigurations"][0]))


def moto_update(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    http_api.update_domain_name(DomainName=domain(http_api), DomainNameConfigurations=[CONFIGURATION])
    return "updated"


def moto_deletion(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    name, api = domain(http_api), api_with_stage(http_api)
    http_api.create_api_mapping(DomainName=name, ApiId=api, ApiMappingKey="", Stage="live")
    http_api.delete_domain_name(DomainName=name)
    return "deleted"


def moto_mapping_check(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    name, api = domain(http_api), api_with_stage(http_api)
    http_api.create_api_mapping(DomainName=name, ApiId=api, ApiMappingKey="a", Stage="nothing")
    return "created"


def moto_mapping_update(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    name, api = domain(http_api), api_with_stage(http_api)
    made = http_api.create_api_mapping(DomainName=name, ApiId=api, ApiMappingKey="a", Stage="live")["ApiMappingId"]
    http_api.update_api_mapping(DomainName=name, ApiMappingId=made, ApiId=api, Stage="$default")
    return "updated"


def moto_tags(client: Callable[[str], Any]) -> Any:
    http_api = client("apigatewayv2")
    return http_api.get_tags(ResourceArn=ARN + domain(http_api, Tags={"a": "1"}))["Tags"]


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe(__name__)


FAILS = "an error"


@pytest.mark.parametrize(
    ("name", "fault", "patch"),
    [
        ("moto_target", {"value": []}, "domains_tell_their_target"),
        ("moto_update", FAILS, "domains_can_be_updated"),
        ("moto_deletion", FAILS, "domains_with_mappings_can_be_deleted"),
        ("moto_mapping_check", {"value": "created"}, "mappings_are_checked"),
        ("moto_mapping_update", FAILS, "mappings_can_be_updated"),
        ("moto_tags", FAILS, "domains_have_tags"),
    ],
)
def test_moto_still_needs(unpatched: dict[str, Any], name: str, fault: Any, patch: str) -> None:
    seen = unpatched[name]
    needed(FAILS if fault == FAILS and "error" in seen else seen, fault, f"apigatewayv2_domains.{patch}")


@pytest.fixture
def http_api(aws: RunningAws) -> Any:
    return aws.client("apigatewayv2")


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_a_domain_name_tells_where_dns_points(http_api: Any) -> None:
    name = domain(http_api, Tags={"a": "1"})
    found = http_api.get_domain_name(DomainName=name)
    configuration = found["DomainNameConfigurations"][0]
    assert configuration["ApiGatewayDomainName"].endswith(".execute-api.us-east-1.amazonaws.com")
    assert configuration["HostedZoneId"] == "Z1UJRXOUMOOFQ8"
    assert configuration["DomainNameStatus"] == "AVAILABLE"
    assert configuration["IpAddressType"] == "ipv4"
    assert (found["RoutingMode"], found["Tags"], found["DomainNameArn"]) == ("API_MAPPING_ONLY", {"a": "1"}, ARN + name)
    assert "MutualTlsAuthentication" not in found


@pytest.mark.parametrize(
    "configurations", [[], [{"EndpointType": "REGIONAL"}], [{"CertificateArn": "arn:aws:nothing"}]]
)
def test_a_domain_name_needs_a_certificate(http_api: Any, configurations: list[Any]) -> None:
    name = f"{uuid.uuid4().hex[:8]}.example.com"
    code = refused(http_api.create_domain_name, DomainName=name, DomainNameConfigurations=configurations)
    assert code == "BadRequestException"
    assert refused(http_api.get_domain_name, DomainName=name) == "NotFoundException"


def test_a_domain_name_is_updated(http_api: Any) -> None:
    name = domain(http_api, MutualTlsAuthentication={"TruststoreUri": "s3://a/b"})
    target = http_api.get_domain_name(DomainName=name)["DomainNameConfigurations"][0]["ApiGatewayDomainName"]
    changed = http_api.update_domain_name(
        DomainName=name,
        DomainNameConfigurations=[{"IpAddressType": "dualstack"}],
        RoutingMode="ROUTING_RULE_THEN_API_MAPPING",
        MutualTlsAuthentication={"TruststoreUri": ""},
    )
    configuration = changed["DomainNameConfigurations"][0]
    assert (configuration["IpAddressType"], configuration["CertificateArn"]) == ("dualstack", CERTIFICATE)
    assert configuration["ApiGatewayDomainName"] == target
    assert changed["RoutingMode"] == "ROUTING_RULE_THEN_API_MAPPING"
    assert "MutualTlsAuthentication" not in changed
    assert refused(http_api.update_domain_name, DomainName=name, RoutingMode="OTHER") == "BadRequestException"
    assert refused(http_api.update_domain_name, DomainName="nothing.example.com") == "NotFoundException"


def test_a_domain_name_takes_the_time_of_the_profile(launch: Callable[..., RunningAws]) -> None:
    aws = launch({"LOCAL_AWS_PROFILE": '{"domain": 600}'})
    http_api = aws.client("apigatewayv2")
    name = domain(http_api)

    def status() -> str:
        return str(http_api.get_domain_name(DomainName=name)["DomainNameConfigurations"][0]["DomainNameStatus"])

    assert status() == "UPDATING"
    aws.control("profile", {"domain": 0})
    assert status() == "AVAILABLE"


def test_mappings(http_api: Any) -> None:
    name, api = domain(http_api), api_with_stage(http_api)
    made = http_api.create_api_mapping(DomainName=name, ApiId=api, ApiMappingKey="v1/a", Stage="live")["ApiMappingId"]
    http_api.create_api_mapping(DomainName=name, ApiId=api, ApiMappingKey="", Stage="live")
    asked = {"DomainName": name, "ApiId": api}
    assert refused(http_api.create_api_mapping, **asked, ApiMappingKey="v1/a", Stage="$default") == "ConflictException"
    for key in ("/a", "a/", "a//b", "a b"):
        assert refused(http_api.create_api_mapping, **asked, ApiMappingKey=key, Stage="live") == "BadRequestException"
    assert refused(http_api.create_api_mapping, **asked, ApiMappingKey="c", Stage="no") == "BadRequestException"
    unknown = {"DomainName": name, "ApiId": "nothing", "Stage": "live"}
    assert refused(http_api.create_api_mapping, **unknown) == "NotFoundException"
    changed = http_api.update_api_mapping(**asked, ApiMappingId=made, Stage="$default")
    assert (changed["ApiMappingKey"], changed["Stage"], changed["ApiMappingId"]) == ("v1/a", "$default", made)
    code = refused(http_api.update_api_mapping, **asked, ApiMappingId=made, ApiMappingKey="")
    assert code == "ConflictException"
    first = http_api.get_api_mappings(DomainName=name, MaxResults="1")
    second = http_api.get_api_mappings(DomainName=name, MaxResults="1", NextToken=first["NextToken"])
    assert [each["ApiMappingKey"] for page in (first, second) for each in page["Items"]] == ["v1/a", ""]
    assert refused(http_api.get_api_mappings, DomainName="nothing.example.com") == "NotFoundException"
    http_api.delete_domain_name(DomainName=name)
    assert refused(http_api.get_domain_name, DomainName=name) == "NotFoundException"


def test_tags(http_api: Any, aws: RunningAws) -> None:
    name = domain(http_api, Tags={"a": "1", "b": "2"})
    http_api.tag_resource(ResourceArn=ARN + name, Tags={"c": "3"})
    http_api.untag_resource(ResourceArn=ARN + name, TagKeys=["a"])
    assert http_api.get_domain_name(DomainName=name)["Tags"] == {"b": "2", "c": "3"}
    assert http_api.get_tags(ResourceArn=ARN + name)["Tags"] == {"b": "2", "c": "3"}
    assert refused(http_api.get_tags, ResourceArn=ARN + "nothing.example.com") == "NotFoundException"
    tagging = aws.client("resourcegroupstaggingapi")
    found = tagging.get_resources(ResourceTypeFilters=["apigateway:domainnames"])["ResourceTagMappingList"]
    assert ARN + name in {each["ResourceARN"] for each in found}
