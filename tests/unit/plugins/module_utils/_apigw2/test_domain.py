# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import domain, domain_apply, domain_check
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.domain import Apis, Found
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, unknown

NAME = "api.example.com"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/a"
APIS = Apis({"a1": "shop", "b2": "twin", "c3": "twin"})
NOTHING: dict[str, Any] = {
    "certificate_arn": None,
    "security_policy": None,
    "ip_address_type": None,
    "ownership_verification_certificate_arn": None,
    "mutual_tls": None,
    "routing_mode": None,
    "purge_mappings": True,
    "tags": None,
    "purge_tags": True,
}


def found(**changes: Any) -> Found:
    configuration = {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL", **changes}
    mappings = [
        {"ApiId": "a1", "Stage": "$default", "ApiMappingId": "m1"},
        {"ApiId": "b2", "Stage": "live", "ApiMappingId": "m2", "ApiMappingKey": "v1"},
    ]
    return Found({"DomainName": NAME, "DomainNameConfigurations": [configuration], "Tags": {"a": "1"}}, mappings)


BEFORE = domain.settings(found(), APIS)


def desired(mappings: Any = None, before: Any = BEFORE, **params: Any) -> dict[str, Any]:
    return domain.desired({**NOTHING, **params}, before, mappings)


def test_what_aws_leaves_out_is_its_default() -> None:
    assert {name: BEFORE[name] for name in domain.DEFAULTS} == domain.DEFAULTS
    assert BEFORE["mutual_tls"] == {}
    assert BEFORE["mappings"] == {
        "": {"api": "shop", "api_id": "a1", "stage": "$default"},
        "v1": {"api": "b2", "api_id": "b2", "stage": "live"},
    }


def test_left_out_options_stay() -> None:
    assert desired() == BEFORE
    assert domain.sentences(NAME, BEFORE, desired()) == []
    assert domain.update_request(BEFORE, desired()) == {}


@pytest.mark.parametrize(
    ("params", "request_"),
    [
        (
            {"ip_address_type": "dualstack"},
            {
                "DomainNameConfigurations": [
                    {
                        "CertificateArn": CERTIFICATE,
                        "EndpointType": "REGIONAL",
                        "SecurityPolicy": "TLS_1_2",
                        "IpAddressType": "dualstack",
                    }
                ]
            },
        ),
        ({"routing_mode": "ROUTING_RULE_ONLY"}, {"RoutingMode": "ROUTING_RULE_ONLY"}),
        (
            {"mutual_tls": {"truststore_uri": "s3://a/b"}},
            {"MutualTlsAuthentication": {"TruststoreUri": "s3://a/b"}},
        ),
        ({"mutual_tls": {}}, {}),
    ],
)
def test_requests_of_updates(params: dict[str, Any], request_: dict[str, Any]) -> None:
    after = desired(**params)
    assert domain.update_request(BEFORE, after) == request_
    assert domain.sentences(NAME, BEFORE, after) == (
        [f"update custom domain name {NAME}: {next(iter(params))}"] if request_ else []
    )


def test_mutual_tls_ends_with_an_empty_truststore() -> None:
    before = {**BEFORE, "mutual_tls": {"truststore_uri": "s3://a/b", "truststore_version": None}}
    request = domain.update_request(before, desired(before=before, mutual_tls={}))
    assert request == {"MutualTlsAuthentication": {"TruststoreUri": ""}}


def test_the_request_of_a_creation_has_no_empty_parts() -> None:
    after = desired({}, None, certificate_arn=CERTIFICATE)
    assert sorted(domain.create_request(after)) == ["DomainNameConfigurations", "RoutingMode"]
    more = desired({}, None, certificate_arn=CERTIFICATE, mutual_tls={"truststore_uri": "s3://a/b"}, tags={"a": 1})
    assert domain.create_request(more)["MutualTlsAuthentication"] == {"TruststoreUri": "s3://a/b"}
    assert domain.create_request(more)["Tags"] == {"a": "1"}


ONE = {"": {"api": "shop", "api_id": "a1", "stage": "live"}}


@pytest.mark.parametrize(
    ("mappings", "purge", "sentences"),
    [
        (None, True, []),
        (ONE, False, [f"remap {NAME}/ to stage live of shop"]),
        (ONE, True, [f"remap {NAME}/ to stage live of shop", f"delete mapping {NAME}/v1"]),
        ({}, True, [f"delete mapping {NAME}/", f"delete mapping {NAME}/v1"]),
        ({"v2": ONE[""]}, False, [f"map {NAME}/v2 to stage live of shop"]),
    ],
)
def test_steps_for_mappings(mappings: Any, purge: bool, sentences: list[str]) -> None:
    assert domain.sentences(NAME, BEFORE, desired(mappings, purge_mappings=purge)) == sentences


def test_apis_are_found_by_name_and_id() -> None:
    given = [{"api": "shop", "stage": "live", "key": ""}, {"api": "b2", "stage": "live", "key": "v1"}]
    assert domain_apply.resolve(given, APIS, check_mode=False) == {
        "": {"api": "shop", "api_id": "a1", "stage": "live"},
        "v1": {"api": "b2", "api_id": "b2", "stage": "live"},
    }
    with pytest.raises(InputError, match=r"2 HTTP APIs are named twin \(b2, c3\)"):
        domain_apply.resolve([{"api": "twin", "stage": "live", "key": ""}], APIS, check_mode=True)


def test_an_api_that_is_not_there_is_for_check_mode_only() -> None:
    given = [{"api": "later", "stage": "live", "key": ""}, {"api": unknown(), "stage": "live", "key": "v1"}]
    wanted = domain_apply.resolve(given, APIS, check_mode=True)
    assert wanted[""]["api"] == "later"
    assert all(is_unknown(each["api_id"]) for each in wanted.values())
    with pytest.raises(InputError, match="no HTTP API of the name or id later"):
        domain_apply.resolve(given, APIS, check_mode=False)


def test_a_diff_has_no_ids() -> None:
    shown = domain.compared(BEFORE)
    assert shown["mappings"] == {"": {"api": "shop", "stage": "$default"}, "v1": {"api": "b2", "stage": "live"}}
    assert "mutual_tls" not in shown
    assert "mappings" not in domain.compared({**BEFORE, "mappings": {}})


GIVEN: dict[str, Any] = {**NOTHING, "domain_name": NAME, "certificate_arn": CERTIFICATE, "mappings": None}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"domain_name": "*.example.com"},
        {"certificate_arn": unknown("arn:aws:acm:")},
        {"mutual_tls": {}},
        {"mutual_tls": {"truststore_uri": "s3://bucket/a/b.pem", "truststore_version": "1"}},
        {"mappings": [{"key": ""}, {"key": "a/b-c.d"}]},
    ],
)
def test_good_options(changes: dict[str, Any]) -> None:
    domain_check.check_options({**GIVEN, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"domain_name": "API.example.com"}, "name in lower case"),
        ({"domain_name": "example"}, "name in lower case"),
        ({"domain_name": "https://example.com"}, "name in lower case"),
        ({"certificate_arn": "arn:aws:iam::123456789012:server-certificate/a"}, "certificate_arn has to be the ARN"),
        ({"ownership_verification_certificate_arn": "x"}, "ownership_verification_certificate_arn has to be"),
        ({"mutual_tls": {"truststore_version": "1"}}, "so needs a truststore_uri"),
        ({"mutual_tls": {"truststore_uri": "https://bucket/a"}}, "s3://bucket/key"),
        ({"mappings": [{"key": "a"}, {"key": "a"}]}, "'a' is given 2 times"),
        ({"mappings": [{"key": "/a"}]}, "without slashes at its ends"),
        ({"mappings": [{"key": "a//b"}]}, "without slashes at its ends"),
        ({"mappings": [{"key": "a b"}]}, "has to be a path"),
        ({"mappings": [{"key": "a" * 301}]}, "up to 300"),
        ({"mappings": [{"key": f"a/{number}"} for number in range(201)]}, "201 keys of several levels"),
    ],
)
def test_bad_options(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        domain_check.check_options({**GIVEN, **changes})


def test_what_a_domain_name_needs() -> None:
    domain_check.check_result(BEFORE, BEFORE)
    with pytest.raises(InputError, match="needs a certificate_arn"):
        domain_check.check_result(None, desired({}, None))
    old = {**BEFORE, "security_policy": "TLS_1_0"}
    domain_check.check_result(old, old)
    with pytest.raises(InputError, match="TLS_1_2"):
        domain_check.check_result(old, {**old, "mappings": {}} | {"mappings": ONE})


def test_what_is_not_known_yet_is_a_placeholder() -> None:
    predicted = domain.describe(NAME, None, desired(ONE, None, certificate_arn=CERTIFICATE), "arn")
    assert is_unknown(predicted["target_domain_name"])
    assert is_unknown(predicted["hosted_zone_id"])
    assert is_unknown(predicted["mappings"][0]["mapping_id"])
    real = domain.describe(NAME, found(), BEFORE, "arn")
    assert [each["mapping_id"] for each in real["mappings"]] == ["m1", "m2"]
    assert [each["url"] for each in real["mappings"]] == [f"https://{NAME}", f"https://{NAME}/v1"]
