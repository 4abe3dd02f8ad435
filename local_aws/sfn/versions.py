# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Published versions of state machines, and the aliases that route executions to them."""

from __future__ import annotations

import json
import random
from typing import Any

from local_aws.sfn import errors
from local_aws.sfn.backend import Backend
from local_aws.sfn.errors import api_error
from local_aws.sfn.model import Alias, StateMachine, Version, now

MAX_VERSIONS = 1_000
MAX_ALIASES = 100
MAX_ALIAS_DESCRIPTION = 256


def publish(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """PublishStateMachineVersion: the version of the current revision; ConflictException for a stale revisionId."""
    with backend.lock:
        machine = backend.find_active(request["stateMachineArn"])
        wanted, current = request.get("revisionId"), machine.revision.revision_id
        if wanted is not None and wanted != current:
            raise api_error(
                "ConflictException",
                f"Failed to publish the State Machine version for revision {wanted}. "
                f"The current State Machine revision is {current}.",
            )
        version = publish_current(machine, request.get("description"))
    return {"creationDate": version.created, "stateMachineVersionArn": version.arn}


def publish_current(machine: StateMachine, description: str | None) -> Version:
    """The version of the current revision, a new one only if there is none yet."""
    for version in machine.versions.values():
        if version.revision.revision_id == machine.revision.revision_id:
            return version
    if len(machine.versions) >= MAX_VERSIONS:
        raise api_error("ServiceQuotaExceededException", f"A state machine has at most {MAX_VERSIONS} versions.")
    machine.last_version += 1
    number = machine.last_version
    version = Version(f"{machine.arn}:{number}", number, machine.revision, description, now())
    machine.versions[number] = version
    return version


def list_versions(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """ListStateMachineVersions, the latest first."""
    machine = backend.find(request["stateMachineArn"])
    ordered = sorted(machine.versions.values(), key=lambda version: -version.number)
    shown, token = errors.page(ordered, request, lambda version: str(version.arn))
    items = [{"stateMachineVersionArn": version.arn, "creationDate": version.created} for version in shown]
    return {"stateMachineVersions": items, "nextToken": token}


def delete_version(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteStateMachineVersion: refused while an alias routes to it; a missing one is deleted successfully."""
    arn = request["stateMachineVersionArn"]
    unqualified, _, qualifier = errors.state_machine_arn(arn)
    if qualifier is None or not qualifier.isdigit():
        raise api_error("ValidationException", f"Invalid version ARN: '{arn}'")
    with backend.lock:
        machine = next((machine for machine in backend.state_machines if machine.arn == unqualified), None)
        if machine is None:
            return {}
        names = [alias.name for alias in machine.aliases.values() if alias.routes_to(arn)]
        if names:
            raise api_error(
                "ConflictException",
                "Version to be deleted must not be referenced by an alias. "
                f"Current list of aliases referencing this version: [{', '.join(names)}]",
            )
        machine.versions.pop(int(qualifier), None)
    return {}


def create_alias(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """CreateStateMachineAlias: idempotent for the same name, description and routing."""
    name = errors.check_alias_name(request.get("name"))
    description = _checked_description(request.get("description"))
    with backend.lock:
        routing, machine = _checked_routing(backend, request.get("routingConfiguration") or [])
        existing = machine.aliases.get(name)
        if existing is not None:
            if (existing.description, existing.routing) != (description, routing):
                raise api_error(
                    "ConflictException",
                    "Failed to create alias because an alias with the same name and a different routing "
                    "configuration already exists.",
                )
            return {"stateMachineAliasArn": existing.arn, "creationDate": existing.created}
        if len(machine.aliases) >= MAX_ALIASES:
            raise api_error("ServiceQuotaExceededException", f"A state machine has at most {MAX_ALIASES} aliases.")
        created = now()
        alias = Alias(f"{machine.arn}:{name}", name, description, routing, created, created)
        machine.aliases[name] = alias
    return {"stateMachineAliasArn": alias.arn, "creationDate": created}


def update_alias(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateStateMachineAlias."""
    if request.get("description") is None and not request.get("routingConfiguration"):
        raise api_error(
            "MissingRequiredParameter", "Either the description or the RoutingConfiguration must be specified"
        )
    with backend.lock:
        alias = find_alias(backend, request["stateMachineAliasArn"])
        if request.get("routingConfiguration"):
            routing, machine = _checked_routing(backend, request["routingConfiguration"])
            if alias.arn != f"{machine.arn}:{alias.name}":
                raise api_error(
                    "ValidationException", "Routing configuration must contain versions of the alias's state machine."
                )
            alias.routing = routing
        if request.get("description") is not None:
            alias.description = _checked_description(request["description"])
        alias.updated = now()
    return {"updateDate": alias.updated}


def describe_alias(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStateMachineAlias."""
    alias = find_alias(backend, request["stateMachineAliasArn"])
    answer = {
        "stateMachineAliasArn": alias.arn,
        "name": alias.name,
        "routingConfiguration": alias.routing,
        "creationDate": alias.created,
        "updateDate": alias.updated,
    }
    if alias.description:
        answer["description"] = alias.description
    return answer


def list_aliases(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """ListStateMachineAliases: of a machine, or of one version when the ARN names one."""
    arn = request["stateMachineArn"]
    machine = backend.find(arn)
    aliases = [alias for alias in machine.aliases.values() if arn == machine.arn or alias.routes_to(arn)]
    shown, token = errors.page(sorted(aliases, key=lambda alias: alias.created), request, lambda alias: str(alias.arn))
    items = [{"stateMachineAliasArn": alias.arn, "creationDate": alias.created} for alias in shown]
    return {"stateMachineAliases": items, "nextToken": token}


def delete_alias(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteStateMachineAlias: a missing one is deleted successfully (recorded)."""
    unqualified, _, name = errors.state_machine_arn(request["stateMachineAliasArn"])
    with backend.lock:
        for machine in backend.state_machines:
            if machine.arn == unqualified and name is not None:
                machine.aliases.pop(name, None)
    return {}


def find_alias(backend: Backend, arn: str) -> Alias:
    """The alias that an ARN names; ResourceNotFound."""
    unqualified, _, name = errors.state_machine_arn(arn)
    machine = next((machine for machine in backend.state_machines if machine.arn == unqualified), None)
    alias = machine.aliases.get(name) if machine is not None and name is not None else None
    if alias is None:
        raise api_error("ResourceNotFound", "Request references a resource that does not exist.")
    return alias


def route(alias: Alias) -> str:
    """The version that the next execution of the alias uses, drawn by the weights."""
    arns = [entry["stateMachineVersionArn"] for entry in alias.routing]
    return str(random.choices(arns, weights=[entry["weight"] for entry in alias.routing])[0])


def _checked_routing(backend: Backend, routing: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], StateMachine]:
    """The routing configuration and its state machine; ValidationException in the order that was recorded."""
    if not 1 <= len(routing) <= 2:
        rule = "Member must have length less than or equal to 2"
        raise errors.constraint(json.dumps(routing), "routingConfiguration", rule)
    arns = [str(entry["stateMachineVersionArn"]) for entry in routing]
    received = f"Received: [{', '.join(arns)}]"
    if len(set(arns)) < len(arns):
        raise _routing_error(f"must contain distinct state machine version ARNs. {received}")
    weights = [entry["weight"] for entry in routing]
    for index, weight in enumerate(weights, 1):
        if not 0 <= weight <= 100:
            rule = "Member must have value between 0 and 100"
            raise errors.constraint(weight, f"routingConfiguration.{index}.member.weight", rule)
    if sum(weights) != 100:
        message = f"Sum of routing configuration weights must equal 100. Received: {json.dumps(weights)}"
        raise api_error("ValidationException", message)
    machines = []
    for arn in arns:
        _, _, qualifier = errors.state_machine_arn(arn)
        machine = backend.find_active(arn)
        if qualifier is None or not qualifier.isdigit() or int(qualifier) not in machine.versions:
            raise _routing_error(f"must contain state machine version ARNs. {received}")
        machines.append(machine)
    if any(machine is not machines[0] for machine in machines):
        raise _routing_error(f"must contain versions of the same state machine. {received}")
    clean = [{"stateMachineVersionArn": arn, "weight": weight} for arn, weight in zip(arns, weights, strict=True)]
    return clean, machines[0]


def _checked_description(description: str | None) -> str | None:
    if description is not None and len(description) > MAX_ALIAS_DESCRIPTION:
        rule = f"Member must have length less than or equal to {MAX_ALIAS_DESCRIPTION}"
        raise errors.constraint(description, "description", rule)
    return description


def _routing_error(text: str) -> Exception:
    return api_error("ValidationException", f"Routing configuration {text}")
