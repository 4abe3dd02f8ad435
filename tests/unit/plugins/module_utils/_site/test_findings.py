# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.findings import port_findings, site_findings
from ansible_collections.orchestra.aws.plugins.module_utils._site.services import service_settings


def found(name: str = "shop-prod", control: list[str] | None = None, **changes: dict[str, Any]) -> list[str]:
    hosts: dict[str, dict[str, Any]] = {
        "service1": {"ecs_service_image": "docker.io/shop/cart:1.0", "ecs_service_listener_port": 8001},
        "service2": {"ecs_service_image": "cart", "ecs_service_listener_port": 8002},
    }
    for host, variables in changes.items():
        hosts[host] = {**hosts.get(host, {}), **variables}
    return site_findings(name, control or ["control"], service_settings(list(hosts), hosts))


def test_good_settings_have_no_finding() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ecs_service_image": None}, "service1: ecs_service_image is missing"),
        ({"ecs_service_image": "Not An Image"}, "service1: ecs_service_image 'Not An Image' is not an image reference"),
        ({"ecs_service_listener_port": None}, "service1: ecs_service_listener_port is missing"),
        ({"ecs_service_listener_port": 70000}, "service1: ecs_service_listener_port is '70000'"),
        ({"ecs_service_cpu": 300}, "tasks with 300 CPU units: ecs_service_cpu is one of 256, 512"),
        ({"ecs_service_memory": 4096}, "with 256 CPU units, ecs_service_memory is 512, 1024 or 2048 MiB."),
        ({"ecs_service_memory": "much"}, "have to be whole numbers"),
        ({"api_authorization": "JWT"}, "service1: api_authorization 'JWT' is not one of AWS_IAM, NONE."),
        ({"api_timeout_milliseconds": 60000}, "a whole number from 50 to 30000 is needed"),
        ({"workflow_retry": {"errors": []}}, "service1: workflow_retry.errors is '[]': a list like [429, 5xx"),
        ({"workflow_retry": {"errors": ["9xx", 700]}}, "service1: workflow_retry.errors is"),
        ({"workflow_retry": {"jitter": "FULL"}}, "service1: workflow_retry.jitter is 'FULL': it is true or false."),
        ({"ecs_service_listener_port": True}, "service1: ecs_service_listener_port is a number."),
        ({"ecs_service_listener_port": [8001]}, "service1: ecs_service_listener_port is a number."),
        ({"ecs_service_listener_port": 8001.5}, "a whole number from 1 to 65535 is needed"),
        ({"workflow_retry": {"max_attempts": 2.5}}, "workflow_retry.max_attempts is '2.5'"),
        ({"workflow_retry": "5"}, "service1: workflow_retry and workflow_retry_defaults are mappings"),
        ({"workflow_after": "service2"}, "service1: workflow_after is a list of hosts"),
        ({"workflow_after": 3}, "service1: workflow_after is a list of hosts"),
        ({"workflow_retry": {"attempts": 1}}, "workflow_retry has no setting 'attempts'"),
        ({"workflow_retry": {"max_attempts": "many"}}, "workflow_retry.max_attempts is 'many'"),
        ({"workflow_after": ["nobody"]}, "workflow_after names 'nobody', which is no host of the group 'services'"),
        ({"workflow_after": ["service2"]}, "workflow_after makes service1, service2 wait for each other"),
        ({"ecs_service_health_check_path": "health"}, "the health check path 'health' does not start with '/'"),
    ],
)
def test_one_sentence_for_a_fault(variables: dict[str, Any], sentence: str) -> None:
    findings = found(service1=variables)
    assert len(findings) == 1, findings
    assert sentence in findings[0]


def test_more_services_than_one_api_can_serve() -> None:
    ports = range(1, 150)
    more = {f"s{port}": {"ecs_service_image": "cart", "ecs_service_listener_port": port} for port in ports}
    assert found(**more) == ["There are 151 services, and an HTTP API can serve 150: make two sites of them."]
    del more["s149"]
    assert found(**more) == []


def test_two_services_on_one_port() -> None:
    assert found(service2={"ecs_service_listener_port": 8001}) == [
        "service1 and service2 have the same ecs_service_listener_port 8001: each service needs a port of its own."
    ]


def test_a_name_too_long_for_a_target_group() -> None:
    findings = found(name="workflow-orchestrator-prod")
    assert findings == [
        "The target group workflow-orchestrator-prod-service1 would have 35 characters and AWS allows 32: "
        "shorten orchestra_project, orchestra_environment or the host's name.",
        "The target group workflow-orchestrator-prod-service2 would have 35 characters and AWS allows 32: "
        "shorten orchestra_project, orchestra_environment or the host's name.",
    ]


def test_reserved_and_impossible_service_names() -> None:
    good = {"ecs_service_image": "x", "ecs_service_listener_port": 8003}
    assert "the payload uses these keys itself" in found(status=good)[0]
    assert "may have only a-z" in found(Service_3=good)[0]


def test_one_control_host() -> None:
    assert "has 2 hosts" in found(control=["a", "b"])[0]
    assert "group 'services' has no host" in site_findings("shop", ["control"], [])[0]


@pytest.mark.parametrize(
    "image",
    ["nginx", "nginx:1.27", "shop/cart", "docker.io/shop/cart:1.0", "localhost:5000/a/b-c_d:x", "a@sha256:" + "0" * 64],
)
def test_images_as_docker_writes_them(image: str) -> None:
    assert found(service1={"ecs_service_image": image}) == []


def test_numbers_may_be_written_as_text_and_nothing_means_the_default() -> None:
    assert found(service2={"ecs_service_listener_port": "8001"})[0].startswith("service1 and service2 have the same")
    assert (
        found(
            service1={
                "workflow_retry": {"max_attempts": "5"},
                "workflow_after": None,
                "ecs_service_cpu": "512",
                "ecs_service_memory": "1024",
            }
        )
        == []
    )


def test_a_port_that_serves_another_service_is_told() -> None:
    hosts = {name: {"ecs_service_listener_port": port} for name, port in (("a", 8001), ("b", 8003))}
    services = service_settings(list(hosts), hosts)
    listeners = [{"port": 8001, "target_group": "shop-a"}, {"port": 8003, "target_group": "shop-c"}]
    assert port_findings("shop", services, listeners) == [
        "b: ecs_service_listener_port 8003 still serves c: give another port, or first run with c on another port "
        "or out of the inventory."
    ]
    assert port_findings("shop", services, listeners[:1]) == []


@pytest.mark.parametrize(
    ("arn", "good"),
    [
        ("", True),
        ("arn:aws:iam::123456789012:policy/team/boundary", True),
        ("arn:aws-us-gov:iam::aws:policy/PowerUserAccess", True),
        ("boundary", False),
        ("arn:aws:iam::123456789012:role/boundary", False),
        ("arn:aws:iam::123456789012:policy/", False),
    ],
)
def test_the_permissions_boundary_is_the_arn_of_a_policy(arn: str, good: bool) -> None:
    hosts = {"service1": {"ecs_service_image": "cart", "ecs_service_listener_port": 8001}}
    told = site_findings("shop-prod", ["control"], service_settings(list(hosts), hosts), arn)
    assert [sentence for sentence in told if "orchestra_permissions_boundary" in sentence] == told
    assert (told == []) is good
