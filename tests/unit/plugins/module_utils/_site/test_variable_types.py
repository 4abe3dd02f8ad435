# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Types and choices of an inventory's variables."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.variable_types import type_findings

SPECS = {
    "network_zones": {"type": "int", "required": True, "description": "How many."},
    "network_mode": {"type": "str", "choices": ["one", "each"], "default": "one"},
    "network_rules": {"type": "list", "elements": "dict", "options": {"port": {"type": "int", "required": True}}},
}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"network_zones": 2, "network_mode": "each", "network_rules": [{"port": 443}]},
        {"network_zones": "2"},
        {"network_zones": None},
        {"unknown": object()},
    ],
)
def test_what_fits_is_not_told(given: dict[str, Any]) -> None:
    assert type_findings(SPECS, {"control": given}, []) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"network_zones": "two"}, "network_zones"),
        ({"network_mode": "both"}, "one, each"),
        ({"network_rules": [{}]}, "port"),
        ({"network_rules": [{"port": 1, "prot": 2}]}, "prot"),
    ],
)
def test_what_does_not_fit_is_told_once_for_all_hosts(given: dict[str, Any], told: str) -> None:
    [sentence] = type_findings(SPECS, {"control": given, "service1": given}, [])
    assert sentence.startswith("control, service1: ")
    assert told in sentence


def test_what_something_else_checks_is_left_to_it() -> None:
    assert type_findings(SPECS, {"control": {"network_zones": "two"}}, ["network_zones"]) == []
