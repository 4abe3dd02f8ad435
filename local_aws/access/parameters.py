# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The parameters of an API request, as the SDK's caller gave them, whatever protocol they came in."""

from __future__ import annotations

import io
from typing import Any

import botocore.exceptions
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from local_aws.front import Environ
from local_aws.refusals import Call

# Signing name -> name of the service's model, where they differ.
_MODELS = {
    "elasticloadbalancing": "elbv2",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
}


def parameters(call: Call, environ: Environ, body: bytes) -> dict[str, Any]:
    """The parameters; empty when the operation is none of the service's."""
    name = _MODELS.get(call.service, call.service)
    try:
        model = get_service_model(name)
    except (botocore.exceptions.UnknownServiceError, botocore.exceptions.DataNotFoundError):
        return {}
    if call.operation not in model.operation_names:
        return {}
    request = Request({**environ, "wsgi.input": io.BytesIO(body), "PATH_INFO": str(environ["PATH_INFO"])})
    parser = PROTOCOL_PARSERS[determine_request_protocol(model, request.content_type)]
    parsed = parser(model.operation_model(call.operation)).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": _in_the_url(name, request),
        }
    )
    return dict(parsed or {})


def _in_the_url(service: str, request: Request) -> dict[str, Any]:
    if not get_service_model(service).protocol.startswith("rest"):
        return {}
    try:
        return dict(get_service_router(service).match(request)[1])
    except NotFound:
        return {}


def named(parameters: Any, *names: str) -> list[str]:
    """The texts under these names, at any depth, lists opened: the last part of a path is enough."""
    found: list[str] = []
    items = parameters.items() if isinstance(parameters, dict) else ()
    for key, value in items:
        if key in names:
            found.extend(str(item) for item in (value if isinstance(value, list) else [value]) if item is not None)
    return found


def tags(parameters: dict[str, Any]) -> dict[str, str]:
    """The tags that a request gives, in whichever of AWS's forms."""
    for key in ("Tags", "tags"):
        given = parameters.get(key)
        if isinstance(given, dict):
            return {str(name): str(value) for name, value in given.items()}
        if isinstance(given, list):
            return pairs(given)
    return {}


def pairs(given: list[Any]) -> dict[str, str]:
    """Tags in the form [{"Key": ..., "Value": ...}], in upper or lower case."""
    return {
        str(item.get("Key", item.get("key"))): str(item.get("Value", item.get("value", "")))
        for item in given
        if isinstance(item, dict)
    }
