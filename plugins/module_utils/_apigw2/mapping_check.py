# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Refuse parameter mappings of integrations that API Gateway does not know.

The grammar and the reserved headers are those of the API Gateway developer guide, "Transform
API requests and responses for HTTP APIs".

Pure functions only. Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

_REQUEST_KEY = re.compile(r"(append|overwrite|remove):(header|querystring)\.(\S+)|overwrite:path")
_RESPONSE_KEY = re.compile(r"(append|overwrite|remove):(header)\.(\S+)|overwrite:statuscode")
_RESERVED_HEADERS = frozenset(
    {
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-location",
        "forwarded",
        "keep-alive",
        "origin",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailers",
        "transfer-encoding",
        "upgrade",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "via",
    }
)
_RESERVED_PREFIXES = ("access-control-", "apigw-", "x-amz-", "x-amzn-")
# A variable stands alone as $request.path.id, or inside text as ${request.path.id}.
_VARIABLE = re.compile(r"\$(\{[^}]*\}?|[A-Za-z][A-Za-z0-9_.\-\[\]'\"]*)")
_REQUEST_SOURCES = re.compile(r"request\.(header|querystring|body|path)(\.|$)|request\.body|context\.|stageVariables\.")
_RESPONSE_SOURCES = re.compile(r"response\.(header|body)(\.|$)|context\.|stageVariables\.")
_PATH_VARIABLE = re.compile(r"request\.path\.([A-Za-z0-9_:\-]+)")


def path_variables(key: str) -> list[str]:
    """Return the names of the path variables of a route key."""
    return [name.rstrip("+") for name in re.findall(r"\{([^}]*)\}", key)]


def check_request_parameters(key: str, option: Mapping[str, Any]) -> None:
    """Raise InputError for a mapping of requests that cannot work; those of AWS services have names of their own."""
    for name, value in (option.get("request_parameters") or {}).items():
        where = f"request_parameters of route {key}"
        if not option.get("subtype"):
            _check_name(where, name, _REQUEST_KEY, "append|overwrite|remove:header|querystring.NAME or overwrite:path")
        _check_value(where, name, str(value or ""), _REQUEST_SOURCES, "$request, $context or $stageVariables")
        _check_path_variables(where, key, name, str(value or ""))


def check_response_parameters(key: str, option: Mapping[str, Any]) -> None:
    """Raise InputError for a mapping of responses that cannot work."""
    for status, mapping in (option.get("response_parameters") or {}).items():
        where = f"response_parameters of route {key}"
        if not re.fullmatch(r"[2-5]\d\d", str(status)):
            raise InputError(f"The {where} have a status {status!r}, but AWS allows 200 to 599.")
        if not isinstance(mapping, Mapping):
            raise InputError(f"The {where} need a mapping of parameters for status {status}.")
        for name, value in mapping.items():
            _check_name(where, name, _RESPONSE_KEY, "append|overwrite|remove:header.NAME or overwrite:statuscode")
            _check_value(where, name, str(value or ""), _RESPONSE_SOURCES, "$response, $context or $stageVariables")


def _check_name(where: str, name: str, allowed: re.Pattern[str], forms: str) -> None:
    match = allowed.fullmatch(name)
    if not match:
        raise InputError(f"The {where} have {name!r}, but AWS knows {forms}.")
    if match.group(2) == "header":
        header = match.group(3).lower()
        if header in _RESERVED_HEADERS or header.startswith(_RESERVED_PREFIXES):
            raise InputError(f"The {where} map the header {match.group(3)}, which AWS reserves.")


def _check_value(where: str, name: str, value: str, sources: re.Pattern[str], forms: str) -> None:
    if name.startswith("remove:"):
        if value not in ("", "''"):
            raise InputError(f"The {where} give {name} a value, but what is removed has none: leave it empty.")
        return
    if not value:
        raise InputError(f"The {where} give {name} no value.")
    for variable in _VARIABLE.findall(value):
        if not sources.match(variable.strip("{}")):
            raise InputError(f"The {where} use ${variable} for {name}, but a value there comes from {forms}.")


def _check_path_variables(where: str, key: str, name: str, value: str) -> None:
    known = path_variables(key)
    for variable in _PATH_VARIABLE.findall(value):
        if variable not in known:
            raise InputError(
                f"The {where} use $request.path.{variable} for {name}, but the route has no {{{variable}}}."
            )
