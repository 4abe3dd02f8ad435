# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What make runs, prints and ends with, with programs in place of Ansible that only note how they were called."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAYLOAD = '{"status": "completed"}'
# It writes the payload as playbooks/invoke.yml does, and ends with the status that it finds in a file.
PROGRAM = f"""#!/bin/sh
cd "$(dirname "$0")/.."
echo "$(basename "$0") $*" >> calls
echo "what a run prints"
for word; do case "$word" in workflow_output_file=*) echo '{PAYLOAD}' > "${{word#*=}}";; esac; done
test ! -e "$(basename "$0").status" || exit "$(cat "$(basename "$0").status")"
"""


@dataclass(frozen=True)
class Make:
    """folder: takes the place of the virtual environment."""

    folder: Path

    def __call__(self, target: str) -> subprocess.CompletedProcess[str]:
        # make tells the makes that it starts what it was asked for.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        command = ["make", f"V={os.path.relpath(self.folder, ROOT)}", "ENV=local", "ARGS=", target]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def make(tmp_path: Path) -> Make:
    (tmp_path / "bin").mkdir()
    for name in ("ansible-playbook", "python"):
        (tmp_path / "bin" / name).write_text(PROGRAM)
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / ".ok").touch()
    return Make(tmp_path)


def test_a_demo_prints_the_payload_and_names_the_report_beside_it(make: Make) -> None:
    done = make("demo")
    assert (done.returncode, done.stdout) == (0, f"{PAYLOAD}\n")
    report = ROOT / "build" / "report.html"
    assert done.stderr.splitlines()[-1] == f"The report of the run: {report}"
    up, site, run = make.calls()
    assert up == "python -m local_aws up"
    assert site == "ansible-playbook -i inventories/local playbooks/site.yml"
    assert run.startswith("ansible-playbook -i inventories/local playbooks/invoke.yml playbooks/report.yml ")
    assert f'{{"report_file": "{report}"}}' in run
    payload = run.partition("workflow_output_file=")[2].split()[0]
    assert not Path(payload).exists()


@pytest.mark.parametrize(("playbook", "status"), [(0, 0), (2, 2), (1, 2)])
@pytest.mark.parametrize("target", ["plan", "drift"])
def test_a_plan_ends_with_2_when_something_would_change(make: Make, target: str, playbook: int, status: int) -> None:
    (make.folder / "ansible-playbook.status").write_text(str(playbook))
    assert make(target).returncode == status
    assert make.calls()[-1] == f"ansible-playbook -i inventories/local playbooks/{target}.yml --diff"
