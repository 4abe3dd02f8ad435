# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Tell the terminal what a module waits for: names and states, in a file that the stdout callback reads.

Private to the collection. Does nothing unless the callback has asked for it, and never raises.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterable

# The environment variable with the folder that the callback reads. A module on another machine has no such folder.
FOLDER = "ORCHESTRA_PROGRESS_FOLDER"
_written: list[str] = []


def tell(pending: Iterable[str]) -> None:
    """Tell what is pending, instead of what was told before. No secret may be among it."""
    folder = os.environ.get(FOLDER)
    if not folder or not os.path.isdir(folder):
        return
    path = os.path.join(folder, f"{os.getpid()}.txt")
    try:
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in pending))
        os.replace(f"{path}.new", path)
    except OSError:
        return
    if not _written:
        _written.append(path)
        atexit.register(_forget)


def _forget() -> None:
    while _written:
        try:
            os.unlink(_written.pop())
        except OSError:
            return
