# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ECS clusters in memory."""

from __future__ import annotations

import copy
from typing import Any

from tests.properties.memory import ACCOUNT, REGION, Memory, refusal


class MemoryEcs(Memory):
    """state: clusters by name, as DescribeClusters says them."""

    def add(self, cluster: dict[str, Any]) -> None:
        name = cluster["clusterName"]
        arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{name}"
        self.state[name] = {"clusterArn": arn, "status": "ACTIVE", "settings": [], "tags": [], **cluster}

    def describe_clusters(self, clusters: list[str], include: list[str]) -> dict[str, Any]:
        return {"clusters": [copy.deepcopy(self.state[name]) for name in clusters if name in self.state]}

    def create_cluster(self, **request: Any) -> dict[str, Any]:
        self._check_strategy(request.get("capacityProviders", []), request.get("defaultCapacityProviderStrategy", []))
        defaults = {"settings": [{"name": "containerInsights", "value": "disabled"}]}
        self.add({**defaults, **copy.deepcopy(request)})
        return {"cluster": copy.deepcopy(self.state[request["clusterName"]])}

    def update_cluster(self, cluster: str, **request: Any) -> None:
        self.state[cluster] |= copy.deepcopy(request)

    def put_cluster_capacity_providers(
        self, cluster: str, capacityProviders: list[str], defaultCapacityProviderStrategy: list[dict[str, Any]]
    ) -> None:
        self._check_strategy(capacityProviders, defaultCapacityProviderStrategy)
        self.state[cluster]["capacityProviders"] = capacityProviders
        self.state[cluster]["defaultCapacityProviderStrategy"] = defaultCapacityProviderStrategy

    def _check_strategy(self, providers: list[str], strategy: list[dict[str, Any]]) -> None:
        if not {item["capacityProvider"] for item in strategy} <= set(providers):
            raise refusal("InvalidParameterException", "The strategy uses a provider that the cluster lacks.")

    def delete_cluster(self, cluster: str) -> None:
        self.state[cluster]["status"] = "INACTIVE"

    def _tags(self, arn: str) -> dict[str, str]:
        return {tag["key"]: tag["value"] for tag in self.state[arn.split("/")[-1]]["tags"]}

    def _put_tags(self, arn: str, tags: dict[str, str]) -> None:
        self.state[arn.split("/")[-1]]["tags"] = [{"key": key, "value": value} for key, value in tags.items()]

    def tag_resource(self, resourceArn: str, tags: list[dict[str, str]]) -> None:
        self._put_tags(resourceArn, {**self._tags(resourceArn), **{tag["key"]: tag["value"] for tag in tags}})

    def untag_resource(self, resourceArn: str, tagKeys: list[str]) -> None:
        left = {key: value for key, value in self._tags(resourceArn).items() if key not in tagKeys}
        self._put_tags(resourceArn, left)
