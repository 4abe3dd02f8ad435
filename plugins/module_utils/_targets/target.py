# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What can be waited for, and how it stands.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients


@dataclass(frozen=True)
class Target:
    """One thing to wait for. id: id, ARN or name, as the user wrote it; a service has a cluster besides.

    task_definition, deployment_id: what was asked for; when AWS has something else, it has rolled it back.
    """

    kind: str
    id: str
    cluster: str | None = None
    task_definition: str | None = None
    deployment_id: str | None = None

    def __str__(self) -> str:
        place = f" of cluster {self.cluster}" if self.cluster else ""
        return f"{self.kind} {self.id}{place}"


@dataclass(frozen=True)
class Status:
    """How a target stands. state: in AWS's words. why: what AWS says of the cause of a failure, or of a long wait."""

    phase: Literal["pending", "ready", "failed"]
    state: str
    why: str = ""


# Looks once at all targets of a kind. One that AWS does not know is left out of the answer.
Poll = Callable[[Clients, list[Target]], dict[Target, Status]]


@dataclass(frozen=True)
class Kind:
    """A kind of target. services: the clients that its poll needs.

    explain: a last look, when the time is over, that also asks AWS for what there is to say of the cause.
    """

    poll: Poll
    services: tuple[str, ...]
    explain: Poll | None = None


def judge(state: str, ready: tuple[str, ...], pending: tuple[str, ...], why: str | None = None) -> Status:
    """Return the status of a state that AWS reports; one that is neither ready nor pending has failed."""
    if state in ready:
        return Status("ready", state)
    if state in pending:
        return Status("pending", state)
    return Status("failed", state, (why or "").strip().rstrip("."))
