# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the shells that start a module without a warm interpreter do to its environment and to its exit status.

They are asked, because it depends on the shell: dash sets PWD, bash SHLVL and _ too, and each has its own way to say
that a signal has ended a process.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

from .private_folder import write_whole

_ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"


def environment(executable: str, interpreter: str, folder: str | None, known: Path) -> dict[str, str]:
    """Return the variables that shells add or change. known: where the answer is kept for the run."""
    try:
        changed: dict[str, str] = json.loads(known.read_text())
    except OSError:
        plain = {"PATH": os.environ.get("PATH", os.defpath), "SHLVL": os.environ.get("SHLVL", "0")}
        done = _through_shells(executable, f"{shlex.quote(interpreter)} -ISc {shlex.quote(_ENVIRONMENT)}", plain)
        found = json.loads(done.stdout)
        changed = {
            name: value for name, value in found.items() if plain.get(name) != value and not name.startswith("LC_")
        }
        write_whole(known, json.dumps(changed).encode())
    here = {"PWD": folder or os.getcwd(), "_": interpreter}
    return {name: here.get(name, value) for name, value in changed.items()}


def ended_by(signal: int, executable: str) -> tuple[int, bytes]:
    """Return the exit status, and what shells write about it, when a signal ends the process that they started."""
    done = _through_shells(executable, f"{shlex.quote(executable)} -c 'kill -{signal} $$'", dict(os.environ))
    return done.returncode, done.stderr


def _through_shells(executable: str, line: str, environ: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Run a line in a shell in a shell, as Ansible does."""
    outer = f"{executable} -c {shlex.quote(line)}"
    return subprocess.run(
        outer,
        shell=True,
        executable=executable,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
