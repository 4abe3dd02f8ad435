# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""What the Service Authorization Reference says of an action: its resource types and condition keys.

The facts are in actions.json, which tests/tools/service_authorization.py writes.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
from typing import Any


@dataclasses.dataclass(frozen=True)
class ResourceType:
    """A resource type of an action. arn: its format, with placeholders of AWS's own names in `${}`."""

    name: str
    arn: str
    required: bool
    resource_tags: bool
    request_tags: bool


@dataclasses.dataclass(frozen=True)
class Action:
    """An action. keys: every condition key that it supports, besides the global ones."""

    service: str
    name: str
    types: tuple[ResourceType, ...]
    keys: tuple[str, ...]

    @property
    def request_tags(self) -> bool:
        return any(key.startswith("aws:RequestTag/") for key in self.keys)


def action(service: str, name: str) -> Action | None:
    """The action, None when the reference's part that is kept here does not have it."""
    facts = _facts().get(service, {}).get("actions", {}).get(name)
    if facts is None:
        return None
    formats = _facts()[service]["arns"]
    types = tuple(
        ResourceType(kind, formats[kind], "*" in flags, "R" in flags, "Q" in flags)
        for kind, flags in facts["resources"].items()
    )
    return Action(service, name, types, tuple(facts["keys"]))


def names(service: str) -> list[str]:
    """The actions of a service that are kept here."""
    return sorted(_facts().get(service, {}).get("actions", {}))


@functools.cache
def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(pathlib.Path(__file__).with_name("actions.json").read_text(encoding="utf-8"))
    return facts
