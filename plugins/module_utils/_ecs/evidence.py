# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What AWS knows about tasks that do not run: stop reasons, target health, service events, last log lines.

Each becomes one line of text. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.service import short_name, target_group_arns
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._module import together

# Lines of each kind, at most.
LINES = 10
# Stopped tasks whose containers' logs are read; the newest tell the cause.
_TASKS_WITH_LOGS = 1


def collect(
    ecs_client: Client, elbv2_client: Client, logs_client: Client, cluster: str, service: Mapping[str, Any]
) -> list[str]:
    """Return the lines. What cannot be read is said in its line: the failure to explain is the first one."""
    stopped, targets = together(
        lambda: _stopped_tasks(ecs_client, cluster, service["serviceName"]),
        lambda: _readable(lambda: _unhealthy_targets(elbv2_client, service)),
    )
    tasks, failures = stopped
    lines: list[str] = [*failures, *targets, *events(service)]
    for task in tasks[:_TASKS_WITH_LOGS]:
        lines += _readable(partial(_log_lines, ecs_client, logs_client, task))
    return lines


def _readable(read: Callable[[], list[str]]) -> list[str]:
    try:
        return read()
    except AnsibleAWSError as error:
        return [str(error)]


def _stopped_tasks(client: Client, cluster: str, name: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the stopped tasks, newest first, and a line for each; AWS remembers them for an hour."""
    try:
        arns = api.task_arns(client, cluster, name, "STOPPED")
        tasks = api.tasks(client, cluster, arns)
    except AnsibleAWSError as error:
        return [], [str(error)]
    tasks.sort(key=lambda task: str(task.get("stoppedAt") or task.get("stoppingAt") or ""), reverse=True)
    failed = [task for task in tasks if task.get("stopCode") != "ServiceSchedulerInitiated" or _was_unhealthy(task)]
    return failed, stopped_tasks(failed)


def _was_unhealthy(task: Mapping[str, Any]) -> bool:
    """Tell a task that failed its health checks, which the scheduler stops, from one that it just replaced."""
    return "health check" in (task.get("stoppedReason") or "").lower()


def stopped_tasks(tasks: list[dict[str, Any]]) -> list[str]:
    """Return a line about each reason for which tasks stopped, at most ten. tasks: newest first."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for task in tasks:
        revision = short_name(task.get("taskDefinitionArn") or "")
        reasons.setdefault((revision, _reason(task)), []).append(short_name(task["taskArn"]))
    return [
        f"task {ids[0]} of {revision} stopped: {reason}"
        if len(ids) == 1
        else f"{len(ids)} tasks of {revision} stopped, the last is {ids[0]}: {reason}"
        for (revision, reason), ids in list(reasons.items())[:LINES]
    ]


def _reason(task: Mapping[str, Any]) -> str:
    reason = task.get("stoppedReason") or task.get("stopCode") or "no reason given"
    containers = [_container(item, reason) for item in task.get("containers") or []]
    return "; ".join([reason, *[told for told in containers if told]])


def _container(container: Mapping[str, Any], said: str) -> str:
    """Return what the container adds to what is said about its task already."""
    code, reason = container.get("exitCode"), container.get("reason")
    told = [f"exit code {code}"] if code else []
    if reason and reason not in said:
        told.append(reason)
    return f"container {container['name']}: {', '.join(told)}" if told else ""


def _unhealthy_targets(client: Client, service: Mapping[str, Any]) -> list[str]:
    return [
        line for arn in target_group_arns(service) for line in unhealthy_targets(elbv2.target_health(client, arn) or [])
    ]


def unhealthy_targets(health: list[dict[str, Any]]) -> list[str]:
    """Return a line about each target that gets no traffic, at most ten."""
    lines = []
    for item in health:
        state = item["TargetHealth"]
        if state["State"] in ("healthy", "draining", "unused"):
            continue
        why = ": ".join(part for part in (state.get("Reason"), state.get("Description")) if part)
        lines.append(
            f"target {item['Target']['Id']}:{item['Target']['Port']} is {state['State']}: {why or 'no reason'}"
        )
    return lines[:LINES]


def events(service: Mapping[str, Any]) -> list[str]:
    """Return a line about each of the service's last events, newest first, at most ten."""
    return [f"event: {event['message']}" for event in (service.get("events") or [])[:LINES]]


def _log_lines(ecs_client: Client, logs_client: Client, task: Mapping[str, Any]) -> list[str]:
    definition = api.task_definition(ecs_client, task["taskDefinitionArn"]) or {}
    lines = []
    for name, group, stream in log_streams(definition, short_name(task["taskArn"])):
        lines += [f"log of {name}: {message}" for message in _last_messages(logs_client, group, stream) or []]
    return lines


def log_streams(definition: Mapping[str, Any], task_id: str) -> Iterator[tuple[str, str, str]]:
    """Yield container, log group and log stream of each container that logs to CloudWatch."""
    for container in definition.get("containerDefinitions") or []:
        options = (container.get("logConfiguration") or {}).get("options") or {}
        if options.get("awslogs-group") and options.get("awslogs-stream-prefix"):
            stream = f"{options['awslogs-stream-prefix']}/{container['name']}/{task_id}"
            yield container["name"], options["awslogs-group"], stream


@described("read log stream {stream} of {group}")
@missing_is_none("ResourceNotFoundException")
def _last_messages(client: Client, group: str, stream: str) -> list[str] | None:
    answer = client.get_log_events(logGroupName=group, logStreamName=stream, limit=LINES, startFromHead=False)
    return [event["message"].rstrip() for event in answer["events"]]
