# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "scheduler-schedule-test"
TARGET = f"arn:aws:lambda:us-east-1:123456789012:function:{NAME}"


@pytest.fixture
def options(modules: Modules) -> Iterator[dict[str, Any]]:
    """The options of a schedule that starts nothing in the time of a test; it is deleted after it."""
    statement = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    role = modules("iam_role", name=NAME, trust_policy=trust)["iam_role"]["arn"]
    yield {"name": NAME, "expression": "cron(0 6 1 1 ? 2099)", "target_arn": TARGET, "role_arn": role}
    modules("scheduler_schedule", name=NAME, state="absent")
    modules("iam_role", name=NAME, state="absent")


def described(aws: EmbeddedAws) -> dict[str, Any] | None:
    client = aws.client("scheduler")
    try:
        return dict(client.get_schedule(Name=NAME))
    except client.exceptions.ResourceNotFoundException:
        return None


def test_create_change_and_delete(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    given = {**options, "input": {"b": 1, "a": 2}}
    predicted = modules.check("scheduler_schedule", **given)
    assert described(aws) is None
    made = modules("scheduler_schedule", **given)
    assert made["actions"] == [f"create schedule {NAME}"]
    assert {key: predicted[key] for key in ("actions", "diff", "schedule")} == {
        key: made[key] for key in ("actions", "diff", "schedule")
    }
    found = described(aws)
    assert found is not None
    assert found["Arn"] == made["schedule"]["arn"]
    assert not modules("scheduler_schedule", **{**given, "input": '{"a": 2,  "b": 1}'})["changed"]
    assert modules("scheduler_schedule", name=NAME, state="absent")["actions"] == [f"delete schedule {NAME}"]
    assert described(aws) is None
    assert not modules("scheduler_schedule", name=NAME, state="absent")["changed"]


def test_schedules_of_one_name_in_two_groups(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    client = aws.client("scheduler")
    modules("scheduler_schedule", **options)
    client.create_schedule_group(Name=NAME)
    other = {**options, "group": NAME, "description": "Other"}
    assert modules.check("scheduler_schedule", **other)["actions"] == [f"create schedule {NAME}"]
    made = modules("scheduler_schedule", **other)["schedule"]
    assert (made["group"], made["arn"]) == (NAME, client.get_schedule(GroupName=NAME, Name=NAME)["Arn"])
    assert not modules("scheduler_schedule", **other)["changed"]
    assert modules("scheduler_schedule", name=NAME, group=NAME, state="absent")["changed"]
    assert [each["GroupName"] for each in client.list_schedules()["Schedules"]] == ["default"]
    client.delete_schedule_group(Name=NAME)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"expression": "rate(2 days)", "enabled": False}, {"ScheduleExpression": "rate(2 days)", "State": "DISABLED"}),
        ({"timezone": "Europe/Berlin"}, {"ScheduleExpressionTimezone": "Europe/Berlin"}),
        ({"description": "Daily"}, {"Description": "Daily"}),
        (
            {"flexible_window_minutes": 5},
            {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}},
        ),
    ],
)
def test_each_option_is_compared_and_the_others_stay(
    aws: EmbeddedAws, modules: Modules, options: Any, change: dict[str, Any], expected: dict[str, Any]
) -> None:
    modules("scheduler_schedule", **options, input={"kept": True}, maximum_attempts=3)
    predicted = modules.check("scheduler_schedule", name=NAME, **change)
    real = modules("scheduler_schedule", name=NAME, **change)
    assert predicted["diff"] == real["diff"]
    assert real["actions"] == [f"update {', '.join(real_keys(change))} of schedule {NAME}"]
    found = described(aws)
    assert found is not None
    assert {key: found[key] for key in expected} == expected
    assert found["Target"]["Input"] == '{"kept": true}'
    assert found["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 3
    assert not modules("scheduler_schedule", name=NAME, **change)["changed"]


def real_keys(change: dict[str, Any]) -> list[str]:
    """Return the options in the order in which the module names them."""
    order = ["description", "timezone", "enabled", "flexible_window_minutes", "expression"]
    return [key for key in order if key in change]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"expression": "rate(1 minutes)"}, "expression is rate(1 minutes): Scheduler writes rate(1 minute)."),
        ({"expression": "every day"}, "expression is 'every day': it is rate(10 minutes), cron("),
        ({"expression": "cron(0 6 * * * *)"}, "either the day of the month or that of the week is '?'"),
        ({"maximum_attempts": 186}, "maximum_attempts is 186; it must be 0 to 185."),
        ({"name": "a b"}, "name is 'a b'; it must be 1 to 64 letters"),
        ({"target_arn": None}, "does not exist yet: to create it, give target_arn."),
    ],
)
def test_what_scheduler_would_refuse(modules: Modules, options: Any, change: dict[str, Any], sentence: str) -> None:
    given = {key: value for key, value in {**options, **change}.items() if value is not None}
    assert sentence in modules.failure("scheduler_schedule", **given)
