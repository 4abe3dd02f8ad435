# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of Task states whatever they call, and of what an Express workflow cannot do.

Private to the collection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import (
    State,
    is_distributed,
    is_open,
    number,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach

_RESOURCE = re.compile(r"arn:aws[a-z-]*:(states|lambda):[a-z0-9-]*:\d*:\S+")
_WAITING = re.compile(r"\.(sync|sync:2|waitForTaskToken)$")
_ACTIVITY = re.compile(r"^arn:aws[a-z-]*:states:[^:]*:[^:]*:activity:")
TOKEN = "Task.Token"
# https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
EXPRESS_SECONDS = 300


def check(state: State) -> Iterator[Finding]:
    """Check a Task state."""
    resource = state.value.get("Resource")
    valid = isinstance(resource, str) and _RESOURCE.fullmatch(resource)
    if "Resource" in state.value and not is_open(resource) and not valid:
        sentence = f"Resource must be an ARN of Step Functions or Lambda, not {resource!r}."
        yield breach("resource-arn", state.at("Resource"), sentence)
    yield from _times(state)


def waits_for(resource: str) -> str:
    """Return what a resource waits for, .sync, .sync:2 or .waitForTaskToken, or an empty text."""
    match = _WAITING.search(resource)
    return match[0] if match else ""


def _times(state: State) -> Iterator[Finding]:
    timeout, heartbeat = number(state.value.get("TimeoutSeconds")), number(state.value.get("HeartbeatSeconds"))
    if timeout is not None and heartbeat is not None and heartbeat >= timeout:
        sentence = f"HeartbeatSeconds {heartbeat:g} must be below TimeoutSeconds {timeout:g}."
        yield breach("heartbeat-longer", state.at("HeartbeatSeconds"), sentence)
    pattern = waits_for(state.resource)
    limited = any(
        field in state.value
        for field in ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")
    )
    if (pattern or _ACTIVITY.match(state.resource)) and not limited:
        sentence = "Without TimeoutSeconds and HeartbeatSeconds it can wait for more than three years."
        yield breach("task-timeout", state.pointer, sentence)
    field, payload = state.payload
    if pattern == ".waitForTaskToken" and TOKEN not in json.dumps(payload):
        sentence = f"{field} does not pass on the task token, so nobody can tell that the task is done."
        yield breach("task-token", state.at(field) if payload is not None else state.pointer, sentence)


def check_express(state: State) -> Iterator[Finding]:
    """Check a state of an Express workflow."""
    pattern = waits_for(state.resource)
    if pattern or _ACTIVITY.match(state.resource):
        what = f"the pattern {pattern}" if pattern else "activities"
        yield breach("express-pattern", state.at("Resource"), f"An Express workflow does not support {what}.")
    if is_distributed(state):
        place = state.at("ItemProcessor", "ProcessorConfig", "Mode")
        yield breach("express-distributed", place, "An Express workflow does not support the Mode DISTRIBUTED.")
    seconds = number(state.value.get("Seconds")) if state.kind == "Wait" else None
    if seconds is not None and seconds >= EXPRESS_SECONDS:
        sentence = f"The wait of {seconds:g} seconds outlasts an Express workflow, which has {EXPRESS_SECONDS}."
        yield breach("express-time", state.at("Seconds"), sentence)
    longest = _longest(state.value) if state.kind == "Task" else 0
    if longest > EXPRESS_SECONDS:
        sentence = (
            f"With all retries the task can take {int(longest)} seconds; an Express workflow has {EXPRESS_SECONDS}."
        )
        yield breach("express-time", state.pointer, sentence)


def check_express_machine(definition: dict[str, Any]) -> Iterator[Finding]:
    """Check the outermost machine of an Express workflow."""
    timeout = number(definition.get("TimeoutSeconds"))
    if timeout is not None and timeout > EXPRESS_SECONDS:
        sentence = f"TimeoutSeconds {timeout:g} is never reached: an Express workflow has {EXPRESS_SECONDS} seconds."
        yield breach("express-time", pointer_to("", "TimeoutSeconds"), sentence)


def _longest(task: dict[str, Any]) -> float:
    """Return the seconds of a task whose every attempt times out, for its most patient retrier; 0 if unknown."""
    timeout = number(task.get("TimeoutSeconds"))
    if timeout is None:
        return 0
    retriers = task.get("Retry")
    patient = [_retried(retrier, timeout) for retrier in (retriers if isinstance(retriers, list) else [])]
    return max([timeout, *patient])


def _retried(retrier: Any, timeout: float) -> float:
    if not isinstance(retrier, dict):
        return timeout
    attempts = number(retrier.get("MaxAttempts", 3))
    interval = number(retrier.get("IntervalSeconds", 1))
    rate = number(retrier.get("BackoffRate", 2))
    if attempts is None or interval is None or rate is None:
        return timeout
    longest = number(retrier.get("MaxDelaySeconds")) or EXPRESS_SECONDS
    # Beyond the limit the exact number does not matter, and the power would only grow.
    waits = [min(interval * rate ** min(attempt, 30), longest) for attempt in range(min(int(attempts), 300))]
    return timeout * (attempts + 1) + sum(waits)
