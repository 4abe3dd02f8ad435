# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A run as data (plan.json) and as Markdown. docs/plan.md describes both. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ansible_collections.orchestra.aws.plugins.module_utils._site import cost_text
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.billed import billed
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.change import SIGNS, Change
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.fields import Field
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.tally import Tally

VERSION = 1
Kind = Literal["plan", "drift", "run"]
# What AWX and a comment on a change can show; the rest is in plan.json.
MOST_LINES = 200
_TITLES = {"plan": "Plan", "drift": "Drift", "run": "Run"}
_NOTHING = {
    "plan": "Nothing would change.",
    "drift": "Reality is as the inventory says.",
    "run": "Nothing was changed.",
}


def document(tally: Tally, kind: Kind, values: bool, cost: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the run as data. values: with the settings before and after, as C(--diff) shows them.

    cost: of what there will be, for a plan; before it is known, what it is counted from stands there.
    """
    return {
        "version": VERSION,
        "kind": kind,
        "complete": not tally.problems,
        "summary": {
            "add": tally.count("add"),
            "change": tally.count("change"),
            "remove": tally.count("remove"),
            "unchanged": tally.count("none"),
        },
        "resources": [
            _resource(change, tally.hosts[(change.kind, change.name)], values) for change in tally.changes.values()
        ],
        "problems": [
            {"about": one.about, "task": one.task, "message": one.message, "remedy": one.remedy}
            for one in tally.problems
        ],
        **(
            {"cost": dict(cost or {"billed": billed(tally), "billed_now": billed(tally, "before")})}
            if kind == "plan"
            else {}
        ),
    }


def _resource(change: Change, host: str, values: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"action": change.verb, "kind": change.kind, "name": change.name, "host": host}
    differing = change.fields()
    if change.verb == "change":
        told["fields"] = [
            {"path": one.path, **({"before": one.before, "after": one.after} if values else {})} for one in differing
        ]
    if change.steps:
        told["steps"] = list(change.steps)
    return told


def sentence(summary: dict[str, int], kind: Kind) -> str:
    """Return the counts in words."""
    add, change, remove, unchanged = (summary[key] for key in ("add", "change", "remove", "unchanged"))
    if kind == "run":
        return f"{add} added, {change} changed, {remove} removed, {unchanged} unchanged"
    if kind == "plan":
        return f"{add} to add, {change} to change, {remove} to remove, {unchanged} unchanged"
    return f"{add} missing, {change} different, {remove} not in the inventory, {unchanged} as they should be"


def markdown(told: dict[str, Any]) -> str:
    """Return a document as Markdown, for an approval or a comment."""
    kind: Kind = told["kind"]
    lines = [f"### {_TITLES[kind]}", "", f"{sentence(told['summary'], kind)}."]
    if not told["complete"]:
        lines += ["", "**It is not complete**:", ""]
        lines += [f"- {one['about']}: {one['message']}" for one in told["problems"]]
    changed = [one for one in told["resources"] if one["action"] != "none"]
    cost = ["", *cost_text.markdown(told["cost"])] if "region" in told.get("cost", {}) else []
    if not changed:
        nothing = ["", _NOTHING[kind]] if told["complete"] else []
        return "\n".join([*lines, *nothing, *cost]) + "\n"
    block = [line for one in changed for line in _lines(one)]
    more = len(block) - MOST_LINES
    lines += ["", "```diff", *block[:MOST_LINES], *([f"  ... and {more} more lines"] if more > 0 else []), "```", *cost]
    return "\n".join(lines) + "\n"


def _lines(resource: dict[str, Any]) -> list[str]:
    # In a block "diff", "!" is what marks a change.
    sign = {"change": "!"}.get(resource["action"], SIGNS[resource["action"]])
    told = [f"{sign} {resource['kind']} {resource['name']}"]
    for one in resource.get("fields") or []:
        told.append(f"    {Field(one['path'], one['before'], one['after']).short() if 'after' in one else one['path']}")
    return told
