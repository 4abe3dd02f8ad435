# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Which of a service's two target groups each deployment uses; color 0 is the plain one, 1 the alternate one."""

from __future__ import annotations

from typing import Any

from local_aws.plane import listener_weights, traffic
from local_aws.plane.shift import Shift


class Colors:
    """The colors of one service's deployments, and the shift between them that is under way; None without one."""

    def __init__(self, backend: Any, service: Any) -> None:
        self._backend, self._service = backend, service
        self._of: dict[str, int] = {}
        self._live = 0
        self._primary = ""
        self.shift: Shift | None = None

    def follow(self, has_tasks: bool) -> bool:
        """Give a new PRIMARY deployment its color, and begin a shift if it moves traffic; whether there was one.

        has_tasks: whether any task runs, from which traffic could be moved.
        """
        service = self._service
        primary = service.deployments[0]["id"]
        if primary == self._primary:
            return False
        if self.shift is not None:
            self.shift.return_to_blue()
        self._primary, self.shift = primary, None
        if not traffic.is_shifting(service.deployment_configuration):
            self._live = self._of[primary] = 0
        elif not has_tasks or not getattr(service, "local_completed", None) or service.local_rolled_back:
            self._of[primary] = self._live
        else:
            self._of[primary] = 1 - self._live
            self.shift = Shift(self._backend.account_id, self._backend.region_name, service, self._of[primary])
        return True

    def balancers_of(self, deployment: str | None) -> list[dict[str, Any]]:
        """The `loadBalancers` entries with the target groups in which tasks of a deployment are registered."""
        color = self._of.get(str(deployment), self._live)
        return [
            {**entry, "targetGroupArn": listener_weights.target_group(entry, color)}
            for entry in self._service.load_balancers or []
        ]

    def completed(self) -> None:
        """The PRIMARY deployment has completed: its target groups are the live ones."""
        self._live, self.shift = self._of.get(self._primary, self._live), None

    def failed(self) -> None:
        """The PRIMARY deployment has failed; a deployment that rolls back uses what was live before."""
        self.shift = None
        self._primary = self._service.deployments[0]["id"]
        self._of.setdefault(self._primary, self._live)
