# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""http_api as a whole: each option changed and changed back, interrupted runs, and APIs that other tools made."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, unknown
from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "http-api-test"
LOG_GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/apigateway/http-api-test"
JWT = {"name": "staff", "type": "JWT", "issuer": "https://login.example.com/", "audience": ["shop"]}
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:{name}"
INVOKE = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations"
LAMBDA_AUTHORIZER = {"name": "gate", "type": "REQUEST", "uri": INVOKE.format(LAMBDA.format(name="gate"))}


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws) -> Iterator[None]:
    yield
    client = aws.client("apigatewayv2")
    for found in apis(aws):
        client.delete_api(ApiId=found["ApiId"])


@pytest.fixture(scope="module")
def network(aws: EmbeddedAws) -> dict[str, str]:
    """Two listeners of an internal load balancer, and two VPC links."""
    elb, gateway = aws.client("elbv2"), aws.client("apigatewayv2")
    subnets = aws.default_subnets(2)
    balancer = elb.create_load_balancer(Name=NAME, Subnets=subnets, Scheme="internal")["LoadBalancers"][0]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    made = {}
    for port in (8001, 8002):
        listener = elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=port, DefaultActions=[action]
        )["Listeners"][0]
        made[f"listener{port}"] = listener["ListenerArn"]
    for number in (1, 2):
        made[f"link{number}"] = gateway.create_vpc_link(Name=f"{NAME}-{number}", SubnetIds=subnets)["VpcLinkId"]
    return made


@pytest.fixture
def options(network: dict[str, str]) -> dict[str, Any]:
    """One private and one public route, a stage with everything, and both kinds of authorizer."""
    return {
        "name": NAME,
        "description": "shop",
        "version": "1",
        "cors": {"origins": ["https://www.example.com"], "methods": ["GET", "POST"], "max_age": 60},
        "authorizers": [copy.deepcopy(JWT), copy.deepcopy(LAMBDA_AUTHORIZER)],
        "routes": [
            {
                "key": "POST /service1/process",
                "authorization": "AWS_IAM",
                "integration": {
                    "vpc_link_id": network["link1"],
                    "uri": network["listener8001"],
                    "request_parameters": {"overwrite:path": "/process", "append:header.x-from": "gateway"},
                    "description": "to service1",
                    "response_parameters": {"200": {"append:header.x-a": "1", "append:header.x-b": "2"}},
                },
            },
            {
                "key": "ANY /files/{path+}",
                "authorization": "JWT",
                "authorizer": "staff",
                "scopes": ["read", "write"],
                "operation_name": "files",
                "integration": {"uri": "https://files.example.com/{path}", "timeout_milliseconds": 5000},
            },
        ],
        "stages": [
            {
                "name": "$default",
                "description": "live",
                "access_log": {"destination_arn": LOG_GROUP},
                "default_route_settings": {"throttling_burst_limit": 10, "throttling_rate_limit": 5.5},
                "route_settings": {"POST /service1/process": {"throttling_burst_limit": 3, "detailed_metrics": True}},
                "variables": {"colour": "blue", "size": "1"},
                "tags": {"stage": "live"},
            }
        ],
        "tags": {"team": "shop", "cost": "1"},
    }


def apis(aws: EmbeddedAws) -> list[dict[str, Any]]:
    found = aws.client("apigatewayv2").get_apis(MaxResults="100")["Items"]
    return [each for each in found if each["Name"].startswith(NAME)]


def contents(aws: EmbeddedAws, api_id: str) -> dict[str, Any]:
    """Everything that AWS says about an API and its parts, without times and deployments."""
    client = aws.client("apigatewayv2")
    api = {name: value for name, value in client.get_api(ApiId=api_id).items() if name != "ResponseMetadata"}
    calls = (client.get_routes, client.get_integrations, client.get_stages, client.get_authorizers)
    parts = [call(ApiId=api_id, MaxResults="100")["Items"] for call in calls]
    for stage in parts[2]:
        for volatile in ("CreatedDate", "LastUpdatedDate", "DeploymentId", "LastDeploymentStatusMessage"):
            stage.pop(volatile, None)
    return {"api": api, **dict(zip(("routes", "integrations", "stages", "authorizers"), parts, strict=True))}


