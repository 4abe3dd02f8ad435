# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Every module returns what it documents: one small site, made, looked at and deleted with all modules.

Each run comes after one in check mode, which has to return what is documented too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn
from tests.modules.conftest import Modules
from tests.modules.ecs_services import IMAGE
from tests.unit.documentation import (
    COMMON_KEYS,
    MODULES,
    attributes,
    definition,
    faults,
    flat_return_values,
    keys,
    return_values,
    returned_keys,
)

NAME = "return-values"
TAGS = {"orchestra:project": NAME}
TRUSTED = [f"{service}.amazonaws.com" for service in ("ecs-tasks", "lambda", "scheduler", "states")]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": TRUSTED}, "Action": "sts:AssumeRole"}],
}
PORT = 9500
INFO_OPTIONS = {"details": True, "versions": True, "aliases": True}
PARTS = definition("site_info")["argument_spec"]["gather"]["choices"]
FUNCTION = f"{NAME}-workflow-invoker"
ROLE = f"arn:aws:iam::123456789012:role/{NAME}"
LOGS = f"arn:aws:logs:us-east-1:123456789012:log-group:{NAME}"
REGISTRY = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1"
LATTICE = "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-1"
# What is deleted, in the order in which AWS lets it go.
ABSENT: list[tuple[str, dict[str, Any]]] = [
    ("http_api_domain", {"domain_name": f"{NAME}.example.com"}),
    ("http_api", {"name": NAME}),
    ("http_api_vpc_link", {"name": NAME}),
    ("ecs_service", {"name": NAME, "cluster": NAME}),
    ("ecs_cluster", {"name": NAME}),
    ("alb", {"name": NAME}),
    ("vpc_network", {"name": NAME}),
    ("sfn_alias", {"name": "live", "state_machine": f"{NAME}-workflow"}),
    ("sfn_state_machine", {"name": f"{NAME}-workflow"}),
    ("scheduler_schedule", {"name": NAME}),
    ("cloudwatch_alarms", {"prefix": f"{NAME}/", "topic_name": f"{NAME}-alarms"}),
    ("lambda_function", {"name": FUNCTION}),
    ("registry_credentials", {"name": f"{NAME}/registry"}),
    ("iam_role", {"name": NAME}),
    ("log_group", {"name": NAME}),
]


class Run(NamedTuple):
    """What a module was asked for, and what it returned."""

    name: str
    options: dict[str, Any]
    check: bool
    result: dict[str, Any]


@dataclass
class Recorder:
    """Runs modules and keeps what they return."""

    modules: Modules
    runs: list[Run] = field(default_factory=list)

    def __call__(self, name: str, /, **options: Any) -> dict[str, Any]:
        """Run a module in check mode and then for real; return what it really returned."""
        for check in (True, False):
            self.runs.append(Run(name, options, check, self.modules(name, check=check, **options)))
        return self.runs[-1].result


def make_network(run: Recorder) -> str:
    """Make an HTTP API and all that is behind it; return the id of the VPC link."""
    groups = [{"name": NAME, "ingress": [{"port": PORT, "cidr": "10.0.0.0/16"}]}]
    network = run("vpc_network", name=NAME, tags=TAGS, security_groups=groups)["network"]
    inside = {
        "name": NAME,
        "subnets": network["private_subnet_ids"],
        "security_groups": [network["security_group_ids"][NAME]],
        "tags": TAGS,
    }
    providers = ["FARGATE", "FARGATE_SPOT"]
    strategy = [{"capacity_provider": "FARGATE", "base": 1, "weight": 1}]
    defaults = {"capacity_providers": providers, "default_capacity_provider_strategy": strategy}
    run("ecs_cluster", name=NAME, **defaults, execute_command={"logging": "DEFAULT"}, tags=TAGS)
    run("alb", **inside)
    link = run("http_api_vpc_link", **inside)["vpc_link"]["vpc_link_id"]
    listener = run("ecs_service", cluster=NAME, **service_options(), **inside)["service"]["listener_arn"]
    run("alb", **inside)
    make_api(run, {"uri": listener, "vpc_link_id": link})
    return link


