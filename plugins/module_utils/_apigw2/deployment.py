# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which stages serve what the API is now, and which need a deployment for it. Pure functions only.

AWS does not tell when a route or an integration was changed, so times cannot be compared. What it
tells is an OpenAPI document of what a stage serves and one of the latest configuration, written by
the same export: a stage is outdated when these two differ in anything that a request can notice.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

Settings = dict[str, Any]

ALWAYS, WHEN_CHANGED, NEVER = "always", "when_changed", "never"

# Title, version, URL and tags are no part of a deployment, and an integration that no route uses serves nothing.
_NOT_SERVED = ("info", "servers", "tags")
_UNUSED = "x-amazon-apigateway-integrations"


def is_outdated(stage: Mapping[str, Any], has_routes: bool, latest: str | None, served: str | None) -> bool:
    """Tell whether a described stage serves something else than what the API is now.

    latest, served: the exported documents, JSON; None when there is none. Without routes there is nothing to serve.
    """
    if stage.get("AutoDeploy"):
        return False
    if not stage.get("DeploymentId") or latest is None or served is None:
        return has_routes
    return not are_same(latest, served)


def are_same(latest: str | None, served: str | None) -> bool:
    """Tell whether no request can notice a difference between two exported documents; None stands for none."""
    if latest is None or served is None:
        return latest is served
    return comparable(latest) == comparable(served)


def comparable(document: str) -> Settings:
    """Return an exported document without what a request cannot notice."""
    found = {name: part for name, part in json.loads(document).items() if name not in _NOT_SERVED}
    components = {name: part for name, part in (found.pop("components", None) or {}).items() if name != _UNUSED}
    return {**found, "components": components} if components else found


def needed(options: Mapping[str, Any], before: Settings | None, after: Settings) -> list[str]:
    """Return the names of the stages that need a deployment; stages that are not given stay as they are."""
    if not after["routes"]:
        return []
    modes = {each["name"]: each.get("deploy") or WHEN_CHANGED for each in options.get("stages") or []}
    names = []
    for name, wanted in after["stages"].items():
        mode = modes.get(name, NEVER)
        if wanted["auto_deploy"] or mode == NEVER:
            continue
        if mode == ALWAYS or _is_left_behind(name, before, after) or _endpoint_switched(before, after):
            names.append(name)
    return names


def automatic(before: Settings | None, after: Settings) -> list[str]:
    """Return the names of the stages to which AWS deploys automatically what has changed.

    AWS makes no deployment of an API without a route that has an integration.
    """
    if not any(route["integration"] for route in after["routes"].values()):
        return []
    found = before["stages"] if before else {}
    changed = before is None or served(before) != served(after)
    return [
        name
        for name, each in after["stages"].items()
        if each["auto_deploy"] and (changed or name not in found or not found[name]["auto_deploy"])
    ]


def settled(before: Settings | None, after: Settings, deployed: Collection[str]) -> Settings:
    """Return the wanted settings with what each stage will be: outdated or not."""
    stages = {
        name: {**each, "outdated": name not in deployed and _is_left_behind(name, before, after)}
        for name, each in after["stages"].items()
    }
    return {**after, "stages": stages}


def _is_left_behind(name: str, before: Settings | None, after: Settings) -> bool:
    """Tell whether a stage serves something else after all changes, if it gets no deployment."""
    if after["stages"][name]["auto_deploy"]:
        return False
    found = before["stages"].get(name) if before else None
    if before is None or found is None:
        return bool(after["routes"])
    if found["auto_deploy"]:
        # It stops deploying after everything new and changed is there, and before anything is deleted.
        return any(set(before[part]) - set(after[part]) for part in ("routes", "authorizers"))
    return bool(found["outdated"]) or served(before) != served(after)


def _endpoint_switched(before: Settings | None, after: Settings) -> bool:
    # Without automatic deployment the switch takes effect with the next deployment.
    option = "disable_execute_api_endpoint"
    return before is not None and bool(before[option] != after[option])


def served(settings: Settings) -> Settings:
    """Return the part of an API's settings that a deployment freezes and a request can notice."""
    routes = {
        key: {**route, "integration": _served_integration(route["integration"])}
        for key, route in settings["routes"].items()
    }
    return {"routes": routes, "authorizers": settings["authorizers"], "cors": settings["cors"]}


def _served_integration(integration: Settings | None) -> Settings | None:
    if integration is None:
        return None
    return {option: value for option, value in integration.items() if option != "description"}
