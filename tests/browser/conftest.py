# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A real Chromium, and pages of a real run on the embedded AWS for it to open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn
from tests.modules.conftest import Modules
from tests.tools import axe_core
from tests.tools.missing import missing

NAME = "browser-report"
EVIL = "</script><img src=x onerror='window.injected = 1'>"
QUEUE = "arn:aws:states:::aws-sdk:sqs:getQueueUrl"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# look fails until make has made the queue, which is before it is tried again; broken always fails.
DEFINITION: dict[str, Any] = {
    "StartAt": "prepare",
    "States": {
        "prepare": {
            "Type": "Parallel",
            "Branches": [
                {
                    "StartAt": "look",
                    "States": {
                        "look": {
                            "Type": "Task",
                            "Resource": QUEUE,
                            "Parameters": {"QueueName": "made-later"},
                            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "MaxAttempts": 1}],
                            "End": True,
                        }
                    },
                },
                {
                    "StartAt": "pause",
                    "States": {
                        "pause": {"Type": "Wait", "Seconds": 1, "Next": "make"},
                        "make": {
                            "Type": "Task",
                            "Resource": "arn:aws:states:::aws-sdk:sqs:createQueue",
                            "Parameters": {"QueueName": "made-later"},
                            "End": True,
                        },
                    },
                },
            ],
            "ResultPath": "$.prepared",
            "Next": "broken",
        },
        "broken": {
            "Type": "Task",
            "Resource": QUEUE,
            "Parameters": {"QueueName": "there-is-no-such-queue"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Failed"}],
            "Next": "a state with quite a long name, which is never reached",
        },
        "a state with quite a long name, which is never reached": {"Type": "Pass", "Next": "Done"},
        "Done": {"Type": "Succeed"},
        "Failed": {"Type": "Fail", "Error": "Orchestra.Failed", "Cause": '{"status": "failed"}'},
    },
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        missing("There is no chromium on PATH, which make browser installs.")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe() -> str:
    try:
        return axe_core.script().read_text()
    except axe_core.MissingError as error:
        missing(str(error))


@pytest.fixture(scope="module")
def pages(aws: EmbeddedAws, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of a run with one retry and one failure, and the overview of it."""
    folder = tmp_path_factory.mktemp("pages")
    found = {name: folder / f"{name}.html" for name in ("run", "overview")}
    modules = Modules(aws)
    modules("sfn_state_machine", name=NAME, definition=DEFINITION, role_arn=sfn.role_arn(aws))
    given = {"data": EVIL, "large": "x" * 20_000}
    modules.failure("sfn_execution", state_machine=NAME, name="one", input=given)
    for name, executions in (("run", 0), ("overview", 10)):
        dest = str(found[name])
        modules("sfn_execution_report", state_machine=NAME, executions=executions, dest=dest, **sfn.PAGE)
    return found
