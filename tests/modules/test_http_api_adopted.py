# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""http_api takes over APIs that other tools made, with routes that share integrations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "http-api-adopted"
SERVICES = ("service1", "service2")


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws) -> Iterator[None]:
    yield
    client = aws.client("apigatewayv2")
    for found in client.get_apis(MaxResults="100")["Items"]:
        if found["Name"] == NAME:
            client.delete_api(ApiId=found["ApiId"])


@pytest.fixture
def gateway(aws: EmbeddedAws) -> Any:
    return aws.client("apigatewayv2")


@pytest.fixture
def api_id(gateway: Any) -> str:
    """An API as Terraform makes it: a proxy route and an integration for each service, and a default stage."""
    made = gateway.create_api(Name=NAME, ProtocolType="HTTP", Tags={"terraform": "yes"})["ApiId"]
    for service in SERVICES:
        target = integration(gateway, made, f"https://{service}.example.com/{{proxy}}")
        gateway.create_route(ApiId=made, RouteKey=f"ANY /{service}/{{proxy+}}", Target=f"integrations/{target}")
    gateway.create_stage(ApiId=made, StageName="$default", AutoDeploy=True)
    return str(made)


def integration(gateway: Any, api_id: str, uri: str, **settings: Any) -> str:
    made = gateway.create_integration(
        ApiId=api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=uri,
        PayloadFormatVersion="1.0",
        **settings,
    )
    return str(made["IntegrationId"])


def targets(gateway: Any, api_id: str) -> dict[str, str]:
    routes = gateway.get_routes(ApiId=api_id)["Items"]
    return {each["RouteKey"]: each["Target"].removeprefix("integrations/") for each in routes}


def integrations(gateway: Any, api_id: str) -> dict[str, dict[str, Any]]:
    return {each["IntegrationId"]: each for each in gateway.get_integrations(ApiId=api_id)["Items"]}


def proxy(service: str, **settings: Any) -> dict[str, Any]:
    return {
        "key": f"ANY /{service}/{{proxy+}}",
        "integration": {"uri": f"https://{service}.example.com/{{proxy}}", **settings},
    }


def test_the_same_routes_are_found_as_they_are(gateway: Any, modules: Modules, api_id: str) -> None:
    before = targets(gateway, api_id), integrations(gateway, api_id)
    taken = modules("http_api", name=NAME, routes=[proxy(service) for service in SERVICES])
    assert taken["actions"] == []
    assert taken["http_api"]["api_id"] == api_id
    assert (targets(gateway, api_id), integrations(gateway, api_id)) == before


def test_explicit_routes_come_before_the_proxy_routes_go(gateway: Any, modules: Modules, api_id: str) -> None:
    old = targets(gateway, api_id)
    routes = [
        {"key": f"POST /{service}/process", "integration": {"uri": f"https://{service}.example.com/process"}}
        for service in SERVICES
    ]
    options = {"name": NAME, "routes": routes, "tags": {"team": "shop"}, "purge_tags": False}
    predicted = modules.check("http_api", **options)
    taken = modules("http_api", **options)
    assert predicted["diff"] == taken["diff"]
    assert taken["actions"] == [
        f"update tags of HTTP API {NAME}",
        *[f"create integration of route POST /{service}/process" for service in SERVICES],
        *[f"create route POST /{service}/process" for service in SERVICES],
        *[f"delete route ANY /{service}/{{proxy+}}" for service in SERVICES],
        *[f"delete unused integration {each}" for each in sorted(old.values())],
    ]
    assert taken["http_api"]["api_id"] == api_id
    assert taken["http_api"]["tags"] == {"terraform": "yes", "team": "shop"}
    assert not modules("http_api", **options)["changed"]


@pytest.fixture
def shared(gateway: Any, api_id: str) -> str:
    """The API with one integration for both routes; the second one's own is without a route."""
    first = targets(gateway, api_id)["ANY /service1/{proxy+}"]
    for route in gateway.get_routes(ApiId=api_id)["Items"]:
        gateway.update_route(ApiId=api_id, RouteId=route["RouteId"], Target=f"integrations/{first}")
    return first


