# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""SSM Parameter Store, as the API reference describes it."""

from __future__ import annotations

from typing import Any

from moto.ssm.responses import SimpleSystemManagerResponse
from moto.ssm.utils import parameter_arn


def described_parameters_have_their_arn() -> None:
    """ParameterMetadata of DescribeParameters has the ARN; moto leaves it out."""
    original = SimpleSystemManagerResponse.describe_parameters

    def describe_parameters(self: Any) -> Any:
        answer = original(self)
        for parameter in answer.result["Parameters"]:
            parameter["ARN"] = parameter_arn(self.current_account, self.region, parameter["Name"])
        return answer

    SimpleSystemManagerResponse.describe_parameters = describe_parameters


def apply() -> None:
    """Install the correction."""
    described_parameters_have_their_arn()
