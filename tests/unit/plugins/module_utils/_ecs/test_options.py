# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.orchestra.aws.plugins.module_utils._ecs.options import ARGUMENT_SPEC
from ansible_collections.orchestra.aws.plugins.modules import ecs_service


def flatten(options: dict[str, Any], inner: str, path: str = "") -> dict[str, tuple[Any, ...]]:
    """Return each option, dotted, with what documentation and argument spec must agree on."""
    found: dict[str, tuple[Any, ...]] = {}
    for name, option in options.items():
        facts = (option.get("type"), option.get("elements"), option.get("choices"), option.get("default"))
        found[path + name] = (*facts, bool(option.get("required")), option.get("aliases"))
        found |= flatten(option.get(inner) or {}, inner, f"{path}{name}.")
    return found


def test_every_option_is_documented_as_it_is() -> None:
    documented = flatten(yaml.safe_load(ecs_service.DOCUMENTATION)["options"], "suboptions")
    assert documented == flatten(ARGUMENT_SPEC, "options")


@pytest.mark.parametrize("text", [ecs_service.EXAMPLES, ecs_service.RETURN], ids=["examples", "return"])
def test_examples_and_return_values_are_yaml(text: str) -> None:
    assert yaml.safe_load(text)


def test_examples_use_options_that_exist() -> None:
    for task in yaml.safe_load(ecs_service.EXAMPLES):
        unknown = set(task["orchestra.aws.ecs_service"]) - set(ARGUMENT_SPEC)
        assert not unknown, task["name"]
