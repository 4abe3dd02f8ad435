# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import fargate
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [(256, 512), (256, 2048), (512, 4096), (1024, 8192), (2048, 4096), (4096, 30720), (8192, 61440), (16384, 122880)],
)
def test_sizes_that_exist(cpu: int, memory: int) -> None:
    fargate.check_size(cpu, memory, "LINUX")


@pytest.mark.parametrize(
    ("cpu", "memory", "message"),
    [
        (300, 512, "task_definition.cpu is one of 256, 512, 1024, 2048, 4096, 8192, 16384"),
        (256, 4096, "with 256 CPU units, task_definition.memory is 512, 1024 or 2048 MiB"),
        (512, 1500, "1024, 2048, 3072 or 4096 MiB"),
        (1024, 1024, "2048 to 8192 in steps of 1024 MiB"),
        (8192, 17408, "16384 to 61440 in steps of 4096 MiB"),
    ],
)
def test_sizes_that_do_not_exist(cpu: int, memory: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        fargate.check_size(cpu, memory, "LINUX")


def test_windows_needs_a_whole_cpu() -> None:
    fargate.check_size(1024, 2048, "WINDOWS_SERVER_2022_CORE")
    with pytest.raises(InputError, match="at least 1024 CPU units"):
        fargate.check_size(512, 1024, "WINDOWS_SERVER_2022_CORE")
