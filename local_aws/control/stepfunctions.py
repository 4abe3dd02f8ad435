# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Step Functions: which function answers which operation of the API.

moto lacks seven operations and answers most others loosely (no revisions, no types, no weights, no paging of
histories), so these answer instead of moto's. What is not listed (activities, task tokens, map runs) is moto's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.responses import StepFunctionResponse

from local_aws.sfn import errors, executions, machines, versions
from local_aws.sfn.backend import Backend

Operation = Callable[[Backend, dict[str, Any]], dict[str, Any]]

OPERATIONS: dict[str, Operation] = {
    "create_state_machine": machines.create,
    "update_state_machine": machines.update,
    "describe_state_machine": machines.describe,
    "list_state_machines": machines.list_all,
    "delete_state_machine": machines.delete,
    "validate_state_machine_definition": machines.validate,
    "tag_resource": machines.tag,
    "untag_resource": machines.untag,
    "list_tags_for_resource": machines.list_tags,
    "publish_state_machine_version": versions.publish,
    "list_state_machine_versions": versions.list_versions,
    "delete_state_machine_version": versions.delete_version,
    "create_state_machine_alias": versions.create_alias,
    "update_state_machine_alias": versions.update_alias,
    "describe_state_machine_alias": versions.describe_alias,
    "list_state_machine_aliases": versions.list_aliases,
    "delete_state_machine_alias": versions.delete_alias,
    "start_execution": executions.start,
    "start_sync_execution": executions.start_sync,
    "stop_execution": executions.stop,
    "describe_execution": executions.describe,
    "describe_state_machine_for_execution": executions.describe_state_machine,
    "list_executions": executions.list_all,
    "get_execution_history": executions.history,
}
NOT_IMPLEMENTED = {"test_state": "TestState", "redrive_execution": "RedriveExecution"}


def apply() -> None:
    """Let the operations answer; moto dispatches by the method's name."""
    for name, operation in OPERATIONS.items():
        setattr(StepFunctionResponse, name, _answering(name, operation))
    for name, operation_name in NOT_IMPLEMENTED.items():
        setattr(StepFunctionResponse, name, _refusing(name, operation_name))


def _answering(name: str, operation: Operation) -> Callable[[Any], Any]:
    def answer(self: Any) -> Any:
        request = json.loads(self.body or "{}")
        return ActionResult(operation(self.stepfunction_backend, request))

    answer.__name__ = name
    return answer


def _refusing(name: str, operation_name: str) -> Callable[[Any], Any]:
    def refuse(self: Any) -> Any:
        raise errors.not_implemented(operation_name)

    refuse.__name__ = name
    return refuse
