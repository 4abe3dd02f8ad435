# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A log group: what it is, what it shall be, and the steps between. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html; 0: for ever.
RETENTIONS = (
    0,
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
_NAME = re.compile(r"[\w./#-]{1,512}", re.ASCII)


def validate(params: Mapping[str, Any]) -> None:
    """Raise InputError for options that CloudWatch Logs would refuse."""
    if not _NAME.fullmatch(params["name"]):
        raise InputError(f"name is {params['name']!r}; it must be 1 to 512 letters, digits or any of . _ - / #")
    days = params.get("retention_in_days")
    if days is not None and days not in RETENTIONS:
        raise InputError(f"retention_in_days is {days}; AWS allows {', '.join(str(item) for item in RETENTIONS)}.")


def normalize(described: Mapping[str, Any] | None, tags: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings that are compared; {} for no group."""
    if described is None:
        return {}
    return {
        "name": described["logGroupName"],
        "retention_in_days": described.get("retentionInDays") or 0,
        "kms_key_id": described.get("kmsKeyId") or "",
        "tags": dict(tags),
    }


def desired(params: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the group shall have: what was left out stays as it is."""
    days, key = params.get("retention_in_days"), params.get("kms_key_id")
    return {
        "name": params["name"],
        "retention_in_days": before.get("retention_in_days", 0) if days is None else days,
        "kms_key_id": before.get("kms_key_id", "") if key is None else key,
        "tags": desired_tags(before.get("tags", {}), params.get("tags"), params.get("purge_tags", True)),
    }


def actions(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the steps, one short sentence each."""
    what = f"log group {after['name']}"
    if not before:
        return [f"create {what}"]
    changed = [key for key in after if key != "tags" and after[key] != before[key]]
    steps = [f"update {what}: {', '.join(changed)}"] if changed else []
    return steps + ([f"update tags of {what}"] if after["tags"] != before["tags"] else [])
