# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Requests through execute-api, VPC link and load balancer to tasks, and what comes back when a part is missing."""

from __future__ import annotations

import concurrent.futures
import http.client
import http.server
import json
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.local_aws.harness import Answering, RunningAws, answering
from tests.local_aws.stack import Stack
from tests.tools.machine import wait_for


class Echo(Answering):
    """Answers every request with what it received."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        if self.path == "/health":
            self.answer({})
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        who = str(self.connection.getsockname()[0])
        document = {"method": self.command, "path": self.path, "headers": headers, "body": body, "who": who}
        self.answer(document, int(headers.get("x-answer", 200)), X_Echo="application/json")

    do_GET = do_PUT = do_DELETE = do_OPTIONS = do_POST  # noqa: N815 - named by the base class


@pytest.fixture(scope="module")
def stack(aws: RunningAws) -> Stack:
    return Stack(aws)


@pytest.fixture(scope="module")
def echoes() -> Iterator[list[http.server.ThreadingHTTPServer]]:
    """Two servers on loopback addresses of their own, to be registered as targets."""
    first, second = (http.server.ThreadingHTTPServer((f"127.231.7.{n}", 0), Echo) for n in (1, 2))
    with answering(first), answering(second):
        yield [first, second]


def target_of(server: http.server.ThreadingHTTPServer) -> dict[str, Any]:
    """A server as a target."""
    return {"Id": server.server_address[0], "Port": server.server_port}


def healthy(stack: Stack, group: str) -> int:
    """How many targets of a group are healthy."""
    found = stack.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return sum(item["TargetHealth"]["State"] == "healthy" for item in found)


@pytest.fixture(scope="module")
def group(stack: Stack, echoes: list[http.server.ThreadingHTTPServer]) -> str:
    """A target group with one echo in it."""
    made = stack.target_group("echo")
    stack.elb.register_targets(TargetGroupArn=made, Targets=[target_of(echoes[0])])
    return made


@pytest.fixture(scope="module")
def listener(stack: Stack, group: str) -> str:
    made = stack.listener(group)
    wait_for(lambda: healthy(stack, group) == 1)
    return made


@pytest.fixture(scope="module")
def link(stack: Stack) -> str:
    return stack.vpc_link()


@pytest.fixture(scope="module")
def api(stack: Stack, link: str, listener: str) -> str:
    """An API with the routes that most tests use."""
    made = stack.http_api()
    parameters = {
        "overwrite:path": "/process/$request.path.id",
        "overwrite:header.x-service": "one",
        "append:header.x-trace": "$context.requestId",
        "remove:header.x-secret": "''",
        "overwrite:querystring.version": "$stageVariables.version",
    }
    stack.api.update_stage(ApiId=made, StageName="$default", StageVariables={"version": "v3"})
    stack.private_route(made, "POST /mapped/{id}", link, listener, RequestParameters=parameters)
    stack.private_route(made, "ANY /plain/{proxy+}", link, listener)
    stack.private_route(
        made,
        "GET /answers",
        link,
        listener,
        ResponseParameters={"500": {"overwrite:statuscode": "503", "overwrite:header.x-was": "500"}},
    )
    return made


def test_request_as_the_service_receives_it(stack: Stack, api: str) -> None:
    sent = {"x-secret": "s", "x-trace": "t0", "x-forwarded-for": "1.2.3.4"}
    status, headers, body = stack.call(api, "/mapped/7?a=1", body={"k": [1]}, headers=sent)
    assert status == 200
    assert headers["x-echo"] == "application/json"
    assert (body["method"], body["path"], json.loads(body["body"])) == ("POST", "/process/7?a=1&version=v3", {"k": [1]})
    received = body["headers"]
    assert received["x-service"] == "one"
    assert received["x-trace"] == f"t0,{headers['apigw-requestid']}"
    assert "x-secret" not in received
    assert received["x-forwarded-for"] == "1.2.3.4, 127.0.0.1"
    assert received["x-forwarded-proto"] == "http"
    assert received["x-forwarded-port"].isdigit()
    assert received["x-amzn-trace-id"].startswith("Root=1-")
    assert received["via"] == "HTTP/1.1 AmazonAPIGateway"


def test_path_form_reaches_the_same_api(stack: Stack, api: str) -> None:
    status, _, body = stack.aws.request(f"/_execute-api/{api}/plain/a%20b?x=1", method="PUT", body=b"hi")
    assert status == 200
    echo = json.loads(body)
    assert (echo["method"], echo["path"], echo["body"]) == ("PUT", "/plain/a%20b?x=1", "hi")


@pytest.mark.parametrize("path", ["/", "/mapped", "/mapped/1/2", "/none"])
def test_no_route_is_not_found(stack: Stack, api: str, path: str) -> None:
    status, headers, body = stack.call(api, path, body={})
    assert (status, body) == (404, {"message": "Not Found"})
    assert "apigw-requestid" in headers


def test_unknown_api_and_stage(stack: Stack) -> None:
    assert stack.call("abcdefghij", "/")[0] == 404
    made = stack.api.create_api(Name="bare", ProtocolType="HTTP")["ApiId"]
    assert stack.call(made, "/")[0] == 404


def test_named_stage_is_part_of_the_path_that_the_service_sees(stack: Stack, api: str) -> None:
    stack.api.create_stage(ApiId=api, StageName="test", AutoDeploy=True)
    status, _, body = stack.call(api, "/test/plain/x")
    assert (status, body["path"]) == (200, "/test/plain/x")
    stack.api.delete_stage(ApiId=api, StageName="test")


def test_response_parameters(stack: Stack, api: str) -> None:
    status, headers, _ = stack.call(api, "/answers", method="GET", headers={"x-answer": "500"})
    assert (status, headers["x-was"]) == (503, "500")
    status, headers, _ = stack.call(api, "/answers", method="GET", headers={"x-answer": "404"})
    assert status == 404
    assert "x-was" not in headers


def test_payload_limit(stack: Stack, api: str) -> None:
    host = {"Host": f"{api}.execute-api.us-east-1.amazonaws.com"}
    most = 10 * 1024 * 1024
    assert stack.aws.request("/plain/x", method="POST", body=b"x" * most, headers=host)[0] == 200
    status, _, body = stack.aws.request("/plain/x", method="POST", body=b"x" * (most + 1), headers=host)
    assert (status, json.loads(body)) == (413, {"message": "Request Entity Too Large"})


def signed(stack: Stack, api: str, path: str, credentials: dict[str, str], body: bytes) -> dict[str, str]:
    """The headers of a request signed for execute-api."""
    host = f"{api}.execute-api.us-east-1.amazonaws.com"
    request = AWSRequest("POST", f"https://{host}{path}", data=body, headers={"Host": host})
    keys = Credentials(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials.get("SessionToken"))
    SigV4Auth(keys, "execute-api", "us-east-1").add_auth(request)
    return dict(request.headers.items())


def test_aws_iam_route(stack: Stack, link: str, listener: str) -> None:
    api = stack.http_api()
    for name in ("one", "two"):
        stack.private_route(api, f"POST /{name}/process", link, listener, route={"AuthorizationType": "AWS_IAM"})
    resource = f"arn:aws:execute-api:us-east-1:123456789012:{api}/$default/POST/one/process"
    role = stack.role(f"caller-{uuid.uuid4().hex[:6]}", ["execute-api:Invoke"], resource)
    session = stack.aws.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    root = {"AccessKeyId": "test", "SecretAccessKey": "test"}
    body = b'{"a": 1}'

    def call(path: str, headers: dict[str, str], data: bytes = body) -> tuple[int, Any]:
        host = {"Host": f"{api}.execute-api.us-east-1.amazonaws.com"}
        status, _, answer = stack.aws.request(path, method="POST", body=data, headers={**host, **headers})
        return status, json.loads(answer)

    forbidden = (403, {"message": "Forbidden"})
    assert call("/one/process", {}) == forbidden
    status, echo = call("/one/process", signed(stack, api, "/one/process", session, body))
    assert status == 200
    assert not {"authorization", "x-amz-security-token"} & set(echo["headers"])
    assert call("/two/process", signed(stack, api, "/two/process", session, body)) == forbidden
    assert call("/one/process", signed(stack, api, "/one/process", session, body), b"other") == forbidden
    assert call("/two/process", signed(stack, api, "/two/process", root, body))[0] == 200
    unknown = {"AccessKeyId": "AKIAUNKNOWN", "SecretAccessKey": "x"}
    assert call("/one/process", signed(stack, api, "/one/process", unknown, body)) == forbidden


def test_throttling_of_stage_and_route(stack: Stack, link: str, listener: str) -> None:
    api = stack.http_api()
    stack.private_route(api, "GET /slow", link, listener)
    stack.private_route(api, "GET /fast", link, listener)
    stack.api.update_stage(
        ApiId=api,
        StageName="$default",
        DefaultRouteSettings={"ThrottlingRateLimit": 1000.0, "ThrottlingBurstLimit": 1000},
        RouteSettings={"GET /slow": {"ThrottlingRateLimit": 0.1, "ThrottlingBurstLimit": 2}},
    )
    answers = [stack.call(api, "/slow", method="GET") for _ in range(3)]
    assert [status for status, _, _ in answers] == [200, 200, 429]
    assert answers[2][2] == {"message": "Too Many Requests"}
    assert [stack.call(api, "/fast", method="GET")[0] for _ in range(5)] == [200] * 5


def test_cors(stack: Stack, link: str, listener: str) -> None:
    api = stack.http_api(CorsConfiguration={"AllowOrigins": ["https://a.test"], "AllowMethods": ["POST"]})
    stack.private_route(api, "POST /x", link, listener)
    origin = {"Origin": "https://a.test"}
    status, headers, _ = stack.call(
        api, "/x", method="OPTIONS", headers={**origin, "Access-Control-Request-Method": "POST"}
    )
    assert (status, headers["access-control-allow-origin"]) == (204, "https://a.test")
    assert stack.call(api, "/x", headers=origin)[1]["access-control-allow-origin"] == "https://a.test"
    assert "access-control-allow-origin" not in stack.call(api, "/x")[1]


def test_access_log(stack: Stack, api: str) -> None:
    group = f"/aws/apigateway/{stack.name}"
    stack.logs.create_log_group(logGroupName=group)
    names = ("requestId", "routeKey", "status", "integrationStatus", "error.message")
    line = json.dumps({name: f"$context.{name}" for name in names})
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}"
    stack.api.update_stage(ApiId=api, StageName="$default", AccessLogSettings={"DestinationArn": arn, "Format": line})
    ids = [stack.call(api, path)[1]["apigw-requestid"] for path in ("/mapped/1", "/none")]
    streams = stack.logs.describe_log_streams(logGroupName=group)["logStreams"]
    events = stack.logs.get_log_events(
        logGroupName=group, logStreamName=streams[0]["logStreamName"], startFromHead=True
    )["events"]
    assert [json.loads(event["message"]) for event in events] == [
        dict(zip(names, (ids[0], "POST /mapped/{id}", "200", "200", "-"), strict=True)),
        dict(zip(names, (ids[1], "-", "404", "-", "-"), strict=True)),
    ]


def test_link_listener_and_targets_that_are_missing(stack: Stack, link: str, echoes: list[Any]) -> None:
    api, empty = stack.http_api(), stack.target_group("empty")
    listener = stack.listener(empty)
    stack.private_route(api, "GET /empty", link, listener)
    status, headers, body = stack.call(api, "/empty", method="GET")
    assert (status, headers["server"]) == (503, "awselb/2.0")
    assert b"503 Service Temporarily Unavailable" in body
    dead = {"Id": "127.231.7.9", "Port": echoes[0].server_port}
    stack.elb.register_targets(TargetGroupArn=empty, Targets=[dead])
    wait_for(
        lambda: (
            stack.elb.describe_target_health(TargetGroupArn=empty)["TargetHealthDescriptions"][0]["TargetHealth"][
                "State"
            ]
            == "unhealthy"
        )
    )
    assert stack.call(api, "/empty", method="GET")[0] == 502
    stack.elb.register_targets(TargetGroupArn=empty, Targets=[target_of(echoes[1])])
    wait_for(lambda: healthy(stack, empty) == 1)
    assert [stack.call(api, "/empty", method="GET")[0] for _ in range(4)] == [200] * 4
    stack.elb.delete_listener(ListenerArn=listener)
    assert stack.call(api, "/empty", method="GET")[::2] == (500, {"message": "Internal Server Error"})


def test_integration_timeout(stack: Stack, link: str) -> None:
    group = stack.target_group("hang")
    listener = stack.listener(group)
    stack.service("hang", stack.define("hang", fault="hang:3"), group=group)
    stack.wait_completed("hang")
    api = stack.http_api()
    stack.private_route(api, "POST /process", link, listener, TimeoutInMillis=300)
    started = time.monotonic()
    assert stack.call(api, "/process", body={})[::2] == (504, {"message": "Gateway Timeout"})
    assert time.monotonic() - started < 2

    def idle_timeout(seconds: int) -> None:
        attribute = {"Key": "idle_timeout.timeout_seconds", "Value": str(seconds)}
        stack.elb.modify_load_balancer_attributes(LoadBalancerArn=stack.balancer, Attributes=[attribute])

    idle_timeout(1)
    stack.private_route(api, "POST /{proxy+}", link, listener, RequestParameters={"overwrite:path": "/process"})
    status, headers, body = stack.call(api, "/x", body={})
    assert (status, headers["server"]) == (504, "awselb/2.0")
    assert b"504 Gateway Time-out" in body
    idle_timeout(60)
    stack.ecs.delete_service(cluster=stack.cluster, service="hang", force=True)


def test_public_integrations_stay_on_this_machine(stack: Stack, echoes: list[Any]) -> None:
    api = stack.http_api()

    def route(key: str, uri: str) -> None:
        made = stack.api.create_integration(
            ApiId=api,
            IntegrationType="HTTP_PROXY",
            IntegrationMethod="ANY",
            IntegrationUri=uri,
            PayloadFormatVersion="1.0",
        )["IntegrationId"]
        stack.api.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{made}")

    host, port = echoes[0].server_address
    route("GET /here", f"http://{host}:{port}/there?a=1")
    route("GET /away", "http://192.0.2.1/x")
    route("GET /dead", "http://127.231.7.8:9/x")
    assert stack.call(api, "/here?b=2", method="GET")[2]["path"] == "/there?a=1&b=2"
    assert stack.call(api, "/away", method="GET")[0] == 502
    assert stack.call(api, "/dead", method="GET")[::2] == (503, {"message": "Service Unavailable"})
    assert stack.aws.journal("execute_api.refused_target")[-1]["host"] == "192.0.2.1"


def test_rules_by_priority(stack: Stack, link: str, group: str) -> None:
    api, listener = stack.http_api(), stack.listener(group)
    stack.private_route(api, "GET /{proxy+}", link, listener)

    def rule(priority: int, path: str, action: dict[str, Any]) -> None:
        stack.elb.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": [path]}],
            Actions=[action],
        )

    def fixed(text: str) -> dict[str, Any]:
        answer = {"StatusCode": "201", "ContentType": "text/plain", "MessageBody": text}
        return {"Type": "fixed-response", "FixedResponseConfig": answer}

    rule(20, "/a/*", fixed("twenty"))
    rule(3, "/a/b*", fixed("three"))
    assert stack.call(api, "/a/bc", method="GET")[::2] == (201, b"three")
    assert stack.call(api, "/a/x", method="GET")[::2] == (201, b"twenty")
    assert stack.call(api, "/c", method="GET")[0] == 200


def test_redirect(stack: Stack, link: str, group: str) -> None:
    listener = stack.listener(group)
    config = {"StatusCode": "HTTP_301", "Host": "new.example.com", "Path": "/v2/#{path}", "Port": "8443"}
    stack.elb.modify_listener(
        ListenerArn=listener, DefaultActions=[{"Type": "redirect", "RedirectConfig": {**config, "Protocol": "HTTPS"}}]
    )
    api = stack.http_api()
    stack.private_route(api, "GET /a", link, listener)
    connection = http.client.HTTPConnection("127.0.0.1", stack.aws.port, timeout=10)
    connection.request("GET", "/a?b=1", headers={"Host": f"{api}.execute-api.us-east-1.amazonaws.com"})
    response = connection.getresponse()
    response.read()
    connection.close()
    assert (response.status, response.headers["Location"]) == (301, "https://new.example.com:8443/v2/a?b=1")


def test_targets_take_turns_and_weights_decide(stack: Stack, link: str, echoes: list[Any]) -> None:
    both, none = stack.target_group("both"), stack.target_group("none")
    listener = stack.elb.create_listener(
        LoadBalancerArn=stack.balancer,
        Protocol="HTTP",
        Port=9500,
        DefaultActions=[
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [
                        {"TargetGroupArn": both, "Weight": 1},
                        {"TargetGroupArn": none, "Weight": 0},
                    ]
                },
            }
        ],
    )["Listeners"][0]["ListenerArn"]
    stack.elb.register_targets(TargetGroupArn=both, Targets=[target_of(server) for server in echoes])
    wait_for(lambda: healthy(stack, both) == 2)
    api = stack.http_api()
    stack.private_route(api, "GET /x", link, listener)
    who = [stack.call(api, "/x", method="GET")[2]["who"] for _ in range(6)]
    assert who[:2] == who[2:4] == who[4:]
    assert len(set(who)) == 2


def test_concurrent_requests_during_a_rollout(stack: Stack, link: str) -> None:
    group = stack.target_group("load")
    listener = stack.listener(group)
    stack.service("load", stack.define("load"), group=group, desiredCount=2)
    stack.wait_completed("load")
    api = stack.http_api()
    stack.private_route(api, "POST /process", link, listener)
    stop = threading.Event()

    def load(number: int) -> list[int]:
        statuses = []
        while not stop.is_set():
            status, _, body = stack.call(api, "/process", body={"n": number})
            statuses.append(status if status != 200 or body["input"] == {"n": number} else -1)
        return statuses

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        work = [pool.submit(load, number) for number in range(4)]
        stack.ecs.update_service(cluster=stack.cluster, service="load", taskDefinition=stack.define("load"))
        try:
            stack.wait_completed("load", timeout=40)
            wait_for(lambda: len(stack.tasks("load")) == 2)
        finally:
            stop.set()
    statuses = [status for done in work for status in done.result()]
    assert len(statuses) > 20
    assert set(statuses) == {200}
    stack.ecs.delete_service(cluster=stack.cluster, service="load", force=True)
