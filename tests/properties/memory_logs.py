# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Log groups in memory."""

from __future__ import annotations

import copy
from typing import Any

from tests.properties.memory import ACCOUNT, REGION, Memory, refusal

Item = dict[str, Any]


class MemoryLogs(Memory):
    """state: groups by name, each as DescribeLogGroups says it, and its tags."""

    def add(self, name: str, tags: dict[str, str], **described: Any) -> None:
        arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
        group = {"logGroupName": name, "arn": f"{arn}:*", "logGroupArn": arn, **described}
        self.state[name] = {"group": group, "tags": dict(tags)}

    def describe_log_groups(self, logGroupNamePrefix: str) -> Item:
        names = sorted(name for name in self.state if name.startswith(logGroupNamePrefix))
        return {"logGroups": [copy.deepcopy(self.state[name]["group"]) for name in names]}

    def create_log_group(self, logGroupName: str, kmsKeyId: str | None = None, tags: Item | None = None) -> None:
        if logGroupName in self.state:
            raise refusal("ResourceAlreadyExistsException")
        self.add(logGroupName, tags or {}, **({"kmsKeyId": kmsKeyId} if kmsKeyId else {}))

    def delete_log_group(self, logGroupName: str) -> None:
        del self.state[logGroupName]

    def put_retention_policy(self, logGroupName: str, retentionInDays: int) -> None:
        self.state[logGroupName]["group"]["retentionInDays"] = retentionInDays

    def delete_retention_policy(self, logGroupName: str) -> None:
        del self.state[logGroupName]["group"]["retentionInDays"]

    def associate_kms_key(self, logGroupName: str, kmsKeyId: str) -> None:
        self.state[logGroupName]["group"]["kmsKeyId"] = kmsKeyId

    def disassociate_kms_key(self, logGroupName: str) -> None:
        del self.state[logGroupName]["group"]["kmsKeyId"]

    def _tags(self, arn: str) -> dict[str, str]:
        # An ARN that ends with :* is not one that tags are asked for with.
        found = [kept["tags"] for kept in self.state.values() if kept["group"]["logGroupArn"] == arn]
        if not found:
            raise refusal("ResourceNotFoundException")
        return found[0]

    def list_tags_for_resource(self, resourceArn: str) -> Item:
        return {"tags": dict(self._tags(resourceArn))}

    def tag_resource(self, resourceArn: str, tags: dict[str, str]) -> None:
        self._tags(resourceArn).update(tags)

    def untag_resource(self, resourceArn: str, tagKeys: list[str]) -> None:
        for key in tagKeys:
            del self._tags(resourceArn)[key]
