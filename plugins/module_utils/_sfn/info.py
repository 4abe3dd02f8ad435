# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Read state machines and executions, in bulk where AWS allows it. Nothing here changes anything.

Private to the collection.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import alias, api, execution, execution_api, names
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import state_machine as machines
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.execution_apply import described
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.state_machine_apply import look, revision_of


def state_machines(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Return the machine of a name or ARN, or all, or those with a prefix."""
    client = clients("stepfunctions")
    found: list[dict[str, Any] | None]
    if params["name"] is not None:
        found = [_machine(client, names.machine_arn(clients, params["name"]))]
    else:
        prefix = params["name_prefix"] or ""
        listed = [machine for machine in api.machines(client) if machine["name"].startswith(prefix)]
        listed = sorted(listed, key=lambda machine: str(machine["name"]))
        found = [_listed(machine) for machine in listed]
        if params["details"]:
            found = concurrently(*[partial(_machine, client, machine["stateMachineArn"]) for machine in listed])
    shown = [machine for machine in found if machine is not None]
    concurrently(*[partial(_add_versions, client, machine) for machine in shown if params["versions"]])
    concurrently(*[partial(_add_aliases, client, machine) for machine in shown if params["aliases"]])
    return Outcome({}, {}, [], {"state_machines": shown})


def _listed(machine: dict[str, Any]) -> dict[str, Any]:
    return {
        "state_machine_arn": machine["stateMachineArn"],
        "name": machine["name"],
        "type": machine["type"],
        "creation_date": names.timestamp(machine["creationDate"]),
    }


def _machine(client: Client, arn: str) -> dict[str, Any] | None:
    found = look(client, arn)
    if found.machine is None:
        return None
    settings = machines.normalize(found)
    return machines.describe(settings, found.machine, revision_of(found.machine), found.version_arn())


def _add_versions(client: Client, machine: dict[str, Any]) -> None:
    machine["versions"] = [
        {
            "version_arn": version["stateMachineVersionArn"],
            "creation_date": names.timestamp(version["creationDate"]),
        }
        for version in api.versions(client, machine["state_machine_arn"]) or []
    ]


def _add_aliases(client: Client, machine: dict[str, Any]) -> None:
    arns = [item["stateMachineAliasArn"] for item in api.aliases(client, machine["state_machine_arn"]) or []]
    found = [(arn, api.alias(client, arn)) for arn in sorted(arns)]
    machine["aliases"] = [{"alias_arn": arn, **alias.normalize(described)} for arn, described in found if described]


def executions(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Return one execution, with its history when asked to, or the newest of a machine, version or alias."""
    client = clients("stepfunctions")
    if params["execution_arn"] is not None:
        found = execution_api.execution(client, params["execution_arn"])
        shown = [described(client, found)] if found else []
        if shown and params["history"]:
            events = execution_api.history(client, params["execution_arn"])
            shown[0]["history"] = [execution.event_description(event) for event in events]
        return Outcome({}, {}, [], {"executions": shown})
    if params["limit"] < 0:
        raise InputError(f"limit is {params['limit']}; the least is 0, for all.")
    machine = params["state_machine_arn"] or names.machine_arn(clients, params["state_machine"])
    names.unqualified(machine)
    listed = execution_api.executions(client, machine, params["status"], params["limit"] or None) or []
    return Outcome({}, {}, [], {"executions": [_execution(item) for item in listed]})


def _execution(item: dict[str, Any]) -> dict[str, Any]:
    """Return what a list says about an execution: not its input, output, error and cause."""
    shown = execution.describe(item)
    return {key: shown[key] for key in shown if key not in ("input", "output", "error", "cause", "failed_state")}
