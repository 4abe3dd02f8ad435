# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Stages of http_api that do not deploy automatically, and the OpenAPI documents that http_api_info shows."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown
from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "http-api-deploy"
GATE = {
    "name": "gate",
    "type": "REQUEST",
    "uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:gate/invocations",
}
DEPLOY = "deploy to stage live"


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws) -> Iterator[None]:
    yield
    client = aws.client("apigatewayv2")
    for each in client.get_apis(MaxResults="100")["Items"]:
        if each["Name"] == NAME:
            client.delete_api(ApiId=each["ApiId"])


@pytest.fixture
def options() -> dict[str, Any]:
    """Two routes, a stage that deploys every change and one that does not."""
    return {
        "name": NAME,
        "authorizers": [dict(GATE)],
        "cors": {"origins": ["https://www.example.com"]},
        "routes": [
            {"key": "GET /a", "integration": {"uri": "https://a.example.com"}},
            {"key": "GET /b", "integration": {"uri": "https://b.example.com"}, "operation_name": "b"},
        ],
        "stages": [{"name": "$default"}, {"name": "live", "auto_deploy": False}],
    }


def deployments(aws: EmbeddedAws, api_id: str) -> list[str]:
    """Ids of the deployments that somebody asked for."""
    found = aws.client("apigatewayv2").get_deployments(ApiId=api_id, MaxResults="100")["Items"]
    return [each["DeploymentId"] for each in found if not each["AutoDeployed"]]


def live(result: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in result["http_api"]["stages"] if each["name"] == "live")
    return found


def prove(modules: Modules, **options: Any) -> dict[str, Any]:
    """Predict, do and repeat: the prediction must hold, and the repetition must change nothing."""
    predicted = modules.check("http_api", **options)
    real = modules("http_api", **options)
    assert predicted["diff"] == real["diff"]
    assert predicted["actions"] == real["actions"]
    assert live(predicted)["outdated"] == live(real)["outdated"]
    again = modules("http_api", **options)
    assert again["actions"] == []
    assert again["http_api"] == real["http_api"]
    assert again["diff"]["before"] == again["diff"]["after"] == real["diff"]["after"]
    return real


def test_a_new_stage_gets_a_deployment_after_everything_else(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    predicted = modules.check("http_api", **options)
    assert is_unknown(live(predicted)["deployment_id"])
    made = prove(modules, **options)
    assert made["actions"][-2:] == ["create stage live", DEPLOY]
    assert live(made)["outdated"] is False
    assert deployments(aws, made["http_api"]["api_id"]) == [live(made)["deployment_id"]]


# Each case changes one option: path to it, its new value (None removes it), and whether requests can notice that.
CHANGES = [
    pytest.param(("routes", 0, "integration", "uri"), "https://c.example.com", True, id="uri"),
    pytest.param(("routes", 0, "integration", "timeout_milliseconds"), 1000, True, id="timeout"),
    pytest.param(("routes", 0, "integration", "request_parameters"), {"overwrite:path": "/x"}, True, id="mapping"),
    pytest.param(("routes", 0, "integration", "description"), "other", False, id="integration description"),
    pytest.param(("routes", 0, "authorization"), "AWS_IAM", True, id="authorization"),
    pytest.param(("routes", 1), None, True, id="route removed"),
    pytest.param(("routes", 1, "operation_name"), "c", True, id="operation name"),
    pytest.param(("authorizers", 0, "result_ttl_seconds"), 5, True, id="authorizer"),
    pytest.param(("cors", "origins"), ["*"], True, id="cors"),
    pytest.param(("cors",), {}, True, id="no cors"),
    pytest.param(("disable_execute_api_endpoint",), True, True, id="endpoint"),
    pytest.param(("description",), "other", False, id="description"),
    pytest.param(("tags",), {"a": "1"}, False, id="tags"),
    pytest.param(("stages", 1, "variables"), {"a": "1"}, False, id="variables"),
]


def changed(options: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    result = copy.deepcopy(options)
    place: Any = result
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return result


@pytest.mark.parametrize(("path", "value", "noticed"), CHANGES)
def test_a_change_that_requests_notice_is_deployed(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], path: tuple[Any, ...], value: Any, noticed: bool
) -> None:
    before = live(modules("http_api", **options))["deployment_id"]
    other = prove(modules, **changed(options, path, value))
    assert other["changed"]
    assert (DEPLOY in other["actions"]) is noticed
    assert (live(other)["deployment_id"] != before) is noticed


# The switch of the endpoint is no part of an exported document, so nothing tells afterwards that it is not deployed.
UNDEPLOYED = [each for each in CHANGES if each.id != "endpoint"]


@pytest.mark.parametrize(("path", "value", "noticed"), UNDEPLOYED)
def test_without_deployment_a_stage_is_outdated_until_it_gets_one(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], path: tuple[Any, ...], value: Any, noticed: bool
) -> None:
    before = live(modules("http_api", **options))["deployment_id"]
    later = changed(options, path, value)
    later["stages"][1]["deploy"] = "never"
    other = prove(modules, **later)
    assert DEPLOY not in other["actions"]
    assert (live(other)["outdated"], live(other)["deployment_id"]) == (noticed, before)
    later["stages"][1]["deploy"] = "when_changed"
    assert prove(modules, **later)["actions"] == [DEPLOY] * noticed


