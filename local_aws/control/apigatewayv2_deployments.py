# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2: deployments, the snapshots that stages serve; moto has none.

AWS deploys automatically in the background: until that is done, a stage serves what it served before. The entry
`deployment` of the profile tells how long each takes. It begins when the changed API is looked at next, by a request
or a description. At zero, the default, stages serve the API as it is.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import secrets
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from moto.apigatewayv2 import urls
from moto.apigatewayv2.exceptions import APIGatewayV2Error, BadRequestException
from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response

from local_aws import settings
from local_aws.plane import lock
from local_aws.profile import Clock

_DEPLOYMENTS = "{0}/v2/apis/(?P<api_id>[^/]+)/deployments"


class DeploymentNotFound(APIGatewayV2Error):
    """NotFoundException, HTTP 404."""

    code = 404

    def __init__(self, deployment_id: str) -> None:
        super().__init__("NotFoundException", f"Invalid Deployment identifier specified {deployment_id}")


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """The parts of an API that a deployment freezes, under the names that they have in moto's Api."""

    name: str
    version: str | None
    description: str | None
    routes: Mapping[str, Any]
    integrations: Mapping[str, Any]
    authorizers: Mapping[str, Any]
    cors_configuration: Any
    disable_execute_api_endpoint: Any

    def fingerprint(self) -> str:
        """A text that is equal for equal contents."""
        parts = [
            {key: part.to_json() for key, part in parts.items()}
            for parts in (self.routes, self.integrations, self.authorizers)
        ]
        return json.dumps([*parts, self.cors_configuration, self.disable_execute_api_endpoint], sort_keys=True)


@dataclasses.dataclass
class Deployment:
    """One deployment; only its description can change."""

    deployment_id: str
    snapshot: Snapshot
    description: str | None
    automatic: bool
    created: datetime = dataclasses.field(default_factory=lambda: datetime.now(UTC))
    clock: Clock = dataclasses.field(default_factory=lambda: Clock("deployment"))

    @property
    def pending(self) -> bool:
        """Whether it is not served yet; one that somebody asks for is served at once."""
        return self.automatic and self.clock.running

    def to_json(self) -> dict[str, Any]:
        answer = {
            "deploymentId": self.deployment_id,
            "deploymentStatus": "PENDING" if self.pending else "DEPLOYED",
            "autoDeployed": self.automatic,
            "createdDate": self.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        return answer if self.description is None else {**answer, "description": self.description}


def deployments_of(api: Any) -> dict[str, Deployment]:
    """The deployments of an API by id, the oldest first."""
    found: dict[str, Deployment] = api.__dict__.setdefault("deployments", {})
    return found


def served(api: Any, stage: Any) -> Any | None:
    """What a stage serves: the API as it is now, a snapshot of it, or None before the first deployment."""
    if not stage.auto_deploy:
        deployment = deployments_of(api).get(stage.deployment_id)
    elif api.routes and settings.current().profile.seconds("deployment"):
        with lock.state:
            deployment = _automatic_deployment(api)
    else:
        return api
    return deployment.snapshot if deployment else None


def deploy(api: Any, description: str | None, automatic: bool = False) -> Deployment:
    """Freeze an API as it is now; BadRequestException (recorded) for one without routes."""
    if not api.routes:
        raise BadRequestException("Unable to deploy API because no routes exist in this API")
    deployment_id = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(6))
    made = deployments_of(api)[deployment_id] = Deployment(deployment_id, _frozen(api), description, automatic)
    return made


def _frozen(api: Any) -> Snapshot:
    # Stages and the backend stay out: they are no part of a deployment.
    return Snapshot(**{field.name: copy.deepcopy(getattr(api, field.name)) for field in dataclasses.fields(Snapshot)})


def _automatic_deployment(api: Any) -> Deployment | None:
    """The automatic deployment that is served, the newest that is done; None without routes or before the first.

    One of the API as it is now is made when there is none yet.
    """
    if not api.routes:
        return None
    newest_first = [each for each in reversed(deployments_of(api).values()) if each.automatic]
    if not newest_first or newest_first[0].snapshot.fingerprint() != _frozen(api).fingerprint():
        newest_first.insert(0, deploy(api, "Automatic deployment triggered by changes to the Api configuration", True))
    return next((each for each in newest_first if not each.pending), None)


def _deployment_id(api: Any) -> str | None:
    deployment = _automatic_deployment(api)
    return deployment.deployment_id if deployment else None


