# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The lines that people read. Pure functions."""

from __future__ import annotations

from typing import Any

import yaml

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.change import SIGNS, Change
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.document import Kind, sentence
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.tally import Problem, Tally

# So many differing settings are named in a line.
_MOST_NAMES = 5
_WIDTH = 120


def change(one: Change, seconds: float | None, values: bool) -> list[str]:
    """Return one resource as lines: what happens to it, and with values its settings before and after."""
    took = f"  ({duration(seconds)})" if seconds is not None else ""
    fields = one.fields()
    why = "" if values and fields else _why(one, [field.path for field in fields])
    told = [f"  {SIGNS[one.verb]} {one.title}{why}{took}"]
    return told + [f"      {field.short()}" for field in fields if values]


def _why(one: Change, paths: list[str]) -> str:
    if paths:
        more = len(paths) - _MOST_NAMES
        return f": {', '.join(paths[:_MOST_NAMES])}{f' and {more} more' if more > 0 else ''}"
    heads = [step.split(": ", 1)[1] for step in one.steps if ": " in step]
    return f": {', '.join(heads)}" if heads else ""


def problem(one: Problem) -> list[str]:
    """Return a failure as lines: where, why, and what to do."""
    told = [f"  ! {one.about}: {one.task}", *(f"      {line}" for line in one.message.splitlines())]
    return told + ([f"      To do: {one.remedy}"] if one.remedy else [])


def last(tally: Tally, kind: Kind, seconds: float) -> str:
    """Return the counts of the run; "" for one that was about no resource."""
    if not tally.changes and not tally.problems:
        return ""
    summary = {name: tally.count(verb) for name, verb in _VERBS}
    failed = len(tally.problems)
    problems = f", {failed} problem{'s' if failed > 1 else ''}" if failed else ""
    return f"{sentence(summary, kind)}{problems} in {duration(seconds)}"


_VERBS: tuple[tuple[str, Any], ...] = (
    ("add", "add"),
    ("change", "change"),
    ("remove", "remove"),
    ("unchanged", "none"),
)


def duration(seconds: float) -> str:
    """Return seconds as people say them: 0.4 s, 23 s, 3 min 5 s."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def message(value: Any) -> str:
    """Return what a debug task tells: text and lists of texts as they are, everything else as YAML."""
    if isinstance(value, str):
        return value.rstrip("\n")
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=False)
    return text.rstrip()
