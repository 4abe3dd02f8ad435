# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The store behind the Step Functions API: moto's backend with our state machines in it.

moto keeps a list of its own objects that know neither revisions nor types; tags, activities and task tokens stay
with moto.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from moto.core.base_backend import BackendDict
from moto.stepfunctions.parser import models as parser_models
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local_aws import settings
from local_aws.sfn.errors import api_error, state_machine_arn
from local_aws.sfn.model import StateMachine, Version

SHORTEST_DELETION_SECONDS = 0.3  # deleting is asynchronous; nobody may rely on it being over at once


class Backend(StepFunctionsParserBackend):
    """State machines of one account and region; `lock` guards changes to them."""

    def __init__(self, region_name: str, account_id: str) -> None:
        self.lock = threading.RLock()  # before moto's constructor, which assigns state_machines
        super().__init__(region_name, account_id)

    @property
    def state_machines(self) -> list[StateMachine]:
        """Those that are there, the deleting ones included."""
        with self.lock:
            self._forget_deleted()
            return list(self._machines.values())

    @state_machines.setter
    def state_machines(self, machines: list[StateMachine]) -> None:
        """moto empties its list when it constructs the backend."""
        self._machines: dict[str, StateMachine] = {machine.arn: machine for machine in machines}

    def reset(self) -> None:
        """Forget everything, and end what runs."""
        stop_all(self)
        super().reset()

    def arn_of(self, name: str) -> str:
        return f"arn:{self.partition}:states:{self.region_name}:{self.account_id}:stateMachine:{name}"

    def add(self, machine: StateMachine) -> None:
        with self.lock:
            self._machines[machine.arn] = machine

    def find(self, arn: Any) -> StateMachine:
        """The machine that an ARN, qualified or not, names; StateMachineDoesNotExist."""
        unqualified, _, _ = state_machine_arn(arn)
        with self.lock:
            self._forget_deleted()
            machine = self._machines.get(unqualified)
        if machine is None:
            raise api_error("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return machine

    def find_active(self, arn: Any) -> StateMachine:
        """As find(); StateMachineDeleting while it is being deleted."""
        machine = self.find(arn)
        if machine.deleted_at is not None:
            raise api_error("StateMachineDeleting", f"State Machine is being deleted: '{machine.arn}'")
        return machine

    def version(self, arn: str) -> Version:
        """The version that an ARN names; StateMachineDoesNotExist."""
        _, _, qualifier = state_machine_arn(arn)
        machine = self.find(arn)
        version = machine.versions.get(int(qualifier)) if qualifier and qualifier.isdigit() else None
        if version is None:
            raise api_error("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return version

    def delete(self, machine: StateMachine) -> None:
        """Start deleting: executions end, versions and aliases go with the machine."""
        with self.lock:
            if machine.deleted_at is None:
                machine.deleted_at = time.monotonic()
        for execution in machine.executions:
            execution.abort(None, None)

    def _forget_deleted(self) -> None:
        seconds = max(settings.current().profile.seconds("deletions"), SHORTEST_DELETION_SECONDS)
        for arn, machine in list(self._machines.items()):
            over = machine.deleted_at is not None and time.monotonic() >= machine.deleted_at + seconds
            if over and not any(execution.is_running for execution in machine.executions):
                del self._machines[arn]
                self.tagger.delete_all_tags_for_resource(arn)


def stop_all(backend: Backend) -> None:
    """End every running execution of the backend."""
    for machine in backend.state_machines:
        for execution in machine.executions:
            execution.abort(None, None)
        for execution in machine.executions:
            execution.wait(2)


def apply() -> None:
    """Let the API use our backends; moto looks them up at every call."""
    parser_models.stepfunctions_parser_backends = BackendDict(Backend, "stepfunctions")


def all_backends() -> list[Backend]:
    """Every backend that has been used."""
    return [
        backend
        for regions in list(parser_models.stepfunctions_parser_backends.values())
        for backend in regions.values()
    ]
