# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A line at the bottom of a terminal that tells what runs, since when, and what AWS has still to do.

It writes to the terminal by itself and holds no lock of Ansible's, because Ansible forks while it runs.
Modules tell what they wait for in files of a folder (module_utils/_progress.py), one for each process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

from ansible import constants as C

from ansible_collections.orchestra.aws.plugins.module_utils._progress import FOLDER
from ansible_collections.orchestra.aws.plugins.plugin_utils._output.lines import duration

# Seconds. Tasks that are quicker show nothing.
_QUICK = 1.0
_PAUSE = 0.5
_ERASE = "\r\x1b[K"


class Ticker:
    """terminal: the descriptor that the line is written to."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._task, self._since = "", 0.0
        self._hosts: list[str] = []
        self._shown = False
        self.folder = Path(tempfile.mkdtemp(prefix="progress-", dir=C.DEFAULT_LOCAL_TMP))
        os.environ[FOLDER] = str(self.folder)
        threading.Thread(target=self._run, daemon=True).start()

    def begin(self, task: str) -> None:
        """Show this task from now on; "" shows nothing, as while a task asks the user."""
        with self._lock:
            self._task, self._since, self._hosts = task, time.monotonic(), []

    def started(self, host: str) -> None:
        with self._lock:
            self._hosts.append(host)

    def finished(self, host: str) -> None:
        with self._lock:
            if host in self._hosts:
                self._hosts.remove(host)

    def hide(self) -> None:
        """Take the line away, before something else is printed."""
        with self._lock:
            self._erase()

    def end(self) -> None:
        self._ended.set()
        self.hide()
        os.environ.pop(FOLDER, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self) -> None:
        while not self._ended.wait(_PAUSE):
            with self._lock:
                if self._task and self._hosts and not self._ended.is_set():
                    self._show()

    def _show(self) -> None:
        seconds = time.monotonic() - self._since
        if seconds >= _QUICK:
            width = shutil.get_terminal_size().columns - 1
            self._write(f"{_ERASE}{self.text(seconds)[:width]}\r")
            self._shown = True

    def text(self, seconds: float) -> str:
        """Return the line: the task, for how long, and what is pending, or the hosts that it still runs on."""
        pending = sorted(line for path in self.folder.glob("*.txt") for line in _lines(path))
        if pending:
            return f"  … {duration(seconds)}: {', '.join(pending)}"
        return f"  … {duration(seconds)}: {self._task} ({', '.join(self._hosts)})"

    def _erase(self) -> None:
        if self._shown:
            self._write(_ERASE)
            self._shown = False

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self._terminal, text.encode())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []  # Its module has just ended.
