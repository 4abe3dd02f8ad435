# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""EventBridge Scheduler's control plane: what CreateSchedule and UpdateSchedule check."""

from __future__ import annotations

from typing import Any

from moto.scheduler.exceptions import ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend

from local_aws import identity
from local_aws.plane import schedule_times
from local_aws.plane.scheduler import SERVICE


def schedules_are_checked() -> None:
    """A wrong expression, and a role that does not trust Scheduler, are refused; moto takes anything."""
    for name in ("create_schedule", "update_schedule"):
        _checked(name)


def _checked(name: str) -> None:
    original = getattr(EventBridgeSchedulerBackend, name)

    def operation(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            schedule_times.check(kwargs["schedule_expression"], kwargs["schedule_expression_timezone"] or "UTC")
        except schedule_times.BadExpression as error:
            raise ValidationException(message=str(error)) from error
        if not identity.can_be_assumed_by(kwargs["target"]["RoleArn"], SERVICE):
            message = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
            raise ValidationException(message=message)
        return original(self, *args, **kwargs)

    setattr(EventBridgeSchedulerBackend, name, operation)


def apply() -> None:
    """Install it."""
    schedules_are_checked()
