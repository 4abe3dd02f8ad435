# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn
from tests.modules.conftest import Modules

NAME = "state-machine-test"
MODULE = "sfn_state_machine"


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws) -> Iterator[None]:
    yield
    sfn.clean(aws)


@pytest.fixture
def options(aws: EmbeddedAws) -> dict[str, Any]:
    return {"name": NAME, "definition": sfn.PASS, "role_arn": sfn.role_arn(aws)}


def test_check_mode_predicts_and_makes_nothing(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    predicted = modules.check(MODULE, **options, tags={"a": "1"}, publish=True)
    assert sfn.machines(aws) == {}
    made = modules(MODULE, **options, tags={"a": "1"}, publish=True)
    assert predicted["changed"]
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"]
    assert made["actions"] == [f"create state machine {NAME}", f"publish a version of state machine {NAME}"]
    arn = sfn.machine_arn(aws, NAME)
    assert predicted["state_machine"]["state_machine_arn"] == made["state_machine"]["state_machine_arn"] == arn
    assert "known after creation" in predicted["state_machine"]["version_arn"]
    assert made["state_machine"]["version_arn"] == f"{arn}:1"
    assert set(predicted["state_machine"]) == set(made["state_machine"])
    described = sfn.machines(aws)[NAME]
    assert json.loads(described["definition"]) == sfn.PASS
    assert described["type"] == made["state_machine"]["type"] == "STANDARD"


def test_second_run_changes_nothing(modules: Modules, options: dict[str, Any]) -> None:
    first = modules(MODULE, **options, tags={"a": "1"}, publish=True)
    again = modules(MODULE, **options, tags={"a": "1"}, publish=True)
    assert not again["changed"]
    assert again["diff"]["before"] == again["diff"]["after"]
    assert again["state_machine"] == first["state_machine"]


@pytest.mark.parametrize("form", ["yaml", "json", "file"])
def test_the_form_of_the_definition_makes_no_difference(
    modules: Modules, options: dict[str, Any], tmp_path: Path, form: str
) -> None:
    modules(MODULE, **options)
    yaml_text = "States:\n  Last: {Type: Succeed}\n  First:\n    Next: Last\n    Type: Pass\nStartAt: First\n"
    (tmp_path / "machine.asl.yaml").write_text(yaml_text)
    given = {
        "yaml": {"definition": yaml_text},
        "json": {"definition": json.dumps(sfn.PASS, indent=8)},
        "file": {"definition_file": str(tmp_path / "machine.asl.yaml")},
    }[form]
    others = {key: value for key, value in options.items() if key != "definition"}
    assert not modules(MODULE, **others, **given)["changed"]


def test_left_out_options_stay(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    group = sfn.log_group_arn(aws, "/aws/vendedlogs/states/one")
    logging = {"level": "ERROR", "log_group_arn": group}
    full = modules(MODULE, **options, tracing=True, logging=logging, tags={"a": "1"})
    bare = modules(MODULE, name=NAME)
    assert not bare["changed"]
    assert bare["state_machine"] == full["state_machine"]
    assert full["state_machine"]["logging"]["log_group_arn"] == f"{group}:*"


def test_substitutions_are_filled_in(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    options["definition"] = sfn.JSONATA
    modules(MODULE, **options, substitutions={"greeting": "Good day"})
    stored = json.loads(sfn.machines(aws)[NAME]["definition"])
    assert stored["States"]["Greet"]["Output"]["text"] == "{% 'Good day ' & $states.input.name %}"
    assert not modules(MODULE, **options, substitutions={"greeting": "Good day"})["changed"]
    assert "no value" in modules.failure(MODULE, **options, substitutions={})


def test_a_version_is_published_for_each_change_only(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    arn = sfn.machine_arn(aws, NAME)
    assert modules(MODULE, **options)["state_machine"]["version_arn"] is None
    first = modules(MODULE, **options, publish=True, version_description="first")
    assert first["actions"] == [f"publish a version of state machine {NAME}"]
    assert first["state_machine"]["version_arn"] == f"{arn}:1"
    assert not modules(MODULE, **options, publish=True, version_description="other")["changed"]
    predicted = modules.check(MODULE, **options, publish=True, tracing=True)
    second = modules(MODULE, **options, publish=True, tracing=True)
    assert predicted["diff"] == second["diff"]
    assert second["diff"]["after"]["versions"] == ["new", "1"]
    assert second["state_machine"]["version_arn"] == f"{arn}:2"
    assert sfn.versions(aws, NAME) == ["2", "1"]
    described = aws.client("stepfunctions").describe_state_machine(stateMachineArn=f"{arn}:1")
    assert described["description"] == "first"


def test_a_run_that_was_killed_before_publishing_is_repaired(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    arn = modules(MODULE, **options, publish=True)["state_machine"]["state_machine_arn"]
    wanted = {**options, "definition": sfn.WAIT}
    aws.client("stepfunctions").update_state_machine(stateMachineArn=arn, definition=json.dumps(sfn.WAIT))
    predicted = modules.check(MODULE, **wanted, publish=True)
    repaired = modules(MODULE, **wanted, publish=True)
    assert predicted["actions"] == repaired["actions"] == [f"publish a version of state machine {NAME}"]
    assert predicted["diff"] == repaired["diff"]
    assert repaired["state_machine"]["version_arn"] == f"{arn}:2"
    assert not modules(MODULE, **wanted, publish=True)["changed"]


def test_old_versions_are_deleted_unless_an_alias_uses_them(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    for tracing in (False, True, False, True):
        modules(MODULE, **options, publish=True, tracing=tracing)
    aws.client("stepfunctions").create_state_machine_alias(
        name="live",
        routingConfiguration=[{"stateMachineVersionArn": f"{sfn.machine_arn(aws, NAME)}:1", "weight": 100}],
    )
    predicted = modules.check(MODULE, **options, publish=True, tracing=False, keep_versions=2)
    real = modules(MODULE, **options, publish=True, tracing=False, keep_versions=2)
    assert predicted["diff"] == real["diff"]
    assert predicted["actions"] == real["actions"]
    assert real["actions"][-2:] == [f"delete version {number} of state machine {NAME}" for number in (3, 2)]
    assert sfn.versions(aws, NAME) == ["5", "4", "1"]
    assert not modules(MODULE, **options, publish=True, tracing=False, keep_versions=2)["changed"]


def test_another_type_needs_leave_to_replace(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules(MODULE, **options, tracing=True, publish=True)
    message = modules.failure(MODULE, **options, type="EXPRESS")
    assert "cannot make it EXPRESS: replace: true deletes it" in message
    wanted = {"name": NAME, "type": "EXPRESS", "replace": True, "publish": True}
    predicted = modules.check(MODULE, **wanted)
    assert sfn.machines(aws)[NAME]["type"] == "STANDARD"
    replaced = modules(MODULE, **wanted)
    assert predicted["diff"] == replaced["diff"]
    assert predicted["actions"] == replaced["actions"]
    described = sfn.machines(aws)[NAME]
    assert described["type"] == "EXPRESS"
    assert described["tracingConfiguration"]["enabled"]
    assert sfn.versions(aws, NAME) == ["1"]
    assert not modules(MODULE, **wanted)["changed"]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            {"definition": {"StartAt": "X", "States": {"A": {"Type": "Succeed"}}}},
            "StartAt names 'X', which States lacks",
        ),
        ({"definition": "{"}, "definition is not JSON"),
        ({"definition": sfn.NEVER_RETRIED}, "/States/Work/Retry/0/ErrorEquals/0: 'States.Http.StatusCode.5xx' matches"),
        ({"definition": sfn.JSONATA, "lint_routes": [{}]}, "lint_routes: {} is no route"),
        ({"definition": sfn.CALL, "lint_routes": ["GET /orders"]}, "The API has no route for POST /orders"),
        ({"name": "a b"}, "has ' ', which is not allowed"),
        ({"logging": {"level": "ALL"}}, "logging.level ALL needs logging.log_group_arn"),
        ({"role_arn": None}, "role_arn is needed to create it"),
        ({"keep_versions": 0}, "keep_versions is 0"),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_bad_input_is_refused_before_anything_is_made(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], bad: dict[str, Any], message: str, check: bool
) -> None:
    assert message in modules.failure(MODULE, check=check, **{**options, **bad})
    assert sfn.machines(aws) == {}


def test_warnings_are_returned_and_do_not_fail(modules: Modules, options: dict[str, Any]) -> None:
    wanted = {**options, "definition": sfn.SELDOM_CHOSEN}
    predicted = modules.check(MODULE, **wanted)
    made = modules(MODULE, **wanted)
    assert predicted["lint"] == made["lint"]
    assert [(warning["rule"], warning["severity"], warning["pointer"]) for warning in made["lint"]] == [
        ("choice-default", "warning", "/States/Check")
    ]
    assert modules(MODULE, **options)["lint"] == []
    assert modules(MODULE, name=NAME, tags={"a": "1"})["lint"] == []
    assert modules(MODULE, **wanted, lint=False)["lint"] == []


def test_calls_of_other_apis_are_not_compared_with_the_routes(modules: Modules, options: dict[str, Any]) -> None:
    wanted = {**options, "definition": sfn.CALL, "lint_routes": ["GET /orders"]}
    host = sfn.CALL["States"]["Call"]["Parameters"]["ApiEndpoint"]
    assert "no route for POST /orders" in modules.failure(MODULE, check=True, **wanted, lint_api_hosts=[host])
    [warning] = modules.check(MODULE, **wanted, lint_api_hosts=["other.example.com"])["lint"]
    assert warning["severity"] == "warning"
    assert host in str(warning)


def test_a_definition_is_linted_for_the_type_that_the_machine_has(modules: Modules, options: dict[str, Any]) -> None:
    modules(MODULE, **options, type="EXPRESS")
    message = modules.failure(MODULE, **{**options, "definition": sfn.WAITING_TASK})
    assert "An Express workflow does not support the pattern .sync. [express-pattern]" in message


def test_without_lint_only_the_structure_is_checked(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any]
) -> None:
    modules(MODULE, **{**options, "definition": sfn.CALL}, lint=False, lint_routes=["GET /orders"])
    assert NAME in sfn.machines(aws)
    nowhere = {"StartAt": "X", "States": {"A": {"Type": "Succeed"}}}
    assert "start-unknown" in modules.failure(MODULE, **{**options, "definition": nowhere}, lint=False)


def test_time_over_tells_the_last_state(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules(MODULE, **options)
    with aws.taking(deletions=600):
        message = modules.failure(MODULE, name=NAME, state="absent", wait_timeout=1)
        assert (
            message == f"Waited 1 seconds for state machine {NAME} to be deleted in vain; the last state is DELETING."
        )


def test_absent_deletes_and_says_so_once(aws: EmbeddedAws, modules: Modules, options: dict[str, Any]) -> None:
    modules(MODULE, **options, publish=True)
    predicted = modules.check(MODULE, name=NAME, state="absent")
    assert NAME in sfn.machines(aws)
    real = modules(MODULE, name=NAME, state="absent")
    assert predicted["actions"] == real["actions"] == [f"delete state machine {NAME}"]
    assert predicted["diff"] == real["diff"]
    assert sfn.machines(aws) == {}
    assert not modules(MODULE, name=NAME, state="absent")["changed"]
