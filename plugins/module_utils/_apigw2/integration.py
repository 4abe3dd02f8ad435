# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Integrations of an HTTP API: what a route passes its requests to. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._values import present

Settings = dict[str, Any]

# The description of integrations whose description was left out. It marks those that no route uses as ours.
MARKER = "Managed by orchestra.aws"
# Milliseconds; AWS's default, and the longest that an HTTP API allows.
DEFAULT_TIMEOUT = 30000
# How AWS spells the value of a parameter that removes a header or query string parameter.
REMOVED = "''"

_AWS_NAMES = {
    "type": "IntegrationType",
    "subtype": "IntegrationSubtype",
    "method": "IntegrationMethod",
    "uri": "IntegrationUri",
    "vpc_link_id": "ConnectionId",
    "credentials_arn": "CredentialsArn",
    "payload_format_version": "PayloadFormatVersion",
    "timeout_milliseconds": "TimeoutInMillis",
    "description": "Description",
}
# AWS has no documented way to take these back from an integration, or to change them into something else.
_FIXED = ("type", "subtype")
_CANNOT_BE_REMOVED = ("uri", "method", "vpc_link_id", "credentials_arn", "tls_server_name")


def settings(described: Mapping[str, Any]) -> Settings:
    """Return an integration that AWS describes in the form of the module's options, all keys present."""
    found: Settings = {option: described.get(name) or None for option, name in _AWS_NAMES.items()}
    responses = described.get("ResponseParameters") or {}
    return {
        **found,
        "vpc_link_id": found["vpc_link_id"] if described.get("ConnectionType") == "VPC_LINK" else None,
        "payload_format_version": found["payload_format_version"] or "1.0",
        "timeout_milliseconds": found["timeout_milliseconds"] or DEFAULT_TIMEOUT,
        "request_parameters": _parameters(described.get("RequestParameters")),
        "response_parameters": _responses(responses),
        "tls_server_name": (described.get("TlsConfig") or {}).get("ServerNameToVerify") or None,
    }


def desired(option: Mapping[str, Any], current: Settings | None) -> Settings:
    """Return the settings that an integration shall have.

    Only a left-out description stays as it is; everything else that is left out gets its default.
    """
    kind = option.get("type") or ("AWS_PROXY" if option.get("subtype") else "HTTP_PROXY")
    calls_lambda = kind == "AWS_PROXY" and not option.get("subtype")
    method = option.get("method") or ("POST" if calls_lambda else "ANY")
    description = option.get("description")
    if description is None:
        description = current["description"] if current else MARKER
    return {
        "type": kind,
        "subtype": option.get("subtype") or None,
        "method": None if option.get("subtype") else method.upper(),
        "uri": option.get("uri") or None,
        "vpc_link_id": option.get("vpc_link_id") or None,
        "credentials_arn": option.get("credentials_arn") or None,
        "payload_format_version": option.get("payload_format_version") or ("2.0" if calls_lambda else "1.0"),
        "timeout_milliseconds": option.get("timeout_milliseconds") or DEFAULT_TIMEOUT,
        "description": description or None,
        "request_parameters": _parameters(option.get("request_parameters")),
        "response_parameters": _responses(option.get("response_parameters") or {}),
        "tls_server_name": option.get("tls_server_name") or None,
    }


def _parameters(given: Mapping[str, Any] | None) -> dict[str, str]:
    # For remove:... AWS documents the value '' and takes the empty string too: both mean the same.
    return {
        name: REMOVED if name.startswith("remove:") and value in (None, "") else str(value)
        for name, value in sorted((given or {}).items())
    }


def _responses(given: Mapping[Any, Mapping[str, Any] | None]) -> dict[str, dict[str, str]]:
    by_status = {str(status): _parameters(parameters) for status, parameters in given.items()}
    return {status: by_status[status] for status in sorted(by_status) if by_status[status]}


def same(one: Settings, other: Settings) -> bool:
    """Tell whether two integrations do the same; a method that neither side can choose does not count."""
    return not differences(one, other)


def differences(one: Settings, other: Settings) -> list[str]:
    """Return the names of the options in which two integrations differ."""
    ignored = {"method"} if one.get("subtype") and other.get("subtype") else set()
    return [option for option in one if option not in ignored and one[option] != other[option]]


def needs_new(before: Settings, after: Settings) -> bool:
    """Tell whether a change cannot be made in place, so that the route has to move to a new integration."""
    if any(before[option] != after[option] for option in _FIXED):
        return True
    if bool(before["vpc_link_id"]) != bool(after["vpc_link_id"]):
        return True
    if any(before[option] and not after[option] for option in _CANNOT_BE_REMOVED):
        return True
    # A status can be taken away as a whole, but how to take away one of its parameters is not documented.
    return any(
        set(parameters) - set(after["response_parameters"].get(status, parameters))
        for status, parameters in before["response_parameters"].items()
    )


def create_request(after: Settings) -> dict[str, Any]:
    """Return the request that creates an integration, without the id of its API."""
    request = present({name: after[option] for option, name in _AWS_NAMES.items()})
    request["ConnectionType"] = "VPC_LINK" if after["vpc_link_id"] else "INTERNET"
    if after["request_parameters"]:
        request["RequestParameters"] = after["request_parameters"]
    if after["response_parameters"]:
        request["ResponseParameters"] = after["response_parameters"]
    if after["tls_server_name"]:
        request["TlsConfig"] = {"ServerNameToVerify": after["tls_server_name"]}
    return request


def update_request(before: Settings, after: Settings) -> dict[str, Any]:
    """Return the request that turns one integration into another, without ids.

    AWS merges the parameters of an update into the present ones: an empty value takes one away.
    """
    request = create_request(after)
    request["Description"] = after["description"] or ""
    gone = {name: "" for name in before["request_parameters"] if name not in after["request_parameters"]}
    if gone or after["request_parameters"]:
        request["RequestParameters"] = {**after["request_parameters"], **gone}
    gone_statuses: dict[str, Any] = {
        status: {} for status in before["response_parameters"] if status not in after["response_parameters"]
    }
    if gone_statuses or after["response_parameters"]:
        request["ResponseParameters"] = {**after["response_parameters"], **gone_statuses}
    return request
