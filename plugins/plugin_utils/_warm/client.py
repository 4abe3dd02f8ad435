# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Run one module in the warm interpreter and return what a process would have returned."""

from __future__ import annotations

import os
import selectors
import socket
from dataclasses import dataclass

from .protocol import Request, receive_answer, send_request

_READ_BYTES = 1 << 16


@dataclass(frozen=True)
class Ended:
    """A module that ran. status: of its process; negative is the signal that ended it. None: nobody knows."""

    status: int | None
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Refused:
    """A module that did not run. reason: one clause; empty when the interpreter was gone."""

    reason: str


def run_module(connection: socket.socket, request: Request) -> Ended | Refused:
    """Run a module to its end. Closing the connection before, as an exception does, ends the module too."""
    out_read, out_write = os.pipe()
    err_read, err_write = os.pipe()
    try:
        try:
            send_request(connection, request, out_write, err_write)
        except OSError:
            return Refused("")
        finally:
            os.close(out_write)
            os.close(err_write)
        stdout, stderr = _read_to_the_end(out_read, err_read)
    finally:
        os.close(out_read)
        os.close(err_read)
    answer = receive_answer(connection)
    if answer is None or "started" not in answer:
        return Refused((answer or {}).get("refused", ""))
    answer = receive_answer(connection)
    return Ended(None if answer is None else int(answer["status"]), stdout, stderr)


def _read_to_the_end(*descriptors: int) -> list[bytes]:
    """Return all that is written to each; as with a process, whoever holds one open is waited for."""
    found: dict[int, list[bytes]] = {descriptor: [] for descriptor in descriptors}
    with selectors.DefaultSelector() as selector:
        for descriptor in descriptors:
            selector.register(descriptor, selectors.EVENT_READ)
        while selector.get_map():
            for key, _events in selector.select():
                data = os.read(key.fd, _READ_BYTES)
                if data:
                    found[key.fd].append(data)
                else:
                    selector.unregister(key.fd)
    return [b"".join(found[descriptor]) for descriptor in descriptors]
