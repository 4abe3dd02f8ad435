# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Registry credentials: what is stored where, and what has to change. Pure functions only.

Private to the collection. Nothing that leaves here holds a value: settings only tell whether and where one is stored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags

KEYS = ("username", "password")


@dataclass(frozen=True)
class Stored:
    """What AWS has. values: key -> value of its parameter. parameter_tags: key -> its tags."""

    values: dict[str, str] = field(default_factory=dict, repr=False)
    secret_arn: str | None = None
    secret_deleted: bool = False
    secret_value: str | None = field(default=None, repr=False)
    secret_tags: dict[str, str] = field(default_factory=dict)
    parameter_tags: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """What AWS shall have."""

    values: dict[str, str] = field(repr=False)
    secret_tags: dict[str, str]
    parameter_tags: dict[str, dict[str, str]]

    @property
    def secret_value(self) -> str:
        """The JSON that ECS reads, with exactly these two keys."""
        return json.dumps({key: self.values[key] for key in KEYS})


def parameter(name: str, key: str) -> str:
    """Return the name of the parameter that holds a key."""
    return f"/{name}/{key}"


def wanted(params: dict[str, Any], stored: Stored) -> Wanted:
    """Return what shall be stored: what the user gives, else what the parameters hold already.

    Raises InputError when neither has it.
    """
    values = {key: params[key] if params[key] is not None else stored.values.get(key) for key in KEYS}
    missing = [parameter(params["name"], key) for key in KEYS if not values[key]]
    if missing:
        raise InputError(
            f"No registry credentials: give username and password, or put {' and '.join(missing)} "
            "into the SSM Parameter Store first, as SecureString."
        )
    tags, purge = params["tags"], params["purge_tags"]
    return Wanted(
        {key: str(value) for key, value in values.items()},
        desired_tags(stored.secret_tags, tags, purge),
        {key: desired_tags(stored.parameter_tags.get(key, {}), tags, purge) for key in KEYS},
    )


def secret_fits(stored: Stored, value: str) -> bool:
    """Tell whether the secret holds these credentials, however its JSON is written."""
    try:
        return bool(stored.secret_value) and json.loads(stored.secret_value or "") == json.loads(value)
    except ValueError:
        return False


def before(name: str, stored: Stored) -> dict[str, Any]:
    """Return the settings as they are, without values."""
    settings: dict[str, Any] = {
        parameter(name, key): {"value": "(encrypted)", "tags": stored.parameter_tags.get(key, {})}
        for key in stored.values
    }
    if stored.secret_arn and not stored.secret_deleted:
        settings[name] = {"value": "(encrypted)", "tags": stored.secret_tags}
    return settings


def after(name: str, stored: Stored, target: Wanted) -> dict[str, Any]:
    """Return the settings as they shall be; a value that changes is told from one that stays."""

    def told(changes: bool) -> str:
        return "(encrypted, changed)" if changes else "(encrypted)"

    settings: dict[str, Any] = {}
    for key in KEYS:
        changes = key in stored.values and stored.values[key] != target.values[key]
        settings[parameter(name, key)] = {"value": told(changes), "tags": target.parameter_tags[key]}
    changes = stored.secret_value is not None and not secret_fits(stored, target.secret_value)
    settings[name] = {"value": told(changes), "tags": target.secret_tags}
    return settings


def actions(name: str, stored: Stored, target: Wanted) -> list[str]:
    """Return the steps, one short sentence each."""
    steps = []
    for key in KEYS:
        label = f"parameter {parameter(name, key)}"
        if key not in stored.values:
            steps.append(f"create {label}")
            continue
        if stored.values[key] != target.values[key]:
            steps.append(f"change {label}")
        if stored.parameter_tags.get(key, {}) != target.parameter_tags[key]:
            steps.append(f"update tags of {label}")
    return steps + _secret_actions(name, stored, target)


def _secret_actions(name: str, stored: Stored, target: Wanted) -> list[str]:
    if stored.secret_arn is None:
        return [f"create secret {name}"]
    steps = [f"restore secret {name}"] if stored.secret_deleted else []
    if not secret_fits(stored, target.secret_value):
        steps.append(f"change secret {name}")
    if stored.secret_tags != target.secret_tags:
        steps.append(f"update tags of secret {name}")
    return steps
