# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn
from tests.modules.conftest import Modules


@pytest.fixture(autouse=True)
def made(aws: EmbeddedAws, modules: Modules) -> Iterator[list[dict[str, Any]]]:
    """Three machines, the first with two versions and an alias."""
    names = ["info-a", "info-b", "other"]
    machines = [
        modules("sfn_state_machine", name=name, definition=sfn.FAIL, role_arn=sfn.role_arn(aws), tags={"n": name})
        for name in names
    ]
    for tracing in (True, False):
        machines[0] = modules("sfn_state_machine", name="info-a", tracing=tracing, publish=True)
    version = machines[0]["state_machine"]["version_arn"]
    modules("sfn_alias", name="live", state_machine="info-a", version_arn=version, description="what runs")
    yield [machine["state_machine"] for machine in machines]
    sfn.clean(aws)


def test_a_machine_by_name_or_arn_is_what_its_module_returned(modules: Modules, made: list[dict[str, Any]]) -> None:
    for name in ("info-a", made[0]["state_machine_arn"]):
        result = modules("sfn_state_machine_info", name=name)
        assert not result["changed"]
        assert result["state_machines"] == made[:1]


def test_a_missing_machine_is_an_empty_list(modules: Modules) -> None:
    assert modules("sfn_state_machine_info", name="there-is-none")["state_machines"] == []


def test_all_machines_are_listed_in_order(modules: Modules, made: list[dict[str, Any]]) -> None:
    listed = modules.check("sfn_state_machine_info")["state_machines"]
    keys = ("state_machine_arn", "name", "type", "creation_date")
    assert listed == [{key: machine[key] for key in keys} for machine in made]


def test_a_prefix_with_everything(aws: EmbeddedAws, modules: Modules, made: list[dict[str, Any]]) -> None:
    found = modules("sfn_state_machine_info", name_prefix="info-", details=True, versions=True, aliases=True)
    first, second = found["state_machines"]
    assert [version["version_arn"].rsplit(":", 1)[1] for version in first.pop("versions")] == ["2", "1"]
    assert first.pop("aliases") == [
        {
            "alias_arn": f"{sfn.machine_arn(aws, 'info-a')}:live",
            "name": "live",
            "description": "what runs",
            "routing": [{"version_arn": f"{sfn.machine_arn(aws, 'info-a')}:2", "weight": 100}],
        }
    ]
    assert (second.pop("versions"), second.pop("aliases")) == ([], [])
    assert [first, second] == made[:2]


def test_executions_are_listed_by_status_and_limit(aws: EmbeddedAws, modules: Modules) -> None:
    for name, ok in (("good", True), ("bad-1", False), ("bad-2", False)):
        modules("sfn_execution", state_machine="info-b", name=name, input={"ok": ok}, fail_on_error=False)

    def names(**options: Any) -> list[str]:
        listed = modules("sfn_execution_info", state_machine="info-b", **options)["executions"]
        return [execution["name"] for execution in listed]

    assert set(names()) == {"good", "bad-1", "bad-2"}
    assert set(names(limit=0)) == {"good", "bad-1", "bad-2"}
    assert names(status="SUCCEEDED") == ["good"]
    assert set(names(status="FAILED")) == {"bad-1", "bad-2"}
    assert names(limit=1) == ["bad-2"]
    by_arn = modules("sfn_execution_info", state_machine_arn=sfn.machine_arn(aws, "info-b"), limit=1)["executions"]
    assert [execution["name"] for execution in by_arn] == ["bad-2"]
    assert names(status="ABORTED") == []


def test_an_execution_is_what_its_module_returned_and_has_a_history(modules: Modules) -> None:
    ran = modules("sfn_execution", state_machine="info-b", input={"ok": False}, fail_on_error=False)["execution"]
    read = modules("sfn_execution_info", execution_arn=ran["execution_arn"], history=True)["executions"][0]
    history = read.pop("history")
    assert read == ran
    assert [event["type"] for event in history] == [
        "ExecutionStarted",
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "FailStateEntered",
        "ExecutionFailed",
    ]
    assert history[1]["details"]["input"] == {"ok": False}
    assert history[-1]["details"] == {"error": "Orchestra.Refused", "cause": {"reason": "not ok"}}
    assert [event["id"] for event in history] == [1, 2, 3, 4, 5]


def test_a_missing_execution_is_an_empty_list(aws: EmbeddedAws, modules: Modules) -> None:
    arn = f"{sfn.machine_arn(aws, 'info-b').replace(':stateMachine:', ':execution:')}:never"
    assert modules("sfn_execution_info", execution_arn=arn)["executions"] == []
    assert modules("sfn_execution_info", state_machine="there-is-none")["executions"] == []
