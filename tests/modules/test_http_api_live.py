# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A client that keeps calling a route sees nothing but answers while http_api changes everything around it."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.local_aws.test_plane_jwt import Issuer
from tests.modules.conftest import Modules

NAME = "http-api-live"
DOMAIN = "live.example.com"
ROUTE = "POST /service1/process"
ROLE = "arn:aws:iam::123456789012:role/x"


class Target:
    """An HTTP endpoint that answers every POST with its name and the path that it got."""

    def __init__(self, name: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = f"{name} {self.path}".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Client:
    """Calls a URL again and again in a thread, and counts the answers; each has to be a good one."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url, self.answers, self.ended = url, Counter[tuple[int, str]](), threading.Event()
        self.headers = headers
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        while not self.ended.is_set():
            self.answers[self.call()] += 1

    def call(self) -> tuple[int, str]:
        request = urllib.request.Request(self.url, data=b"{}", headers=self.headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)

    def has_seen(self, answer: tuple[int, str]) -> None:
        """Wait until the thread has got this answer."""
        deadline = time.monotonic() + 10
        while not self.answers[answer]:
            assert time.monotonic() < deadline, self.answers
            time.sleep(0.01)

    def __enter__(self) -> Client:
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        called_to_the_end = self.thread.is_alive()
        self.ended.set()
        self.thread.join()
        if kind is None:
            assert called_to_the_end
            assert {status for status, _ in self.answers} == {200}, self.answers


@pytest.fixture
def targets() -> Iterator[tuple[Target, Target]]:
    made = Target("old"), Target("new")
    yield made
    for target in made:
        target.server.shutdown()
        target.server.server_close()


@pytest.fixture
def api_id(aws: EmbeddedAws, modules: Modules, targets: tuple[Target, Target]) -> Iterator[str]:
    """An API with a proxy route and an explicit one, both to the old target."""
    old = targets[0].url
    routes = [route(old + "process"), {"key": "ANY /service1/{proxy+}", "integration": {"uri": old + "proxied"}}]
    made = modules("http_api", name=NAME, routes=routes)["http_api"]["api_id"]
    yield made
    aws.client("apigatewayv2").delete_api(ApiId=made)


def route(uri: str, **settings: Any) -> dict[str, Any]:
    return {"key": ROUTE, "integration": {"uri": uri, **settings}}


def url(aws: EmbeddedAws, api_id: str) -> str:
    return f"{aws.endpoint}/_execute-api/{api_id}/service1/process"


def test_a_route_answers_all_the_time(
    aws: EmbeddedAws, modules: Modules, targets: tuple[Target, Target], api_id: str
) -> None:
    old, new = (target.url for target in targets)
    limits = {"throttling_burst_limit": 5000, "throttling_rate_limit": 10000}
    changes: list[dict[str, Any]] = [
        {"routes": [route(new + "process")]},  # in place, while the proxy route goes
        {"routes": [route(old + "process", credentials_arn=ROLE)]},
        {"routes": [route(new + "moved")]},  # credentials cannot be taken back, so this is a new integration
        {"routes": [{**route(new + "moved"), "operation_name": "process"}], "tags": {"a": "1"}, "description": "x"},
        {"stages": [{"default_route_settings": limits, "variables": {"a": "1"}}], "cors": {"origins": ["*"]}},
        {"routes": [route(new + "moved"), {"key": "$default", "integration": {"uri": old}}]},
        {"routes": [route(new + "moved")]},
    ]
    expected = ["new /process", "old /process", *["new /moved"] * 5]
    done = []
    with aws.taking(deployment=0.1), Client(url(aws, api_id)) as client:
        client.has_seen((200, "old /process"))
        for change, answer in zip(changes, expected, strict=True):
            done.append(modules("http_api", name=NAME, **change)["actions"])
            assert client.call() == (200, answer)
    assert f"update integration of route {ROUTE}: uri" in done[0]
    assert done[2][:2] == [f"create integration of route {ROUTE}", f"update route {ROUTE}: integration"]
    assert all(done)


def test_an_explicit_route_takes_over_from_a_proxy_route(
    aws: EmbeddedAws, modules: Modules, targets: tuple[Target, Target], api_id: str
) -> None:
    old, new = (target.url for target in targets)
    proxy = {"key": "ANY /service1/{proxy+}", "integration": {"uri": old + "proxied"}}
    modules("http_api", name=NAME, routes=[proxy])
    with Client(url(aws, api_id)) as client:
        client.has_seen((200, "old /proxied"))
        modules("http_api", name=NAME, routes=[route(new + "process")])
        client.has_seen((200, "new /process"))


def test_a_route_moves_to_another_vpc_link(
    aws: EmbeddedAws, modules: Modules, targets: tuple[Target, Target], api_id: str
) -> None:
    """The calls are those of the role api: a new link, the API, and then the old link goes.

    Until AWS has deployed the change, the old link is the one that is used.
    """
    listener = listener_of(aws, targets[0])
    group = aws.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
    first, second = ({"name": NAME, "subnets": aws.default_subnets(n), "security_groups": [group]} for n in (2, 1))
    parameters = {"overwrite:path": "/linked"}

    def repoint(link: dict[str, Any]) -> dict[str, Any]:
        made = modules("http_api_vpc_link", **link, wait=False)
        modules("wait", **{"for": made["wait_for"]})
        private = {"vpc_link_id": made["vpc_link"]["vpc_link_id"], "request_parameters": parameters}
        changed = modules("http_api", name=NAME, routes=[route(listener, **private)])
        stage = aws.client("apigatewayv2").get_stage(ApiId=api_id, StageName="$default")
        assert changed["http_api"]["stages"][0]["deployment_id"] == stage["DeploymentId"]
        return made

    repoint(first)
    with aws.taking(deployment=1), Client(url(aws, api_id)) as client:
        client.has_seen((200, "old /linked"))
        old = repoint(second)["replaced_vpc_link_ids"]
        purged = modules("http_api_vpc_link", **second, purge_replaced=True, wait=False)
        assert purged["actions"] == [f"delete replaced VPC link {each}" for each in old]
        assert client.call() == (200, "old /linked")
    assert len(old) == 1
    assert set(client.answers) == {(200, "old /linked")}
    modules("http_api_vpc_link", name=NAME, state="absent")


def listener_of(aws: EmbeddedAws, target: Target) -> str:
    """Return the ARN of a listener in front of a target."""
    elb, subnets = aws.client("elbv2"), aws.default_subnets(2)
    vpc = aws.client("ec2").describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    balancer = elb.create_load_balancer(Name=NAME, Subnets=subnets, Scheme="internal")["LoadBalancers"][0]
    group = elb.create_target_group(Name=NAME, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")["TargetGroups"][0]
    host, port = target.server.server_address[:2]
    elb.register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": host, "Port": port}])
    forward = [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
    return str(
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=8001, DefaultActions=forward
        )["Listeners"][0]["ListenerArn"]
    )


def test_a_stage_goes_from_one_deployment_to_the_next(
    aws: EmbeddedAws, modules: Modules, targets: tuple[Target, Target], api_id: str
) -> None:
    old, new = (target.url for target in targets)
    live = {"name": "live", "auto_deploy": False}
    modules("http_api", name=NAME, stages=[{"name": "$default"}, live])
    with Client(f"{aws.endpoint}/_execute-api/{api_id}/live/service1/process") as client:
        client.has_seen((200, "old /process"))
        modules("http_api", name=NAME, routes=[route(new + "moved", credentials_arn=ROLE)], stages=[live])
        client.has_seen((200, "new /moved"))
        kept = modules("http_api", name=NAME, routes=[route(old + "later")], stages=[{**live, "deploy": "never"}])
        assert client.call() == (200, "new /moved")
        modules("http_api", name=NAME, stages=[live])
        client.has_seen((200, "old /later"))
    assert "deploy to stage live" not in kept["actions"]


def test_a_stage_stops_deploying_when_it_serves_what_was_changed(
    aws: EmbeddedAws, modules: Modules, targets: tuple[Target, Target], api_id: str
) -> None:
    live = {"name": "live", "auto_deploy": True}
    modules("http_api", name=NAME, stages=[{"name": "$default"}, live])
    stopped = {**live, "auto_deploy": False, "deploy": "never"}
    asked = {"name": NAME, "routes": [route(targets[1].url + "moved")], "purge_routes": False, "stages": [stopped]}
    with aws.taking(deployment=1), Client(f"{aws.endpoint}/_execute-api/{api_id}/live/service1/process") as client:
        client.has_seen((200, "old /process"))
        predicted, done = modules.check("http_api", **asked), modules("http_api", **asked)
        assert client.call() == (200, "new /moved")
        again = modules("http_api", **{**asked, "stages": [{**stopped, "deploy": "when_changed"}]})
    assert predicted["diff"] == done["diff"]
    assert again["actions"] == []


def test_a_token_that_holds_is_let_in_while_authorizers_change(
    aws: EmbeddedAws, modules: Modules, targets: tuple[Target, Target], api_id: str
) -> None:
    uri, issuer = targets[0].url + "process", Issuer()
    threading.Thread(target=issuer.serve_forever, daemon=True).start()
    guard = {"name": "shop", "type": "JWT", "issuer": issuer.address, "audience": ["shop"]}
    wider, renamed = {**guard, "audience": ["office", "shop"]}, {**guard, "name": "staff"}
    with Client(url(aws, api_id), Authorization=issuer.token()) as client:
        client.has_seen((200, "old /process"))
        for authorizer in (guard, wider, renamed):
            guarded = {**route(uri), "authorization": "JWT", "authorizer": authorizer["name"]}
            modules("http_api", name=NAME, routes=[guarded], authorizers=[authorizer], purge_authorizers=True)
        assert Client(client.url).call()[0] == 401
        opened = {**route(uri), "authorization": "NONE"}
        done = modules("http_api", name=NAME, routes=[opened], authorizers=[], purge_authorizers=True)
    issuer.shutdown()
    issuer.server_close()
    assert "delete authorizer staff" in done["actions"]


def test_changes_that_are_not_waited_for_come_later(
    aws: EmbeddedAws, modules: Modules, targets: tuple[Target, Target], api_id: str
) -> None:
    changed = {"name": NAME, "routes": [route(targets[1].url + "process")]}
    with aws.taking(deployment=600), Client(url(aws, api_id)) as client:
        client.has_seen((200, "old /process"))
        message = modules.failure("http_api", **changed, wait_timeout=0)
        assert client.call() == (200, "old /process")
        modules("http_api", name=NAME, routes=[route(targets[1].url + "moved")], wait=False)
        assert client.call() == (200, "old /process")
    assert "Waited 0 seconds for the automatic deployment to stage $default in vain" in message
    assert "the last state is Successfully deployed stage with deployment ID" in message


def test_a_custom_domain_leads_to_the_api_while_its_mappings_change(
    aws: EmbeddedAws, modules: Modules, targets: tuple[Target, Target], api_id: str
) -> None:
    uri, below = targets[0].url, {"api": api_id, "key": "service1"}
    live = {"name": "live", "variables": {"a": "1"}}
    short = {"key": "POST /process", "integration": {"uri": uri + "short"}}
    modules("http_api", name=NAME, routes=[route(uri + "process"), short], stages=[{"name": "$default"}, live])
    domain = {"domain_name": DOMAIN, "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/a"}
    modules("http_api_domain", **domain, mappings=[{"api": api_id}])
    with Client(f"{aws.endpoint}/service1/process", Host=DOMAIN) as client:
        client.has_seen((200, "old /process"))
        for mappings in ([below], [{"api": api_id}], [{**below, "stage": "live"}], [below, {"api": api_id}]):
            modules("http_api_domain", **domain, mappings=mappings)
            assert client.call() == (200, "old /short" if below["key"] in str(mappings) else "old /process")
    modules("http_api_domain", domain_name=DOMAIN, state="absent")
