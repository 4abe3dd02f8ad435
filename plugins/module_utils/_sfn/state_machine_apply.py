# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Make a state machine be as wanted, or be gone: look, plan, apply.

An update and the publishing of its version are one call of AWS. A machine whose current revision has no version,
because an earlier run was killed or did not publish, gets one in the next run that asks for it.

Private to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import api, document, names, state_machine
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.report import warnings_of
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.retries import (
    CREATION_SECONDS,
    NEW_ROLE,
    ROLE_SECONDS,
    until_accepted,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.state_machine import NEW_VERSION, Found
from ansible_collections.orchestra.aws.plugins.module_utils._values import (
    is_unknown,
    present,
    tag_changes,
    tag_list,
    tag_mapping,
    unknown,
)

DELETING = "DELETING"
STANDARD = "STANDARD"


@dataclass(frozen=True)
class Plan:
    """What is to be done with one machine. changed: the settings to update."""

    found: Found
    before: dict[str, Any]
    after: dict[str, Any]
    replace: bool = False
    changed: list[str] = field(default_factory=list)
    publish: bool = False
    delete_versions: list[str] = field(default_factory=list)

    @property
    def create(self) -> bool:
        return self.found.machine is None or self.replace

    def actions(self) -> list[str]:
        what = f"state machine {self.after['name']}"
        done = []
        if self.replace:
            done.append(f"delete {what}, because its type changes from {self.before['type']} to {self.after['type']}")
        if self.create:
            done.append(f"create {what}")
        elif self.changed:
            done.append(f"update {what}: {', '.join(self.changed)}")
        if not self.create and self.before["tags"] != self.after["tags"]:
            done.append(f"update tags of {what}")
        if self.publish:
            done.append(f"publish a version of {what}")
        return done + [f"delete version {version} of {what}" for version in self.delete_versions]


def look(client: Client, arn: str, publish: bool = False) -> Found:
    """Return what AWS has under an ARN, by three calls side by side; a machine that is being deleted counts as gone.

    publish: find out too whether the current revision has been published, which may take one more call.
    """
    machine, tags, versions = together(
        partial(api.machine, client, arn), partial(api.tags, client, arn), partial(api.versions, client, arn)
    )
    if machine is None or machine.get("status") == DELETING:
        return Found(arn)
    numbers = [version["stateMachineVersionArn"].rsplit(":", 1)[1] for version in versions or []]
    published = bool(publish and numbers) and revision_of(machine) == _newest_revision(client, machine, numbers)
    return Found(arn, machine, tag_mapping(tags), numbers, published)


def revision_of(machine: dict[str, Any] | None) -> str | None:
    """A machine that was never updated has no revision id, or the word INITIAL."""
    revision = (machine or {}).get("revisionId")
    return None if revision == "INITIAL" else revision


def _newest_revision(client: Client, machine: dict[str, Any], numbers: list[str]) -> str | None:
    if revision_of(machine) is None:
        return None
    return revision_of(api.machine(client, f"{machine['stateMachineArn']}:{numbers[0]}"))


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Create, update or replace the machine, publish and clear versions."""
    wanted = None
    if params["definition"] is not None or params["definition_file"] is not None:
        read = document.read(params["definition"], params["definition_file"])
        wanted = document.substitute(read, params["substitutions"])
    state_machine.validate(params)
    linted_as = params["type"] or STANDARD
    warnings = warnings_of(params, wanted, linted_as)
    client = clients("stepfunctions")
    found = look(client, names.machine_arn(clients, params["name"]), params["publish"])
    plan = _plan(client, params, wanted, found)
    if plan.after["type"] != linted_as:
        warnings = warnings_of(params, wanted, plan.after["type"])
    if check_mode:
        machine = _predicted(plan)
    else:
        if is_unknown(plan.after):
            raise InputError(
                "A placeholder of check mode stands in the options; outside of check mode it means nothing."
            )
        machine = _apply(client, params, plan)
    return Outcome(plan.before, plan.after, plan.actions(), {"state_machine": machine, "lint": warnings})


def _plan(client: Client, params: dict[str, Any], wanted: Any, found: Found) -> Plan:
    before = state_machine.normalize(found)
    replace = bool(before) and params["type"] not in (None, before["type"])
    if replace and not params["replace"]:
        raise InputError(
            f"State machine {params['name']} is {before['type']} and AWS cannot make it {params['type']}: "
            "replace: true deletes it, with its versions, aliases and executions, and creates it anew."
        )
    after = state_machine.desired(params, wanted, before)
    changed = [] if replace or not before else state_machine.changes(before, after)
    publish = params["publish"] and (bool(changed) or replace or not found.published)
    versions = ([NEW_VERSION] if publish else []) + ([] if replace else found.versions)
    surplus = state_machine.superfluous(versions, params["keep_versions"], set())
    if surplus:
        surplus = state_machine.superfluous(versions, params["keep_versions"], _used(client, found.arn))
    after["versions"] = [version for version in versions if version not in surplus]
    return Plan(found, before, after, replace, changed, publish, surplus)


def _used(client: Client, arn: str) -> set[str]:
    """Return the numbers of the versions that an alias routes to."""
    aliases = [alias["stateMachineAliasArn"] for alias in api.aliases(client, arn) or []]
    described = concurrently(*[partial(api.alias, client, alias) for alias in aliases])
    routes = [route for alias in described if alias for route in alias["routingConfiguration"]]
    return {route["stateMachineVersionArn"].rsplit(":", 1)[1] for route in routes}


def _predicted(plan: Plan) -> dict[str, Any]:
    machine = {} if plan.create else plan.found.machine or {}
    revision = unknown() if plan.changed else revision_of(machine)
    version = unknown(f"{plan.found.arn}:") if plan.publish else None if plan.create else plan.found.version_arn()
    return state_machine.describe(plan.after, {**machine, "stateMachineArn": plan.found.arn}, revision, version)


def _apply(client: Client, params: dict[str, Any], plan: Plan) -> dict[str, Any]:
    arn, what = plan.found.arn, f"state machine {plan.after['name']}"
    patience = {NEW_ROLE: ROLE_SECONDS, "StateMachineDeleting": params["wait_timeout"]}
    publishing = present({"publish": True, "versionDescription": params["version_description"]}) if plan.publish else {}
    answer: dict[str, Any] = {}
    if plan.create:
        if plan.replace:
            api.delete_machine(client, arn)
            _wait_gone(client, arn, params["wait_timeout"])
        settings = {**state_machine.creation(plan.after), **publishing}
        answer = until_accepted(f"the creation of {what}", lambda: api.create_machine(client, settings), patience)
    elif plan.changed:
        # AWS asks for a definition or a role in every update.
        settings = {**state_machine.request(plan.after, sorted({*plan.changed, "role_arn"})), **publishing}
        answer = until_accepted(f"the update of {what}", lambda: api.update_machine(client, arn, settings), patience)
    elif plan.publish:
        revision = {"revisionId": revision_of(plan.found.machine), "description": params["version_description"]}
        answer = api.publish(client, arn, present(revision))
    if not plan.create:
        _retag(client, arn, plan.before["tags"], plan.after["tags"])
    for version in plan.delete_versions:
        api.delete_version(client, f"{arn}:{version}")
    return _made(client, plan, answer)


def _made(client: Client, plan: Plan, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the machine: reads may lag some seconds behind, so what was just set is taken from the plan."""
    described: dict[str, Any] = {} if plan.create else plan.found.machine or {}

    def visible() -> bool:
        nonlocal described
        described = described or api.machine(client, plan.found.arn) or {}
        return bool(described)

    _wait.until(f"state machine {plan.after['name']} to be visible", visible, CREATION_SECONDS)
    revision = answer.get("revisionId") or revision_of(described)
    version = answer.get("stateMachineVersionArn") or (None if plan.create else plan.found.version_arn())
    return state_machine.describe(plan.after, described, revision, version)


def _retag(client: Client, arn: str, current: dict[str, str], wanted: dict[str, str]) -> None:
    to_set, to_remove = tag_changes(current, wanted)
    if to_set:
        api.tag(client, arn, tag_list(to_set, "key", "value"))
    if to_remove:
        api.untag(client, arn, to_remove)


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the machine with its versions and aliases, and wait until AWS says that it is gone."""
    client = clients("stepfunctions")
    arn = names.machine_arn(clients, params["name"])
    found = look(client, arn)
    if not check_mode:
        if found.machine is not None:
            api.delete_machine(client, arn)
        if params["wait"]:
            _wait_gone(client, arn, params["wait_timeout"])
    actions = [f"delete state machine {params['name']}"] if found.machine is not None else []
    # Asked anew: one that an earlier run has begun to delete is waited for too.
    is_going = not (check_mode or params["wait"]) and api.machine(client, arn) is not None
    wait_for = [{"state_machine": arn}] if is_going else []
    return Outcome(state_machine.normalize(found), {}, actions, {"wait_for": wait_for})


def _wait_gone(client: Client, arn: str, timeout: float) -> None:
    state = ""

    def gone() -> bool:
        nonlocal state
        machine = api.machine(client, arn)
        state = machine.get("status", "") if machine else ""
        return machine is None

    _wait.until(f"state machine {names.machine_name(arn)} to be deleted", gone, timeout, lambda: state)