def meaning(found: dict[str, Any]) -> Any:
    """Contents without what is empty or off, and integrations in the routes that use them, without their ids."""
    integrations = {each["IntegrationId"]: {**each, "IntegrationId": ""} for each in found["integrations"]}
    routes = [
        {**each, "Target": integrations[each["Target"].removeprefix("integrations/")]} for each in found["routes"]
    ]
    return without_empty({**found, "routes": routes, "integrations": {}})


def without_empty(value: Any) -> Any:
    if isinstance(value, list):
        return [without_empty(each) for each in value]
    if isinstance(value, dict):
        kept = {name: without_empty(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each is not False and each not in ("", [], {})}
    return value


def prove(modules: Modules, after_check: Callable[[], None] = lambda: None, **options: Any) -> dict[str, Any]:
    """Predict, do and repeat: the prediction must hold, and the repetition must change nothing."""
    predicted = modules.check("http_api", **options)
    after_check()
    real = modules("http_api", **options)
    assert predicted["diff"] == real["diff"]
    assert predicted["actions"] == real["actions"]
    again = modules("http_api", **options)
    assert "warnings" not in again
    assert again["actions"] == []
    assert not again["changed"]
    assert again["http_api"] == real["http_api"]
    assert again["diff"]["before"] == again["diff"]["after"] == real["diff"]["after"]
    return real


def test_creation_is_predicted_and_makes_everything(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], network: dict[str, str]
) -> None:
    predicted = modules.check("http_api", **options)
    assert apis(aws) == []
    made = prove(modules, **options)
    assert made["diff"]["before"] == {}
    assert made["actions"] == [
        f"create HTTP API {NAME}",
        "create authorizer gate",
        "create authorizer staff",
        "create integration of route ANY /files/{path+}",
        "create integration of route POST /service1/process",
        "create route ANY /files/{path+}",
        "create route POST /service1/process",
        "create stage $default",
    ]
    found = apis(aws)
    assert [each["ApiId"] for each in found] == [made["http_api"]["api_id"]]
    assert made["http_api"]["endpoint"] == found[0]["ApiEndpoint"]
    assert shape(predicted["http_api"]) == shape(made["http_api"])
    inside = contents(aws, found[0]["ApiId"])
    private = next(each for each in inside["integrations"] if each.get("ConnectionId"))
    assert private["ConnectionType"] == "VPC_LINK"
    assert private["IntegrationUri"] == network["listener8001"]
    assert private["RequestParameters"] == {"overwrite:path": "/process", "append:header.x-from": "gateway"}
    by_key = {each["RouteKey"]: each for each in inside["routes"]}
    assert by_key["POST /service1/process"]["Target"] == f"integrations/{private['IntegrationId']}"
    assert by_key["POST /service1/process"]["AuthorizationType"] == "AWS_IAM"
    staff = next(each for each in inside["authorizers"] if each["Name"] == "staff")
    assert by_key["ANY /files/{path+}"]["AuthorizerId"] == staff["AuthorizerId"]
    assert "$context.requestId" in inside["stages"][0]["AccessLogSettings"]["Format"]


