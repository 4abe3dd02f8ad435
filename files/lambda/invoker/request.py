# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the caller asks for: an event of Lambda, or a request to the function's URL. Pure functions only."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

MODE, KEY, EXECUTION = "invocationMode", "idempotencyKey", "executionArn"
WAIT, ASYNC, STATUS = "wait", "async", "status"
# Bytes of UTF-8 that an execution's input may have.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
LARGEST_INPUT = 262_144


class Refused(Exception):
    """The caller's fault: nothing was started. error: a short name. cause: one sentence."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(cause)
        self.error, self.cause = error, cause


@dataclass(frozen=True)
class Request:
    """One invocation. document: the workflow's input as JSON. key: of the caller, or None."""

    mode: str
    document: str
    key: str | None = None
    execution: str | None = None


def is_http(event: Any) -> bool:
    """Tell whether an event comes from the function's URL, as opposed to Invoke."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    return isinstance(context, dict) and "http" in context and event.get("version") == "2.0"


def of_http(event: dict[str, Any]) -> Request:
    """Return the request: POST with a JSON body starts an execution, GET asks for the status of one."""
    if event["requestContext"]["http"]["method"] == "GET":
        return of(event.get("queryStringParameters") or {}, STATUS)
    body = event.get("body") or "{}"
    try:
        text = base64.b64decode(body).decode() if event.get("isBase64Encoded") else body
        given = json.loads(text)
    except ValueError as fault:
        raise Refused("InvalidBody", f"The body is no JSON: {fault}.") from fault
    return of(given)


def of(event: Any, mode: str = WAIT) -> Request:
    """Return the request; the keys that steer the invocation are not part of the workflow's input."""
    if not isinstance(event, dict):
        return Request(mode, _document(event))
    given = dict(event)
    mode, key, execution = given.pop(MODE, mode), given.pop(KEY, None), given.pop(EXECUTION, None)
    if mode not in (WAIT, ASYNC, STATUS):
        raise Refused("InvalidMode", f"{MODE} is {mode!r}: it is {WAIT}, {ASYNC} or {STATUS}.")
    if (mode == STATUS) != (execution is not None) and not (mode == STATUS and key):
        raise Refused("InvalidMode", f"{MODE} {STATUS} and {EXECUTION} (or {KEY}) go together.")
    return Request(mode, _document(given), str(key) if key else None, execution)


def _document(given: Any) -> str:
    """Return the one text of an input: the same input has to be the same text for Step Functions, too."""
    document = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        size = len(document.encode())
    except UnicodeEncodeError:
        # Half a surrogate pair, which JSON can say and UTF-8 cannot.
        document = json.dumps(given, sort_keys=True, separators=(",", ":"))
        size = len(document)
    if size > LARGEST_INPUT:
        raise Refused(
            "InputTooLarge", f"The input has {size} bytes, and Step Functions takes {LARGEST_INPUT}: pass a reference."
        )
    return document
