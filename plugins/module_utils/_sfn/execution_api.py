# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Step Functions calls for executions, one boto3 call a function. Nothing here decides.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.api import PAGE, pages


@described("start an execution of {machine}")
def start(client: Client, machine: str, settings: dict[str, Any]) -> dict[str, Any]:
    return client.start_execution(stateMachineArn=machine, **settings)


@described("run a synchronous execution of {machine}")
def start_sync(client: Client, machine: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Run an Express execution to its end. The client must wait 5 minutes for the answer and never try again."""
    return client.start_sync_execution(stateMachineArn=machine, **settings)


@described("describe execution {arn}")
@missing_is_none("ExecutionDoesNotExist")
def execution(client: Client, arn: str) -> dict[str, Any]:
    """Return the execution, or None when there is none, or when it ended more than 90 days ago."""
    return client.describe_execution(executionArn=arn)


@described("read the definition of execution {arn}")
@missing_is_none("ExecutionDoesNotExist")
def machine_of(client: Client, arn: str) -> dict[str, Any]:
    """Return the state machine as it was when the execution was started; None when there is no such execution."""
    return client.describe_state_machine_for_execution(executionArn=arn)


@described("stop execution {arn}")
@missing_is_none("ExecutionDoesNotExist")
def stop(client: Client, arn: str, settings: dict[str, Any]) -> None:
    client.stop_execution(executionArn=arn, **settings)


@described("list the executions of {machine}")
@missing_is_none("StateMachineDoesNotExist", "ResourceNotFound")
def executions(client: Client, machine: str, status: str | None, limit: int | None) -> list[dict[str, Any]]:
    """Return the executions of a machine, version or alias, newest first; None when there is no such thing."""
    chosen = {"statusFilter": status} if status else {}
    return pages(client.list_executions, "executions", limit, stateMachineArn=machine, **chosen)


@described("read the history of execution {arn}")
def history(client: Client, arn: str, values: bool = True) -> list[dict[str, Any]]:
    """Return all events, oldest first. values: with inputs and outputs, which AWS otherwise leaves out."""
    without = {} if values else {"includeExecutionData": False}
    return pages(client.get_execution_history, "events", executionArn=arn, **without)


@described("read the end of the history of execution {arn}")
def last_events(client: Client, arn: str) -> list[dict[str, Any]]:
    """Return the newest events, at most one page, newest first."""
    page = client.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=PAGE)
    events: list[dict[str, Any]] = page["events"]
    return events
