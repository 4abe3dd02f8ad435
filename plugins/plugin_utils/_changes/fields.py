# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What differs between two descriptions of a resource, field by field. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Longer values are cut in lines for people; plan.json has them whole.
_LONGEST = 60


@dataclass(frozen=True)
class Field:
    """One field that differs. path: its keys with dots between. before, after: None where it is not set."""

    path: str
    before: Any
    after: Any

    def short(self) -> str:
        """Return the change as a few words; a list shows only what goes and what comes."""
        before, after = self.before, self.after
        if isinstance(before, list) and isinstance(after, list):
            gone, come = _without(before, after), _without(after, before)
            told = [f"- {_short(item)}" for item in gone] + [f"+ {_short(item)}" for item in come]
            return f"{self.path}: {', '.join(told) or 'another order'}"
        return f"{self.path}: {_short(before)} -> {_short(after)}"


def fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Field]:
    """Return the fields that differ, in order of their paths."""
    return list(_walk("", before, after))


def _walk(prefix: str, before: Any, after: Any) -> Iterator[Field]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}, key=str):
            yield from _walk(f"{prefix}.{key}" if prefix else str(key), before.get(key), after.get(key))
    else:
        yield Field(prefix, before, after)


def _without(items: list[Any], others: list[Any]) -> list[Any]:
    rest = list(others)
    left = []
    for item in items:
        if item in rest:
            rest.remove(item)
        else:
            left.append(item)
    return left


def _short(value: Any) -> str:
    if value is None:
        return "(not set)"
    if isinstance(value, Mapping):
        text = " ".join(f"{key}={_plain(item)}" for key, item in value.items())
    else:
        text = _plain(value)
    text = " ".join(text.split()) or '""'
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
