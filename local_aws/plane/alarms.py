# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The CloudWatch alarms that fail a deployment ("How CloudWatch alarms detect Amazon ECS deployment failures")."""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.models import cloudwatch_backends


class Watched:
    """The alarms of one service. An alarm that rings when a deployment begins is not watched during it."""

    def __init__(self, backend: Any, service: Any) -> None:
        self._backend, self._service = backend, service
        self._ringing_before: set[str] = set()

    @property
    def roll_back(self) -> bool:
        return bool(self._configuration().get("rollback"))

    def begin(self) -> None:
        """A deployment begins."""
        self._ringing_before = self._ringing()

    def in_alarm(self) -> bool:
        """Whether an alarm that is watched rings."""
        return bool(self._configuration().get("enable")) and bool(self._ringing() - self._ringing_before)

    def _ringing(self) -> set[str]:
        alarms = cloudwatch_backends[self._backend.account_id][self._backend.region_name].alarms
        names = self._configuration().get("alarmNames") or []
        return {name for name in names if name in alarms and alarms[name].state_value == "ALARM"}

    def _configuration(self) -> dict[str, Any]:
        return self._service.deployment_configuration.get("alarms") or {}
