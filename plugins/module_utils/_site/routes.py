# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The routes of a site's HTTP API: what the services serve, through the VPC link. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def api_routes(
    services: Sequence[Mapping[str, Any]], listener_arns: Mapping[str, str], vpc_link_id: str
) -> list[dict[str, Any]]:
    """Return the routes in the form of the http_api module's option routes.

    A private integration forwards the whole path of the request, so each route overwrites it with the
    path that the service serves. A route's own path cannot end with a slash: a service's "/" has its name alone.
    listener_arns: service -> ARN of its listener, which identifies the service.
    """
    routes = []
    for service in services:
        for method, path in (("POST", service["process_path"]), ("GET", service["health_check_path"])):
            routes.append(
                {
                    "key": route_key(method, service["name"], path),
                    "authorization": service["authorization"],
                    "integration": {
                        "type": "HTTP_PROXY",
                        "method": method,
                        "uri": listener_arns[service["name"]],
                        "vpc_link_id": vpc_link_id,
                        "timeout_milliseconds": int(service["timeout_milliseconds"]),
                        "request_parameters": {"overwrite:path": path},
                    },
                }
            )
    return routes


def route_key(method: str, service: str, path: str) -> str:
    """Return the key of the route to a path of a service."""
    return f"{method} /{service}{path.rstrip('/')}"


def listener_arns(
    services: Sequence[Mapping[str, Any]],
    hosts: Mapping[str, Mapping[str, Any]],
    listeners: Sequence[Mapping[str, Any]],
) -> dict[str, str]:
    """Return service -> ARN of its listener, for the services that have one.

    hosts: variables of the hosts; a service that this run has made has its result among them.
    listeners: those that the load balancer had when the run began, for services that this run leaves alone.
    """
    found = {int(listener["port"]): listener["listener_arn"] for listener in listeners}
    arns = {}
    for service in services:
        made = hosts.get(service["name"], {}).get("ecs_service__result") or {}
        arn = made.get("service", {}).get("listener_arn") or found.get(int(service["listener_port"]))
        if arn:
            arns[service["name"]] = arn
    return arns
