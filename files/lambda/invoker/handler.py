# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The Lambda function that runs the workflow and returns its payload.

Environment: STATE_MACHINE_ARN, the ARN of the machine or (as deployed) of its alias;
STATE_MACHINE_TYPE, STANDARD or EXPRESS.

The event is the workflow's input. A key "idempotencyKey" in it is not passed on: requests with the same
key and input run the workflow once and get the same payload; the same key with other input is refused.
"""

from __future__ import annotations

import os
from typing import Any

import execution
import payload

# Time that is left for answering when the wait for the workflow is given up.
ANSWER_MILLISECONDS = 2000
IDEMPOTENCY_KEY = "idempotencyKey"


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Run the workflow and return its payload; a failed run has a payload too, with status "failed"."""
    machine = execution.Machine(os.environ["STATE_MACHINE_ARN"], os.environ.get("STATE_MACHINE_TYPE", "STANDARD"))
    key = context.aws_request_id
    if isinstance(event, dict) and event.get(IDEMPOTENCY_KEY):
        key = str(event[IDEMPOTENCY_KEY])
        event = {name: value for name, value in event.items() if name != IDEMPOTENCY_KEY}

    def seconds_left() -> float:
        return (context.get_remaining_time_in_millis() - ANSWER_MILLISECONDS) / 1000

    try:
        return payload.of(machine.run(event, payload.execution_name(key), seconds_left))
    except execution.KeyReused as reused:
        return payload.conflict(reused.execution_arn)