def make_api(run: Recorder, integration: dict[str, Any]) -> None:
    """Make an HTTP API with all that one can have, and a domain name for it."""
    function = f"arn:aws:lambda:us-east-1:123456789012:function:{FUNCTION}"
    guards = [
        {"name": "staff", "type": "JWT", "issuer": "https://login.example.com/", "audience": ["shop"]},
        {
            "name": "gate",
            "type": "REQUEST",
            "uri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations",
            "credentials_arn": ROLE,
        },
    ]
    stage = {
        "name": "$default",
        "access_log": {"destination_arn": LOGS},
        "default_route_settings": {"throttling_burst_limit": 10, "throttling_rate_limit": 5},
        "route_settings": {"GET /": {"throttling_burst_limit": 1}},
        "variables": {"colour": "blue"},
        "tags": TAGS,
    }
    route = {"key": "GET /", "integration": integration, "authorization": "JWT", "authorizer": "staff"}
    cors = {"origins": ["https://www.example.com"], "headers": ["x-a"], "max_age": 60}
    run("http_api", name=NAME, routes=[route], stages=[stage], authorizers=guards, cors=cors, tags=TAGS)
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/a"
    mutual = {"truststore_uri": "s3://shop/truststore.pem"}
    domain = {"domain_name": f"{NAME}.example.com", "mutual_tls": mutual, "mappings": [{"api": NAME}]}
    run("http_api_domain", certificate_arn=certificate, **domain)


def service_options() -> dict[str, Any]:
    container = {"name": "app", "image": IMAGE, "port_mappings": [{"container_port": 3000, "name": "http"}]}
    lattice = {"role_arn": ROLE, "target_group_arn": LATTICE, "port_name": "http"}
    volume = {"name": "data", "managed_ebs_volume": {"role_arn": ROLE, "size_in_gib": 10}}
    night = {"name": "night", "schedule": "cron(0 22 * * ? *)", "minimum": 1}
    cpu = {"name": "cpu", "metric": "cpu", "target_value": 60}
    return {
        "capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT", "weight": 1}],
        "autoscaling": {"minimum": 1, "maximum": 2, "target_tracking": [cpu], "scheduled": [night]},
        "service_connect_configuration": {"enabled": True, "namespace": "shop"},
        "service_registries": [{"registry_arn": REGISTRY}],
        "vpc_lattice_configurations": [lattice],
        "volume_configurations": [volume],
        "task_definition": {"cpu": 256, "memory": 512, "containers": [container]},
        "load_balancer": {
            "load_balancer_name": NAME,
            "container_name": "app",
            "container_port": 3000,
            "target_group": {"health_check": {"path": "/health"}, "deregistration_delay_seconds": 0},
            "listener": {"port": PORT},
        },
        "wait_timeout": 60,
    }


def make_workflow(run: Recorder, folder: Path) -> str:
    """Make a state machine and a function, run the state machine; return the ARN of the execution."""
    deliveries = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    policies = {"deliveries": {"Version": "2012-10-17", "Statement": [deliveries]}}
    role = run("iam_role", name=NAME, trust_policy=TRUST, policies=policies, tags=TAGS)["iam_role"]["arn"]
    (folder / "handler.py").write_text("def handler(event, context):\n    return event\n")
    code = {"source": str(folder), "handler": "handler.handler", "runtime": "python3.13"}
    run("lambda_function", name=FUNCTION, role_arn=role, **code, tags=TAGS)
    browsers = {
        "allow_credentials": True,
        "allow_headers": ["x-a"],
        "allow_methods": ["POST"],
        "allow_origins": ["https://www.example.com"],
        "expose_headers": ["x-b"],
        "max_age": 60,
    }
    run("lambda_function", name=FUNCTION, url={"auth_type": "AWS_IAM", "cors": browsers})
    for _ in range(2):
        run("lambda_invocations", function_name=FUNCTION, inputs=[{"a": 1}, "x"])
    machine = {"name": f"{NAME}-workflow", "role_arn": role, "definition": sfn.PASS, "publish": True}
    machine["logging"] = {"level": "ERROR", "log_group_arn": LOGS}
    version = run("sfn_state_machine", **machine, tags=TAGS)["state_machine"]["version_arn"]
    run("sfn_alias", name="live", state_machine=machine["name"], version_arn=version)
    watch(run, role)
    started = run("sfn_execution", state_machine=machine["name"], qualifier="live", input={"a": 1})
    return started["execution"]["execution_arn"]


