# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Make a log group be as wanted: look, plan, apply.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._logs import groups
from ansible_collections.orchestra.aws.plugins.module_utils._logs import groups_api as api
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._retry import refusal
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes, unknown


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Create the group, or change what differs."""
    groups.validate(params)
    logs, name = clients("logs"), params["name"]
    arn, before = _look(logs, name, with_tags=params["tags"] is not None)
    after = groups.desired(params, before)
    steps = groups.actions(before, after)
    if steps and not check_mode:
        arn = _apply(logs, name, arn, before, after)
    return Outcome(before, after, steps, {"log_group": {"arn": arn or unknown("arn:"), **after}})


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the group with its events."""
    groups.validate(params)
    logs, name = clients("logs"), params["name"]
    _arn, before = _look(logs, name, with_tags=False)
    if before and not check_mode:
        api.delete(logs, name)
    return Outcome(before, {}, [f"delete log group {name}"] if before else [], {})


def _look(logs: Client, name: str, with_tags: bool) -> tuple[str | None, dict[str, Any]]:
    """Return the ARN and the settings of the group; without tags where nobody asks for them."""
    found = api.group(logs, name)
    if found is None:
        return None, {}
    arn = str(found.get("logGroupArn") or found["arn"]).removesuffix(":*")
    return arn, groups.normalize(found, (api.tags(logs, arn) or {}) if with_tags else {})


def _apply(logs: Client, name: str, arn: str | None, before: dict[str, Any], after: dict[str, Any]) -> str | None:
    if not before and _created(logs, name, after):
        arn, before = _look(logs, name, with_tags=False)
        before = {**after, "retention_in_days": before.get("retention_in_days", 0)}
    elif not before:
        arn, before = _look(logs, name, with_tags=True)
    if after["kms_key_id"] != before["kms_key_id"]:
        api.encrypt(logs, name, after["kms_key_id"])
    if after["retention_in_days"] != before["retention_in_days"]:
        api.keep(logs, name, after["retention_in_days"])
    new, gone = tag_changes(before["tags"], after["tags"])
    if new:
        api.tag(logs, str(arn), new)
    if gone:
        api.untag(logs, str(arn), gone)
    return arn


def _created(logs: Client, name: str, after: dict[str, Any]) -> bool:
    """Create the group; False when a service has made it in the meantime, as Lambda does at the first event."""
    try:
        api.create(logs, name, after["kms_key_id"], after["tags"])
    except AnsibleAWSError as error:
        if refusal(error)[0] != "ResourceAlreadyExistsException":
            raise
        return False
    return True