def test_a_shared_integration_stays_shared_while_it_fits_both(
    gateway: Any, modules: Modules, api_id: str, shared: str
) -> None:
    both = [{**proxy(service), "integration": proxy("service1")["integration"]} for service in SERVICES]
    taken = modules("http_api", name=NAME, routes=both)
    assert [action for action in taken["actions"] if "unused" not in action] == []
    assert set(targets(gateway, api_id).values()) == {shared} == set(integrations(gateway, api_id))


def test_a_route_that_has_to_differ_gets_its_own(gateway: Any, modules: Modules, api_id: str, shared: str) -> None:
    before = integrations(gateway, api_id)[shared]
    wanted = [proxy("service1"), proxy("service2", timeout_milliseconds=1000)]
    options: dict[str, Any] = {"name": NAME, "routes": wanted}
    predicted = modules.check("http_api", **options)
    taken = modules("http_api", **options)
    assert predicted["actions"] == taken["actions"]
    assert predicted["diff"] == taken["diff"]
    assert integrations(gateway, api_id)[shared] == before
    assert targets(gateway, api_id)["ANY /service1/{proxy+}"] == shared
    own = targets(gateway, api_id)["ANY /service2/{proxy+}"]
    assert integrations(gateway, api_id)[own]["TimeoutInMillis"] == 1000
    assert set(integrations(gateway, api_id)) == {shared, own}
    assert not modules("http_api", **options)["changed"]


def test_a_route_that_another_tool_manages_keeps_the_shared_one(
    gateway: Any, modules: Modules, api_id: str, shared: str
) -> None:
    before = integrations(gateway, api_id)
    options: dict[str, Any] = {
        "name": NAME,
        "routes": [proxy("service2", timeout_milliseconds=1000)],
        "purge_routes": False,
    }
    taken = modules("http_api", **options)
    assert [action.split(" ")[0] for action in taken["actions"]] == ["create", "update"]
    assert targets(gateway, api_id)["ANY /service1/{proxy+}"] == shared
    assert {key: integrations(gateway, api_id)[key] for key in before} == before
    assert not modules("http_api", **options)["changed"]


@pytest.mark.parametrize(
    ("description", "purge", "stays"),
    [
        pytest.param("made by hand", False, True, id="another tool may just be making its route"),
        pytest.param("Managed by orchestra.aws", False, False, id="ours"),
        pytest.param("made by hand", True, False, id="the routes are complete, so it serves nothing"),
    ],
)
def test_integrations_without_a_route(
    gateway: Any, modules: Modules, api_id: str, description: str, purge: bool, stays: bool
) -> None:
    orphan = integration(gateway, api_id, "https://old.example.com", Description=description)
    options: dict[str, Any] = {"name": NAME, "routes": [proxy(each) for each in SERVICES], "purge_routes": purge}
    predicted = modules.check("http_api", **options)
    taken = modules("http_api", **options)
    assert predicted["actions"] == taken["actions"] == ([] if stays else [f"delete unused integration {orphan}"])
    assert (orphan in integrations(gateway, api_id)) == stays


def test_routes_left_out_leave_integrations_alone(gateway: Any, modules: Modules, api_id: str) -> None:
    orphan = integration(gateway, api_id, "https://old.example.com", Description="Managed by orchestra.aws")
    modules("http_api", name=NAME, description="taken over")
    assert orphan in integrations(gateway, api_id)


def test_an_equal_integration_without_a_route_is_used(gateway: Any, modules: Modules, api_id: str) -> None:
    orphan = integration(gateway, api_id, "https://new.example.com", Description="Managed by orchestra.aws")
    route = {"key": "GET /new", "integration": {"uri": "https://new.example.com"}}
    taken = modules("http_api", name=NAME, routes=[route], purge_routes=False)
    assert taken["actions"] == ["create route GET /new"]
    assert targets(gateway, api_id)["GET /new"] == orphan
