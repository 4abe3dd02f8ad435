# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import names
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

ARN = "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:shop"


class Client:
    """As much of two boto3 clients as a name needs."""

    class meta:  # noqa: N801
        region_name = "cn-north-1"

    def get_caller_identity(self) -> dict[str, str]:
        return {"Arn": "arn:aws-cn:sts::123456789012:assumed-role/deployer/session"}


def clients(service: str, **_config: Any) -> Any:
    return Client()


def test_the_arn_follows_from_the_name_and_the_caller() -> None:
    assert names.machine_arn(clients, "shop") == ARN


def test_an_arn_is_taken_as_it_is() -> None:
    assert names.machine_arn(None, ARN) == ARN  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "machine", [f"{ARN}:live", "arn:aws:lambda:us-east-1:1:function:x", "a b", f"{ARN}:1:2"], ids=str
)
def test_what_names_no_machine_is_refused(machine: str) -> None:
    with pytest.raises(InputError):
        names.machine_arn(clients, machine)


@pytest.mark.parametrize("arn", [ARN, f"{ARN}:7", f"{ARN}:live", unknown(f"{ARN}:")])
def test_qualified_arns(arn: str) -> None:
    assert names.unqualified(arn) == ARN
    assert names.machine_name(arn) == "shop"
    assert names.execution_arn(arn, "run") == "arn:aws-cn:states:cn-north-1:123456789012:execution:shop:run"


@pytest.mark.parametrize(
    ("arn", "expected"),
    [(f"{ARN}:7", True), (unknown(f"{ARN}:"), True), (f"{ARN}:live", False), (ARN, False), (f"{ARN}2:7", False)],
)
def test_is_version(arn: str, expected: bool) -> None:
    assert names.is_version(arn, ARN) is expected
