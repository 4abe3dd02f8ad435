# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The pure parts of the request path: routes, parameter mapping, rules, CORS, throttling, access logs, health."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local_aws.plane import access_log, cors, health, routes, rules, throttle
from local_aws.plane.http import HttpRequest, HttpResponse
from local_aws.plane.parameter_mapping import Variables, evaluate, is_reserved, map_request, map_response


def request(
    method: str = "POST", path: str = "/a/b", query: str = "", body: bytes = b"", **headers: str
) -> HttpRequest:
    """A request with headers given as keyword arguments."""
    return HttpRequest(method, path, query, {k.replace("_", "-"): v for k, v in headers.items()}, body, "127.0.0.1")


# The linter of definitions is held to the same table.
TABLE = json.loads((Path(__file__).resolve().parents[1] / "corpus" / "routes.json").read_text(encoding="utf-8"))
ROUTES = [
    "GET /pets/dog/1",
    "GET /pets/dog/{id}",
    "GET /pets/{proxy+}",
    "ANY /{proxy+}",
    "POST /a",
    "ANY /a",
    "$default",
]


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
        ("GET", "/pets/dog/a%2Fb", "GET /pets/dog/{id}", {"id": "a/b"}),
        ("GET", "/pets/cat/3/x", "GET /pets/{proxy+}", {"proxy": "cat/3/x"}),
        ("POST", "/pets/cat", "ANY /{proxy+}", {"proxy": "pets/cat"}),
        ("POST", "/a", "POST /a", {}),
        ("PUT", "/a", "ANY /a", {}),
        ("GET", "/", "ANY /{proxy+}", {"proxy": ""}),
    ],
)
def test_most_specific_route_wins(method: str, path: str, key: str, parameters: dict[str, str]) -> None:
    for keys in ([*ROUTES, "$default"], ["$default", *ROUTES[::-1]]):
        assert routes.select(keys, method, path) == routes.Match(key, parameters)


@pytest.mark.parametrize(("method", "path"), [("GET", "/a/b"), ("PUT", "/a"), ("POST", "/a/"), ("POST", "/A")])
def test_no_route(method: str, path: str) -> None:
    assert routes.select(["POST /a", "GET /b/{id}"], method, path) is None


@pytest.mark.parametrize("entry", TABLE, ids=[entry["what"] for entry in TABLE])
def test_the_route_that_is_meant(entry: dict[str, Any]) -> None:
    for keys in (entry["keys"], entry["keys"][::-1]):
        for method, path, key in entry["requests"]:
            match = routes.select(keys, method, path)
            assert (match and match.route_key) == key, f"{method} {path}"


VARIABLES = Variables(
    request(path="/service1/process", query="a=1&a=2&b=x%20y", body=b'{"order": {"id": 7, "tags": ["t"]}}', x_id="42"),
    {"proxy": "process/x"},
    {"requestId": "r-1", "identity.sourceIp": "10.0.0.9"},
    {"version": "v3"},
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("/process", "/process"),
        ("$request.header.X-Id", "42"),
        ("$request.querystring.a", "1,2"),
        ("$request.querystring.b", "x y"),
        ("$request.path", "/service1/process"),
        ("$request.path.proxy", "process/x"),
        ("/v/${request.path.proxy}/end", "/v/process/x/end"),
        ("$request.body.order.id", "7"),
        ("$request.body.order.tags[0]", "t"),
        ("$request.body.missing", ""),
        ("$context.requestId", "r-1"),
        ("${context.identity.sourceIp}", "10.0.0.9"),
        ("$stageVariables.version", "v3"),
        ("id=${request.header.x-id};v=${stageVariables.version}", "id=42;v=v3"),
        ("costs $5", "costs $5"),
    ],
)
def test_expressions(expression: str, value: str) -> None:
    assert evaluate(expression, VARIABLES) == value


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"overwrite:path": "/process"}, {"path": "/process"}),
        ({"overwrite:path": "$request.path.proxy"}, {"path": "/process/x"}),
        ({"overwrite:header.x-id": "1"}, {"headers": {"x-id": "1"}}),
        ({"append:header.x-id": "1"}, {"headers": {"x-id": "42,1"}}),
        ({"append:header.x-new": "1"}, {"headers": {"x-id": "42", "x-new": "1"}}),
        ({"remove:header.X-Id": "''"}, {"headers": {}}),
        ({"overwrite:header.x-forwarded-for": "6.6.6.6"}, {"headers": {"x-id": "42"}}),
        ({"overwrite:querystring.a": "3"}, {"query_string": "b=x+y&a=3"}),
        ({"append:querystring.a": "3"}, {"query_string": "a=1&a=2&b=x+y&a=3"}),
        ({"remove:querystring.a": "''"}, {"query_string": "b=x+y"}),
        ({}, {"query_string": "a=1&a=2&b=x%20y"}),
    ],
)
def test_request_mapping(parameters: dict[str, str], expected: dict[str, Any]) -> None:
    mapped = map_request(parameters, VARIABLES.request, VARIABLES)
    assert {name: getattr(mapped, name) for name in expected} == expected


