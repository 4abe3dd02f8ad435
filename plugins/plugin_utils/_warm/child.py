# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A fork of the warm interpreter: becomes, as far as a module can tell, a process started for it, and never returns."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from .boto3_sharing import Boto3Sharing
from .protocol import Request, send_answer
from .shared_code import LOADER, Code, SharedCode

_SET_PARENT_DEATH_SIGNAL = 1
_FLUSH_FAILED = 120
_FIRST_NOT_STANDARD = 3
_libc = ctypes.CDLL(None)


def become_module(
    request: Request, code: Code, shared: SharedCode, boto3: Boto3Sharing, pipes: tuple[int, ...]
) -> None:
    """Take over the task's streams, environment, folder and mask; no import of another payload stays visible."""
    for target, source in enumerate((os.open(os.devnull, os.O_RDONLY), *pipes)):
        os.dup2(source, target)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    tempfile.tempdir = None
    if request.folder is not None:
        os.chdir(request.folder)
    os.umask(request.umask)
    _open_streams()
    sys.argv = [""]
    sys.modules["__main__"] = ModuleType("__main__")
    boto3.used.clear()
    shared.enter(code)


def run(
    request: Request,
    code: Code,
    shared: SharedCode,
    boto3: Boto3Sharing,
    pipes: tuple[int, int],
    connection: socket.socket,
    learning: Path,
) -> NoReturn:
    """Run the module and end this process. Whoever waits learns that its code ran, before it does."""
    status = 1
    try:
        _die_with(os.getppid())
        os.setsid()
        become_module(request, code, shared, boto3, pipes)
        send_answer(connection, started=True)
        connection.detach()
        os.closerange(_FIRST_NOT_STANDARD, os.sysconf("SC_OPEN_MAX"))
        status = _status_of(request)
        _finish()
        _tell_services(learning, request.module, boto3.used)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(_flushed(status))


def _status_of(request: Request) -> int:
    try:
        importlib.import_module(LOADER).run_module(
            json_params=request.params.encode(),
            profile=request.profile,
            module_fqn=request.module,
            modlib_path=request.archive,
            extensions={},
        )
    except SystemExit as end:
        return _exit_status(end.code)
    except BaseException as error:
        own = error.__traceback__
        traceback.print_exception(error.with_traceback(own and own.tb_next))
        if isinstance(error, KeyboardInterrupt):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        return 1
    return 0


def _tell_services(learning: Path, module: str, services: set[str]) -> None:
    if services:
        with contextlib.suppress(OSError):
            pipe = os.open(learning, os.O_WRONLY | os.O_NONBLOCK)
            os.write(pipe, json.dumps({"module": module, "services": sorted(services)}).encode() + b"\n")


def _exit_status(code: object) -> int:
    """Return what Python makes of C(SystemExit)."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def _finish() -> None:
    """Do what Python does before it ends: wait for threads, and run what was registered for the exit."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()


def _flushed(status: int) -> int:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return _FLUSH_FAILED
    return status


def _open_streams() -> None:
    """Open the streams anew, encoded as the interpreter opened its own."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        old = getattr(sys, name)
        new = open(  # noqa: SIM115
            descriptor, "w" if descriptor else "r", encoding=old.encoding, errors=old.errors, closefd=False
        )
        if name == "stderr":
            new.reconfigure(line_buffering=True)
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when the interpreter is killed."""
    _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
