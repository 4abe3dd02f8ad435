# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What a run does to one resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.fields import Field, fields

Verb = Literal["add", "change", "remove", "none"]
SIGNS: dict[Verb, str] = {"add": "+", "change": "~", "remove": "-", "none": "="}


@dataclass(frozen=True)
class Change:
    """One resource and what happens to it. kind and name together say which it is.

    before, after: its settings as the module compares them; {} where there is, or will be, no such resource.
    steps: what its module says of it, where the settings do not show what changes.
    """

    verb: Verb
    kind: str
    name: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The kind and the name, as in "security group shop-prod-alb"."""
        return f"{self.kind} {self.name}".strip()

    def fields(self) -> list[Field]:
        """Return the settings that differ; nothing for a resource that comes or goes as a whole."""
        return fields(self.before, self.after) if self.verb == "change" else []
