# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Elastic Load Balancing calls for listener rules, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_list


@described("describe the rules of listener {listener_arn}")
@missing_is_none("ListenerNotFound")
def rules(client: Client, listener_arn: str) -> list[dict[str, Any]] | None:
    """Return every rule of a listener, the default one too, or None when there is no such listener."""
    pages = client.get_paginator("describe_rules").paginate(ListenerArn=listener_arn)
    return [rule for page in pages for rule in page["Rules"]]


@described("create a rule of listener {listener_arn}")
def create_rule(client: Client, listener_arn: str, request: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    extra = {"Tags": tag_list(tags)} if tags else {}
    created: dict[str, Any] = client.create_rule(ListenerArn=listener_arn, **request, **extra)["Rules"][0]
    return created


@described("update listener rule {arn}")
def modify_rule(client: Client, arn: str, request: dict[str, Any]) -> None:
    """Change conditions and actions; a rule keeps its priority."""
    client.modify_rule(RuleArn=arn, **request)


@described("describe listener rule {arn}")
@missing_is_none("RuleNotFound")
def rule(client: Client, arn: str) -> dict[str, Any] | None:
    """Return one rule, or None when there is no such rule."""
    found: dict[str, Any] = client.describe_rules(RuleArns=[arn])["Rules"][0]
    return found


@described("delete listener rule {arn}")
@missing_is_none("RuleNotFound")
def delete_rule(client: Client, arn: str) -> None:
    client.delete_rule(RuleArn=arn)
