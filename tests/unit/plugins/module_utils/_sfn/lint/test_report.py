# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.report import warnings_of

NOWHERE = {"StartAt": "X", "States": {"A": {"Type": "Succeed"}}}
WARNED = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "B"}]},
        "B": {"Type": "Succeed"},
    },
}
WAITS = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 400, "End": True}}}
BAD_FIELD = {"StartAt": "A", "States": {"A": {"Type": "Succeed", "Colour": "red"}}}


def options(**changes: Any) -> dict[str, Any]:
    return {"name": "shop", "lint": True, "lint_routes": None, "lint_api_hosts": None, **changes}


def test_no_definition_has_no_warnings() -> None:
    assert warnings_of(options(), None, "STANDARD") == []


def test_warnings_have_the_documented_form() -> None:
    (warning,) = warnings_of(options(), WARNED, "STANDARD")
    assert set(warning) == {"rule", "severity", "pointer", "sentence", "source"}
    assert (warning["rule"], warning["severity"], warning["pointer"]) == ("choice-default", "warning", "/States/A")


@pytest.mark.parametrize(
    ("params", "definition", "message"),
    [
        ({}, NOWHERE, r"state machine shop is not valid: /StartAt: StartAt names 'X'.*\[start-unknown\]"),
        ({"lint": False}, NOWHERE, "start-unknown"),
        ({}, {"StartAt": "0", "States": {str(n): {"Type": "Pass"} for n in range(7)}}, "; and 8 more"),
        ({}, BAD_FIELD, r"/States/A/Colour: There is no field Colour here. \[field-unknown\]\.$"),
        ({"lint_routes": [7]}, WAITS, "lint_routes: 7 is no route"),
    ],
)
def test_errors_stop_with_one_sentence(params: dict[str, Any], definition: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        warnings_of(options(**params), definition, "STANDARD")


def test_without_lint_there_are_neither_warnings_nor_errors_beyond_the_structure() -> None:
    assert warnings_of(options(lint=False), WARNED, "STANDARD") == []
    assert warnings_of(options(lint=False), BAD_FIELD, "STANDARD") == []


def test_the_type_decides() -> None:
    assert warnings_of(options(), WAITS, "STANDARD") == []
    assert [warning["rule"] for warning in warnings_of(options(), WAITS, "EXPRESS")] == ["express-time"]
