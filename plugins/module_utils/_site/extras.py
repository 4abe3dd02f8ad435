# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the options of the invoker have made: schedule, alarms and their topic, found by name. Changes nothing.

Private to the collection. A run that no longer wants them finds here that there is something to delete.
"""

from __future__ import annotations

from functools import partial

from ansible_collections.orchestra.aws.plugins.module_utils._cloudwatch import api as cloudwatch_api
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, together
from ansible_collections.orchestra.aws.plugins.module_utils._scheduler import api as scheduler_api


class Reader:
    """Makes its clients at once, for clients are not made in threads, and looks when it is called."""

    def __init__(self, clients: Clients, name: str, caller: dict[str, str]) -> None:
        self._scheduler, self._cloudwatch = clients("scheduler"), clients("cloudwatch")
        self._sns, self._name = clients("sns"), name
        self._topic = f"arn:{caller['partition']}:sns:{caller['region']}:{caller['account_id']}:{name}-alarms"

    def __call__(self) -> dict[str, list[str]]:
        """Return the ARNs of schedules and topics, and the names of alarms."""
        schedules, alarms, topic = together(
            partial(scheduler_api.arns, self._scheduler, f"{self._name}-workflow"),
            partial(cloudwatch_api.alarms, self._cloudwatch, f"{self._name}/"),
            partial(cloudwatch_api.topic, self._sns, self._topic),
        )
        return {
            # The prefix finds those of a site whose name goes on after this one's, too.
            "schedules": sorted(arn for arn in schedules if arn.rsplit("/", 1)[1] == f"{self._name}-workflow"),
            "alarms": sorted(alarm["AlarmName"] for alarm in alarms),
            "topics": [] if topic is None else [self._topic],
        }

    def arns(self) -> list[str]:
        """Return the ARNs of all of them."""
        found = self()
        base = self._topic.replace(":sns:", ":cloudwatch:").rsplit(":", 1)[0]
        return [*found["schedules"], *found["topics"], *(f"{base}:alarm:{name}" for name in found["alarms"])]
