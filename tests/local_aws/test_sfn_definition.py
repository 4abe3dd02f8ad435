# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Validation of definitions: what is refused, with which code, where; and that valid ones pass."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws import sfn
from local_aws.sfn import definition
from tests.local_aws.sfn_lab import ENDPOINT, call, machine

PASS = {"Type": "Pass", "End": True}
SCHEMA, MISSING = "SCHEMA_VALIDATION_FAILED", "MISSING_TRANSITION_TARGET"


@pytest.fixture(autouse=True, scope="module")
def patched_parser() -> None:
    sfn.apply()


def found(value: Any, kind: str = "STANDARD") -> list[tuple[str, str, str]]:
    text = value if isinstance(value, str) else json.dumps(value)
    return [(item.code, item.location, item.message) for item in definition.diagnose(text, kind)]


def test_a_complete_workflow_is_valid() -> None:
    headers = {
        "Content-Type": ["application/json"],
        "X-Idempotency-Key": ["{% $states.context.Execution.Name & '-a' %}"],
    }
    names = [f"ApiGateway.{status}" for status in range(500, 600)]
    task = call(
        Arguments={"Headers": headers, "AllowNullValues": True, "AuthType": "IAM_ROLE"},
        Assign={"r": "{% $states.result.ResponseBody ~> |$|{'a': 1}| %}"},
        Output={"in": "{% $states.input.items.($ & 'x') %}"},
        TimeoutSeconds=35,
        Retry=[
            {
                "ErrorEquals": [*names, "States.Timeout"],
                "IntervalSeconds": 2,
                "BackoffRate": 1.5,
                "JitterStrategy": "FULL",
            },
            {"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 0, "MaxDelaySeconds": 20},
        ],
        Catch=[
            {"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Failed"},
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {"e": "{% $states.errorOutput %}"},
                "Output": "{% $states.input %}",
                "Next": "Failed",
            },
        ],
        Next="Both",
    )
    both: dict[str, Any] = {
        "Type": "Parallel",
        "Branches": [machine(A=PASS), machine(B={"Type": "Wait", "Seconds": 1, "End": True})],
        "Output": "{% $states.result %}",
        "Next": "Each",
    }
    for branch in both["Branches"]:
        del branch["QueryLanguage"]
    each = {"Type": "Map", "Items": [1], "ItemProcessor": {"StartAt": "C", "States": {"C": PASS}}, "Next": "Choose"}
    choose = {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "Done"}], "Default": "Failed"}
    fail = {"Type": "Fail", "Error": "E", "Cause": "{% $string($e) %}"}
    states = {"Task": task, "Both": both, "Each": each, "Choose": choose, "Done": {"Type": "Succeed"}, "Failed": fail}
    whole = {"Comment": "c", "TimeoutSeconds": 60, "Version": "1.0", **machine(**states)}
    assert found(whole) == []
    assert found(whole, "EXPRESS") == []


