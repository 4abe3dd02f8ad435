# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Refuse routes and integrations that API Gateway would refuse, or accept and never serve.

Limits are those of the API Gateway developer guide (quotas, routes, parameter mapping) and of
the API's model. Values that are not known yet in check mode pass.

Pure functions only. Private to the collection.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import mapping_check
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
TIMEOUTS = (50, 30000)
_SCOPES_PER_ROUTE = 10

_SEGMENT = re.compile(r"[^\s{}?#/]+|\{[A-Za-z0-9._:-]+\+?\}")
_LISTENER = re.compile(r"arn:[^:]+:elasticloadbalancing:[^:]+:[^:]+:listener/(app|net)/.+")
_CLOUD_MAP = re.compile(r"arn:[^:]+:servicediscovery:[^:]+:[^:]+:service/.+")
_LAMBDA = re.compile(r"arn:[^:]+:(lambda:[^:]+:[^:]+:function:.+|apigateway:[^:]+:lambda:path/.+/invocations)")


def check_routes(routes: Iterable[Mapping[str, Any]]) -> None:
    """Raise InputError for the first route that cannot work."""
    routes = list(routes)
    counted = Counter(each["key"] for each in routes)
    for key, count in counted.items():
        if count > 1:
            raise InputError(f"Route {key} is given {count} times: give each route key once.")
    for each in routes:
        check_key(each["key"])
        _check_authorization(each)
        _check_integration(each["key"], each["integration"])


def check_key(key: str) -> None:
    """Raise InputError unless a route key is $default or a method and a path."""
    if key == "$default":
        return
    method, space, path = key.partition(" ")
    if not space or method not in METHODS:
        raise InputError(
            f"Route key {key!r} has to be $default, or a method ({', '.join(METHODS)}), one space and a path."
        )
    if not path.startswith("/"):
        raise InputError(f"Route key {key!r} needs a path that starts with a slash.")
    if path.endswith("/") and path != "/":
        raise InputError(f"Route key {key!r} ends with a slash, which API Gateway refuses.")
    segments = [segment for segment in path.split("/") if segment]
    for segment in segments:
        if not _SEGMENT.fullmatch(segment):
            raise InputError(
                f"Route key {key!r} has a part {segment!r}: a part is plain text without braces, {{name}} or {{name+}}."
            )
    if any(segment.endswith("+}") for segment in segments[:-1]):
        raise InputError(f"Route key {key!r} has a greedy variable before its end: {{name+}} may only come last.")
    names = mapping_check.path_variables(key)
    if len(set(names)) < len(names):
        raise InputError(f"Route key {key!r} names a path variable twice.")


def _check_authorization(option: Mapping[str, Any]) -> None:
    key, kind = option["key"], option.get("authorization") or "NONE"
    needs_authorizer = kind in ("JWT", "CUSTOM")
    if needs_authorizer and not option.get("authorizer"):
        raise InputError(f"Route {key} has authorization {kind} and so needs an authorizer.")
    if option.get("authorizer") and not needs_authorizer:
        raise InputError(f"Route {key} has an authorizer, which authorization {kind} does not use: JWT and CUSTOM do.")
    scopes = option.get("scopes") or []
    if scopes and kind != "JWT":
        raise InputError(f"Route {key} has scopes, which only authorization JWT uses.")
    if len(scopes) > _SCOPES_PER_ROUTE:
        raise InputError(f"Route {key} has {len(scopes)} scopes, but AWS allows {_SCOPES_PER_ROUTE}.")
    if any(not 1 <= len(scope) <= 64 for scope in scopes):
        raise InputError(f"Route {key} has a scope that is not 1 to 64 characters long.")
    if len(option.get("operation_name") or "") > 64:
        raise InputError(f"Route {key} has an operation_name of more than 64 characters.")


def _check_integration(key: str, option: Mapping[str, Any]) -> None:
    kind = option.get("type") or ("AWS_PROXY" if option.get("subtype") else "HTTP_PROXY")
    _check_timeout(key, option.get("timeout_milliseconds"))
    method = option.get("method")
    if method and method.upper() not in METHODS:
        raise InputError(f"The integration of route {key} has method {method!r}, but AWS knows {', '.join(METHODS)}.")
    if option.get("subtype"):
        _check_service(key, kind, option)
    else:
        _check_uri(key, kind, option)
    version = option.get("payload_format_version") or "1.0"
    if version != "1.0" and (kind != "AWS_PROXY" or option.get("subtype")):
        raise InputError(
            f"The integration of route {key} has payload_format_version {version}, but only Lambda functions "
            "can be called with other versions than 1.0."
        )
    if option.get("tls_server_name") and not option.get("vpc_link_id"):
        raise InputError(f"The integration of route {key} has a tls_server_name, which needs a vpc_link_id.")
    if len(option.get("description") or "") > 1024:
        raise InputError(f"The integration of route {key} has a description of more than 1024 characters.")
    mapping_check.check_request_parameters(key, option)
    mapping_check.check_response_parameters(key, option)


def _check_timeout(key: str, timeout: int | None) -> None:
    shortest, longest = TIMEOUTS
    if timeout is not None and not shortest <= timeout <= longest:
        raise InputError(
            f"The integration of route {key} has timeout_milliseconds {timeout}, "
            f"but an HTTP API allows {shortest} to {longest}."
        )


def _check_service(key: str, kind: str, option: Mapping[str, Any]) -> None:
    if kind != "AWS_PROXY":
        raise InputError(f"The integration of route {key} has a subtype and so needs type AWS_PROXY.")
    for other in ("uri", "vpc_link_id", "method"):
        if option.get(other):
            raise InputError(f"The integration of route {key} has a subtype and so takes no {other}.")
    if not option.get("credentials_arn"):
        raise InputError(f"The integration of route {key} calls an AWS service and so needs credentials_arn.")


def _check_uri(key: str, kind: str, option: Mapping[str, Any]) -> None:
    uri = option.get("uri")
    if not uri:
        raise InputError(f"The integration of route {key} needs a uri, or a subtype.")
    if len(uri) > 2048:
        raise InputError(f"The integration of route {key} has a uri of more than 2048 characters.")
    if option.get("vpc_link_id") and kind != "HTTP_PROXY":
        raise InputError(f"The integration of route {key} has a vpc_link_id and so needs type HTTP_PROXY.")
    if is_unknown(uri):
        return
    if option.get("vpc_link_id"):
        if not (_LISTENER.fullmatch(uri) or _CLOUD_MAP.fullmatch(uri)):
            raise InputError(
                f"The integration of route {key} uses a VPC link, so its uri has to be the ARN of a load balancer's "
                f"listener or of a Cloud Map service, not {uri}."
            )
    elif kind == "AWS_PROXY" and not _LAMBDA.fullmatch(uri):
        raise InputError(f"The integration of route {key} is AWS_PROXY, so its uri has to be the ARN of a function.")
    elif kind == "HTTP_PROXY" and not re.match(r"https?://[^/]", uri):
        raise InputError(
            f"The integration of route {key} needs a uri that starts with http:// or https://, "
            "or a vpc_link_id if it is in a VPC."
        )
