# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.orchestra.aws.plugins.filter.workflow_inputs import workflow_inputs


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.jsonl", '{"a": 1}\n\n{"a": 2}\n'),
        ("a.json", '[{"a": 1}, {"a": 2}]'),
        ("a.json", '{"a": 1}\n{"a": 2}'),
        ("a.yml", "- a: 1\n- {a: 2}\n"),
        ("a.yaml", '[{"a": 1}, {"a": 2}]'),
    ],
)
def test_inputs_may_be_written_in_three_ways(path: str, text: str) -> None:
    assert workflow_inputs(text, path) == [{"a": 1}, {"a": 2}]


def test_a_line_of_json_may_be_a_list() -> None:
    assert workflow_inputs("[1]\n[2]\n", "a.jsonl") == [[1], [2]]


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("a.jsonl", '{"a": 1}\n{"a":\n', "a.jsonl, line 2 is no JSON: Expecting value at column 6."),
        ("a.json", '[{"a": 1},\n', "a.json is no JSON: line 2, Expecting value."),
        ("a.yml", "a: 1\n", "a.yml holds no list: it needs a list with one item for each input."),
        ("a.yml", "- [\n", "a.yml is no YAML"),
    ],
)
def test_one_sentence_for_a_file_that_is_no_list_of_inputs(path: str, text: str, sentence: str) -> None:
    with pytest.raises(AnsibleFilterError) as fault:
        workflow_inputs(text, path)
    assert str(fault.value).startswith(sentence)
