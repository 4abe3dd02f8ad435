# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Run a command at a terminal, as a person does who is asked for something."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence

WAIT_SECONDS = 400
# Ansible forgets what is typed before it listens, so an answer that shows no effect is typed again.
AGAIN_SECONDS = 1


def answer(
    command: Sequence[str], environment: Mapping[str, str], question: str, text: str, taken: str, until: str = ""
) -> tuple[int, str]:
    """Type text when the question is asked; return the status and what was shown.

    taken: what is shown after the answer. until: kill the command, with everything that it started, once it shows this.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command,
        env=dict(environment),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        # The terminal is the command's own: only then is it asked.
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    ) as run:
        os.close(theirs)
        shown, typed, ended = "", 0.0, False
        try:
            for more in _read(ours):
                shown += more
                if until and until in shown:
                    break
                waiting = question in shown and taken not in shown
                if waiting and time.monotonic() > typed + AGAIN_SECONDS:
                    os.write(ours, f"{text}\r".encode())
                    typed = time.monotonic()
            else:
                ended = True
                assert not until, f"it ended without {until}: {shown[-2000:]}"
        finally:
            if not ended:
                os.killpg(run.pid, signal.SIGKILL)
            os.close(ours)
    return run.returncode, shown


def _read(terminal: int) -> Iterator[str]:
    """Return what is shown, bit by bit, to the end; nothing when there was nothing for a while."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], AGAIN_SECONDS)
        try:
            found = os.read(terminal, 65536) if ready else b""
        except OSError:  # Nobody has the other end any more.
            return
        yield found.decode(errors="replace")
    raise TimeoutError("the command has not ended")
