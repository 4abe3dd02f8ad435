# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Deployments of HTTP APIs in memory: what a stage serves, frozen, and the documents that AWS exports of it."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

from tests.properties.memory import Memory, refusal

Item = dict[str, Any]


class Deployments(Memory):
    """The calls for deployments. A kept API has its deployments, by id, beside its parts."""

    def deploy_automatically(self, api_id: str) -> None:
        """Let the stages with automatic deployment serve the API as it is now; goes after every change of it."""
        kept = self.state[api_id]
        for stage in kept["stages"].values():
            served = kept["deployments"].get(stage.get("DeploymentId"))
            if stage["AutoDeploy"] and kept["routes"] and served != _frozen(kept):
                self._deploy(kept, stage)

    def _deploy(self, kept: Item, stage: Item) -> str:
        deployment_id = self.new_id("dep")
        kept["deployments"][deployment_id] = _frozen(kept)
        stage["DeploymentId"] = deployment_id
        return deployment_id

    def create_deployment(self, ApiId: str, StageName: str) -> Item:
        kept = self.state[ApiId]
        if not kept["routes"]:
            raise refusal("BadRequestException", "At least one route is required before deploying the Api.")
        if kept["stages"][StageName]["AutoDeploy"]:
            raise refusal("BadRequestException", "Deployment ID cannot be set on a stage with auto deployment.")
        return self.get_deployment(ApiId, self._deploy(kept, kept["stages"][StageName]))

    def get_deployment(self, ApiId: str, DeploymentId: str) -> Item:
        if DeploymentId not in self.state[ApiId]["deployments"]:
            raise refusal("NotFoundException")
        return {"DeploymentId": DeploymentId, "DeploymentStatus": "DEPLOYED"}

    def export_api(
        self, ApiId: str, Specification: str, OutputType: str, IncludeExtensions: bool, StageName: str | None = None
    ) -> Item:
        kept = self.state[ApiId]
        served = _frozen(kept)
        if StageName is not None:
            served = kept["deployments"][kept["stages"][StageName]["DeploymentId"]]
        document = {"openapi": "3.0.1", "info": {"title": kept["api"]["Name"], "version": StageName}, **served}
        return {"body": io.BytesIO(json.dumps(document, sort_keys=True).encode())}


def _frozen(kept: Item) -> Item:
    """Return what a request to the API can notice, without the ids that AWS does not export."""
    integrations = {
        key: {name: value for name, value in each.items() if name not in ("IntegrationId", "Description") and value}
        for key, each in kept["integrations"].items()
    }
    names = {key: each["Name"] for key, each in kept["authorizers"].items()}
    routes = {}
    for each in kept["routes"].values():
        guarded = each["AuthorizationType"] in ("JWT", "CUSTOM")
        routes[each["RouteKey"]] = {
            "integration": integrations.get(str(each.get("Target", "")).removeprefix("integrations/")),
            "authorization": each["AuthorizationType"],
            "authorizer": names.get(each.get("AuthorizerId")) if guarded else None,
            "scopes": (each.get("AuthorizationScopes") or []) if each["AuthorizationType"] == "JWT" else [],
            "operation": each.get("OperationName") or None,
        }
    authorizers = {
        each["Name"]: {key: value for key, value in each.items() if key != "AuthorizerId"}
        for each in kept["authorizers"].values()
    }
    cors = kept["api"].get("CorsConfiguration")
    return copy.deepcopy({"paths": routes, "components": {"securitySchemes": authorizers}, "cors": cors})
