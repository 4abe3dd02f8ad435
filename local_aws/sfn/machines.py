# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Create, update, describe, list and delete state machines; their tags.

Semantics: API reference of Step Functions; what was recorded on AWS where the reference is silent.
"""

from __future__ import annotations

import dataclasses
import re
import uuid
from typing import Any

from local_aws import identity
from local_aws.sfn import definition, errors, logging, versions
from local_aws.sfn.backend import Backend
from local_aws.sfn.errors import api_error
from local_aws.sfn.model import INITIAL_REVISION, Revision, StateMachine, Version, now

MAX_TAGS = 50
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
_CANNOT_ASSUME = (
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the "
    "provided role."
)


def create(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """CreateStateMachine: idempotent for the same name, definition, type, logging and tracing."""
    name = errors.check_name(request.get("name"))
    kind = request.get("type") or "STANDARD"
    if kind not in {"STANDARD", "EXPRESS"}:
        raise errors.constraint(kind, "type", "Member must satisfy enum value set: [STANDARD, EXPRESS]")
    _check_version_description(request)
    _check_tags(request.get("tags") or [])
    definition.check(request["definition"], kind)
    with backend.lock:
        arn = backend.arn_of(name)
        existing = next((machine for machine in backend.state_machines if machine.arn == arn), None)
        if existing is not None:
            return _created_again(backend, existing, kind, request)
        role_arn = _checked_role(backend, request["roleArn"], arn)
        revision = Revision(
            definition=request["definition"],
            role_arn=role_arn,
            logging=logging.checked(request.get("loggingConfiguration"), role_arn),
            tracing=_tracing(request.get("tracingConfiguration")),
            encryption=request.get("encryptionConfiguration") or {"type": "AWS_OWNED_KEY"},
        )
        created = now()
        machine = StateMachine(arn, name, kind, revision, created, created)
        backend.add(machine)
        backend.tagger.tag_resource(arn, request.get("tags") or [])
        answer = {"stateMachineArn": arn, "creationDate": created}
        if request.get("publish"):
            answer["stateMachineVersionArn"] = versions.publish_current(machine, request.get("versionDescription")).arn
        return answer


def _created_again(backend: Backend, machine: StateMachine, kind: str, request: dict[str, Any]) -> dict[str, Any]:
    """Role and tags are ignored, as documented; anything else must be the same."""
    backend.find_active(machine.arn)
    revision = machine.revision
    same = (
        machine.type == kind
        and revision.definition == request["definition"]
        and revision.logging == logging.checked(request.get("loggingConfiguration"), revision.role_arn)
        and revision.tracing == _tracing(request.get("tracingConfiguration"))
    )
    if not same:
        raise api_error("StateMachineAlreadyExists", f"State Machine Already Exists: '{machine.arn}'")
    answer = {"stateMachineArn": machine.arn, "creationDate": machine.created}
    if request.get("publish"):
        answer["stateMachineVersionArn"] = versions.publish_current(machine, request.get("versionDescription")).arn
    return answer


def update(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateStateMachine: a new revision when something changed; running executions keep theirs."""
    fields = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
    if not any(request.get(field) for field in fields):
        raise api_error(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration or the "
            "TracingConfiguration must be specified",
        )
    _check_version_description(request)
    with backend.lock:
        machine = backend.find_active(request["stateMachineArn"])
        if request.get("definition"):
            definition.check(request["definition"], machine.type)
        revision = _revised(backend, machine.revision, request)
        if revision != machine.revision:
            machine.revision = dataclasses.replace(revision, revision_id=str(uuid.uuid4()))
        machine.updated = now()
        answer: dict[str, Any] = {"updateDate": machine.updated}
        if machine.revision.revision_id != INITIAL_REVISION:
            answer["revisionId"] = machine.revision.revision_id
        if request.get("publish"):
            answer["stateMachineVersionArn"] = versions.publish_current(machine, request.get("versionDescription")).arn
        return answer


def _revised(backend: Backend, revision: Revision, request: dict[str, Any]) -> Revision:
    changes: dict[str, Any] = {}
    if request.get("definition"):
        changes["definition"] = request["definition"]
    if request.get("roleArn"):
        changes["role_arn"] = _checked_role(backend, request["roleArn"], str(request["stateMachineArn"]))
    role_arn = changes.get("role_arn", revision.role_arn)
    if request.get("loggingConfiguration"):
        changes["logging"] = logging.checked(request["loggingConfiguration"], role_arn)
    if request.get("tracingConfiguration"):
        changes["tracing"] = _tracing(request["tracingConfiguration"])
    if request.get("encryptionConfiguration"):
        changes["encryption"] = request["encryptionConfiguration"]
    return dataclasses.replace(revision, **changes)


