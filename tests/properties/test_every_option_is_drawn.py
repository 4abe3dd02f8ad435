# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Any desired state means every option: what properties give to a module has each of its options at least once."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
from hypothesis import is_hypothesis_test

from tests.modules.table import paths
from tests.modules.test_tables_are_complete import CONNECTION, WAITING
from tests.properties.converging import Noted, noting
from tests.unit.documentation import MODULES, definition, flat

MADE = [name for name in MODULES if "present" in definition(name)["argument_spec"].get("state", {}).get("choices", [])]
LOOKUP = "Tells which one is meant, and sets nothing"
REFUSES = "Refuses, and changes nothing"
EXEMPT = {
    "ecs_service": {"force_new_deployment": "Starts a deployment in every run"},
    "http_api": {"api_id": LOOKUP},
    "scheduler_schedule": {"group": LOOKUP},
    "sfn_state_machine": {"lint": REFUSES, "lint_api_hosts": REFUSES, "lint_routes": REFUSES},
}
# A property that has given nothing to a module in so many examples gives nothing at all.
PATIENCE = 3


class Unreached:
    """Stands for the modules on the embedded AWS: notes what they are given, and refuses it."""

    def __init__(self, noted: Noted) -> None:
        self._noted = noted

    def outcome(self, module: str, check: bool = False, **options: Any) -> dict[str, Any]:
        self._noted.append((module, options))
        return {"failed": True, "msg": "Only noted."}

    def __call__(self, module: str, **options: Any) -> dict[str, Any]:
        self._noted.append((module, options))
        return {"changed": False}

    check = __call__


def properties() -> Iterator[Callable[..., None]]:
    """Yield the properties of the files in which modules are run, and of the network, which is planned only."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        file = importlib.import_module(f"tests.properties.{path.stem}")
        if {"converges", "follows", "planned"} & vars(file).keys():
            tests = (item for name, item in vars(file).items() if name.startswith("test_"))
            yield from filter(is_hypothesis_test, tests)


class Drawn:
    """The options that properties give to each module. directory: for the files of these properties."""

    def __init__(self, directory: Path) -> None:
        self._missing = {name: set(options(name)) for name in MODULES}
        self._directory = directory

    def missing(self, module: str) -> set[str]:
        return self._missing[module]

    def draw(self, each: Callable[..., None]) -> None:
        """Draw examples of a property until its modules have all options, without trying what it says."""
        handle: Any = each.hypothesis  # type: ignore[attr-defined]
        whole, tried, modules = handle.inner_test, 0, set[str]()

        def without_claims(*args: Any, **drawn: Any) -> None:
            nonlocal tried
            tried += 1
            # No module has run, so what the property says may well be false.
            with suppress(AssertionError, TypeError):
                whole(*args, **drawn)
            if self._enough(noted, modules, tried):
                raise SkipTest

        with noting() as noted, suppress(SkipTest):
            files = {"code": self._directory, "tmp_path": self._directory}
            fixtures = {"modules": Unreached(noted), "targets": {"": ""}, "arns": {"": ""}, **files}
            handle.inner_test = without_claims
            try:
                each(**{name: fixtures[name] for name in inspect.signature(each).parameters})
            finally:
                handle.inner_test = whole

    def _enough(self, noted: Noted, modules: set[str], tried: int) -> bool:
        """Take what was noted. modules: those that the property has given something to, filled here."""
        while noted:
            module, given = noted.pop()
            modules.add(module)
            self._missing[module].difference_update(name.removeprefix(".") for name in paths("", given))
        if not modules:
            return tried >= PATIENCE
        return all(self._missing[module] <= EXEMPT.get(module, {}).keys() for module in modules)


def options(module: str) -> set[str]:
    return flat(definition(module)["argument_spec"], "options").keys() - CONNECTION - WAITING


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    found = Drawn(tmp_path_factory.mktemp("drawn"))
    for each in properties():
        found.draw(each)
    return found


@pytest.mark.parametrize("module", MADE)
def test_every_option_is_drawn(module: str, drawn: Drawn) -> None:
    assert sorted(drawn.missing(module)) == sorted(EXEMPT.get(module, {}))
