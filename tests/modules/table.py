# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Tables of options: each says what an option is set to and how it is taken back, for one driver of all modules.

Values may name what has to exist in AWS: "$subnet1" and the like are filled in, see world.py.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.embedded_aws import EmbeddedAws

Options = dict[str, Any]
# Instead of a value: the option is not given at all.
LEFT_OUT = "left out"


@dataclass(frozen=True)
class Case:
    """Options that are set together, by dotted path; numbers are list positions.

    back: what takes them back, where leaving them out does not. leaves: how many differences the diff has, a list
    counted as one; by default as many as options are set. What is made or deleted tells its defaults and tags, too.
    """

    options: Options
    back: Options = field(default_factory=dict)
    leaves: int | None = None


@dataclass(frozen=True)
class Table:
    """One module: options to make a thing with, what identifies it, and a look at it with boto3 (None: not there)."""

    module: str
    options: Options
    identity: Options
    look: Callable[[EmbeddedAws, Options], Any]
    cases: dict[str, Case]
    # What a run needs that is to leave everything as it is.
    least: Options = field(default_factory=dict)
    # What a deletion needs besides.
    absent: Options = field(default_factory=dict)
    # What AWS cannot change, by dotted path with another value: set when the thing is made, refused afterwards.
    fixed: Options = field(default_factory=dict)
    has_tags: bool = True
    # Of a secret, a diff tells only that it changes.
    is_secret: bool = False
    # How a look shows an option (the end of its path, with "=value" where that matters) that AWS calls otherwise.
    shown: dict[str, str] = field(default_factory=dict)
    # Returns what puts the thing back as it is now, by others than the module; all but its tags.
    remembered: Callable[[EmbeddedAws], Callable[[], object]] | None = None
    # Options that no look shows, and why.
    hidden: dict[str, str] = field(default_factory=dict)

    def all_cases(self) -> dict[str, Case]:
        return {**self.cases, **(TAGS if self.has_tags else {})}

    def starting(self) -> Options:
        return {**self.options, "tags": dict(FIRST_TAGS)} if self.has_tags else dict(self.options)


# Groups of a network are only purged when they carry such a tag.
FIRST_TAGS = {"orchestra:project": "tables", "cost": "1"}
TAGS = {
    "tags": Case({"tags": {"orchestra:project": "tables", "cost": "2", "team": "office"}}, leaves=2),
    "tags added": Case({"tags": {"new": "1"}, "purge_tags": False}, leaves=1),
    "no tags": Case({"tags": {}}, leaves=2),
}


def having(options: Options, changes: Options) -> Options:
    """Return the options with other values at the paths. A position in a list ends the list."""
    changed = copy.deepcopy(options)
    for path, value in changes.items():
        inner: Any = changed
        *parents, last = path.split(".")
        for key in parents:
            inner = inner[int(key)] if key.isdigit() else inner.setdefault(key, {})
        if value == LEFT_OUT:
            inner.pop(last, None)
        elif last.isdigit():
            inner[int(last) :] = [value]
        else:
            inner[last] = value
    return changed


def paths(where: str, value: Any) -> Iterator[str]:
    """Yield the options that a value at a path sets, as an argument spec names them: without list positions."""
    name = re.sub(r"\.\d+(?=\.|$)", "", where)
    if value == LEFT_OUT:
        return
    yield from itertools.accumulate(name.split("."), "{}.{}".format)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(name, inner)


def leaves(value: Any, where: str = "") -> dict[str, Any]:
    """Return what is not a mapping, by dotted path; lists count as a whole, empty mappings as nothing."""
    if not isinstance(value, dict):
        return {where: value}
    return {path: leaf for key, inner in value.items() for path, leaf in leaves(inner, f"{where}.{key}").items()}


def differences(one: Any, other: Any) -> list[tuple[str, Any, Any]]:
    """Return where two settings differ, with both values."""
    first, second = leaves(one), leaves(other)
    found = [(path, first.get(path), second.get(path)) for path in sorted(first.keys() | second.keys())]
    return [(path, value, another) for path, value, another in found if value != another]


def unseen(table: Table, options: Options, look: Any) -> list[str]:
    """Return the scalars in options that a look at AWS does not show by name and value."""
    seen = {f"{plain(path[-1])}={said(value)}" for path, value in scalars(look)}
    missing = []
    for option, value in options.items():
        for path, scalar in scalars(value, tuple(key for key in option.split(".") if not key.isdigit())):
            names = [".".join(path[start:]) for start in range(len(path))]
            if scalar == LEFT_OUT or any(name in table.hidden or name.startswith("purge_") for name in names):
                continue
            known = (table.shown.get(key) for name in names for key in (f"{name}={said(scalar)}", name))
            name, equals, other = next(filter(None, known), path[-1]).partition("=")
            if f"{plain(name)}={other if equals else said(scalar)}" not in seen:
                missing.append(f"{names[0]}: {scalar!r}")
    return missing


def scalars(value: Any, path: tuple[str, ...] = ("",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every scalar with its path: without list positions, and {"Key": "team", "Value": "shop"} as team: shop."""
    if isinstance(value, str) and value.startswith("{"):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, (*path, str(key)))
        pair = {plain(key): inner for key, inner in value.items()}
        key = pair.get("key", pair.get("name"))
        if key is not None:
            yield from scalars(pair.get("value", pair.get("valuefrom")), (*path, str(key)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from scalars(inner, path)
    elif value is not None:
        yield path, value


def plain(name: Any) -> str:
    """A name without case and separators: what options and AWS have in common."""
    return re.sub("[^a-z0-9]", "", str(name).lower())


def said(value: Any) -> str:
    """A scalar as text: AWS says some numbers and switches as words, and ARNs of log groups with an end."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).removesuffix(":*")
