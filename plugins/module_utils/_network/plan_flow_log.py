# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The steps that make the flow log right. AWS can change nothing of a flow log but its tags.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._network import write_api
from ansible_collections.orchestra.aws.plugins.module_utils._network.flow_log import (
    Settings,
    destination_type,
    untagged,
)
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Described
from ansible_collections.orchestra.aws.plugins.module_utils._network.removal import delete_flow_log_step
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import Phase, Step, Work
from ansible_collections.orchestra.aws.plugins.module_utils._network.tagging import retag_steps


def flow_log_steps(
    name: str, before: Settings | None, after: Settings | None, superfluous: list[Described]
) -> list[Step]:
    """Return the steps; a flow log that differs is replaced, which loses some seconds of records."""
    steps = [delete_flow_log_step(one["FlowLogId"]) for one in superfluous]
    if after is None:
        return steps
    if before is not None and untagged(before) == untagged(after):
        return [*steps, *retag_steps(f"flow log {name}", lambda ids: ids.flow_log, before["tags"], after["tags"])]

    def create(work: Work) -> None:
        if before is not None:
            write_api.delete_flow_log(work.ec2, work.ids.flow_log)
        options = _creation(untagged(after))
        work.ids.flow_log = write_api.create_flow_log(work.ec2, work.ids.vpc, options, after["tags"])

    if before is None:
        action = f"create flow log {name} to {after['destination']}"
    else:
        changed = [key for key in untagged(after) if before[key] != after[key]]
        action = f"replace flow log {name}: {', '.join(changed)}"
    return [*steps, Step(Phase.GATEWAYS, [action], create)]


def _creation(settings: Settings) -> dict[str, Any]:
    destination = settings["destination"]
    kind = destination_type(destination)
    where = {"LogDestination": destination} if kind else {"LogGroupName": destination}
    role = {"DeliverLogsPermissionArn": settings["role_arn"]} if settings["role_arn"] else {}
    return {
        "LogDestinationType": kind or "cloud-watch-logs",
        **where,
        **role,
        "TrafficType": settings["traffic_type"],
        "MaxAggregationInterval": settings["max_aggregation_interval"],
        "LogFormat": settings["log_format"],
    }
