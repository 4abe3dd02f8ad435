# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The status of a site as text for people. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Characters of an execution's cause that are shown.
_SHOWN_CAUSE = 200


def status_text(name: str, status: Mapping[str, Any], urls: Sequence[str]) -> str:
    """Return the status as lines. status: what the module site_info returns of api, services and workflow."""
    caller = status["caller"]
    lines = [f"{name} in {caller['region']}, account {caller['account_id']}", "", "URLs"]
    lines += [f"  {url}" for url in urls] or ["  There is no API."]
    lines += ["", "Services", *_services(status["services"])]
    lines += ["", "Workflow", *_workflow(status["workflow"])]
    return "\n".join(lines)


def _services(services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not services:
        yield "  There are no services."
    width = max((len(service["name"]) for service in services), default=0)
    for service in services:
        counts = f"{service['running_count']} of {service['desired_count']} running"
        if service["pending_count"]:
            counts += f", {service['pending_count']} starting"
        images = ", ".join(service["images"])
        rollout = f"rollout {service['rollout_state'] or 'not known'}"
        yield f"  {service['name']:{width}}  {counts}  {rollout}  {service['task_definition']}  {images}".rstrip()
        if service["rollout_state"] != "COMPLETED" and service["rollout_reason"]:
            yield f"    {service['rollout_reason']}"
        for target in service["targets"]:
            reason = f" ({target['reason']})" if target["reason"] else ""
            yield f"    {target['address']} {target['state']}{reason}"


def _workflow(workflow: Mapping[str, Any] | None) -> Iterator[str]:
    if workflow is None:
        yield "  There is no state machine."
        return
    yield f"  {workflow['state_machine_arn'].rsplit(':', 1)[1]}  {workflow['type']}  {workflow['status']}"
    for alias, versions in workflow["aliases"].items():
        weights = ", ".join(f"version {version} ({weight} %)" for version, weight in versions.items())
        yield f"  alias {alias}: {weights}"
    if workflow["type"] != "STANDARD":
        yield "  AWS keeps no list of the executions of an Express workflow: see its log group."
    for execution in workflow["executions"]:
        yield f"  {_execution(execution)}"


def _execution(execution: Mapping[str, Any]) -> str:
    seconds = execution["duration_seconds"]
    lasted = "" if seconds is None else f"  {seconds:.3f} s"
    version = f"  version {execution['version']}" if execution["version"] else ""
    error = f"  {execution['error']}: {_cause(execution['cause'])}".rstrip(": ") if execution["error"] else ""
    return f"{execution['start_date']}  {execution['status']}{lasted}{version}  {execution['name']}{error}"


def _cause(cause: str | None) -> str:
    """Return the beginning of a cause; of the workflow's own account of a failure, which is JSON, what matters."""
    text = (cause or "").strip()
    try:
        account = json.loads(text)
    except ValueError:
        account = None
    if isinstance(account, dict) and account.get("status") == "failed":
        text = " ".join(str(account[key]) for key in ("service", "error", "cause") if account.get(key))
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_CAUSE else f"{text[:_SHOWN_CAUSE]}..."
