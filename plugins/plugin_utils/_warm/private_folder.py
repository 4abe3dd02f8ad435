# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Folders that nobody else can write to, and files in them that are there as a whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from pathlib import Path

# Nothing in a cache gets older, used or not.
DAYS = 30


class UntrustedFolderError(Exception):
    """Somebody else could have put code into the folder: one clause that says why."""


def private_folder(path: Path) -> Path:
    """Make a folder, or check that one is ours alone; C(UntrustedFolderError) when it is not."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise UntrustedFolderError(f"{path} cannot be used: {error.strerror}") from None
    if not stat.S_ISDIR(found.st_mode):
        raise UntrustedFolderError(f"{path} is no folder")
    if found.st_uid != os.geteuid():
        raise UntrustedFolderError(f"{path} belongs to another user")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise UntrustedFolderError(f"{path} is open to other users, and has to have the mode 0700")
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that readers see as a whole or not at all, even if this process is killed."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
        part.write(content)
    Path(part.name).replace(path)


def remove_old(folder: Path) -> None:
    """Remove what is older than C(DAYS), leftovers of killed writers included, and folders that are empty then."""
    oldest = time.time() - DAYS * 86400
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in files:
            path = Path(parent, name)
            try:
                if path.lstat().st_mtime < oldest:
                    path.unlink()
            except OSError:
                continue
        for name in folders:
            path = Path(parent, name)
            try:
                if path.lstat().st_mtime < oldest:
                    path.rmdir()
            except OSError:
                continue
