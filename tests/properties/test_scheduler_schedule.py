# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""scheduler_schedule: any schedule becomes the desired one in one run; what the module does not manage stays."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._scheduler import schedule
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_scheduler import MemoryScheduler
from tests.properties.strategies import maybe

NAME = "shop-prod"
TARGETS = [f"arn:aws:lambda:eu-central-1:123456789012:function:{name}" for name in ("orders", "prices")]
ROLE = "arn:aws:iam::123456789012:role/schedule"
NEEDED = {
    "expression": st.sampled_from(["rate(10 minutes)", "cron(0 6 * * ? *)"]),
    "target_arn": st.sampled_from(TARGETS),
    "role_arn": st.just(ROLE),
}
FIRST = {"expression": "rate(1 day)", "target_arn": TARGETS[0], "role_arn": ROLE}
INPUTS = st.sampled_from([{"a": 1}, {"a": True}, {}, [], 0, False, "text", '"text"', '{"a": 1}', "{ }", "1"])
CHANGING = {
    "description": st.sampled_from(["", "Every morning"]),
    "timezone": st.sampled_from(["UTC", "Europe/Berlin"]),
    "enabled": st.booleans(),
    "flexible_window_minutes": st.sampled_from([0, 15]),
    "input": INPUTS,
    "maximum_attempts": st.sampled_from([0, 185]),
    # Of 59 seconds AWS knows nothing.
    "maximum_age_seconds": st.sampled_from([60, 86400, 59]),
}
OPTIONS = maybe(**NEEDED, **CHANGING)
WINDOWS = st.sampled_from([{"Mode": "OFF"}, {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}])
UNMANAGED = {"ActionAfterCompletion": st.just("DELETE"), "KmsKeyArn": st.just("arn:aws:kms:::key/a")}
FOUND = st.fixed_dictionaries(
    {
        "ScheduleExpression": st.sampled_from(["rate(10 minutes)", "rate(1 day)"]),
        "FlexibleTimeWindow": WINDOWS,
        "Target": st.fixed_dictionaries(
            {"Arn": st.sampled_from(TARGETS), "RoleArn": st.just(ROLE)},
            optional={
                "Input": st.sampled_from(["", "text", "{}", '{"a":1}']),
                "RetryPolicy": maybe(MaximumRetryAttempts=st.sampled_from([0, 3])),
                "DeadLetterConfig": st.just({"Arn": "arn:aws:sqs:eu-central-1:123456789012:lost"}),
            },
        ),
    },
    optional={
        "Description": st.just("By hand"),
        "ScheduleExpressionTimezone": st.just("Asia/Tokyo"),
        "State": st.sampled_from(["ENABLED", "DISABLED"]),
        **UNMANAGED,
    },
)


def unmanaged(clients: Clients) -> dict[str, Any]:
    found = clients("scheduler").state.get(NAME, {"Target": {}})
    kept = {key: found.get(key) for key in UNMANAGED}
    return {**kept, "lost": found["Target"].get("DeadLetterConfig")}


def given_to_the_target(clients: Clients) -> str:
    return str(clients("scheduler").state[NAME]["Target"].get("Input"))


def spelling(value: Any) -> str:
    """Return the JSON text of a value or of a text, or the text when it is none."""
    try:
        return json.dumps(json.loads(value) if isinstance(value, str) else value, sort_keys=True)
    except ValueError:
        return str(value)


# To Python, true is 1.
@example(None, FIRST, [{"input": {"a": 1}}, {"input": {"a": True}}])
@given(st.none() | FOUND, st.fixed_dictionaries(NEEDED), st.lists(OPTIONS, min_size=1, max_size=3))
def test_any_schedule_converges(found: Any, first: dict[str, Any], following: list[dict[str, Any]]) -> None:
    clients = Clients(scheduler=MemoryScheduler())
    if found:
        clients("scheduler").create_schedule("default", NAME, **found)
    for options in [first, *following]:
        before = unmanaged(clients)
        if converges(schedule.ensure_present, "scheduler_schedule", {"name": NAME, **options}, clients):
            assert unmanaged(clients) == before
            if "input" in options:
                assert spelling(given_to_the_target(clients)) == spelling(options["input"])
    converges(schedule.ensure_absent, "scheduler_schedule", {"name": NAME, "state": "absent"}, clients)
    assert clients("scheduler").state == {}
