# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The linter compared with other validators: by their recorded verdicts, and by themselves where they are installed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.linter import lint
from ansible_collections.orchestra.aws.plugins.module_utils._site.routes import api_routes
from ansible_collections.orchestra.aws.plugins.module_utils._site.services import service_settings
from tests.tools import asl_corpus, asl_validators, lint_docs
from tests.tools.missing import missing

VALIDATORS = list(asl_validators.VERSIONS)


def test_every_definition_has_recorded_verdicts() -> None:
    for verdicts in lint_docs.verdicts().values():
        assert set(verdicts) == set(asl_corpus.definitions())


def test_the_verdicts_are_of_the_versions_that_are_named() -> None:
    recorded: dict[str, Any] = json.loads(asl_validators.RECORDED.read_text())
    assert {name: entry["version"] for name, entry in recorded.items()} == asl_validators.VERSIONS


@pytest.mark.parametrize("validator", VALIDATORS)
def test_every_disagreement_has_a_sentence_of_its_own(validator: str) -> None:
    """In both directions: what we refuse and another takes may be a fault of ours too."""
    verdicts, explained = lint_docs.verdicts()[validator], lint_docs.explanations()[validator]
    found = lint_docs.findings()
    assert {name for name in found if bool(verdicts[name]) != lint_docs.refused(found[name])} == set(explained)
    assert all(sentence.endswith(".") for sentence in explained.values())


@pytest.mark.parametrize("validator", VALIDATORS)
def test_recorded_verdicts_are_those_of_today(validator: str) -> None:
    if not asl_validators.installed(validator):
        missing(f"{validator} is not installed, which make validators does.")
    assert asl_validators.verdicts(validator) == lint_docs.verdicts()[validator]


@pytest.mark.parametrize("name", asl_corpus.WORKFLOWS)
def test_the_rendered_workflows_are_those_of_the_template(name: str) -> None:
    rendered = asl_corpus.render(asl_corpus.WORKFLOWS[name])
    assert asl_corpus.definitions()[f"good/{name}"] == rendered, "run python -m tests.tools.asl_corpus"


@pytest.mark.parametrize("path", ["/process", "/", "/v2/"])
def test_a_rendered_workflow_calls_the_routes_of_its_services(path: str) -> None:
    hosts: dict[str, dict[str, Any]] = {"orders": {"api_process_path": path}, "prices": {"api_authorization": "NONE"}}
    settings = service_settings(list(hosts), hosts)
    made = api_routes(settings, dict.fromkeys(hosts, "arn:listener"), "link-1")
    assert lint(asl_corpus.render(hosts), routes=made, api_hosts=[asl_corpus.HOST]) == []
    assert any(finding.rule == "route-missing" for finding in lint(asl_corpus.render(hosts), routes=made[2:]))


def test_the_tables_of_the_page_are_up_to_date() -> None:
    page = lint_docs.PAGE.read_text(encoding="utf-8")
    assert page.split("\n") == lint_docs.filled(page).split("\n"), "run python -m tests.tools.lint_docs"
