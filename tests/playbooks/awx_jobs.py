# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Run the job templates that playbooks/awx.yml writes as a controller runs them, without a controller.

As there, a job is ansible-runner with the repository as its project, an inventory that is a script, variables from
template, survey and the artifacts of the jobs before, and an environment from credentials. Files that a job writes
without being told where are in the project.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ansible_runner
import jinja2
import yaml

from tests.playbooks.site import ROOT, Site

# What people fill in, in the controller.
FILLED_IN = {
    "AWS": {"access_key": "test", "secret_key": "embedded-aws-secret"},
    "registry": {"username": "someone", "password": "registry-secret-of-the-test"},
}
# "test" is a common word.
SECRETS = [text for filled in FILLED_IN.values() for text in filled.values() if text != "test"]
# AWX gives every job some of these.
OWN = {"awx_job_id": 7, "tower_job_id": 7, "awx_user_name": "operator", "awx_job_template_name": "of the test"}


class _Loader(yaml.SafeLoader):
    """Reads the file as Ansible does."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


class _UntrustedDumper(yaml.SafeDumper):
    """Marks every text as no template, as AWX does with everything that is not of the job template itself."""

    def represent_data(self, data: Any) -> yaml.Node:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


@dataclass(frozen=True)
class Job:
    """What a controller keeps of a job. artifacts: what set_stats handed on. results: of the tasks, in order."""

    status: str
    artifacts: dict[str, Any]
    results: list[dict[str, Any]]
    output: str


@dataclass
class Controller:
    """The objects that were made of one inventory, and the jobs that they start."""

    site: Site
    folder: Path
    objects: dict[str, Any]

    @classmethod
    def made_of(cls, site: Site, folder: Path, *arguments: str) -> Controller:
        """Write the data of an inventory, as a user does."""
        folder.mkdir()
        _link_repository(folder / "project")
        file = folder / "controller.yml"
        given = ["-e", "automation_controller_project_url=https://git.example.com/shop.git"]
        site.play("awx", *given, "-e", f"automation_controller_file={file}", *arguments)
        return cls(site, folder, yaml.load(file.read_text(), Loader=_Loader))  # noqa: S506

    @property
    def project(self) -> Path:
        """The folder that jobs run in."""
        return self.folder / "project"

    def template(self, verb: str) -> dict[str, Any]:
        (found,) = [one for one in self.objects["controller_templates"] if one["name"].endswith(f": {verb}")]
        return found

    def fill_inventory(self) -> None:
        """Take the inventory over, as a controller does: a script then prints it, hosts sorted by name."""
        command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(self.site.folder), "--list"]
        done = subprocess.run(
            [*command, "--export"],
            cwd=ROOT,
            env=self.site.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        read = json.loads(done.stdout)
        for group in read.values():
            if "hosts" in group:
                group["hosts"].sort()
        (self.folder / "inventory.json").write_text(json.dumps(read))
        script = self.folder / "inventory.sh"
        # No interpreter of a virtual environment: its path may have a space, which a first line cannot hold.
        script.write_text('#!/bin/sh\ncat "${0%.sh}.json"\n')
        script.chmod(0o700)

    def run(self, verb: str, answers: dict[str, Any] | None = None, artifacts: dict[str, Any] | None = None) -> Job:
        """Run a job template with the answers to its survey."""
        template = self.template(verb)
        asked = variables_of(template.get("survey_spec", {"spec": []})["spec"], answers or {})
        self._write_variables(template["extra_vars"], {**(artifacts or {}), **asked, **OWN})
        done = ansible_runner.run(
            private_data_dir=str(self.folder),
            project_dir=str(self.project),
            playbook=template["playbook"],
            inventory=str(self.folder / "inventory.sh"),
            envvars=self._environment(template),
            cmdline="--diff" if template["diff_mode"] else None,
            quiet=True,
            suppress_env_files=True,
        )
        # Lines that no task printed, such as a warning, are events without data.
        events = [event["event_data"] for event in done.events if "event_data" in event]
        results = [event["res"] for event in events if "res" in event]
        artifacts = next((event["artifact_data"] for event in reversed(events) if event.get("artifact_data")), {})
        job = Job(done.status, artifacts, results, done.stdout.read())
        assert not [secret for secret in SECRETS if secret in f"{job}"], f"{verb} tells a secret."
        return job

    def _write_variables(self, trusted: dict[str, Any], others: dict[str, Any]) -> None:
        file = self.folder / "env" / "extravars"
        file.parent.mkdir(exist_ok=True)
        text = yaml.safe_dump(trusted) if trusted else ""
        file.write_text(text + yaml.dump(others, Dumper=_UntrustedDumper))

    def _environment(self, template: dict[str, Any]) -> dict[str, str]:
        types = {one["name"]: one for one in self.objects["controller_credential_types"]}
        credentials = {one["name"]: one for one in self.objects["controller_credentials"]}
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            # As the shell of an execution environment says it.
            "PWD": str(self.project),
            "LOCAL_AWS_PORT": self.site.aws.endpoint.rsplit(":", 1)[1],
        }
        for name in template["credentials"]:
            kind = types[credentials[name]["credential_type"]]
            filled = FILLED_IN[kind["name"].split(": ")[1]]
            assert set(kind["inputs"]["required"]) <= set(filled)
            for variable, text in kind["injectors"]["env"].items():
                environment[variable] = jinja2.Template(text).render(filled)
        return environment


def _link_repository(folder: Path) -> None:
    """Make a folder like the repository, in which jobs may write. What is hidden there is no part of a project."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if not path.name.startswith("."):
            (folder / path.name).symlink_to(path)


def variables_of(questions: list[dict[str, Any]], answers: dict[str, Any]) -> dict[str, Any]:
    """Return the variables that a survey yields: defaults, and over them what was answered."""
    known = {question["variable"]: question for question in questions}
    assert set(answers) <= set(known), "The survey does not ask for that."
    given = {name: question["default"] for name, question in known.items() if "default" in question} | answers
    for name, question in known.items():
        assert name in given or not question["required"], f"{name} has to be answered."
    for name, value in given.items():
        assert _is_right(known[name], value), f"{name} cannot be answered with {value!r}."
    return given


def _is_right(question: dict[str, Any], value: Any) -> bool:
    kind, low, high = question["type"], question.get("min"), question.get("max")
    if kind == "multiselect":
        return isinstance(value, list) and set(value) <= set(question["choices"])
    if kind == "multiplechoice":
        return value in question["choices"]
    if kind == "integer":
        size, right = value, isinstance(value, int) and not isinstance(value, bool)
    else:
        size, right = len(value), isinstance(value, str)
    return right and (low is None or size >= low) and (high is None or size <= high)
