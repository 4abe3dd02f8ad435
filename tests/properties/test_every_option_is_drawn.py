# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Any desired state means every option: what properties give to a module has each of its options at least once."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import is_hypothesis_test

from tests.modules.table import paths
from tests.modules.test_tables_are_complete import CONNECTION, WAITING
from tests.properties.converging import Noted, noting
from tests.unit.documentation import MODULES, definition, flat

MADE = [
    name for name in MODULES if "absent" in definition(name)["argument_spec"].get("state", {}).get("choices", [])
]


class Unreached:
    """Stands for the modules on the embedded AWS, and refuses each state."""

    def __init__(self, noted: Noted) -> None:
        self._noted = noted

    def outcome(self, module: str, check: bool = False, **options: Any) -> dict[str, Any]:
        self._noted.append((module, options))
        return {"failed": True, "msg": "Only noted."}

    def __call__(self, module: str, **options: Any) -> dict[str, Any]:
        return {"changed": False}

    check = __call__


def properties() -> Iterator[Callable[..., None]]:
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        file = importlib.import_module(f"tests.properties.{path.stem}")
        if not {"converges", "parameters", "follows"} & set(vars(file)):
            continue
        yield from (item for name, item in vars(file).items() if name.startswith("test_") and is_hypothesis_test(item))


def draw(each: Callable[..., None], noted: Noted) -> None:
    handle: Any = each.hypothesis  # type: ignore[attr-defined]
    whole = handle.inner_test

    def only_noted(*args: Any, **drawn: Any) -> None:
        try:
            whole(*args, **drawn)
        except (AssertionError, TypeError):
            pass

    fixtures = {"modules": Unreached(noted), "targets": {"": ""}, "arns": {"": ""}, "code": Path()}
    import inspect
    handle.inner_test = only_noted
    try:
        each(**{name: fixtures[name] for name in inspect.signature(each).parameters})
    finally:
        handle.inner_test = whole


@cache
def drawn() -> dict[str, set[str]]:
    import time
    found: dict[str, set[str]] = {name: set() for name in MODULES}
    for each in properties():
        t=time.time()
        with noting() as noted:
            draw(each, noted)
        for module, options in noted:
            found[module].update(name.removeprefix(".") for name in paths("", options))
        print(each.__name__, len(noted), round(time.time()-t,2))
    return found


@pytest.mark.parametrize("module", MADE)
def test_every_option(module: str) -> None:
    options = {name for name in flat(definition(module)["argument_spec"], "options")} - CONNECTION - WAITING
    print('MISSING', module, *sorted(options - drawn()[module]), sep='\n')
    assert sorted(options - drawn()[module]) == []