def shape(value: Any) -> Any:
    """The keys of a result at every level, to compare results that differ in ids only."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return None


def test_a_name_alone_makes_an_api_with_a_default_stage(aws: EmbeddedAws, modules: Modules) -> None:
    made = prove(modules, name=NAME)
    assert made["actions"] == [f"create HTTP API {NAME}", "create stage $default"]
    assert contents(aws, made["http_api"]["api_id"])["stages"][0]["AutoDeploy"] is True


# Each case changes one option: path to it, and its new value; None leaves it out.
ROUTE, PUBLIC, STAGE = ("routes", 0), ("routes", 1), ("stages", 0)
INTEGRATION, PUBLIC_INTEGRATION = (*ROUTE, "integration"), (*PUBLIC, "integration")
CHANGES = [
    pytest.param(("description",), "other", id="description"),
    pytest.param(("description",), "", id="no description"),
    pytest.param(("version",), "2", id="version"),
    pytest.param(("cors", "origins"), ["*"], id="cors origins"),
    pytest.param(("cors", "max_age"), None, id="cors max_age"),
    pytest.param(("cors", "headers"), ["X-Token"], id="cors headers"),
    pytest.param(("cors", "allow_credentials"), True, id="cors credentials"),
    pytest.param(("cors", "expose_headers"), ["Date"], id="cors exposed headers"),
    pytest.param(("cors",), {}, id="no cors"),
    pytest.param(("authorizers", 0, "audience"), ["shop", "office"], id="audience"),
    pytest.param(("authorizers", 0, "issuer"), "https://other.example.com/", id="issuer"),
    pytest.param(("authorizers", 0, "identity_sources"), ["$request.header.Token"], id="identity source"),
    pytest.param(("authorizers", 1, "uri"), INVOKE.format(LAMBDA.format(name="door")), id="authorizer uri"),
    pytest.param(("authorizers", 1, "simple_responses"), True, id="simple responses"),
    pytest.param(("authorizers", 1, "payload_format_version"), "1.0", id="authorizer payload"),
    pytest.param((*ROUTE, "authorization"), "NONE", id="authorization"),
    pytest.param((*ROUTE, "operation_name"), "process", id="operation name added"),
    pytest.param((*PUBLIC, "operation_name"), None, id="no operation name"),
    pytest.param((*PUBLIC, "scopes"), ["read"], id="fewer scopes"),
    pytest.param((*PUBLIC, "scopes"), None, id="no scopes"),
    pytest.param((*INTEGRATION, "uri"), "listener8002", id="uri"),
    pytest.param((*INTEGRATION, "vpc_link_id"), "link2", id="other VPC link"),
    pytest.param((*INTEGRATION, "timeout_milliseconds"), 1000, id="timeout"),
    pytest.param((*INTEGRATION, "method"), "POST", id="method"),
    pytest.param((*INTEGRATION, "description"), "ours", id="integration description"),
    pytest.param((*INTEGRATION, "tls_server_name"), "service1.example.com", id="TLS"),
    pytest.param((*INTEGRATION, "request_parameters"), {"overwrite:path": "/other"}, id="parameter removed"),
    pytest.param((*INTEGRATION, "request_parameters"), None, id="no parameters"),
    pytest.param((*INTEGRATION, "request_parameters", "remove:header.x-secret"), "", id="header removed"),
    pytest.param((*INTEGRATION, "response_parameters", "404"), {"overwrite:statuscode": "200"}, id="status added"),
    pytest.param((*INTEGRATION, "response_parameters", "200", "append:header.x-b"), None, id="response header removed"),
    pytest.param((*INTEGRATION, "response_parameters"), None, id="no response parameters"),
    pytest.param((*PUBLIC_INTEGRATION, "credentials_arn"), "arn:aws:iam::123456789012:role/x", id="credentials"),
    pytest.param((*STAGE, "auto_deploy"), False, id="auto deploy"),
    pytest.param((*STAGE, "description"), None, id="no stage description"),
    pytest.param((*STAGE, "access_log"), None, id="no access log"),
    pytest.param((*STAGE, "access_log", "format"), "$context.requestId $context.status", id="log format"),
    pytest.param((*STAGE, "access_log", "destination_arn"), LOG_GROUP + "-2", id="log destination"),
    pytest.param((*STAGE, "default_route_settings", "throttling_rate_limit"), 7, id="rate"),
    pytest.param((*STAGE, "default_route_settings", "throttling_burst_limit"), 20, id="burst"),
    pytest.param((*STAGE, "default_route_settings", "detailed_metrics"), True, id="metrics"),
    pytest.param((*STAGE, "route_settings"), None, id="no route settings"),
    pytest.param((*STAGE, "route_settings", "POST /service1/process", "throttling_burst_limit"), None, id="no burst"),
    pytest.param((*STAGE, "route_settings", "ANY /files/{path+}"), {"throttling_rate_limit": 1}, id="more settings"),
    pytest.param((*STAGE, "variables"), {"colour": "red"}, id="variables"),
    pytest.param((*STAGE, "variables"), None, id="no variables"),
    pytest.param((*STAGE, "tags"), {"stage": "dark"}, id="stage tags"),
    pytest.param((*STAGE, "tags"), {}, id="no stage tags"),
    pytest.param(("tags",), {"team": "office"}, id="tags"),
    pytest.param(("tags",), {}, id="no tags"),
    pytest.param(("ip_address_type",), "dualstack", id="address type"),
    pytest.param(("disable_execute_api_endpoint",), True, id="endpoint off"),
    pytest.param(("name",), NAME + "-renamed", id="name"),
]
# What a left-out option means is "as it is": going back then has to name AWS's default.
DEFAULTS: dict[tuple[Any, ...], Any] = {("ip_address_type",): "ipv4", ("disable_execute_api_endpoint",): False}


def changed(options: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """A copy of the options with another value at the path; None leaves it out."""
    result = copy.deepcopy(options)
    place = result
    for step in path[:-1]:
        place = place[step]
    if value is None:
        place.pop(path[-1])
    else:
        place[path[-1]] = value
    return result


@pytest.mark.parametrize(("path", "value"), CHANGES)
def test_an_option_is_changed_and_changed_back(
    aws: EmbeddedAws,
    modules: Modules,
    options: dict[str, Any],
    network: dict[str, str],
    path: tuple[Any, ...],
    value: Any,
) -> None:
    api_id = modules("http_api", **options)["http_api"]["api_id"]
    before = contents(aws, api_id)
    routes = {each["RouteKey"]: each["RouteId"] for each in before["routes"]}
    value = network.get(value, value) if isinstance(value, str) else value

    def nothing_is_done() -> None:
        assert contents(aws, api_id) == before

    other = prove(modules, nothing_is_done, api_id=api_id, **changed(options, path, value))
    assert other["changed"]
    assert other["diff"]["before"] != other["diff"]["after"]
    after = contents(aws, api_id)
    assert {each["RouteKey"]: each["RouteId"] for each in after["routes"]} == routes
    assert len(after["integrations"]) == 2
    assert meaning(after) != meaning(before)
    back = prove(modules, api_id=api_id, **{**options, **_defaults(path)})
    assert back["diff"]["after"] == other["diff"]["before"]
    assert back["diff"]["before"] == other["diff"]["after"]
    assert meaning(contents(aws, api_id)) == meaning(before)


def _defaults(path: tuple[Any, ...]) -> dict[str, Any]:
    return {path[0]: DEFAULTS[path]} if path in DEFAULTS else {}


def test_left_out_options_stay_as_they_are(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    api_id = modules("http_api", **options)["http_api"]["api_id"]
    before = contents(aws, api_id)
    assert not modules("http_api", name=NAME)["changed"]
    assert contents(aws, api_id) == before


def test_order_letter_case_and_spelling_that_mean_nothing_change_nothing(
    modules: Modules, options: dict[str, Any]
) -> None:
    options["cors"] |= {"headers": ["X-Token", "Date"]}
    options["routes"][0]["integration"]["request_parameters"]["remove:header.x-secret"] = "''"
    modules("http_api", **options)
    same = copy.deepcopy(options)
    same["cors"] = {**options["cors"], "headers": ["date", "x-token"], "methods": ["post", "GET"]}
    same["authorizers"].reverse()
    same["routes"].reverse()
    same["routes"][0]["scopes"].reverse()
    same["routes"][1]["integration"]["request_parameters"]["remove:header.x-secret"] = ""
    same["routes"][1]["integration"]["type"] = "HTTP_PROXY"
    same["stages"][0]["access_log"]["destination_arn"] += ":*"
    assert modules("http_api", **same)["actions"] == []


@pytest.mark.parametrize(
    ("tags", "purge", "expected"),
    [
        (None, True, {"team": "shop", "cost": "1"}),
        ({"new": "2"}, False, {"team": "shop", "cost": "1", "new": "2"}),
        ({"team": "office"}, True, {"team": "office"}),
    ],
)
def test_tags(
    aws: EmbeddedAws,
    modules: Modules,
    options: dict[str, Any],
    tags: dict[str, str] | None,
    purge: bool,
    expected: dict[str, str],
) -> None:
    modules("http_api", **options)
    options["stages"][0]["tags"] = tags
    made = prove(modules, **{**options, "tags": tags, "purge_tags": purge})
    assert apis(aws)[0]["Tags"] == expected
    stage_expected = {"stage": "live", **(tags or {})} if not purge or tags is None else tags
    assert made["http_api"]["stages"][0]["tags"] == stage_expected


def test_purging_takes_what_is_not_listed(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    api_id = modules("http_api", **options)["http_api"]["api_id"]
    fewer = {"name": NAME, "routes": options["routes"][:1], "stages": [{"name": "test"}], "authorizers": []}
    kept = prove(modules, **fewer, purge_routes=False)
    assert kept["actions"] == ["create stage test"]
    purged = prove(modules, **fewer, purge_stages=True, purge_authorizers=True)
    assert [action.rpartition(" ")[0] for action in purged["actions"] if "unused" in action] == [
        "delete unused integration"
    ]
    assert {action for action in purged["actions"] if "unused" not in action} == {
        "delete route ANY /files/{path+}",
        "delete authorizer gate",
        "delete authorizer staff",
        "delete stage $default",
    }
    left = contents(aws, api_id)
    assert [len(left[part]) for part in ("routes", "integrations", "stages", "authorizers")] == [1, 1, 1, 0]


def test_an_authorizer_in_use_is_not_purged(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    api_id = modules("http_api", **options)["http_api"]["api_id"]
    before = contents(aws, api_id)
    message = modules.failure("http_api", name=NAME, authorizers=[LAMBDA_AUTHORIZER], purge_authorizers=True)
    assert "uses authorizer staff, which is not one of the API" in message
    assert contents(aws, api_id) == before


# Operations before whose n-th call a run dies.
INTERRUPTIONS = [
    ("create_authorizer", 1),
    ("create_authorizer", 2),
    ("create_integration", 1),
    ("create_integration", 2),
    ("create_route", 1),
    ("create_route", 2),
    ("create_stage", 1),
    ("update_route", 1),
    ("update_route", 2),
    ("delete_route", 1),
    ("delete_route", 2),
    ("delete_integration", 1),
    ("delete_integration", 2),
]


class Killed(BaseException):
    """Ends a run at once, as a signal does."""


@pytest.mark.parametrize(("operation", "call"), INTERRUPTIONS)
def test_an_interrupted_run_is_completed_without_duplicates(
    aws: EmbeddedAws,
    modules: Modules,
    options: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    call: int,
) -> None:
    """The same run again must reach what one run reaches."""
    if operation.startswith(("update", "delete")):
        first = copy.deepcopy(options)
        for number, route in enumerate(first["routes"]):
            route["integration"] = {"type": "AWS_PROXY", "uri": LAMBDA.format(name=f"old{number}")}
        first["routes"] += [
            {"key": f"GET /old{number}", "integration": {"uri": "https://old.example.com"}} for number in (1, 2)
        ]
        modules("http_api", **first)
    with monkeypatch.context() as patch:
        die_at(patch, operation, call)
        with pytest.raises(Killed):
            modules.outcome("http_api", **options)
    prove(modules, **options)
    assert len(apis(aws)) == 1
    inside = contents(aws, apis(aws)[0]["ApiId"])
    assert {each["RouteKey"] for each in inside["routes"]} == {each["key"] for each in options["routes"]}
    assert len(inside["integrations"]) == len(inside["authorizers"]) == 2
    assert {each["Target"].removeprefix("integrations/") for each in inside["routes"]} == {
        each["IntegrationId"] for each in inside["integrations"]
    }
    assert len(inside["stages"]) == 1


def die_at(patch: pytest.MonkeyPatch, operation: str, call: int) -> None:
    """Let the n-th call of an operation of API Gateway end the run."""
    original = getattr(api, operation)
    calls = itertools.count(1)

    def counted(*args: Any) -> Any:
        if next(calls) == call:
            raise Killed
        return original(*args)

    patch.setattr(api, operation, counted)


def test_placeholders_of_a_check_run_are_predicted_and_never_sent(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    options["routes"][0]["integration"] |= {"vpc_link_id": unknown(), "uri": unknown("arn:aws:")}
    options["stages"][0]["access_log"]["destination_arn"] = unknown("arn:aws:logs:")
    predicted = modules.check("http_api", **options)
    assert is_unknown(predicted["http_api"]["api_id"])
    assert is_unknown(predicted["http_api"]["routes"][0]["route_id"])
    assert "create route POST /service1/process" in predicted["actions"]
    assert "placeholder" in modules.failure("http_api", **options)
    assert apis(aws) == []


def test_a_placeholder_for_a_present_route_is_a_change_of_it(modules: Modules, options: dict[str, Any]) -> None:
    modules("http_api", **options)
    options["routes"][0]["integration"]["vpc_link_id"] = unknown()
    predicted = modules.check("http_api", **options)
    assert predicted["actions"] == ["update integration of route POST /service1/process: vpc_link_id"]
    routes = {each["key"]: each for each in predicted["http_api"]["routes"]}
    assert not is_unknown(routes["POST /service1/process"]["route_id"])


def test_the_id_of_an_api_may_be_a_placeholder_too(modules: Modules) -> None:
    predicted = modules.check("http_api", api_id=unknown(), routes=[])
    assert predicted["actions"][-1] == "create stage $default"
    assert not modules.check("http_api", api_id=unknown(), state="absent")["changed"]
    assert modules.check("http_api_info", api_id=unknown())["http_apis"] == []
    assert modules.check("http_api_vpc_link_info", vpc_link_id=unknown())["vpc_links"] == []


def test_absent_deletes_and_says_so_once(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    api_id = modules("http_api", **options)["http_api"]["api_id"]
    predicted = modules.check("http_api", name=NAME, state="absent")
    assert len(apis(aws)) == 1
    deleted = modules("http_api", name=NAME, state="absent")
    assert predicted["diff"] == deleted["diff"]
    assert deleted["actions"] == predicted["actions"] == [f"delete HTTP API {NAME} ({api_id})"]
    assert apis(aws) == []
    assert not modules("http_api", name=NAME, state="absent")["changed"]
    assert not modules("http_api", api_id=api_id, state="absent")["changed"]


def test_two_apis_of_a_name_are_told_apart_by_id(aws: EmbeddedAws, modules: Modules) -> None:
    client = aws.client("apigatewayv2")
    ids = sorted(client.create_api(Name=NAME, ProtocolType="HTTP")["ApiId"] for _ in range(2))
    for state in ("present", "absent"):
        message = modules.failure("http_api", name=NAME, state=state)
        assert message == f"2 HTTP APIs are named {NAME} ({ids[0]}, {ids[1]}): say which one with api_id."
    assert modules("http_api", api_id=ids[0], description="first")["http_api"]["description"] == "first"


def test_an_unknown_id_is_refused(modules: Modules) -> None:
    assert "There is no API of the id nothing" in modules.failure("http_api", api_id="nothing")


def test_a_websocket_api_is_left_alone(aws: EmbeddedAws, modules: Modules) -> None:
    client = aws.client("apigatewayv2")
    other = client.create_api(Name=NAME, ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    assert "is a WEBSOCKET API" in modules.failure("http_api", api_id=other["ApiId"])
    assert modules("http_api", name=NAME)["http_api"]["api_id"] != other["ApiId"]


def test_bad_input_is_refused_before_anything_is_changed(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    options["routes"][1]["integration"]["timeout_milliseconds"] = 30001
    message = "The integration of route ANY /files/{path+} has timeout_milliseconds 30001, "
    assert modules.failure("http_api", **options) == message + "but an HTTP API allows 50 to 30000."
    assert apis(aws) == []
