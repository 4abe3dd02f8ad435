# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Step Functions calls for state machines, versions and aliases, one boto3 call a function. Nothing here decides.

Private to the collection. The calls for executions are in C(execution_api).
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client, Operation
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none

# The most that one page of any list operation holds.
PAGE = 1000


def pages(call: Operation, items: str, limit: int | None = None, **params: Any) -> list[dict[str, Any]]:
    """Return the items of all pages, or of as many as it takes to have C(limit) of them."""
    found: list[dict[str, Any]] = []
    while True:
        page = call(**params, maxResults=min(PAGE, limit - len(found)) if limit else PAGE)
        found += page[items]
        if not page.get("nextToken") or (limit and len(found) >= limit):
            return found[:limit]
        params["nextToken"] = page["nextToken"]


@described("describe state machine {arn}")
@missing_is_none("StateMachineDoesNotExist")
def machine(client: Client, arn: str) -> dict[str, Any]:
    """Return the state machine or version, or None when there is none."""
    return client.describe_state_machine(stateMachineArn=arn)


@described("list state machines")
def machines(client: Client) -> list[dict[str, Any]]:
    return pages(client.list_state_machines, "stateMachines")


@described("create state machine {settings[name]}")
def create_machine(client: Client, settings: dict[str, Any]) -> dict[str, Any]:
    return client.create_state_machine(**settings)


@described("update state machine {arn}")
def update_machine(client: Client, arn: str, settings: dict[str, Any]) -> dict[str, Any]:
    return client.update_state_machine(stateMachineArn=arn, **settings)


@described("delete state machine {arn}")
@missing_is_none("StateMachineDoesNotExist")
def delete_machine(client: Client, arn: str) -> None:
    """Ask for the deletion of the machine, its versions and aliases, which AWS does in the background."""
    client.delete_state_machine(stateMachineArn=arn)


@described("read the tags of {arn}")
@missing_is_none("ResourceNotFound", "StateMachineDoesNotExist")
def tags(client: Client, arn: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = client.list_tags_for_resource(resourceArn=arn)["tags"]
    return found


@described("tag {arn}")
def tag(client: Client, arn: str, tag_list: list[dict[str, str]]) -> None:
    client.tag_resource(resourceArn=arn, tags=tag_list)


@described("remove tags from {arn}")
def untag(client: Client, arn: str, keys: list[str]) -> None:
    client.untag_resource(resourceArn=arn, tagKeys=keys)


@described("list the versions of state machine {arn}")
@missing_is_none("StateMachineDoesNotExist", "ResourceNotFound")
def versions(client: Client, arn: str) -> list[dict[str, Any]]:
    """Return the versions, newest first; None when there is no such machine."""
    return pages(client.list_state_machine_versions, "stateMachineVersions", stateMachineArn=arn)


@described("publish a version of state machine {arn}")
def publish(client: Client, arn: str, settings: dict[str, Any]) -> dict[str, Any]:
    return client.publish_state_machine_version(stateMachineArn=arn, **settings)


@described("delete state machine version {version_arn}")
@missing_is_none("StateMachineDoesNotExist", "ResourceNotFound")
def delete_version(client: Client, version_arn: str) -> None:
    client.delete_state_machine_version(stateMachineVersionArn=version_arn)


@described("list the aliases of state machine {arn}")
@missing_is_none("StateMachineDoesNotExist", "ResourceNotFound")
def aliases(client: Client, arn: str) -> list[dict[str, Any]]:
    return pages(client.list_state_machine_aliases, "stateMachineAliases", stateMachineArn=arn)


@described("describe alias {arn}")
@missing_is_none("ResourceNotFound", "StateMachineDoesNotExist")
def alias(client: Client, arn: str) -> dict[str, Any]:
    """Return the alias, or None when it, or its machine, does not exist."""
    return client.describe_state_machine_alias(stateMachineAliasArn=arn)


@described("create alias {settings[name]}")
def create_alias(client: Client, settings: dict[str, Any]) -> dict[str, Any]:
    return client.create_state_machine_alias(**settings)


@described("update alias {arn}")
def update_alias(client: Client, arn: str, settings: dict[str, Any]) -> dict[str, Any]:
    return client.update_state_machine_alias(stateMachineAliasArn=arn, **settings)


@described("delete alias {arn}")
@missing_is_none("ResourceNotFound", "StateMachineDoesNotExist")
def delete_alias(client: Client, arn: str) -> None:
    client.delete_state_machine_alias(stateMachineAliasArn=arn)