def test_response_mapping_is_per_status() -> None:
    answer = HttpResponse(500, [("X-Old", "1"), ("X-Keep", "k")], b'{"code": "E1"}')
    parameters = {
        "500": {
            "overwrite:statuscode": "503",
            "remove:header.x-old": "''",
            "overwrite:header.x-code": "$response.body.code",
            "append:header.x-keep": "$response.header.x-keep",
        }
    }
    mapped = map_response(parameters, answer, VARIABLES)
    assert mapped.status == 503
    assert mapped.headers == [("X-Keep", "k"), ("x-code", "E1"), ("x-keep", "k")]
    assert map_response({"404": {"overwrite:statuscode": "200"}}, answer, VARIABLES) == answer


@pytest.mark.parametrize(
    ("name", "reserved"),
    [("Authorization", True), ("X-Amz-Date", True), ("via", True), ("x-service", False), ("Host", False)],
)
def test_reserved_headers(name: str, reserved: bool) -> None:
    assert is_reserved(name) is reserved


def condition(field: str, **config: Any) -> dict[str, Any]:
    """A rule condition."""
    return {"Field": field, **config}


@pytest.mark.parametrize(
    ("given", "met"),
    [
        (condition("path-pattern", Values=["/a/*"]), True),
        (condition("path-pattern", PathPatternConfig={"Values": ["/x", "/a/?"]}), True),
        (condition("path-pattern", Values=["/A/*"]), False),
        (condition("host-header", HostHeaderConfig={"Values": ["*.Example.com"]}), True),
        (condition("host-header", Values=["example.com"]), False),
        (condition("http-header", HttpHeaderConfig={"HttpHeaderName": "X-Service", "Values": ["ONE"]}), True),
        (condition("http-header", HttpHeaderConfig={"HttpHeaderName": "X-None", "Values": ["*"]}), False),
        (condition("http-request-method", HttpRequestMethodConfig={"Values": ["GET", "POST"]}), True),
        (condition("http-request-method", HttpRequestMethodConfig={"Values": ["GET"]}), False),
        (condition("query-string", QueryStringConfig={"Values": [{"Key": "v", "Value": "1*"}]}), True),
        (condition("query-string", QueryStringConfig={"Values": [{"Value": "12"}]}), True),
        (condition("query-string", QueryStringConfig={"Values": [{"Key": "w", "Value": "12"}]}), False),
        (condition("source-ip", SourceIpConfig={"Values": ["10.0.0.0/8", "127.0.0.0/8"]}), True),
        (condition("source-ip", SourceIpConfig={"Values": ["10.0.0.0/8"]}), False),
    ],
)
def test_rule_conditions(given: dict[str, Any], met: bool) -> None:
    assert rules.meets(given, request(query="v=12", host="api.example.com:8080", x_service="one")) is met


CORS = {
    "allowOrigins": ["https://*.example.com"],
    "allowMethods": ["POST"],
    "allowHeaders": ["content-type"],
    "maxAge": 60,
}


