# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""How Task, Map and Parallel states try, retry and catch, and when Assign and Output take effect.

Follows "Handling errors", "Transforming data with JSONata" and "Passing data with variables" of the developer guide:
Assign and Output both see the values at the state's entry; an expression that fails in either is an error of the
state, which Retry and Catch handle; an attempt that times out is given up at once.
"""

from __future__ import annotations

import copy
import dataclasses
import threading
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField

from local_aws.sfn import failures, interrupts


class Interrupted(Exception):
    """The execution ended while the state was waiting."""


@dataclasses.dataclass(frozen=True)
class _Raised:
    error: Exception


def apply() -> None:
    _attempt_loop()
    _assign_with_output()


def _attempt_loop() -> None:
    """One loop for the three states that can retry and catch.

    moto has three; in them States.Runtime can be caught, a failing Output or Parallel argument cannot, an
    EvaluationFailed event is written twice or never, and a call that timed out runs on unseen.
    """
    ExecutionState._evaluate_with_timeout = _evaluate_with_timeout
    ExecutionState._eval_state = _eval_state
    for state in (StateMap, StateParallel):
        state._eval_state = _eval_state


def _eval_state(self: Any, env: Any) -> None:
    env.states.context_object.context_object_data["State"]["RetryCount"] = 0
    entry = list(env.stack)
    while env.is_running():
        env.stack[:] = copy.deepcopy(entry)
        env.orchestra_assignments = {}
        try:
            if isinstance(self, StateParallel) and self.parargs is not None:
                self.parargs.eval(env=env)
            self._evaluate_with_timeout(env)
        except Interrupted:
            return
        except Exception as error:  # every failure of a state becomes an error name
            failure = self._from_error(env=env, ex=error)
        else:
            return
        env.orchestra_assignments = {}
        if _handled(self, env, failure):
            return


def _handled(state: Any, env: Any, failure: Any) -> bool:
    """True when a catcher took the failure, False to try again; raises when nobody handles it."""
    if failure.error_name is not None and failure.error_name.error_name == failures.RUNTIME:
        raise failures.Failure(failure) if _decorated(failure) else FailureEventException(failure)
    details = state._construct_error_output_value(failure_event=failure)
    _report(state, env, failure)
    env.states.set_error_output(details)
    env.states.set_result(None)
    if state.retry and state._handle_retry(env=env, failure_event=failure) == RetryOutcome.CanRetry:
        env.states.set_error_output(None)
        return False
    _report_exhausted(state, env, failure)
    if state.catch and _caught(state, env, failure):
        return True
    raise failures.Failure(failure) if _decorated(failure) else FailureEventException(failure)


def _caught(state: Any, env: Any, failure: Any) -> bool:
    try:
        state._handle_catch(env=env, failure_event=failure)
    except failures.Failure as error:
        _report(state, env, error.failure_event)
        raise
    return bool(env.stack[-1] == CatchOutcome.Caught)


def _decorated(failure: Any) -> bool:
    return bool(failure.event_type == HistoryEventType.EvaluationFailed)


def _report(state: Any, env: Any, failure: Any) -> None:
    """The event of one failed attempt; Map and Parallel have none, unless a field of theirs failed."""
    if _decorated(failure) or not isinstance(state, StateMap | StateParallel):
        env.event_manager.add_event(
            context=env.event_history_context, event_type=failure.event_type, event_details=failure.event_details
        )


def _report_exhausted(state: Any, env: Any, failure: Any) -> None:
    """The event of a Map or Parallel state that failed for good."""
    event_type = None
    if isinstance(state, StateParallel):
        event_type = HistoryEventType.ParallelStateFailed
    elif isinstance(state, StateMap) and failure.event_type != HistoryEventType.ExecutionFailed:
        event_type = HistoryEventType.MapStateFailed
    if event_type is not None:
        env.event_manager.add_event(context=env.event_history_context, event_type=event_type)


def _evaluate_with_timeout(self: Any, env: Any) -> None:
    """One attempt: its result, then Assign and Output; TimeoutError when the time is over."""
    self.timeout.eval(env=env)
    result = _run(self, env, env.stack.pop())
    if self._is_language_query_jsonpath():
        env.stack.append(result)
        for step in (self.assign_decl, self.result_selector, self.result_path):
            if step:
                step.eval(env)
        return
    env.states.set_result(result)
    if self.assign_decl:
        self.assign_decl.eval(env=env)
    if self.output:
        self.output.jsonata_template_value.eval(env=env)
    else:
        env.stack.append(result)


def _run(state: Any, env: Any, seconds: float) -> Any:
    """The result of the state's work, done in a thread that is abandoned when `seconds` are over."""
    frame = env.open_frame()
    frame.states.reset(input_value=env.states.get_input())
    frame.stack = copy.deepcopy(env.stack)
    if isinstance(state, StateMap):
        # Without Items, moto takes the input itself off the stack, where ItemSelector looks for it.
        frame.stack.append(copy.deepcopy(frame.stack[-1]))
    over = threading.Event()
    outcomes: list[Any] = []

    def work() -> None:
        try:
            state._eval_execution(frame)
            outcomes.append(frame.stack[-1])
        except Exception as error:  # handed to the thread that waits
            outcomes.append(_Raised(error))
        over.set()

    with interrupts.halt_of(env).calling(over.set):
        threading.Thread(target=work, daemon=True, name=f"sfn-state-{state.name}").start()
        over.wait(seconds)
    # What the abandoned thread reports from here on counts for nothing.
    outcome = outcomes[0] if outcomes else _Raised(EvalTimeoutError())
    if not outcomes:
        interrupts.close(frame)
    frame.set_ended()
    env.close_frame(frame)
    if not env.is_running():
        raise Interrupted
    if isinstance(outcome, _Raised):
        raise outcome.error
    return outcome


def _assign_with_output() -> None:
    """Variables take their values when the state's output is known.

    "Assign and Output are evaluated in parallel" on the values at entry; moto assigns first, so that a state's
    Output sees the state's own new variables.
    """
    AssignDecl._eval_body = _stage
    for state in (CommonStateField, StateChoice):
        state._eval_state_output = _then_assign(state._eval_state_output)
    ExecutionState._eval_state_output = _then_assign(_output_of_attempt(ExecutionState._eval_state_output))


def _stage(self: Any, env: Any) -> None:
    assignments: dict[str, Any] = {}
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        assignments.update(env.stack.pop())
    env.orchestra_assignments = assignments


def _then_assign(original: Any) -> Any:
    def _eval_state_output(self: Any, env: Any) -> None:
        original(self, env)
        for name, value in getattr(env, "orchestra_assignments", {}).items():
            env.variable_store.set(variable_identifier=name, variable_value=value)
        env.orchestra_assignments = {}

    return _eval_state_output


def _output_of_attempt(original: Any) -> Any:
    """In JSONata the attempt has already evaluated Output."""

    def _eval_state_output(self: Any, env: Any) -> None:
        if isinstance(env.stack[-1], CatchOutcome) or self._is_language_query_jsonpath():
            original(self, env)
        else:
            env.states.reset(input_value=env.stack.pop())

    return _eval_state_output
