# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Authorizers of an HTTP API. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._values import present

Settings = dict[str, Any]

# Where both kinds of authorizer look for the token when nothing else is said.
DEFAULT_IDENTITY_SOURCES = ["$request.header.Authorization"]


def settings(described: Mapping[str, Any]) -> Settings:
    """Return an authorizer that AWS describes in the form of the module's options, all keys present."""
    jwt = described.get("JwtConfiguration") or {}
    is_lambda = described["AuthorizerType"] == "REQUEST"
    return {
        "type": described["AuthorizerType"],
        "identity_sources": sorted(described.get("IdentitySource") or []),
        "issuer": jwt.get("Issuer") or None,
        "audience": sorted(jwt.get("Audience") or []),
        "uri": described.get("AuthorizerUri") or None,
        "payload_format_version": described.get("AuthorizerPayloadFormatVersion") or None,
        "result_ttl_seconds": described.get("AuthorizerResultTtlInSeconds") if is_lambda else None,
        "simple_responses": bool(described.get("EnableSimpleResponses")),
        "credentials_arn": described.get("AuthorizerCredentialsArn") or None,
    }


def desired(option: Mapping[str, Any], current: Settings | None) -> Settings:
    """Return the settings that an authorizer shall have; only a left-out time to live stays as it is."""
    is_lambda = option["type"] == "REQUEST"
    sources = option.get("identity_sources")
    time_to_live = option.get("result_ttl_seconds")
    if time_to_live is None and current:
        time_to_live = current["result_ttl_seconds"]
    return {
        "type": option["type"],
        "identity_sources": sorted(DEFAULT_IDENTITY_SOURCES if sources is None else sources),
        "issuer": option.get("issuer") or None,
        "audience": sorted(option.get("audience") or []),
        "uri": option.get("uri") or None,
        "payload_format_version": (option.get("payload_format_version") or "2.0") if is_lambda else None,
        "result_ttl_seconds": time_to_live if is_lambda else None,
        "simple_responses": bool(option.get("simple_responses")),
        "credentials_arn": option.get("credentials_arn") or None,
    }


def differences(before: Settings, after: Settings) -> list[str]:
    """Return the names of the options in which two authorizers differ."""
    return [option for option in after if before[option] != after[option]]


def create_request(after: Settings) -> dict[str, Any]:
    """Return the request that creates an authorizer, without its name and the id of its API."""
    jwt = {"Issuer": after["issuer"], "Audience": after["audience"]} if after["type"] == "JWT" else None
    is_lambda = after["type"] == "REQUEST"
    return present(
        {
            "AuthorizerType": after["type"],
            "IdentitySource": after["identity_sources"],
            "JwtConfiguration": jwt,
            "AuthorizerUri": after["uri"],
            "AuthorizerPayloadFormatVersion": after["payload_format_version"],
            "AuthorizerResultTtlInSeconds": after["result_ttl_seconds"],
            "EnableSimpleResponses": after["simple_responses"] if is_lambda else None,
            "AuthorizerCredentialsArn": after["credentials_arn"],
        }
    )


def update_request(before: Settings, after: Settings) -> dict[str, Any]:
    """Return the request that turns one authorizer into another of the same type, without ids."""
    request = create_request(after)
    if before["credentials_arn"] and not after["credentials_arn"]:
        request["AuthorizerCredentialsArn"] = ""
    return request
