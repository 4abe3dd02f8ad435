# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A client that keeps calling a route sees nothing but answers while http_api changes everything around it."""

from __future__ import annotations

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
from tests.modules.conftest import Modules

NAME = "http-api-live"
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
    """Calls a URL again and again in a thread, and counts the answers."""

    def __init__(self, url: str) -> None:
        self.url, self.answers, self.ended = url, Counter[tuple[int, str]](), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        while not self.ended.is_set():
            self.answers[self.call()] += 1

    def call(self) -> tuple[int, str]:
        request = urllib.request.Request(self.url, data=b"{}", method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def has_seen(self, answer: tuple[int, str]) -> None:
        """Wait until the thread has got this answer."""
        deadline = time.monotonic() + 10
        while not self.answers[answer]:
            assert time.monotonic() < deadline, self.answers
            time.sleep(0.01)

    def __enter__(self) -> Client:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()


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
    with Client(url(aws, api_id)) as client:
        client.has_seen((200, "old /process"))
        done = [modules("http_api", name=NAME, **change)["actions"] for change in changes]
        client.has_seen((200, "new /moved"))
        assert client.call() == (200, "new /moved")
    assert f"update integration of route {ROUTE}: uri" in done[0]
    assert done[2][:2] == [f"create integration of route {ROUTE}", f"update route {ROUTE}: integration"]
    assert all(done)
    assert {status for status, _ in client.answers} == {200}, client.answers


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
    assert {status for status, _ in client.answers} == {200}, client.answers
