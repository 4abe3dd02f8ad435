# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Carry out the steps of a plan for an HTTP API. Decides nothing.

The steps run one after another: AWS refuses changes of one API that overlap.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import (
    api,
    authorizer,
    deployment,
    deployment_wait,
    integration,
    route,
    stage,
)
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_desired import cors_request
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_plan import Plan
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_state import Settings, Snapshot, api_arn
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._values import present, tag_changes


@dataclass
class Work:
    """What the steps need, and the ids they come to know: integrations, routes and authorizers by key or name.

    timeout: seconds that a deployment may take; None does not wait for it. stages: as AWS described them before.
    """

    client: Client
    before: Settings
    after: Settings
    timeout: float | None
    api_id: str = ""
    stages: list[dict[str, Any]] = field(default_factory=list)
    integrations: dict[str, str] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    authorizers: dict[str, str] = field(default_factory=dict)


def carry_out(
    client: Client,
    plan: Plan,
    snapshot: Snapshot | None,
    before: Settings | None,
    after: Settings,
    timeout: float | None,
) -> str:
    """Make the changes of a plan, wait until they are served, and return the id of the API.

    timeout: seconds that each deployment may take, None does not wait for them.
    """
    work = Work(client, before or {}, after, timeout)
    if snapshot:
        work.api_id, work.stages = snapshot.api["ApiId"], snapshot.stages
        work.integrations.update(snapshot.targets)
        work.routes.update({each["RouteKey"]: each["RouteId"] for each in snapshot.routes})
        work.authorizers.update({each["Name"]: each["AuthorizerId"] for each in snapshot.authorizers})
    work.integrations.update(plan.reused)
    for step in plan.steps:
        _DO[step.do](work, step.name)
    _wait_served(work, deployment.automatic(before, after))
    return work.api_id


def _wait_served(work: Work, names: Collection[str]) -> None:
    """Wait until stages that deploy automatically serve what the API is now, when asked to."""
    if work.timeout is not None:
        deployment_wait.automatic(work.client, work.api_id, names, work.stages, work.timeout)


def _create_api(work: Work, name: str) -> None:
    wanted = work.after
    request = present(
        {
            "Description": wanted["description"],
            "Version": wanted["version"],
            "CorsConfiguration": _cors_to_create(wanted["cors"]),
            "DisableExecuteApiEndpoint": wanted["disable_execute_api_endpoint"] or None,
            "IpAddressType": wanted["ip_address_type"],
            "Tags": wanted["tags"] or None,
        }
    )
    work.api_id = api.create_api(work.client, name, request)["ApiId"]


def _cors_to_create(cors: Settings) -> dict[str, Any] | None:
    return {name: value for name, value in cors_request(cors).items() if value} if cors else None


def _update_api(work: Work, name: str) -> None:
    names = {"name": "Name", "description": "Description", "version": "Version"}
    request = {aws_name: work.after[option] or "" for option, aws_name in names.items() if _differs(work, option)}
    if _differs(work, "disable_execute_api_endpoint"):
        request["DisableExecuteApiEndpoint"] = work.after["disable_execute_api_endpoint"]
    if _differs(work, "ip_address_type"):
        request["IpAddressType"] = work.after["ip_address_type"]
    if _differs(work, "cors") and work.after["cors"]:
        request["CorsConfiguration"] = cors_request(work.after["cors"])
    api.update_api(work.client, work.api_id, request)


def _differs(work: Work, option: str) -> bool:
    return bool(work.before[option] != work.after[option])


def _delete_cors(work: Work, name: str) -> None:
    api.delete_cors(work.client, work.api_id)


def _tag_api(work: Work, name: str) -> None:
    _retag(work.client, api_arn(work.client, work.api_id), work.before["tags"], work.after["tags"])


def _retag(client: Client, arn: str, current: dict[str, str], wanted: dict[str, str]) -> None:
    to_set, to_remove = tag_changes(current, wanted)
    if to_set:
        api.tag(client, arn, to_set)
    if to_remove:
        api.untag(client, arn, to_remove)