def test_a_change_by_others_is_deployed_too(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    made = modules("http_api", **options)["http_api"]
    client = aws.client("apigatewayv2")
    uri = "https://c.example.com"
    integration = made["routes"][0]["integration"]["integration_id"]
    client.update_integration(ApiId=made["api_id"], IntegrationId=integration, IntegrationUri=uri)
    options["routes"][0]["integration"]["uri"] = uri
    assert modules("http_api_info", name=NAME)["http_apis"][0]["stages"][1]["outdated"] is True
    assert prove(modules, **options)["actions"] == [DEPLOY]


def test_a_stage_that_is_not_given_is_left_alone(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules("http_api", **options)
    del options["stages"]
    options["routes"].pop()
    assert live(prove(modules, **options))["outdated"] is True


def test_always_makes_one_in_every_run(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    options["stages"][1]["deploy"] = "always"
    api_id = modules("http_api", **options)["http_api"]["api_id"]
    assert modules.check("http_api", **options)["actions"] == [DEPLOY]
    assert len(deployments(aws, api_id)) == 1
    assert modules("http_api", **options)["actions"] == [DEPLOY]
    assert len(deployments(aws, api_id)) == 2


def test_an_api_without_routes_is_not_deployed(modules: Modules, options: dict[str, Any]) -> None:
    options["routes"] = []
    made = prove(modules, **options)
    assert DEPLOY not in made["actions"]
    assert (live(made)["outdated"], live(made)["deployment_id"]) == (False, None)


@pytest.mark.parametrize(("mode", "outdated"), [("when_changed", False), ("never", True)])
def test_a_stage_stops_deploying_automatically(
    modules: Modules, options: dict[str, Any], mode: str, outdated: bool
) -> None:
    options["stages"][1]["auto_deploy"] = True
    modules("http_api", **options)
    options["stages"][1] |= {"auto_deploy": False, "deploy": mode}
    options["routes"][0]["integration"]["uri"] = "https://c.example.com"
    changed_only = prove(modules, **options)
    assert live(changed_only)["outdated"] is False
    options["stages"][1]["auto_deploy"] = True
    back = prove(modules, **options)
    assert (DEPLOY in back["actions"], live(back)["outdated"]) == (False, False)
    options["stages"][1]["auto_deploy"] = False
    options["routes"].pop()
    assert live(prove(modules, **options))["outdated"] is outdated


class Killed(BaseException):
    """Ends a run at once, as a signal does."""


def test_a_run_that_died_before_the_deployment_is_completed(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    modules("http_api", **options)
    options["routes"].pop()

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(api, "create_deployment", die)
        with pytest.raises(Killed):
            modules.outcome("http_api", **options)
    assert prove(modules, **options)["actions"] == [DEPLOY]


def test_openapi_documents(modules: Modules, options: dict[str, Any]) -> None:
    modules("http_api", **options)
    options["stages"][1]["deploy"] = "never"
    options["routes"].pop()
    modules("http_api", **options)

    def paths(**selection: Any) -> list[str]:
        found = modules("http_api_info", name=NAME, openapi=True, **selection)
        assert not found["changed"]
        return sorted(found["http_apis"][0]["openapi"]["paths"])

    assert paths() == paths(openapi_stage="$default") == ["/a"]
    assert paths(openapi_stage="live") == ["/a", "/b"]
    document = modules.check("http_api_info", name=NAME, openapi=True)["http_apis"][0]["openapi"]
    assert document["openapi"].startswith("3.0")
    integration = document["paths"]["/a"]["get"]["x-amazon-apigateway-integration"]
    assert (integration["type"], integration["uri"]) == ("http_proxy", "https://a.example.com")
    assert document["x-amazon-apigateway-cors"]["allowOrigins"] == ["https://www.example.com"]
    assert list(document["components"]["securitySchemes"]) == ["gate"]
    plain = modules("http_api_info", name=NAME, openapi=True, openapi_extensions=False)["http_apis"][0]["openapi"]
    assert list(plain["paths"]["/a"]["get"]) == ["responses"]
    nothing = modules("http_api_info", name=NAME, openapi=True, openapi_stage="none")["http_apis"][0]
    assert nothing["openapi"] is None
    assert "openapi" not in modules("http_api_info", name=NAME)["http_apis"][0]


def test_a_stage_without_deployment_has_no_document(modules: Modules, options: dict[str, Any]) -> None:
    options["stages"][1]["deploy"] = "never"
    made = prove(modules, **options)
    assert (live(made)["outdated"], live(made)["deployment_id"]) == (True, None)
    assert modules("http_api_info", name=NAME, openapi=True, openapi_stage="live")["http_apis"][0]["openapi"] is None
