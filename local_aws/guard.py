# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The process that outlives a killed server just long enough to end the server's children.

Run by path with the registry directory as its argument, standard library only. Standard input is a pipe that
only the server holds: end of file means that the server is gone, however it went. Linux's parent-death signal
is not used because it fires when the *thread* that started a child ends, and request threads are short-lived.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys


def start_time(pid: int) -> str | None:
    """When the process started, as an opaque text that tells a reused pid apart; None when there is none."""
    stat = pathlib.Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    found = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def kill_registered(children: pathlib.Path) -> list[int]:
    """Kill the process group of every registered child that still is the process that was registered."""
    killed = []
    for file in sorted(children.glob("*.json")):
        try:
            entry = json.loads(file.read_text(encoding="utf-8"))
            pid, started = int(entry["pid"]), entry["started"]
        except (OSError, ValueError, KeyError, TypeError):
            file.unlink(missing_ok=True)
            continue
        if started and start_time(pid) == started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
                killed.append(pid)
        file.unlink(missing_ok=True)
    return killed


def main() -> None:
    """Wait for the server's end, then kill what it left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while os.read(0, 4096):
        pass
    kill_registered(pathlib.Path(sys.argv[1]))


if __name__ == "__main__":
    main()
