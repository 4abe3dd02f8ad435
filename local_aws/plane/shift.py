# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Carries one blue/green, linear or canary deployment through its stages; used by the controller's thread only."""

from __future__ import annotations

import time
from typing import Any

from local_aws.plane import listener_weights, pace, rollout, traffic
from local_aws.plane.hooks import Hook

PRODUCTION, TEST = "productionListenerRule", "testListenerRule"


class Shift:
    """The deployment of one service from the first to the last stage. color: of green's target groups."""

    def __init__(self, account: str, region: str, service: Any, color: int) -> None:
        self.color = color
        self._account, self._region, self._service = account, region, service
        self.deployment = service.deployments[0]["id"]
        self._steps = traffic.steps(service.deployment_configuration)
        self._hooks: list[Hook] = []
        self._index = -1
        self._entered = 0.0
        self._percents = {PRODUCTION: 0.0, TEST: 0.0}

    @property
    def stage(self) -> str:
        return self._steps[max(0, self._index)].stage

    @property
    def ends(self) -> bool:
        """Whether the tasks of blue can go."""
        return self.stage == traffic.CLEAN_UP

    @property
    def scales(self) -> bool:
        """Whether the tasks of green may run."""
        return self._index >= [step.stage for step in self._steps].index(traffic.SCALE_UP)

    def advance(self, *, green_is_healthy: bool) -> str:
        """Enter the next stages as far as they go now; return why the deployment fails, "" when it does not.

        The last stage is never left: the caller knows when blue is gone.
        """
        try:
            if self._index < 0:
                self._enter(0)
            while not self.ends and self._is_over(green_is_healthy):
                self._enter(self._index + 1)
        except listener_weights.ShiftRefusedError as refusal:
            return str(refusal)
        failed = any(hook.status == "FAILED" for hook in self._hooks)
        return f"lifecycle hook failed in stage {self.stage}" if failed else ""

    def return_to_blue(self) -> None:
        """Give blue all traffic back; a rule that cannot be changed stays as it is, as the event says."""
        for kind, percent in self._percents.items():
            if percent:
                try:
                    self._shift(kind, 0.0)
                except listener_weights.ShiftRefusedError as refusal:
                    rollout.add_event(self._service, f"was unable to shift traffic. Reason: {refusal}")

    def _is_over(self, green_is_healthy: bool) -> bool:
        step = self._steps[self._index]
        if any(hook.status != "SUCCEEDED" for hook in self._hooks):
            return False
        if step.stage == traffic.SCALE_UP:
            return green_is_healthy
        return time.monotonic() - self._entered >= pace.minutes(step.minutes)

    def _enter(self, index: int) -> None:
        self._index, self._entered = index, time.monotonic()
        step = self._steps[index]
        if step.production_percent is not None:
            self._shift(PRODUCTION, step.production_percent)
        if step.test_percent is not None:
            self._shift(TEST, step.test_percent)
        self._hooks = [
            Hook(self._region, hook, self._event(step.stage))
            for hook in self._service.deployment_configuration.get("lifecycleHooks") or []
            if step.stage in (hook.get("lifecycleStages") or [])
        ]

    def _shift(self, kind: str, percent: float) -> None:
        balancers = self._service.load_balancers or []
        listener_weights.shift(self._account, self._region, balancers, kind, self.color, percent)
        self._percents[kind] = percent
        what = "production" if kind == PRODUCTION else "test"
        if any((entry.get("advancedConfiguration") or {}).get(kind) for entry in balancers):
            rollout.add_event(
                self._service, f"(deployment {self.deployment}) has shifted {percent:g} percent of the {what} traffic."
            )

    def _event(self, stage: str) -> dict[str, Any]:
        return {
            "lifecycleStage": stage,
            "resourceArn": self._service.arn,
            "executionDetails": {"serviceArn": self._service.arn},
        }
