# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""One resource of a plan: what it is, what it shall be, and the words for that. Pure functions.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import service
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags


@dataclass(frozen=True)
class Part:
    """One resource: its compared settings before and after, and its tags."""

    before: dict[str, Any]
    after: dict[str, Any]
    tags_before: dict[str, str]
    tags_after: dict[str, str]

    @classmethod
    def of(
        cls, before: dict[str, Any], after: dict[str, Any], tags: Mapping[str, str], params: Mapping[str, Any]
    ) -> Part:
        """Make a part with the tags that O(tags) and O(purge_tags) ask for. tags: the current ones."""
        wanted = desired_tags(tags, params.get("tags"), params.get("purge_tags", True))
        return cls(before, after, dict(tags), wanted)

    @property
    def creates(self) -> bool:
        return not self.before and bool(self.after)

    @property
    def changes(self) -> list[str]:
        """The options that differ in a resource that exists."""
        return [] if self.creates else service.differences(self.before, self.after)

    @property
    def retags(self) -> bool:
        return not self.creates and self.tags_before != self.tags_after


def actions(part: Part, what: str) -> list[str]:
    """Return the steps for one resource in words."""
    if part.creates:
        return [f"create {what}"]
    told = [f"update {what}: {listed(part.changes)}"] if part.changes else []
    return told + ([f"update tags of {what}"] if part.retags else [])


def listed(options: list[str]) -> str:
    """Return options as a list in words; what differs in no option differs in its order."""
    return ", ".join(options) or "its order"
