# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which sizes a Fargate task can have. Pure functions only.

Private to the collection. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

from typing import Any

_GIB = 1024
# CPU units -> the MiB of memory that go with them.
MEMORY: dict[int, list[int]] = {
    256: [512, 1 * _GIB, 2 * _GIB],
    512: list(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: list(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: list(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: list(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: list(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: list(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
}


def fargate_fault(cpu: Any, memory: Any) -> str | None:
    """Return one sentence that says what is wrong with a pair of CPU units and MiB, or None."""
    if not str(cpu).isdigit() or int(cpu) not in MEMORY:
        return f"Fargate has no size of {cpu} CPU units: it has {', '.join(map(str, MEMORY))}."
    allowed = MEMORY[int(cpu)]
    if not str(memory).isdigit() or int(memory) not in allowed:
        return f"Fargate has no {memory} MiB of memory with {cpu} CPU units: it has {_listed(allowed)} MiB."
    return None


def _listed(allowed: list[int]) -> str:
    if len(allowed) <= 4:
        return ", ".join(map(str, allowed))
    return f"{allowed[0]} to {allowed[-1]} in steps of {allowed[1] - allowed[0]}"
