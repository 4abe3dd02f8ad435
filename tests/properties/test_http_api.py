# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""http_api: any API becomes the desired one in one run, and no route that stays is ever gone or without its target."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import http_api
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_apigatewayv2 import MemoryApiGatewayV2
from tests.properties.strategies_http_api import NAME, OPTIONS, found_apis, wishes


class Watched(MemoryApiGatewayV2):
    """Notes which routes answer after each change. answering: by route key, what it passes requests to."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[set[str]] = []

    def answering(self) -> set[str]:
        """Return the keys of the routes that have a target."""
        routes = [route for kept in self.state.values() for route in kept["routes"].values()]
        return {route["RouteKey"] for route in routes if route.get("Target")}

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if not name.startswith(("create_", "update_", "delete_")):
            return found

        def watched(**request: Any) -> Any:
            answer = found(**request)
            self.seen.append(self.answering())
            return answer

        return watched


def clients_with(found: dict[str, Any] | None) -> Clients:
    service = Watched()
    if found:
        service.add(**found)
    # Others that must not be looked at, so that the wanted one is on another page.
    for number in range(4):
        service.add({"Name": f"{NAME}-{number}", "ProtocolType": "HTTP"})
    service.add({"Name": NAME, "ProtocolType": "WEBSOCKET"})
    return Clients(apigatewayv2=service)


@given(st.none() | found_apis(), wishes())
def test_any_api_converges(found: dict[str, Any] | None, following: list[dict[str, Any]]) -> None:
    clients = clients_with(found)
    for options in following:
        converges(http_api.ensure_present, "http_api", options, clients)


@given(found_apis(), OPTIONS)
def test_routes_that_stay_answer_all_the_time(found: dict[str, Any], options: dict[str, Any]) -> None:
    clients = clients_with(found)
    service = clients("apigatewayv2")
    before = service.answering()
    if converges(http_api.ensure_present, "http_api", options, clients):
        staying = before & service.answering()
        assert all(staying <= keys for keys in service.seen)


@given(found_apis())
def test_an_api_is_deleted_as_a_whole(found: dict[str, Any]) -> None:
    clients = clients_with(found)
    others = len(clients("apigatewayv2").state) - 1
    converges(http_api.ensure_absent, "http_api", {"name": NAME, "state": "absent"}, clients)
    assert len(clients("apigatewayv2").state) == others
