# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The warm interpreter: takes requests, forks for each, tells how it ended, and goes when the command has gone."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from . import child
from .boto3_sharing import Boto3Sharing
from .compiled import Compiled
from .protocol import ProtocolError, Request, receive_request, send_answer
from .shared_code import RefusedError, SharedCode

# What modules get to end by themselves when the command has gone.
GRACE_SECONDS = 0.5
_PIPE_BYTES = 1 << 16


@dataclass
class Job:
    """A module that runs. process: its descriptor. client: None when nobody waits for it any more."""

    pid: int
    process: int
    client: socket.socket | None


@dataclass
class Server:
    """The interpreter's loop. parent: the descriptor of the command's process."""

    listener: socket.socket
    parent: int
    idle_seconds: int
    folder: Path
    shared: SharedCode
    boto3: Boto3Sharing
    compiled: Compiled
    jobs: dict[int, Job] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A named pipe, so that no module has a descriptor that it does not know. Open for writing too: it never ends.
        self.learning = self.folder / "services"
        if not self.learning.exists():
            os.mkfifo(self.learning, 0o600)
        self.learned = os.open(self.learning, os.O_RDWR | os.O_NONBLOCK)
        self.selector = selectors.DefaultSelector()
        for descriptor, handle in (
            (self.listener.fileno(), self.accept),
            (self.parent, self.end_with_the_command),
            (self.learned, self.learn),
        ):
            self.selector.register(descriptor, selectors.EVENT_READ, handle)

    def loop(self) -> None:
        """Serve until nobody has asked for anything for the idle time."""
        while events := self.selector.select(None if self.jobs else self.idle_seconds):
            # The end of the command first, and what modules have used last: loading it must keep nobody waiting.
            order = {self.parent: 0, self.learned: 2}
            for key, _mask in sorted(events, key=lambda event: order.get(event[0].fd, 1)):
                if self.selector.get_map().get(key.fd) is key:  # No handler before it has closed it.
                    key.data()

    def accept(self) -> None:
        """Take one request, and fork for it or refuse it."""
        client, _address = self.listener.accept()
        try:
            request, stdout, stderr = receive_request(client)
        except (ProtocolError, OSError):
            client.close()
            return
        try:
            self._start(client, request, (stdout, stderr))
        except RefusedError as refusal:
            send_answer(client, refused=str(refusal))
            client.close()
        except Exception as error:
            # Not its text: it could be about the module's arguments.
            send_answer(client, refused=f"its payload cannot be loaded ({type(error).__name__})")
            client.close()
        finally:
            os.close(stdout)
            os.close(stderr)

    def _start(self, client: socket.socket, request: Request, pipes: tuple[int, int]) -> None:
        if request.folder is not None and not os.path.isdir(request.folder):
            raise RefusedError("the folder of the playbook is gone")
        code = self.shared.admit(request.archive)
        self.boto3.prepare(request.module)
        self.compiled.prepare(request.archive, request.module)
        # What this process loads it keeps: neither it nor its forks look through that for what can be freed.
        gc.freeze()
        pid = os.fork()
        if not pid:
            gc.enable()
            child.run(request, code, self.shared, self.boto3, pipes, client, self.learning)
        job = Job(pid, os.pidfd_open(pid), client)
        self.jobs[pid] = job
        self.selector.register(job.process, selectors.EVENT_READ, lambda: self.ended(job))
        self.selector.register(client, selectors.EVENT_READ, lambda: self.abandoned(job))

    def ended(self, job: Job) -> None:
        """Tell how a module ended."""
        self.selector.unregister(job.process)
        _pid, status = os.waitpid(job.pid, 0)
        os.close(job.process)
        del self.jobs[job.pid]
        if job.client:
            send_answer(job.client, status=os.waitstatus_to_exitcode(status))
            self.selector.unregister(job.client)
            job.client.close()

    def abandoned(self, job: Job) -> None:
        """End a module whose task was ended, by its timeout or by the user."""
        if job.client:
            self.selector.unregister(job.client)
            job.client.close()
            job.client = None
            _signal_group(job.pid, signal.SIGKILL)

    def learn(self) -> None:
        """Load what modules have used, for the next ones."""
        for line in os.read(self.learned, _PIPE_BYTES).splitlines():
            with contextlib.suppress(ValueError, KeyError):
                found = json.loads(line)
                self.boto3.learn(found["module"], found["services"])

    def end_with_the_command(self) -> NoReturn:
        """End all modules, remove the run's files, and end."""
        groups = list(self.jobs)
        for pid in groups:
            _signal_group(pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self.jobs and time.monotonic() < deadline:
            for pid in [pid for pid in self.jobs if os.waitpid(pid, os.WNOHANG)[0]]:
                del self.jobs[pid]
            time.sleep(0.01)
        for pid in groups:
            _signal_group(pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.compiled.keep()
        os._exit(0)


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
    # Before the fork has made itself a group.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def serve(arguments: list[str]) -> None:
    """Run the interpreter on a listening socket that was handed over; see C(__main__.py) for the arguments."""
    listener, parent, idle_seconds, folder, *cache = arguments
    gc.disable()
    sys.argv = [""]
    try:
        command = os.pidfd_open(int(parent))
    except ProcessLookupError:
        return
    kept = Path(cache[0]) if cache else None
    boto3 = Boto3Sharing(kept / "services.json" if kept else None)
    compiled = Compiled(kept)
    compiled.install()
    server = Server(
        listener=socket.socket(fileno=int(listener)),
        parent=command,
        idle_seconds=int(idle_seconds),
        folder=Path(folder),
        shared=SharedCode(boto3.install),
        boto3=boto3,
        compiled=compiled,
    )
    os.set_inheritable(server.listener.fileno(), False)
    # The first request is yet to come: it waits in the socket meanwhile, if at all.
    if boto3.expected:
        server.shared.expect_boto3()
    server.loop()
    (server.folder / "socket").unlink(missing_ok=True)
    compiled.keep()
