# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Start the warm interpreter of a run, connect to it, and start another when it has gone."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .run_folder import RunFolder

# An interpreter that keeps crashing is not started for ever.
STARTS_AFTER_CRASHES = 3
_WAITING_CONNECTIONS = 128


class NotStartedError(Exception):
    """There is no warm interpreter: one clause that says why."""


@dataclass(frozen=True)
class Starter:
    """Knows how to start the interpreter. tell: is called with a sentence for the user."""

    run: RunFolder
    interpreter: str
    cache: Path | None
    idle_seconds: int
    tell: Callable[[str], None]

    def connect(self) -> socket.socket:
        """Return a connection to the interpreter; C(NotStartedError) when there can be none."""
        try:
            return self._connected()
        except FileNotFoundError:
            pass  # None was started yet, or it had been idle for long.
        except OSError:
            self.gone()
        with self.run.lock():
            if not self.run.socket.exists():
                self._start()
        try:
            return self._connected()
        except OSError as error:
            raise NotStartedError(f"the warm interpreter does not answer: {error.strerror}") from None

    def gone(self) -> None:
        """Note that the interpreter is gone, so that the next connection starts another."""
        with self.run.lock():
            try:
                self._connected().close()
            except FileNotFoundError:
                return
            except OSError:
                self.run.socket.unlink(missing_ok=True)
            else:
                return
        if self.run.count("crashes") > STARTS_AFTER_CRASHES:
            raise NotStartedError("the warm interpreter has crashed again and again")
        self.tell("The warm interpreter had ended before its time; another one is started.")

    def _connected(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with _ShortPath(self.run.socket) as path:
                connection.connect(path)
        except OSError:
            connection.close()
            raise
        return connection

    def _start(self) -> None:
        """Listen here and hand that over, so that a task can connect before the interpreter has started."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, self.run.log.open("ab") as log:
            with _ShortPath(self.run.socket) as path:
                listener.bind(path)
            listener.listen(_WAITING_CONNECTIONS)
            arguments = [str(listener.fileno()), str(_main_process()), str(self.idle_seconds), str(self.run.path)]
            try:
                subprocess.Popen(
                    [
                        self.interpreter,
                        str(Path(__file__).parent),
                        *arguments,
                        *([str(self.cache)] if self.cache else []),
                    ],
                    pass_fds=[listener.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    start_new_session=True,
                )
            except OSError as error:
                self.run.socket.unlink(missing_ok=True)
                raise NotStartedError(f"the warm interpreter does not start: {error.strerror}") from None


class _ShortPath:
    """A path of a socket within the 107 bytes that Linux allows, whatever the folder's length."""

    def __init__(self, path: Path) -> None:
        self._folder = os.open(path.parent, os.O_PATH)
        self._path = f"/proc/self/fd/{self._folder}/{path.name}"

    def __enter__(self) -> str:
        return self._path

    def __exit__(self, *_error: object) -> None:
        os.close(self._folder)


def _main_process() -> int:
    """Return the pid of the command, from a worker or from the command itself."""
    parent = multiprocessing.parent_process()
    return parent.pid or os.getppid() if parent else os.getpid()
