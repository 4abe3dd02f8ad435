# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.fields import fields


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"cpu": 256}, {"cpu": 512}, ["cpu: 256 -> 512"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, ["a.c: 2 -> 3"]),
        ({"a": {"b": 1}}, {"a": {}}, ["a.b: 1 -> (not set)"]),
        ({}, {"a": True}, ["a: (not set) -> true"]),
        ({"a": ["x", "y"]}, {"a": ["y", "z"]}, ["a: - x, + z"]),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, ["a: another order"]),
        ({"a": ["x", "x"]}, {"a": ["x"]}, ["a: - x"]),
        ({"a": [{"port": 80}]}, {"a": []}, ["a: - port=80"]),
        ({"a": ""}, {"a": "x\n" * 60}, ['a: "" -> ' + ("x " * 60)[:57] + "..."]),
        ({"a": 1}, {"a": 1}, []),
    ],
)
def test_differences_in_words(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    assert [one.short() for one in fields(before, after)] == expected
