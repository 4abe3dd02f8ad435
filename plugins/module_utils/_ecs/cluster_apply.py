# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Make, change and delete ECS clusters.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _retry, _wait
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import cluster, cluster_api
from ansible_collections.orchestra.aws.plugins.module_utils._iam import identity
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes, unknown

# Refusals that end when the work that ECS is doing ends.
BUSY = ("UpdateInProgressException", "ResourceInUseException")
# Refusals to delete that end when the last service or task is gone.
OCCUPIED = ("ClusterContainsServicesException", "ClusterContainsTasksException")


def busy(code: str, message: str) -> bool:
    """Tell whether a refused change passes by itself.

    The first cluster of an account comes before ECS may assume the service-linked role that it makes for it.
    """
    return code in BUSY or (code == "InvalidParameterException" and "service linked role" in message.lower())


def occupied(code: str, message: str) -> bool:
    """Tell whether a refused deletion passes: once the update is done, or the services and tasks have stopped."""
    return code in OCCUPIED or busy(code, message)


def _find(client: Client, name: str) -> dict[str, Any] | None:
    """Return the cluster; one that is INACTIVE is deleted, even if AWS goes on describing it."""
    found = cluster_api.cluster(client, name)
    return None if found is None or found["status"] == "INACTIVE" else found


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Make the cluster, or change what differs, and wait for it when asked to."""
    cluster.validate(params)
    client = clients("ecs")
    found = _find(client, params["name"])
    # One that is being deleted is as good as gone: the name can be used again in a moment.
    leaving = found is not None and found["status"] == "DEPROVISIONING"
    current = None if leaving else found
    before = cluster.settings(current)
    after = cluster.desired(params, before)
    actions = cluster.sentences(before, after)
    if check_mode:
        result = {**_predicted(clients, current, after), **after}
    else:
        if leaving:
            _wait_gone(client, params["name"], params["wait_timeout"])
        result = _apply(client, params, current, before, after)
    return Outcome(before, after, actions, {"cluster": result})


def _predicted(clients: Clients, current: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is not a setting, and for a new cluster what only AWS decides."""
    if current:
        return {"cluster_arn": current["clusterArn"], "status": current["status"]}
    caller = identity.caller(clients("sts"))
    region = clients("ecs").meta.region_name
    arn = f"arn:{caller.partition}:ecs:{region}:{caller.account}:cluster/{after['name']}"
    return {"cluster_arn": arn, "status": "ACTIVE", "container_insights": unknown()}


def _apply(
    client: Client,
    params: dict[str, Any],
    current: Mapping[str, Any] | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> dict[str, Any]:
    name = after["name"]
    timeout = params["wait_timeout"]
    described: Mapping[str, Any] | None = None
    if current is None:
        create = partial(cluster_api.create_cluster, client, name, cluster.create_request(after), after["tags"])
        _retry.until_accepted(f"ECS to create cluster {name}", create, busy, timeout)
    elif cluster.plan(before, after):
        _update(client, current, before, after, timeout)
    else:
        described = current
    if params["wait"] and not (described and _ready(described)):
        described = _wait_ready(client, name, timeout)
    described = described or cluster_api.cluster(client, name) or {}
    known = {"cluster_arn": described["clusterArn"], "status": described["status"]}
    return {**cluster.settings(described), **after, **known}


def _update(
    client: Client, current: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], timeout: float
) -> None:
    name = after["name"]
    steps = cluster.plan(before, after)
    if "settings" in steps:
        changed = {key: after[key] for key in ("container_insights", "execute_command") if before[key] != after[key]}
        request = cluster.settings_request(changed, current.get("configuration"))
        update = partial(cluster_api.update_cluster, client, name, request)
        _retry.until_accepted(f"ECS to update cluster {name}", update, busy, timeout)
    if "capacity" in steps:
        put = partial(
            cluster_api.put_capacity_providers,
            client,
            name,
            after["capacity_providers"],
            cluster.strategy_request(after),
        )
        _retry.until_accepted(f"ECS to set the capacity providers of cluster {name}", put, busy, timeout)
    if "tags" in steps:
        to_set, to_remove = tag_changes(before["tags"], after["tags"])
        if to_set:
            cluster_api.tag(client, current["clusterArn"], to_set)
        if to_remove:
            cluster_api.untag(client, current["clusterArn"], to_remove)


def _ready(described: Mapping[str, Any]) -> bool:
    return described["status"] == "ACTIVE" and described.get("attachmentsStatus") != "UPDATE_IN_PROGRESS"


def _wait_ready(client: Client, name: str, timeout: float) -> dict[str, Any]:
    """Wait until the cluster is active and its capacity providers are attached; return it."""
    seen: dict[str, Any] = {}

    def ready() -> bool:
        nonlocal seen
        seen = _find(client, name) or {"status": "INACTIVE"}
        if seen["status"] in ("FAILED", "INACTIVE") or seen.get("attachmentsStatus") == "UPDATE_FAILED":
            raise AnsibleAWSError(message=f"ECS cluster {name} cannot be used: its state is {state()}.")
        return _ready(seen)

    def state() -> str:
        return " ".join(part for part in (seen["status"], seen.get("attachmentsStatus")) if part)

    _wait.until(f"ECS cluster {name} to be ready", ready, timeout, state)
    return seen


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the cluster, once its services and tasks are gone, and wait until it is inactive."""
    cluster.validate(params)
    client = clients("ecs")
    name = params["name"]
    timeout = params["wait_timeout"]
    found = _find(client, name)
    leaving = found is not None and found["status"] == "DEPROVISIONING"
    actions = [f"delete ECS cluster {name}"] if found and not leaving else []
    if found and not check_mode:
        if not leaving:
            what = f"ECS cluster {name} to be free of services and tasks, so that it can be deleted"
            _retry.until_accepted(what, partial(cluster_api.delete_cluster, client, name), occupied, timeout)
        if params["wait"]:
            _wait_gone(client, name, timeout)
    return Outcome(cluster.settings(found) if actions else {}, {}, actions)


def _wait_gone(client: Client, name: str, timeout: float) -> None:
    status = ""

    def gone() -> bool:
        nonlocal status
        found = _find(client, name)
        status = found["status"] if found else ""
        return found is None

    _wait.until(f"ECS cluster {name} to be deleted", gone, timeout, lambda: status)
