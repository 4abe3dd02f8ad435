# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Aliases of state machines: what one is, what one shall be, and how to get there.

Private to the collection.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import api, names
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.retries import CREATION_SECONDS, until_accepted
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html
_NAME = re.compile(r"(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]{1,80}")
MOST_ROUTES = 2
LONGEST_DESCRIPTION = 256
# A version that was published a moment ago may not be known yet to the call that routes to it.
_PATIENCE = {"ResourceNotFound": CREATION_SECONDS, "StateMachineDoesNotExist": CREATION_SECONDS}


def normalize(alias: dict[str, Any] | None) -> dict[str, Any]:
    """Return the settings of an alias that are compared; {} for no alias. The order of routes means nothing."""
    if alias is None:
        return {}
    routes = [
        {"version_arn": route["stateMachineVersionArn"], "weight": route["weight"]}
        for route in alias["routingConfiguration"]
    ]
    return {"name": alias["name"], "description": alias.get("description") or "", "routing": _sorted(routes)}


def desired(params: dict[str, Any], machine: str, before: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that the alias shall have; what was left out stays. Raises InputError."""
    routes = params["routing"]
    if params["version_arn"] is not None:
        routes = [{"version_arn": params["version_arn"], "weight": 100}]
    if routes is None and not before:
        raise InputError(f"Alias {params['name']} does not exist yet: version_arn or routing is needed to create it.")
    description = params["description"]
    return {
        "name": params["name"],
        "description": before.get("description", "") if description is None else description,
        "routing": before["routing"] if routes is None else _checked(_sorted(routes), machine),
    }


def _sorted(routes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(routes, key=lambda route: str(route["version_arn"]))


def _checked(routes: list[dict[str, Any]], machine: str) -> list[dict[str, Any]]:
    if not 1 <= len(routes) <= MOST_ROUTES:
        raise InputError(f"routing has {len(routes)} routes; an alias has 1 or {MOST_ROUTES}.")
    versions = {route["version_arn"] for route in routes}
    if len(versions) < len(routes) and not is_unknown(routes):
        raise InputError(f"routing names {routes[0]['version_arn']} twice.")
    weights = [route["weight"] for route in routes]
    if sum(weights) != 100 or min(weights) < 0:
        raise InputError(
            f"The weights of routing are {' and '.join(map(str, weights))}; from 0 to 100, they sum to 100."
        )
    for version in versions:
        if not names.is_version(version, machine):
            raise InputError(f"{version} is not the ARN of a version of {machine}.")
    return routes


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Create the alias, or move it."""
    _validate(params)
    machine = names.machine_arn(clients, params["state_machine"])
    arn = f"{machine}:{params['name']}"
    client = clients("stepfunctions")
    before = normalize(api.alias(client, arn))
    after = desired(params, machine, before)
    actions = _actions(before, after)
    if actions and not check_mode:
        if is_unknown(after):
            raise InputError(
                "A placeholder of check mode stands in the options; outside of check mode it means nothing."
            )
        _apply(client, arn, before, after)
    return Outcome(before, after, actions, {"alias_arn": arn, **after})


def _validate(params: dict[str, Any]) -> None:
    name, description = params["name"], params["description"] or ""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"The name of an alias is 1 to 80 letters, digits and any of _-., and not digits alone; {name!r} is not."
        )
    if len(description) > LONGEST_DESCRIPTION:
        raise InputError(f"description has {len(description)} characters; at most {LONGEST_DESCRIPTION} are allowed.")


def _actions(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    where = " and ".join(
        f"{route['weight']} % to version {route['version_arn'].rsplit(':', 1)[1]}" for route in after["routing"]
    )
    if not before:
        return [f"create alias {after['name']}: {where}"]
    actions = []
    if before["routing"] != after["routing"]:
        actions.append(f"route alias {after['name']}: {where}")
    if before["description"] != after["description"]:
        actions.append(f"update description of alias {after['name']}")
    return actions


def _apply(client: Client, arn: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    settings: dict[str, Any] = {
        "routingConfiguration": [
            {"stateMachineVersionArn": route["version_arn"], "weight": route["weight"]} for route in after["routing"]
        ]
    }
    if after["description"] or before.get("description"):
        settings["description"] = after["description"]
    what = f"alias {after['name']}"
    if before:
        until_accepted(f"the update of {what}", lambda: api.update_alias(client, arn, settings), _PATIENCE)
    else:
        settings["name"] = after["name"]
        until_accepted(f"the creation of {what}", lambda: api.create_alias(client, settings), _PATIENCE)


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the alias; its versions stay."""
    _validate(params)
    arn = f"{names.machine_arn(clients, params['state_machine'])}:{params['name']}"
    client = clients("stepfunctions")
    before = normalize(api.alias(client, arn))
    if before and not check_mode:
        api.delete_alias(client, arn)
    actions = [f"delete alias {params['name']}"] if before else []
    return Outcome(before, {}, actions, {})
