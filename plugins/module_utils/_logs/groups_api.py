# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Calls of CloudWatch Logs about log groups, one boto3 call a function. Nothing here decides.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none


@described("describe log group {name}")
def group(logs: Client, name: str) -> dict[str, Any] | None:
    """Return a group; AWS searches by prefix."""
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    return next((item for page in pages for item in page["logGroups"] if item["logGroupName"] == name), None)


@described("read the tags of {arn}")
@missing_is_none("ResourceNotFoundException")
def tags(logs: Client, arn: str) -> dict[str, str]:
    return dict(logs.list_tags_for_resource(resourceArn=arn)["tags"])


@described("create log group {name}")
def create(logs: Client, name: str, kms_key_id: str, new: dict[str, str]) -> None:
    optional: dict[str, Any] = {"kmsKeyId": kms_key_id} if kms_key_id else {}
    logs.create_log_group(logGroupName=name, **optional, **({"tags": new} if new else {}))


@described("set the retention of log group {name}")
def keep(logs: Client, name: str, days: int) -> None:
    """Keep events for so many days; 0 keeps them for ever."""
    if days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    else:
        logs.delete_retention_policy(logGroupName=name)


@described("set the key of log group {name}")
def encrypt(logs: Client, name: str, kms_key_id: str) -> None:
    """Encrypt new events with a key; "" with CloudWatch Logs' own."""
    if kms_key_id:
        logs.associate_kms_key(logGroupName=name, kmsKeyId=kms_key_id)
    else:
        logs.disassociate_kms_key(logGroupName=name)


@described("tag {arn}")
def tag(logs: Client, arn: str, new: dict[str, str]) -> None:
    logs.tag_resource(resourceArn=arn, tags=new)


@described("remove tags from {arn}")
def untag(logs: Client, arn: str, keys: list[str]) -> None:
    logs.untag_resource(resourceArn=arn, tagKeys=keys)


@described("delete log group {name}")
@missing_is_none("ResourceNotFoundException")
def delete(logs: Client, name: str) -> None:
    logs.delete_log_group(logGroupName=name)
