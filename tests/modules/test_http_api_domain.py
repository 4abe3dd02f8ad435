# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""http_api_domain and its info module: each option changed and changed back, mappings, interrupted runs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import domain_api
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, unknown
from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "api.domain-test.example.com"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/{}"
TRUSTSTORE = {"truststore_uri": "s3://bucket/a.pem", "truststore_version": "1"}


@pytest.fixture(scope="module")
def apis(aws: EmbeddedAws) -> Iterator[dict[str, str]]:
    """Two APIs with the stages $default and live, by name."""
    client = aws.client("apigatewayv2")
    made = {}
    for name in ("domain-one", "domain-two"):
        made[name] = str(client.create_api(Name=name, ProtocolType="HTTP")["ApiId"])
        for stage in ("$default", "live"):
            client.create_stage(ApiId=made[name], StageName=stage, AutoDeploy=True)
    yield made
    for api_id in made.values():
        client.delete_api(ApiId=api_id)


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws) -> Iterator[None]:
    yield
    client = aws.client("apigatewayv2")
    for each in client.get_domain_names()["Items"]:
        client.delete_domain_name(DomainName=each["DomainName"])


@pytest.fixture
def options(apis: dict[str, str]) -> dict[str, Any]:
    return {
        "domain_name": NAME,
        "certificate_arn": CERTIFICATE.format("a"),
        "mutual_tls": dict(TRUSTSTORE),
        "mappings": [{"api": "domain-one"}, {"api": apis["domain-two"], "stage": "live", "key": "v1/two"}],
        "tags": {"team": "shop", "cost": "1"},
    }


def domains(aws: EmbeddedAws) -> list[dict[str, Any]]:
    return list(aws.client("apigatewayv2").get_domain_names(MaxResults="100")["Items"])


def mappings(aws: EmbeddedAws) -> dict[str, tuple[str, str]]:
    found = aws.client("apigatewayv2").get_api_mappings(DomainName=NAME)["Items"]
    return {each["ApiMappingKey"]: (each["ApiId"], each["Stage"]) for each in found}


def prove(modules: Modules, **options: Any) -> dict[str, Any]:
    """Predict, do and repeat: the prediction must hold, and the repetition must change nothing."""
    predicted = modules.check("http_api_domain", **options)
    real = modules("http_api_domain", **options)
    assert predicted["diff"] == real["diff"]
    assert predicted["actions"] == real["actions"]
    again = modules("http_api_domain", **options)
    assert again["actions"] == []
    assert not again["changed"]
    assert again["domain"] == real["domain"]
    assert again["diff"]["before"] == again["diff"]["after"] == real["diff"]["after"]
    return real


def test_creation_is_predicted_and_makes_everything(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], apis: dict[str, str]
) -> None:
    predicted = modules.check("http_api_domain", **options)
    assert domains(aws) == []
    assert is_unknown(predicted["domain"]["target_domain_name"])
    made = prove(modules, **options)
    assert made["actions"] == [
        f"create custom domain name {NAME}",
        f"map {NAME}/ to stage $default of domain-one",
        f"map {NAME}/v1/two to stage live of domain-two",
    ]
    assert mappings(aws) == {"": (apis["domain-one"], "$default"), "v1/two": (apis["domain-two"], "live")}
    described = domains(aws)[0]
    configuration = described["DomainNameConfigurations"][0]
    assert configuration["CertificateArn"] == CERTIFICATE.format("a")
    assert (configuration["EndpointType"], configuration["SecurityPolicy"]) == ("REGIONAL", "TLS_1_2")
    assert described["MutualTlsAuthentication"]["TruststoreUri"] == TRUSTSTORE["truststore_uri"]
    assert described["Tags"] == options["tags"]
    domain = made["domain"]
    assert domain["state"] == "AVAILABLE"
    assert domain["target_domain_name"] == configuration["ApiGatewayDomainName"]
    assert domain["hosted_zone_id"] == configuration["HostedZoneId"]
    assert [(each["key"], each["url"]) for each in domain["mappings"]] == [
        ("", f"https://{NAME}"),
        ("v1/two", f"https://{NAME}/v1/two"),
    ]
    assert sorted(predicted["domain"]) == sorted(domain)
    assert sorted(predicted["domain"]["mappings"][0]) == sorted(domain["mappings"][0])


CHANGES = [
    pytest.param(("certificate_arn",), CERTIFICATE.format("b"), id="certificate"),
    pytest.param(("ip_address_type",), "dualstack", id="address type"),
    pytest.param(("routing_mode",), "ROUTING_RULE_THEN_API_MAPPING", id="routing mode"),
    pytest.param(("mutual_tls",), {}, id="no mutual TLS"),
    pytest.param(("mutual_tls", "truststore_version"), "2", id="truststore version"),
    pytest.param(("mutual_tls", "truststore_version"), None, id="no truststore version"),
    pytest.param(("mutual_tls", "truststore_uri"), "s3://bucket/b.pem", id="truststore"),
    pytest.param(("mappings", 0, "stage"), "live", id="other stage"),
    pytest.param(("mappings", 0, "api"), "domain-two", id="other API"),
    pytest.param(("mappings", 1, "key"), "v2", id="other key"),
    pytest.param(("mappings", 1), None, id="mapping removed"),
    pytest.param(("mappings",), [], id="no mappings"),
    pytest.param(("tags",), {"team": "office"}, id="tags"),
    pytest.param(("tags",), {}, id="no tags"),
]
# What a left-out option means is "as it is": going back then has to name AWS's default.
DEFAULTS = {"ip_address_type": "ipv4", "routing_mode": "API_MAPPING_ONLY"}


