# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn
from tests.modules.conftest import Modules

MODULE = "sfn_execution"
MACHINES = {"pass": sfn.PASS, "wait": sfn.WAIT, "fail": sfn.FAIL, "caught": sfn.CAUGHT}


@pytest.fixture(autouse=True)
def _machine(aws: EmbeddedAws, modules: Modules) -> Iterator[None]:
    """The machine that most tests use."""
    make(aws, modules, "pass", publish=True)
    yield
    sfn.clean(aws)


def make(aws: EmbeddedAws, modules: Modules, name: str, **options: Any) -> None:
    modules("sfn_state_machine", name=name, role_arn=sfn.role_arn(aws), **{"definition": MACHINES.get(name), **options})


def executions(aws: EmbeddedAws, machine: str) -> list[dict[str, Any]]:
    client = aws.client("stepfunctions")
    return client.list_executions(stateMachineArn=sfn.machine_arn(aws, machine))["executions"]


def execution_arn(aws: EmbeddedAws, machine: str, name: str) -> str:
    return f"{sfn.machine_arn(aws, machine).replace(':stateMachine:', ':execution:')}:{name}"


def test_check_mode_predicts_and_starts_nothing(aws: EmbeddedAws, modules: Modules) -> None:
    options = {"state_machine": "pass", "name": "once", "input": {"b": [1, None], "a": "ü"}}
    predicted = modules.check(MODULE, **options)
    assert executions(aws, "pass") == []
    real = modules(MODULE, **options)
    assert predicted["diff"] == real["diff"]
    assert predicted["actions"] == real["actions"] == ["start execution once of pass"]
    assert set(predicted["execution"]) == set(real["execution"])
    shown = real["execution"]
    assert predicted["execution"]["execution_arn"] == shown["execution_arn"] == execution_arn(aws, "pass", "once")
    assert shown["status"] == "SUCCEEDED"
    assert shown["input"] == shown["output"] == options["input"]
    assert shown["start_date"] <= shown["stop_date"]


def test_a_named_execution_is_started_once(aws: EmbeddedAws, modules: Modules) -> None:
    options = {"state_machine": "pass", "name": "once", "input": {"a": 1, "b": 2}}
    first = modules(MODULE, **options)
    again = modules(MODULE, **{**options, "input": '{"b": 2, "a": 1}'})
    assert not again["changed"]
    assert again["execution"] == first["execution"]
    assert not modules.check(MODULE, **options)["changed"]
    assert "exists with another input" in modules.failure(MODULE, **{**options, "input": {"a": 2}})
    assert len(executions(aws, "pass")) == 1


def test_without_a_name_each_run_starts_another(aws: EmbeddedAws, modules: Modules) -> None:
    names = {modules(MODULE, state_machine="pass")["execution"]["name"] for _ in range(2)}
    assert len(names) == len(executions(aws, "pass")) == 2
    predicted = modules.check(MODULE, state_machine="pass")
    assert predicted["changed"]
    assert len(executions(aws, "pass")) == 2


def test_a_machine_that_does_not_exist(modules: Modules) -> None:
    assert "there-is-none does not exist" in modules.failure(MODULE, state_machine="there-is-none")
    assert modules.check(MODULE, state_machine="there-is-none")["changed"]


def test_an_alias_is_started(aws: EmbeddedAws, modules: Modules) -> None:
    version = f"{sfn.machine_arn(aws, 'pass')}:1"
    modules("sfn_alias", name="live", state_machine="pass", version_arn=version)
    shown = modules(MODULE, state_machine="pass", qualifier="live", name="by-alias")["execution"]
    assert shown["status"] == "SUCCEEDED"
    assert shown["alias_arn"] == f"{sfn.machine_arn(aws, 'pass')}:live"
    assert shown["version_arn"] == version
    assert not modules(MODULE, state_machine="pass", qualifier="live", name="by-alias")["changed"]


def test_a_version_is_started(aws: EmbeddedAws, modules: Modules) -> None:
    version = f"{sfn.machine_arn(aws, 'pass')}:1"
    shown = modules(MODULE, state_machine_arn=version)["execution"]
    assert (shown["status"], shown["version_arn"]) == ("SUCCEEDED", version)


def test_a_failure_fails_the_task_and_says_where_and_why(aws: EmbeddedAws, modules: Modules) -> None:
    make(aws, modules, "fail")
    failed = modules.outcome(MODULE, state_machine="fail", name="bad", input={"ok": False})
    arn = execution_arn(aws, "fail", "bad")
    assert failed["failed"]
    assert failed["changed"]
    assert failed["msg"] == f'Execution {arn} failed in state Bad with Orchestra.Refused: {{"reason": "not ok"}}'
    assert failed["execution"]["cause"] == {"reason": "not ok"}
    assert failed["actions"] == ["start execution bad of fail"]
    assert modules.failure(MODULE, state_machine="fail", name="bad", input={"ok": False}) == failed["msg"]
    shown = modules(MODULE, state_machine="fail", name="bad", input={"ok": False}, fail_on_error=False)
    assert not shown["changed"]
    assert shown["execution"] == failed["execution"]


