# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.exceptions import ClientError

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import ResultError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import execution_apply, retries, state_machine_apply

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:shop"
ROLE = "arn:aws:iam::123456789012:role/shop"
NOW = datetime(2025, 1, 2, tzinfo=UTC)
MACHINE = {
    "stateMachineArn": ARN,
    "name": "shop",
    "status": "ACTIVE",
    "type": "STANDARD",
    "roleArn": ROLE,
    "definition": json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}),
    "creationDate": NOW,
}
TRUST = "Neither the global service principal nor the regional one is authorized to assume the provided role."


def refusal(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


class Aws:
    """Plays boto3's clients: answers each operation with its answers in turn, the last again and again."""

    class meta:  # noqa: N801
        region_name = "us-east-1"

    def __init__(self, **answers: Any) -> None:
        self.answers = {operation: list(given) for operation, given in answers.items()}
        self.calls: list[str] = []
        self.sent: dict[str, dict[str, Any]] = {}

    def __call__(self, _service: str, **_config: Any) -> Any:
        return self

    def __getattr__(self, operation: str) -> Any:
        def call(**settings: Any) -> Any:
            self.calls.append(operation)
            self.sent[operation] = settings
            answers = self.answers[operation]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def aws(**answers: Any) -> Aws:
    usual = {
        "get_caller_identity": [{"Arn": "arn:aws:iam::123456789012:user/x"}],
        "describe_state_machine": [MACHINE],
        "list_tags_for_resource": [{"tags": []}],
        "list_state_machine_versions": [{"stateMachineVersions": []}],
    }
    return Aws(**{**usual, **answers})


@pytest.fixture(autouse=True)
def _no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time stand still, so that only the number of answers ends a wait."""
    for function in (retries.until_accepted, _wait.until):
        defaults = function.__defaults__
        assert defaults is not None
        monkeypatch.setattr(function, "__defaults__", (*defaults[:-1], lambda _seconds: None))


def machine_options(**changes: Any) -> dict[str, Any]:
    names = ("type", "definition_file", "substitutions", "logging", "tracing", "encryption", "tags", "keep_versions")
    return {
        "lint": True,
        "lint_routes": None,
        "lint_api_hosts": None,
        **dict.fromkeys(names),
        "name": "shop",
        "definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
        "role_arn": ROLE,
        "publish": False,
        "version_description": None,
        "replace": False,
        "purge_tags": True,
        "wait": True,
        "wait_timeout": 600,
        **changes,
    }


def execution_options(**changes: Any) -> dict[str, Any]:
    return {
        "state_machine_arn": ARN,
        "state_machine": None,
        "qualifier": None,
        "name": None,
        "input": {},
        "wait": True,
        "wait_timeout": 300,
        "fail_on_error": True,
        **changes,
    }


def test_a_machine_is_found_without_any_list_of_machines() -> None:
    client = aws()
    assert not state_machine_apply.ensure_present(machine_options(), client, False).changed
    assert sorted(client.calls[:4]) == [
        "describe_state_machine",
        "get_caller_identity",
        "list_state_machine_versions",
        "list_tags_for_resource",
    ]
    assert "list_state_machines" not in client.calls


def test_a_new_role_is_waited_for() -> None:
    missing = refusal("StateMachineDoesNotExist")
    client = aws(
        describe_state_machine=[missing, MACHINE],
        create_state_machine=[refusal("AccessDeniedException", TRUST)] * 3 + [{"stateMachineArn": ARN}],
    )
    outcome = state_machine_apply.ensure_present(machine_options(), client, False)
    assert outcome.actions == ["create state machine shop"]
    assert client.calls.count("create_state_machine") == 4


def test_a_machine_that_is_being_deleted_is_waited_for_and_made_anew() -> None:
    client = aws(
        describe_state_machine=[{**MACHINE, "status": "DELETING"}, MACHINE],
        create_state_machine=[refusal("StateMachineDeleting")] * 2 + [{"stateMachineArn": ARN}],
    )
    outcome = state_machine_apply.ensure_present(machine_options(), client, False)
    assert (outcome.before, outcome.actions) == ({}, ["create state machine shop"])
    assert client.calls.count("create_state_machine") == 3


def test_a_new_machine_that_cannot_be_seen_yet_is_waited_for() -> None:
    missing = refusal("StateMachineDoesNotExist")
    client = aws(
        describe_state_machine=[missing, missing, missing, MACHINE], create_state_machine=[{"stateMachineArn": ARN}]
    )
    outcome = state_machine_apply.ensure_present(machine_options(), client, False)
    assert outcome.result["state_machine"]["creation_date"] == "2025-01-02T00:00:00+00:00"


def test_an_update_publishes_in_the_same_call() -> None:
    version = {"stateMachineVersionArn": f"{ARN}:1", "creationDate": NOW}
    client = aws(
        list_state_machine_versions=[{"stateMachineVersions": [version]}],
        update_state_machine=[{"revisionId": "r2", "stateMachineVersionArn": f"{ARN}:2"}],
    )
    options = machine_options(tracing=True, publish=True, version_description="traced")
    outcome = state_machine_apply.ensure_present(options, client, False)
    assert client.sent["update_state_machine"] == {
        "stateMachineArn": ARN,
        "roleArn": ROLE,
        "tracingConfiguration": {"enabled": True},
        "publish": True,
        "versionDescription": "traced",
    }
    assert "publish_state_machine_version" not in client.calls
    # What is read may be older than what was written.
    shown = outcome.result["state_machine"]
    assert (shown["tracing"], shown["revision_id"], shown["version_arn"]) == (True, "r2", f"{ARN}:2")


@pytest.mark.parametrize(
    ("machine_revision", "version_revision", "published"),
    [(None, None, True), ("INITIAL", None, True), ("r2", "r2", True), ("r2", "r1", False), ("r2", None, False)],
)
def test_published_means_that_the_newest_version_is_of_the_current_revision(
    machine_revision: str | None, version_revision: str | None, published: bool
) -> None:
    versions = [{"stateMachineVersionArn": f"{ARN}:{number}", "creationDate": NOW} for number in (2, 1)]
    client = aws(
        describe_state_machine=[
            {**MACHINE, "revisionId": machine_revision},
            {**MACHINE, "revisionId": version_revision},
        ],
        list_state_machine_versions=[{"stateMachineVersions": versions}],
    )
    found = state_machine_apply.look(client, ARN, publish=True)
    assert (found.published, found.versions) == (published, ["2", "1"])
    if machine_revision == "r2":
        assert client.sent["describe_state_machine"] == {"stateMachineArn": f"{ARN}:2"}


def execution(status: str, **changes: Any) -> dict[str, Any]:
    return {
        "executionArn": f"{ARN.replace('stateMachine', 'execution')}:run",
        "status": status,
        "input": "{}",
        **changes,
    }


def test_an_execution_is_awaited() -> None:
    client = aws(
        describe_execution=[
            refusal("ExecutionDoesNotExist"),
            execution("RUNNING"),
            execution("SUCCEEDED", output="[1]"),
        ],
        start_execution=[{}],
    )
    outcome = execution_apply.ensure_started(execution_options(), client, False)
    assert outcome.changed
    assert outcome.result["execution"]["output"] == [1]


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_named_execution_that_has_ended_is_described_once(check_mode: bool) -> None:
    client = aws(describe_execution=[execution("SUCCEEDED", output="[1]")])
    outcome = execution_apply.ensure_started(execution_options(name="run"), client, check_mode)
    assert (outcome.changed, outcome.result["execution"]["output"]) == (False, [1])
    assert client.calls == ["describe_state_machine", "describe_execution"]


def test_check_mode_tells_that_a_named_execution_has_failed() -> None:
    client = aws(describe_execution=[execution("FAILED", error="E")], get_execution_history=[{"events": []}])
    with pytest.raises(ResultError, match="failed with E"):
        execution_apply.ensure_started(execution_options(name="run"), client, True)


def test_an_unnamed_start_has_a_name_so_that_it_can_be_repeated() -> None:
    client = aws(describe_execution=[execution("SUCCEEDED")], start_execution=[refusal("ExecutionAlreadyExists")])
    # The answer of a first start was lost, and botocore has sent it again: the execution is this run's own.
    assert execution_apply.ensure_started(execution_options(), client, False).changed
    assert client.sent["start_execution"]["name"]


def test_an_execution_that_somebody_else_started_just_now_is_taken() -> None:
    client = aws(
        describe_execution=[refusal("ExecutionDoesNotExist"), execution("SUCCEEDED")],
        start_execution=[refusal("ExecutionAlreadyExists")],
    )
    assert not execution_apply.ensure_started(execution_options(name="run"), client, False).changed


def test_an_execution_that_somebody_else_started_with_another_input_is_refused() -> None:
    client = aws(
        describe_execution=[refusal("ExecutionDoesNotExist"), execution("RUNNING", input='{"other": 1}')],
        start_execution=[refusal("ExecutionAlreadyExists")],
    )
    with pytest.raises(InputError, match="exists with another input"):
        execution_apply.ensure_started(execution_options(name="run"), client, False)


def test_a_new_alias_that_is_not_known_everywhere_is_waited_for() -> None:
    client = aws(
        describe_execution=[execution("SUCCEEDED")],
        start_execution=[refusal("StateMachineDoesNotExist"), refusal("ResourceNotFound"), {}],
    )
    options = execution_options(state_machine_arn=f"{ARN}:live")
    assert execution_apply.ensure_started(options, client, False).changed
    assert client.sent["describe_state_machine"] == {"stateMachineArn": ARN}
    assert client.sent["start_execution"]["stateMachineArn"] == f"{ARN}:live"


def test_other_refusals_are_failures() -> None:
    client = aws(start_execution=[refusal("ExecutionLimitExceeded", "too many")])
    with pytest.raises(AnsibleAWSError, match="Failed to start an execution of .*too many"):
        execution_apply.ensure_started(execution_options(), client, False)
