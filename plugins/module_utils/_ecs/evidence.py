# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What AWS knows about a deployment that does not succeed: its tasks, target health, service events, last log lines.

Each becomes one line of text. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
# Tasks whose containers' logs are read; the newest tell the cause.
_TASKS_WITH_LOGS = 1
# Characters of a task's id that tell it from the others in front of each line of its log.
_ID_CHARACTERS = 8

Task = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """The deployment that was asked for, as far as it is known: its revision, as AWS or a user names it, and its id."""

    task_definition: str | None = None
    deployment_id: str | None = None

    def own(self, tasks: list[Task]) -> list[Task]:
        """Return the tasks that the deployment has started, or without its id those of the revision."""
        if self.deployment_id is None:
            return self.alike(tasks)
        return [task for task in tasks if task.get("startedBy") == self.deployment_id]

    def alike(self, tasks: list[Task]) -> list[Task]:
        """Return the tasks of the revision."""
        wanted = short_name(self.task_definition or "")
        return [task for task in tasks if short_name(task.get("taskDefinitionArn") or "") == wanted]


def collect(
    ecs_client: Client,
    elbv2_client: Client,
    logs_client: Client,
    cluster: str,
    service: Mapping[str, Any],
    asked: Asked,
) -> list[str]:
    """Return the lines. What cannot be read is said in its line: the failure to explain is the first one."""
    found, targets = together(
        lambda: _tasks(ecs_client, cluster, service["serviceName"], asked),
        lambda: _readable(lambda: _unhealthy_targets(elbv2_client, service)),
    )
    tasks, told = found
    lines: list[str] = [*told, *targets, *events(service)]
    for task in tasks[:_TASKS_WITH_LOGS]:
        lines += _readable(partial(_log_lines, ecs_client, logs_client, task))
    return lines


def _readable(read: Callable[[], list[str]]) -> list[str]:
    try:
        return read()
    except AnsibleAWSError as error:
        return [str(error)]


def _tasks(client: Client, cluster: str, name: str, asked: Asked) -> tuple[list[Task], list[str]]:
    """Return the tasks that tell most, those first, and the lines about them.

    These are the deployment's own that have failed, else its own that run, else failed ones of the same revision.
    """
    try:
        failed = _failed_tasks(client, cluster, name)
        own = asked.own(failed) if asked != Asked() else failed
        if own or asked == Asked():
            return own, stopped_tasks(own)
        running = asked.own(_running_tasks(client, cluster, name))
    except AnsibleAWSError as error:
        return [], [str(error)]
    if running:
        return running, running_tasks(running)
    alike = asked.alike(failed)
    return alike, stopped_tasks(alike)


def _failed_tasks(client: Client, cluster: str, name: str) -> list[Task]:
    """Return the tasks that failed, newest first; AWS remembers them for an hour."""
    tasks = api.tasks(client, cluster, api.task_arns(client, cluster, name, "STOPPED"))
    tasks.sort(key=lambda task: str(task.get("stoppedAt") or task.get("stoppingAt") or ""), reverse=True)
    return [task for task in tasks if task.get("stopCode") != "ServiceSchedulerInitiated" or _was_unhealthy(task)]


def _running_tasks(client: Client, cluster: str, name: str) -> list[Task]:
    """Return the tasks that run or shall run, those with failing health checks first, then newest first."""
    tasks = api.tasks(client, cluster, api.task_arns(client, cluster, name, "RUNNING"))
    return sorted(
        tasks,
        key=lambda task: (task.get("healthStatus") == "UNHEALTHY", str(task.get("createdAt") or "")),
        reverse=True,
    )


def _was_unhealthy(task: Mapping[str, Any]) -> bool:
    """Tell a task that failed its health checks, which the scheduler stops, from one that it just replaced."""
    return "health check" in (task.get("stoppedReason") or "").lower()


def stopped_tasks(tasks: list[Task]) -> list[str]:
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


def running_tasks(tasks: list[Task]) -> list[str]:
    """Return a line about each task that runs or shall run, at most ten."""
    return [
        f"task {short_name(task['taskArn'])} of {short_name(task.get('taskDefinitionArn') or '')} is "
        + "; ".join([task.get("lastStatus") or "RUNNING", *_containers(task, "")])
        for task in tasks[:LINES]
    ]


def _reason(task: Mapping[str, Any]) -> str:
    reason = task.get("stoppedReason") or task.get("stopCode") or "no reason given"
    return "; ".join([reason, *_containers(task, reason)])


def _containers(task: Mapping[str, Any], said: str) -> list[str]:
    told = [_container(item, said) for item in task.get("containers") or []]
    return [line for line in told if line]


def _container(container: Mapping[str, Any], said: str) -> str:
    """Return what the container adds to what is said about its task already."""
    code, reason = container.get("exitCode"), container.get("reason")
    told = [f"exit code {code}"] if code else []
    if reason and reason not in said:
        told.append(reason)
    if container.get("healthStatus") == "UNHEALTHY":
        told.append("health status UNHEALTHY")
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
    task_id, lines = short_name(task["taskArn"]), []
    for name, group, stream in log_streams(definition, task_id):
        head = f"log of {name} in task {task_id[:_ID_CHARACTERS]}"
        lines += [f"{head}: {message}" for message in _last_messages(logs_client, group, stream) or []]
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
