# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the caller gets, for every way in which an execution can end. Pure functions only."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

# Names of executions: 1 to 80 characters; these are the ones that CloudWatch Logs takes too.
_NAME = re.compile(r"[0-9A-Za-z_-]{1,80}")


def execution_name(key: str) -> str:
    """Return the execution name of an idempotency key; different keys have different names."""
    if _NAME.fullmatch(key):
        return key
    return f"key-{hashlib.sha256(key.encode()).hexdigest()}"


def of(execution: dict[str, Any]) -> Any:
    """Return the payload of an execution as DescribeExecution or StartSyncExecution describe it.

    Nothing is left out: an output has 256 KiB at most, far less than the 6 MB that Lambda returns.
    """
    if execution["status"] == "SUCCEEDED":
        return json.loads(execution["output"])
    if execution["status"] == "RUNNING":
        return {"start": _time(execution.get("startDate")), "status": "running", "execution": execution["executionArn"]}
    return _failed(execution)


def conflict(execution_arn: str) -> dict[str, Any]:
    """Return the payload for an idempotency key that was used before with other input."""
    cause = "An execution of this idempotency key exists, and its input differs."
    return {**refused("IdempotencyKeyReused", cause), "execution": execution_arn}


def refused(error: str, cause: str) -> dict[str, Any]:
    """Return the payload for a request that started nothing."""
    return {"status": "refused", "error": error, "cause": cause}


def http_response(answer: Any) -> dict[str, Any]:
    """Return a payload as the answer of a function URL; its status says how the workflow ended."""
    told = answer if isinstance(answer, dict) else {}
    status = {"running": 202, "failed": 502}.get(str(told.get("status")), 200)
    if told.get("status") == "refused":
        status = _REFUSALS.get(str(told.get("error")), 400)
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(answer)}


def _failed(execution: dict[str, Any]) -> dict[str, Any]:
    """Return the workflow's own account of its failure, or, when it had no time to write one, AWS's."""
    payload: dict[str, Any] = {
        "start": _time(execution.get("startDate")),
        "end": _time(execution.get("stopDate")),
        "status": "failed",
        "error": execution.get("error") or f"States.{_ENDED.get(execution['status'], execution['status'])}",
        "cause": execution.get("cause") or f"The execution ended with status {execution['status']}.",
    }
    try:
        account = json.loads(payload["cause"])
    except ValueError:
        account = None
    if isinstance(account, dict) and account.get("status") == "failed":
        payload = account
    return {**payload, "execution": execution["executionArn"]}


_REFUSALS = {"IdempotencyKeyReused": 409, "UnknownExecution": 404, "InputTooLarge": 413}
_ENDED = {"TIMED_OUT": "Timeout", "ABORTED": "Aborted", "FAILED": "TaskFailed"}


def _time(moment: datetime | None) -> str | None:
    """Return a time like 2025-10-19T10:00:00.000Z."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
