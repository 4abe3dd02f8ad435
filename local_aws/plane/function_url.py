# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Requests to the URL of a Lambda function ("Invoking Lambda function URLs" of the developer guide)."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.core.exceptions import JsonRESTError

from local_aws import identity, journal, policy, settings
from local_aws.lambda_ import invoke
from local_aws.plane import lambda_event
from local_aws.plane.http import HttpRequest, HttpResponse

_ACTIONS = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")


def handle(request: HttpRequest, url_id: str) -> HttpResponse:
    """Answer a request to the URL with this id; 403 for no such URL, so that nobody can tell which there are."""
    function = _function(url_id)
    if function is None:
        return _message(403, "Forbidden")
    caller = identity.authenticate(request, service="lambda")
    if not _allowed(function, caller):
        journal.record("function_url.refused", function=function.function_name, caller=caller.arn if caller else None)
        return _message(403, "Forbidden")
    backend = lambda_backends[settings.current().account][function.region]
    try:
        outcome = invoke.call(backend, function.function_name, None, json.dumps(_event(request, url_id, caller)))
        if outcome.error is None:
            return lambda_event.response_of("2.0", outcome.payload or "null")
    except (JsonRESTError, lambda_event.MalformedAnswer) as error:
        journal.record("function_url.failed", function=function.function_name, error=type(error).__name__)
    return _message(502, "Internal Server Error")


def _function(url_id: str) -> Any | None:
    for backend in lambda_backends[settings.current().account].values():
        for function in backend.list_functions():
            if function.url_config is not None and function.url_config.url_id == url_id:
                return function
    return None


def _allowed(function: Any, caller: identity.Principal | None) -> bool:
    """Both actions are needed: from the caller's policies for AWS_IAM, from the function's own for NONE."""
    kind, arn = function.url_config.config["AuthType"], function.function_arn
    context = {"lambda:functionurlauthtype": kind, "lambda:invokedviafunctionurl": "true"}
    if kind == "AWS_IAM":
        return caller is not None and all(identity.authorize(caller, action, arn, context) for action in _ACTIONS)
    own = [statement for statement in function.policy.statements if statement.get("Principal") == "*"]
    return all(policy.allows([{"Statement": own}], action, arn, context) for action in _ACTIONS)


def _event(request: HttpRequest, url_id: str, caller: identity.Principal | None) -> dict[str, Any]:
    """The event in payload format 2.0; what is empty is left out."""
    now, domain = time.time(), f"{url_id}.lambda-url.{settings.current().region}.on.aws"
    body, encoded = lambda_event.body_of(request)
    query = {name: ",".join(values) for name, values in lambda_event.query_of(request).items()}
    iam = {"iam": {"accountId": caller.account, "userArn": caller.arn}} if caller else None
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query_string,
        "headers": dict(request.headers),
        "queryStringParameters": query or None,
        "requestContext": {
            "accountId": caller.account if caller else "anonymous",
            "apiId": url_id,
            **({"authorizer": iam} if iam else {}),
            "domainName": domain,
            "domainPrefix": url_id,
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": request.headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "body": body,
        "isBase64Encoded": encoded,
    }
    return {name: value for name, value in event.items() if value is not None}


def _message(status: int, message: str) -> HttpResponse:
    return HttpResponse(status, [("content-type", "application/json")], json.dumps({"Message": message}).encode())
