# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Calls of CloudWatch for alarms and of SNS for the topic they notify, one boto3 call a function.

Private to the collection. Nothing here decides anything.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none

_NO_TOPIC = ("NotFound", "NotFoundException")


@described("describe the alarms whose names begin with {prefix}")
def alarms(cloudwatch: Client, prefix: str) -> list[dict[str, Any]]:
    """Return the metric alarms whose names begin with a prefix."""
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm"])
    return [alarm for page in pages for alarm in page.get("MetricAlarms", [])]


@described("create or update alarm {name}")
def put_alarm(cloudwatch: Client, name: str, request: dict[str, Any]) -> None:
    """Replace all settings of an alarm; its state and, when it exists, its tags stay."""
    cloudwatch.put_metric_alarm(AlarmName=name, **request)


@described("delete alarms {names}")
def delete_alarms(cloudwatch: Client, names: list[str]) -> None:
    """Delete up to 100 alarms."""
    cloudwatch.delete_alarms(AlarmNames=names)


@described("list the tags of {arn}")
@missing_is_none("ResourceNotFoundException", "ResourceNotFound", *_NO_TOPIC)
def tags(client: Client, arn: str) -> list[dict[str, str]]:
    """Return the tags of an alarm (CloudWatch) or of a topic (SNS)."""
    name = "ResourceArn" if client.meta.service_model.service_name == "sns" else "ResourceARN"
    found: list[dict[str, str]] = client.list_tags_for_resource(**{name: arn})["Tags"]
    return found


@described("tag {arn}")
def tag(client: Client, arn: str, wanted: list[dict[str, str]]) -> None:
    name = "ResourceArn" if client.meta.service_model.service_name == "sns" else "ResourceARN"
    client.tag_resource(**{name: arn}, Tags=wanted)


@described("remove tags from {arn}")
def untag(client: Client, arn: str, keys: list[str]) -> None:
    name = "ResourceArn" if client.meta.service_model.service_name == "sns" else "ResourceARN"
    client.untag_resource(**{name: arn}, TagKeys=keys)


@described("describe topic {arn}")
@missing_is_none(*_NO_TOPIC)
def topic(sns: Client, arn: str) -> dict[str, Any]:
    """Return the attributes of a topic, or None when there is none."""
    attributes: dict[str, Any] = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    return attributes


@described("create topic {name}")
def create_topic(sns: Client, name: str, tags: list[dict[str, str]]) -> None:
    sns.create_topic(Name=name, Tags=tags)


@described("delete topic {arn}")
@missing_is_none(*_NO_TOPIC)
def delete_topic(sns: Client, arn: str) -> None:
    """Delete a topic with its subscriptions."""
    sns.delete_topic(TopicArn=arn)


@described("list the subscriptions of topic {arn}")
@missing_is_none(*_NO_TOPIC)
def subscriptions(sns: Client, arn: str) -> list[dict[str, Any]]:
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    return [one for page in pages for one in page["Subscriptions"]]


@described("subscribe {address} to topic {arn}")
def subscribe(sns: Client, arn: str, address: str) -> None:
    """AWS sends an e-mail that has to be confirmed."""
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=address)


@described("remove subscription {arn}")
@missing_is_none(*_NO_TOPIC)
def unsubscribe(sns: Client, arn: str) -> None:
    sns.unsubscribe(SubscriptionArn=arn)
