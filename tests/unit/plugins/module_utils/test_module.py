# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError, ResultError
from ansible_collections.orchestra.aws.plugins.module_utils._module import (
    CALL_ATTEMPTS,
    Clients,
    Outcome,
    client_factory,
    run,
)

CONNECTION = {"region": "us-east-1", "access_key": "test", "secret_key": "embedded-aws-secret"}


def module(**options: Any) -> AnsibleAWSModule:
    with patch_module_args({**CONNECTION, **options}):
        return AnsibleAWSModule(argument_spec={}, supports_check_mode=True)


def printed(operate: Callable[[dict[str, Any], Clients, bool], Outcome]) -> dict[str, Any]:
    """Run an operation and return what the module prints."""
    output = io.StringIO()
    with patch_module_args(CONNECTION), redirect_stdout(output), pytest.raises(SystemExit):
        run(AnsibleAWSModule(argument_spec={}, supports_check_mode=True), operate)
    return json.loads(output.getvalue())


def test_each_client_is_made_once() -> None:
    clients = client_factory(module())
    assert clients("stepfunctions") is clients("stepfunctions")
    assert clients("stepfunctions") is not clients("stepfunctions", attempts=1)


def test_what_a_call_needs_wins_over_what_the_user_wants() -> None:
    clients = client_factory(module(aws_config={"read_timeout": 7, "retries": {"max_attempts": 3}}))
    usual, patient = clients("stepfunctions"), clients("stepfunctions", read_timeout=310, attempts=1)
    assert usual.meta.config.read_timeout == 7
    assert usual.meta.config.retries["total_max_attempts"] == 4
    assert patient.meta.config.read_timeout == 310
    assert patient.meta.config.retries["total_max_attempts"] == 1


def test_the_usual_attempts() -> None:
    assert client_factory(module())("sts").meta.config.retries["total_max_attempts"] == CALL_ATTEMPTS


@pytest.mark.parametrize(
    ("endpoint", "prefixed"),
    [
        (None, True),
        ("http://127.0.0.1:4566", False),
        ("http://[::1]:4566", False),
        ("http://localhost:4566", False),
        ("https://states.example.com", True),
    ],
)
def test_an_address_gets_no_host_prefix(endpoint: str | None, prefixed: bool) -> None:
    client = client_factory(module(**({"endpoint_url": endpoint} if endpoint else {})))("stepfunctions")
    assert client.meta.config.inject_host_prefix is prefixed


def refuse(*_arguments: Any) -> Outcome:
    raise InputError("The name is too long.")


def fail(*_arguments: Any) -> Outcome:
    raise ResultError("Execution x failed.", {"changed": True, "execution": {"status": "FAILED"}})


def test_a_refusal_is_one_sentence() -> None:
    result = printed(refuse)
    assert (result["failed"], result["msg"]) == (True, "The name is too long.")


def test_a_failure_carries_its_return_values() -> None:
    result = printed(fail)
    assert (result["failed"], result["changed"], result["msg"]) == (True, True, "Execution x failed.")
    assert result["execution"] == {"status": "FAILED"}


def test_an_outcome_is_changed_when_something_is_done() -> None:
    result = printed(lambda *_arguments: Outcome({"a": 1}, {"a": 2}, ["set a to 2"], {"thing": 3}))
    assert (result["changed"], result["actions"], result["thing"]) == (True, ["set a to 2"], 3)
    assert result["diff"] == {"before": {"a": 1}, "after": {"a": 2}}
    assert not printed(lambda *_arguments: Outcome({}, {}))["changed"]
