# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""One JSON line per event in <state_dir>/journal.jsonl: what happened inside, for people who look for a cause.

Callers never hand over secrets: no environment, no request body, no header values.
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any, TextIO

from local_aws import settings

_lock = threading.Lock()
_file: TextIO | None = None


def record(event: str, **fields: Any) -> None:
    """Append one event; never raises, because a full disk must not fail a request."""
    line = json.dumps({"time": _now(), "event": event, **fields}, default=str)
    try:
        with _lock:
            file = _open()
            file.write(line + "\n")
    except (OSError, ValueError, settings.SettingsError):
        return


def close() -> None:
    """Flush and close; the next record() opens the file again."""
    global _file
    with _lock:
        if _file is not None:
            _file.close()
            _file = None


def _open() -> TextIO:
    global _file
    if _file is None:
        directory = settings.current().state_dir
        directory.mkdir(parents=True, exist_ok=True)
        _file = (directory / "journal.jsonl").open("a", encoding="utf-8", buffering=1)
    return _file


def _now() -> str:
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
