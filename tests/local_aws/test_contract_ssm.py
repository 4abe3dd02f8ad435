# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""SSM Parameter Store: moto's fault that is mended in control/ssm.py, and what the embedded AWS does instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

Client = Callable[[str], Any]


def described(client: Client, name: str) -> list[str | None]:
    """Make a parameter and return the ARNs that a description of it has."""
    ssm = client("ssm")
    ssm.put_parameter(Name=name, Value="x", Type="SecureString")
    wanted = [{"Key": "Name", "Option": "BeginsWith", "Values": [name]}]
    return [found.get("ARN") for found in ssm.describe_parameters(ParameterFilters=wanted)["Parameters"]]


def moto_described_parameter(client: Client) -> Any:
    return described(client, "/shop/registry/username")


@pytest.fixture(scope="module")
def unpatched() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_ssm")


def test_moto_still_needs_the_arn(unpatched: dict[str, Any]) -> None:
    needed(unpatched["moto_described_parameter"], {"value": [None]}, "ssm.described_parameters_have_their_arn")


@pytest.mark.parametrize("name", ["/shop/registry/password", "plain-name"])
def test_a_described_parameter_has_its_arn(aws: RunningAws, name: str) -> None:
    slash = "" if name.startswith("/") else "/"
    assert described(aws.client, name) == [f"arn:aws:ssm:us-east-1:123456789012:parameter{slash}{name}"]
