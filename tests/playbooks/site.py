# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Run the playbooks as a user does, with an inventory of the test's own, and see what they did to each host."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.embedded_aws import EmbeddedAws

ROOT = Path(__file__).resolve().parents[2]
# Longer than any run on a busy machine, so that a hung one fails by itself.
RUN_SECONDS = 400


@dataclass(frozen=True)
class Run:
    """One run of a playbook. tasks: (host, name of the task, its result), in order. told: its plan.json.

    printed: what it printed for people, of a run that was not asked for data; such a run has no tasks.
    """

    status: int
    output: dict[str, Any]
    errors: str
    told: dict[str, Any] = field(default_factory=dict)
    printed: str = ""

    @property
    def stats(self) -> dict[str, dict[str, int]]:
        return self.output["stats"]

    @property
    def tasks(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (host, task["task"]["name"], result)
            for play in self.output["plays"]
            for task in play["tasks"]
            for host, result in task["hosts"].items()
        ]

    def changed(self, host: str | None = None) -> list[str]:
        """Return the names of the tasks that changed something, or in check mode would."""
        return [name for on, name, result in self.tasks if result.get("changed") and host in (None, on)]

    def actions(self) -> list[str]:
        """Return the steps of all modules of the collection, a sentence each."""
        return [action for _host, _name, result in self.tasks for action in _flat(result, "actions")]

    def resources(self, *actions: str) -> set[tuple[str, str, str]]:
        """Return (action, kind, name) of the resources that do not stay as they are, or of those with these actions."""
        wanted = actions or ("add", "change", "remove")
        told = [(one["action"], one["kind"], one["name"]) for one in self.told["resources"]]
        assert len(told) == len(set(told)), "a resource is told twice"
        return {one for one in told if one[0] in wanted}

    def failures(self) -> list[str]:
        """Return the messages of the tasks, and of the items of their loops, that failed."""
        failed = [result for _host, _name, result in self.tasks if result.get("failed")]
        return [str(item.get("msg")) for result in failed for item in [result, *result.get("results", [])]]


def _flat(result: dict[str, Any], key: str) -> list[Any]:
    items = result.get("results") or [result]
    return [value for item in items for value in item.get(key) or []]


def _printed(text: str) -> dict[str, Any]:
    """Return what was printed of a run: the callback prints all again after each of several playbooks."""
    read, end = json.JSONDecoder().raw_decode(text, text.index("{"))
    return _printed(text[end:]) if "{" in text[end:] else read


@dataclass
class Site:
    """An inventory, made from the local one, and the embedded AWS that it is deployed on."""

    aws: EmbeddedAws
    folder: Path
    variables: dict[str, Any] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)  # Of the environment of the runs.

    def __post_init__(self) -> None:
        shutil.copytree(ROOT / "inventories" / "local", self.folder)
        group = self.folder / "group_vars" / "all.yml"
        group.write_text(yaml.safe_dump({**yaml.safe_load(group.read_text()), **self.variables}))

    def set_hosts(self, services: dict[str, dict[str, Any]]) -> None:
        """Make these the services: host name -> its variables."""
        hosts = {"site": {"hosts": {"control": None}}, "services": {"hosts": services}}
        (self.folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": hosts}}, sort_keys=False))

    def command(self, playbook: str, *arguments: str) -> list[str]:
        path = ROOT / "playbooks" / f"{playbook}.yml"
        return [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(self.folder), str(path), *arguments]

    def environment(self) -> dict[str, str]:
        port = self.aws.endpoint.rsplit(":", 1)[1]
        return {
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ORCHESTRA_PLAN_FILE": str(self.plan_file),
            "ANSIBLE_SHOW_CUSTOM_STATS": "true",
            "LOCAL_AWS_PORT": port,
            **self.more,
        }

    @property
    def plan_file(self) -> Path:
        return self.folder.parent / "plan.json"

    def look(self, playbook: str, *arguments: str, status: int, printed: bool = False) -> Run:
        """Run plan.yml or drift.yml, which must end with this status."""
        run = self.play(playbook, *arguments, fails=status != 0, printed=printed)
        assert (run.status, run.told["complete"]) == (status, status != 1), (run.failures(), run.printed)
        return run

    def play(self, playbook: str, *arguments: str, fails: bool = False, printed: bool = False) -> Run:
        """Run a playbook, which must end as the test expects. printed: with the output that people get, not as data."""
        self.plan_file.unlink(missing_ok=True)
        environment = self.environment() | ({"ANSIBLE_STDOUT_CALLBACK": "orchestra.aws.site"} if printed else {})
        done = subprocess.run(
            self.command(playbook, *arguments),
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        told = json.loads(self.plan_file.read_text()) if self.plan_file.exists() else {}
        output = {"plays": [], "stats": {}} if printed else _printed(done.stdout)
        run = Run(done.returncode, output, done.stderr, told, done.stdout if printed else "")
        assert (done.returncode != 0) == fails, (run.failures(), run.printed[-2000:], done.stderr[-2000:])
        return run

    def kill_after(self, playbook: str, seen: str, *arguments: str) -> None:
        """Start a run and kill it, with everything it started, once its output names a task."""
        environment = {**self.environment(), "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"}
        with subprocess.Popen(
            self.command(playbook, *arguments),
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as run:
            deadline = time.monotonic() + RUN_SECONDS
            for line in run.stdout or []:
                if seen in line:
                    break
                assert time.monotonic() < deadline, f"the run did not come to {seen}"
            else:
                pytest.fail(f"the run ended without {seen}")
            os.killpg(run.pid, signal.SIGKILL)

    def invoke(self, given: dict[str, Any], output_file: Path, *arguments: str, fails: bool = False) -> dict[str, Any]:
        """Run the workflow and return the payload that the playbook writes."""
        variables = json.dumps({"workflow_input": given, "workflow_output_file": str(output_file)})
        self.play("invoke", "-e", variables, *arguments, fails=fails)
        return json.loads(output_file.read_text())

    def resources(self) -> list[str]:
        """Return the ARNs of everything that carries the site's tags, as AWS lists them."""
        tags = [{"Key": "orchestra:project", "Values": [self.variables["orchestra_project"]]}]
        pages = self.aws.client("resourcegroupstaggingapi").get_paginator("get_resources").paginate(TagFilters=tags)
        return [one["ResourceARN"] for page in pages for one in page["ResourceTagMappingList"]]
