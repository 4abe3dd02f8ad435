# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Bring parameters and secret to what they shall be.

Private to the collection. The secret is written last, from what the parameters hold, so a killed run leaves
at worst a secret that the next run brings in step.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._registry import api
from ansible_collections.orchestra.aws.plugins.module_utils._registry.credentials import (
    KEYS,
    Stored,
    Wanted,
    actions,
    after,
    before,
    parameter,
    secret_fits,
    wanted,
)
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes, tag_mapping, unknown


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Store the credentials, and keep the secret in step with the parameters."""
    name, ssm, secretsmanager = params["name"], clients("ssm"), clients("secretsmanager")
    stored = _read(ssm, secretsmanager, name)
    target = wanted(params, stored)
    arn = stored.secret_arn or unknown("arn:")
    if not check_mode:
        for key in KEYS:
            _apply_parameter(ssm, name, key, stored, target)
        arn = _apply_secret(secretsmanager, name, stored, target)
    steps = actions(name, stored, target)
    return Outcome(before(name, stored), after(name, stored, target), steps, {"credentials": _describe(name, arn)})


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete parameters and secret, at once and for good."""
    name, ssm, secretsmanager = params["name"], clients("ssm"), clients("secretsmanager")
    stored = _read(ssm, secretsmanager, name)
    steps = [f"delete parameter {parameter(name, key)}" for key in stored.values]
    steps += [f"delete secret {name}"] if stored.secret_arn else []
    if not check_mode:
        if stored.values:
            api.delete_parameters(ssm, [parameter(name, key) for key in stored.values])
        if stored.secret_arn:
            api.delete_secret(secretsmanager, name)
    return Outcome(before(name, stored), {}, steps, {})


def _describe(name: str, secret_arn: str) -> dict[str, Any]:
    return {"secret_arn": secret_arn, "parameters": [parameter(name, key) for key in KEYS]}


def _read(ssm: Client, secretsmanager: Client, name: str) -> Stored:
    names = {key: parameter(name, key) for key in KEYS}
    parameters, secret, tags = together(
        partial(api.parameters, ssm, list(names.values())),
        partial(api.secret, secretsmanager, name),
        lambda: concurrently(*(partial(api.parameter_tags, ssm, names[key]) for key in KEYS)),
    )
    stored = Stored(
        values={key: parameters[names[key]]["Value"] for key in KEYS if names[key] in parameters},
        parameter_tags={key: found for key, found in zip(KEYS, tags, strict=True) if found},
    )
    if secret is None:
        return stored
    stored = replace(stored, secret_arn=secret["ARN"], secret_tags=tag_mapping(secret.get("Tags")))
    if secret.get("DeletedDate"):
        return replace(stored, secret_deleted=True)
    return replace(stored, secret_value=api.secret_value(secretsmanager, name))


def _apply_parameter(ssm: Client, name: str, key: str, stored: Stored, target: Wanted) -> None:
    label, value, tags = parameter(name, key), target.values[key], target.parameter_tags[key]
    if key not in stored.values:
        api.create_parameter(ssm, label, value, tags)
        return
    if stored.values[key] != value:
        api.change_parameter(ssm, label, value)
    to_set, to_remove = tag_changes(stored.parameter_tags.get(key, {}), tags)
    if to_set:
        api.tag_parameter(ssm, label, to_set)
    if to_remove:
        api.untag_parameter(ssm, label, to_remove)


def _apply_secret(secretsmanager: Client, name: str, stored: Stored, target: Wanted) -> str:
    if stored.secret_arn is None:
        return api.create_secret(secretsmanager, name, target.secret_value, target.secret_tags)
    if stored.secret_deleted:
        api.restore_secret(secretsmanager, name)
    if not secret_fits(stored, target.secret_value):
        api.change_secret(secretsmanager, name, target.secret_value)
    to_set, to_remove = tag_changes(stored.secret_tags, target.secret_tags)
    if to_set:
        api.tag_secret(secretsmanager, name, to_set)
    if to_remove:
        api.untag_secret(secretsmanager, name, to_remove)
    return stored.secret_arn
