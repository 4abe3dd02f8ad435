# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What Fargate accepts: pairs of CPU and memory, storage, stop timeout. Pure functions.

Source: RegisterTaskDefinition in the ECS API reference, and "Task size" in the ECS developer guide.
Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

# Memory in MiB that each CPU size allows: CPU units (1024 = 1 vCPU) -> MiB.
MEMORY_FOR_CPU: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}
# CPU units that Windows containers need at least.
WINDOWS_LEAST_CPU = 1024
# GiB of ephemeral storage that can be asked for; 20 GiB come without asking.
EPHEMERAL_STORAGE_GIB = (21, 200)
# Seconds between SIGTERM and SIGKILL, at most.
LONGEST_STOP_TIMEOUT = 120


def check_size(cpu: int, memory: int, operating_system_family: str) -> None:
    """Refuse, with InputError, a pair of CPU units and MiB that Fargate does not have."""
    if cpu not in MEMORY_FOR_CPU:
        allowed = ", ".join(str(size) for size in MEMORY_FOR_CPU)
        raise InputError(f"Fargate has no tasks with {cpu} CPU units: task_definition.cpu is one of {allowed}.")
    if memory not in MEMORY_FOR_CPU[cpu]:
        raise InputError(
            f"Fargate has no tasks with {cpu} CPU units and {memory} MiB of memory: "
            f"with {cpu} CPU units, task_definition.memory is {_in_words(MEMORY_FOR_CPU[cpu])} MiB."
        )
    if operating_system_family.startswith("WINDOWS") and cpu < WINDOWS_LEAST_CPU:
        raise InputError(
            f"Windows tasks need at least {WINDOWS_LEAST_CPU} CPU units on Fargate, task_definition.cpu is {cpu}."
        )


def _in_words(sizes: tuple[int, ...]) -> str:
    if len(sizes) <= 4:
        return f"{', '.join(str(size) for size in sizes[:-1])} or {sizes[-1]}"
    return f"{sizes[0]} to {sizes[-1]} in steps of {sizes[1] - sizes[0]}"
