# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""AWS_PROXY integrations with a subtype: an HTTP API calls Step Functions itself.

Follows "Integration subtype reference" of the developer guide. What the service answers, errors too, goes to the
caller as the service writes it; every other subtype is refused, not half done.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.parser import models as stepfunctions

from local_aws import identity, journal
from local_aws.plane import parameter_mapping
from local_aws.plane.exchange import Exchange
from local_aws.plane.http import HttpResponse, json_response
from local_aws.plane.integration import IntegrationError, timeout_of, within
from local_aws.sfn import executions
from local_aws.sfn.errors import state_machine_arn

SERVICE = "apigateway.amazonaws.com"


@dataclasses.dataclass(frozen=True)
class _Subtype:
    """An operation, the IAM action it needs, and the members of its request by parameter; Region only says where."""

    operate: Callable[[Any, dict[str, Any]], dict[str, Any]]
    action: str
    members: Mapping[str, str]


_START = {"StateMachineArn": "stateMachineArn", "Name": "name", "Input": "input"}
_SUBTYPES = {
    "StepFunctions-StartExecution": _Subtype(executions.start, "states:StartExecution", _START),
    "StepFunctions-StartSyncExecution": _Subtype(
        executions.start_sync, "states:StartSyncExecution", {**_START, "TraceHeader": "traceHeader"}
    ),
}


def call(exchange: Exchange, integration: Any) -> HttpResponse:
    """Call the action of an integration; IntegrationError."""
    name = integration.integration_subtype
    subtype = _SUBTYPES.get(name)
    if subtype is None:
        raise IntegrationError(501, f"NotImplemented: integration subtype {name}", "Subtype not implemented")
    credentials = integration.credentials_arn or ""
    if not identity.can_be_assumed_by(credentials, SERVICE):
        journal.record("execute_api.role_refused", role=credentials)
        cause = "API Gateway cannot assume the role of the integration"
        raise IntegrationError(500, "Internal Server Error", cause)
    variables = exchange.variables()
    given = {key: parameter_mapping.evaluate(text, variables) for key, text in integration.request_parameters.items()}
    request = {member: given[key] for key, member in subtype.members.items() if given.get(key)}
    backend = stepfunctions.stepfunctions_parser_backends[exchange.account][given.get("Region") or exchange.region]
    answer = within(timeout_of(integration), lambda: _answer(subtype, backend, credentials, request))
    assert answer is not None
    return answer


def _answer(subtype: _Subtype, backend: Any, credentials: str, request: dict[str, Any]) -> HttpResponse:
    try:
        arn = request.get("stateMachineArn", "")
        unqualified = state_machine_arn(arn)[0]
        # IAM sees the state machine, whatever version or alias is asked for, and the qualified ARN too.
        if not any(identity.role_allows(credentials, subtype.action, each) for each in {arn, unqualified}):
            message = f"User: {credentials} is not authorized to perform: {subtype.action} on resource: {arn}"
            return json_response(400, {"__type": "AccessDeniedException", "message": message})
        return _json(200, subtype.operate(backend, request))
    except JsonRESTError as error:
        return json_response(error.code, {"__type": error.error_type, "message": error.message})


def _json(status: int, document: Mapping[str, Any]) -> HttpResponse:
    """Dates are seconds since 1970, as in the service's own protocol."""

    def date(value: Any) -> float:
        if isinstance(value, datetime):
            return value.timestamp()
        raise TypeError(type(value).__name__)

    return HttpResponse(status, [("content-type", "application/json")], json.dumps(document, default=date).encode())
