# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Start, await and stop executions.

A named Standard execution is started once: its ARN follows from its name, so it is looked for before it is started.

Private to the collection.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError, ResultError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._retry import refusal
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import api, document, execution, execution_api, names
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import check_name
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.retries import CREATION_SECONDS, until_accepted
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, present, unknown

# An Express execution runs 5 minutes at most; a second attempt would start a second execution.
# https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
SYNC_SECONDS = 310


@dataclass(frozen=True)
class Target:
    """What is to be started. machine: the ARN of a state machine, a version or an alias."""

    machine: str
    name: str | None
    text: str

    @property
    def arn(self) -> str | None:
        """The ARN of the Standard execution of this name."""
        return names.execution_arn(self.machine, self.name) if self.name else None

    def after(self) -> dict[str, Any]:
        return {
            "state_machine_arn": self.machine,
            **present({"name": self.name}),
            "input": document.loaded(self.text),
        }

    def action(self) -> str:
        return f"start execution {self.name + ' ' if self.name else ''}of {self.machine.split(':', 6)[-1]}"


def ensure_started(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Start an execution, unless the named one exists, and wait for its end when asked to."""
    target = _target(params, clients)
    client = clients("stepfunctions")
    machine = None if is_unknown(target.machine) else api.machine(client, names.unqualified(target.machine))
    if machine is None and not check_mode:
        raise InputError(f"State machine {names.unqualified(target.machine)} does not exist.")
    express = (machine or {}).get("type") == "EXPRESS"
    found = execution_api.execution(client, target.arn) if target.arn and machine and not express else None
    if found:
        _check_input(found, target)
        if found["status"] not in execution.GOING_ON:
            # Nothing is left to wait for, and check mode can tell all of it.
            return _ended(params, target, False, described(client, found))
    if check_mode:
        return _outcome(target, found is None, execution.describe(found or _predicted(target)))
    if express:
        return _run_express(params, clients, target)
    arn, started = (found["executionArn"], False) if found else _start(client, target)
    ended = await_end(client, arn, params["wait_timeout"] if params["wait"] else None)
    return _ended(params, target, started, described(client, ended))


def _target(params: dict[str, Any], clients: Clients) -> Target:
    machine = params["state_machine_arn"]
    if machine is None and params["state_machine"] is None:
        raise InputError("state_machine_arn or state_machine is needed.")
    if machine is None:
        machine = names.machine_arn(clients, params["state_machine"])
        machine += f":{params['qualifier']}" if params["qualifier"] else ""
    names.unqualified(machine)
    for finding in check_name(params["name"], "The name of the execution") if params["name"] is not None else []:
        raise InputError(finding.sentence)
    return Target(machine, params["name"], execution.input_text(params["input"]))


def _check_input(found: dict[str, Any], target: Target) -> None:
    if not document.same(document.loaded(found.get("input") or "{}"), document.loaded(target.text)):
        raise InputError(
            f"Execution {target.arn} exists with another input; the name of an execution can be used "
            "again 90 days after its end."
        )


def _start(client: Client, target: Target) -> tuple[str, bool]:
    """Start a Standard execution; return its ARN, and whether it was started here and not by somebody else just now.

    It always gets a name, so that a start which is repeated because its answer was lost does not start another one.
    """
    name = target.name or str(uuid.uuid4())
    arn = names.execution_arn(target.machine, name)
    try:
        # A machine, version or alias that was just made may not be known everywhere yet.
        until_accepted(
            f"the start of execution {arn}",
            lambda: execution_api.start(client, target.machine, {"name": name, "input": target.text}),
            {"StateMachineDoesNotExist": CREATION_SECONDS, "ResourceNotFound": CREATION_SECONDS},
        )
    except AnsibleAWSError as error:
        if refusal(error)[0] != "ExecutionAlreadyExists":
            raise
        _check_input(execution_api.execution(client, arn) or {"input": target.text}, target)
        return arn, target.name is None
    return arn, True


def _run_express(params: dict[str, Any], clients: Clients, target: Target) -> Outcome:
    settings = {"input": target.text, **present({"name": target.name})}
    if params["wait"]:
        client = clients("stepfunctions", read_timeout=SYNC_SECONDS, attempts=1)
        ended = execution_api.start_sync(client, target.machine, settings)
        return _ended(params, target, True, execution.describe({**ended, "input": ended.get("input", target.text)}))
    started = execution_api.start(clients("stepfunctions", attempts=1), target.machine, settings)
    running = {"status": "RUNNING", "stateMachineArn": names.unqualified(target.machine), "input": target.text}
    return _outcome(target, True, execution.describe({**running, **started}))


def _ended(params: dict[str, Any], target: Target, started: bool, ended: dict[str, Any]) -> Outcome:
    if params["fail_on_error"] and ended["status"] not in ("SUCCEEDED", *execution.GOING_ON):
        raise ResultError(
            execution.failure(ended),
            {"changed": started, "actions": [target.action()] if started else [], "execution": ended},
        )
    return _outcome(target, started, ended)


def described(client: Client, found: dict[str, Any]) -> dict[str, Any]:
    """Return a Standard execution with, when it failed, the name of the state that failed."""
    state = None
    if found["status"] not in ("SUCCEEDED", *execution.GOING_ON):
        state = execution.failed_state(execution_api.last_events(client, found["executionArn"]))
    return execution.describe(found, state)


def await_end(client: Client, arn: str, timeout: float | None) -> dict[str, Any]:
    """Return the execution when it has ended, or as soon as it can be seen when timeout is None."""
    found: dict[str, Any] = {}

    def ended() -> bool:
        nonlocal found
        # Reads may lag some seconds behind the start.
        found = execution_api.execution(client, arn) or {}
        return bool(found) and (timeout is None or found["status"] not in execution.GOING_ON)

    what = f"execution {arn} to {'be visible' if timeout is None else 'end'}"
    _wait.until(what, ended, CREATION_SECONDS if timeout is None else timeout, lambda: found.get("status", "unknown"))
    return found


def _outcome(target: Target, started: bool, shown: dict[str, Any]) -> Outcome:
    after = target.after()
    return Outcome({} if started else after, after, [target.action()] if started else [], {"execution": shown})


def _predicted(target: Target) -> dict[str, Any]:
    return {
        "executionArn": target.arn or names.execution_arn(target.machine, unknown()),
        "stateMachineArn": names.unqualified(target.machine),
        "status": "RUNNING",
        "input": target.text,
    }


def ensure_stopped(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Stop an execution that runs; one that has ended, or never was, is left alone."""
    client = clients("stepfunctions")
    arn = params["execution_arn"] or _target(params, clients).arn
    if arn is None:
        raise InputError("state: stopped needs execution_arn, or name and the state machine.")
    found = None if is_unknown(arn) else execution_api.execution(client, arn)
    if found is None or found["status"] not in execution.GOING_ON:
        before = {"status": found["status"]} if found else {}
        return Outcome(before, before, [], {"execution": described(client, found) if found else None})
    reasons = present({"error": params["error"], "cause": params["cause"]})
    after = {"status": "ABORTED", **reasons}
    if not check_mode:
        execution_api.stop(client, arn, reasons)
        found = await_end(client, arn, params["wait_timeout"] if params["wait"] else None)
    shown = execution.describe({**found, **after}) if check_mode else described(client, found)
    return Outcome({"status": "RUNNING"}, after, [f"stop execution {arn}"], {"execution": shown})
