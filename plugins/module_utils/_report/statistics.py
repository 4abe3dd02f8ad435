# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Numbers of many executions: how many succeeded, and how long each service took.

Private to the collection.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.orchestra.aws.plugins.module_utils._report.model import Execution
from ansible_collections.orchestra.aws.plugins.module_utils._report.visits import FAILED, SUCCEEDED


@dataclass(frozen=True)
class Service:
    """A task over many executions. seconds: of its visits that succeeded, retries included, sorted."""

    name: str
    visits: int
    succeeded: int
    failed: int
    retries: int
    seconds: tuple[float, ...]


def percentile(values: Iterable[float], percent: int) -> float | None:
    """Return the least value that so many percent of the values do not exceed (nearest rank), None without values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)] if ordered else None


def success_rate(executions: list[Execution]) -> float | None:
    """Return the part of the executions that have ended which succeeded, None when none has ended."""
    ended = [execution for execution in executions if execution.ended is not None]
    return sum(execution.status == "SUCCEEDED" for execution in ended) / len(ended) if ended else None


def services(executions: list[Execution]) -> list[Service]:
    """Return the tasks of all executions, in the order of the newest definition that has them."""
    names = dict.fromkeys(
        name for execution in executions for name, state in execution.machine.states.items() if state.type == "Task"
    )
    return [_service(name, executions) for name in names]


def _service(name: str, executions: list[Execution]) -> Service:
    visits = [visit for execution in executions for visit in execution.by_state.get(name, [])]
    done = [visit for visit in visits if visit.status == SUCCEEDED]
    return Service(
        name,
        len(visits),
        len(done),
        sum(visit.status == FAILED for visit in visits),
        sum(visit.retries for visit in visits),
        tuple(sorted(visit.exited - visit.entered for visit in done if visit.exited is not None)),
    )
