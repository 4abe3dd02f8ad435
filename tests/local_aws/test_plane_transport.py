# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Loopback addresses for private ones, and the pooled HTTP client."""

from __future__ import annotations

import errno
import http.server
import socket
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from local_aws.plane import addresses
from local_aws.plane.http import Client, ConnectionFailed, HttpRequest, ResponseTimeout


@pytest.fixture
def vpc() -> Iterator[str]:
    """A VPC id whose addresses are given back."""
    name = f"vpc-{uuid.uuid4().hex}"
    yield name
    for key in [key for key in addresses._table if key[0].startswith(name)]:
        addresses.release(*key)


def test_each_private_address_has_its_own_loopback_address(vpc: str) -> None:
    given = ["10.0.1.4", "10.0.1.5", "10.0.2.4", "10.1.1.4", "172.16.1.4"]
    hosts = [addresses.allocate(vpc, address, [3999]).host for address in given]
    assert len(set(hosts)) == len(given)
    assert hosts[0].startswith("127.")
    assert hosts[0].endswith(".1.4")
    assert "127.0.0.1" not in hosts
    assert addresses.resolve(vpc, "10.0.1.4", 3999) == (hosts[0], 3999)
    addresses.release(vpc, "10.0.1.4")
    assert addresses.resolve(vpc, "10.0.1.4", 3999) is None


def test_the_same_private_address_in_another_vpc(vpc: str) -> None:
    first = addresses.allocate(f"{vpc}-a", "10.9.1.4", [3999])
    second = addresses.allocate(f"{vpc}-b", "10.9.1.4", [3999])
    assert first.host != second.host


def test_an_address_that_another_process_listens_on_is_left_out(vpc: str) -> None:
    with socket.socket() as other:
        host = addresses.allocate(vpc, "10.8.7.6", [3998]).host
        addresses.release(vpc, "10.8.7.6")
        other.bind((host, 3998))
        other.listen()
        assert addresses.allocate(vpc, "10.8.7.6", [3998]).host != host


def test_without_loopback_addresses_ports_are_used(vpc: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Probe(socket.socket):
        def bind(self, address: Any, /) -> None:
            if address[0] != "127.0.0.1":
                raise OSError(errno.EADDRNOTAVAIL, "not available")
            super().bind(address)

    monkeypatch.setattr(socket, "socket", Probe)
    first, second = (addresses.allocate(vpc, address, [3000]) for address in ("10.0.1.4", "10.0.1.5"))
    assert first.host == second.host == "127.0.0.1"
    assert first.ports[3000] != second.ports[3000]
    assert addresses.resolve(vpc, "10.0.1.4", 3000) == ("127.0.0.1", first.ports[3000])


class Server(http.server.ThreadingHTTPServer):
    """Counts connections and requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections = self.requests = 0
        self.sockets: list[Any] = []
        self.release = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that went away are part of the tests."""

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        self.sockets.append(request)
        super().process_request(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    """/ok answers, /drop closes the connection without an answer, /hang waits."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests += 1
        if self.path == "/drop":
            self.close_connection = True
            return
        if self.path == "/hang":
            self.server.release.wait(5)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield running
    running.release.set()
    running.shutdown()
    running.server_close()


def post(path: str) -> HttpRequest:
    """A POST with a body."""
    return HttpRequest("POST", path, "", {"host": "service", "connection": "close"}, b"x", "127.0.0.1")


def test_connections_are_kept(server: Server) -> None:
    client = Client()
    for _ in range(3):
        response = client.send("127.0.0.1", server.server_port, post("/ok"), 5)
        assert (response.status, response.body) == (200, b"ok")
    assert [value for name, value in response.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert (server.connections, server.requests) == (1, 3)


def test_a_connection_that_was_closed_is_not_used_again(server: Server) -> None:
    client = Client()
    client.send("127.0.0.1", server.server_port, post("/ok"), 5)
    server.sockets[0].shutdown(socket.SHUT_RDWR)
    assert client.send("127.0.0.1", server.server_port, post("/ok"), 5).status == 200
    assert server.connections == 2


def test_a_request_is_sent_once_only(server: Server) -> None:
    client = Client()
    client.send("127.0.0.1", server.server_port, post("/ok"), 5)
    with pytest.raises(ConnectionFailed):
        client.send("127.0.0.1", server.server_port, post("/drop"), 5)
    assert server.requests == 2


def test_timeout_and_refusal(server: Server) -> None:
    client = Client()
    with pytest.raises(ResponseTimeout):
        client.send("127.0.0.1", server.server_port, post("/hang"), 0.2)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionFailed):
            client.send("127.0.0.1", unused.getsockname()[1], post("/ok"), 1)
