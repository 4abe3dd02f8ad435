# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api_check, route_check
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_desired import desired
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_state import Snapshot
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shop/1/2"
CLOUD_MAP = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:shop"
LOG_GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/apigateway/shop"
ROLE = "arn:aws:iam::123456789012:role/x"

KEYS_THAT_WORK = [
    "$default",
    "GET /",
    "POST /service1/process",
    "ANY /{proxy+}",
    "DELETE /a/{id}/b/{part}",
    "GET /a.b-c_d~e/%20",
]
KEYS_THAT_DO_NOT = [
    ("/service1", "has to be $default, or a method"),
    ("POST", "has to be $default, or a method"),
    ("post /a", "has to be $default, or a method"),
    ("FETCH /a", "has to be $default, or a method"),
    ("$connect", "has to be $default, or a method"),
    ("POST a", "needs a path that starts with a slash"),
    ("POST  /a", "needs a path that starts with a slash"),
    ("GET /a/", "ends with a slash"),
    ("GET /a b", "has a part 'a b'"),
    ("GET /a?b=c", "has a part 'a?b=c'"),
    ("GET /x{id}", "has a part 'x{id}'"),
    ("GET /{}", "has a part '{}'"),
    ("GET /{id", "has a part '{id'"),
    ("GET /{proxy+}/a", "has a greedy variable before its end"),
    ("GET /{id}/{id}", "names a path variable twice"),
    ("GET /{id}/{id+}", "names a path variable twice"),
]


@pytest.mark.parametrize("key", KEYS_THAT_WORK)
def test_route_keys_that_work(key: str) -> None:
    route_check.check_key(key)


@pytest.mark.parametrize(("key", "why"), KEYS_THAT_DO_NOT)
def test_route_keys_that_do_not(key: str, why: str) -> None:
    with pytest.raises(InputError) as refusal:
        route_check.check_key(key)
    assert why in str(refusal.value)


