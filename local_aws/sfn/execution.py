# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""One execution: moto's interpreter in a thread of its own, with the limits and the outcome that AWS documents."""

from __future__ import annotations

import datetime
import json
import threading
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError, ProgramStopped, ProgramTimedOut
from moto.stepfunctions.parser.backend.execution import Execution as MotoExecution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from local_aws import journal
from local_aws.sfn import engine, failures, logging
from local_aws.sfn.model import Revision, StateMachine, now

EXPRESS_LIMIT_SECONDS = 300.0  # "Express workflows: maximum execution time 5 minutes"
MAX_ERROR, MAX_CAUSE = 256, 32_768  # characters, by the API's model
RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED = "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"


class Origin:
    """The state machine as one execution sees it, in the names that moto's engine reads."""

    def __init__(self, machine: StateMachine, revision: Revision) -> None:
        self.arn = machine.arn
        self.name = machine.name
        self.sm_type = machine.type
        self.definition = revision.definition
        self.revision = revision
        self.updated = machine.updated


class Execution(MotoExecution):
    """A running or closed execution; `input_data` is the JSON text of the caller."""

    def __init__(
        self,
        origin: Origin,
        arn: str,
        name: str,
        input_data: str,
        account_and_region: tuple[str, str],
        version_arn: str | None = None,
        alias_arn: str | None = None,
    ) -> None:
        account, region = account_and_region
        super().__init__(
            name=name,
            sm_type=origin.sm_type,
            role_arn=origin.revision.role_arn,
            exec_arn=arn,
            account_id=account,
            region_name=region,
            state_machine=origin,
            start_date=now(),
            cloud_watch_logging_session=logging.session_for(origin.revision.logging, arn, origin.name),
            activity_store={},
            input_data=input_data,
        )
        self.origin = origin
        self.version_arn = version_arn
        self.alias_arn = alias_arn
        self.exec_status = RUNNING
        self._lock = threading.Lock()
        self._closed = threading.Event()

    @property
    def status(self) -> str:
        """One of the execution statuses of the API."""
        return str(self.exec_status)

    @property
    def is_running(self) -> bool:
        return bool(self.exec_status == RUNNING)

    def start(self) -> None:
        """Begin; returns at once."""
        self.exec_worker = Worker(self)
        journal.record("sfn.execution_started", execution=self.exec_arn)
        threading.Thread(target=self.exec_worker.run, name=f"sfn-{self.name}", daemon=True).start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the interpreter has finished; False when it has not in time."""
        return self._closed.wait(seconds)

    def abort(self, error: str | None, cause: str | None) -> datetime.datetime:
        """Stop; the time when the execution closed, which may be earlier."""
        self.close(ABORTED, error=error, cause=cause)
        self.exec_worker.stop(stop_date=self.stop_date, error=error, cause=cause)
        stopped: datetime.datetime = self.stop_date
        return stopped

    def close(self, status: str, *, output: Any = None, error: str | None = None, cause: str | None = None) -> None:
        """Set the outcome, unless there is one already."""
        with self._lock:
            if not self.is_running:
                return
            self.output = output
            self.error = error[:MAX_ERROR] if error else error
            self.cause = cause[:MAX_CAUSE] if cause else cause
            self.stop_date = now()
            self.exec_status = status
        journal.record("sfn.execution_closed", execution=self.exec_arn, status=status, error=error)

    def finished(self) -> None:
        """The interpreter has written its last event."""
        self._closed.set()
        engine.forget_ended_threads()

    def events(self) -> list[dict[str, Any]]:
        """The history so far, with timestamps as times."""
        events: list[dict[str, Any]] = self.exec_worker.env.event_manager.get_event_history()
        for event in events:
            event["timestamp"] = datetime.datetime.fromisoformat(str(event["timestamp"]))
        return events

    def output_text(self) -> str:
        """The output as compact JSON."""
        return json.dumps(self.output, separators=(",", ":"), ensure_ascii=False)


class Worker(ExecutionWorker):
    """Runs the interpreter once."""

    def __init__(self, execution: Execution) -> None:
        details = execution._get_start_execution_worker()._evaluation_details
        super().__init__(details, None, execution._cloud_watch_logging_session, {})
        self.execution = execution
        self.program = engine.parse(execution.origin.definition)
        # Ready before the thread runs, so that the execution can be stopped and described at once.
        self.env = self._get_evaluation_environment()
        self.env.next_state_name = self.program.start_at.start_at_name

    def run(self) -> None:
        """The thread's work: from ExecutionStarted to the last event."""
        timer = self._timer()
        try:
            self._add_started_event()
            if timer is not None:
                timer.start()
            # The part below Program.eval, which would only start one more thread.
            self.program._eval_body(self.env)
        finally:
            if timer is not None:
                timer.cancel()
            self._close()
            self.execution.finished()

    def stop(self, stop_date: datetime.datetime, error: str | None, cause: str | None) -> None:
        self.env.set_stop(stop_date=stop_date, cause=cause, error=error)

    def _get_evaluation_environment(self) -> Any:
        env = super()._get_evaluation_environment()
        context = env.states.context_object.context_object_data["Execution"]
        context["StartTime"] = engine.timestamp(context["StartTime"])
        context["RedriveCount"] = 0
        return env

    def _timer(self) -> threading.Timer | None:
        """What ends the execution when its time is over; None when it has no limit."""
        declared = self.program.timeout_seconds
        limits = [float(declared.timeout_seconds)] if declared else []
        if self.execution.sm_type == "EXPRESS":
            limits.append(EXPRESS_LIMIT_SECONDS)
        if not limits:
            return None
        timer = threading.Timer(min(limits), self._time_out)
        timer.daemon = True
        return timer

    def _time_out(self) -> None:
        if self.env.is_running():
            self.env.set_timed_out()

    def _add_started_event(self) -> None:
        details = {
            "input": self.execution.execution_input,
            "inputDetails": {"truncated": False},
            "roleArn": self.execution.role_arn,
        }
        if self.execution.version_arn:
            details["stateMachineVersionArn"] = self.execution.version_arn
        if self.execution.alias_arn:
            details["stateMachineAliasArn"] = self.execution.alias_arn
        self.env.event_manager.add_event(
            context=self.env.event_history_context,
            event_type=HistoryEventType.ExecutionStarted,
            event_details={"executionStartedEventDetails": details},
            update_source_event_id=False,
        )

    def _close(self) -> None:
        state = self.env.program_state()
        if isinstance(state, ProgramEnded):
            self.execution.close(SUCCEEDED, output=self.env.states.get_input())
        elif isinstance(state, ProgramTimedOut):
            self.execution.close(TIMED_OUT, error=failures.TIMEOUT)
        elif isinstance(state, ProgramStopped):
            self.execution.close(ABORTED, error=state.error, cause=state.cause)
        elif isinstance(state, ProgramError):
            details = state.error or {}
            self.execution.close(FAILED, error=details.get("error"), cause=details.get("cause"))
        else:
            self.execution.close(FAILED, error=failures.RUNTIME, cause="The interpreter ended without an outcome.")
