# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Read the newest events of several log groups side by side. Changes nothing.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._logs import events
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently

# AWS returns at most 1 MB or 10000 events a page, and empty pages too where nothing matches.
MOST_PAGES = 50
MOST_LINES = 10000


def operate(
    params: dict[str, Any], clients: Clients, check_mode: bool, now: Callable[[], float] = time.time
) -> Outcome:
    """Return the newest lines of all sources."""
    del check_mode  # Looking is the same in check mode.
    if not 1 <= params["lines"] <= MOST_LINES:
        raise InputError(f"lines is {params['lines']}: a number from 1 to {MOST_LINES} is needed.")
    since = int((now() - events.seconds(params["since"])) * 1000)
    client, sources = clients("logs"), params["sources"]
    reads = concurrently(*(partial(_read, client, source, since, params) for source in sources))
    pairs = list(zip(sources, reads, strict=True))
    lines = events.newest((found for found, _more in (read for read in reads if read is not None)), params["lines"])
    result = {
        "lines": lines,
        "text": events.text(lines),
        "missing": sorted({source["log_group"] for source, read in pairs if read is None}),
        "incomplete": sorted(source["name"] for source, read in pairs if read is not None and read[1]),
    }
    return Outcome({}, {}, [], result)


def _read(
    client: Client, source: dict[str, Any], since: int, params: dict[str, Any]
) -> tuple[list[events.Line], bool] | None:
    """Return the newest lines of a source, and whether the look was given up; None when there is no such group."""
    request: dict[str, Any] = {"logGroupName": source["log_group"], "startTime": since, "startFromHead": False}
    if source.get("stream_prefix"):
        request["logStreamNamePrefix"] = source["stream_prefix"]
    if params["filter"]:
        request["filterPattern"] = params["filter"]
    found: list[events.Line] = []
    for _page in range(MOST_PAGES):
        page = _filtered(client, source["log_group"], {**request, "limit": params["lines"] - len(found)})
        if page is None:
            return None
        found += [events.line(source, event) for event in page["events"]]
        if len(found) >= params["lines"] or not page.get("nextToken"):
            return found, False
        request["nextToken"] = page["nextToken"]
    return found, True


@described("read the log group {group}")
@missing_is_none("ResourceNotFoundException")
def _filtered(client: Client, group: str, request: dict[str, Any]) -> dict[str, Any]:
    del group  # For the message only.
    return client.filter_log_events(**request)
