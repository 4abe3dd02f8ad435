# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Refuse settings of an HTTP API, its authorizers and its stages that API Gateway would refuse.

Limits are those of the API's model and of "Quotas for configuring and running an HTTP API" in
the developer guide. Values that are not known yet in check mode pass.

Pure functions only. Private to the collection.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_state import Settings, Snapshot
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.route_check import METHODS
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.stage_check import check_stage
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

_LONGEST = {"name": 128, "description": 1024, "version": 64}
# AWS can raise its quotas of routes, stages and authorizers, but not that of integrations, and a route needs one.
_MOST_ROUTES = 300
_MOST_AUDIENCES = 50
_LONGEST_MAX_AGE = 86400


def check_options(params: Mapping[str, Any]) -> None:
    """Raise InputError for the first option that cannot work, whatever there is already."""
    for option, longest in _LONGEST.items():
        if len(params[option] or "") > longest:
            raise InputError(f"The {option} of the API is longer than {longest} characters.")
    if params["cors"]:
        _check_cors(params["cors"])
    for kind in ("authorizers", "stages"):
        _check_names(kind, params[kind] or [])
    for each in params["authorizers"] or []:
        _check_authorizer(each)
    for each in params["stages"] or []:
        check_stage(each)


def _check_names(kind: str, parts: Iterable[Mapping[str, Any]]) -> None:
    for name, count in Counter(each["name"] for each in parts).items():
        if not 1 <= len(name) <= 128:
            raise InputError(f"A name in {kind} is not 1 to 128 characters long: {name[:20]!r}.")
        if count > 1:
            raise InputError(f"The name {name} is given {count} times in {kind}.")


def _check_cors(cors: Mapping[str, Any]) -> None:
    max_age = cors.get("max_age")
    if max_age is not None and not -1 <= max_age <= _LONGEST_MAX_AGE:
        raise InputError(f"The max_age of cors is {max_age}, but AWS allows -1 to {_LONGEST_MAX_AGE} seconds.")
    for method in cors.get("methods") or []:
        if method != "*" and (method.upper() not in METHODS or method.upper() == "ANY"):
            raise InputError(f"The methods of cors have {method!r}, but AWS knows the methods of HTTP and *.")
    for origin in cors.get("origins") or []:
        if origin != "*" and not re.fullmatch(r"[a-z][a-z0-9+.\-]*://\S+", origin):
            raise InputError(f"The origins of cors have {origin!r}: an origin is * or starts with a scheme and ://.")
    if cors.get("allow_credentials") and "*" in (cors.get("origins") or []):
        raise InputError("The origins of cors may not be * when allow_credentials is true: browsers refuse it.")


def _check_authorizer(option: Mapping[str, Any]) -> None:
    name, is_jwt = option["name"], option["type"] == "JWT"
    foreign = ("uri", "payload_format_version", "result_ttl_seconds", "simple_responses", "credentials_arn")
    needed = ("issuer", "audience") if is_jwt else ("uri",)
    for each in needed:
        if not option.get(each):
            raise InputError(f"Authorizer {name} is of type {option['type']} and so needs {each}.")
    for each in foreign if is_jwt else ("issuer", "audience"):
        if option.get(each):
            raise InputError(f"Authorizer {name} is of type {option['type']}, which takes no {each}.")
    if len(option.get("audience") or []) > _MOST_AUDIENCES:
        raise InputError(f"Authorizer {name} has more than {_MOST_AUDIENCES} audiences.")
    if is_jwt and len(option.get("identity_sources") or [""]) != 1:
        raise InputError(f"Authorizer {name} is of type JWT and so needs exactly one identity source.")
    time_to_live = option.get("result_ttl_seconds")
    if time_to_live is not None and not 0 <= time_to_live <= 3600:
        raise InputError(f"Authorizer {name} has result_ttl_seconds {time_to_live}, but AWS allows 0 to 3600.")
    if time_to_live and option.get("identity_sources") == []:
        raise InputError(f"Authorizer {name} has no identity sources, so AWS cannot keep results: set its TTL to 0.")


def check_result(snapshot: Snapshot | None, before: Settings | None, after: Settings) -> None:
    """Raise InputError when the API as a whole, given parts and present ones together, cannot work."""
    if len(after["routes"]) > _MOST_ROUTES:
        raise InputError(
            f"The API would have {len(after['routes'])} routes, but AWS allows {_MOST_ROUTES} integrations."
        )
    _check_authorizers_fit(before["routes"] if before else {}, after)
    for name, wanted in after["authorizers"].items():
        found = before["authorizers"].get(name) if before else None
        if found and found["type"] != wanted["type"]:
            raise InputError(f"Authorizer {name} cannot become a {wanted['type']} authorizer: give it another name.")
    for name, each in after["stages"].items():
        lost = [key for key in each["route_settings"] if key not in after["routes"]]
        if lost and each != (before or {"stages": {}})["stages"].get(name):
            raise InputError(f"Stage {name} has route_settings of {lost[0]}, which is no route of the API.")
    _check_authorizer_names(snapshot.authorizers if snapshot else [])


def _check_authorizer_names(found: list[dict[str, Any]]) -> None:
    for name, count in Counter(each["Name"] for each in found).items():
        if count > 1:
            found_ids = ", ".join(sorted(each["AuthorizerId"] for each in found if each["Name"] == name))
            raise InputError(f"{count} authorizers are named {name} ({found_ids}): delete or rename all but one.")


def _check_authorizers_fit(found: Mapping[str, Settings], after: Settings) -> None:
    needed = {"JWT": "JWT", "CUSTOM": "REQUEST"}
    for key, each in after["routes"].items():
        kind = needed.get(each["authorization"])
        if kind is None or (each == found.get(key) and each["authorizer"] in after["authorizers"]):
            continue
        authorizer = after["authorizers"].get(each["authorizer"])
        if authorizer is None:
            raise InputError(f"Route {key} uses authorizer {each['authorizer']}, which is not one of the API.")
        if authorizer["type"] != kind:
            raise InputError(f"Route {key} has authorization {each['authorization']} and needs a {kind} authorizer.")
