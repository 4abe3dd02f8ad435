# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Schedules: what one is, what one shall be, and how to get there.

Private to the collection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils import _retry
from ansible_collections.orchestra.aws.plugins.module_utils._iam import identity
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._scheduler import api, expression
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, present

# Seconds for which Scheduler may not yet know what IAM has just been told of a role.
PROPAGATION_SECONDS = 60
# AWS's own: a day of retries, 185 of them.
DEFAULTS: dict[str, Any] = {
    "description": "",
    "timezone": "UTC",
    "enabled": True,
    "flexible_window_minutes": 0,
    "maximum_attempts": 185,
    "maximum_age_seconds": 86400,
}
RANGES = {
    "flexible_window_minutes": (0, 1440),
    "maximum_attempts": (0, 185),
    "maximum_age_seconds": (60, 86400),
}
REQUIRED = ("expression", "target_arn", "role_arn")
# https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
_NAME = re.compile(r"[0-9a-zA-Z._-]{1,64}")
# Settings that this module does not manage, and that an update has to repeat.
_KEPT = ("StartDate", "EndDate", "KmsKeyArn", "ActionAfterCompletion")


def propagating(code: str, message: str) -> bool:
    """Tell whether Scheduler refuses because a new role has not reached it."""
    return code == "ValidationException" and "assume the role" in message


def normalize(described: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the settings that are compared; {} for no schedule."""
    if described is None:
        return {}
    target, window = described["Target"], described.get("FlexibleTimeWindow") or {}
    retry = target.get("RetryPolicy") or {}
    return {
        "name": described["Name"],
        "group": described["GroupName"],
        "description": described.get("Description") or "",
        "expression": described["ScheduleExpression"],
        "timezone": described.get("ScheduleExpressionTimezone") or DEFAULTS["timezone"],
        "enabled": described.get("State", "ENABLED") == "ENABLED",
        "flexible_window_minutes": window.get("MaximumWindowInMinutes") or 0,
        "target_arn": target["Arn"],
        "role_arn": target["RoleArn"],
        "input": _document(target.get("Input")),
        "maximum_attempts": retry.get("MaximumRetryAttempts", DEFAULTS["maximum_attempts"]),
        "maximum_age_seconds": retry.get("MaximumEventAgeInSeconds", DEFAULTS["maximum_age_seconds"]),
    }


def _document(text: Any) -> Any:
    """Return the value of a JSON text; a text that is none, or that of a text, stays as it is."""
    if not isinstance(text, str):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, str) else value


def _differs(one: Any, other: Any) -> bool:
    """Tell whether two settings differ; to JSON, unlike Python, C(true) is not 1."""
    return json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True)


def desired(params: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the schedule shall have: what was left out stays. Raises InputError."""
    missing = [option for option in REQUIRED if params[option] is None and not before]
    if missing:
        raise InputError(f"Schedule {params['name']} does not exist yet: to create it, give {', '.join(missing)}.")
    chosen = present({key: params[key] for key in (*DEFAULTS, *REQUIRED)})
    given = {} if params["input"] is None else {"input": _document(params["input"])}
    return {**DEFAULTS, "input": None, **before, **chosen, **given, "name": params["name"], "group": params["group"]}


def validate(params: Mapping[str, Any]) -> None:
    """Raise InputError for options that Scheduler would refuse."""
    for option in ("name", "group"):
        if not _NAME.fullmatch(params[option]):
            raise InputError(f"{option} is {params[option]!r}; it must be 1 to 64 letters, digits or any of . _ -")
    for option, (least, most) in RANGES.items():
        if params[option] is not None and not least <= params[option] <= most:
            raise InputError(f"{option} is {params[option]}; it must be {least} to {most}.")
    fault = expression.finding(params["expression"]) if params["expression"] is not None else None
    if fault:
        raise InputError(f"expression {fault}")


def request(after: Mapping[str, Any], found: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the settings in the form of CreateSchedule and UpdateSchedule. found: as Scheduler describes it."""
    minutes, known = after["flexible_window_minutes"], found or {}
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes} if minutes else {"Mode": "OFF"}
    target = {
        **{key: value for key, value in known.get("Target", {}).items() if key == "DeadLetterConfig"},
        "Arn": after["target_arn"],
        "RoleArn": after["role_arn"],
        "RetryPolicy": {
            "MaximumRetryAttempts": after["maximum_attempts"],
            "MaximumEventAgeInSeconds": after["maximum_age_seconds"],
        },
    }
    if after["input"] is not None:
        text = after["input"] if isinstance(after["input"], str) else json.dumps(after["input"], sort_keys=True)
        target["Input"] = text
    return {
        **present({key: known.get(key) for key in _KEPT}),
        "Description": after["description"],
        "ScheduleExpression": after["expression"],
        "ScheduleExpressionTimezone": after["timezone"],
        "State": "ENABLED" if after["enabled"] else "DISABLED",
        "FlexibleTimeWindow": window,
        "Target": target,
    }


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Create the schedule, or change what differs."""
    validate(params)
    client = clients("scheduler")
    name, group = params["name"], params["group"]
    found = api.schedule(client, group, name)
    before = normalize(found)
    after = desired(params, before)
    changed = [key for key in after if _differs(before.get(key), after[key])]
    actions = []
    if changed:
        actions = [f"update {', '.join(changed)} of schedule {name}" if before else f"create schedule {name}"]
    if actions and not check_mode:
        if is_unknown(after):
            raise InputError(
                "A placeholder of check mode stands in the options; outside of check mode it means nothing."
            )
        call = partial(api.update if before else api.create, client, group, name, request(after, found))
        _retry.until_accepted(f"Scheduler to {actions[0]}", call, propagating, PROPAGATION_SECONDS)
    arn = found["Arn"] if found else _arn(clients, group, name)
    return Outcome(before, after, actions, {"schedule": {"arn": arn, **after}})


def _arn(clients: Clients, group: str, name: str) -> str:
    """Return the ARN, which follows from account, region and names."""
    caller, region = identity.caller(clients("sts")), clients("scheduler").meta.region_name
    return f"arn:{caller.partition}:scheduler:{region}:{caller.account}:schedule/{group}/{name}"


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the schedule."""
    validate(params)
    client = clients("scheduler")
    before = normalize(api.schedule(client, params["group"], params["name"]))
    if before and not check_mode:
        api.delete(client, params["group"], params["name"])
    actions = [f"delete schedule {params['name']}"] if before else []
    return Outcome(before, {}, actions, {})
