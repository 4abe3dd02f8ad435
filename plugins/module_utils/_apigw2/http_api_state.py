# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What an HTTP API consists of: reading it whole, and its two forms, compared settings and return values.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import (
    api,
    authorizer,
    deployment,
    integration,
    route,
    stage,
)
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

Settings = dict[str, Any]

_PARTS = (api.routes, api.integrations, api.stages, api.authorizers)


@dataclass(frozen=True)
class Snapshot:
    """An HTTP API and all its parts as AWS describes them.

    outdated: names of the stages that serve something else than what the API is now.
    """

    api: dict[str, Any]
    routes: list[dict[str, Any]] = field(default_factory=list)
    integrations: list[dict[str, Any]] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)
    authorizers: list[dict[str, Any]] = field(default_factory=list)
    outdated: frozenset[str] = frozenset()

    @property
    def targets(self) -> dict[str, str]:
        """The id of the integration that each route uses, by route key."""
        existing = {each["IntegrationId"] for each in self.integrations}
        found = {each["RouteKey"]: route.target_id(each) for each in self.routes}
        return {key: target for key, target in found.items() if target is not None and target in existing}


@dataclass(frozen=True)
class Ids:
    """The ids of an API and its parts, by route key or name; those not there yet are placeholders.

    deployments: those that stages serve, by the name of the stage.
    """

    api_id: str = unknown()
    endpoint: str = unknown("https://")
    routes: Mapping[str, str] = field(default_factory=dict)
    integrations: Mapping[str, str] = field(default_factory=dict)
    authorizers: Mapping[str, str] = field(default_factory=dict)
    deployments: Mapping[str, str | None] = field(default_factory=dict)


def read(client: Client, found: list[dict[str, Any]]) -> list[Snapshot]:
    """Read all parts of the APIs that AWS described, at the same time."""
    calls = [partial(part, client, each["ApiId"]) for each in found for part in _PARTS]
    parts = concurrently(*calls)
    size = len(_PARTS)
    snapshots = [_snapshot(each, parts[size * index : size * (index + 1)]) for index, each in enumerate(found)]
    return _with_outdated(client, snapshots)


def read_again(client: Client, api_id: str) -> Snapshot:
    """Read one API of which only the id is known, and all its parts, at the same time."""
    calls = [partial(part, client, api_id) for part in _PARTS]
    found, parts = together(partial(api.http_api, client, api_id), lambda: concurrently(*calls))
    return _with_outdated(client, [_snapshot(found or {}, parts)])[0]


def _snapshot(found: dict[str, Any], parts: Iterable[list[dict[str, Any]] | None]) -> Snapshot:
    routes, integrations, stages, authorizers = (part or [] for part in parts)
    return Snapshot(found, routes, integrations, stages, authorizers)


def _with_outdated(client: Client, snapshots: list[Snapshot]) -> list[Snapshot]:
    """Ask for exports where stages do not deploy automatically; elsewhere no stage can be outdated."""
    manual = {
        snapshot.api["ApiId"]: [each["StageName"] for each in snapshot.stages if not each.get("AutoDeploy")]
        for snapshot in snapshots
    }
    wanted = [(api_id, name) for api_id, names in manual.items() for name in ([None, *names] if names else [])]
    deployed = {
        (snapshot.api["ApiId"], each["StageName"])
        for snapshot in snapshots
        for each in snapshot.stages
        if each.get("DeploymentId")
    }
    asked = [each for each in wanted if each[1] is None or each in deployed]
    exports = dict(
        zip(asked, concurrently(*[partial(api.export, client, api_id, name) for api_id, name in asked]), strict=True)
    )
    return [replace(each, outdated=_outdated(each, exports)) for each in snapshots]


def _outdated(snapshot: Snapshot, exports: Mapping[tuple[str, str | None], str | None]) -> frozenset[str]:
    api_id, latest = snapshot.api["ApiId"], exports.get((snapshot.api["ApiId"], None))
    return frozenset(
        each["StageName"]
        for each in snapshot.stages
        if deployment.is_outdated(each, bool(snapshot.routes), latest, exports.get((api_id, each["StageName"])))
    )


