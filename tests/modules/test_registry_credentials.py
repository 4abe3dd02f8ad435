# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "credentials-test/registry"
OPTIONS = {"name": NAME, "username": "someone", "password": "very-private-1"}


@pytest.fixture(autouse=True)
def _clean(modules: Modules) -> Iterator[None]:
    yield
    modules("registry_credentials", name=NAME, state="absent")


def secret(aws: EmbeddedAws) -> Any:
    return json.loads(aws.client("secretsmanager").get_secret_value(SecretId=NAME)["SecretString"])


def parameter(aws: EmbeddedAws, key: str) -> dict[str, Any]:
    return aws.client("ssm").get_parameter(Name=f"/{NAME}/{key}", WithDecryption=True)["Parameter"]


def test_check_mode_predicts_and_stores_nothing(aws: EmbeddedAws, modules: Modules) -> None:
    predicted = modules.check("registry_credentials", **OPTIONS)
    assert aws.client("ssm").get_parameters(Names=[f"/{NAME}/username"])["Parameters"] == []
    made = modules("registry_credentials", **OPTIONS)
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"]
    assert len(made["actions"]) == 3
    assert secret(aws) == {"username": "someone", "password": "very-private-1"}
    assert parameter(aws, "password")["Type"] == "SecureString"
    assert made["credentials"]["secret_arn"].startswith("arn:aws:secretsmanager:us-east-1:")


def test_no_value_is_in_any_result(modules: Modules) -> None:
    results = [
        modules("registry_credentials", **OPTIONS),
        modules("registry_credentials", **{**OPTIONS, "password": "very-private-2"}),
        modules("registry_credentials", name=NAME),
        modules("registry_credentials", name=NAME, state="absent"),
    ]
    # What Ansible adds of the arguments is the matter of tests/playbooks/test_credentials.py.
    assert "very-private" not in json.dumps(results)
    assert "someone" not in json.dumps(results)


def test_second_run_changes_nothing(modules: Modules) -> None:
    modules("registry_credentials", **OPTIONS)
    again = modules("registry_credentials", **OPTIONS)
    assert not again["changed"]
    assert again["diff"]["before"] == again["diff"]["after"]


def test_a_new_password_goes_to_both_places(aws: EmbeddedAws, modules: Modules) -> None:
    modules("registry_credentials", **OPTIONS)
    changed = modules("registry_credentials", **{**OPTIONS, "password": "very-private-2"})
    assert changed["actions"] == [f"change parameter /{NAME}/password", f"change secret {NAME}"]
    assert changed["diff"]["before"] != changed["diff"]["after"]
    assert secret(aws)["password"] == parameter(aws, "password")["Value"] == "very-private-2"


def test_the_secret_follows_parameters_that_an_operator_has_changed(aws: EmbeddedAws, modules: Modules) -> None:
    modules("registry_credentials", **OPTIONS)
    ssm = aws.client("ssm")
    ssm.put_parameter(Name=f"/{NAME}/password", Value="very-private-3", Type="SecureString", Overwrite=True)
    assert modules("registry_credentials", name=NAME)["actions"] == [f"change secret {NAME}"]
    assert secret(aws)["password"] == "very-private-3"


def test_a_run_that_was_killed_before_the_secret_is_finished(aws: EmbeddedAws, modules: Modules) -> None:
    aws.client("ssm").put_parameter(Name=f"/{NAME}/username", Value="someone", Type="SecureString")
    made = modules("registry_credentials", **OPTIONS)
    assert made["actions"] == [f"create parameter /{NAME}/password", f"create secret {NAME}"]
    assert not modules("registry_credentials", **OPTIONS)["changed"]


def test_a_secret_that_waits_for_its_deletion_is_restored(aws: EmbeddedAws, modules: Modules) -> None:
    modules("registry_credentials", **OPTIONS)
    aws.client("secretsmanager").delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    assert f"restore secret {NAME}" in modules("registry_credentials", **OPTIONS)["actions"]
    assert secret(aws)["username"] == "someone"


def test_nothing_given_and_nothing_stored_is_one_clear_sentence(modules: Modules) -> None:
    message = modules.failure("registry_credentials", name=NAME)
    assert "give username and password, or put /credentials-test/registry/username" in message


def test_absent_deletes_for_good_and_says_so_once(aws: EmbeddedAws, modules: Modules) -> None:
    modules("registry_credentials", **OPTIONS)
    assert modules.check("registry_credentials", name=NAME, state="absent")["changed"]
    assert secret(aws)
    assert len(modules("registry_credentials", name=NAME, state="absent")["actions"]) == 3
    assert not modules("registry_credentials", name=NAME, state="absent")["changed"]
    assert modules("registry_credentials", **OPTIONS)["changed"]
