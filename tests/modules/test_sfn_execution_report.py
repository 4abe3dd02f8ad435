# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn
from tests.modules.conftest import Modules

NAME = "report-machine"
LATER = {
    "StartAt": "Check",
    "States": {
        "Check": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "Good"}],
            "Default": "Work",
        },
        "Good": {"Type": "Succeed"},
        "Work": {**sfn.CAUGHT["States"]["Work"], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Bad"}]},
        "Bad": sfn.CAUGHT["States"]["Bad"],
    },
}


@pytest.fixture(scope="module")
def executions(aws: EmbeddedAws) -> Iterator[dict[str, str]]:
    """The ARNs of executions of one machine: one that succeeds, then one that fails."""
    modules = Modules(aws)
    modules("sfn_state_machine", name=NAME, definition=LATER, role_arn=sfn.role_arn(aws))
    modules("sfn_execution", state_machine=NAME, name="good", input={"ok": True})
    modules.failure("sfn_execution", state_machine=NAME, name="bad", input={"ok": False})
    yield {
        name: f"{sfn.machine_arn(aws, NAME).replace('stateMachine', 'execution')}:{name}" for name in ("good", "bad")
    }
    sfn.clean(aws)


def write(modules: Modules, dest: Path, **options: Any) -> dict[str, Any]:
    result = modules("sfn_execution_report", dest=str(dest), **sfn.PAGE, **options)
    return result["report"]


def test_the_newest_execution(modules: Modules, executions: dict[str, str], tmp_path: Path) -> None:
    dest = tmp_path / "new" / "report.html"
    options = {"dest": str(dest), "state_machine": NAME, **sfn.PAGE}
    predicted = modules.check("sfn_execution_report", **options)
    assert not dest.parent.exists()
    result = modules("sfn_execution_report", **options)
    assert result["actions"] == predicted["actions"] == [f"write {dest}"]
    assert result["diff"] == predicted["diff"]
    assert result["report"]["execution_arn"] == executions["bad"]
    assert result["report"]["states"] == {
        "Check": "succeeded",
        "Good": "not reached",
        "Work": "failed",
        "Bad": "failed",
    }
    assert result["report"]["executions"][0]["failed_states"] == ["Work"]
    assert result["report"]["size"] == dest.stat().st_size
    assert stat.S_IMODE(dest.stat().st_mode) == 0o600
    assert "sqs.QueueDoesNotExistException" in dest.read_text()
    dest.chmod(0o644)
    assert not modules("sfn_execution_report", **options)["changed"]
    assert modules("sfn_execution_report", **options, value_limit=10)["changed"]
    assert stat.S_IMODE(dest.stat().st_mode) == 0o644
    assert [path.name for path in dest.parent.iterdir()] == ["report.html"]


def test_an_execution_by_name_or_arn(modules: Modules, executions: dict[str, str], tmp_path: Path) -> None:
    by_name = write(modules, tmp_path / "a.html", state_machine=NAME, execution_name="good")
    by_arn = write(modules, tmp_path / "b.html", execution_arn=executions["good"])
    assert by_name == {**by_arn, "dest": by_name["dest"]}
    assert by_name["status"] == "SUCCEEDED"


def test_a_page_of_ones_own(modules: Modules, executions: dict[str, str], tmp_path: Path) -> None:
    own = {"page_template": "$title|$style|$script|$policy|$body", "page_style": "b {}", "page_script": "let a = 1"}
    modules("sfn_execution_report", dest=str(tmp_path / "own.html"), execution_arn=executions["good"], **own)
    assert "|b {}|let a = 1|" in (tmp_path / "own.html").read_text()


def test_the_newest_executions(modules: Modules, executions: dict[str, str], tmp_path: Path) -> None:
    report = write(modules, tmp_path / "all.html", state_machine=NAME, executions=5)
    arn = executions["bad"].replace("execution", "stateMachine").removesuffix(":bad")
    by_arn = write(modules, tmp_path / "by_arn.html", state_machine_arn=arn, executions=5)
    assert by_arn == {**report, "dest": by_arn["dest"]}
    assert report["success_rate"] == 0.5
    assert [(one["name"], one["status"]) for one in report["executions"]] == [("bad", "FAILED"), ("good", "SUCCEEDED")]
    text = (tmp_path / "all.html").read_text()
    assert 'href="#run-0">bad</a>' in text
    assert "https://" not in text
    assert len(write(modules, tmp_path / "one.html", state_machine=NAME, executions=1)["executions"]) == 1


