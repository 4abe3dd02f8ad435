# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Start an execution of the workflow, wait for its end, or look how it stands."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import request
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

    @property
    def is_express(self) -> bool:
        return self.type == "EXPRESS"

    def run(self, document: str, name: str, seconds_left: Callable[[], float]) -> dict[str, Any]:
        """Return the execution as DescribeExecution does: finished, or RUNNING when the time is up."""
        if self.is_express:
            run: dict[str, Any] = _client(_EXPRESS).start_sync_execution(
                stateMachineArn=self.arn, name=name, input=document
            )
            return run
        client = _client(_STANDARD)
        return _wait(client, self._started(client, document, name)["executionArn"], seconds_left)

    def start(self, document: str, name: str) -> dict[str, Any]:
        """Return at once; an execution that this name has had before is described instead."""
        client = _client(_STANDARD)
        started = self._started(client, document, name)
        return {"status": "RUNNING", **started} if "startDate" in started else self.describe(started["executionArn"])

    def describe(self, arn: str) -> dict[str, Any]:
        """Return how an execution of this machine stands. Raises request.Refused."""
        if self.is_express:
            raise request.Refused("NoStatus", "AWS keeps no status of Express executions: read the workflow's log.")
        if not arn.startswith(self.execution_arn("")):
            raise request.Refused("UnknownExecution", f"{arn} is no execution of this workflow.")
        client = _client(_STANDARD)
        try:
            run: dict[str, Any] = client.describe_execution(executionArn=arn)
        except (client.exceptions.ExecutionDoesNotExist, client.exceptions.InvalidArn) as error:
            raise request.Refused("UnknownExecution", f"{arn} is no execution of this workflow.") from error
        return run

    def _started(self, client: Any, document: str, name: str) -> dict[str, Any]:
        """Start an execution; with a key that was used before for this input, return the ARN alone."""
        try:
            started = client.start_execution(stateMachineArn=self.arn, name=name, input=document)
        except client.exceptions.ExecutionAlreadyExists:
            arn = self.execution_arn(name)
            if json.loads(client.describe_execution(executionArn=arn)["input"]) != json.loads(document):
                raise KeyReused(arn) from None
            return {"executionArn": arn}
        return {"executionArn": started["executionArn"], "startDate": started["startDate"]}

    def execution_arn(self, name: str) -> str:
        """Return the ARN that Step Functions gives the execution of this name."""
        arn = self.arn.replace(":stateMachine:", ":execution:").split(":")
        return ":".join([*arn[:7], name])


def _wait(client: Any, arn: str, seconds_left: Callable[[], float]) -> dict[str, Any]:
    pause = _FIRST_PAUSE
    while True:
        try:
            run: dict[str, Any] = client.describe_execution(executionArn=arn)
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