def settings(snapshot: Snapshot) -> Settings:
    """Return all settings of an API in the form of the module's options, its parts by route key and name."""
    integrations = {each["IntegrationId"]: each for each in snapshot.integrations}
    names = {each["AuthorizerId"]: each["Name"] for each in snapshot.authorizers}
    routes = {
        each["RouteKey"]: route.settings(each, integrations.get(route.target_id(each) or ""), names)
        for each in snapshot.routes
    }
    return {
        "name": snapshot.api["Name"],
        "description": snapshot.api.get("Description") or None,
        "version": snapshot.api.get("Version") or None,
        "cors": cors(snapshot.api.get("CorsConfiguration") or {}),
        "disable_execute_api_endpoint": bool(snapshot.api.get("DisableExecuteApiEndpoint")),
        "ip_address_type": snapshot.api.get("IpAddressType") or "ipv4",
        "tags": dict(snapshot.api.get("Tags") or {}),
        "authorizers": _sorted({each["Name"]: authorizer.settings(each) for each in snapshot.authorizers}),
        "routes": _sorted(routes),
        "stages": _sorted(
            {
                each["StageName"]: stage.settings(each, each["StageName"] in snapshot.outdated)
                for each in snapshot.stages
            }
        ),
    }


def cors(described: Mapping[str, Any]) -> Settings:
    """Return a CORS configuration in the form of the module's options; {} for none.

    Names of headers and methods are compared without regard to case.
    """
    found = {
        "allow_credentials": bool(described.get("AllowCredentials")),
        "headers": sorted(name.lower() for name in described.get("AllowHeaders") or []),
        "methods": sorted(name.upper() for name in described.get("AllowMethods") or []),
        "origins": sorted(described.get("AllowOrigins") or []),
        "expose_headers": sorted(name.lower() for name in described.get("ExposeHeaders") or []),
        "max_age": described.get("MaxAge") or 0,
    }
    return found if any(found.values()) else {}


def _sorted(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: parts[name] for name in sorted(parts)}


def ids(snapshot: Snapshot) -> Ids:
    """Return the ids of an API and its parts."""
    return Ids(
        api_id=snapshot.api["ApiId"],
        endpoint=snapshot.api["ApiEndpoint"],
        routes={each["RouteKey"]: each["RouteId"] for each in snapshot.routes},
        integrations=snapshot.targets,
        authorizers={each["Name"]: each["AuthorizerId"] for each in snapshot.authorizers},
        deployments={each["StageName"]: each.get("DeploymentId") for each in snapshot.stages},
    )


def predicted_ids(snapshot: Snapshot | None, before: Settings | None, after: Settings, deploys: Collection[str]) -> Ids:
    """Return the ids that an API and its parts will have: placeholders for what is not there yet."""
    known = ids(snapshot) if snapshot else Ids()
    new = {name: unknown() for name in (*deploys, *deployment.automatic(before, after))}
    return replace(known, deployments={**known.deployments, **new})


def api_arn(client: Client, api_id: str) -> str:
    """Return the ARN by which an API is tagged; it names no account."""
    return f"arn:{client.meta.partition}:apigateway:{client.meta.region_name}::/apis/{api_id}"


def describe(found: Settings, known: Ids, arn: str) -> Settings:
    """Return an API in the form of the modules' return values; ids that are not known become placeholders."""
    routes = []
    for key, each in found["routes"].items():
        uses = each["integration"]
        if uses is not None:
            uses = {"integration_id": known.integrations.get(key, unknown()), **uses}
        routes.append({"key": key, "route_id": known.routes.get(key, unknown()), **each, "integration": uses})
    return {
        "api_id": known.api_id,
        "endpoint": known.endpoint,
        "arn": arn,
        **found,
        "authorizers": [
            {"name": name, "authorizer_id": known.authorizers.get(name, unknown()), **each}
            for name, each in found["authorizers"].items()
        ],
        "routes": routes,
        "stages": [
            {
                "name": name,
                "invoke_url": invoke_url(known.endpoint, name),
                "deployment_id": known.deployments.get(name),
                **each,
            }
            for name, each in found["stages"].items()
        ],
    }


def invoke_url(endpoint: str, name: str) -> str:
    """Return the URL below which a stage answers: paths on $default carry no stage name."""
    return endpoint if name == stage.DEFAULT else f"{endpoint}/{name}"


def unused_integrations(snapshot: Snapshot) -> dict[str, integration.Settings]:
    """Return the settings of the integrations that no route uses, by id; those that AWS itself manages are left out."""
    used = set(snapshot.targets.values())
    return {
        each["IntegrationId"]: integration.settings(each)
        for each in snapshot.integrations
        if each["IntegrationId"] not in used and not each.get("ApiGatewayManaged")
    }


def compared(found: Settings) -> Settings:
    """Return settings as a diff shows them: without what is not set."""
    return {name: _without_empty(value) for name, value in found.items() if not _is_empty(_without_empty(value))}


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {name: _without_empty(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if not _is_empty(each)}
    return value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)
