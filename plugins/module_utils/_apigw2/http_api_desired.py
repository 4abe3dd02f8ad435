# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The settings that an HTTP API shall have, from the module's options and what is there. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import authorizer, route, stage
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_state import Settings, cors
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, unknown

_NOTHING: Settings = {
    "name": None,
    "description": None,
    "version": None,
    "cors": {},
    "disable_execute_api_endpoint": False,
    "ip_address_type": "ipv4",
    "tags": {},
    "authorizers": {},
    "routes": {},
    "stages": {},
}


def desired(params: Mapping[str, Any], before: Settings | None) -> Settings:
    """Return the settings that the API shall have; before is None when there is no API yet.

    An option that is left out stays as it is. A route, stage or authorizer that is given is
    described as a whole: what is left out inside it gets its default.
    """
    current = before or _NOTHING
    wanted_cors = params.get("cors")
    return {
        "name": params["name"] or current["name"] or unknown(),
        **{option: _kept(params, current, option) for option in ("description", "version")},
        "cors": current["cors"] if wanted_cors is None else cors(cors_request(wanted_cors)),
        **{
            option: current[option] if params[option] is None else params[option]
            for option in ("disable_execute_api_endpoint", "ip_address_type")
        },
        "tags": desired_tags(current["tags"], params["tags"], params["purge_tags"]),
        "authorizers": _authorizers(params, current["authorizers"]),
        "routes": _routes(params, current["routes"]),
        "stages": _stages(params, current["stages"]),
    }


def _kept(params: Mapping[str, Any], current: Settings, option: str) -> str | None:
    given: str | None = params[option]
    found: str | None = current[option]
    return found if given is None else given or None


def cors_request(option: Mapping[str, Any]) -> dict[str, Any]:
    """Return a CORS configuration, given as option, as AWS takes it: whole, because AWS replaces it as a whole."""
    return {
        "AllowCredentials": bool(option.get("allow_credentials")),
        "AllowHeaders": option.get("headers") or [],
        "AllowMethods": [method.upper() for method in option.get("methods") or []],
        "AllowOrigins": option.get("origins") or [],
        "ExposeHeaders": option.get("expose_headers") or [],
        "MaxAge": option.get("max_age") or 0,
    }


def _authorizers(params: Mapping[str, Any], current: Mapping[str, Settings]) -> dict[str, Settings]:
    given = params["authorizers"] or []
    wanted = {each["name"]: authorizer.desired(each, current.get(each["name"])) for each in given}
    return _merged(current, wanted, purge=params["authorizers"] is not None and params["purge_authorizers"])


def _routes(params: Mapping[str, Any], current: Mapping[str, Settings]) -> dict[str, Settings]:
    wanted = {each["key"]: route.desired(each, current.get(each["key"])) for each in params["routes"] or []}
    return _merged(current, wanted, purge=params["routes"] is not None and params["purge_routes"])


def _stages(params: Mapping[str, Any], current: Mapping[str, Settings]) -> dict[str, Settings]:
    given = params["stages"]
    if given is None:
        # Without any stage an API answers nothing; one with other stages may do without $default.
        given = [] if current else [{"name": stage.DEFAULT}]
    wanted = {each["name"]: stage.desired(each, current.get(each["name"]), params["purge_tags"]) for each in given}
    return _merged(current, wanted, purge=params["stages"] is not None and params["purge_stages"])


def _merged(current: Mapping[str, Settings], wanted: Mapping[str, Settings], purge: bool) -> dict[str, Settings]:
    everything = {**({} if purge else current), **wanted}
    return {name: everything[name] for name in sorted(everything)}
