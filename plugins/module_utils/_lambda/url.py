# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The URL of a Lambda function: what it is, what it shall be, and how to get there.

Private to the collection. A URL without authentication works only with two statements in the function's own policy;
they are made with it and removed before it, so that a run that was killed finds out what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import url_api as api
from ansible_collections.orchestra.aws.plugins.module_utils._values import present

NONE = "NONE"
DEFAULTS: dict[str, Any] = {"auth_type": "AWS_IAM", "invoke_mode": "BUFFERED"}
CORS = {
    "allow_credentials": "AllowCredentials",
    "allow_headers": "AllowHeaders",
    "allow_methods": "AllowMethods",
    "allow_origins": "AllowOrigins",
    "expose_headers": "ExposeHeaders",
    "max_age": "MaxAge",
}
# https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
PUBLIC: dict[str, dict[str, Any]] = {
    "FunctionURLAllowPublicAccess": {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": NONE},
    "FunctionURLInvokeAllowPublicAccess": {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
}


@dataclass(frozen=True)
class Found:
    """A URL as it is. settings: {} for none. statements: those of C(PUBLIC) that the function's policy has."""

    address: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    statements: frozenset[str] = frozenset()


def look(client: Client, name: str) -> Found:
    """Return the URL of a function; nothing when there is no URL or no function."""
    described = api.url(client, name)
    if described is None:
        return Found()
    settings = normalize(described)
    if settings["auth_type"] != NONE:
        return Found(described["FunctionUrl"], settings)
    statements = frozenset(api.statements(client, name)) & PUBLIC.keys()
    settings["open"] = len(statements) == len(PUBLIC)
    return Found(described["FunctionUrl"], settings, frozenset(statements))


def normalize(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that are compared; CORS settings that mean nothing are left out."""
    told = described.get("Cors") or {}
    return {
        "auth_type": described["AuthType"],
        "invoke_mode": described.get("InvokeMode") or DEFAULTS["invoke_mode"],
        "cors": _cors({key: told.get(name) for key, name in CORS.items()}),
    }


def _cors(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: sorted(value) if isinstance(value, list) else value for key, value in given.items() if value}


def desired(given: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the URL shall have; {} for no URL. Raises InputError."""
    if given["state"] == "absent":
        return {}
    chosen = present({key: given[key] for key in DEFAULTS})
    wanted = {**DEFAULTS, "cors": {}, **{key: value for key, value in current.items() if key != "open"}, **chosen}
    if given["cors"] is not None:
        wanted["cors"] = _cors(given["cors"])
    if not 0 <= wanted["cors"].get("max_age", 0) <= 86400:
        raise InputError(f"url.cors.max_age is {wanted['cors']['max_age']}; it is 0 to 86400 seconds.")
    return {**wanted, "open": True} if wanted["auth_type"] == NONE else wanted


def sentence(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """Return what is to be done, or None for nothing."""
    if dict(before) == dict(after):
        return None
    if not after:
        return f"delete the URL of Lambda function {name}"
    whom = "for everybody" if after["auth_type"] == NONE else "for callers that IAM allows"
    return f"{'update' if before else 'create'} the URL of Lambda function {name}, {whom}"


def apply(client: Client, name: str, found: Found, after: Mapping[str, Any]) -> str | None:
    """Make the URL be as wanted and return its address."""
    if not after.get("open"):
        for statement in sorted(found.statements):
            api.remove_permission(client, name, statement)
    if not after:
        api.delete_url(client, name)
        return None
    request = {
        "AuthType": after["auth_type"],
        "InvokeMode": after["invoke_mode"],
        "Cors": {CORS[key]: value for key, value in after["cors"].items()},
    }
    address = found.address
    if found.settings:
        api.update_url(client, name, request)
    else:
        address = api.create_url(client, name, request)["FunctionUrl"]
    if after.get("open"):
        for statement in sorted(PUBLIC.keys() - found.statements):
            api.add_permission(client, name, statement, {"Principal": "*", **PUBLIC[statement]})
    return address