def test_what_the_cli_has_saved_gives_the_same_page(
    aws: EmbeddedAws, modules: Modules, executions: dict[str, str], tmp_path: Path
) -> None:
    client = aws.client("stepfunctions")
    history, machine = tmp_path / "history.json", tmp_path / "machine.json"
    events = client.get_execution_history(executionArn=executions["bad"])["events"]
    described = client.describe_state_machine_for_execution(executionArn=executions["bad"])
    history.write_text(json.dumps({"events": events}, default=str))
    machine.write_text(json.dumps(described, default=str))
    files = {"history_file": str(history), "definition_file": str(machine), "execution_arn": executions["bad"]}
    write(modules, tmp_path / "live.html", execution_arn=executions["bad"])
    write(modules, tmp_path / "saved.html", **files)
    assert (tmp_path / "saved.html").read_text() == (tmp_path / "live.html").read_text()
    machine.write_text(described["definition"])
    assert write(modules, tmp_path / "nameless.html", **{**files, "execution_arn": None})["status"] == "FAILED"
    # Of a real account, the console has it.
    arn = executions["bad"].replace(":123456789012:", ":111122223333:")
    write(modules, tmp_path / "real.html", **{**files, "execution_arn": arn})
    console = "https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/"
    assert f'href="{console}{arn}"' in (tmp_path / "real.html").read_text()
    assert "https://" not in (tmp_path / "saved.html").read_text() + (tmp_path / "nameless.html").read_text()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"state_machine": "nothing"},
            "There is no state machine arn:aws:states:us-east-1:123456789012:stateMachine:no",
        ),
        ({"state_machine": NAME, "execution_name": "none"}, "There is no execution arn:aws:states:us-east-1:"),
        ({"state_machine": NAME, "executions": -1}, "executions is -1; the least is 0, for the newest one alone."),
        ({"state_machine": NAME, "value_limit": 0}, "value_limit is 0; the least is 1."),
        ({"state_machine": "report-express"}, "AWS keeps no history of Express executions, only what their log"),
        ({"execution_arn": "arn:aws:states:us-east-1:1:express:a:b:c"}, "AWS keeps no history of Express executions"),
        ({"history_file": "/none", "definition_file": "/none"}, "/none cannot be read: No such file or directory."),
        (
            {"history_file": "/none", "definition_file": "/none", "execution_name": "one"},
            "parameters are mutually exclusive: history_file|execution_name",
        ),
        ({"history_file": "/none"}, "parameters are required together: history_file, definition_file"),
    ],
)
def test_what_cannot_be_reported(
    aws: EmbeddedAws,
    modules: Modules,
    executions: dict[str, str],
    tmp_path: Path,
    options: dict[str, Any],
    sentence: str,
) -> None:
    if options.get("state_machine") == "report-express":
        modules(
            "sfn_state_machine", name="report-express", type="EXPRESS", definition=sfn.PASS, role_arn=sfn.role_arn(aws)
        )
    dest = tmp_path / "report.html"
    assert sentence in modules.failure("sfn_execution_report", dest=str(dest), **options, **sfn.PAGE)
    assert not dest.exists()


def test_a_machine_that_never_ran(aws: EmbeddedAws, modules: Modules, tmp_path: Path) -> None:
    modules("sfn_state_machine", name="report-idle", definition=sfn.PASS, role_arn=sfn.role_arn(aws))
    failure = modules.failure("sfn_execution_report", dest=str(tmp_path / "a"), state_machine="report-idle", **sfn.PAGE)
    assert failure.endswith("stateMachine:report-idle has no executions: run it first.")
    assert write(modules, tmp_path / "b", state_machine="report-idle", executions=3)["success_rate"] is None
