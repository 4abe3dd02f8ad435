# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The security groups of a site: VPC link -> load balancer -> tasks, each port by itself. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def security_groups(
    name: str,
    services: Sequence[Mapping[str, Any]],
    task_egress: Sequence[Mapping[str, Any]],
    wanted_endpoints: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Return the groups in the form of the vpc_network module's option security_groups.

    task_egress: rules for what the tasks may reach besides answering; registries and AWS's APIs need port 443.
    wanted_endpoints: the VPC endpoints; those that need a group and name none get one.
    """
    link, balancer, tasks = f"{name}-vpc-link", f"{name}-alb", f"{name}-tasks"
    listeners = sorted({int(service["listener_port"]) for service in services})
    containers = sorted({int(service["container_port"]) for service in services})
    own = [_ENDPOINTS.format(name)] if any(_needs_group(endpoint) for endpoint in wanted_endpoints) else []
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
        *(
            {"name": group, "description": "VPC endpoints", "ingress": _rules([443], tasks), "egress": []}
            for group in own
        ),
    ]


_ENDPOINTS = "{}-endpoints"
_GATEWAYS = ("s3", "dynamodb")


def _needs_group(endpoint: Mapping[str, Any]) -> bool:
    service = str(endpoint.get("service", ""))
    kind = endpoint.get("type") or ("gateway" if service.rsplit(".", 1)[-1] in _GATEWAYS else "interface")
    return kind == "interface" and not endpoint.get("security_groups")


def endpoints(wanted: Sequence[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return VPC endpoints in the form of the vpc_network module's option endpoints, with the site's own group."""
    group = {"security_groups": [_ENDPOINTS.format(name)]}
    return [{**endpoint, **(group if _needs_group(endpoint) else {})} for endpoint in wanted]


def _rules(ports: Sequence[int], group: str) -> list[dict[str, Any]]:
    return [{"protocol": "tcp", "port": port, "group": group} for port in ports]
