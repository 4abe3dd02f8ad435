# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Who is compared: each makes the same stack, on an embedded AWS of its own, and looks at it again."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from benchmarks.cloud import ROOT, SECRET_KEY, Cloud
from tests.tools import terraform

NAME = "benchmark-local"
FIRST_PORT = 8001


class NotPossibleError(Exception):
    """This contestant cannot take part: one sentence."""


@dataclass
class Contestant:
    """steady: whether a deployment has to wait until the services run. release: counts the changes of service1."""

    cloud: Cloud
    folder: Path
    services: int
    steady: bool
    label: str = ""
    release: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, step: str) -> list[str]:
        raise NotImplementedError

    def takes_part(self, step: str) -> bool:
        return True

    def prepare(self) -> None:
        """Write what the commands need; not measured."""

    def before(self, step: str) -> None:
        """Change what the step is about; not measured."""
        if step == "change":
            self.release += 1
            self.prepare()

    def run(self, step: str) -> dict[str, Any]:
        """Run a step and return what it used: wall and cpu in seconds, memory in MiB, calls."""
        self.before(step)
        calls = len(self.cloud.calls())
        with tempfile.NamedTemporaryFile() as result, (self.folder / f"{step}.log").open("a") as log:
            subprocess.run(
                [sys.executable, "-m", "benchmarks.reaper", result.name, *self.command(step)],
                cwd=ROOT,
                env={**os.environ, **self.environment, "LOCAL_AWS_PORT": str(self.cloud.port)},
                stdout=log,
                stderr=log,
                check=True,
            )
            used: dict[str, Any] = json.loads(Path(result.name).read_text())
        if used.pop("status"):
            tail = Path(log.name).read_text()[-4000:]
            raise SystemExit(f"{tail}\n{self.label}: {step} failed.")
        return {**used, "calls": len(self.cloud.calls()) - calls}

    def names(self) -> dict[str, int]:
        return {f"service{number + 1}": FIRST_PORT + number for number in range(self.services)}


@dataclass
class Orchestra(Contestant):
    """This collection. A step is a run of a playbook; a change is a run limited to the changed service."""

    label: str = "orchestra.aws"
    playbooks: ClassVar[dict[str, str]] = {"deploy": "site", "no-op": "site", "change": "site", "destroy": "destroy"}

    def prepare(self) -> None:
        inventory = self.folder / "inventory"
        shutil.rmtree(inventory, ignore_errors=True)
        shutil.copytree(ROOT / "inventories" / "local", inventory)
        variables = yaml.safe_load((inventory / "group_vars" / "all.yml").read_text())
        (inventory / "group_vars" / "all.yml").write_text(
            yaml.safe_dump({**variables, "orchestra_project": NAME.removesuffix("-local")})
        )
        shared = yaml.safe_load((inventory / "group_vars" / "services.yml").read_text())
        hosts = {
            name: {
                "ecs_service_listener_port": port,
                "ecs_service_environment": {
                    **shared["ecs_service_environment"],
                    "RELEASE": str(self.release if name == "service1" else 0),
                },
            }
            for name, port in self.names().items()
        }
        groups = {"site": {"hosts": {"control": None}}, "services": {"hosts": hosts}}
        (inventory / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": groups}}, sort_keys=False))

    def command(self, step: str) -> list[str]:
        path = str(ROOT / "playbooks" / f"{self.playbooks[step]}.yml")
        limit = ["--limit", "service1"] if step == "change" else []
        return [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "-i",
            str(self.folder / "inventory"),
            path,
            *limit,
        ]

    def definition(self) -> str:
        """Return the definition that was deployed, with API_HOST for the host of its API."""
        [api] = [one for one in self.cloud.client("apigatewayv2").get_apis()["Items"] if one["Name"] == NAME]
        arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:{NAME}-workflow"
        found = self.cloud.client("stepfunctions").describe_state_machine(stateMachineArn=arn)["definition"]
        return str(found).replace(api["ApiEndpoint"].removeprefix("https://"), "API_HOST")

    def configuration(self) -> Path:
        return ROOT / "ansible.cfg"

    def before(self, step: str) -> None:
        self.environment = {"ANSIBLE_CONFIG": str(self.configuration())}
        super().before(step)


@dataclass
class Stock(Orchestra):
    """The same playbooks with Ansible's own connection and output: a process for each task, and no other settings."""

    label: str = "stock Ansible"

    def prepare(self) -> None:
        super().prepare()
        settings = configparser.ConfigParser(interpolation=None)
        settings.read(ROOT / "ansible.cfg")
        # An empty ANSIBLE_CALLBACKS_ENABLED would not do: Ansible takes it for a plugin without a name.
        for ours in ("stdout_callback", "callbacks_enabled"):
            settings.remove_option("defaults", ours)
        settings["defaults"]["collections_path"] = str(ROOT / "collections")
        with (self.folder / "ansible.cfg").open("w") as file:
            settings.write(file)

    def command(self, step: str) -> list[str]:
        return [*super().command(step), "-e", "ansible_connection=ansible.builtin.local"]

    def configuration(self) -> Path:
        return self.folder / "ansible.cfg"


@dataclass
class Terraform(Contestant):
    """The configuration in benchmarks/terraform. A look at what is there is a plan; a change is an apply."""

    label: str = "Terraform"
    # That of the workflow which the playbooks make, with API_HOST for the host of its API.
    definition: str = ""

    def prepare(self) -> None:
        work = self.folder / "terraform"
        if not work.exists():
            try:
                plugins = terraform.plugins()
            except terraform.MissingError as error:
                raise NotPossibleError(f"Terraform takes no part: {error}") from error
            shutil.copytree(ROOT / "benchmarks" / "terraform", work)
            with zipfile.ZipFile(work / "function.zip", "w") as package:
                for file in sorted((ROOT / "files" / "lambda" / "invoker").glob("*.py")):
                    package.write(file, file.name)
            (work / "definition.json").write_text(self.definition)
            self.environment = dict(terraform.QUIET)
            subprocess.run(
                ["terraform", f"-chdir={work}", "init", "-input=false", f"-plugin-dir={plugins}"],
                env={**os.environ, **self.environment},
                stdout=subprocess.DEVNULL,
                check=True,
            )
        services = {
            name: {"port": port, "release": str(self.release if name == "service1" else 0)}
            for name, port in self.names().items()
        }
        variables = {
            "endpoint": self.cloud.endpoint,
            "secret_key": SECRET_KEY,
            "name": NAME,
            "services": services,
            "steady": self.steady,
            "package": "function.zip",
            "definition": "definition.json",
        }
        (work / "terraform.tfvars.json").write_text(json.dumps(variables))

    def command(self, step: str) -> list[str]:
        verbs = {
            "deploy": ["apply", "-auto-approve"],
            "no-op": ["plan"],
            "change": ["apply", "-auto-approve"],
            "destroy": ["destroy", "-auto-approve"],
        }
        return ["terraform", f"-chdir={self.folder / 'terraform'}", *verbs[step], "-input=false", "-no-color"]


@dataclass
class Floor(Contestant):
    """One process that describes the stack of this collection with boto3, and compares nothing."""

    label: str = "boto3"

    def takes_part(self, step: str) -> bool:
        return step == "no-op"

    def command(self, step: str) -> list[str]:
        return [sys.executable, "-m", "benchmarks.floor", self.cloud.endpoint, NAME, *self.names()]