def choose_deployment(api: Any, stage: Any, given: Mapping[str, Any]) -> None:
    """Apply what a request says about deployments to a stage, before its other settings.

    A stage that stops deploying automatically keeps what it serves. That a stage cannot have both is documented for
    CloudFormation; the message is ours.
    """
    automatic = given.get("autoDeploy", stage.auto_deploy)
    deployment_id = given.get("deploymentId")
    if deployment_id and automatic:
        raise BadRequestException("Deployment ID cannot be set on a Stage with AutoDeploy enabled")
    if deployment_id:
        _find(api, deployment_id)
        stage.deployment_id = deployment_id
    elif stage.auto_deploy and not automatic:
        stage.deployment_id = _deployment_id(api)


def stages_have_deployments() -> None:
    """CreateStage takes, and every description of a stage tells, the deployment that it serves; moto ignores it."""
    original_init, original_to_json, original_create = Stage.__init__, Stage.to_json, Api.create_stage

    def init(self: Any, api: Any, config: dict[str, Any]) -> None:
        original_init(self, api, config)
        self.api, self.deployment_id = api, None

    def create_stage(self: Any, config: dict[str, Any]) -> Any:
        if config.get("deploymentId"):
            if config.get("autoDeploy"):
                raise BadRequestException("Deployment ID cannot be set on a Stage with AutoDeploy enabled")
            _find(self, config["deploymentId"])
        stage = original_create(self, config)
        stage.deployment_id = config.get("deploymentId")
        return stage

    def to_json(self: Any) -> dict[str, Any]:
        shown: dict[str, Any] = original_to_json(self)
        deployment_id = _deployment_id(self.api) if self.auto_deploy else self.deployment_id
        if not deployment_id:
            return shown
        if self.auto_deploy:
            shown["lastDeploymentStatusMessage"] = f"Successfully deployed stage with deployment ID '{deployment_id}'"
        return {**shown, "deploymentId": deployment_id}

    Stage.__init__, Stage.to_json, Api.create_stage = init, to_json, create_stage


def _find(api: Any, deployment_id: str) -> Deployment:
    if deployment_id not in deployments_of(api):
        raise DeploymentNotFound(deployment_id)
    return deployments_of(api)[deployment_id]


def deployments_exist() -> None:
    """Create, Get, Update and DeleteDeployment and GetDeployments; moto answers none of them.

    That a deployment in use stays is documented for REST APIs only; that error is not in the model of HTTP APIs.
    """
    urls.url_paths[_DEPLOYMENTS + "$"] = ApiGatewayV2Response.dispatch
    urls.url_paths[_DEPLOYMENTS + "/(?P<deployment_id>[^/]+)$"] = ApiGatewayV2Response.dispatch
    for operation in (create_deployment, get_deployments, get_deployment, update_deployment, delete_deployment):
        setattr(ApiGatewayV2Response, operation.__name__, operation)


def create_deployment(self: Any) -> Any:
    """CreateDeployment, and let a stage serve it when one is named."""
    api, _ = _named(self)
    given = json.loads(self.body)
    stage = self.apigatewayv2_backend.get_stage(api.api_id, given["stageName"]) if given.get("stageName") else None
    if stage is not None and stage.auto_deploy:
        raise BadRequestException("Deployment ID cannot be set on a Stage with AutoDeploy enabled")
    made = deploy(api, given.get("description"))
    if stage is not None:
        stage.deployment_id = made.deployment_id
        stage.updated = datetime.now()
    return 201, {"status": 201}, json.dumps(made.to_json())


def get_deployments(self: Any) -> Any:
    """GetDeployments."""
    api, _ = _named(self)
    return 200, {}, json.dumps({"items": [each.to_json() for each in deployments_of(api).values()]})


def get_deployment(self: Any) -> Any:
    """GetDeployment."""
    api, deployment_id = _named(self)
    return 200, {}, json.dumps(_find(api, deployment_id).to_json())


def update_deployment(self: Any) -> Any:
    """UpdateDeployment."""
    api, deployment_id = _named(self)
    found = _find(api, deployment_id)
    found.description = json.loads(self.body).get("description", found.description)
    return 200, {}, json.dumps(found.to_json())


def delete_deployment(self: Any) -> Any:
    """DeleteDeployment."""
    api, deployment_id = _named(self)
    _find(api, deployment_id)
    if any(not stage.auto_deploy and stage.deployment_id == deployment_id for stage in api.stages.values()):
        raise BadRequestException("Active stages pointing to this deployment must be moved or deleted")
    del deployments_of(api)[deployment_id]
    return 204, {"status": 204}, ""


def _named(response: Any) -> tuple[Any, str]:
    """The API and the id of the deployment (empty for the list) in the path of a request."""
    backend: ApiGatewayV2Backend = response.apigatewayv2_backend
    api_id, _, rest = response.path.partition("/apis/")[2].partition("/deployments")
    return backend.get_api(api_id), unquote(rest.removeprefix("/"))


def apply() -> None:
    """Install all of them."""
    stages_have_deployments()
    deployments_exist()
