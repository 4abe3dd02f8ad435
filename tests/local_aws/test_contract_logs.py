# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""CloudWatch Logs: nothing of moto is corrected; what the stack relies on is held fast here, and logs.put()."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from moto import mock_aws

from local_aws import journal, logs, settings
from tests.local_aws.harness import RunningAws

ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture
def state(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(settings, "_current", settings.from_environment({"LOCAL_AWS_STATE_DIR": str(tmp_path)}))
    journal.close()
    with mock_aws():
        yield tmp_path
    journal.close()


def lines(group: str, stream: str) -> list[str]:
    backend = logs.logs_backends[ACCOUNT][REGION]
    return [event.message for event in backend.groups[group].streams[stream].events]


def test_put_creates_the_stream_and_keeps_the_order(state: pathlib.Path) -> None:
    logs.ensure_group(ACCOUNT, REGION, "/ecs/a")
    assert logs.put(ACCOUNT, REGION, "/ecs/a", "s/1", ["one", "two"])
    assert logs.put(ACCOUNT, REGION, "/ecs/a", "s/1", ["three"])
    assert lines("/ecs/a", "s/1") == ["one", "two", "three"]
    logs.ensure_group(ACCOUNT, REGION, "/ecs/a")
    assert lines("/ecs/a", "s/1") == ["one", "two", "three"]


def test_put_into_a_missing_group_is_told_in_the_journal_without_the_text(state: pathlib.Path) -> None:
    assert logs.put(ACCOUNT, REGION, "/ecs/none", "s", ["a secret"]) is False
    (entry,) = [json.loads(line) for line in (state / "journal.jsonl").read_text().splitlines()]
    assert (entry["event"], entry["group"], entry["lines"]) == ("logs.group_missing", "/ecs/none", 1)
    assert "secret" not in json.dumps(entry)


def test_groups_round_trip(aws: RunningAws) -> None:
    client, group = aws.client("logs"), "/aws/vendedlogs/states/round-trip"
    client.create_log_group(logGroupName=group, tags={"k": "v"})
    client.put_retention_policy(logGroupName=group, retentionInDays=14)
    (found,) = client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["retentionInDays"] == 14
    assert found["arn"].endswith(f"{group}:*")
    assert found["logGroupArn"].endswith(group)
    assert client.list_tags_for_resource(resourceArn=found["logGroupArn"])["tags"] == {"k": "v"}
    client.delete_log_group(logGroupName=group)
    assert client.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []
