# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Run a test that asks for a C(case) once for each definition of the corpus."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).resolve().parents[5] / "corpus" / "asl"


@dataclass(frozen=True)
class Case:
    """One definition. findings: rule and pointer of each that is expected. options: of lint()."""

    name: str
    definition: dict[str, Any]
    findings: list[tuple[str, str]]
    options: dict[str, Any] = field(default_factory=dict)


def cases() -> list[Case]:
    found = []
    for name, entry in json.loads((CORPUS / "expected.json").read_text(encoding="utf-8")).items():
        definition = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
        options = {key: value for key, value in entry.items() if key != "findings"}
        found.append(Case(name, definition, [tuple(finding) for finding in entry["findings"]], options))
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        everything = cases()
        metafunc.parametrize("case", everything, ids=[case.name for case in everything])


@pytest.fixture(scope="session")
def corpus() -> list[Case]:
    return cases()
