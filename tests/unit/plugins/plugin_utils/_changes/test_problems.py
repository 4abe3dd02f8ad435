# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.problems import cause, problem


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"msg": "It broke.\n"}, "It broke."),
        ({"msg": ["one", "two"]}, "one\ntwo"),
        (
            {"msg": "MODULE FAILURE\nSee stdout", "module_stderr": "Traceback:\n  ...\nKeyError: 'a'\n"},
            "MODULE FAILURE KeyError: 'a'",
        ),
        (
            {
                "msg": "The command exited with a non-zero return code.",
                "rc": 1,
                "stderr": "Starting\nThe port is taken.\n",
            },
            "The command exited with a non-zero return code. The port is taken.",
        ),
        ({}, "It failed and said nothing."),
        ({"censored": "hidden by no_log", "msg": "the password is x"}, "hidden by no_log"),
    ],
)
def test_the_cause_is_one_message(result: dict[str, Any], expected: str) -> None:
    assert cause(result) == expected


@pytest.mark.parametrize(
    ("message", "start"),
    [
        ('Could not connect to the endpoint URL: "http://127.0.0.1:4566/"', "Start the embedded AWS"),
        ('Could not connect to the endpoint URL: "https://sts.eu-central-1.amazonaws.com/"', "Check AWS_REGION"),
        ("An error occurred (ExpiredToken) when calling", "The session is over"),
        ("An error occurred (AccessDenied) when calling CreateRole", "Allow these credentials"),
        ("CannotPullContainerError: pull access denied", "Check ecs_service_image"),
        ("tasks failed to start; AWS rolled the service back", "The revision before still serves"),
        ("Waited 900 seconds in vain for nat_gateway nat-1", "Run again"),
        ("ecs_service_cpu is 300", ""),
    ],
)
def test_what_to_do_is_told_where_it_is_known(message: str, start: str) -> None:
    told = problem("service1", "Make it", {"msg": message})
    assert (told.about, told.message) == ("service1", message)
    assert told.remedy.startswith(start)
    assert bool(told.remedy) == bool(start)
