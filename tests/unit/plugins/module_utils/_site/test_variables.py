# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Variables that no role knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.variables import (
    known_variables,
    read_specs,
    state_findings,
    variable_findings,
)

SPECS = {
    "ecs_service": "{main: {options: {ecs_service_memory: {}, ecs_service_cpu: {}}}, check: {}}",
    "network": "{main: {options: {network_tags: {}, network_availability_zone_count: {}}}}",
    "workflow": "{main: {options: {workflow_type: {}}}, service: {options: {workflow_retry: {}}}}",
    "common": "{main: {options: {common_name: {}}}, inventory: {options: {orchestra_project: {}}}}",
}
NEAREST = {
    "ecs_service_memmory": "the nearest is ecs_service_memory",
    "network_azs": "the nearest is network_availability_zone_count",
    "network_tag": "the nearest is network_tags",
    "workflow_retires": "the nearest is workflow_retry",
    "orchestra_projekt": "the nearest is orchestra_project",
    "network_xyz": "ansible-doc -t role orchestra.aws.network lists all",
    "orchestra_xyz": "ansible-doc -t role orchestra.aws.common lists all",
    "ecs_servce_memory": "ecs_service_memory is meant",
}


@pytest.fixture
def known(tmp_path: Path) -> dict[str, set[str]]:
    for role, entries in SPECS.items():
        folder = tmp_path / role / "meta"
        folder.mkdir(parents=True)
        (folder / "argument_specs.yml").write_text(f"argument_specs: {entries}\n")
    return known_variables(read_specs(tmp_path))


@pytest.mark.parametrize(("variable", "hint"), NEAREST.items())
def test_a_typing_error_is_told_with_what_is_meant(known: dict[str, set[str]], variable: str, hint: str) -> None:
    [sentence] = variable_findings(known, {"service1": {variable: "hidden"}})
    assert sentence.startswith(f"{variable} (service1)")
    assert hint in sentence
    assert "hidden" not in sentence


def test_one_sentence_for_all_hosts(known: dict[str, set[str]]) -> None:
    hosts = {f"service{number}": {"network_azs": 2} for number in range(1, 6)}
    [sentence] = variable_findings(known, hosts)
    assert "(service1, service2, service3 and 2 more)" in sentence


@pytest.mark.parametrize(
    "variables",
    [
        {"ecs_service_memory": 512, "workflow_retry": {}, "orchestra_project": "shop"},
        {"network__result": {}, "ansible_connection": "local", "my_own": 1, "networks": []},
        {"network_of_mine": 1, "orchestra_own_variables": ["network_of_mine"]},
    ],
)
def test_what_is_known_or_ones_own_is_no_fault(known: dict[str, set[str]], variables: dict[str, Any]) -> None:
    every = {**known, "orchestra_": known["orchestra_"] | {"orchestra_own_variables"}}
    assert variable_findings(every, {"service1": variables}) == []


def test_what_is_to_go_is_no_matter_of_the_inventory() -> None:
    hosts = {"one": {"ecs_service_state": "absent", "network_state": "present"}, "two": {"workflow_state": "absent"}}
    told = [sentence.split(" is absent")[0] for sentence in state_findings(hosts)]
    assert told == ["ecs_service_state of one", "workflow_state of two"]
