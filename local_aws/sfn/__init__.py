# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Step Functions: moto's interpreter with a JSONata evaluator, real API Gateway calls and AWS's API semantics."""

from __future__ import annotations

from moto.core.config import default_user_config

from local_aws.control import stepfunctions
from local_aws.sfn import (
    apigateway_task,
    attempts,
    backend,
    engine,
    expressions,
    failures,
    interrupts,
    logging,
)

_applied = False


def apply() -> None:
    """Install everything, once; before the first request."""
    global _applied
    if _applied:
        return
    _applied = True
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    for part in (interrupts, failures, expressions, engine, attempts, apigateway_task, logging, backend, stepfunctions):
        part.apply()


def stop() -> None:
    """End every running execution; when the server stops."""
    for each in backend.all_backends():
        backend.stop_all(each)