def route(key: str = "POST /a/{id}", integration: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    public = {"uri": "https://www.example.com"}
    return {"key": key, "integration": public if integration is None else integration, **settings}


def mapped(name: str, value: str = "x", **settings: Any) -> dict[str, Any]:
    return route(integration={"uri": "https://www.example.com", "request_parameters": {name: value}, **settings})


def answered(status: Any, name: str, value: str = "x") -> dict[str, Any]:
    integration = {"uri": "https://www.example.com", "response_parameters": {status: {name: value}}}
    return route(integration=integration)


ROUTES_THAT_WORK = [
    route(),
    route(authorization="JWT", authorizer="staff", scopes=["read"]),
    route(authorization="CUSTOM", authorizer="gate"),
    route(integration={"uri": LISTENER, "vpc_link_id": "a1", "tls_server_name": "x", "timeout_milliseconds": 50}),
    route(integration={"uri": LISTENER.replace("/app/", "/net/"), "vpc_link_id": "a1", "timeout_milliseconds": 30000}),
    route(integration={"uri": CLOUD_MAP, "vpc_link_id": "a1", "method": "post"}),
    route(integration={"uri": CLOUD_MAP + "?stage=prod", "vpc_link_id": "a1"}),
    route(integration={"uri": unknown("arn:aws:"), "vpc_link_id": unknown()}),
    route(integration={"type": "AWS_PROXY", "uri": FUNCTION, "payload_format_version": "1.0"}),
    route(integration={"type": "AWS_PROXY", "uri": FUNCTION + ":live"}),
    route(
        integration={
            "subtype": "StepFunctions-StartExecution",
            "credentials_arn": ROLE,
            "request_parameters": {"StateMachineArn": "arn:aws:states:x", "Input": "$request.body"},
        }
    ),
    mapped("overwrite:path", "/b/$request.path.id"),
    mapped("overwrite:path", "/b/${request.path.id}/c"),
    mapped("append:header.x-request", "$context.requestId"),
    mapped("overwrite:header.Host", "www.example.com"),
    mapped("append:querystring.page", "$request.querystring.page"),
    mapped("append:header.x-stage", "$stageVariables.name"),
    mapped("append:header.x-body", "$request.body.name"),
    mapped("append:header.x-price", "5 $"),
    mapped("remove:header.x-a", ""),
    mapped("remove:querystring.x-a", "''"),
    answered("200", "overwrite:statuscode", "201"),
    answered(599, "append:header.x-a", "$response.header.date"),
    answered("404", "remove:header.x-a", ""),
]
ROUTES_THAT_DO_NOT = [
    (route(authorization="JWT"), "needs an authorizer"),
    (route(authorization="AWS_IAM", authorizer="staff"), "which authorization AWS_IAM does not use"),
    (route(authorizer="staff"), "which authorization NONE does not use"),
    (route(authorization="AWS_IAM", scopes=["read"]), "only authorization JWT uses"),
    (route(authorization="JWT", authorizer="a", scopes=[str(n) for n in range(11)]), "11 scopes, but AWS allows 10"),
    (route(authorization="JWT", authorizer="a", scopes=["x" * 65]), "not 1 to 64 characters"),
    (route(operation_name="x" * 65), "more than 64 characters"),
    (route(integration={}), "needs a uri"),
    (route(integration={"uri": "www.example.com"}), "starts with http://"),
    (route(integration={"uri": LISTENER}), "or a vpc_link_id"),
    (route(integration={"uri": "https://" + "x" * 2041}), "more than 2048 characters"),
    (route(integration={"uri": "http://10.0.0.1", "vpc_link_id": "a1"}), "has to be the ARN of a load balancer's"),
    (route(integration={"uri": FUNCTION, "vpc_link_id": "a1", "type": "AWS_PROXY"}), "needs type HTTP_PROXY"),
    (route(integration={"uri": "https://x.com", "type": "AWS_PROXY"}), "has to be the ARN of a function"),
    (route(integration={"uri": "https://x.com", "timeout_milliseconds": 49}), "allows 50 to 30000"),
    (route(integration={"uri": "https://x.com", "timeout_milliseconds": 30001}), "allows 50 to 30000"),
    (route(integration={"uri": "https://x.com", "method": "FETCH"}), "has method 'FETCH'"),
    (route(integration={"uri": "https://x.com", "payload_format_version": "2.0"}), "only Lambda functions"),
    (route(integration={"uri": "https://x.com", "tls_server_name": "x.com"}), "needs a vpc_link_id"),
    (route(integration={"uri": "https://x.com", "description": "x" * 1025}), "more than 1024 characters"),
    (route(integration={"subtype": "SQS-SendMessage"}), "needs credentials_arn"),
    (route(integration={"subtype": "SQS-SendMessage", "type": "HTTP_PROXY"}), "needs type AWS_PROXY"),
    (route(integration={"subtype": "SQS-SendMessage", "uri": FUNCTION}), "takes no uri"),
    (mapped("overwrite:header.Authorization"), "map the header Authorization, which AWS reserves"),
    (mapped("append:header.x-amz-date"), "which AWS reserves"),
    (mapped("append:header.X-Amzn-Trace"), "which AWS reserves"),
    (mapped("append:header.access-control-max-age"), "which AWS reserves"),
    (mapped("append:header.x-forwarded-for"), "which AWS reserves"),
    (mapped("remove:header.via", ""), "which AWS reserves"),
    (mapped("append:path", "/a"), "but AWS knows"),
    (mapped("set:header.a"), "but AWS knows"),
    (mapped("overwrite:statuscode", "200"), "but AWS knows"),
    (mapped("header.a"), "but AWS knows"),
    (mapped("overwrite:path", ""), "no value"),
    (mapped("remove:header.a", "x"), "leave it empty"),
    (mapped("append:header.a", "$response.header.b"), "comes from $request"),
    (mapped("append:header.a", "$input.b"), "comes from $request"),
    (mapped("overwrite:path", "/$request.path.name"), "the route has no {name}"),
    (answered("199", "append:header.a"), "AWS allows 200 to 599"),
    (answered("2xx", "append:header.a"), "AWS allows 200 to 599"),
    (answered("200", "overwrite:path"), "but AWS knows"),
    (answered("200", "append:header.connection"), "which AWS reserves"),
    (answered("200", "append:header.a", "$request.header.b"), "comes from $response"),
]


@pytest.mark.parametrize("option", ROUTES_THAT_WORK)
def test_routes_that_work(option: dict[str, Any]) -> None:
    route_check.check_routes([option])


@pytest.mark.parametrize(("option", "why"), ROUTES_THAT_DO_NOT)
def test_routes_that_do_not(option: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError) as refusal:
        route_check.check_routes([option])
    assert why in str(refusal.value)
    assert option["key"] in str(refusal.value)


def test_a_route_key_is_given_once() -> None:
    with pytest.raises(InputError, match=r"Route \$default is given 2 times"):
        route_check.check_routes([route("$default"), route("$default")])


def params(**options: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(
        (
            "name",
            "api_id",
            "description",
            "version",
            "cors",
            "disable_execute_api_endpoint",
            "ip_address_type",
            "authorizers",
            "routes",
            "stages",
            "tags",
        )
    )
    purges = {"purge_routes": True, "purge_stages": False, "purge_authorizers": False, "purge_tags": True}
    return {**nothing, **purges, "name": "shop", **options}


def jwt(**settings: Any) -> dict[str, Any]:
    return {"name": "staff", "type": "JWT", "issuer": "https://x.com/", "audience": ["shop"], **settings}


def gate(**settings: Any) -> dict[str, Any]:
    return {"name": "gate", "type": "REQUEST", "uri": "arn:aws:apigateway:x:lambda:path/y/invocations", **settings}


def stage(**settings: Any) -> dict[str, Any]:
    return {"stages": [{"name": "$default", **settings}]}


def log(**settings: Any) -> dict[str, Any]:
    return stage(access_log={"destination_arn": LOG_GROUP, **settings})


OPTIONS_THAT_WORK: list[dict[str, Any]] = [
    {},
    {"cors": {"origins": ["*"], "methods": ["*"], "max_age": -1}},
    {"cors": {"origins": ["https://a.example.com", "http://*"], "methods": ["get"], "max_age": 86400}},
    {"authorizers": [jwt(), gate(result_ttl_seconds=3600), gate(name="b", identity_sources=[], result_ttl_seconds=0)]},
    stage(name="test-1_A"),
    log(),
    log(destination_arn=LOG_GROUP + ":*"),
    log(destination_arn="arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-x"),
    log(destination_arn=unknown("arn:")),
    log(format="$context.requestId\n"),
    log(format="$context.extendedRequestId"),
    stage(default_route_settings={"throttling_burst_limit": 0, "throttling_rate_limit": 0.5}),
    stage(route_settings={"$default": {"throttling_burst_limit": "5", "detailed_metrics": "yes"}}),
    stage(variables={"a_1": "x-y.z~/:?#&=,", "b": 1, "c": unknown()}),
]
OPTIONS_THAT_DO_NOT: list[tuple[dict[str, Any], str]] = [
    ({"name": "x" * 129}, "The name of the API is longer than 128"),
    ({"description": "x" * 1025}, "longer than 1024"),
    ({"version": "x" * 65}, "longer than 64"),
    ({"cors": {"max_age": 86401}}, "-1 to 86400"),
    ({"cors": {"max_age": -2}}, "-1 to 86400"),
    ({"cors": {"methods": ["FETCH"]}}, "'FETCH'"),
    ({"cors": {"methods": ["ANY"]}}, "'ANY'"),
    ({"cors": {"origins": ["www.example.com"]}}, "starts with a scheme"),
    ({"cors": {"origins": ["*"], "allow_credentials": True}}, "may not be *"),
    ({"authorizers": [jwt(), jwt()]}, "staff is given 2 times"),
    ({"authorizers": [jwt(name="")]}, "1 to 128 characters"),
    ({"authorizers": [jwt(issuer=None)]}, "needs issuer"),
    ({"authorizers": [jwt(audience=[])]}, "needs audience"),
    ({"authorizers": [jwt(uri="x")]}, "takes no uri"),
    ({"authorizers": [jwt(audience=[str(n) for n in range(51)])]}, "more than 50 audiences"),
    ({"authorizers": [jwt(identity_sources=["a", "b"])]}, "exactly one identity source"),
    ({"authorizers": [gate(uri=None)]}, "needs uri"),
    ({"authorizers": [gate(issuer="x")]}, "takes no issuer"),
    ({"authorizers": [gate(result_ttl_seconds=3601)]}, "0 to 3600"),
    ({"authorizers": [gate(identity_sources=[], result_ttl_seconds=1)]}, "set its TTL to 0"),
    (stage(name="a b"), "Stage name 'a b'"),
    (stage(name="$live"), "Stage name '$live'"),
    (stage(description="x" * 1025), "longer than 1024"),
    ({"stages": [{"name": "a"}, {"name": "a"}]}, "a is given 2 times in stages"),
    (log(destination_arn="/aws/apigateway/shop"), "needs the ARN of a log group"),
    (log(destination_arn="arn:aws:firehose:x:y:deliverystream/shop"), "starts with amazon-apigateway-"),
    (log(format="$context.status"), "has to contain $context.requestId"),
    (log(format="$context.requestIds"), "has to contain $context.requestId"),
    (log(format="$context.requestId " + "x" * 1010), "longer than 1024"),
    (log(format="$context.requestId\n$context.status"), "single line"),
    (stage(default_route_settings={"throttling_burst_limit": -1}), "cannot be negative"),
    (stage(route_settings={"$default": {"throttling_rate_limit": "fast"}}), "has to be a number"),
    (stage(route_settings={"$default": {"detailed_metrics": "perhaps"}}), "has to be true or false"),
    (stage(route_settings={"$default": {"burst": 1}}), "have 'burst'"),
    (stage(variables={"a-b": "x"}), "needs a name"),
    (stage(variables={"a": "x y"}), "needs a value"),
    (stage(variables={"a": "x" * 513}), "needs a value"),
    (stage(variables={f"a{n}": "x" for n in range(101)}), "101 variables, but AWS allows 100"),
]


@pytest.mark.parametrize("options", OPTIONS_THAT_WORK)
def test_options_that_work(options: dict[str, Any]) -> None:
    api_check.check_options(params(**options))


@pytest.mark.parametrize(("options", "why"), OPTIONS_THAT_DO_NOT)
def test_options_that_do_not(options: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError) as refusal:
        api_check.check_options(params(**options))
    assert why in str(refusal.value)


FOUND = desired(params(authorizers=[jwt(), gate()], routes=[route("GET /found")]), None)
RESULTS_THAT_DO_NOT: list[tuple[dict[str, Any], str]] = [
    ({"routes": [route(f"GET /{n}") for n in range(301)]}, "301 routes, but AWS allows 300"),
    ({"routes": [route(authorization="JWT", authorizer="nobody")]}, "nobody, which is not one of the API"),
    ({"routes": [route(authorization="JWT", authorizer="gate")]}, "needs a JWT authorizer"),
    ({"routes": [route(authorization="CUSTOM", authorizer="staff")]}, "needs a REQUEST authorizer"),
    ({"authorizers": [gate(name="staff")]}, "staff cannot become a REQUEST authorizer"),
    (stage(route_settings={"GET /lost": {}}), "GET /lost, which is no route of the API"),
    ({"routes": [], **stage(route_settings={"GET /found": {}})}, "GET /found, which is no route of the API"),
]


@pytest.mark.parametrize(("options", "why"), RESULTS_THAT_DO_NOT)
def test_results_that_do_not_work(options: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError) as refusal:
        api_check.check_result(Snapshot({}), FOUND, desired(params(**options), FOUND))
    assert why in str(refusal.value)


def test_results_that_work() -> None:
    options = {
        "routes": [route(authorization="JWT", authorizer="staff")],
        **stage(route_settings={"POST /a/{id}": {}, "GET /found": {}}),
        "purge_routes": False,
    }
    api_check.check_result(Snapshot({}), FOUND, desired(params(**options), FOUND))
    api_check.check_result(None, None, desired(params(routes=[route(f"GET /{n}") for n in range(300)]), None))


def test_two_authorizers_of_a_name_are_ambiguous() -> None:
    twins = [{"Name": "staff", "AuthorizerId": each} for each in ("2", "1")]
    with pytest.raises(InputError, match=r"2 authorizers are named staff \(1, 2\)"):
        api_check.check_result(Snapshot({}, authorizers=twins), FOUND, FOUND)
