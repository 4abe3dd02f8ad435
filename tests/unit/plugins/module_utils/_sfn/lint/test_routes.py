# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import routes
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.linter import lint

# The embedded AWS is held to the same table.
TABLE = json.loads((Path(__file__).resolve().parents[5] / "corpus" / "routes.json").read_text(encoding="utf-8"))
HOST = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"


def call(**parameters: Any) -> dict[str, Any]:
    arguments = {"ApiEndpoint": HOST, "Method": "GET", "Path": "orders", **parameters}
    state = {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke", "Arguments": arguments, "End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "Call", "States": {"Call": state}}


def rules(definition: dict[str, Any], **options: Any) -> list[str]:
    return [finding.rule for finding in lint(definition, **options)]


@pytest.mark.parametrize("entry", TABLE, ids=[entry["what"] for entry in TABLE])
def test_the_nearest_route_serves(entry: dict[str, Any]) -> None:
    for keys in (entry["keys"], entry["keys"][::-1]):
        known = routes.routes(keys)
        for method, path, key in entry["requests"]:
            route = routes.nearest(known, method, path)
            assert (route and route.key) == key, f"{method} {path}"


def test_a_default_route_serves_everything() -> None:
    assert rules(call(Method="DELETE", Path="a/b"), routes=["$default"]) == []


@pytest.mark.parametrize(
    ("parameters", "known", "expected"),
    [
        ({}, ["GET /orders"], []),
        ({}, [], ["route-missing"]),
        ({"Path": "/orders"}, ["GET /orders"], []),
        ({"Path": "orders/"}, ["GET /orders"], ["route-slash"]),
        ({"Path": "orders/"}, ["GET /orders/{id}"], ["route-slash"]),
        ({"Path": "orders/"}, ["GET /orders/{rest+}"], []),
        ({"Path": "orders/"}, ["GET /orders", "$default"], []),
        ({"Path": "orders/"}, ["POST /orders", "GET /order"], ["route-missing"]),
        ({"Path": ""}, ["GET /{id}"], ["route-slash"]),
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
