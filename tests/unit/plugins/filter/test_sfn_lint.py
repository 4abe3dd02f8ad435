# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.orchestra.aws.plugins.filter.sfn_lint import FilterModule

GOOD = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 400, "End": True}}}
sfn_lint = FilterModule().filters()["sfn_lint"]


@pytest.mark.parametrize("definition", [GOOD, json.dumps(GOOD), "StartAt: A\nStates: {A: {Type: Succeed}}"])
def test_every_form_of_a_definition_is_read(definition: Any) -> None:
    assert sfn_lint(definition) == []


def test_findings_are_mappings() -> None:
    (finding,) = sfn_lint(GOOD, type="EXPRESS")
    assert finding["rule"] == "express-time"
    assert finding["pointer"] == "/States/A/Seconds"
    assert finding["source"].startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize(
    ("definition", "options", "message"),
    [
        ("{", {}, "sfn_lint: definition is not JSON"),
        (GOOD, {"type": "express"}, "sfn_lint: type must be STANDARD or EXPRESS, not 'express'"),
        (GOOD, {"routes": [7]}, "sfn_lint: 7 is no route"),
    ],
)
def test_what_cannot_be_read_is_said(definition: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=message):
        sfn_lint(definition, **options)
