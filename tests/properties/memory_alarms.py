# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""CloudWatch alarms, and an SNS topic with its subscriptions, in memory."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

from tests.properties.memory import ACCOUNT, REGION, Memory, refusal

Item = dict[str, Any]
Tags = list[dict[str, str]]


class _Tagged(Memory):
    """What both services do with tags: state has them by ARN."""

    service = ""

    def __init__(self) -> None:
        super().__init__()
        self.meta.service_model = SimpleNamespace(service_name=self.service)
        self.state = {"tags": {}}

    def _keep_tags(self, arn: str, tags: Tags) -> None:
        if any(tag["Key"].startswith("aws:") for tag in tags):
            raise refusal("ValidationError", "Tags that begin with aws: are AWS's own.")
        self.state["tags"].setdefault(arn, {}).update({tag["Key"]: tag["Value"] for tag in tags})

    def _tags(self, arn: str) -> Item:
        tags = self.state["tags"].get(arn, {})
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _drop_tags(self, arn: str, keys: list[str]) -> None:
        for key in keys:
            del self.state["tags"][arn][key]


class MemoryCloudWatch(_Tagged):
    """state: alarms by name, as DescribeAlarms says them."""

    service = "cloudwatch"

    def __init__(self) -> None:
        super().__init__()
        self.state["alarms"] = {}

    def add(self, name: str, tags: dict[str, str], alarm: Item) -> None:
        arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"
        self.state["alarms"][name] = {"AlarmName": name, "AlarmArn": arn, **copy.deepcopy(alarm)}
        self.state["tags"].setdefault(arn, dict(tags))

    def describe_alarms(self, AlarmNamePrefix: str, AlarmTypes: list[str]) -> Item:
        found = [alarm for name, alarm in self.state["alarms"].items() if name.startswith(AlarmNamePrefix)]
        return {"MetricAlarms": copy.deepcopy(found)}

    def put_metric_alarm(self, AlarmName: str, Tags: Tags | None = None, **request: Any) -> None:
        is_new = AlarmName not in self.state["alarms"]
        self.add(AlarmName, {}, request)
        # Of an alarm that is there already AWS ignores the tags.
        if is_new:
            self._keep_tags(self.state["alarms"][AlarmName]["AlarmArn"], Tags or [])

    def delete_alarms(self, AlarmNames: list[str]) -> None:
        for name in AlarmNames:
            del self.state["tags"][self.state["alarms"].pop(name)["AlarmArn"]]

    def list_tags_for_resource(self, ResourceARN: str) -> Item:
        return self._tags(ResourceARN)

    def tag_resource(self, ResourceARN: str, Tags: Tags) -> None:
        self._keep_tags(ResourceARN, Tags)

    def untag_resource(self, ResourceARN: str, TagKeys: list[str]) -> None:
        self._drop_tags(ResourceARN, TagKeys)


class MemorySns(_Tagged):
    """state: subscriptions by the ARN of their topic."""

    service = "sns"

    def __init__(self) -> None:
        super().__init__()
        self.state["topics"] = {}

    def add(self, arn: str, tags: dict[str, str], subscriptions: list[Item]) -> None:
        self.state["topics"][arn] = copy.deepcopy(subscriptions)
        self.state["tags"][arn] = dict(tags)

    def get_topic_attributes(self, TopicArn: str) -> Item:
        if TopicArn not in self.state["topics"]:
            raise refusal("NotFound")
        return {"Attributes": {"TopicArn": TopicArn}}

    def create_topic(self, Name: str, Tags: Tags) -> None:
        arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{Name}"
        self.add(arn, {}, [])
        self._keep_tags(arn, Tags)

    def delete_topic(self, TopicArn: str) -> None:
        del self.state["topics"][TopicArn], self.state["tags"][TopicArn]

    def list_subscriptions_by_topic(self, TopicArn: str) -> Item:
        return {"Subscriptions": copy.deepcopy(self.state["topics"][TopicArn])}

    def subscribe(self, TopicArn: str, Protocol: str, Endpoint: str) -> None:
        made = {"Protocol": Protocol, "Endpoint": Endpoint, "SubscriptionArn": "PendingConfirmation"}
        self.state["topics"][TopicArn].append(made)

    def unsubscribe(self, SubscriptionArn: str) -> None:
        topic = SubscriptionArn.rpartition(":")[0]
        left = [one for one in self.state["topics"][topic] if one["SubscriptionArn"] != SubscriptionArn]
        self.state["topics"][topic] = left

    def list_tags_for_resource(self, ResourceArn: str) -> Item:
        return self._tags(ResourceArn)

    def tag_resource(self, ResourceArn: str, Tags: Tags) -> None:
        self._keep_tags(ResourceArn, Tags)

    def untag_resource(self, ResourceArn: str, TagKeys: list[str]) -> None:
        self._drop_tags(ResourceArn, TagKeys)
