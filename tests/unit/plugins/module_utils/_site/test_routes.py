# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._site import routes

SERVICE = {
    "name": "cart",
    "process_path": "/process",
    "health_check_path": "/health",
    "authorization": "AWS_IAM",
    "timeout_milliseconds": "2000",
}


def test_each_route_gives_the_service_the_path_that_it_serves() -> None:
    made = routes.api_routes([SERVICE], {"cart": "arn:listener"}, "link-1")
    assert [(route["key"], route["integration"]["request_parameters"]) for route in made] == [
        ("POST /cart/process", {"overwrite:path": "/process"}),
        ("GET /cart/health", {"overwrite:path": "/health"}),
    ]
    assert {route["authorization"] for route in made} == {"AWS_IAM"}
    assert made[0]["integration"]["uri"] == "arn:listener"
    assert made[0]["integration"]["timeout_milliseconds"] == 2000


def test_a_route_does_not_end_with_a_slash_although_the_path_of_a_service_does() -> None:
    service = {**SERVICE, "process_path": "/v2/", "health_check_path": "/"}
    made = routes.api_routes([service], {"cart": "arn:listener"}, "link-1")
    assert [(route["key"], route["integration"]["request_parameters"]) for route in made] == [
        ("POST /cart/v2", {"overwrite:path": "/v2/"}),
        ("GET /cart", {"overwrite:path": "/"}),
    ]


def test_listeners_of_this_run_come_before_those_found() -> None:
    services = [{"name": name, "listener_port": port} for name, port in (("a", 8001), ("b", "8002"), ("c", 8003))]
    hosts = {"a": {"ecs_service__result": {"service": {"listener_arn": "arn:new"}}}, "b": {}}
    found = [{"port": 8001, "listener_arn": "arn:old"}, {"port": 8002, "listener_arn": "arn:b"}]
    assert routes.listener_arns(services, hosts, found) == {"a": "arn:new", "b": "arn:b"}
