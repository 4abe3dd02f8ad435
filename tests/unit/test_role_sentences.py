# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Sentences that roles make of what modules return."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

ROLES = Path(__file__).parents[2] / "roles"
PENDING = {"phase": "pending", "state": "0 of 1 tasks run"}


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({}, "Waited 9 seconds in vain."),
        ({"phase": "failed", "state": "failed", "why": "It failed.\nlog of app"}, "It failed.\nlog of app"),
        ({**PENDING, "why": ""}, "ECS service cart is not steady: 0 of 1 tasks run"),
        (
            {**PENDING, "why": "task 1 is RUNNING\nlog of app"},
            "ECS service cart is not steady: 0 of 1 tasks run\ntask 1 is RUNNING\nlog of app",
        ),
    ],
)
def test_a_service_that_is_not_steady_is_told_with_its_reasons(own: dict[str, Any], sentence: str) -> None:
    tasks = yaml.safe_load((ROLES / "ecs_service/tasks/wait.yml").read_text())
    [template] = [task["ansible.builtin.fail"]["msg"] for task in tasks if "ansible.builtin.fail" in task]
    variables = {
        "ecs_service_name": "cart",
        "ecs_service__own": own,
        "ecs_service__wait": {"msg": "Waited 9 seconds in vain."},
    }
    assert Templar(DataLoader(), variables).template(trust_as_template(template)) == sentence
