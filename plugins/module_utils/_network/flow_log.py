# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The flow log of a network: which there is and which there shall be. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Described, Found, name_of
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_mapping

Settings = dict[str, Any]

# What AWS writes when no format is given (VPC User Guide, "Flow log records").
DEFAULT_FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} "
    "${bytes} ${start} ${end} ${action} ${log-status}"
)


def is_wanted(option: Mapping[str, Any] | None) -> bool:
    """Tell whether the option asks for a flow log; one without a destination asks for none."""
    return bool(option and (option["log_group"] or option["destination_arn"]))


def check(option: Mapping[str, Any] | None) -> None:
    """Raise InputError for what AWS would refuse."""
    if not option:
        return
    if not is_wanted(option):
        if any(option[name] is not None for name in ("role_arn", "log_format")):
            raise InputError("flow_log has no destination: give log_group, or destination_arn.")
        return
    if option["log_group"] and not option["role_arn"]:
        raise InputError("flow_log.log_group needs flow_log.role_arn, the role that writes to it.")
    arn = option["destination_arn"]
    if arn and not destination_type(arn):
        raise InputError(f"flow_log.destination_arn is {arn}: give the ARN of an S3 bucket or of a Firehose stream.")


def destination_type(arn: str) -> str:
    kinds = {"s3": "s3", "firehose": "kinesis-data-firehose"}
    return kinds.get(arn.split(":")[2], "") if arn.count(":") >= 5 else ""


def match(name: str, option: Mapping[str, Any] | None, found: Found) -> tuple[Described | None, list[Described]]:
    """Return our flow log that stays, and ours that go. Ours have the Name tag of the network."""
    ours = [one for one in found.flow_logs if name_of(one) == name]
    if option is None or not ours:
        return None, []
    if not is_wanted(option):
        return None, ours
    asked = wanted(option)
    fitting = [one for one in ours if untagged(settings_of(one)) == asked] or ours[:1]
    return fitting[0], [one for one in ours if one is not fitting[0]]


def settings_of(described: Described) -> Settings:
    group = described.get("LogGroupName")
    return {
        "destination": group or described.get("LogDestination"),
        "role_arn": described.get("DeliverLogsPermissionArn"),
        "traffic_type": described["TrafficType"],
        "max_aggregation_interval": described["MaxAggregationInterval"],
        "log_format": described.get("LogFormat") or DEFAULT_FORMAT,
        "tags": tag_mapping(described.get("Tags")),
    }


def wanted(option: Mapping[str, Any]) -> Settings:
    """Return the settings that the flow log shall have, without its tags."""
    return {
        "destination": option["log_group"] or option["destination_arn"],
        "role_arn": option["role_arn"],
        "traffic_type": option["traffic_type"],
        "max_aggregation_interval": option["max_aggregation_interval"],
        "log_format": option["log_format"] or DEFAULT_FORMAT,
    }


def untagged(settings: Settings) -> Settings:
    return {key: value for key, value in settings.items() if key != "tags"}
