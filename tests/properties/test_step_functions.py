# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Definitions are compared by meaning; state machines and aliases converge in one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import alias, document, state_machine_apply
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_sfn import MemoryStepFunctions, arn_of
from tests.properties.strategies_sfn import (
    JSON_VALUES,
    NAME,
    OPTIONS,
    TEXTS,
    alias_options,
    definitions,
    found_machines,
    reordered,
    wishes,
    written,
)


@given(JSON_VALUES.flatmap(lambda value: st.tuples(st.just(value), reordered(value), st.sampled_from([None, 1, "\t"]))))
def test_neither_order_nor_white_space_matter(same: Any) -> None:
    value, again, spaces = same
    text = json.dumps(again, indent=spaces)
    assert document.canonical(document.plain(json.loads(text))) == document.canonical(document.plain(value))
    assert document.same(value, again)


@given(JSON_VALUES, JSON_VALUES)
def test_different_values_are_told_apart(one: Any, other: Any) -> None:
    assert document.same(one, other) == (json.dumps(_plain(one)) == json.dumps(_plain(other)))


def _plain(value: Any) -> Any:
    """Return a value in which equal things are written equally: sorted, and no whole number as a fraction."""
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@given(definitions().flatmap(lambda found: st.tuples(st.just(found), written(found))))
def test_json_and_yaml_mean_the_same(same: Any) -> None:
    definition, text = same
    assert document.same(document.read(text, None), definition)


@given(JSON_VALUES)
def test_what_is_written_can_be_read(value: Any) -> None:
    plain = document.plain(value)
    assert document.loaded(document.canonical(value)) == plain
    assert document.canonical(document.loaded(document.canonical(plain))) == document.canonical(plain)


PLACEHOLDERS = st.sampled_from(["one", "Two.b", "c-3"])


@given(st.dictionaries(PLACEHOLDERS, JSON_VALUES, min_size=1))
def test_a_placeholder_alone_becomes_the_value_with_its_type(values: dict[str, Any]) -> None:
    filled = document.substitute([f"${{{name}}}" for name in values], values)
    assert filled == [document.plain(value) for value in values.values()]


@given(st.dictionaries(PLACEHOLDERS, TEXTS, min_size=1), TEXTS, TEXTS)
def test_a_placeholder_in_a_text_becomes_text(values: dict[str, str], before: str, after: str) -> None:
    assume(before or after)
    filled = document.substitute({name: f"{before}${{{name}}}{after}" for name in values}, values)
    assert filled == {name: f"{before}{value}{after}" for name, value in values.items()}


@given(JSON_VALUES, st.dictionaries(PLACEHOLDERS, TEXTS))
def test_without_placeholders_nothing_is_replaced(value: Any, values: dict[str, str]) -> None:
    assert document.substitute(value, None) == value
    assert document.substitute(value, {}) == value
    if values:
        with pytest.raises(InputError, match="no placeholder"):
            document.substitute(value, values)


def filed(options: dict[str, Any], file: Path) -> dict[str, Any]:
    """Move the definition into a file."""
    definition = options.get("definition")
    if definition is None:
        return options
    text = definition if isinstance(definition, str) else json.dumps(definition)
    file.write_text(text, encoding="utf-8")
    return {**{key: value for key, value in options.items() if key != "definition"}, "definition_file": str(file)}


@given(found=st.none() | found_machines(), following=wishes(), in_file=st.booleans())
def test_any_state_machine_converges(
    tmp_path: Path, found: Any, following: list[dict[str, Any]], in_file: bool
) -> None:
    clients = Clients(stepfunctions=MemoryStepFunctions())
    if found:
        clients("stepfunctions").add(*found)
    for wish in following:
        options = filed(wish, tmp_path / "definition") if in_file else wish
        converges(state_machine_apply.ensure_present, "sfn_state_machine", options, clients)
        for kept in clients("stepfunctions").state.values():
            assert "${" not in kept["machine"]["definition"]


@given(found_machines())
def test_any_state_machine_is_deleted(found: Any) -> None:
    clients = Clients(stepfunctions=MemoryStepFunctions())
    clients("stepfunctions").add(*found)
    converges(state_machine_apply.ensure_absent, "sfn_state_machine", {"name": NAME, "state": "absent"}, clients)
    assert clients("stepfunctions").state == {}


VERSIONS = [f"{arn_of(NAME)}:{number}" for number in (1, 2, 3)]


@given(st.lists(alias_options(VERSIONS), min_size=1, max_size=4), found_machines())
def test_any_alias_converges(following: list[dict[str, Any]], found: Any) -> None:
    machine, tags, _versions = found
    clients = Clients(stepfunctions=MemoryStepFunctions())
    clients("stepfunctions").add(machine, tags, [1, 2, 3])
    for options in following:
        converges(alias.ensure_present, "sfn_alias", options, clients)
    absent = {"name": "live", "state_machine": NAME, "state": "absent"}
    converges(alias.ensure_absent, "sfn_alias", absent, clients)
    assert clients("stepfunctions").state[arn_of(NAME)]["aliases"] == {}


@given(found_machines(), alias_options(VERSIONS), OPTIONS)
def test_a_version_that_an_alias_uses_is_never_deleted(
    found: Any, routing: dict[str, Any], options: dict[str, Any]
) -> None:
    assume("version_arn" in routing or "routing" in routing)
    machine, tags, _versions = found
    clients = Clients(stepfunctions=MemoryStepFunctions())
    clients("stepfunctions").add(machine, tags, [1, 2, 3])
    converges(alias.ensure_present, "sfn_alias", routing, clients)
    wish = {**options, "type": machine["type"], "keep_versions": 1, "publish": True}
    converges(state_machine_apply.ensure_present, "sfn_state_machine", wish, clients)
    kept = clients("stepfunctions").state[arn_of(NAME)]
    used = {
        route["stateMachineVersionArn"] for each in kept["aliases"].values() for route in each["routingConfiguration"]
    }
    assert used <= {f"{arn_of(NAME)}:{number}" for number in kept["versions"]}
