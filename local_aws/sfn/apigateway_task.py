# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Puts our `apigateway:invoke` into moto's engine.

moto's own cannot complete a call: two of its methods are called with arguments they do not take, it drops every
parameter but ApiEndpoint and Method, wants a scheme in front of the host, and takes 200 for the only success.
"""

from __future__ import annotations

import hashlib
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_api_gateway import (
    StateTaskServiceApiGateway,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)

from local_aws.sfn import apigateway, failures, interrupts


def apply() -> None:
    StateTaskServiceApiGateway._SUPPORTED_API_PARAM_BINDINGS["invoke"] = set(apigateway.PARAMETERS)
    StateTaskServiceApiGateway._eval_parameters = _eval_parameters
    StateTaskServiceApiGateway._eval_service_task = _eval_service_task
    StateTaskServiceApiGateway._from_error = _from_error


def _eval_parameters(self: Any, env: Any) -> Any:
    parameters = StateTaskServiceCallback._eval_parameters(self, env)
    try:
        apigateway.check(parameters)
    except apigateway.InvalidField as error:
        raise failures.runtime(env, str(error)) from error
    return parameters


def _eval_service_task(
    self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: dict[str, Any], state_credentials: Any
) -> None:
    request = apigateway.request_of(normalised_parameters)
    if normalised_parameters.get("AuthType") == "IAM_ROLE":
        try:
            request = apigateway.sign(request, state_credentials.role_arn, _session(state_credentials.role_arn))
        except KeyError as error:
            cause = f"The role {state_credentials.role_arn} cannot be assumed."
            raise apigateway.CallFailed(failures.PERMISSIONS, cause) from error
    env.stack.append(apigateway.send(request, interrupts.halt_of(env)))


def _from_error(self: Any, env: Any, ex: Exception) -> Any:
    if isinstance(ex, apigateway.CallFailed):
        resource, kind = self._get_sfn_resource(), self._get_sfn_resource_type()
        return failures.task(env, ex.error, ex.cause, resource, kind).failure_event
    return StateTaskServiceCallback._from_error(self, env=env, ex=ex)


def _session(role_arn: str) -> str:
    """AWS names the session with 32 characters of its own; ours stays the same for a role."""
    return hashlib.sha256(role_arn.encode()).hexdigest()[:32]
