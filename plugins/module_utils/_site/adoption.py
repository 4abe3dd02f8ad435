# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What a run takes over from another tool, told by what exists and the steps of a check. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_TAGS = "update tags of "


def adoption_report(
    existing: Sequence[Mapping[str, Any]], actions: Sequence[str], log_groups: Sequence[str]
) -> dict[str, Any]:
    """Return what is taken over, how it differs, what is new, what goes, what nothing touches.

    existing: as site_info returns it. actions: the steps of a check, of all modules. log_groups: names of those that
    the site uses, whose module names no steps.
    """
    report: dict[str, Any] = {
        "taken_over": [],
        "differs": {},
        "made": [step for step in actions if step.startswith("create ")],
        "deleted": [step for step in actions if step.startswith("delete ") and not _owner(step, existing)],
        "ours": [],
        "left_alone": [],
    }
    for thing in existing:
        steps = [step for step in actions if _mentions(step, thing)]
        used = bool(steps) or (thing["kind"] == "log group" and thing["name"] in log_groups)
        kind = "ours" if thing["ours"] else "taken_over" if used else "left_alone"
        report[kind].append(f"{_label(thing)} ({thing['id']})" if thing["id"] != thing["name"] else _label(thing))
        differing = [step for step in steps if not step.startswith((_TAGS, "create "))]
        if differing:
            report["differs"][_label(thing)] = differing
    _parts(report, [step for step in actions if not _owner(step, existing)])
    return report


def _parts(report: dict[str, Any], steps: Sequence[str]) -> None:
    """Sort in the steps of what has no name of its own in the account: subnets, gateways, routes and the like."""
    adopts = any(thing.startswith("VPC ") for thing in report["taken_over"])
    tagged = [step for step in steps if step.startswith(_TAGS)]
    if adopts:
        report["taken_over"] += [step.removeprefix(_TAGS) for step in tagged]
    rest = [step for step in steps if not step.startswith(("create ", "delete ")) and not (adopts and step in tagged)]
    if rest:
        report["differs"]["parts"] = rest


def _label(thing: Mapping[str, Any]) -> str:
    return f"{thing['kind']} {thing['name']}"


def _mentions(step: str, thing: Mapping[str, Any]) -> bool:
    """Tell whether a step is about a thing; a name that only begins with the thing's is another's."""
    return re.search(rf"\b{re.escape(_label(thing))}(?![\w/-])", step) is not None


def _owner(step: str, existing: Sequence[Mapping[str, Any]]) -> bool:
    return any(_mentions(step, thing) for thing in existing)
