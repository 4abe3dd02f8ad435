# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.orchestra.aws.plugins.filter.workflow_inputs import workflow_inputs
from ansible_collections.orchestra.aws.plugins.module_utils._site.invocations import summary


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


def ended(number: int, **more: Any) -> dict[str, Any]:
    empty = {"key": None, "service": None, "error": None, "cause": None}
    return {"number": number, "status": "completed", "seconds": number / 10, **empty, **more}


def test_the_summary_counts_and_names_the_percentiles_of_the_duration() -> None:
    found = summary([ended(number) for number in range(1, 101)])
    assert (found["inputs"], found["completed"], found["failed"], found["failures"]) == (100, 100, 0, [])
    assert found["seconds"] == {"p50": 5.0, "p90": 9.0, "p99": 9.9, "longest": 10.0}
    assert summary([])["seconds"] == {"p50": None, "p90": None, "p99": None, "longest": None}
    assert summary([ended(3)])["seconds"] == {"p50": 0.3, "p90": 0.3, "p99": 0.3, "longest": 0.3}


def test_the_summary_names_what_failed() -> None:
    why = {"status": "failed", "key": "order-2", "service": "cart", "error": "ApiGateway.500", "cause": "so\nit  is"}
    found = summary([ended(1, status="running"), ended(2, **why), ended(3, status="failed", cause="x" * 200)])
    assert (found["completed"], found["running"], found["failed"]) == (0, 1, 2)
    assert found["failures"] == [
        "input 2 (order-2): cart ApiGateway.500 so it is",
        f"input 3: {'x' * 120}...",
    ]
    many = summary([ended(number, status="failed", error="E") for number in range(25)])
    assert len(many["failures"]) == 21
    assert many["failures"][-1] == "and 5 more"