def test_preflight() -> None:
    asked = request(
        "OPTIONS",
        origin="https://a.example.com",
        access_control_request_method="POST",
        access_control_request_headers="Content-Type",
    )
    assert cors.is_preflight(asked)
    assert not cors.is_preflight(request("OPTIONS", origin="https://a.example.com"))
    answer = cors.preflight(CORS, asked)
    assert answer.status == 204
    assert dict(answer.headers) == {
        "access-control-allow-origin": "https://a.example.com",
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "60",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://evil.test"},
        {"access_control_request_method": "DELETE"},
        {"access_control_request_headers": "x-other"},
    ],
)
def test_preflight_that_is_not_allowed_gets_no_headers(changes: dict[str, str]) -> None:
    asked = {"origin": "https://a.example.com", "access-control-request-method": "POST"}
    asked |= {name.replace("_", "-"): value for name, value in changes.items()}
    assert cors.preflight(CORS, HttpRequest("OPTIONS", "/", "", asked, b"", "127.0.0.1")).headers == []


def test_cors_of_the_api_replaces_that_of_the_integration() -> None:
    answer = HttpResponse(200, [("Access-Control-Allow-Origin", "*"), ("x", "1")])
    decorated = cors.decorate(CORS, request(origin="https://a.example.com"), answer)
    assert decorated.headers == [("x", "1"), ("access-control-allow-origin", "https://a.example.com")]
    assert cors.decorate(CORS, request(), answer) is answer


def test_token_bucket() -> None:
    buckets = throttle.Buckets()
    assert [buckets.take(("k",), 10, 2, now=0.0) for _ in range(3)] == [True, True, False]
    assert buckets.take(("other",), 10, 2, now=0.0)
    assert not buckets.take(("k",), 10, 2, now=0.05)
    assert [buckets.take(("k",), 10, 2, now=0.15) for _ in range(2)] == [True, False]
    assert [buckets.take(("k",), 10, 2, now=60.0) for _ in range(3)] == [True, True, False]
    assert not buckets.take(("zero",), 10, 0, now=0.0)


def test_access_log_line_stays_json_whatever_a_caller_sends() -> None:
    template = '{"id":"$context.requestId","agent":"$context.identity.userAgent","none":"$context.error.message"}'
    line = access_log.format_line(template, {"requestId": "r", "identity.userAgent": 'a"b\\c\nd'})
    assert json.loads(line) == {"id": "r", "agent": 'a"b\\c\nd', "none": "-"}


OK, BAD = (
    health.Probe(True),
    health.Probe(False, "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]"),
)


@pytest.mark.parametrize(
    ("probes", "states"),
    [
        ([OK], ["healthy"]),
        ([BAD, OK], ["initial", "healthy"]),
        ([BAD, BAD], ["initial", "unhealthy"]),
        ([OK, BAD, OK, BAD, BAD], ["healthy", "healthy", "healthy", "healthy", "unhealthy"]),
        (
            [BAD, BAD, OK, BAD, OK, OK, OK],
            ["initial", *["unhealthy"] * 5, "healthy"],
        ),
    ],
)
def test_health_thresholds(probes: list[health.Probe], states: list[str]) -> None:
    seen, state = [], health.TargetHealth()
    for probe in probes:
        state = state.after(probe, healthy_threshold=3, unhealthy_threshold=2)
        seen.append(state.state)
    assert seen == states


def test_unhealthy_tells_why() -> None:
    state = health.TargetHealth().after(BAD, 2, 1)
    assert (state.reason, state.description) == (BAD.reason, BAD.description)
    assert health.TargetHealth().after(BAD, 2, 2).reason == "Elb.InitialHealthChecking"


@pytest.mark.parametrize(
    ("codes", "status", "match"),
    [("200", 200, True), ("200", 204, False), ("200-299", 204, True), ("200, 404", 404, True), ("200-399", 500, False)],
)
def test_matcher(codes: str, status: int, match: bool) -> None:
    assert health.matches(codes, status) is match
