# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the connection and the warm interpreter say to each other, over a local socket that keeps messages apart.

A request is one byte with three file descriptors: the request itself in memory, so that module arguments never reach
a disk or a command line, and the two pipes that the module writes to. Answers, in order: C(refused), or C(started)
just before the module's code runs and C(status) when it has ended.
"""

from __future__ import annotations

import array
import json
import os
import socket
from dataclasses import asdict, dataclass
from typing import Any

ANSWER_BYTES = 4096
_DESCRIPTORS = 3


@dataclass(frozen=True)
class Request:
    """One module to run. folder: where it runs; None is where the interpreter was started."""

    module: str
    profile: str
    params: str
    archive: str
    environment: dict[str, str]
    folder: str | None
    umask: int


class ProtocolError(Exception):
    """The other side sent what this side does not understand."""


def send_request(connection: socket.socket, request: Request, stdout: int, stderr: int) -> None:
    """Send a request and the two pipes; the caller still has to close its own ends."""
    memory = os.memfd_create("request")
    try:
        with open(memory, "wb", closefd=False) as file:
            file.write(json.dumps(asdict(request)).encode())
        descriptors = array.array("i", [memory, stdout, stderr])
        connection.sendmsg([b"r"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
    finally:
        os.close(memory)


def receive_request(connection: socket.socket) -> tuple[Request, int, int]:
    """Return a request and the two pipes, which the caller has to close; C(ProtocolError) when there is none."""
    message, descriptors, _flags, _address = socket.recv_fds(connection, 1, _DESCRIPTORS)
    if not message or len(descriptors) != _DESCRIPTORS:
        for descriptor in descriptors:
            os.close(descriptor)
        raise ProtocolError("no request")
    memory, stdout, stderr = descriptors
    try:
        with open(memory, "rb") as file:
            file.seek(0)
            return Request(**json.load(file)), stdout, stderr
    except (ValueError, TypeError) as error:
        os.close(stdout)
        os.close(stderr)
        raise ProtocolError("not a request") from error


def send_answer(connection: socket.socket, **answer: Any) -> None:
    """Send an answer; one that nobody waits for any more is dropped."""
    try:
        connection.send(json.dumps(answer).encode())
    except OSError:
        return


def receive_answer(connection: socket.socket) -> dict[str, Any] | None:
    """Return the next answer, or None when the interpreter is gone."""
    try:
        message = connection.recv(ANSWER_BYTES)
    except OSError:
        return None
    return json.loads(message) if message else None
