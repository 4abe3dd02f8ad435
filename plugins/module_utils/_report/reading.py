# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Read executions for a report: from AWS, several at the same time, or from files that the AWS CLI has written.

Private to the collection. Nothing here changes anything.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._report import model
from ansible_collections.orchestra.aws.plugins.module_utils._retry import refusal
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import execution_api, names

# The account of AWS's examples, which the embedded AWS has: no console shows it.
_EXAMPLE_ACCOUNT = "123456789012"
_EXPRESS = "AWS keeps no history of Express executions, only what their log group has: there is nothing to report."
_GONE = "There is no execution {}; AWS keeps executions for 90 days after they end."


def one(clients: Clients, arn: str) -> model.Execution:
    """Return an execution with all its values."""
    if ":express:" in arn:
        raise InputError(_EXPRESS)
    client = clients("stepfunctions")
    described = execution_api.execution(client, arn)
    if described is None:
        raise InputError(_GONE.format(arn))
    machine, events = together(partial(_machine, client, arn), partial(execution_api.history, client, arn))
    return model.read(_about(client, described, machine), json.loads(machine["definition"]), events)


def newest(clients: Clients, machine: str, number: int) -> list[model.Execution]:
    """Return the newest executions of a state machine, without inputs and outputs, the newest first."""
    client = clients("stepfunctions")
    return concurrently(*[partial(_outline, client, item) for item in _listed(client, machine, number)])


def newest_arn(clients: Clients, machine: str) -> str:
    """Return the ARN of the newest execution. Raises InputError when there is none."""
    for item in _listed(clients("stepfunctions"), machine, 1):
        return str(item["executionArn"])
    raise InputError(f"{machine} has no executions: run it first.")


def saved(history: str, definition: str, arn: str | None) -> model.Execution:
    """Return an execution from files: what get-execution-history printed, and the definition or its description."""
    events = _loaded(history)
    machine = _loaded(definition)
    events = events.get("events") if isinstance(events, dict) else events
    if not isinstance(events, list):
        raise InputError(f"{history} is not what get-execution-history prints: it has no events.")
    if isinstance(machine, dict) and isinstance(machine.get("definition"), str):
        machine = json.loads(machine["definition"])
    started: dict[str, Any] = next(
        (event["executionStartedEventDetails"] for event in events if "executionStartedEventDetails" in event), {}
    )
    version, alias = started.get("stateMachineVersionArn"), started.get("stateMachineAliasArn")
    started_as = version or alias
    about = model.About(
        arn.rsplit(":", 1)[1] if arn else Path(history).stem,
        arn,
        names.unqualified(started_as) if started_as else _machine_of(arn),
        alias,
        version,
        on_aws=bool(arn) and f":{_EXAMPLE_ACCOUNT}:" not in str(arn),
    )
    return model.read(about, machine, events)


def is_aws(endpoint: str) -> bool:
    """Tell whether an endpoint is one of AWS's own, rather than of something that behaves like it."""
    host = f".{urlsplit(endpoint).hostname or ''}"
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"))


def _machine_of(arn: str | None) -> str | None:
    """Return the ARN of the state machine that an execution is of."""
    return arn.rsplit(":", 1)[0].replace(":execution:", ":stateMachine:") if arn else None


def _listed(client: Client, machine: str, number: int) -> list[dict[str, Any]]:
    try:
        found = execution_api.executions(client, machine, None, number)
    except AnsibleAWSError as error:
        if refusal(error)[0] == "StateMachineTypeNotSupported":
            raise InputError(_EXPRESS) from error
        raise
    if found is None:
        raise InputError(f"There is no state machine {machine}.")
    return found


def _machine(client: Client, arn: str) -> dict[str, Any]:
    """Return the state machine as it was when the execution was started. Raises InputError when that is gone."""
    machine = execution_api.machine_of(client, arn)
    if machine is None:
        raise InputError(_GONE.format(arn))
    return machine


def _outline(client: Client, item: dict[str, Any]) -> model.Execution:
    machine = _machine(client, item["executionArn"])
    events = execution_api.history(client, item["executionArn"], values=False)
    return model.read(_about(client, item, machine), json.loads(machine["definition"]), events)


def _about(client: Client, described: dict[str, Any], machine: dict[str, Any]) -> model.About:
    arn = described["executionArn"]
    destinations = machine.get("loggingConfiguration", {}).get("destinations") or [{}]
    log_group = str(destinations[0].get("cloudWatchLogsLogGroup", {}).get("logGroupArn", ""))
    return model.About(
        described.get("name") or arn.rsplit(":", 1)[1],
        arn,
        described["stateMachineArn"],
        described.get("stateMachineAliasArn"),
        described.get("stateMachineVersionArn"),
        log_group.partition(":log-group:")[2].removesuffix(":*") or None,
        is_aws(client.meta.endpoint_url),
    )


def _loaded(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}.") from error
