# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ECS services and task definitions in memory: rollouts are over at once."""

from __future__ import annotations

import copy
from typing import Any

from tests.properties.memory import ACCOUNT, REGION, Memory, refusal
from tests.properties.memory_balancing import MemoryBalancing

Item = dict[str, Any]
ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
_DEPLOYMENT = {
    "strategy": "ROLLING",
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
}
# What ECS shows of a service in its deployments only.
_OF_DEPLOYMENT = ("serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations")


class MemoryEcsServices(Memory):
    """state: services by name; revisions by family, newest last; tags by ARN. balancing: where requests are moved."""

    def __init__(self, balancing: MemoryBalancing) -> None:
        super().__init__()
        self._balancing = balancing
        self.state = {"services": {}, "revisions": {}, "tags": {}}

    def add(self, cluster: str, name: str, family: str, definition: Item, service: Item, tags: dict[str, str]) -> None:
        """Put a service there that somebody else has made, with its task definition; its gaps stay gaps."""
        made = self.register_task_definition(family, **definition)["taskDefinition"]["taskDefinitionArn"]
        arn = f"{ARN}:service/{cluster}/{name}"
        known = {"serviceArn": arn, "serviceName": name, "clusterArn": f"{ARN}:cluster/{cluster}", "status": "ACTIVE"}
        self.state["services"][name] = {**known, "loadBalancers": [], "deployments": []}
        self.state["tags"][arn] = dict(tags)
        self._changed(self.state["services"][name], {**service, "taskDefinition": made})

    # Task definitions

    def describe_task_definition(self, taskDefinition: str, include: list[str]) -> Item:
        family, _colon, revision = taskDefinition.split("/")[-1].partition(":")
        found = [item for item in self.state["revisions"].get(family, []) if revision or item["status"] == "ACTIVE"]
        chosen = [item for item in found if str(item["revision"]) == revision] if revision else found[-1:]
        if not chosen:
            raise refusal("ClientException", "Unable to describe task definition.")
        return {"taskDefinition": copy.deepcopy(chosen[0]), "tags": self._listed(chosen[0]["taskDefinitionArn"])}

    def register_task_definition(self, family: str, tags: list[Item] | None = None, **request: Any) -> Item:
        known = self.state["revisions"].setdefault(family, [])
        arn = f"{ARN}:task-definition/{family}:{len(known) + 1}"
        made = {"taskDefinitionArn": arn, "family": family, "revision": len(known) + 1, "status": "ACTIVE"}
        known.append({"volumes": [], "placementConstraints": [], **copy.deepcopy(request), **made})
        self._tag(arn, tags or [])
        return {"taskDefinition": copy.deepcopy(known[-1])}

    def list_task_definitions(self, familyPrefix: str, status: str) -> Item:
        found = self.state["revisions"].get(familyPrefix, [])
        return {"taskDefinitionArns": [item["taskDefinitionArn"] for item in found if item["status"] == status]}

    def deregister_task_definition(self, taskDefinition: str) -> None:
        self._revision(taskDefinition)["status"] = "INACTIVE"

    def delete_task_definitions(self, taskDefinitions: list[str]) -> Item:
        for arn in taskDefinitions:
            gone = self._revision(arn)
            if gone["status"] != "INACTIVE":
                raise refusal("ClientException", "Only a deregistered revision is deleted.")
            self.state["revisions"][gone["family"]].remove(gone)
            self.state["tags"].pop(arn, None)
            if not self.state["revisions"][gone["family"]]:
                del self.state["revisions"][gone["family"]]
        return {"failures": []}

    def _revision(self, arn: str) -> Item:
        family = arn.split("/")[-1].partition(":")[0]
        (found,) = [item for item in self.state["revisions"][family] if item["taskDefinitionArn"] == arn]
        return found

    # Services

    def describe_services(self, cluster: str, services: list[str], include: list[str]) -> Item:
        found = [self.state["services"][name] for name in services if name in self.state["services"]]
        return {"services": [{**copy.deepcopy(item), "tags": self._listed(item["serviceArn"])} for item in found]}

    def create_service(self, serviceName: str, cluster: str, tags: list[Item] | None = None, **request: Any) -> Item:
        arn = f"{ARN}:service/{cluster}/{serviceName}"
        service: Item = {
            "serviceArn": arn,
            "serviceName": serviceName,
            "clusterArn": f"{ARN}:cluster/{cluster}",
            "status": "ACTIVE",
            "runningCount": 0,
            "pendingCount": 0,
            "availabilityZoneRebalancing": "ENABLED",
            "propagateTags": "NONE",
            "loadBalancers": [],
            "serviceRegistries": [],
            "deployments": [],
        }
        self.state["services"][serviceName] = service
        self._tag(arn, tags or [])
        configuration = request.pop("deploymentConfiguration", {})
        return self._changed(service, {**request, "deploymentConfiguration": {**_DEPLOYMENT, **configuration}})

    def update_service(self, cluster: str, service: str, forceNewDeployment: bool = False, **request: Any) -> Item:
        if "capacityProviderStrategy" in request and not forceNewDeployment:
            raise refusal("InvalidParameterException", "A new strategy needs a new deployment.")
        return self._changed(self.state["services"][service], request)

    def delete_service(self, cluster: str, service: str, force: bool) -> None:
        gone = self.state["services"].pop(service)
        self.state["tags"].pop(gone["serviceArn"], None)

    def list_tasks(self, cluster: str, serviceName: str, desiredStatus: str) -> Item:
        raise refusal("ServiceNotFoundException")

    def _changed(self, service: Item, request: Item) -> Item:
        told = {key: request.pop(key) for key in _OF_DEPLOYMENT if key in request}
        if not request.get("loadBalancers", service["loadBalancers"]) and request.get("healthCheckGracePeriodSeconds"):
            raise refusal("InvalidParameterException", "The grace period is for services behind a load balancer.")
        service |= copy.deepcopy(request)
        if service.get("capacityProviderStrategy"):
            service.pop("launchType", None)
        else:
            service.pop("capacityProviderStrategy", None)
            service["launchType"] = "FARGATE"
        current = service["deployments"][0] if service["deployments"] else {}
        if current and service.get("deploymentConfiguration", {}).get("strategy", "ROLLING") != "ROLLING":
            for item in service["loadBalancers"]:
                self._balancing.shift(item["advancedConfiguration"]["productionListenerRule"])
        kept = {key: current[key] for key in _OF_DEPLOYMENT if key in current}
        service["deployments"] = [
            {
                **kept,
                **copy.deepcopy(told),
                "id": self.new_id("ecs-svc/"),
                "status": "PRIMARY",
                "taskDefinition": service["taskDefinition"],
                "desiredCount": service["desiredCount"],
                "runningCount": service["desiredCount"],
                "rolloutState": "COMPLETED",
            }
        ]
        return {"service": {**copy.deepcopy(service), "tags": self._listed(service["serviceArn"])}}

    # Tags

    def _listed(self, arn: str) -> list[Item]:
        return [{"key": key, "value": value} for key, value in self.state["tags"].get(arn, {}).items()]

    def _tag(self, arn: str, tags: list[Item]) -> None:
        self.state["tags"].setdefault(arn, {}).update({tag["key"]: tag["value"] for tag in tags})

    def tag_resource(self, resourceArn: str, tags: list[Item]) -> None:
        self._tag(resourceArn, tags)

    def untag_resource(self, resourceArn: str, tagKeys: list[str]) -> None:
        for key in tagKeys:
            del self.state["tags"][resourceArn][key]
