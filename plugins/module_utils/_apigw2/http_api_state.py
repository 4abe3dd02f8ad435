# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What an HTTP API consists of: reading it whole, and its two forms, compared settings and return values.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api, authorizer, integration, route, stage
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

Settings = dict[str, Any]

_PARTS = (api.routes, api.integrations, api.stages, api.authorizers)


@dataclass(frozen=True)
class Snapshot:
    """An HTTP API and all its parts as AWS describes them."""

    api: dict[str, Any]
    routes: list[dict[str, Any]] = field(default_factory=list)
    integrations: list[dict[str, Any]] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)
    authorizers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def targets(self) -> dict[str, str]:
        """The id of the integration that each route uses, by route key."""
        existing = {each["IntegrationId"] for each in self.integrations}
        found = {each["RouteKey"]: route.target_id(each) for each in self.routes}
        return {key: target for key, target in found.items() if target is not None and target in existing}


@dataclass(frozen=True)
class Ids:
    """The ids of an API and its parts, by route key or name; those not there yet are placeholders."""

    api_id: str = unknown()
    endpoint: str = unknown("https://")
    routes: Mapping[str, str] = field(default_factory=dict)
    integrations: Mapping[str, str] = field(default_factory=dict)
    authorizers: Mapping[str, str] = field(default_factory=dict)


def read(client: Any, found: list[dict[str, Any]]) -> list[Snapshot]:
    """Read all parts of the APIs that AWS described, at the same time."""
    calls = [partial(part, client, each["ApiId"]) for each in found for part in _PARTS]
    parts = [part or [] for part in concurrently(*calls)]
    size = len(_PARTS)
    return [Snapshot(each, *parts[size * index : size * (index + 1)]) for index, each in enumerate(found)]


def read_again(client: Any, api_id: str) -> Snapshot:
    """Read one API of which only the id is known, and all its parts, at the same time."""
    calls = [partial(part, client, api_id) for part in (api.http_api, *_PARTS)]
    found, *parts = concurrently(*calls)
    return Snapshot(found or {}, *[part or [] for part in parts])


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
        "stages": _sorted({each["StageName"]: stage.settings(each) for each in snapshot.stages}),
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
    )


def api_arn(client: Any, api_id: str) -> str:
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
            {"name": name, "invoke_url": invoke_url(known.endpoint, name), **each}
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
