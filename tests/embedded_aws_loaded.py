# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What every embedded AWS of the tests loads; the process that has it forks the servers, and runs nothing itself."""

from __future__ import annotations

from moto import backends

from local_aws import server

__all__ = ["server"]

for _service in ("apigatewayv2", "ec2", "ecs", "elbv2", "iam", "lambda", "logs", "s3", "ssm", "stepfunctions", "sts"):
    backends.get_backend(_service)