def watch(run: Recorder, role: str) -> None:
    """Make what starts a function on time, and what tells that it failed."""
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{FUNCTION}"
    run(
        "scheduler_schedule",
        name=NAME,
        expression="at(2099-01-01T00:00:00)",
        target_arn=arn,
        role_arn=role,
        input={"a": 1},
    )
    alarm = {"name": "errors", "namespace": "AWS/Lambda", "metric_name": "Errors", "threshold": 1}
    run("cloudwatch_alarms", prefix=f"{NAME}/", topic_name=f"{NAME}-alarms", alarms=[alarm], tags=TAGS)


def look(run: Recorder, vpc_link: str, execution: str, folder: Path) -> None:
    """Run the modules that change nothing."""
    run("wait", **{"for": [{"vpc_link": vpc_link}, {"ecs_service": {"cluster": NAME, "service": NAME}}]})
    run("http_api_vpc_link_info", name=NAME)
    run("http_api_info", name=NAME)
    run("http_api_info", name=NAME, openapi=True)
    run("http_api_info", name=NAME, openapi=True, openapi_stage="nothing")
    run("http_api_domain_info", domain_name=f"{NAME}.example.com")
    run("sfn_execution_info", state_machine=f"{NAME}-workflow")
    run("sfn_execution_info", execution_arn=execution, history=True)
    run("sfn_execution_report", execution_arn=execution, dest=str(folder / "one.html"), **sfn.PAGE)
    run("sfn_execution_report", state_machine=f"{NAME}-workflow", executions=2, dest=str(folder / "all"), **sfn.PAGE)
    run("sfn_state_machine_info", name_prefix=NAME)
    run("sfn_state_machine_info", name=f"{NAME}-workflow", **INFO_OPTIONS)
    run("site_info", name=NAME, gather=PARTS, tags=TAGS)
    run("site_info", name="nobody", gather=PARTS)
    gather = ["zones", "quotas", "service_linked_roles", "permissions", "parameters"]
    run("account_info", gather=gather, simulate=[{"actions": ["ecs:CreateCluster"]}], parameters=["/nobody"])
    run("log_events_info", sources=[{"name": "workflow", "log_group": "nothing"}])


def make_credentials(run: Recorder) -> None:
    run("registry_credentials", name=f"{NAME}/registry", username="someone", password="rarely-written", tags=TAGS)
    run("log_group", name=NAME, retention_in_days=7, tags=TAGS)


@pytest.fixture(scope="module")
def runs(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Runs of all modules, from an empty account to an empty account."""
    run = Recorder(Modules(aws))
    try:
        make_credentials(run)
        link = make_network(run)
        look(run, link, make_workflow(run, tmp_path_factory.mktemp("code")), tmp_path_factory.mktemp("reports"))
    finally:
        for name, options in ABSENT:
            run(name, **options, state="absent")
    return run.runs


@pytest.mark.parametrize("name", MODULES)
def test_return_values_are_as_documented(runs: list[Run], name: str) -> None:
    documented, spec = return_values(name), definition(name)["argument_spec"]
    defaults = {option: about.get("default") for option, about in spec.items()}
    assert any(run.name == name for run in runs)
    for run in runs:
        if run.name == name:
            values = {key: value for key, value in run.result.items() if key not in COMMON_KEYS}
            wrong = list(faults(values, documented, defaults | run.options))
            assert not wrong, f"check mode: {run.check}, options: {run.options}"


@pytest.mark.parametrize("name", MODULES)
def test_all_that_samples_show_is_returned(runs: list[Run], name: str) -> None:
    documented = return_values(name)
    seen: dict[str, set[str]] = {}
    for run in runs:
        if run.name == name:
            for path, found in returned_keys(run.result, documented):
                seen.setdefault(path, set()).update(found)
    samples = {path: about["sample"] for path, about in flat_return_values(documented).items() if "sample" in about}
    shown = {path: keys(sample, path.rpartition(".")[2]) for path, sample in samples.items()}
    # Nothing is waited for on the embedded AWS: there it is ready at once.
    shown.pop("wait_for", None)
    assert not {path: never for path in shown if (never := shown[path] - seen.get(path, set()))}


@pytest.mark.parametrize("name", MODULES)
def test_diffs_and_repeated_runs_are_as_the_attributes_say(runs: list[Run], name: str) -> None:
    found, support = [run.result for run in runs if run.name == name], attributes(name)
    differing = [each for each in found if each["diff"]["before"] != each["diff"]["after"]]
    assert bool(differing) == (support["diff_mode"]["support"] != "N/A")
    if support["idempotent"]["support"] == "none":
        assert len(found) > 2
        assert all(each["changed"] for each in found)
