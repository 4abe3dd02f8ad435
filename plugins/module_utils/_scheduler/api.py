# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Calls of EventBridge Scheduler, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none

_MISSING = "ResourceNotFoundException"


@described("describe schedule {name}")
@missing_is_none(_MISSING)
def schedule(client: Client, group: str, name: str) -> dict[str, Any]:
    """Return a schedule, or None when it or its group is not there."""
    return client.get_schedule(GroupName=group, Name=name)


@described("create schedule {name}")
def create(client: Client, group: str, name: str, request: dict[str, Any]) -> dict[str, Any]:
    return client.create_schedule(GroupName=group, Name=name, **request)


@described("update schedule {name}")
def update(client: Client, group: str, name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Replace all settings: AWS forgets those that are left out."""
    return client.update_schedule(GroupName=group, Name=name, **request)


@described("delete schedule {name}")
@missing_is_none(_MISSING)
def delete(client: Client, group: str, name: str) -> None:
    client.delete_schedule(GroupName=group, Name=name)


@described("list the schedules whose names begin with {prefix}")
def arns(client: Client, prefix: str) -> list[str]:
    """Return the ARNs of the schedules of all groups whose names begin with a prefix."""
    pages = client.get_paginator("list_schedules").paginate(NamePrefix=prefix)
    return [one["Arn"] for page in pages for one in page["Schedules"]]
