# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The check of all properties itself: each module that keeps something has one, and one that tries nothing fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Outcome
from tests.properties.converging import converges, something_accepted
from tests.properties.memory import Clients
from tests.unit.documentation import MODULES, definition

OPTIONS = {"name": "shop"}


def refuse(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    raise InputError("name is shop.")


def accept(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    return Outcome({}, {}, [], {})


@something_accepted()
def a_property() -> None:
    converges(accept, "log_group", OPTIONS, Clients())
    converges(refuse, "log_group", OPTIONS, Clients())


def test_a_property_whose_examples_are_all_refused_fails() -> None:
    with pytest.raises(AssertionError, match="Every example of log_group: refuse was refused"):
        a_property()


def test_one_example_that_is_accepted_is_enough() -> None:
    answers = iter([refuse, refuse, accept, accept, accept])

    def sometimes(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
        return next(answers)(params, clients, check_mode)

    with something_accepted():
        assert converges(sometimes, "log_group", OPTIONS, Clients()) is None
        assert converges(sometimes, "log_group", OPTIONS, Clients()) is not None


def tried(source: str) -> Iterator[str]:
    """Yield the modules that properties run: in memory with converges, on the embedded AWS with follows."""
    for function in ast.parse(source).body:
        if isinstance(function, ast.FunctionDef) and any("given(" in ast.unparse(by) for by in function.decorator_list):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in ("converges", "follows"):
                    yield ast.literal_eval(call.args[1])


def test_every_module_that_makes_something_has_a_property() -> None:
    made = {
        name for name in MODULES if "present" in definition(name)["argument_spec"].get("state", {}).get("choices", [])
    }
    assert len(made) > 10
    sources = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    assert made - {name for source in sources for name in tried(source)} == set()
