# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Executions of state machines: what one looks like, why it failed, and where. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.document import canonical, loaded, plain
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.names import timestamp

# Statuses that may still change by themselves.
GOING_ON = ("RUNNING", "PENDING_REDRIVE")
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, in bytes of UTF-8
LARGEST_INPUT = 262144
SHOWN_CAUSE = 500
_ENDED = {"FAILED": "failed", "TIMED_OUT": "timed out", "ABORTED": "was aborted"}

# States that only lead on from a caught failure to the Fail state that reports it.
_PASSING = ("Pass", "Choice", "Wait", "Fail")
_FAILURE = re.compile(r".*(Failed|TimedOut|Aborted)")
# Details of history events that hold JSON as text.
_JSON_DETAILS = ("input", "output", "parameters")


def input_text(value: Any) -> str:
    """Return the input of an execution as its one text; a string that holds a JSON mapping or list is taken as that.

    Raises InputError when it is larger than AWS takes.
    """
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        value = loaded(value)
    text = canonical(plain(value, "input"))
    size = len(text.encode())
    if size > LARGEST_INPUT:
        raise InputError(f"input has {size} bytes; the limit is {LARGEST_INPUT}.")
    return text


def describe(execution: dict[str, Any], failed_state: str | None = None) -> dict[str, Any]:
    """Return an execution in the form of the modules' return values."""
    return {
        "execution_arn": execution["executionArn"],
        "name": execution.get("name") or execution["executionArn"].rsplit(":", 1)[1],
        "state_machine_arn": execution.get("stateMachineArn"),
        "version_arn": execution.get("stateMachineVersionArn"),
        "alias_arn": execution.get("stateMachineAliasArn"),
        "status": execution["status"],
        "input": _value(execution.get("input")),
        "output": _value(execution.get("output")),
        "error": execution.get("error"),
        "cause": structured(execution.get("cause")),
        "failed_state": failed_state,
        "start_date": timestamp(execution.get("startDate")),
        "stop_date": timestamp(execution.get("stopDate")),
    }


def _value(text: str | None) -> Any:
    return None if text is None else loaded(text)


def structured(text: str | None) -> Any:
    """Return the mapping or list that a text holds as JSON, or else the text."""
    return loaded(text) if text and text.lstrip()[:1] in ("{", "[") else text


def failure(execution: dict[str, Any]) -> str:
    """Return one sentence on a described execution that did not succeed: where, which error, why."""
    where = f" in state {execution['failed_state']}" if execution["failed_state"] else ""
    error = f" with {execution['error']}" if execution["error"] else ""
    cause = execution["cause"]
    text = cause if isinstance(cause, str) or cause is None else json.dumps(cause, ensure_ascii=False)
    why = f": {text[:SHOWN_CAUSE]}{'...' if len(text) > SHOWN_CAUSE else ''}" if text else "."
    ended = _ENDED.get(execution["status"], f"is {execution['status']}")
    return f"Execution {execution['execution_arn']} {ended}{where}{error}{why}"


def failed_state(events: list[dict[str, Any]]) -> str | None:
    """Return the name of the state whose failure ended an execution, given its newest events in any order.

    When a failure was caught and led, through states that do no work, to a Fail state, it is the state that failed.
    """
    by_id = {event["id"]: event for event in events}
    last = max(events, key=lambda event: int(event["id"]), default=None)
    if last is None:
        return None
    chain = _chain(by_id, by_id.get(last.get("previousEventId")) or _still_entered(events))
    ended_in = _entered(chain)
    for position, event in enumerate(chain):
        kind = _state_type(event)
        if kind is None or kind in _PASSING:
            continue
        before = chain[position + 1 :]
        caught = event["type"].endswith("StateExited") and before and _FAILURE.fullmatch(before[0]["type"])
        return _entered(before) if caught and _reports(chain) else ended_in
    return ended_in


def _chain(by_id: dict[int, dict[str, Any]], event: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return an event and all that led to it, backwards."""
    chain = []
    while event is not None:
        chain.append(event)
        event = by_id.get(event.get("previousEventId", 0))
    return chain


def _reports(chain: list[dict[str, Any]]) -> bool:
    return bool(chain[0]["type"] == "FailStateEntered")


def _entered(chain: list[dict[str, Any]]) -> str | None:
    return next(
        (event["stateEnteredEventDetails"]["name"] for event in chain if "stateEnteredEventDetails" in event), None
    )


def _state_type(event: dict[str, Any]) -> str | None:
    match = re.fullmatch(r"(\w+)State(?:Entered|Exited)", event["type"])
    return match[1] if match else None


def _still_entered(events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return where the last state was entered that was not left: the end of an aborted execution has no predecessor."""
    left: list[str] = []
    for event in sorted(events, key=lambda event: -int(event["id"])):
        if "stateExitedEventDetails" in event:
            left.append(event["stateExitedEventDetails"]["name"])
        elif "stateEnteredEventDetails" in event:
            name = event["stateEnteredEventDetails"]["name"]
            if name not in left:
                return event
            left.remove(name)
    return None


def event_description(event: dict[str, Any]) -> dict[str, Any]:
    """Return a history event with its details flat, in snake_case and parsed."""
    details: dict[str, Any] = next((event[key] for key in event if key.endswith("EventDetails")), {})
    return {
        "id": event["id"],
        "previous_event_id": event.get("previousEventId", 0),
        "timestamp": timestamp(event.get("timestamp")),
        "type": event["type"],
        "details": {_snake(key): _detail(key, value) for key, value in details.items()},
    }


def _detail(key: str, value: Any) -> Any:
    if key in _JSON_DETAILS and isinstance(value, str):
        return loaded(value)
    if key == "cause":
        return structured(value)
    if key == "assignedVariables":
        return {name: loaded(text) for name, text in value.items()}
    return value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
