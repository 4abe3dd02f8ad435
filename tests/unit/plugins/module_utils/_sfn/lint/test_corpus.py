# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The linter on the corpus: what it finds, and that nothing makes it fail."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.linter import lint
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import ERROR, RULES
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

LARGE = "x" * 262144
# What would make the corpus large has its definition here.
LARGE_DEFINITIONS: list[tuple[Any, str, str]] = [
    ([], "definition-type", ""),
    ({"StartAt": "A", "Comment": LARGE * 4, "States": {"A": {"Type": "Succeed"}}}, "definition-size", ""),
    (
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": LARGE, "End": True}}},
        "payload-size",
        "/States/A/Result",
    ),
]


def place(definition: Any, pointer: str) -> Any:
    """Return what a JSON pointer points to; it must be there: what is missing is told of what lacks it."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        definition = definition[int(key)] if isinstance(definition, list) else definition[key]
    return definition


def test_the_findings_are_the_expected_ones(case: Any) -> None:
    found = lint(case.definition, **case.options)
    assert Counter((finding.rule, finding.pointer) for finding in found) == Counter(case.findings)


def test_good_definitions_have_no_errors_and_bad_ones_have_findings(case: Any) -> None:
    found = lint(case.definition, **case.options)
    if case.name.startswith("good/"):
        assert [finding for finding in found if finding.severity == ERROR] == []
    else:
        assert found


def test_every_finding_says_where_what_and_why(case: Any) -> None:
    for finding in lint(case.definition, **case.options):
        place(case.definition, finding.pointer)
        assert finding.sentence.endswith(".")
        assert (finding.severity, finding.source) == (RULES[finding.rule].severity, RULES[finding.rule].source)


def test_errors_come_first(case: Any) -> None:
    severities = [finding.severity for finding in lint(case.definition, **case.options)]
    assert severities == sorted(severities)


def test_the_definition_is_left_as_it_is(case: Any) -> None:
    before = copy.deepcopy(case.definition)
    lint(case.definition, **case.options)
    assert case.definition == before


@pytest.mark.parametrize(
    ("definition", "rule", "pointer"), LARGE_DEFINITIONS, ids=[each[1] for each in LARGE_DEFINITIONS]
)
def test_limits_of_size(definition: Any, rule: str, pointer: str) -> None:
    assert [(finding.rule, finding.pointer) for finding in lint(definition)] == [(rule, pointer)]


def test_the_largest_payload_is_allowed() -> None:
    result = LARGE[:-2]
    assert lint({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": result, "End": True}}}) == []


def test_every_rule_is_broken_somewhere(corpus: list[Any]) -> None:
    broken = {rule for case in corpus for rule, _pointer in case.findings} | {each[1] for each in LARGE_DEFINITIONS}
    assert set(RULES) - broken == set()


def test_every_rule_has_a_source() -> None:
    for rule in RULES.values():
        assert urlsplit(rule.source).scheme == "https"
        assert rule.title.endswith(".")


def test_the_corpus_is_large_enough(corpus: list[Any]) -> None:
    assert len(corpus) >= 40


def _spoilt(value: Any, junk: Any) -> Iterator[Any]:
    """Every copy of a document in which one place is junk."""
    yield junk
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(children):
        for spoilt in _spoilt(item, junk):
            other = copy.copy(value)
            other[key] = spoilt
            yield other


@pytest.mark.parametrize("junk", [None, 7, "{%", [], {}, [{}], True], ids=repr)
def test_no_junk_makes_it_fail_or_tell_of_a_place_that_is_not_there(corpus: list[Any], junk: Any) -> None:
    for case in corpus:
        if not case.name.startswith("good/workflow"):
            for definition in _spoilt(case.definition, junk):
                for finding in lint(definition, **case.options):
                    place(definition, finding.pointer)


@pytest.mark.parametrize("host", ["${Host}", unknown(), unknown("https://")])
def test_what_is_not_known_yet_passes(host: str) -> None:
    call = {"ApiEndpoint": host, "Method": "POST", "Path": "orders"}
    state = {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke", "Arguments": call, "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": state}}
    assert lint(definition, routes=["POST /orders"], api_hosts=[unknown()]) == []
