# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Each scalar that a table sets, altered by itself: the rest of the options stays as it is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.modules.table import Options, Table, having
from tests.modules.world import filled
from tests.unit.documentation import definition

ACCOUNT = "123456789012"
# What the tables name, for services in memory.
KNOWN = {
    "$vpc": "vpc-1",
    "$key": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1",
    "$certificate": f"arn:aws:acm:eu-central-1:{ACCOUNT}:certificate/1",
    "$bucket": "tables",
    "$api": "api-1",
    "$machine": f"arn:aws:states:eu-central-1:{ACCOUNT}:stateMachine:tables",
    **{f"$subnet{number}": f"subnet-{number}" for number in "123"},
    **{f"$group{number}": f"sg-{number}" for number in "12"},
    **{f"$role{number}": f"arn:aws:iam::{ACCOUNT}:role/tables-{number}" for number in "12"},
}
# How long is waited for shows nowhere.
SILENT = {"wait", "wait_timeout"}
Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Alteration:
    """One scalar of the options. option: its name in the argument spec, with the keys of free mappings.

    where: its place in the options. shown: what a difference calls it, if otherwise.
    """

    module: str
    option: str
    options: Options
    where: Where
    value: Any
    other: Any
    shown: str = ""

    @property
    def name(self) -> str:
        """What a difference calls the option."""
        return self.shown or [key for key in self.where if isinstance(key, str)][-1]

    def __str__(self) -> str:
        return f"{self.module}: {self.option}"

    def altered(self) -> Options:
        """Return the options with the other value."""
        changed = copy.deepcopy(self.options)
        inner: Any = changed
        for key in self.where[:-1]:
            inner = inner[key]
        inner[self.where[-1]] = self.other
        return changed


@dataclass(frozen=True)
class Wanted:
    """What is altered of a module.

    others: values by option, where it does not take just any. kept: options that cannot be altered by themselves, and
    why. added: what is set besides the cases of the table, in the form of their options. shown: what a difference calls
    an option (the end of its name) otherwise. without: cases that a service in memory does not know.
    """

    table: Table
    others: Options = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    added: list[Options] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def alterations(self) -> dict[str, Alteration]:
        """Return one alteration for each option, by option."""
        found: dict[str, Alteration] = {}
        start = self.table.starting()
        cases = [case.options for name, case in self.table.cases.items() if name not in self.without]
        for changes in [*self.added, *cases, {key: value for key, value in start.items() if key != "tags"}]:
            options = filled(having(start, changes), KNOWN)
            for path in changes:
                for one in self._below(options, tuple(int(key) if key.isdigit() else key for key in path.split("."))):
                    found.setdefault(one.option, one)
        return found

    def _below(self, options: Options, where: Where) -> Iterator[Alteration]:
        about: Options = {"options": definition(self.table.module)["argument_spec"]}
        value: Any = options
        for key in where:
            if isinstance(key, str):
                about = (about.get("options") or {}).get(key, {})
            if isinstance(value, dict) and key not in value:
                return
            value = value[key]
        for place, scalar, choices in scalars(about, value, where):
            option = ".".join(key for key in place if isinstance(key, str))
            if not self.is_kept(option) and choices != [scalar]:
                other = self.others[option] if option in self.others else another(scalar, choices)
                yield Alteration(self.table.module, option, options, place, scalar, other, self.called(option))

    def is_kept(self, option: str) -> bool:
        """Tell whether an option cannot be altered by itself, or does not show when it is."""
        names = [".".join(option.split(".")[start:]) for start in range(option.count(".") + 1)]
        silent = any(name in SILENT or name in self.table.hidden or name.startswith("purge_") for name in names)
        return silent or option in self.kept or option in self.table.fixed or option in self.table.identity

    def called(self, option: str) -> str:
        ends = [name for name in self.shown if f".{option}".endswith(f".{name}")]
        return self.shown[ends[0]] if ends else ""


def scalars(about: Options, value: Any, where: Where) -> Iterator[tuple[Where, Any, list[Any]]]:
    """Yield each scalar below an option with its place and the choices that there are."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars((about.get("options") or {}).get(key, {}), inner, (*where, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from scalars(about, inner, (*where, number))
    else:
        yield where, value, about.get("choices") or []


def another(value: Any, choices: list[Any]) -> Any:
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if choices:
        return next(choice for choice in choices if choice != value)
    return value + 1 if isinstance(value, int | float) else f"{value}x"


def told(before: Any, after: Any, where: Where = ()) -> Iterator[tuple[Where, Any, Any]]:
    """Yield the scalars in which two settings differ; lists of different lengths differ as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from told(before.get(key), after.get(key), (*where, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after, strict=True)):
            yield from told(*pair, (*where, number))
    elif before != after:
        yield where, before, after
