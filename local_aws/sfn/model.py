# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""What is stored of a state machine: its current revision, published versions, aliases and executions."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_aws.sfn.execution import Execution

INITIAL_REVISION = "INITIAL"


def now() -> datetime.datetime:
    """The current time, in milliseconds as the API shows it."""
    moment = datetime.datetime.now(datetime.UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclasses.dataclass(frozen=True)
class Revision:
    """What a running execution keeps when its state machine changes."""

    definition: str
    role_arn: str
    logging: dict[str, Any]
    tracing: dict[str, Any]
    encryption: dict[str, Any]
    revision_id: str = INITIAL_REVISION


@dataclasses.dataclass(frozen=True)
class Version:
    """A published version: number, revision and description."""

    arn: str
    number: int
    revision: Revision
    description: str | None
    created: datetime.datetime


@dataclasses.dataclass
class Alias:
    """A name for one version or for two with weights."""

    arn: str
    name: str
    description: str | None
    routing: list[dict[str, Any]]
    created: datetime.datetime
    updated: datetime.datetime

    def routes_to(self, version_arn: str) -> bool:
        return any(route["stateMachineVersionArn"] == version_arn for route in self.routing)


@dataclasses.dataclass
class StateMachine:
    """One state machine; `deleted_at` is the monotonic time at which its deletion began."""

    arn: str
    name: str
    type: str
    revision: Revision
    created: datetime.datetime
    updated: datetime.datetime
    versions: dict[int, Version] = dataclasses.field(default_factory=dict)
    last_version: int = 0
    aliases: dict[str, Alias] = dataclasses.field(default_factory=dict)
    executions_by_name: dict[str, Execution] = dataclasses.field(default_factory=dict)
    express_executions: list[Execution] = dataclasses.field(default_factory=list)
    deleted_at: float | None = None

    @property
    def executions(self) -> list[Execution]:
        """All executions, in no particular order; moto's callback operations walk through them."""
        return [*self.executions_by_name.values(), *self.express_executions]

    @property
    def status(self) -> str:
        return "ACTIVE" if self.deleted_at is None else "DELETING"

    @property
    def is_express(self) -> bool:
        return self.type == "EXPRESS"
