# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options of what starts functions, and of what tells what they did: schedules, alarms, log groups."""

from __future__ import annotations

from typing import Any

from tests.embedded_aws import EmbeddedAws
from tests.modules.table import LEFT_OUT, Case, Options, Table

SCHEDULE = "tables-schedule"
PREFIX = "tables/"
TOPIC = "tables-alarms"
OTHER_TOPIC = "arn:aws:sns:us-east-1:123456789012:other"
TARGET = "arn:aws:lambda:us-east-1:123456789012:function:{}"


def look_at_schedule(aws: EmbeddedAws, _options: Options) -> Any:
    client = aws.client("scheduler")
    try:
        found = client.get_schedule(Name=SCHEDULE)
    except client.exceptions.ResourceNotFoundException:
        return None
    volatile = ("ResponseMetadata", "CreationDate", "LastModificationDate")
    return {key: value for key, value in found.items() if key not in volatile}


SCHEDULES = Table(
    module="scheduler_schedule",
    identity={"name": SCHEDULE},
    options={
        "name": SCHEDULE,
        "description": "Old",
        "expression": "cron(0 6 1 1 ? 2099)",
        "timezone": "UTC",
        "enabled": True,
        "flexible_window_minutes": 0,
        "target_arn": TARGET.format("one"),
        "role_arn": "$role1",
        "input": {"a": 1},
        "maximum_attempts": 185,
        "maximum_age_seconds": 86400,
    },
    look=look_at_schedule,
    shown={
        "expression": "ScheduleExpression",
        "timezone": "ScheduleExpressionTimezone",
        "enabled=false": "State=DISABLED",
        "flexible_window_minutes": "MaximumWindowInMinutes",
        "target_arn": "Arn",
        "maximum_attempts": "MaximumRetryAttempts",
        "maximum_age_seconds": "MaximumEventAgeInSeconds",
    },
    cases={
        "everything": Case(
            {
                "description": "New",
                "expression": "cron(0 7 1 1 ? 2099)",
                "timezone": "Europe/Berlin",
                "enabled": False,
                "flexible_window_minutes": 5,
                "target_arn": TARGET.format("two"),
                "role_arn": "$role2",
                "maximum_attempts": 3,
                "maximum_age_seconds": 60,
                "input": {"a": 2},
            }
        ),
    },
    has_tags=False,
)


def look_at_alarms(aws: EmbeddedAws, _options: Options) -> Any:
    found = aws.client("cloudwatch").describe_alarms(AlarmNamePrefix=PREFIX)["MetricAlarms"]
    sns = aws.client("sns")
    topics = [topic["TopicArn"] for topic in sns.list_topics()["Topics"] if topic["TopicArn"].endswith(f":{TOPIC}")]
    told = [
        each["Endpoint"]
        for topic in topics
        for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    ]
    tags = [sorted(sns.list_tags_for_resource(ResourceArn=topic)["Tags"], key=str) for topic in topics]
    kept = [{key: value for key, value in alarm.items() if not key.endswith("Timestamp")} for alarm in found]
    return {"alarms": kept, "topics": topics, "emails": sorted(told), "tags": tags} if kept or topics else None


FAILED = {
    "name": "failed",
    "description": "It failed",
    "namespace": "AWS/States",
    "metric_name": "ExecutionsFailed",
    "dimensions": {"StateMachineArn": "a"},
    "statistic": "Sum",
    "period": 300,
    "threshold": 1,
    "evaluation_periods": 1,
    "comparison": "GreaterThanOrEqualToThreshold",
    "treat_missing_data": "notBreaching",
}
SLOW = {
    "name": "failed",
    "description": "It is slow",
    "namespace": "AWS/Lambda",
    "metric_name": "Duration",
    "dimensions": {"FunctionName": "a"},
    "statistic": "Maximum",
    "period": 60,
    "threshold": 5,
    "evaluation_periods": 3,
    "datapoints_to_alarm": 2,
    "comparison": "GreaterThanThreshold",
    "treat_missing_data": "missing",
}
ALARMS = Table(
    module="cloudwatch_alarms",
    identity={"prefix": PREFIX, "topic_name": TOPIC},
    least={"alarms": [FAILED], "emails": ["one@example.com"], "notify_ok": False},
    options={
        "prefix": PREFIX,
        "alarms": [FAILED],
        "topic_name": TOPIC,
        "emails": ["one@example.com"],
        "notify_ok": False,
    },
    look=look_at_alarms,
    shown={
        "name=failed": f"AlarmName={PREFIX}failed",
        "name=slow": f"AlarmName={PREFIX}slow",
        "description": "AlarmDescription",
        "comparison": "ComparisonOperator",
        "topic_arn": "AlarmActions",
        "notify_ok=true": f"OKActions=arn:aws:sns:us-east-1:123456789012:{TOPIC}",
    },
    cases={
        "alarm": Case({"alarms": [SLOW]}, leaves=12),
        "another": Case({"alarms": [{**SLOW, "name": "slow"}]}, leaves=32),
        "address": Case({"emails": ["two@example.com"]}),
        "ok": Case({"notify_ok": True}),
        "topic": Case({"topic_arn": OTHER_TOPIC, "emails": []}, leaves=4),
        "no topic": Case({"topic_name": LEFT_OUT, "topic_arn": OTHER_TOPIC, "emails": []}, leaves=1),
    },
)

LOG_GROUP = "/tables/events"


def look_at_log_group(aws: EmbeddedAws, _options: Options) -> Any:
    logs = aws.client("logs")
    found = logs.describe_log_groups(logGroupNamePrefix=LOG_GROUP)["logGroups"]
    if not found:
        return None
    tags = logs.list_tags_for_resource(resourceArn=found[0]["arn"].removesuffix(":*"))["tags"]
    return {"retention": found[0].get("retentionInDays", "for ever"), "key": found[0].get("kmsKeyId", ""), "tags": tags}


LOG_GROUPS = Table(
    module="log_group",
    identity={"name": LOG_GROUP},
    options={"name": LOG_GROUP, "retention_in_days": 7, "kms_key_id": "$key"},
    look=look_at_log_group,
    shown={"retention_in_days=0": "retention=for ever", "retention_in_days": "retention", "kms_key_id": "key"},
    cases={
        "other key": Case({"kms_key_id": "$key2"}),
        "no key": Case({"kms_key_id": ""}),
        "retention": Case({"retention_in_days": 30}),
        "for ever": Case({"retention_in_days": 0}),
    },
)

TABLES = [SCHEDULES, ALARMS, LOG_GROUPS]
