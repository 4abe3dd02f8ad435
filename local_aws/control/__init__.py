# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Corrections to moto, one file per AWS service; every patch names what AWS does and what moto does."""

from __future__ import annotations

import importlib

# Step Functions is not here: local_aws.sfn installs its own control plane together with its engine.
SERVICES = (
    "apigatewayv2",
    "applicationautoscaling",
    "ec2",
    "ecs",
    "elbv2",
    "iam",
    "lambda_",
    "lambda_urls",
    "logs",
    "scheduler",
    "servicequotas",
    "ssm",
    "tagging",
)


def apply() -> None:
    """Install the corrections of every service; called once, before the first request."""
    for name in SERVICES:
        importlib.import_module(f"local_aws.control.{name}").apply()
