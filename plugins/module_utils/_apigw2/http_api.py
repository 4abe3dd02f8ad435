# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Bring a whole HTTP API to its desired state, delete it, or find several of them.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import (
    api,
    api_check,
    deployment,
    http_api_apply,
    route_check,
)
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_desired import desired
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_plan import Cleaning, plan
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_state import (
    Settings,
    Snapshot,
    api_arn,
    compared,
    describe,
    ids,
    predicted_ids,
    read,
    read_again,
    settings,
)
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.selection import is_selected
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Make the API and all its parts, or change what differs."""
    api_check.check_options(params)
    route_check.check_routes(params["routes"] or [])
    if not check_mode and is_unknown(params):
        raise InputError("An option holds a value that a check mode run returned as a placeholder, not a real one.")
    client = clients("apigatewayv2")
    snapshot = find(client, params)
    before = settings(snapshot) if snapshot else None
    after = desired(params, before)
    api_check.check_result(snapshot, before, after)
    deploys = deployment.needed(params, before, after)
    after = deployment.settled(before, after, deploys)
    cleaning = Cleaning(params["routes"] is not None, params["routes"] is not None and params["purge_routes"])
    steps = plan(snapshot, before, after, cleaning, deploys)
    if steps.steps and not check_mode:
        timeout = params["wait_timeout"] if params["wait"] else None
        api_id = http_api_apply.carry_out(client, steps, snapshot, before, after, timeout)
        snapshot = read_again(client, api_id)
        result = _described(client, snapshot)
    else:
        known = predicted_ids(snapshot, before, after, deploys)
        result = describe(after, known, api_arn(client, known.api_id))
    actions = [step.sentence for step in steps.steps]
    return Outcome(compared(before or {}), compared(after), actions, {"http_api": result})


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the API, which takes all its parts with it; one that is not there is fine."""
    client = clients("apigatewayv2")
    snapshot = find(client, params, missing_id_is_fine=True)
    if snapshot is None:
        return Outcome({}, {})
    before = settings(snapshot)
    if not check_mode:
        api.delete_api(client, snapshot.api["ApiId"])
    return Outcome(compared(before), {}, [f"delete HTTP API {before['name']} ({snapshot.api['ApiId']})"])


def list_described(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Describe the HTTP APIs that the options of an info module select."""
    client = clients("apigatewayv2")
    if is_unknown(params["api_id"]):
        found = []
    elif params["api_id"]:
        found = [each for each in [api.http_api(client, params["api_id"])] if each and each["ProtocolType"] == "HTTP"]
    else:
        found = api.http_apis(client)
    chosen = sorted(
        (each for each in found if is_selected(params, each)), key=lambda each: (each["Name"], each["ApiId"])
    )
    snapshots = read(client, chosen)
    described = [_described(client, snapshot) for snapshot in snapshots]
    if params["openapi"]:
        for each, document in zip(described, _documents(client, params, snapshots), strict=True):
            each["openapi"] = document
    return Outcome({}, {}, [], {"http_apis": described})


def _documents(client: Client, params: Mapping[str, Any], snapshots: list[Snapshot]) -> list[Settings | None]:
    """Return the OpenAPI document of each API; None where the stage that is asked for serves nothing."""
    name, extensions = params["openapi_stage"], params["openapi_extensions"]
    texts = concurrently(
        *[
            partial(api.export, client, snapshot.api["ApiId"], name, extensions)
            if name is None or _serves(snapshot, name)
            else lambda: None
            for snapshot in snapshots
        ]
    )
    return [json.loads(text) if text else None for text in texts]


def _serves(snapshot: Snapshot, name: str) -> bool:
    return any(
        each["StageName"] == name and (each.get("AutoDeploy") or each.get("DeploymentId")) for each in snapshot.stages
    )


def find(client: Client, params: Mapping[str, Any], missing_id_is_fine: bool = False) -> Snapshot | None:
    """Return the API of the given id, or the only one of the given name, or None.

    Raises InputError when the id is that of no HTTP API, or when several APIs have the name.
    """
    if is_unknown(params["api_id"]):
        return None
    if params["api_id"]:
        found = api.http_api(client, params["api_id"])
        if found is None:
            if missing_id_is_fine:
                return None
            raise InputError(f"There is no API of the id {params['api_id']}; leave api_id out to make one by name.")
        if found["ProtocolType"] != "HTTP":
            raise InputError(f"API {params['api_id']} is a {found['ProtocolType']} API, not an HTTP API.")
    else:
        found = choose(api.http_apis(client), params["name"])
    return read(client, [found])[0] if found else None


def choose(found: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """Pick the API of this name; names are not unique in API Gateway, so two of them are refused."""
    named = [each for each in found if each["Name"] == name]
    if len(named) > 1:
        api_ids = ", ".join(sorted(each["ApiId"] for each in named))
        raise InputError(f"{len(named)} HTTP APIs are named {name} ({api_ids}): say which one with api_id.")
    return named[0] if named else None


def _described(client: Client, snapshot: Snapshot) -> Settings:
    return describe(settings(snapshot), ids(snapshot), api_arn(client, snapshot.api["ApiId"]))
