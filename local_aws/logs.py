# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Writes into CloudWatch Logs on behalf of the services (tasks, functions, executions, access logs)."""

from __future__ import annotations

import time
from collections.abc import Sequence

from moto.logs.models import logs_backends

from local_aws import journal
from local_aws.plane import lock


def put(account: str, region: str, group: str, stream: str, messages: Sequence[str]) -> bool:
    """Append messages, creating the stream when it is missing; False when the group does not exist."""
    backend = logs_backends[account][region]
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": message} for message in messages]
    with lock.state:
        log_group = backend.groups.get(group)
        if log_group is None:
            journal.record("logs.group_missing", group=group, stream=stream, lines=len(events))
            return False
        backend.ensure_log_stream(group, stream)
        if events:
            backend.put_log_events(group, stream, events)
    return True


def ensure_group(account: str, region: str, group: str) -> None:
    """Create the group when it is missing, without retention, as services do that may."""
    backend = logs_backends[account][region]
    with lock.state:
        if group not in backend.groups:
            backend.ensure_log_group(group)
