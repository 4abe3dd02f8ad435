# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The Lambda function that runs the workflow and returns its payload.

Environment: STATE_MACHINE_ARN, the ARN of the machine or (as deployed) of its alias;
STATE_MACHINE_TYPE, STANDARD or EXPRESS.

The event is the workflow's input. Three keys of it steer the invocation and are not passed on:

  invocationMode   wait (the default): return the payload of the finished workflow.
                   async: return at once, with the execution's ARN.
                   status: return the payload, or that the execution is still running; starts nothing.
  idempotencyKey   names the execution: requests with the same key and input run the workflow once and get the same
                   payload; the same key with other input is refused.
  executionArn     with status, which execution; an idempotencyKey does as well.

Behind a function URL the event is the JSON body of a POST; GET asks for a status, with the keys in the query.
What the caller did wrong is answered with status "refused", a short name and a sentence; AWS's own failures are raised,
so that they count as errors of the function.
"""

from __future__ import annotations

import os
from typing import Any

import execution
import payload
import request

# Time that is left for answering when the wait for the workflow is given up.
ANSWER_MILLISECONDS = 2000


def handler(event: Any, context: Any) -> Any:
    """Run the workflow and return its payload; a failed run has a payload too, with status "failed"."""
    machine = execution.Machine(os.environ["STATE_MACHINE_ARN"], os.environ.get("STATE_MACHINE_TYPE", "STANDARD"))
    http = request.is_http(event)
    try:
        answer = _answer(machine, request.of_http(event) if http else request.of(event), context)
    except request.Refused as refused:
        answer = payload.refused(refused.error, refused.cause)
    except execution.KeyReused as reused:
        answer = payload.conflict(reused.execution_arn)
    return payload.http_response(answer) if http else answer


def _answer(machine: execution.Machine, asked: request.Request, context: Any) -> Any:
    name = payload.execution_name(asked.key or context.aws_request_id)

    def seconds_left() -> float:
        milliseconds_left: int = context.get_remaining_time_in_millis()
        return (milliseconds_left - ANSWER_MILLISECONDS) / 1000

    if asked.mode == request.STATUS:
        return payload.of(machine.describe(asked.execution or machine.execution_arn(name)))
    if asked.mode == request.ASYNC:
        return payload.of(machine.start(asked.document, name))
    return payload.of(machine.run(asked.document, name, seconds_left))
