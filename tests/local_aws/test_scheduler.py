# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""EventBridge Scheduler: times, refusals, and functions that really start."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.plane import schedule_times
from tests.local_aws.harness import RunningAws
from tests.local_aws.test_contract_lambda import create
from tests.local_aws.unpatched import needed, observe
from tests.tools.machine import wait_for

BEGIN = datetime.datetime(2026, 3, 1, 12, 0, 30, tzinfo=datetime.UTC)  # a Sunday
ROLE = "arn:aws:iam::123456789012:role/nobody"


def schedule(role: str, arn: str, expression: str, **target: Any) -> dict[str, Any]:
    return {
        "Name": f"s-{uuid.uuid4().hex[:8]}",
        "ScheduleExpression": expression,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": arn, "RoleArn": role, **target},
    }


@pytest.mark.parametrize(
    ("expression", "timezone", "expected"),
    [
        ("rate(10 minutes)", "UTC", "2026-03-01T12:00:30"),
        ("at(2026-03-01T13:00:00)", "Europe/Berlin", None),
        ("at(2026-03-01T14:00:00)", "Europe/Berlin", "2026-03-01T13:00:00"),
        ("cron(0/15 * * * ? *)", "UTC", "2026-03-01T12:15:00"),
        ("cron(0 6 * * ? *)", "America/New_York", "2026-03-02T11:00:00"),
        ("cron(30 9 ? * MON-FRI *)", "UTC", "2026-03-02T09:30:00"),
        ("cron(0 0 L * ? *)", "UTC", "2026-03-31T00:00:00"),
        ("cron(0 0 1 JAN,JUL ? 2026)", "UTC", "2026-07-01T00:00:00"),
        ("cron(0 0 1 1 ? 2026)", "UTC", None),
        ("cron(0 12 ? * 1 *)", "UTC", "2026-03-08T12:00:00"),
    ],
)
def test_times(expression: str, timezone: str, expected: str | None) -> None:
    found = schedule_times.following(expression, timezone, BEGIN, BEGIN)
    assert (found and found.replace(tzinfo=None).isoformat()) == expected


def test_a_rate_goes_on_from_the_creation() -> None:
    later = BEGIN + datetime.timedelta(minutes=61)
    expected = BEGIN + datetime.timedelta(hours=2)
    assert schedule_times.following("rate(1 hour)", "UTC", BEGIN, later) == expected


def moto_checks_nothing(client: Callable[[str], Any]) -> Any:
    client("scheduler").create_schedule(**schedule(ROLE, "arn:aws:lambda:us-east-1:1:function:f", "every day"))
    return "created"


def test_moto_still_needs_the_checks() -> None:
    unpatched = observe(__name__)
    needed(unpatched["moto_checks_nothing"], {"value": "created"}, "scheduler.schedules_are_checked")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("every day", "Invalid Schedule Expression every day."),
        ("cron(0 6 * * * *)", "Either the day of the month"),
        ("cron(60 6 * * ? *)", "Parameter 60 is not valid."),
        ("rate(1 hour)", "must allow AWS EventBridge Scheduler to assume the role"),
    ],
)
def test_create_schedule_refuses(aws: RunningAws, expression: str, message: str) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        aws.client("scheduler").create_schedule(**schedule(ROLE, "arn:aws:lambda:us-east-1:1:function:f", expression))
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_what_only_aws_understands_is_said(aws: RunningAws) -> None:
    with pytest.raises(ClientError, match="scheduler:CreateSchedule is not part of the embedded AWS"):
        aws.client("scheduler").create_schedule(**schedule(ROLE, "arn:x", "cron(0 0 15W * ? *)"))


@pytest.mark.parametrize(("allowed", "outcome"), [(True, "started"), (False, "refused")])
def test_a_rate_starts_its_function_at_once_when_the_role_may(aws: RunningAws, allowed: bool, outcome: str) -> None:
    function = create(aws.client, source="def handler(event, context):\n    print(event)\n")
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function}"
    trust = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam, name = aws.client("iam"), f"role-{function}"
    role = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    if allowed:
        statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    given = schedule(role, arn, "rate(1 hour)", Input='{"key": "<aws.scheduler.execution-id>"}')
    aws.client("scheduler").create_schedule(**given)

    def started() -> list[str]:
        return [one["outcome"] for one in aws.journal("scheduler.started") if one["schedule"] == given["Name"]]

    assert wait_for(started) == [outcome]
    aws.client("scheduler").delete_schedule(Name=given["Name"])