def test_the_state_that_failed_is_named_when_its_failure_was_caught(aws: EmbeddedAws, modules: Modules) -> None:
    make(aws, modules, "caught")
    shown = modules(MODULE, state_machine="caught", fail_on_error=False)["execution"]
    assert (shown["status"], shown["error"], shown["failed_state"]) == ("FAILED", "Orchestra.Failed", "Work")


def test_waiting_ends_in_time(aws: EmbeddedAws, modules: Modules) -> None:
    make(aws, modules, "wait")
    started = modules(MODULE, state_machine="wait", name="long", wait=False)
    assert started["execution"]["status"] == "RUNNING"
    message = modules.failure(MODULE, state_machine="wait", name="long", wait_timeout=1)
    assert message.startswith("Waited 1 seconds for execution ")
    assert message.endswith("the last state is RUNNING.")


def test_stopping(aws: EmbeddedAws, modules: Modules) -> None:
    make(aws, modules, "wait")
    modules(MODULE, state_machine="wait", name="long", wait=False)
    options = {
        "state": "stopped",
        "state_machine": "wait",
        "name": "long",
        "error": "Orchestra.Stop",
        "cause": "enough",
    }
    predicted = modules.check(MODULE, **options)
    assert executions(aws, "wait")[0]["status"] == "RUNNING"
    real = modules(MODULE, **options)
    assert predicted["diff"] == real["diff"]
    assert predicted["actions"] == real["actions"] == [f"stop execution {execution_arn(aws, 'wait', 'long')}"]
    shown = real["execution"]
    assert (shown["status"], shown["error"], shown["cause"]) == ("ABORTED", "Orchestra.Stop", "enough")
    assert shown["failed_state"] == "Pause"
    again = modules(MODULE, state="stopped", execution_arn=shown["execution_arn"])
    assert not again["changed"]
    assert again["execution"] == shown


def test_stopping_what_does_not_exist_is_no_change(aws: EmbeddedAws, modules: Modules) -> None:
    stopped = modules(MODULE, state="stopped", execution_arn=execution_arn(aws, "pass", "never"))
    assert not stopped["changed"]
    assert stopped["execution"] is None


def test_an_express_execution_is_run_synchronously(aws: EmbeddedAws, modules: Modules) -> None:
    make(aws, modules, "express", definition=sfn.FAIL, type="EXPRESS")
    options = {"state_machine": "express", "input": {"ok": True}}
    shown = modules(MODULE, **options)
    assert shown["changed"]
    assert shown["execution"]["status"] == "SUCCEEDED"
    assert shown["execution"]["output"] == {"ok": True}
    assert modules(MODULE, **options)["changed"]
    failed = modules.outcome(MODULE, state_machine="express", input={"ok": False})
    assert failed["failed"]
    assert failed["execution"]["error"] == "Orchestra.Refused"
    assert 'with Orchestra.Refused: {"reason": "not ok"}' in failed["msg"]


def test_an_express_execution_is_started(aws: EmbeddedAws, modules: Modules) -> None:
    make(aws, modules, "express", definition=sfn.PASS, type="EXPRESS")
    shown = modules(MODULE, state_machine="express", wait=False)["execution"]
    assert shown["status"] == "RUNNING"
    assert shown["execution_arn"]


def test_jsonata_is_evaluated(aws: EmbeddedAws, modules: Modules) -> None:
    make(aws, modules, "jsonata", definition=sfn.JSONATA, substitutions={"greeting": "Hello"})
    shown = modules(MODULE, state_machine="jsonata", input={"name": 'Ada "the first"'})["execution"]
    assert shown["output"] == {"text": 'Hello Ada "the first"'}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"state_machine": "pass", "name": "a b"}, "The name of the execution 'a b' has ' '"),
        ({"state_machine_arn": "arn:aws:lambda:us-east-1:1:function:x"}, "is not the ARN of a state machine"),
        ({"state_machine": "pass", "input": "x" * 262144}, "the limit is 262144"),
        ({"state": "stopped", "name": "x"}, "state_machine_arn or state_machine is needed"),
        ({}, "state is started but any of the following are missing"),
    ],
)
def test_bad_input_is_refused(aws: EmbeddedAws, modules: Modules, options: dict[str, Any], message: str) -> None:
    assert message in modules.failure(MODULE, **options)
    assert executions(aws, "pass") == []
