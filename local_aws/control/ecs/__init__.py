# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Corrections to moto's Amazon ECS; the tasks themselves are the business of local_aws.plane."""

from __future__ import annotations

from local_aws.control.ecs import clusters, services, task_definitions, tasks


def apply() -> None:
    """Install all corrections."""
    clusters.apply()
    task_definitions.apply()
    tasks.apply()
    services.apply()
