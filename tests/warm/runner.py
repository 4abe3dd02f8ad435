# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Run small playbooks with the connection plugin, and look at results, messages and processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLAYS = Path(__file__).parent / "plays"
PLAYBOOK = str(Path(sys.executable).with_name("ansible-playbook"))
SECONDS = 120
# The only parts of results that differ between any two runs: times, what services
# have logged meanwhile, and the random folder in which the code is.
# And one that differs between cold and warm: the traceback of what is no Exception. Ansible's wrapper is only in a cold
# one, and only a warm one has lines of source, because the wrapper removes the source before Python prints it.
VOLATILE = {"delta", "start", "end", "date", "duration", "stored_bytes"}
CODE = re.compile(r"/[^\"\n]*?/ansible_\w+_payload\.zip/")
TRACE = re.compile(r'  File "<stdin>", line \d+, in .*\n|^    .*\n', re.MULTILINE)
DURATION = re.compile(r"\d+\.\d+ seconds")


@dataclass(frozen=True)
class Run:
    """What a run has printed."""

    status: int
    stdout: str
    stderr: str

    @property
    def results(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Return (host, task, result) in order, without what differs between any two runs."""
        output = json.loads(self.stdout[self.stdout.index("{\n") :])
        return [
            (host, task["task"]["name"], steady(task["hosts"][host]))
            for play in output["plays"]
            for task in play["tasks"]
            for host in sorted(task["hosts"])
        ]

    @property
    def messages(self) -> list[str]:
        """Return what the plugin has told the user."""
        return re.findall(r"\[orchestra\.aws\.warm\]: (.*)", self.stderr)


def steady(value: Any) -> Any:
    """Remove what differs between any two runs."""
    if isinstance(value, dict):
        return {name: steady(item) for name, item in value.items() if name not in VOLATILE}
    if isinstance(value, list):
        return [steady(item) for item in value]
    if isinstance(value, str):
        value = DURATION.sub("N seconds", CODE.sub("<code>/", value))
        return TRACE.sub("", value) if value.startswith("Traceback ") else value
    return value


@dataclass(frozen=True)
class Runner:
    """folder: of the test; has the cache of payloads and the temporary folder of runs."""

    folder: Path

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ORCHESTRA_WARM_CACHE_FOLDER": str(self.cache),
            **more,
        }

    def command(self, playbook: str, variables: dict[str, Any] | None = None) -> list[str]:
        """Return a command for an inventory of two hosts with these variables."""
        always = {
            "ansible_connection": "orchestra.aws.warm",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        }
        inventory = self.folder / "inventory.yml"
        hosts = {"one": None, "two": None}
        inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": {**always, **(variables or {})}}}))
        return [PLAYBOOK, "-i", str(inventory), str(PLAYS / f"{playbook}.yml")]

    def play(self, playbook: str, variables: dict[str, Any] | None = None, **more: str) -> Run:
        done = subprocess.run(
            self.command(playbook, variables),
            env=self.environment(**more),
            cwd=PLAYS,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def start(self, playbook: str, variables: dict[str, Any]) -> subprocess.Popen[str]:
        """Start a run in a session of its own."""
        return subprocess.Popen(
            self.command(playbook, variables),
            env=self.environment(),
            cwd=PLAYS,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def interpreters(self) -> list[int]:
        """Return the pids of warm interpreters of this test, and of their forks."""
        return [pid for pid in _pids() if str(self.folder / "local") in _command(pid) and "_warm" in _command(pid)]


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
