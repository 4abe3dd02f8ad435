# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import routes
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.linter import lint

KEYS = [
    "$default",
    "ANY /{proxy+}",
    "POST /orders",
    "ANY /orders",
    "GET /orders/{id}",
    "GET /orders/new",
    "GET /orders/{id}/lines/{rest+}",
]
HOST = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"


def call(**parameters: Any) -> dict[str, Any]:
    arguments = {"ApiEndpoint": HOST, "Method": "GET", "Path": "orders", **parameters}
    state = {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke", "Arguments": arguments, "End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "Call", "States": {"Call": state}}


def rules(definition: dict[str, Any], **options: Any) -> list[str]:
    return [finding.rule for finding in lint(definition, **options)]


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("POST", "/orders", "POST /orders"),
        ("GET", "/orders", "ANY /orders"),
        ("GET", "/orders/7", "GET /orders/{id}"),
        ("GET", "/orders/new", "GET /orders/new"),
        ("GET", "/orders/7/lines/1/2", "GET /orders/{id}/lines/{rest+}"),
        ("GET", "/orders/7/lines", "ANY /{proxy+}"),
        ("PUT", "/orders/7", "ANY /{proxy+}"),
    ],
)
def test_the_nearest_route_serves(method: str, path: str, key: str) -> None:
    known = routes.routes(KEYS)
    assert max(known, key=lambda route: route.serves(method, path)).key == key


@pytest.mark.parametrize(
    ("key", "method", "path"),
    [
        ("POST /orders", "GET", "/orders"),
        ("POST /orders", "POST", "/order"),
        ("POST /orders", "POST", "/orders/7"),
        ("POST /orders/{id}", "POST", "/orders"),
        ("POST /orders/{rest+}", "POST", "/orders"),
    ],
)
def test_a_route_that_does_not_serve(key: str, method: str, path: str) -> None:
    assert routes.Route(key).serves(method, path) == 0


def test_a_default_route_serves_everything() -> None:
    assert rules(call(Method="DELETE", Path="a/b"), routes=["$default"]) == []


@pytest.mark.parametrize(
    ("parameters", "known", "expected"),
    [
        ({}, ["GET /orders"], []),
        ({}, [], ["route-missing"]),
        ({"Path": "/orders/"}, ["GET /orders"], []),
        ({"Path": "orders?x=1"}, ["GET /orders"], []),
        ({"Method": "{% $states.input.method %}"}, [], []),
        ({"Path": "{% $states.input.path %}"}, [], []),
        ({"AuthType": "{% $states.input.auth %}"}, [{"key": "GET /orders", "authorization": "AWS_IAM"}], []),
        ({"AuthType": "IAM_ROLE"}, [{"key": "GET /orders", "authorization": "AWS_IAM"}], []),
        ({}, [{"key": "GET /orders", "authorization": "AWS_IAM"}], ["route-authorization"]),
        ({}, [{"key": "GET /orders", "authorization": "JWT"}], ["route-authorizer"]),
        ({}, [{"key": "GET /orders", "authorization": "CUSTOM"}], []),
    ],
)
def test_calls_against_routes(parameters: dict[str, Any], known: list[Any], expected: list[str]) -> None:
    assert rules(call(**parameters), routes=known) == expected


def test_a_call_of_another_host_is_not_compared_with_the_routes() -> None:
    assert rules(call(), routes=[], api_hosts=["zzzzzzzzzz.execute-api.eu-central-1.amazonaws.com"]) == ["route-host"]
    assert rules(call(), routes=[], api_hosts=[HOST]) == ["route-missing"]


@pytest.mark.parametrize(
    ("milliseconds", "timeout", "expected"), [(None, 30, 1), (None, 31, 0), (5000, 5, 1), (5000, 6, 0)]
)
def test_the_timeout_of_a_call_is_compared_with_that_of_its_route(
    milliseconds: int | None, timeout: int, expected: int
) -> None:
    definition = call()
    definition["States"]["Call"]["TimeoutSeconds"] = timeout
    route = {"key": "GET /orders", "integration": {"timeout_milliseconds": milliseconds}}
    assert rules(definition, routes=[route]).count("api-timeout") == expected


@pytest.mark.parametrize("route", [7, {}, {"key": None}, ""])
def test_what_is_no_route_is_refused(route: Any) -> None:
    with pytest.raises(ValueError, match="is no route"):
        routes.routes([route])
