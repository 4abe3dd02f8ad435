# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""CloudWatch Logs: FilterLogEvents and the keys of log groups, as the API reference describes them."""

from __future__ import annotations

import json
import sys
from typing import Any

from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

MOST_EVENTS = 10000
# 1 January 2024, before which AWS cannot read backwards; in milliseconds.
BACKWARDS_SINCE = 1704067200000
_BACKWARD = "backward/"


def log_events_are_filtered_as_asked() -> None:
    """FilterLogEvents takes logStreamNamePrefix and startFromHead; moto knows neither and returns other events."""

    def filter_log_events(self: Any) -> str:
        given = {name: self._get_param(name) for name in ("logStreamNamePrefix", "startFromHead", "nextToken", "limit")}
        backwards = given["startFromHead"] is False
        _check(self, given, backwards)
        token = str(given["nextToken"] or "")
        if token:
            backwards = token.startswith(_BACKWARD)
        group = self.logs_backend.groups.get(self._get_param("logGroupName"))
        events = _events(self, group, given["logStreamNamePrefix"])
        page, following = _page(events[::-1] if backwards else events, token, given["limit"] or MOST_EVENTS)
        if following:
            following = f"{_BACKWARD if backwards else ''}{following}"
        return json.dumps({"events": page, "nextToken": following, "searchedLogStreams": []})

    LogsResponse.filter_log_events = filter_log_events


def _check(request: Any, given: dict[str, Any], backwards: bool) -> None:
    if given["logStreamNamePrefix"] and request._get_param("logStreamNames"):
        raise InvalidParameterException("Member must be empty", "logStreamNames", request._get_param("logStreamNames"))
    start = request._get_param("startTime")
    if backwards and (start is None or start < BACKWARDS_SINCE):
        raise InvalidParameterException("Member must not be before 2024-01-01", "startTime", start)
    if given["limit"] and given["limit"] > MOST_EVENTS:
        raise InvalidParameterException(f"Member must not exceed {MOST_EVENTS}", "limit", given["limit"])


def _events(request: Any, group: LogGroup | None, prefix: str | None) -> list[dict[str, Any]]:
    """All matching events, the oldest first; moto refuses a group that does not exist."""
    names = request._get_param("logStreamNames", [])
    if prefix and group is not None:
        names = [name for name in group.streams if name.startswith(prefix)]
        if not names:
            return []
    filters = [request._get_param(name) for name in ("startTime", "endTime")]
    if group is None:
        request.logs_backend.filter_log_events(request._get_param("logGroupName"), [], 0, 0, None, None, "", True)
        return []
    events: list[dict[str, Any]]
    events, _token, _streams = group.filter_log_events(
        group.name, names, *filters, sys.maxsize, None, request._get_param("filterPattern"), True
    )
    return events


def _page(events: list[dict[str, Any]], token: str, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """One page, which goes on after the event that the token names, and the next token."""
    start = 0
    if token:
        ids = [str(event["eventId"]) for event in events]
        start = ids.index(token.removeprefix(_BACKWARD)) + 1 if token.removeprefix(_BACKWARD) in ids else len(ids)
    page = events[start : start + limit]
    return page, str(page[-1]["eventId"]) if page and start + limit < len(events) else None


def keys_of_log_groups_change() -> None:
    """AssociateKmsKey and DisassociateKmsKey change the key of a log group; moto has neither."""

    def associate_kms_key(self: Any) -> str:
        _group(self).kms_key_id = self._get_param("kmsKeyId")
        return ""

    def disassociate_kms_key(self: Any) -> str:
        _group(self).kms_key_id = None
        return ""

    LogsResponse.associate_kms_key = associate_kms_key
    LogsResponse.disassociate_kms_key = disassociate_kms_key


def _group(request: Any) -> LogGroup:
    """The group that a request names, by logGroupName or by the ARN in resourceIdentifier."""
    name = request._get_param("logGroupName") or str(request._get_param("resourceIdentifier")).split(":log-group:")[-1]
    if name not in request.logs_backend.groups:
        raise ResourceNotFoundException
    group: LogGroup = request.logs_backend.groups[name]
    return group


def apply() -> None:
    """Install the corrections."""
    log_events_are_filtered_as_asked()
    keys_of_log_groups_change()