def describe(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStateMachine: the machine, or the version that the ARN names."""
    arn = request["stateMachineArn"]
    machine = backend.find(arn)
    if arn == machine.arn:
        return description(machine, machine.revision)
    return description(machine, None, backend.version(arn))


def description(machine: StateMachine, revision: Revision | None, version: Version | None = None) -> dict[str, Any]:
    """What the Describe operations tell of one revision or version."""
    shown = version.revision if version else revision
    assert shown is not None
    answer = {
        "stateMachineArn": version.arn if version else machine.arn,
        "name": machine.name,
        "status": machine.status,
        "definition": shown.definition,
        "roleArn": shown.role_arn,
        "type": machine.type,
        "creationDate": version.created if version else machine.created,
        "loggingConfiguration": shown.logging,
        "tracingConfiguration": shown.tracing,
        "encryptionConfiguration": shown.encryption,
    }
    if shown.revision_id != INITIAL_REVISION:
        answer["revisionId"] = shown.revision_id
    if version and version.description:
        answer["description"] = version.description
    return answer


def list_all(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """ListStateMachines, by name."""
    machines = sorted(backend.state_machines, key=lambda machine: machine.name)
    shown, token = errors.page(machines, request, lambda machine: str(machine.arn))
    items = [
        {
            "stateMachineArn": machine.arn,
            "name": machine.name,
            "type": machine.type,
            "creationDate": machine.created,
        }
        for machine in shown
    ]
    return {"stateMachines": items, "nextToken": token}


def delete(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteStateMachine: asynchronous; one that does not exist is deleted successfully."""
    unqualified, _, qualifier = errors.state_machine_arn(request["stateMachineArn"])
    if qualifier is not None:
        raise api_error("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {request['stateMachineArn']}'")
    machine = next((machine for machine in backend.state_machines if machine.arn == unqualified), None)
    if machine is not None:
        backend.delete(machine)
    return {}


def validate(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """ValidateStateMachineDefinition; `severity` ERROR leaves warnings out."""
    found = definition.diagnose(request["definition"], request.get("type") or "STANDARD")
    limit = request.get("maxResults") or 100
    items = [diagnostic.as_dict() for diagnostic in found]
    return {"result": "FAIL" if items else "OK", "diagnostics": items[:limit], "truncated": len(items) > limit}


def tag(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """TagResource."""
    arn = _taggable(backend, request["resourceArn"])
    new = request.get("tags") or []
    _check_tags(new)
    if len({**backend.tagger.get_tag_dict_for_resource(arn), **{item["key"]: "" for item in new}}) > MAX_TAGS:
        raise api_error("TooManyTags", f"The resource has more than {MAX_TAGS} tags: '{arn}'")
    backend.tagger.tag_resource(arn, new)
    return {}


def untag(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """UntagResource."""
    arn = _taggable(backend, request["resourceArn"])
    backend.tagger.untag_resource_using_names(arn, request.get("tagKeys") or [])
    return {}


def list_tags(backend: Backend, request: dict[str, Any]) -> dict[str, Any]:
    """ListTagsForResource."""
    tags: dict[str, Any] = backend.tagger.list_tags_for_resource(_taggable(backend, request["resourceArn"]))
    return tags


def _taggable(backend: Backend, arn: str) -> str:
    known = [machine.arn for machine in backend.state_machines] + list(backend.activities)
    if arn not in known:
        raise api_error("ResourceNotFound", f"Resource not found: '{arn}'")
    return arn


def _check_tags(tags: list[dict[str, str]]) -> None:
    if len(tags) > MAX_TAGS:
        raise api_error("TooManyTags", f"A state machine has at most {MAX_TAGS} tags.")


def _check_version_description(request: dict[str, Any]) -> None:
    if request.get("versionDescription") and not request.get("publish"):
        raise api_error("ValidationException", "Version description can only be set when publish is true")


def _checked_role(backend: Backend, role_arn: Any, machine_arn: str) -> str:
    """A role that exists and that Step Functions may assume for this state machine."""
    if not isinstance(role_arn, str) or not _ROLE.fullmatch(role_arn):
        raise api_error("InvalidArn", f"Invalid Role Arn: '{role_arn}'")
    principals = ("states.amazonaws.com", f"states.{backend.region_name}.amazonaws.com")
    if not any(identity.can_be_assumed_by(role_arn, principal, machine_arn) for principal in principals):
        raise api_error("AccessDeniedException", _CANNOT_ASSUME)
    return role_arn


def _tracing(configuration: dict[str, Any] | None) -> dict[str, Any]:
    return {"enabled": bool((configuration or {}).get("enabled", False))}
