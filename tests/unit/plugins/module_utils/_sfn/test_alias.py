# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import alias
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:shop"


def route(version: int, weight: int) -> dict[str, Any]:
    return {"version_arn": f"{ARN}:{version}", "weight": weight}


def options(**changes: Any) -> dict[str, Any]:
    return {"name": "live", "description": None, "version_arn": None, "routing": None, **changes}


BEFORE = {"name": "live", "description": "old", "routing": [route(1, 100)]}


def test_the_order_of_routes_means_nothing() -> None:
    described = {
        "name": "live",
        "routingConfiguration": [
            {"stateMachineVersionArn": f"{ARN}:2", "weight": 10},
            {"stateMachineVersionArn": f"{ARN}:1", "weight": 90},
        ],
    }
    assert alias.normalize(described) == {
        "name": "live",
        "description": "",
        "routing": [route(1, 90), route(2, 10)],
    }
    assert alias.normalize(None) == {}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, BEFORE),
        ({"version_arn": f"{ARN}:2"}, {**BEFORE, "routing": [route(2, 100)]}),
        (
            {"version_arn": unknown(f"{ARN}:")},
            {**BEFORE, "routing": [{"version_arn": unknown(f"{ARN}:"), "weight": 100}]},
        ),
        ({"routing": [route(2, 0), route(1, 100)]}, {**BEFORE, "routing": [route(1, 100), route(2, 0)]}),
        ({"description": ""}, {**BEFORE, "description": ""}),
    ],
)
def test_desired(params: dict[str, Any], expected: dict[str, Any]) -> None:
    assert alias.desired(options(**params), ARN, BEFORE) == expected


@pytest.mark.parametrize(
    ("routing", "message"),
    [
        ([], "routing has 0 routes"),
        ([route(1, 50), route(2, 30), route(3, 20)], "routing has 3 routes"),
        ([route(1, 99)], "The weights of routing are 99"),
        ([route(1, 60), route(2, 60)], "The weights of routing are 60 and 60"),
        ([route(1, -10), route(2, 110)], "The weights of routing are -10 and 110"),
        ([route(1, 50), route(1, 50)], "names .*:1 twice"),
        ([{"version_arn": ARN, "weight": 100}], "is not the ARN of a version of"),
        ([{"version_arn": f"{ARN}2:1", "weight": 100}], "is not the ARN of a version of"),
        (None, "live does not exist yet: version_arn or routing is needed"),
    ],
)
def test_desired_refuses(routing: list[dict[str, Any]] | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        alias.desired(options(routing=routing), ARN, {})
