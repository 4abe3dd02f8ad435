# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How the workflow of a site is: versions behind its aliases, last executions and why some failed. Changes nothing.

Private to the collection.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import api as sfn
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import execution_api

# How many of the latest executions are shown.
EXECUTIONS = 10
_FAILED = ("FAILED", "TIMED_OUT", "ABORTED")


def workflow(stepfunctions: Client, arn: str) -> dict[str, Any] | None:
    """Return the state machine, or None when there is none."""
    machine = sfn.machine(stepfunctions, arn)
    if machine is None:
        return None
    aliases: list[dict[str, Any]] = sfn.aliases(stepfunctions, arn) or []
    names = [alias["stateMachineAliasArn"].rsplit(":", 1)[1] for alias in aliases]
    versions = concurrently(*(partial(_versions, stepfunctions, alias["stateMachineAliasArn"]) for alias in aliases))
    return {
        "state_machine_arn": arn,
        "type": machine["type"],
        "status": machine["status"],
        "aliases": dict(zip(names, versions, strict=True)),
        "executions": _executions(stepfunctions, arn) if machine["type"] == "STANDARD" else [],
    }


def _versions(stepfunctions: Client, arn: str) -> dict[str, int]:
    """Return version number -> weight in percent."""
    routing = (sfn.alias(stepfunctions, arn) or {}).get("routingConfiguration", [])
    return {target["stateMachineVersionArn"].rsplit(":", 1)[1]: target["weight"] for target in routing}


def _executions(stepfunctions: Client, arn: str) -> list[dict[str, Any]]:
    """Return the latest executions; AWS tells an error only to those who ask for that execution."""
    found = execution_api.executions(stepfunctions, arn, None, EXECUTIONS) or []
    failed = [one["executionArn"] for one in found if one["status"] in _FAILED]
    answers = concurrently(*(partial(execution_api.execution, stepfunctions, one) for one in failed))
    told = dict(zip(failed, answers, strict=True))
    return [_execution(one, told.get(one["executionArn"]) or {}) for one in found]


def _execution(execution: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    started, stopped = execution["startDate"], execution.get("stopDate")
    version = execution.get("stateMachineVersionArn")
    return {
        "name": execution["name"],
        "status": execution["status"],
        "version": version.rsplit(":", 1)[1] if version else None,
        "start_date": started.isoformat(),
        "stop_date": stopped.isoformat() if stopped else None,
        "duration_seconds": round((stopped - started).total_seconds(), 3) if stopped else None,
        "error": told.get("error"),
        "cause": told.get("cause"),
    }