def _create_authorizer(work: Work, name: str) -> None:
    request = authorizer.create_request(work.after["authorizers"][name])
    work.authorizers[name] = api.create_authorizer(work.client, work.api_id, name, request)["AuthorizerId"]


def _update_authorizer(work: Work, name: str) -> None:
    request = authorizer.update_request(work.before["authorizers"][name], work.after["authorizers"][name])
    api.update_authorizer(work.client, work.api_id, work.authorizers[name], request)


def _delete_authorizer(work: Work, name: str) -> None:
    api.delete_authorizer(work.client, work.api_id, work.authorizers[name])


def _create_integration(work: Work, key: str) -> None:
    request = integration.create_request(work.after["routes"][key]["integration"])
    work.integrations[key] = api.create_integration(work.client, work.api_id, key, request)["IntegrationId"]


def _update_integration(work: Work, key: str) -> None:
    before, after = (each["routes"][key]["integration"] for each in (work.before, work.after))
    request = integration.update_request(before, after)
    api.update_integration(work.client, work.api_id, key, work.integrations[key], request)


def _delete_integration(work: Work, integration_id: str) -> None:
    api.delete_integration(work.client, work.api_id, integration_id)


def _authorizer_id(work: Work, wanted: Settings) -> str | None:
    name = wanted["authorizer"]
    return work.authorizers.get(name, name)


def _create_route(work: Work, key: str) -> None:
    wanted = work.after["routes"][key]
    request = route.create_request(wanted, work.integrations[key], _authorizer_id(work, wanted))
    work.routes[key] = api.create_route(work.client, work.api_id, key, request)["RouteId"]


def _update_route(work: Work, key: str) -> None:
    before, wanted = work.before["routes"][key], work.after["routes"][key]
    request = route.update_request(before, wanted, work.integrations[key], _authorizer_id(work, wanted))
    api.update_route(work.client, work.api_id, key, work.routes[key], request)


def _delete_route(work: Work, key: str) -> None:
    api.delete_route(work.client, work.api_id, key, work.routes[key])


def _create_stage(work: Work, name: str) -> None:
    api.create_stage(work.client, work.api_id, name, stage.create_request(work.after["stages"][name]))


def _update_stage(work: Work, name: str) -> None:
    before, after = work.before["stages"][name], work.after["stages"][name]
    if before["auto_deploy"] and not after["auto_deploy"]:
        # What AWS has not deployed by then, it would not deploy any more.
        _wait_served(work, deployment.automatic(work.before, {**work.after, "stages": {name: before}}))
    if before["access_log"] and not after["access_log"]:
        api.delete_access_log(work.client, work.api_id, name)
    for key in stage.route_settings_to_delete(before, after):
        api.delete_route_settings(work.client, work.api_id, name, key)
    request = stage.update_request(before, after)
    if request:
        api.update_stage(work.client, work.api_id, name, request)
    arn = f"{api_arn(work.client, work.api_id)}/stages/{name}"
    _retag(work.client, arn, before["tags"], after["tags"])


def _deploy(work: Work, name: str) -> None:
    made = api.create_deployment(work.client, work.api_id, name)
    if work.timeout is not None:
        deployment_wait.requested(work.client, work.api_id, name, made, work.timeout)


def _delete_stage(work: Work, name: str) -> None:
    api.delete_stage(work.client, work.api_id, name)


_DO: dict[str, Callable[[Work, str], None]] = {
    "create_api": _create_api,
    "update_api": _update_api,
    "delete_cors": _delete_cors,
    "tag_api": _tag_api,
    "create_authorizer": _create_authorizer,
    "update_authorizer": _update_authorizer,
    "delete_authorizer": _delete_authorizer,
    "create_integration": _create_integration,
    "update_integration": _update_integration,
    "delete_integration": _delete_integration,
    "create_route": _create_route,
    "update_route": _update_route,
    "delete_route": _delete_route,
    "create_stage": _create_stage,
    "update_stage": _update_stage,
    "deploy": _deploy,
    "delete_stage": _delete_stage,
}
