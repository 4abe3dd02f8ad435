# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ECS calls for services, tasks and task definitions, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_list, tag_mapping

# What DescribeTasks and DeleteTaskDefinitions take at most in one call.
_TASKS_A_CALL = 100
_DELETIONS_A_CALL = 10


def _pages(call: Callable[..., dict[str, Any]], items: str, **params: Any) -> list[Any]:
    found: list[Any] = []
    while True:
        page = call(**params)
        found += page[items]
        if not page.get("nextToken"):
            return found
        params["nextToken"] = page["nextToken"]


@described("describe ECS service {name}")
def service(client: Client, cluster: str, name: str) -> dict[str, Any] | None:
    """Return the service with its tags as a mapping, INACTIVE ones too, or None when there is none of this name.

    Raises ClusterNotFoundException, inside AnsibleAWSError, when there is no such cluster.
    """
    found = client.describe_services(cluster=cluster, services=[name], include=["TAGS"])["services"]
    return {**found[0], "tags": tag_mapping(found[0].get("tags"))} if found else None


@described("create ECS service {name}")
def create_service(client: Client, name: str, request: dict[str, Any]) -> dict[str, Any]:
    created: dict[str, Any] = client.create_service(serviceName=name, **request)["service"]
    return created


@described("update ECS service {name}")
def update_service(client: Client, cluster: str, name: str, request: dict[str, Any]) -> dict[str, Any]:
    updated: dict[str, Any] = client.update_service(cluster=cluster, service=name, **request)["service"]
    return updated


@described("delete ECS service {name}")
@missing_is_none("ServiceNotFoundException", "ServiceNotActiveException")
def delete_service(client: Client, cluster: str, name: str) -> None:
    """Ask for the deletion; AWS stops the tasks in the background.

    By force it needs no scaling to zero before, which AWS refuses when the load balancer is gone already.
    """
    client.delete_service(cluster=cluster, service=name, force=True)


@described("list the tasks of ECS service {name}")
def task_arns(client: Client, cluster: str, name: str, desired_status: str) -> list[str]:
    """Return the tasks that ECS wants RUNNING, or has STOPPED in the last hour."""
    return _pages(client.list_tasks, "taskArns", cluster=cluster, serviceName=name, desiredStatus=desired_status)


@described("describe tasks of ECS cluster {cluster}")
def tasks(client: Client, cluster: str, arns: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for start in range(0, len(arns), _TASKS_A_CALL):
        found += client.describe_tasks(cluster=cluster, tasks=arns[start : start + _TASKS_A_CALL])["tasks"]
    return found


@described("describe task definition {name}")
@missing_is_none("ClientException")
def task_definition(client: Client, name: str) -> dict[str, Any] | None:
    """Return a revision with its tags as a mapping; for a family its newest ACTIVE one; None when there is none.

    name: a family, family:revision, or an ARN.
    """
    answer = client.describe_task_definition(taskDefinition=name, include=["TAGS"])
    return {**answer["taskDefinition"], "tags": tag_mapping(answer.get("tags"))}


@described("register task definition {family}")
def register_task_definition(
    client: Client, family: str, request: dict[str, Any], tags: dict[str, str]
) -> dict[str, Any]:
    extra = {"tags": tag_list(tags, "key", "value")} if tags else {}
    answer = client.register_task_definition(family=family, **request, **extra)
    registered: dict[str, Any] = answer["taskDefinition"]
    return registered


@described("list the revisions of task definition {family}")
def task_definition_arns(client: Client, family: str, status: str) -> list[str]:
    return _pages(client.list_task_definitions, "taskDefinitionArns", familyPrefix=family, status=status)


@described("deregister task definition {arn}")
def deregister_task_definition(client: Client, arn: str) -> None:
    client.deregister_task_definition(taskDefinition=arn)


@described("delete deregistered task definitions")
def delete_task_definitions(client: Client, arns: list[str]) -> None:
    """Delete INACTIVE revisions. AWS reports those that it refuses in its answer, which is raised as an error."""
    for start in range(0, len(arns), _DELETIONS_A_CALL):
        answer = client.delete_task_definitions(taskDefinitions=arns[start : start + _DELETIONS_A_CALL])
        for failure in answer.get("failures", []):
            why = failure.get("detail") or failure.get("reason")
            raise AnsibleAWSError(message=f"Failed to delete task definition {failure.get('arn')}: {why}")


@described("tag {arn}")
def tag(client: Client, arn: str, tags: dict[str, str]) -> None:
    client.tag_resource(resourceArn=arn, tags=tag_list(tags, "key", "value"))


@described("remove tags from {arn}")
def untag(client: Client, arn: str, keys: list[str]) -> None:
    client.untag_resource(resourceArn=arn, tagKeys=keys)
