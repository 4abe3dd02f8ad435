# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""AWS_PROXY integrations of an HTTP API: a Lambda function answers the request."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.core.exceptions import JsonRESTError

from local_aws import identity, journal, policy
from local_aws.lambda_ import invoke
from local_aws.plane import lambda_event, parameter_mapping, routes
from local_aws.plane.exchange import Exchange
from local_aws.plane.http import HttpRequest, HttpResponse
from local_aws.plane.integration import IntegrationError, timeout_of, within

SERVICE = "apigateway.amazonaws.com"
_FUNCTION = re.compile(r"(arn:aws[\w-]*:lambda:([\w-]+):(\d{12}):function:([\w-]+))(?::([\w$-]+))?(?:/invocations)?$")
_REFUSED = (
    "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. "
    "Check the permissions and try again."
)


def call(exchange: Exchange, integration: Any, request: HttpRequest) -> HttpResponse:
    """Invoke the function of an integration with the request as event; IntegrationError."""
    version = integration.payload_format_version or "1.0"
    request = parameter_mapping.map_request(integration.request_parameters or {}, request, exchange.variables())
    event = lambda_event.of_format(version, exchange, request)
    key = exchange.context["routeKey"]
    source = exchange.resource(key if key == routes.DEFAULT else key.partition(" ")[2])
    uri = parameter_mapping.evaluate(integration.integration_uri, exchange.variables())

    def work() -> HttpResponse:
        payload = ask(exchange, uri, integration.credentials_arn, source, event)
        try:
            return lambda_event.response_of(version, payload)
        except lambda_event.MalformedAnswer as error:
            cause = f"The response from the Lambda function doesn't match the format that API Gateway expects. {error}"
            raise IntegrationError(500, "Internal Server Error", cause) from error

    answer = within(timeout_of(integration), work, late=(503, "Service Unavailable"))
    assert answer is not None
    return answer


def ask(exchange: Exchange, uri: str, credentials: str | None, source: str, event: dict[str, Any]) -> str:
    """The function's answer as JSON; IntegrationError when it may not be called, is not there or fails.

    source: the ARN of execute-api that the function's policy has to allow, unless a role is given.
    """
    match = _FUNCTION.search(uri or "")
    if match is None:
        raise IntegrationError(500, "Internal Server Error", "The URI of the integration is no function")
    base, region, account, name, qualifier = match.groups()
    backend = lambda_backends[account][region]
    try:
        function = backend.get_function(name, qualifier)
        arn = f"{base}:{qualifier}" if qualifier else base
        if not _allowed(exchange.account, function, arn, credentials, source):
            journal.record("execute_api.function_refused", function=name, source=source)
            raise IntegrationError(500, "Internal Server Error", _REFUSED)
        outcome = invoke.call(backend, name, qualifier, json.dumps(event))
    except JsonRESTError as error:
        raise IntegrationError(500, "Internal Server Error", f"Lambda answered {error.error_type}") from error
    except NotImplementedError as error:
        raise IntegrationError(501, f"NotImplemented: {error}", str(error)) from error
    if outcome.error is not None:
        cause = f"Lambda invocation failed with {outcome.error.get('errorType')}"
        raise IntegrationError(500, "Internal Server Error", cause)
    return outcome.payload or "null"


def _allowed(account: str, function: Any, arn: str, credentials: str | None, source: str) -> bool:
    """Whether the role, or without one the function's own policy, lets API Gateway invoke the function."""
    if credentials:
        assumable = identity.can_be_assumed_by(credentials, SERVICE)
        return assumable and identity.role_allows(credentials, "lambda:InvokeFunction", arn)
    own = [each for each in function.policy.statements if _names_the_service(each.get("Principal"))]
    context = {"aws:sourcearn": source, "aws:sourceaccount": account}
    return policy.allows([{"Statement": own}], "lambda:InvokeFunction", arn, context)


def _names_the_service(principal: Any) -> bool:
    if principal == "*":
        return True
    services = principal.get("Service") if isinstance(principal, dict) else None
    return SERVICE in (services if isinstance(services, list) else [services])
