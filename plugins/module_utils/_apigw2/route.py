# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Routes of an HTTP API, each with the integration it uses. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import integration
from ansible_collections.orchestra.aws.plugins.module_utils._values import present

Settings = dict[str, Any]

_TARGET = "integrations/"


def target_id(described: Mapping[str, Any]) -> str | None:
    """Return the id of the integration that a described route uses."""
    target = described.get("Target") or ""
    return target.removeprefix(_TARGET) if target.startswith(_TARGET) else None


def settings(
    described: Mapping[str, Any], used: Mapping[str, Any] | None, authorizer_names: Mapping[str, str]
) -> Settings:
    """Return a route that AWS describes, with its integration, in the form of the module's options.

    authorizer_names: by id.
    """
    authorization = described.get("AuthorizationType") or "NONE"
    # AWS may keep the authorizer and the scopes of a route whose authorization no longer uses them.
    authorized = authorization in ("JWT", "CUSTOM")
    authorizer_id = described.get("AuthorizerId")
    return {
        "authorization": authorization,
        "authorizer": authorizer_names.get(authorizer_id, authorizer_id) if authorized and authorizer_id else None,
        "scopes": sorted(described.get("AuthorizationScopes") or []) if authorization == "JWT" else [],
        "operation_name": described.get("OperationName") or None,
        "integration": integration.settings(used) if used else None,
    }


def desired(option: Mapping[str, Any], current: Settings | None) -> Settings:
    """Return the settings that a route shall have: it is described as a whole, what is left out gets its default."""
    return {
        "authorization": option.get("authorization") or "NONE",
        "authorizer": option.get("authorizer") or None,
        "scopes": sorted(option.get("scopes") or []),
        "operation_name": option.get("operation_name") or None,
        "integration": integration.desired(option["integration"], (current or {}).get("integration")),
    }


def differences(before: Settings, after: Settings) -> list[str]:
    """Return the names of the options in which two routes differ, those of their integrations left aside."""
    return [option for option in after if option != "integration" and before[option] != after[option]]


def create_request(after: Settings, integration_id: str, authorizer_id: str | None) -> dict[str, Any]:
    """Return the request that creates a route, without its key and the id of its API."""
    return present(
        {
            "AuthorizationType": after["authorization"],
            "AuthorizerId": authorizer_id,
            "AuthorizationScopes": after["scopes"] or None,
            "OperationName": after["operation_name"],
            "Target": _TARGET + integration_id,
        }
    )


def update_request(before: Settings, after: Settings, integration_id: str, authorizer_id: str | None) -> dict[str, Any]:
    """Return the request that turns one route into another in a single change, without ids."""
    request = create_request(after, integration_id, authorizer_id)
    if before["scopes"] and not after["scopes"]:
        request["AuthorizationScopes"] = []
    if before["operation_name"] and not after["operation_name"]:
        request["OperationName"] = ""
    return request
