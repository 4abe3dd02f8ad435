# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Failures of a state, built for moto's engine: what is caught by whom, and what the history says."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)

ALL = "States.ALL"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"
RUNTIME = "States.Runtime"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"
NO_CHOICE_MATCHED = "States.NoChoiceMatched"
PERMISSIONS = "States.Permissions"

_DECORATION = "An error occurred while executing the state "


class Failure(FailureEventException):
    """A failure whose cause already says in which state it happened."""

    def get_execution_failed_event_details(self) -> dict[str, Any]:
        """Error and cause as they are."""
        error, cause = self.extract_error_cause_pair()
        return {"error": error, "cause": cause}

    def get_evaluation_failed_event_details(self) -> dict[str, Any] | None:
        """The evaluation's details, None for any other failure."""
        details: dict[str, Any] | None = self.failure_event.event_details.get("evaluationFailedEventDetails")
        return details


def runtime(env: Any, cause: str) -> Failure:
    """States.Runtime: ends the execution, no catcher sees it."""
    return _failure(
        env, RUNTIME, HistoryEventType.ExecutionFailed, "executionFailedEventDetails", {"cause": located(env, cause)}
    )


def evaluation(env: Any, cause: str, location: str) -> Failure:
    """States.QueryEvaluationError of one field, such as `Arguments/Path`."""
    details = {"cause": located(env, cause), "location": location, "state": state_name(env)}
    return _failure(
        env, QUERY_EVALUATION_ERROR, HistoryEventType.EvaluationFailed, "evaluationFailedEventDetails", details
    )


def no_choice_matched(env: Any) -> Failure:
    """A Choice state without a rule that holds and without a Default."""
    cause = located(env, "The state has no rule that matches and no Default.")
    return _failure(
        env, NO_CHOICE_MATCHED, HistoryEventType.ExecutionFailed, "executionFailedEventDetails", {"cause": cause}
    )


def task(env: Any, error: str, cause: str, resource: str, resource_type: str) -> Failure:
    """A failed service integration."""
    details = {"cause": cause, "resource": resource, "resourceType": resource_type}
    return _failure(env, error, HistoryEventType.TaskFailed, "taskFailedEventDetails", details)


def located(env: Any, cause: str) -> str:
    """The cause in the sentence with which Step Functions introduces its own errors."""
    return f"{_DECORATION}'{state_name(env)}' (entered at the event id #{_entered_at(env)}). {cause}"


def state_name(env: Any) -> str:
    """The state that is being evaluated."""
    return str(env.states.context_object.context_object_data["State"]["Name"])


def apply() -> None:
    _accept_reserved_names()
    _match_error_names()
    _decorate_once()


def _failure(env: Any, error: str, event: str, key: str, details: dict[str, Any]) -> Failure:
    return Failure(FailureEvent(env, CustomErrorName(error), event, {key: {"error": error, **details}}))


def _entered_at(env: Any) -> int:
    """The id of the state's latest Entered event."""
    for event in reversed(env.event_manager.get_event_history()):
        if event.get("stateEnteredEventDetails", {}).get("name") == state_name(env):
            return int(event["id"])
    return 0


def _accept_reserved_names() -> None:
    """AWS accepts error names that nobody reports, and reports States.* names out of Parallel and Map.

    moto refuses a definition that names any it does not know (States.Http.StatusCode.503 among them), and turns a
    branch's States.Timeout or States.QueryEvaluationError into an internal error that no catcher sees.
    """

    def __init__(self: Any, error_name: str | None) -> None:
        ErrorName.__init__(self, error_name=error_name)

    CustomErrorName.__init__ = __init__


def matches(names: list[str | None], error: str | None) -> bool:
    """Whether a Retry or Catch that lists `names` handles `error` (developer guide, "Handling errors").

    States.Runtime is handled by nothing; States.TaskFailed stands for all but States.Timeout.
    """
    if error == RUNTIME:
        return False
    return ALL in names or error in names or (TASK_FAILED in names and error != TIMEOUT)


def _match_error_names() -> None:
    """moto lets States.ALL handle States.Runtime and keeps every States.* name from States.TaskFailed."""

    def _eval_body(self: Any, env: Any) -> None:
        raised = env.stack.pop()
        error = raised.error_name if raised is not None else None
        env.stack.append(matches([name.error_name for name in self.error_names], error))

    ErrorEqualsDecl._eval_body = _eval_body


def _decorate_once() -> None:
    """A failure that comes out of a branch already names its state; moto puts the outer one in front of it."""
    original = FailureEventException.get_execution_failed_event_details

    def get_execution_failed_event_details(self: Any) -> Any:
        error, cause = self.extract_error_cause_pair() or (None, None)
        if cause and str(cause).startswith(_DECORATION):
            return {"error": error, "cause": cause}
        return original(self)

    FailureEventException.get_execution_failed_event_details = get_execution_failed_event_details
