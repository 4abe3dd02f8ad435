# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Tell what still exists from what AWS only remembers. Changes nothing.

Private to the collection. The Resource Groups Tagging API lists NAT gateways for about an hour after their deletion,
and ECS clusters, services, tasks and task definitions while ECS remembers them as INACTIVE or STOPPED.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api as ecs_api
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import cluster_api
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._network import api as network_api

_GONE_GATEWAY = ("deleted", "deleting")
_LIVE_REVISION = ("ACTIVE", "INACTIVE")


def alive(ec2: Client, ecs: Client, arns: Iterable[str]) -> list[str]:
    """Return those of the ARNs that exist; kinds that AWS forgets at once are taken at their word."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for arn in arns:
        kinds[_kind(arn)].append(arn)
    checks: dict[str, Callable[[list[str]], list[str]]] = {
        "ec2:natgateway": partial(_gateways, ec2),
        "ecs:cluster": partial(_each, partial(_cluster, ecs)),
        "ecs:service": partial(_each, partial(_service, ecs)),
        "ecs:task": partial(_each, partial(_task, ecs)),
        "ecs:task-definition": partial(_each, partial(_revision, ecs)),
    }
    checked = [partial(checks[kind], found) for kind, found in kinds.items() if kind in checks]
    rest = [arn for kind, found in kinds.items() if kind not in checks for arn in found]
    return sorted(rest + [arn for found in concurrently(*checked) for arn in found])


def _kind(arn: str) -> str:
    """Return service and type, like ec2:natgateway."""
    _arn, _partition, service, _region, _account, resource = arn.split(":", 5)
    return f"{service}:{resource.split('/')[0]}"


def _each(exists: Callable[[str], bool], arns: list[str]) -> list[str]:
    return [
        arn for arn, found in zip(arns, concurrently(*(partial(exists, arn) for arn in arns)), strict=True) if found
    ]


def _gateways(ec2: Client, arns: list[str]) -> list[str]:
    by_id = {arn.rsplit("/", 1)[1]: arn for arn in arns}
    found = network_api.nat_gateways_by_id(ec2, list(by_id))
    return [by_id[one["NatGatewayId"]] for one in found if one["State"] not in _GONE_GATEWAY]


def _cluster(ecs: Client, arn: str) -> bool:
    found = cluster_api.cluster(ecs, arn)
    return found is not None and found["status"] != "INACTIVE"


def _service(ecs: Client, arn: str) -> bool:
    found = _described_service(ecs, arn.split("/")[1], arn.rsplit("/", 1)[1])
    return found is not None and found["status"] != "INACTIVE"


@missing_is_none("ClusterNotFoundException")
def _described_service(ecs: Client, cluster: str, name: str) -> dict[str, Any] | None:
    found = ecs.describe_services(cluster=cluster, services=[name])["services"]
    return found[0] if found else None


def _task(ecs: Client, arn: str) -> bool:
    tasks = _described_tasks(ecs, arn.split("/")[1], arn) or []
    return any(task["lastStatus"] != "STOPPED" for task in tasks)


@described("describe task {arn}")
@missing_is_none("ClusterNotFoundException")
def _described_tasks(ecs: Client, cluster: str, arn: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ecs.describe_tasks(cluster=cluster, tasks=[arn])["tasks"]
    return found


def _revision(ecs: Client, arn: str) -> bool:
    found = ecs_api.task_definition(ecs, arn)
    return found is not None and found["status"] in _LIVE_REVISION
