# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The environments are data: the same playbooks plan each of them from an empty account."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.embedded_aws import EmbeddedAws

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("environment", "gateways", "subnets", "logs"), [("dev", 1, 4, 0), ("staging", 1, 4, 1), ("prod", 3, 6, 1)]
)
def test_an_environment_can_be_planned(
    aws: EmbeddedAws, environment: str, gateways: int, subnets: int, logs: int
) -> None:
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", f"inventories/{environment}"]
    variables = {
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": aws.secret_key,
        "REGISTRY_USERNAME": "someone",
        "REGISTRY_PASSWORD": "something",
    }
    done = subprocess.run(
        [*command, "playbooks/site.yml", "--check"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    output = json.loads(done.stdout[done.stdout.index("{") :])
    results = [host for play in output["plays"] for task in play["tasks"] for host in task["hosts"].values()]
    assert done.returncode == 0, [result.get("msg") for result in results if result.get("failed")]
    actions = [action for result in results for action in result.get("actions") or []]
    assert len([action for action in actions if action.startswith("create NAT gateway")]) == gateways
    assert len([action for action in actions if action.startswith("create subnet")]) == subnets
    assert len([action for action in actions if action.startswith("create flow log")]) == logs
