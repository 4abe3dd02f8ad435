# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Application Auto Scaling in memory, for one service."""

from __future__ import annotations

import copy
from typing import Any

from tests.properties.memory import Memory, refusal

Item = dict[str, Any]
ARN = "arn:aws:application-autoscaling:eu-central-1:123456789012:scalable-target/1"


class MemoryScaling(Memory):
    """state: the scalable target (empty for none), policies and scheduled actions by name, tags."""

    def __init__(self) -> None:
        super().__init__()
        self.state = {"target": {}, "policies": {}, "actions": {}, "tags": {}}

    def describe_scalable_targets(self, ResourceIds: list[str], **_of: Any) -> Item:
        return {"ScalableTargets": [copy.deepcopy(self.state["target"])] if self.state["target"] else []}

    def describe_scaling_policies(self, ResourceId: str, **_of: Any) -> Item:
        return {"ScalingPolicies": copy.deepcopy(list(self.state["policies"].values()))}

    def describe_scheduled_actions(self, ResourceId: str, **_of: Any) -> Item:
        return {"ScheduledActions": copy.deepcopy(list(self.state["actions"].values()))}

    def register_scalable_target(
        self,
        ResourceId: str,
        ServiceNamespace: str,
        ScalableDimension: str,
        Tags: dict[str, str] | None = None,
        **request: Any,
    ) -> Item:
        if self.state["target"] and Tags:
            raise refusal("ValidationException", "Tags are for a new scalable target only.")
        self.state["target"] |= {"ResourceId": ResourceId, "ScalableTargetARN": ARN, **copy.deepcopy(request)}
        self.state["tags"] |= Tags or {}
        return {"ScalableTargetARN": ARN}

    def deregister_scalable_target(self, **_of: Any) -> None:
        self.state = {"target": {}, "policies": {}, "actions": {}, "tags": {}}

    def _needs_target(self) -> None:
        if not self.state["target"]:
            raise refusal("ObjectNotFoundException", "No scalable target found.")

    def put_scaling_policy(
        self, PolicyName: str, ServiceNamespace: str, ScalableDimension: str, **request: Any
    ) -> None:
        self._needs_target()
        self.state["policies"][PolicyName] = {"PolicyName": PolicyName, **copy.deepcopy(request)}

    def delete_scaling_policy(self, PolicyName: str, **_of: Any) -> None:
        del self.state["policies"][PolicyName]

    def put_scheduled_action(
        self, ScheduledActionName: str, ServiceNamespace: str, ScalableDimension: str, **request: Any
    ) -> None:
        """Make or change an action; what an update does not give stays as it is."""
        self._needs_target()
        action = {**self.state["actions"].get(ScheduledActionName, {}), **copy.deepcopy(request)}
        self.state["actions"][ScheduledActionName] = {"ScheduledActionName": ScheduledActionName, **action}

    def delete_scheduled_action(self, ScheduledActionName: str, **_of: Any) -> None:
        del self.state["actions"][ScheduledActionName]

    def list_tags_for_resource(self, ResourceARN: str) -> Item:
        return {"Tags": dict(self.state["tags"])}

    def tag_resource(self, ResourceARN: str, Tags: dict[str, str]) -> None:
        self.state["tags"] |= Tags

    def untag_resource(self, ResourceARN: str, TagKeys: list[str]) -> None:
        for key in TagKeys:
            del self.state["tags"][key]
