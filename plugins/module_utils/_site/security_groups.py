# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The security groups of a site: VPC link -> load balancer -> tasks, each port by itself. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def security_groups(
    name: str, services: Sequence[Mapping[str, Any]], task_egress: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the groups in the form of the vpc_network module's option security_groups.

    task_egress: rules for what the tasks may reach besides answering; registries and AWS's APIs need port 443.
    """
    link, balancer, tasks = f"{name}-vpc-link", f"{name}-alb", f"{name}-tasks"
    listeners = sorted({int(service["listener_port"]) for service in services})
    containers = sorted({int(service["container_port"]) for service in services})
    return [
        {
            "name": link,
            "description": "VPC link of the HTTP API",
            "ingress": [],
            "egress": _rules(listeners, balancer),
        },
        {
            "name": balancer,
            "description": "Internal load balancer",
            "ingress": _rules(listeners, link),
            "egress": _rules(containers, tasks),
        },
        {
            "name": tasks,
            "description": "Tasks of the services",
            "ingress": _rules(containers, balancer),
            "egress": [dict(rule) for rule in task_egress],
        },
    ]


def _rules(ports: Sequence[int], group: str) -> list[dict[str, Any]]:
    return [{"protocol": "tcp", "port": port, "group": group} for port in ports]
