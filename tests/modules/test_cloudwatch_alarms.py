# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

PREFIX = "alarms-test/"
TOPIC = "alarms-test-alarms"
TOPIC_ARN = f"arn:aws:sns:us-east-1:123456789012:{TOPIC}"
FAILED: dict[str, Any] = {
    "name": "failed",
    "description": "It failed",
    "namespace": "AWS/States",
    "metric_name": "ExecutionsFailed",
    "dimensions": {"StateMachineArn": "arn:x"},
    "threshold": 1,
}
ERRORS: dict[str, Any] = {"name": "errors", "namespace": "AWS/Lambda", "metric_name": "Errors", "threshold": 1}


@pytest.fixture
def options(modules: Modules) -> Iterator[dict[str, Any]]:
    yield {"prefix": PREFIX, "topic_name": TOPIC, "alarms": [FAILED, ERRORS], "tags": {"team": "shop"}}
    modules("cloudwatch_alarms", prefix=PREFIX, topic_name=TOPIC, state="absent")


def names(aws: EmbeddedAws) -> list[str]:
    found = aws.client("cloudwatch").describe_alarms(AlarmNamePrefix=PREFIX)["MetricAlarms"]
    return sorted(alarm["AlarmName"] for alarm in found)


def topics(aws: EmbeddedAws) -> list[str]:
    return [one["TopicArn"] for one in aws.client("sns").list_topics()["Topics"] if TOPIC in one["TopicArn"]]


def same(predicted: dict[str, Any], real: dict[str, Any]) -> None:
    keys = ("actions", "diff", "alarms", "topic_arn", "changed")
    assert {key: predicted[key] for key in keys} == {key: real[key] for key in keys}


def test_create_again_and_delete(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    given = {**options, "emails": ["one@example.com"]}
    predicted = modules.check("cloudwatch_alarms", **given)
    assert (names(aws), topics(aws)) == ([], [])
    made = modules("cloudwatch_alarms", **given)
    same(predicted, made)
    assert made["actions"] == [
        f"create topic {TOPIC}",
        f"subscribe one@example.com to topic {TOPIC}",
        f"create alarm {PREFIX}errors",
        f"create alarm {PREFIX}failed",
    ]
    [alarm] = aws.client("cloudwatch").describe_alarms(AlarmNames=[f"{PREFIX}failed"])["MetricAlarms"]
    assert alarm["AlarmActions"] == alarm["OKActions"] == [TOPIC_ARN]
    assert alarm["TreatMissingData"] == "notBreaching"
    tagging = aws.client("resourcegroupstaggingapi")
    tagged = tagging.get_resources(TagFilters=[{"Key": "team", "Values": ["shop"]}])["ResourceTagMappingList"]
    assert {one["ResourceARN"] for one in tagged} >= {TOPIC_ARN, alarm["AlarmArn"]}
    assert not modules("cloudwatch_alarms", **given)["changed"]
    gone = modules("cloudwatch_alarms", prefix=PREFIX, topic_name=TOPIC, state="absent")
    assert len(gone["actions"]) == 3
    assert (names(aws), topics(aws)) == ([], [])
    assert not modules("cloudwatch_alarms", prefix=PREFIX, topic_name=TOPIC, state="absent")["changed"]


@pytest.mark.parametrize(
    ("change", "action"),
    [
        ({"threshold": 5}, f"update alarm {PREFIX}failed"),
        ({"period": 60}, f"update alarm {PREFIX}failed"),
        ({"dimensions": {"StateMachineArn": "arn:y"}}, f"update alarm {PREFIX}failed"),
        ({"treat_missing_data": "breaching"}, f"update alarm {PREFIX}failed"),
        ({"comparison": "LessThanThreshold"}, f"update alarm {PREFIX}failed"),
        ({"evaluation_periods": 3, "datapoints_to_alarm": 2}, f"update alarm {PREFIX}failed"),
        ({"description": "Oh"}, f"update alarm {PREFIX}failed"),
    ],
)
def test_each_setting_of_an_alarm_is_compared(
    modules: Modules, options: Any, change: dict[str, Any], action: str
) -> None:
    modules("cloudwatch_alarms", **options)
    given = {**options, "alarms": [{**FAILED, **change}, ERRORS]}
    predicted = modules.check("cloudwatch_alarms", **given)
    real = modules("cloudwatch_alarms", **given)
    same(predicted, real)
    assert real["actions"] == [action]
    assert not modules("cloudwatch_alarms", **given)["changed"]


def test_drift_an_alarm_too_many_tags_and_another_topic(aws: EmbeddedAws, modules: Modules, options: Any) -> None:
    modules("cloudwatch_alarms", **options, emails=["one@example.com"])
    aws.client("cloudwatch").disable_alarm_actions(AlarmNames=[f"{PREFIX}failed"])
    assert modules("cloudwatch_alarms", **options)["actions"][-1] == f"update alarm {PREFIX}failed"
    fewer = {**options, "alarms": [FAILED], "tags": {"team": "other"}}
    real = modules("cloudwatch_alarms", **fewer)
    assert real["actions"] == [
        f"update tags of topic {TOPIC}",
        f"update alarm {PREFIX}failed",
        f"delete alarm {PREFIX}errors",
    ]
    assert not modules("cloudwatch_alarms", **fewer)["changed"]
    other = "arn:aws:sns:us-east-1:123456789012:other"
    moved = modules("cloudwatch_alarms", **fewer, topic_arn=other, notify_ok=False)
    assert moved["actions"] == [f"update alarm {PREFIX}failed", f"delete topic {TOPIC}"]
    assert moved["alarms"][0]["actions"] == [other]
    assert moved["alarms"][0]["ok_actions"] == []
    assert topics(aws) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"prefix": ""}, "prefix is empty"),
        ({"alarms": [FAILED, FAILED]}, "alarms has failed twice."),
        ({"emails": ["nobody"]}, "emails has 'nobody', which is no e-mail address."),
        ({"emails": ["a@b.c"], "topic_arn": "arn:x"}, "emails need topic_name, without topic_arn"),
        ({"alarms": [{**FAILED, "period": 45}]}, "it is 10, 20, 30 or a multiple of 60"),
        ({"alarms": [{**FAILED, "datapoints_to_alarm": 2}]}, "is from 1 to its evaluation_periods"),
    ],
)
def test_what_aws_would_refuse(modules: Modules, options: Any, change: dict[str, Any], sentence: str) -> None:
    assert sentence in modules.failure("cloudwatch_alarms", **{**options, **change})
