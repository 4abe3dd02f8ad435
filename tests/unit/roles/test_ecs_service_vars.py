# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Variables of the role ecs_service that a run decides with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

VARIABLES = Path(__file__).parents[3] / "roles" / "ecs_service" / "vars" / "main.yml"
TARGET = {"ecs_service": {"service": "service1"}}


@pytest.mark.parametrize(
    ("results", "rollouts"),
    [
        ({"service1": {"ecs_service__result": {"wait_for": [TARGET]}}}, [TARGET]),
        ({"service1": {"ecs_service__result": {"wait_for": []}}}, []),
        # One has failed, in a play that goes on; another one's task was skipped.
        ({"service1": {"ecs_service__result": {"wait_for": [TARGET]}}, "service2": {}}, [TARGET]),
        ({"service1": {"ecs_service__result": {"skipped": True}}, "service2": {}}, []),
    ],
)
def test_a_host_without_a_result_has_nothing_to_wait_for(results: dict[str, Any], rollouts: list[Any]) -> None:
    loader = DataLoader()
    variables = loader.load_from_file(str(VARIABLES), trusted_as_template=True)
    templar = Templar(loader, {**variables, "hostvars": results, "ansible_play_batch": list(results)})
    assert templar.template(variables["ecs_service__rollouts"]) == rollouts
