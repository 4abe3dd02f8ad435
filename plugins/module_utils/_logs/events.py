# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Log events of several groups as one list of lines. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

_PERIOD = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# As many characters of a task's id as tell the tasks of a service apart.
_TASK_ID = 8

Line = dict[str, Any]


def seconds(period: str) -> int:
    """Return the seconds of a period like 15m. Raises InputError for anything else."""
    match = _PERIOD.fullmatch(period.strip())
    if match is None or int(match[1]) == 0:
        raise InputError(f"since is '{period}': a number and its unit is needed, like 90s, 15m, 2h or 1d.")
    return int(match[1]) * _SECONDS[match[2]]


def line(source: Mapping[str, Any], event: Mapping[str, Any]) -> Line:
    """Return one event in the form of the module's return value."""
    stream = event["logStreamName"]
    name = source["name"]
    if source.get("stream_prefix"):
        name = f"{name}/{stream.rsplit('/', 1)[-1][:_TASK_ID]}"
    moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    return {
        "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "source": name,
        "log_group": source["log_group"],
        "log_stream": stream,
        "message": event["message"].rstrip("\r\n"),
    }


def newest(found: Iterable[list[Line]], number: int) -> list[Line]:
    """Return the newest lines of all sources, the oldest of them first."""
    lines = sorted((one for lines in found for one in lines), key=lambda one: one["time"])
    return lines[-number:]


def text(lines: Iterable[Line]) -> list[str]:
    """Return each line as a text of one line: time, source, message."""
    shown = list(lines)
    width = max((len(one["source"]) for one in shown), default=0)
    return [f"{one['time']} {one['source']:{width}} {_one_line(one['message'])}".rstrip() for one in shown]


def _one_line(message: str) -> str:
    return message.replace("\r", "").replace("\n", "\\n")
