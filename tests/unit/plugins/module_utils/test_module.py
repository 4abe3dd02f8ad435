# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from botocore.exceptions import EndpointConnectionError

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


def printed(operate: Callable[[dict[str, Any], Clients, bool], Outcome], **options: Any) -> dict[str, Any]:
    """Run an operation and return what the module prints."""
    output = io.StringIO()
    with patch_module_args({**CONNECTION, **options}), redirect_stdout(output), pytest.raises(SystemExit):
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


CONFIG = """
[profile shop]
aws_access_key_id = of-the-profile
aws_secret_access_key = also-of-the-profile
region = eu-north-1
"""
KEYS = {"access_key": "own", "secret_key": "own-secret"}
# Options, and what they make of a client.
CONNECTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "region": ({**KEYS, "region": "eu-west-3"}, {"region": "eu-west-3"}),
    "endpoint": ({**KEYS, "endpoint_url": "https://sts.example.com"}, {"endpoint": "https://sts.example.com"}),
    "keys": (KEYS, {"credentials": ("own", "own-secret", None)}),
    "session token": ({**KEYS, "session_token": "own-token"}, {"credentials": ("own", "own-secret", "own-token")}),
    "profile": ({"profile": "shop"}, {"credentials": ("of-the-profile", "also-of-the-profile", None)}),
    "region of the profile": ({"profile": "shop", "region": None}, {"region": "eu-north-1"}),
    "certificates": (KEYS, {"verify": True}),
    "no certificates": ({**KEYS, "validate_certs": False}, {"verify": False}),
    "authorities": ({**KEYS, "aws_ca_bundle": "/authorities.pem"}, {"verify": "/authorities.pem"}),
    "configuration": ({**KEYS, "aws_config": {"connect_timeout": 3}}, {"connect_timeout": 3}),
}


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Profiles of the tests and nothing else that botocore would take from outside."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


@pytest.mark.usefixtures("profiles")
@pytest.mark.parametrize("case", CONNECTIONS)
def test_the_options_of_the_connection_reach_the_client(case: str) -> None:
    options, expected = CONNECTIONS[case]
    given = {"region": "us-east-1", **options}
    with patch_module_args({key: value for key, value in given.items() if value is not None}):
        client = client_factory(AnsibleAWSModule(argument_spec={}, supports_check_mode=True))("sts")
    keys = client._get_credentials()
    seen = {
        "region": client.meta.region_name,
        "endpoint": client.meta.endpoint_url,
        "credentials": (keys.access_key, keys.secret_key, keys.token),
        "verify": client._endpoint.http_session._verify,
        "connect_timeout": client.meta.config.connect_timeout,
    }
    assert {key: seen[key] for key in expected} == expected


def test_the_calls_of_a_module_are_told_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    # amazon.aws adds to them, and takes nothing away.
    monkeypatch.setattr(logging.getLogger("botocore.endpoint"), "handlers", [])
    monkeypatch.setattr(logging.getLogger("botocore.endpoint"), "level", logging.NOTSET)

    def operate(_params: Any, clients: Clients, _check: bool) -> Outcome:
        with pytest.raises(EndpointConnectionError):
            clients("sts", attempts=1).get_caller_identity()
        return Outcome({}, {})

    nobody = {"endpoint_url": "https://sts.localhost:1", "debug_botocore_endpoint_logs": True}
    assert printed(operate, **nobody)["resource_actions"] == ["sts:GetCallerIdentity"]


def test_every_option_of_the_connection_is_given_here() -> None:
    given = {option for options, _expected in CONNECTIONS.values() for option in options}
    assert set(module().argument_spec) == given | {"debug_botocore_endpoint_logs"}


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
