# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the role of a state machine may call follows from its definition."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.called_routes import called_routes

HOST = "abc.execute-api.us-east-1.amazonaws.com"
ROUTES = [
    {"key": "POST /one/process", "authorization": "AWS_IAM"},
    {"key": "GET /one/health", "authorization": "AWS_IAM"},
    {"key": "ANY /items/{id}", "authorization": "AWS_IAM"},
    {"key": "POST /open", "authorization": "NONE"},
    {"key": "$default", "authorization": "AWS_IAM"},
]


def call(**given: Any) -> dict[str, Any]:
    arguments = {"ApiEndpoint": HOST, "Method": "POST", "Path": "one/process", "AuthType": "IAM_ROLE", **given}
    arguments = {key: value for key, value in arguments.items() if value is not None}
    return {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke", "Arguments": arguments, "End": True}


def found(state: dict[str, Any]) -> list[str]:
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": state}}
    return called_routes(definition, HOST, "abc", ROUTES)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["abc/$default/POST/one/process"]),
        ({"Path": "/one/process?page=2"}, ["abc/$default/POST/one/process"]),
        ({"Path": None}, ["abc/$default/POST/"]),
        ({"Stage": "v1"}, ["abc/v1/POST/one/process"]),
        ({"Stage": "{% $stage %}"}, ["abc/*/POST/one/process"]),
        ({"AuthType": "NO_AUTH"}, []),
        ({"AuthType": None}, []),
        ({"AuthType": "{% $auth %}"}, ["abc/$default/POST/one/process"]),
        ({"ApiEndpoint": "other.execute-api.eu-west-1.amazonaws.com"}, ["other/$default/POST/one/process"]),
        ({"ApiEndpoint": "other.execute-api.eu-west-1.amazonaws.com", "Path": "{% $p %}"}, []),
        ({"ApiEndpoint": "api.example.com"}, []),
        # Known routes stand for what an expression makes, and no more.
        ({"Path": "{% $p %}"}, ["abc/$default/*/items/*", "abc/$default/POST/one/process"]),
        ({"Method": "{% $m %}", "Path": "one/health"}, ["abc/$default/GET/one/health"]),
        ({"Method": "{% $m %}", "Path": "items/7"}, ["abc/$default/*/items/7"]),
    ],
)
def test_the_routes_of_a_call(given: dict[str, Any], expected: list[str]) -> None:
    assert found(call(**given)) == expected


def test_calls_inside_parallel_and_map_count_and_other_tasks_do_not() -> None:
    branch = {"StartAt": "B", "States": {"B": call(Path="one/health", Method="GET")}}
    processor = {"StartAt": "C", "States": {"C": call(Path="items/1")}}
    other = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"}}
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "P",
        "States": {
            "P": {"Type": "Parallel", "Branches": [branch, branch], "Next": "M"},
            "M": {"Type": "Map", "ItemProcessor": processor, "Next": "L"},
            "L": {**other, "End": True},
        },
    }
    expected = ["abc/$default/GET/one/health", "abc/$default/POST/items/1"]
    assert called_routes(definition, HOST, "abc", ROUTES) == expected
