# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Start an execution of the workflow and wait for its end."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

# A synchronous Express execution takes up to 5 minutes. It must not be asked for twice: it would run twice.
# AWS's host for it is sync-states...; an endpoint of one's own has no such name.
_EXPRESS = Config(
    read_timeout=310,
    retries={"total_max_attempts": 1},
    inject_host_prefix="AWS_ENDPOINT_URL" not in os.environ,
)
_STANDARD = Config(retries={"mode": "standard", "total_max_attempts": 8})
# Polls are frequent while a run is young, then as rare as DescribeExecution's request quota asks for.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0


class KeyReused(Exception):
    """An execution of this name exists, with other input."""

    def __init__(self, execution_arn: str) -> None:
        super().__init__(execution_arn)
        self.execution_arn = execution_arn


@dataclass(frozen=True)
class Machine:
    """A state machine, or one alias or version of it."""

    arn: str
    type: str

    def run(self, event: Any, name: str, seconds_left: Callable[[], float]) -> dict[str, Any]:
        """Return the execution as DescribeExecution does: finished, or RUNNING when the time is up."""
        document = json.dumps(event, sort_keys=True, separators=(",", ":"))
        if self.type == "EXPRESS":
            return _client(_EXPRESS).start_sync_execution(stateMachineArn=self.arn, name=name, input=document)
        return self._run_standard(_client(_STANDARD), document, name, seconds_left)

    def _run_standard(self, client: Any, document: str, name: str, seconds_left: Callable[[], float]) -> dict[str, Any]:
        try:
            arn = client.start_execution(stateMachineArn=self.arn, name=name, input=document)["executionArn"]
        except client.exceptions.ExecutionAlreadyExists:
            arn = self._execution_arn(name)
            if json.loads(client.describe_execution(executionArn=arn)["input"]) != json.loads(document):
                raise KeyReused(arn) from None
        return _wait(client, arn, seconds_left)

    def _execution_arn(self, name: str) -> str:
        """Return the ARN that Step Functions gives the execution of this name."""
        arn = self.arn.replace(":stateMachine:", ":execution:").split(":")
        return ":".join([*arn[:7], name])


def _wait(client: Any, arn: str, seconds_left: Callable[[], float]) -> dict[str, Any]:
    pause = _FIRST_PAUSE
    while True:
        try:
            run = client.describe_execution(executionArn=arn)
        except client.exceptions.ExecutionDoesNotExist:
            # DescribeExecution is eventually consistent: it may not know yet what has just started.
            run = {"executionArn": arn, "status": "RUNNING"}
        if run["status"] != "RUNNING" or seconds_left() < pause:
            return run
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


_clients: dict[int, Any] = {}


def _client(config: Config) -> Any:
    """Return a client that later invocations of this environment use again."""
    if id(config) not in _clients:
        _clients[id(config)] = boto3.client("stepfunctions", config=config)
    return _clients[id(config)]
