# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import document

JSONATA = "{% $map($states.input.items, function($x){ ${'a': $x} }) & '$' & $merge([{}]) %}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"b": 1, "a": [true, null]}', {"b": 1, "a": [True, None]}, id="JSON"),
        pytest.param("b: 1\na:\n  - true\n  - null\n", {"b": 1, "a": [True, None]}, id="YAML"),
        pytest.param("{b: 1, a: [x]}", {"b": 1, "a": ["x"]}, id="YAML in one line"),
        pytest.param("at: 2025-01-01", {"at": "2025-01-01"}, id="a date stays a string"),
        pytest.param("at: 2025-01-01T00:00:00Z", {"at": "2025-01-01T00:00:00Z"}, id="so does a time"),
        pytest.param("x: &a {k: 1}\ny: {<<: *a, l: 2}", {"x": {"k": 1}, "y": {"k": 1, "l": 2}}, id="YAML merge"),
        pytest.param('{"rate": 2.0, "pause": 0.5}', {"rate": 2, "pause": 0.5}, id="whole floats are integers"),
    ],
)
def test_read(text: str, expected: Any, tmp_path: Path) -> None:
    assert document.read(text, None) == expected
    file = tmp_path / "machine.asl"
    file.write_text(text)
    assert document.read(None, str(file)) == expected


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        pytest.param('{"a": 1, "a": 2}', "definition has the key a twice", id="JSON key twice"),
        pytest.param("a: 1\nb: {c: 1, c: 2}", "definition has the key c twice", id="YAML key twice"),
        pytest.param('{"a": 1,,}', "definition is not JSON: .*line 1 column 9", id="broken JSON"),
        pytest.param("a: [1", "definition is neither JSON nor YAML", id="broken YAML"),
        pytest.param("on: 1", "definition has the key True, which is no string", id="YAML's key on"),
        pytest.param({"a": {"b": {1, 2}}}, "definition/a/b is {1, 2}, which JSON cannot say", id="a set"),
        pytest.param({"a": [float("nan")]}, "definition/a/0 is nan", id="NaN"),
    ],
)
def test_read_refuses(definition: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        document.read(definition, None)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InputError, match="definition_file /no/such/file cannot be read"):
        document.read(None, "/no/such/file")


def test_canonical_text_does_not_depend_on_order() -> None:
    assert document.canonical({"b": [1, {"d": 1, "c": "ä"}], "a": 2}) == '{"a":2,"b":[1,{"c":"ä","d":1}]}'


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 2.0}, {"a": 2}, True),
        ({"a": True}, {"a": 1}, False),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
        ({"a": None}, {}, False),
    ],
)
def test_same(one: Any, other: Any, equal: bool) -> None:
    assert document.same(one, other) is equal


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        pytest.param({"a": "${n}"}, {"n": 3}, {"a": 3}, id="a whole string keeps the type"),
        pytest.param({"a": "${n}"}, {"n": {"x": [1.0]}}, {"a": {"x": [1]}}, id="a mapping too"),
        pytest.param({"a": "${n}"}, {"n": None}, {"a": None}, id="and null"),
        pytest.param({"a": "x-${n}-${m}"}, {"n": 3, "m": True}, {"a": "x-3-true"}, id="inside a text"),
        pytest.param(
            {"a": "{% '${n}' & $states.input %}"}, {"n": "h"}, {"a": "{% 'h' & $states.input %}"}, id="JSONata"
        ),
        pytest.param({"a": JSONATA, "b": "${n}"}, {"n": 1}, {"a": JSONATA, "b": 1}, id="JSONata's own dollars survive"),
        pytest.param({"${n}-a": ["${n}"]}, {"n": "k"}, {"k-a": ["k"]}, id="in keys and lists"),
        pytest.param({"a": "${n}"}, None, {"a": "${n}"}, id="no substitutions, no change"),
    ],
)
def test_substitute(template: Any, values: dict[str, Any] | None, expected: Any) -> None:
    assert document.substitute(template, values) == expected


@pytest.mark.parametrize(
    ("template", "values", "message"),
    [
        pytest.param({"a": "${n}"}, {}, r"placeholder \$\{n\}, for which substitutions has no value", id="no value"),
        pytest.param({"a": "x"}, {"n": 1, "m": 2}, "substitutions has m, n, for which definition has no", id="unused"),
        pytest.param({"a": "x${n}"}, {"n": [1]}, "substitutions/n is no string, number or boolean", id="list in text"),
        pytest.param({"${n}": 1, "k": 2}, {"n": "k"}, "make two keys of one mapping", id="keys collide"),
        pytest.param({"a": "${n}"}, {"n": {1}}, r"substitutions/n is \{1\}, which JSON cannot say", id="no JSON"),
    ],
)
def test_substitute_refuses(template: Any, values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        document.substitute(template, values)
