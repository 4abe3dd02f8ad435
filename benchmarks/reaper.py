# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Run a command and write what it used: python -m benchmarks.reaper RESULT COMMAND...

All processes of the command count, those too that outlive it: this one adopts them and waits for them.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

_SET_CHILD_SUBREAPER = 36
_SAMPLE_SECONDS = 0.5


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _memory(pid: int) -> int:
    """Return the kilobytes of a process and of all below it; what several share counts once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        own = 0
    return own + sum(map(_memory, _children(pid)))


def main() -> int:
    result, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    peak, over = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(_SAMPLE_SECONDS):
            peak = max(peak, sum(map(_memory, _children(os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.monotonic()
    status = subprocess.run(command, check=False).returncode
    wall = time.monotonic() - started
    over.set()
    watcher.join()
    try:
        while True:
            os.wait()
    except ChildProcessError:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    measured = {"status": status, "wall": wall, "cpu": used.ru_utime + used.ru_stime, "memory": peak / 1024}
    Path(result).write_text(json.dumps(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
