# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Start, stop, describe and list executions, and read their history."""

from __future__ import annotations

import json
import uuid
from typing import Any

from local_aws.sfn import errors, machines, versions
from local_aws.sfn.backend import Backend
from local_aws.sfn.errors import api_error
from local_aws.sfn.execution import EXPRESS_LIMIT_SECONDS, RUNNING, SUCCEEDED, TIMED_OUT, Execution, Origin
from local_aws.sfn.model import StateMachine

STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")
_BILLED_STEP_MILLISECONDS = 100
_BILLED_MEMORY_MB = 64
_WRONG_TYPE = "This operation is not supported by this type of state machine"


def start(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """StartExecution of a machine, a version or an alias; idempotent by name and input while it runs."""
    text = _checked_input(request.get("input"))
    name = errors.check_name(request["name"]) if request.get("name") is not None else str(uuid.uuid4())
    with backend.lock:
        machine, origin, version_arn, alias_arn = _resolve(backend, request["stateMachineArn"])
        if not machine.is_express:
            existing = machine.executions_by_name.get(name)
            if existing is not None:
                return _started_again(existing, text)
        execution = _new(backend, machine, origin, name, text, version_arn, alias_arn)
    return {"executionArn": execution.exec_arn, "startDate": execution.start_date}


def start_sync(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """StartSyncExecution of an EXPRESS machine: answers when the execution is over, at the latest after 5 minutes."""
    text = _checked_input(request.get("input"))
    name = errors.check_name(request["name"]) if request.get("name") is not None else str(uuid.uuid4())
    with backend.lock:
        machine, origin, version_arn, alias_arn = _resolve(backend, request["stateMachineArn"])
        if not machine.is_express:
            raise api_error("StateMachineTypeNotSupported", _WRONG_TYPE)
        execution = _new(backend, machine, origin, name, text, version_arn, alias_arn)
    execution.wait(EXPRESS_LIMIT_SECONDS + 5)
    status = execution.status if execution.status in {SUCCEEDED, TIMED_OUT} else "FAILED"
    duration = (execution.stop_date - execution.start_date).total_seconds() * 1000
    billed = -(-max(duration, 1) // _BILLED_STEP_MILLISECONDS) * _BILLED_STEP_MILLISECONDS
    answer = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": machine.arn,
        "name": name,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "status": status,
        "input": text,
        "inputDetails": {"included": True},
        "billingDetails": {"billedMemoryUsedInMB": _BILLED_MEMORY_MB, "billedDurationInMilliseconds": int(billed)},
    }
    return {**answer, **_outcome(execution)}


def stop(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """StopExecution; one that is closed already keeps its outcome and its date."""
    execution = _find(backend, request["executionArn"])
    return {"stopDate": execution.abort(request.get("error"), request.get("cause"))}


def describe(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeExecution."""
    execution = _find(backend, request["executionArn"])
    status = execution.status  # read first: whoever sees it closed must see the outcome
    answer = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.origin.arn,
        "name": execution.name,
        "status": status,
        "startDate": execution.start_date,
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        "redriveCount": 0,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "The embedded AWS does not redrive executions.",
        **_qualifiers(execution),
    }
    if status != RUNNING:
        answer["stopDate"] = execution.stop_date
        answer |= _outcome(execution)
    return answer


def describe_state_machine(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStateMachineForExecution: the definition that the execution runs."""
    execution = _find(backend, request["executionArn"])
    machine = backend.find(execution.origin.arn)
    shown = machines.description(machine, execution.origin.revision)
    names = (
        "stateMachineArn",
        "name",
        "definition",
        "roleArn",
        "loggingConfiguration",
        "tracingConfiguration",
        "encryptionConfiguration",
        "revisionId",
    )
    return {"updateDate": execution.origin.updated, **{name: shown[name] for name in names if name in shown}}


def list_all(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """ListExecutions of a machine, a version or an alias, the latest first."""
    status = request.get("statusFilter")
    if status is not None and status not in STATUSES:
        raise errors.constraint(status, "statusFilter", f"Member must satisfy enum value set: [{', '.join(STATUSES)}]")
    if not request.get("stateMachineArn"):
        raise errors.not_implemented("ListExecutions by mapRunArn")
    arn = request["stateMachineArn"]
    machine = backend.find(arn)
    if machine.is_express:
        raise api_error("StateMachineTypeNotSupported", _WRONG_TYPE)
    found = [
        execution
        for execution in list(machine.executions_by_name.values())
        if arn in {machine.arn, execution.version_arn, execution.alias_arn}
        and (status is None or execution.status == status)
    ]
    found.reverse()
    found.sort(key=lambda execution: execution.start_date, reverse=True)
    shown, token = errors.page(found, request, lambda execution: str(execution.exec_arn))
    return {"executions": [_item(execution) for execution in shown], "nextToken": token}


def history(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """GetExecutionHistory."""
    execution = _find(backend, request["executionArn"])
    events = execution.events()
    if request.get("reverseOrder"):
        events.reverse()
    shown, token = errors.page(events, request, lambda event: str(event["id"]))
    if request.get("includeExecutionData") is False:
        shown = [_without_data(event) for event in shown]
    return {"events": shown, "nextToken": token}


def _without_data(event: dict[str, Any]) -> dict[str, Any]:
    hidden = {"input", "output", "parameters", "assignedVariables"}
    return {
        key: {name: item for name, item in value.items() if name not in hidden} if isinstance(value, dict) else value
        for key, value in event.items()
    }


def _new(
    backend: Backend,
    machine: StateMachine,
    origin: Origin,
    name: str,
    text: str,
    version_arn: str | None,
    alias_arn: str | None,
) -> Execution:
    """A started execution, filed under its machine."""
    kind, suffix = ("express", f":{uuid.uuid4()}") if machine.is_express else ("execution", "")
    arn = machine.arn.replace(":stateMachine:", f":{kind}:", 1) + f":{name}{suffix}"
    place = (backend.account_id, backend.region_name)
    execution = Execution(origin, arn, name, text, place, version_arn, alias_arn)
    execution.start()
    if machine.is_express:
        # Nobody can ask for a closed one, so only those that run are kept.
        machine.express_executions = [*(item for item in machine.express_executions if item.is_running), execution]
    else:
        machine.executions_by_name[name] = execution
    return execution


def _started_again(existing: Execution, text: str) -> dict[str, Any]:
    if existing.is_running and existing.execution_input == text:
        return {"executionArn": existing.exec_arn, "startDate": existing.start_date}
    raise api_error("ExecutionAlreadyExists", f"Execution Already Exists: '{existing.exec_arn}'")


def _resolve(backend: Backend, arn: str) -> tuple[StateMachine, Origin, str | None, str | None]:
    """Machine, what to run, and the version and alias that were asked for."""
    unqualified, _, qualifier = errors.state_machine_arn(arn)
    machine = backend.find_active(arn)
    if arn == unqualified:
        return machine, Origin(machine, machine.revision), None, None
    alias_arn = None
    if qualifier is not None and not qualifier.isdigit():
        alias = machine.aliases.get(qualifier)
        if alias is None:
            raise api_error("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        alias_arn, arn = alias.arn, versions.route(alias)
    version = backend.version(arn)
    return machine, Origin(machine, version.revision), version.arn, alias_arn


def _find(backend: Backend, arn: Any) -> Execution:
    """The standard execution of an ARN; ExecutionDoesNotExist, InvalidArn."""
    name = errors.standard_execution_arn(arn)
    for machine in backend.state_machines:
        if machine.name == name:
            execution = machine.executions_by_name.get(arn.rpartition(":")[2])
            if execution is not None and execution.exec_arn == arn:
                return execution
    raise api_error("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def _outcome(execution: Execution) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    if execution.status == SUCCEEDED:
        answer = {"output": execution.output_text(), "outputDetails": {"included": True}}
    for key in ("error", "cause"):
        if getattr(execution, key) is not None:
            answer[key] = getattr(execution, key)
    return answer


def _qualifiers(execution: Execution) -> dict[str, Any]:
    found = {"stateMachineVersionArn": execution.version_arn, "stateMachineAliasArn": execution.alias_arn}
    return {key: value for key, value in found.items() if value is not None}


def _item(execution: Execution) -> dict[str, Any]:
    item = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.origin.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "redriveCount": 0,
        **_qualifiers(execution),
    }
    if execution.stop_date is not None:
        item["stopDate"] = execution.stop_date
    return item


def _checked_input(text: Any) -> str:
    """The input as the caller wrote it; {} when there is none."""
    if text is None:
        return "{}"
    if len(str(text).encode()) > errors.MAX_DATA_BYTES:
        rule = f"Member must have length less than or equal to {errors.MAX_DATA_BYTES}"
        raise errors.constraint("...", "input", rule)
    try:
        json.loads(text)
    except ValueError as error:
        message = f"Invalid State Machine Execution Input: '{error}'"
        raise api_error("InvalidExecutionInput", message) from error
    return str(text)