@pytest.mark.parametrize(
    ("value", "code", "location", "words"),
    [
        ("{", "INVALID_JSON_DESCRIPTION", "/", "Expecting"),
        ("[]", "INVALID_JSON_DESCRIPTION", "/", "object"),
        ({"StartAt": "A"}, SCHEMA, "/", "[States]"),
        ({"States": {"A": PASS}}, SCHEMA, "/", "[StartAt]"),
        ({"StartAt": "B", "States": {"A": PASS}}, MISSING, "/StartAt", "Missing 'StartAt' target: B"),
        ({**machine(A=PASS), "Extra": 1}, SCHEMA, "/Extra", "not supported"),
        ({**machine(A=PASS), "QueryLanguage": "XPath"}, SCHEMA, "/QueryLanguage", "JSONata"),
        (machine(A={"Type": "Pass"}), SCHEMA, "/States/A", "'Next' or 'End'"),
        (machine(A={"Type": "Pass", "End": True, "Next": "A"}), SCHEMA, "/States/A", "Both"),
        (machine(A={"Type": "Pass", "Next": "B"}), MISSING, "/States/A/Next", "Missing 'Next' target: B"),
        (machine(A={"Type": "Walk", "End": True}), SCHEMA, "/States/A/Type", "Task"),
        (machine(A={"Type": "Task", "End": True}), SCHEMA, "/States/A", "[Resource]"),
        (machine(A={"Type": "Task", "Resource": "x", "End": True}), SCHEMA, "/States/A/Resource", "ARN"),
        (machine(A=PASS, B=PASS), MISSING, "/States/B", 'State "B" is not reachable.'),
        (machine(A={**PASS, "OutputPath": "$.a"}), SCHEMA, "/States/A/OutputPath", "QueryLanguage JSONata"),
        (machine(A={**PASS, "Parameters": {}}), SCHEMA, "/States/A/Parameters", "QueryLanguage JSONata"),
        (
            {"StartAt": "A", "States": {"A": {**PASS, "Output": 1}}},
            SCHEMA,
            "/States/A/Output",
            "QueryLanguage JSONPath",
        ),
        (machine(A={**PASS, "QueryLanguage": "JSONPath"}), SCHEMA, "/States/A/QueryLanguage", "JSONPath"),
        (machine(A={**PASS, "Output": "{% $x"}), SCHEMA, "/States/A/Output", "end with"),
        (machine(A={**PASS, "Output": "{% ( %}"}), SCHEMA, "/States/A/Output", "S0203"),
        (machine(A={**PASS, "Output": {"a": ["{% $.b %}"]}}), SCHEMA, "/States/A/Output/a[0]", "$states.input"),
        (machine(A={**PASS, "Output": "{% $states.result %}"}), SCHEMA, "/States/A/Output", "$states.result"),
        (
            machine(A=call(Arguments={"Path": "{% $states.result %}"})),
            SCHEMA,
            "/States/A/Arguments/Path",
            "$states.result",
        ),
        (machine(A=call(Output="{% $states.errorOutput %}")), SCHEMA, "/States/A/Output", "$states.errorOutput"),
        (machine(A=call(Retry=[{"ErrorEquals": []}])), SCHEMA, "/States/A/Retry[0]", "[ErrorEquals]"),
        (
            machine(A=call(Retry=[{"ErrorEquals": ["E"], "MaxAttempts": "3"}])),
            SCHEMA,
            "/States/A/Retry[0]/MaxAttempts",
            "number",
        ),
        (
            machine(A=call(Retry=[{"ErrorEquals": ["E"], "BackoffRate": 0.5}])),
            SCHEMA,
            "/States/A/Retry[0]/BackoffRate",
            "from 1",
        ),
        (
            machine(A=call(Retry=[{"ErrorEquals": ["E"], "Jitter": 1}])),
            SCHEMA,
            "/States/A/Retry[0]/Jitter",
            "not supported",
        ),
        (
            machine(A=call(Retry=[{"ErrorEquals": ["E", "States.ALL"]}])),
            SCHEMA,
            "/States/A/Retry[0]/ErrorEquals",
            "States.ALL",
        ),
        (
            machine(A=call(Retry=[{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}])),
            SCHEMA,
            "/States/A/Retry[0]/ErrorEquals",
            "last",
        ),
        (machine(A=call(Catch=[{"ErrorEquals": ["E"]}])), SCHEMA, "/States/A/Catch[0]", "[Next]"),
        (
            machine(A=call(Catch=[{"ErrorEquals": ["E"], "Next": "B"}])),
            MISSING,
            "/States/A/Catch[0]/Next",
            "Missing 'Next' target: B",
        ),
        (machine(A={"Type": "Choice", "Choices": [{"Next": "A"}]}), SCHEMA, "/States/A/Choices[0]", "[Condition]"),
        (
            machine(A={"Type": "Choice", "Choices": [{"Condition": True, "Next": "A"}], "Default": "B"}),
            MISSING,
            "/States/A/Default",
            "B",
        ),
        (
            machine(A=call(Arguments={"ApiEndpoint": f"https://{ENDPOINT}"})),
            SCHEMA,
            "/States/A/Arguments/ApiEndpoint",
            "no scheme",
        ),
        (machine(A=call(Arguments={"Method": "FETCH"})), SCHEMA, "/States/A/Arguments/Method", "POST"),
        (machine(A=call(Arguments={"Body": 1})), SCHEMA, "/States/A/Arguments", '"Body" is not supported'),
        (
            machine(A={"Type": "Parallel", "Branches": [machine(B={"Type": "Pass"})], "End": True}),
            SCHEMA,
            "/States/A/Branches[0]/States/B",
            "'Next' or 'End'",
        ),
        (
            machine(A={"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": PASS}}], "End": True}),
            "DUPLICATE_STATE_NAME",
            "/States/A/Branches[0]/States/A",
            "Duplicate State name: A",
        ),
        (machine(**{"A" * 81: PASS}), SCHEMA, f"/States/{'A' * 81}", "80"),
    ],
)
def test_what_is_refused(value: Any, code: str, location: str, words: str) -> None:
    matching = [item for item in found(value) if item[0] == code and item[1] == location and words in item[2]]
    assert len(matching) == 1, found(value)


@pytest.mark.parametrize("odd", [None, 1, [], {}, [[]], "x", {"a": 1}, True])
@pytest.mark.parametrize(
    "field", ["Type", "Next", "Retry", "Catch", "Branches", "Choices", "Arguments", "Resource", "QueryLanguage"]
)
def test_odd_values_are_findings_and_not_crashes(field: str, odd: Any) -> None:
    for state_type in ("Task", "Parallel", "Choice"):
        assert found(machine(A={"Type": state_type, "Resource": "arn:aws:states:::apigateway:invoke", field: odd}))
    for top in ("StartAt", "States", "QueryLanguage"):
        assert found({**machine(A=PASS), top: odd}) or (top, odd) == ("QueryLanguage", "JSONata")


def test_express_has_no_callbacks() -> None:
    waiting = machine(A={**call(), "Resource": "arn:aws:states:::apigateway:invoke.waitForTaskToken"})
    assert found(waiting) == []
    assert [item[:2] for item in found(waiting, "EXPRESS")] == [(SCHEMA, "/States/A/Resource")]


def test_words_in_strings_are_no_references() -> None:
    assert found(machine(A={**PASS, "Output": "{% 'not $states.result' %}"})) == []


def test_what_only_the_interpreter_refuses_is_reported_too() -> None:
    wait = machine(A={"Type": "Wait", "End": True})
    assert [item[:2] for item in found(wait)] == [(SCHEMA, "/")]
