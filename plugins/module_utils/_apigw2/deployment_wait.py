# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Wait until stages serve what was deployed to them, automatically or because somebody asked for it.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api, deployment
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently, together

# How AWS begins LastDeploymentStatusMessage of a stage when it could not deploy automatically; seen, not documented.
_FAILED = "Deployment attempt failed"


def requested(client: Client, api_id: str, name: str, made: dict[str, Any], timeout: float) -> None:
    """Wait for a deployment that CreateDeployment made for a stage. timeout: seconds."""
    found = made

    def deployed() -> bool:
        nonlocal found
        if found["DeploymentStatus"] == "PENDING":
            found = api.deployment(client, api_id, made["DeploymentId"])
        if found["DeploymentStatus"] == "FAILED":
            raise _failure(found, name)
        return bool(found["DeploymentStatus"] == "DEPLOYED")

    _wait.until(f"deployment {made['DeploymentId']}", deployed, timeout, lambda: found["DeploymentStatus"])


def _failure(found: Mapping[str, Any], name: str) -> AnsibleAWSError:
    why = found.get("DeploymentStatusMessage") or "no reason given"
    return AnsibleAWSError(message=f"Deployment {found['DeploymentId']} to stage {name} has failed: {why}.")


def automatic(
    client: Client, api_id: str, names: Collection[str], before: Iterable[Mapping[str, Any]], timeout: float
) -> None:
    """Wait until stages that deploy automatically serve what the API is now.

    names: of the stages. before: the stages as AWS described them before the changes. timeout: seconds.

    AWS deploys in the background. It documents neither which changes it deploys, nor whether several share a
    deployment, nor how soon one shows, so no deployments are counted. What counts are the documents that ExportApi
    writes of what a stage serves and of the latest configuration. They are equal at once after a change that needs
    no deployment. Then the deployment that the stage names must be DEPLOYED.
    """
    if not names:
        return
    watch = _Watch(client, api_id, names, {each["StageName"]: each for each in before})
    what = f"the automatic deployment to {', '.join(f'stage {name}' for name in sorted(names))}"
    try:
        _wait.until(what, watch.is_over, timeout, lambda: watch.state)
    except _wait.WaitTimeout:
        # Documents that differ for a reason of their own must not fail what AWS says to be deployed.
        if not watch.all_renewed:
            raise


@dataclass
class _Watch:
    """What AWS says about stages, poll by poll."""

    client: Client
    api_id: str
    names: Collection[str]
    before: Mapping[str, Mapping[str, Any]]
    state: str = ""
    all_renewed: bool = False

    def is_over(self) -> bool:
        """Tell whether all stages serve the API as it is; AnsibleAWSError when AWS could not deploy it."""
        stages = [each for each in api.stages(self.client, self.api_id) or [] if each["StageName"] in self.names]
        self.state = ", ".join(str(each.get("LastDeploymentStatusMessage") or "not deployed yet") for each in stages)
        for each in stages:
            self._check_attempt(each)
        if not all(each.get("DeploymentId") for each in stages):
            return False
        exports = [partial(api.export, self.client, self.api_id, name) for name in (None, *_names(stages))]
        reads = [partial(api.deployment, self.client, self.api_id, each["DeploymentId"]) for each in stages]
        (latest, *served), found = together(lambda: concurrently(*exports), lambda: concurrently(*reads))
        for each, its in zip(stages, found, strict=True):
            self._check_status(each, its)
        deployed = all(its["DeploymentStatus"] == "DEPLOYED" for its in found)
        self.all_renewed = deployed and all(self._is_new(each, "DeploymentId") for each in stages)
        return deployed and all(deployment.are_same(latest, document) for document in served)

    def _is_new(self, stage: Mapping[str, Any], name: str) -> bool:
        """Tell whether AWS says something else than before the changes; an old failure is none of these changes."""
        return bool(stage.get(name) != self.before.get(stage["StageName"], {}).get(name))

    def _check_attempt(self, stage: Mapping[str, Any]) -> None:
        message = stage.get("LastDeploymentStatusMessage") or ""
        if message.startswith(_FAILED) and self._is_new(stage, "LastDeploymentStatusMessage"):
            raise AnsibleAWSError(message=f"AWS could not deploy to stage {stage['StageName']}: {message}.")

    def _check_status(self, stage: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        if found["DeploymentStatus"] == "FAILED" and self._is_new(stage, "DeploymentId"):
            raise _failure(found, stage["StageName"])


def _names(stages: Iterable[Mapping[str, Any]]) -> list[str]:
    return [each["StageName"] for each in stages]
