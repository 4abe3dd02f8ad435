# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import deployment, route

MANUAL, AUTOMATIC = {"AutoDeploy": False, "DeploymentId": "d"}, {"AutoDeploy": True, "DeploymentId": "d"}
DOCUMENT = {"openapi": "3.0.1", "paths": {"/a": {"get": {}}}}
OTHER = {"openapi": "3.0.1", "paths": {"/b": {"get": {}}}}


@pytest.mark.parametrize(
    ("stage", "has_routes", "latest", "served", "expected"),
    [
        pytest.param(MANUAL, True, DOCUMENT, DOCUMENT, False, id="the same"),
        pytest.param(MANUAL, True, DOCUMENT, OTHER, True, id="another path"),
        pytest.param(MANUAL, True, {**DOCUMENT, "info": {"version": "2"}}, DOCUMENT, False, id="version"),
        pytest.param(MANUAL, True, {**DOCUMENT, "servers": [{"url": "u"}]}, DOCUMENT, False, id="URL"),
        pytest.param(MANUAL, True, {**DOCUMENT, "tags": [{"name": "t"}]}, DOCUMENT, False, id="tags"),
        pytest.param(
            MANUAL,
            True,
            {**DOCUMENT, "components": {"x-amazon-apigateway-integrations": {"unused": {}}}},
            DOCUMENT,
            False,
            id="integration without route",
        ),
        pytest.param(
            MANUAL, True, {**DOCUMENT, "components": {"securitySchemes": {"s": {}}}}, DOCUMENT, True, id="authorizer"
        ),
        pytest.param(MANUAL, True, {**DOCUMENT, "x-amazon-apigateway-cors": {}}, DOCUMENT, True, id="cors"),
        pytest.param(AUTOMATIC, True, DOCUMENT, OTHER, False, id="automatic"),
        pytest.param({"AutoDeploy": False}, True, DOCUMENT, None, True, id="never deployed"),
        pytest.param({"AutoDeploy": False}, False, DOCUMENT, None, False, id="nothing to deploy"),
        pytest.param({}, True, None, None, True, id="gone meanwhile"),
    ],
)
def test_is_outdated(stage: dict[str, Any], has_routes: bool, latest: Any, served: Any, expected: bool) -> None:
    texts = [None if each is None else json.dumps(each) for each in (latest, served)]
    assert deployment.is_outdated(stage, has_routes, *texts) is expected


def settings(**changes: Any) -> dict[str, Any]:
    """An API with one route and a stage that deploys nothing by itself; `stage` changes the stage."""
    stage = {"auto_deploy": False, "outdated": False, **changes.pop("stage", {})}
    uri = changes.pop("uri", "u")
    return {
        "routes": {"GET /a": route.desired({"integration": {"uri": uri, "description": ""}}, None)},
        "authorizers": {},
        "cors": {},
        "disable_execute_api_endpoint": False,
        "stages": {"live": stage},
        **changes,
    }


def described() -> dict[str, Any]:
    """settings() with another description of the integration, which nobody can notice."""
    found = settings()
    found["routes"]["GET /a"]["integration"]["description"] = "other"
    return found


AUTO, OUTDATED = {"auto_deploy": True}, {"outdated": True}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(settings(), settings(), False, id="nothing changed"),
        pytest.param(None, settings(), True, id="new API"),
        pytest.param(None, settings(routes={}), False, id="new API without routes"),
        pytest.param(settings(stages={}), settings(), True, id="new stage"),
        pytest.param(settings(), settings(uri="v"), True, id="integration"),
        pytest.param(settings(), settings(cors={"origins": ["*"]}), True, id="cors"),
        pytest.param(settings(), settings(authorizers={"a": {}}), True, id="authorizer"),
        pytest.param(settings(), described(), False, id="description of an integration"),
        pytest.param(settings(stage=OUTDATED), settings(), True, id="outdated before"),
        pytest.param(settings(stage=OUTDATED), settings(routes={}), None, id="no route is left"),
        pytest.param(settings(), settings(stage=AUTO, uri="v"), False, id="begins to deploy automatically"),
        pytest.param(settings(stage=AUTO), settings(uri="v"), False, id="stops after the change"),
        pytest.param(settings(stage=AUTO, authorizers={"a": {}}), settings(), True, id="stops before the deletion"),
    ],
)
def test_who_needs_a_deployment(before: Any, after: dict[str, Any], expected: bool | None) -> None:
    """None: outdated, but what is there cannot be deployed."""
    given = {"stages": [{"name": "live"}]}
    assert deployment.needed(given, before, after) == (["live"] if expected else [])
    assert deployment.settled(before, after, [])["stages"]["live"]["outdated"] is (expected is not False)
    assert deployment.settled(before, after, ["live"])["stages"]["live"]["outdated"] is False


@pytest.mark.parametrize(
    ("options", "after", "expected"),
    [
        ({"stages": None}, settings(uri="v"), []),
        ({"stages": [{"name": "other"}]}, settings(uri="v"), []),
        ({"stages": [{"name": "live", "deploy": "never"}]}, settings(uri="v"), []),
        ({"stages": [{"name": "live", "deploy": "always"}]}, settings(), ["live"]),
        ({"stages": [{"name": "live", "deploy": "always"}]}, settings(routes={}), []),
        ({"stages": [{"name": "live", "deploy": "always"}]}, settings(stage=AUTO), []),
        ({"stages": [{"name": "live"}]}, settings(disable_execute_api_endpoint=True), ["live"]),
    ],
)
def test_when_to_deploy(options: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    assert deployment.needed(options, settings(), after) == expected


BARE = {"GET /a": {**settings()["routes"]["GET /a"], "integration": None}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(None, settings(stage=AUTO), ["live"], id="new API"),
        pytest.param({**settings(), "stages": {}}, settings(stage=AUTO), ["live"], id="new stage"),
        pytest.param(settings(), settings(stage=AUTO), ["live"], id="switched on"),
        pytest.param(settings(stage=AUTO, uri="v"), settings(stage=AUTO), ["live"], id="other integration"),
        pytest.param(settings(uri="v"), settings(), [], id="not automatic"),
        pytest.param(settings(stage=AUTO), settings(stage=AUTO, tags={"a": "b"}), [], id="nothing served"),
        pytest.param(settings(stage=AUTO), settings(stage=AUTO, routes={}), [], id="no routes left"),
        pytest.param(settings(stage=AUTO), settings(stage=AUTO, routes=BARE), [], id="no integration left"),
    ],
)
def test_where_aws_deploys(before: dict[str, Any] | None, after: dict[str, Any], expected: list[str]) -> None:
    assert deployment.automatic(before, after) == expected
