# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The steps that turn an HTTP API into the desired one, in an order that keeps every route answering.

New integrations come first, then the routes that use them, then stages; only at the end goes what
is no longer used. A route whose key stays is updated in place and never deleted and made anew.

Pure functions only. Private to the collection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import authorizer, integration, route, stage
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_state import (
    Settings,
    Snapshot,
    unused_integrations,
)

_API_OPTIONS = ("name", "description", "version", "cors", "disable_execute_api_endpoint", "ip_address_type")


@dataclass(frozen=True)
class Step:
    """One change. do: names the function that makes it; name: of what, a route key, a name or an id."""

    do: str
    name: str
    sentence: str


@dataclass(frozen=True)
class Plan:
    """The steps in order, and the unused integrations that routes take over instead of getting new ones.

    reused: ids by route key.
    """

    steps: list[Step] = field(default_factory=list)
    reused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cleaning:
    """Which integrations that no route uses may be deleted.

    routes_given: False leaves all of them alone. all_unused: the given routes are all that
    there shall be, so an integration without a route serves nothing, whoever made it. Otherwise
    only those go that this run leaves behind, or that carry the marker of this module.
    """

    routes_given: bool
    all_unused: bool


def plan(
    snapshot: Snapshot | None,
    before: Settings | None,
    after: Settings,
    cleaning: Cleaning,
    deploys: Iterable[str] = (),
) -> Plan:
    """Return the steps from before to after; snapshot and before are None when there is no API yet.

    deploys: names of the stages that get a deployment, once everything that it freezes is as it shall be.
    """
    snapshot = snapshot or Snapshot({})
    found: Mapping[str, Mapping[str, Settings]] = before or {"authorizers": {}, "routes": {}, "stages": {}}
    integrations, reused = _integration_steps(snapshot, found["routes"], after["routes"])
    moved = {step.name for step in integrations if step.do == "create_integration"} | set(reused)
    routes = _route_steps(found["routes"], after["routes"], moved)
    steps = [
        *_api_steps(before, after),
        *_authorizer_steps(found["authorizers"], after["authorizers"]),
        *integrations,
        *routes,
        *_stage_steps(found["stages"], after["stages"]),
        *_deletions("route", found["routes"], after["routes"]),
        *_unused_steps(snapshot, after["routes"], moved, reused, cleaning),
        *_deletions("authorizer", found["authorizers"], after["authorizers"]),
        *(Step("deploy", name, f"deploy to stage {name}") for name in deploys),
        *_deletions("stage", found["stages"], after["stages"]),
    ]
    return Plan(steps, reused)


def _api_steps(before: Settings | None, after: Settings) -> list[Step]:
    name = after["name"]
    if before is None:
        return [Step("create_api", name, f"create HTTP API {name}")]
    steps = []
    changed = [option for option in _API_OPTIONS if before[option] != after[option]]
    if "cors" in changed and not after["cors"]:
        changed.remove("cors")
        steps.append(Step("delete_cors", name, f"remove the CORS configuration of HTTP API {name}"))
    if changed:
        steps.insert(0, Step("update_api", name, f"update HTTP API {name}: {', '.join(changed)}"))
    if before["tags"] != after["tags"]:
        steps.append(Step("tag_api", name, f"update tags of HTTP API {name}"))
    return steps


def _authorizer_steps(before: Mapping[str, Settings], after: Mapping[str, Settings]) -> list[Step]:
    steps = []
    for name, wanted in after.items():
        if name not in before:
            steps.append(Step("create_authorizer", name, f"create authorizer {name}"))
        elif changed := authorizer.differences(before[name], wanted):
            steps.append(Step("update_authorizer", name, f"update authorizer {name}: {', '.join(changed)}"))
    return steps


def _integration_steps(
    snapshot: Snapshot, before: Mapping[str, Settings], after: Mapping[str, Settings]
) -> tuple[list[Step], dict[str, str]]:
    """Return the steps for the integrations, and the ids of unused ones that fit, by the route key that takes them."""
    users = Counter(snapshot.targets.values())
    spare = unused_integrations(snapshot)
    steps: list[Step] = []
    reused: dict[str, str] = {}
    for key, wanted in after.items():
        found = before[key]["integration"] if key in before else None
        wanted_integration = wanted["integration"]
        if wanted_integration is None or (found and integration.same(found, wanted_integration)):
            continue
        if found and users[snapshot.targets[key]] == 1 and not integration.needs_new(found, wanted_integration):
            changed = ", ".join(integration.differences(found, wanted_integration))
            steps.append(Step("update_integration", key, f"update integration of route {key}: {changed}"))
        elif fitting := [each for each in spare if integration.same(spare[each], wanted_integration)]:
            reused[key] = fitting[0]
            del spare[fitting[0]]
        else:
            steps.append(Step("create_integration", key, f"create integration of route {key}"))
    return steps, reused


def _route_steps(before: Mapping[str, Settings], after: Mapping[str, Settings], moved: set[str]) -> list[Step]:
    steps = []
    for key, wanted in after.items():
        if key not in before:
            steps.append(Step("create_route", key, f"create route {key}"))
            continue
        changed = route.differences(before[key], wanted) + (["integration"] if key in moved else [])
        if changed:
            steps.append(Step("update_route", key, f"update route {key}: {', '.join(changed)}"))
    return steps


def _stage_steps(before: Mapping[str, Settings], after: Mapping[str, Settings]) -> list[Step]:
    steps = []
    for name, wanted in after.items():
        if name not in before:
            steps.append(Step("create_stage", name, f"create stage {name}"))
        elif changed := stage.differences(before[name], wanted):
            steps.append(Step("update_stage", name, f"update stage {name}: {', '.join(changed)}"))
    return steps


def _deletions(kind: str, before: Mapping[str, Settings], after: Mapping[str, Settings]) -> list[Step]:
    return [Step(f"delete_{kind}", name, f"delete {kind} {name}") for name in before if name not in after]


def _unused_steps(
    snapshot: Snapshot,
    after: Mapping[str, Settings],
    moved: set[str],
    reused: Mapping[str, str],
    cleaning: Cleaning,
) -> list[Step]:
    if not cleaning.routes_given:
        return []
    staying = {target for key, target in snapshot.targets.items() if key in after and key not in moved}
    in_use = staying | set(reused.values())
    left_now = set(snapshot.targets.values())
    unused = sorted(
        (each for each in snapshot.integrations if each["IntegrationId"] not in in_use),
        key=lambda each: str(each["IntegrationId"]),
    )
    return [
        Step("delete_integration", each["IntegrationId"], f"delete unused integration {each['IntegrationId']}")
        for each in unused
        if not each.get("ApiGatewayManaged")
        and (cleaning.all_unused or each["IntegrationId"] in left_now or each.get("Description") == integration.MARKER)
    ]
