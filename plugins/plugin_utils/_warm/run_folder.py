# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the tasks of one run of ansible-playbook share: a folder in its temporary folder, which goes when it ends."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .private_folder import private_folder


class RunFolder:
    """Private files of one run. path: is made if it is not there."""

    def __init__(self, path: Path) -> None:
        self.path = private_folder(path)

    @property
    def socket(self) -> Path:
        return self.path / "socket"

    @property
    def log(self) -> Path:
        return self.path / "interpreter.log"

    @property
    def payloads(self) -> Path:
        return self.path / "payloads"

    @property
    def shells(self) -> Path:
        return self.path / "shells.json"

    @property
    def prepared(self) -> Path:
        return self.path / "prepared"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let one task of the run at a time do what follows; a killed one lets go."""
        with (self.path / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def first(self, what: str) -> bool:
        """Whether this is the first time in the run that somebody asks for this."""
        name = "once-" + hashlib.blake2b(what.encode(), digest_size=8).hexdigest()
        try:
            os.close(os.open(self.path / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        return True

    def count(self, what: str) -> int:
        """Return how often this was asked for in the run, this time included."""
        with (self.path / f"count-{what}").open("ab") as file:
            file.write(b".")
            file.flush()
            return file.tell()
