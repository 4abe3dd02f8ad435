# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""CloudWatch Logs: moto's faults that are mended in control/logs.py, and what the embedded AWS does instead."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

Client = Callable[[str], Any]
GROUP = "/ecs/filtered"
KEYS = [f"arn:aws:kms:us-east-1:123456789012:key/{number}" for number in "12"]


def write(client: Client, group: str) -> Any:
    """Three streams with two events each; "b/1 new" is the newest."""
    logs, now = client("logs"), int(time.time() * 1000)
    logs.create_log_group(logGroupName=group)
    for age, stream in enumerate(("b/1", "a/2", "a/1")):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        events = [
            {"timestamp": now - 1000 * age - 1 + later, "message": f"{stream} {text}"}
            for later, text in enumerate(("old", "new"))
        ]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    return logs


def messages(logs: Any, group: str, **options: Any) -> list[str]:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, **options)
    return [event["message"] for page in pages for event in page["events"]]


def since() -> int:
    return int(time.time() * 1000) - 60000


def moto_prefix(client: Client) -> Any:
    return messages(write(client, GROUP), GROUP, logStreamNamePrefix="b/")


def moto_backwards(client: Client) -> Any:
    return messages(write(client, GROUP), GROUP, startFromHead=False, startTime=since())[0]


def moto_associate(client: Client) -> Any:
    client("logs").create_log_group(logGroupName=GROUP)
    client("logs").associate_kms_key(logGroupName=GROUP, kmsKeyId=KEYS[0])


def moto_disassociate(client: Client) -> Any:
    client("logs").create_log_group(logGroupName=GROUP, kmsKeyId=KEYS[0])
    client("logs").disassociate_kms_key(logGroupName=GROUP)


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_logs")


def test_moto_still_needs_it(unpatched: dict[str, Any]) -> None:
    patch = "logs.log_events_are_filtered_as_asked"
    every = [f"{stream} {text}" for stream in ("b/1", "a/2", "a/1") for text in ("old", "new")]
    needed(unpatched["moto_prefix"], {"value": every}, patch)
    needed(unpatched["moto_backwards"], {"value": "b/1 old"}, patch)


@pytest.mark.parametrize("operation", ["moto_associate", "moto_disassociate"])
def test_moto_still_cannot_change_keys(unpatched: dict[str, Any], operation: str) -> None:
    needed(unpatched[operation], {"error": "500", "status": 500}, "logs.keys_of_log_groups_change")


@pytest.fixture(scope="module")
def logs(aws: RunningAws) -> Any:
    return write(aws.client, GROUP)


def test_events_come_newest_first_when_asked_for(logs: Any) -> None:
    newest_first = ["b/1 new", "b/1 old", "a/2 new", "a/2 old", "a/1 new", "a/1 old"]
    assert messages(logs, GROUP, startFromHead=False, startTime=since(), limit=2) == newest_first
    assert messages(logs, GROUP, limit=4) == newest_first[::-1]


def test_streams_are_chosen_by_the_start_of_their_names(logs: Any) -> None:
    assert messages(logs, GROUP, logStreamNamePrefix="b/") == ["b/1 old", "b/1 new"]
    assert messages(logs, GROUP, logStreamNamePrefix="c/") == []


@pytest.mark.parametrize(
    "options",
    [{"startFromHead": False}, {"logStreamNamePrefix": "a/", "logStreamNames": ["a/1"]}, {"limit": 10001}],
)
def test_what_aws_refuses(logs: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match=r"InvalidParameterException|Parameter validation"):
        messages(logs, GROUP, **options)


def test_a_group_that_does_not_exist(logs: Any) -> None:
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        messages(logs, "/ecs/nobody", logStreamNamePrefix="a")


def test_the_key_of_a_group_is_set_changed_and_taken_away(aws: RunningAws) -> None:
    logs, name = aws.client("logs"), "/ecs/secret"
    logs.create_log_group(logGroupName=name)

    def key() -> Any:
        [group] = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return group.get("kmsKeyId")

    logs.associate_kms_key(logGroupName=name, kmsKeyId=KEYS[0])
    assert key() == KEYS[0]
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{name}"
    logs.associate_kms_key(resourceIdentifier=arn, kmsKeyId=KEYS[1])
    assert key() == KEYS[1]
    logs.disassociate_kms_key(logGroupName=name)
    assert key() is None


@pytest.mark.parametrize(
    ("operation", "more"), [("associate_kms_key", {"kmsKeyId": KEYS[0]}), ("disassociate_kms_key", {})]
)
def test_the_key_of_a_group_that_does_not_exist(aws: RunningAws, operation: str, more: dict[str, str]) -> None:
    logs = aws.client("logs")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        getattr(logs, operation)(logGroupName="/ecs/nobody", **more)
