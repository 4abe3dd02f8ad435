# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Values that every service shares: tags, ids that are not known yet, tidy mappings. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_NOT_KNOWN = "(known after creation)"


def unknown(prefix: str = "") -> str:
    """Return the placeholder for an id or ARN that AWS gives out only at creation."""
    return f"{prefix}{_NOT_KNOWN}"


def is_unknown(value: Any) -> bool:
    """Tell whether a value is, or contains, a placeholder of C(unknown)."""
    if isinstance(value, str):
        return _NOT_KNOWN in value
    if isinstance(value, Mapping):
        return any(is_unknown(item) for item in value.values())
    if isinstance(value, (list, tuple, set)):
        return any(is_unknown(item) for item in value)
    return False


def present(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the keys whose value is None: what the user left out is not sent to AWS."""
    return {key: value for key, value in mapping.items() if value is not None}


def desired_tags(current: Mapping[str, str], tags: Mapping[str, Any] | None, purge: bool) -> dict[str, str]:
    """Return the tags that a resource shall have.

    tags None leaves them as they are; AWS's own tags (aws:*) are never touched.
    """
    if tags is None:
        return dict(current)
    wanted = {key: str(value) for key, value in tags.items()}
    kept = {key: value for key, value in current.items() if not purge or key.startswith("aws:")}
    return {**kept, **wanted}


def tag_changes(current: Mapping[str, str], desired: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the tags to set and the keys to remove, to get from current to desired."""
    to_set = {key: value for key, value in desired.items() if current.get(key) != value}
    to_remove = sorted(key for key in current if key not in desired and not key.startswith("aws:"))
    return to_set, to_remove


def tag_list(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return tags as a list; Step Functions and ECS spell "key" and "value" in lower case."""
    return [{key: name, value: tags[name]} for name in sorted(tags)]


def tag_mapping(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Return a service's tag list, in either spelling, as a mapping."""
    return {
        tag["Key"] if "Key" in tag else tag["key"]: tag["Value"] if "Value" in tag else tag.get("value", "")
        for tag in tags or []
    }
