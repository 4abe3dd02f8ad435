# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Tags: what is set and removed leads to the desired ones, and AWS's own are never touched."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._values import (
    desired_tags,
    is_unknown,
    present,
    tag_changes,
    tag_list,
    tag_mapping,
    unknown,
)

KEYS = st.sampled_from(["a", "b", "aws:c", "orchestra:d"]) | st.text(max_size=4)
CURRENT = st.dictionaries(KEYS, st.text(max_size=4))
WANTED = st.none() | st.dictionaries(
    KEYS.filter(lambda key: not key.startswith("aws:")), st.text(max_size=4) | st.integers() | st.booleans()
)


@given(CURRENT, WANTED, st.booleans())
def test_tags_converge(current: dict[str, str], wanted: dict[str, Any] | None, purge: bool) -> None:
    after = desired_tags(current, wanted, purge)
    to_set, to_remove = tag_changes(current, after)
    reached = {**{key: value for key, value in current.items() if key not in to_remove}, **to_set}
    assert reached == after
    assert tag_changes(reached, desired_tags(reached, wanted, purge)) == ({}, [])


@given(CURRENT, WANTED, st.booleans())
def test_tags_of_aws_stay(current: dict[str, str], wanted: dict[str, Any] | None, purge: bool) -> None:
    after = desired_tags(current, wanted, purge)
    assert {key: after.get(key) for key in current if key.startswith("aws:")} == {
        key: value for key, value in current.items() if key.startswith("aws:")
    }
    assert not [key for key in tag_changes(current, after)[1] if key.startswith("aws:")]


@given(CURRENT, WANTED)
def test_without_purging_nothing_is_removed(current: dict[str, str], wanted: dict[str, Any] | None) -> None:
    assert desired_tags(current, wanted, False).keys() >= current.keys()
    assert desired_tags(current, None, True) == current


@given(CURRENT, st.sampled_from([("Key", "Value"), ("key", "value")]))
def test_a_tag_list_and_a_mapping_say_the_same(tags: dict[str, str], spelling: tuple[str, str]) -> None:
    assert tag_mapping(tag_list(tags, *spelling)) == tags


NESTED = st.recursive(
    st.text(max_size=3) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(NESTED, st.lists(st.sampled_from(["list", "mapping"]), max_size=4), st.text(max_size=3))
def test_a_placeholder_is_found_wherever_it_stands(beside: Any, path: list[str], prefix: str) -> None:
    assert not is_unknown(beside)
    value: Any = unknown(prefix)
    for step in path:
        value = [beside, value] if step == "list" else {"beside": beside, "at": value}
    assert is_unknown(value)


@given(st.dictionaries(st.text(max_size=3), st.none() | st.booleans() | st.just(0) | st.just("")))
def test_only_what_was_left_out_is_dropped(mapping: dict[str, Any]) -> None:
    assert present(mapping).items() <= mapping.items()
    assert mapping.keys() - present(mapping).keys() == {key for key, value in mapping.items() if value is None}
