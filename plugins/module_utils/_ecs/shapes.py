# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options that are AWS structures one to one: their spelling in both directions, and their comparison.

Pure functions. Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Options whose AWS names are no plain camel case.
_SPELLED = {"size_in_gib": "sizeInGiB", "managed_ebs_volume": "managedEBSVolume"}
_OPTIONS = {name: option for option, name in _SPELLED.items()}
# Below these, keys are the user's own.
_FREE = ("options", "hook_details", "hookDetails")


def to_aws(value: Any) -> Any:
    """Return options as AWS spells them, without those that were left out."""
    if isinstance(value, Mapping):
        return {_camel(key): item if key in _FREE else to_aws(item) for key, item in value.items() if item is not None}
    return [to_aws(item) for item in value] if isinstance(value, list) else value


def to_options(value: Any) -> Any:
    """Return a structure of AWS as options."""
    if isinstance(value, Mapping):
        return {_snake(key): item if key in _FREE else to_options(item) for key, item in value.items()}
    return [to_options(item) for item in value] if isinstance(value, list) else value


def given(value: Any) -> Any:
    """Return options without those that were left out, at any depth."""
    if isinstance(value, Mapping):
        return {key: given(item) for key, item in value.items() if item is not None}
    return [given(item) for item in value] if isinstance(value, list) else value


def covered(wanted: Any, current: Any) -> bool:
    """Tell whether all that is wanted is there; what AWS adds to a structure is no difference."""
    if isinstance(wanted, Mapping) and isinstance(current, Mapping):
        return all(key in current and covered(item, current[key]) for key, item in wanted.items())
    if isinstance(wanted, list) and isinstance(current, list):
        return len(wanted) == len(current) and all(map(covered, wanted, current))
    return bool(wanted == current)


def _camel(option: str) -> str:
    first, *rest = option.split("_")
    return _SPELLED.get(option) or first + "".join(part.capitalize() for part in rest)


def _snake(name: str) -> str:
    return _OPTIONS.get(name) or re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found.group(1).lower()}", name)