def changed(options: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """A copy of the options with another value at the path; None leaves it out."""
    result = copy.deepcopy(options)
    place: Any = result
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return result


@pytest.mark.parametrize(("path", "value"), CHANGES)
def test_an_option_is_changed_and_changed_back(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], path: tuple[Any, ...], value: Any
) -> None:
    modules("http_api_domain", **options)
    before = domains(aws), mappings(aws)
    other = prove(modules, **changed(options, path, value))
    assert other["changed"]
    assert (domains(aws), mappings(aws)) != before
    back = prove(modules, **{**options, **{name: DEFAULTS[name] for name in path[:1] if name in DEFAULTS}})
    assert back["diff"]["after"] == other["diff"]["before"]
    assert (domains(aws), mappings(aws)) == before


def test_a_mapping_is_changed_in_place(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    before = modules("http_api_domain", **options)["domain"]["mappings"]
    changes = changed(options, ("mappings", 0, "stage"), "live")
    after = modules("http_api_domain", **changes)
    assert after["actions"] == [f"remap {NAME}/ to stage live of domain-one"]
    assert [each["mapping_id"] for each in after["domain"]["mappings"]] == [each["mapping_id"] for each in before]


def test_left_out_options_stay_as_they_are(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules("http_api_domain", **options)
    before = domains(aws), mappings(aws)
    assert not modules("http_api_domain", domain_name=NAME)["changed"]
    assert not modules("http_api_domain", domain_name=NAME, mappings=options["mappings"][:1], purge_mappings=False)[
        "changed"
    ]
    added = prove(modules, domain_name=NAME, tags={"new": "1"}, purge_tags=False)
    assert added["domain"]["tags"] == {**options["tags"], "new": "1"}
    assert mappings(aws) == before[1]


def test_what_cannot_work_is_refused_before_anything_is_changed(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    def message(**changes: Any) -> str:
        return modules.failure("http_api_domain", **{**options, **changes})

    assert "no HTTP API of the name or id nobody" in message(mappings=[{"api": "nobody"}])
    assert "has no stage dark" in message(mappings=[{"api": "domain-one", "stage": "dark"}])
    assert "needs a certificate_arn" in message(certificate_arn=None)
    assert "only with the security_policy TLS_1_2" in message(security_policy="TLS_1_0")
    assert "placeholder" in message(certificate_arn=unknown("arn:aws:acm:"))
    client = aws.client("apigatewayv2")
    twin = client.create_api(Name="domain-one", ProtocolType="HTTP")["ApiId"]
    assert "2 HTTP APIs are named domain-one" in message()
    client.delete_api(ApiId=twin)
    assert domains(aws) == []


def test_placeholders_and_apis_to_come_are_predicted(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    options["mappings"] = [{"api": unknown()}, {"api": "not-yet", "key": "later"}]
    options["certificate_arn"] = unknown("arn:aws:acm:")
    predicted = modules.check("http_api_domain", **options)
    assert f"map {NAME}/later to stage $default of not-yet" in predicted["actions"]
    assert all(is_unknown(each["api_id"]) for each in predicted["domain"]["mappings"])
    assert domains(aws) == []


class Killed(BaseException):
    """Ends a run at once, as a signal does."""


@pytest.mark.parametrize("operation", ["create_mapping", "update_mapping", "delete_mapping"])
def test_an_interrupted_run_is_completed(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    old = [{"api": "domain-two", "key": "old"}, {"api": "domain-two"}]
    if operation != "create_mapping":
        modules("http_api_domain", **{**options, "mappings": old})

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(domain_api, operation, die)
        with pytest.raises(Killed):
            modules.outcome("http_api_domain", **options)
    prove(modules, **options)
    assert sorted(mappings(aws)) == ["", "v1/two"]


def test_waiting_for_a_domain_name(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    with aws.taking(domain=600):
        assert modules("http_api_domain", **options, wait=False)["domain"]["state"] == "UPDATING"
        message = modules.failure("http_api_domain", **options, wait_timeout=1)
        assert "Waited 1 seconds for custom domain name" in message
        assert "the last state is UPDATING" in message
    assert modules("http_api_domain", **options)["domain"]["state"] == "AVAILABLE"


def test_absent_deletes_and_says_so_once(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules("http_api_domain", **options)
    gone = {"domain_name": NAME, "state": "absent"}
    predicted = modules.check("http_api_domain", **gone)
    assert len(domains(aws)) == 1
    deleted = modules("http_api_domain", **gone)
    assert predicted["diff"] == deleted["diff"]
    assert deleted["actions"] == predicted["actions"]
    assert deleted["actions"] == [
        f"delete mapping {NAME}/",
        f"delete mapping {NAME}/v1/two",
        f"delete custom domain name {NAME}",
    ]
    assert domains(aws) == []
    assert not modules("http_api_domain", **gone)["changed"]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({}, ["a.domain-test.example.com", NAME]),
        ({"domain_name": NAME}, [NAME]),
        ({"domain_name": "nothing.example.com"}, []),
        ({"suffix": "a.domain-test.example.com"}, ["a.domain-test.example.com"]),
        ({"tags": {"cost": 1}}, [NAME]),
    ],
)
def test_domain_names_are_shown(
    modules: Modules, options: dict[str, Any], selection: dict[str, Any], expected: list[str]
) -> None:
    made = modules("http_api_domain", **options)["domain"]
    other = {"domain_name": "a.domain-test.example.com", "certificate_arn": CERTIFICATE.format("a")}
    modules("http_api_domain", **other)
    found = modules("http_api_domain_info", **selection)
    assert not found["changed"]
    assert [each["domain_name"] for each in found["domains"]] == expected
    if NAME in expected:
        assert made in found["domains"]
