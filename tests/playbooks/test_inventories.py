# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The environments are data: the same playbooks plan each from an empty account; what differs is told here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws

ROOT = Path(__file__).resolve().parents[2]
HOSTS = ("control", "service1")
EXPECTED: dict[str, dict[str, Any]] = {
    "dev": {
        "subnets": 4,
        "NAT gateways": 1,
        "VPC endpoints": 0,
        "flow log": None,
        "deletion protection": "false",
        "container insights": "disabled",
        "task": (256, 512, 1),
        # Provider -> its base and weight.
        "capacity": {"FARGATE_SPOT": (0, 1)},
        "retention": {3},
        "authorization": {"NONE"},
        "retry": (3, 2, 2),
        "workflow": ("ERROR", False),
        "alarms": 0,
        "notified": None,
    },
    "staging": {
        "subnets": 4,
        "NAT gateways": 1,
        "VPC endpoints": 0,
        "flow log": "REJECT",
        "deletion protection": "false",
        "container insights": "enabled",
        "task": (256, 512, 1),
        "capacity": {"FARGATE": (1, 20), "FARGATE_SPOT": (0, 80)},
        "retention": {14},
        "authorization": {"AWS_IAM"},
        "retry": (3, 2, 2),
        "workflow": ("ERROR", True),
        "alarms": 5,
        "notified": [],
    },
    "prod": {
        "subnets": 6,
        "NAT gateways": 3,
        "VPC endpoints": 1,
        "flow log": "ALL",
        "deletion protection": "true",
        "container insights": "enhanced",
        "task": (512, 1024, 2),
        "capacity": {"FARGATE": (1, 1)},
        "retention": {90},
        "authorization": {"AWS_IAM"},
        "retry": (3, 2, 2),
        "workflow": ("ALL", True),
        "alarms": 5,
        "notified": ["on-call@shop.example"],
    },
}


def in_a_vault(folder: Path) -> list[str]:
    """Return options that give the registry's credentials from a file that Ansible Vault has encrypted."""
    given, password = folder / "registry.yml", folder / "password"
    password.write_text("of the vault")
    given.write_text("orchestra_registry_username: someone\norchestra_registry_password: something-else\n")
    vault = str(Path(sys.executable).with_name("ansible-vault"))
    subprocess.run([vault, "encrypt", "--vault-password-file", password, given], capture_output=True, check=True)
    assert given.read_text().startswith("$ANSIBLE_VAULT")
    return ["-e", f"@{given}", "--vault-password-file", str(password)]


def check(environment: str, aws: EmbeddedAws, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Run site.yml --check --diff with an inventory of the repository, and return its status and results."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", f"inventories/{environment}"]
    variables = {
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": aws.secret_key,
        **({} if arguments else {"REGISTRY_USERNAME": "someone", "REGISTRY_PASSWORD": "something-else"}),
    }
    done = subprocess.run(
        [*command, "playbooks/site.yml", "--check", "--diff", *arguments],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "something-else" not in done.stdout
    output = json.loads(done.stdout[done.stdout.index("{") :])
    tasks = [task for play in output["plays"] for task in play["tasks"]]
    return done.returncode, [
        {"task": task["task"]["name"], "host": host, **result}
        for task in tasks
        for host, result in task["hosts"].items()
    ]


def planned(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what would be made, in the form of EXPECTED."""

    made = [(one["task"], one["diff"]["after"]) for one in results if one.get("diff") and one["host"] in HOSTS]

    def after(task: str) -> dict[str, Any]:
        return next((settings for name, settings in made if name.endswith(f": {task}")), {})

    network, service = after("Make or delete the network"), after("Make the service")
    machine, alarms = after("Make the state machine"), after("Make or delete the alarms and their topic")
    definition, routes = service["task_definition"], after("Make the API")["routes"].values()
    [retry] = [
        one for one in machine["definition"]["States"]["service1"]["Retry"] if "ApiGateway.503" in one["ErrorEquals"]
    ]
    flows = network.get("flow_logs")
    return {
        "subnets": len(network["subnets"]),
        "NAT gateways": len(network["nat_gateways"]),
        "VPC endpoints": len(network.get("endpoints", {})),
        "flow log": flows[0]["traffic_type"] if flows else None,
        "deletion protection": after("Make the load balancer")["attributes"]["deletion_protection.enabled"],
        "container insights": after("Make the cluster")["container_insights"],
        "task": (definition["cpu"], definition["memory"], service["service"].get("desired_count")),
        "capacity": {
            one["capacity_provider"]: (one["base"], one["weight"])
            for one in service["service"]["capacity_provider_strategy"]
        },
        "retention": {group["retention_in_days"] for name, group in made if ": Make the log group" in name},
        "authorization": {route["authorization"] for route in routes},
        "retry": (retry["MaxAttempts"], retry["IntervalSeconds"], retry["BackoffRate"]),
        "workflow": (machine["logging"]["level"], machine["tracing"]),
        "alarms": len(alarms.get("alarms", {})),
        "notified": alarms["topic"]["emails"] if alarms else None,
    }


@pytest.mark.parametrize("environment", EXPECTED)
def test_an_environment_can_be_planned(aws: EmbeddedAws, environment: str, tmp_path: Path) -> None:
    status, results = check(environment, aws, *(in_a_vault(tmp_path) if environment == "staging" else []))
    assert status == 0, [result.get("msg") for result in results if result.get("failed")]
    assert planned(results) == EXPECTED[environment]
