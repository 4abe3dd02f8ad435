# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The changes that the result of a task describes. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes import parts
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.change import Change, Verb

Result = Mapping[str, Any]
# They run something and leave no resource behind.
RUNNERS = frozenset({"amazon.aws.lambda_execute", "orchestra.aws.lambda_invocations", "orchestra.aws.sfn_execution"})


@dataclass(frozen=True)
class Call:
    """A module that was called. module: its full name.

    task: its name, for what describes no resource. arguments: only those that name a resource are used.
    """

    module: str
    task: str
    arguments: Mapping[str, Any]


def changes(call: Call, result: Result) -> list[Change]:
    """Return the resources that one result, or one item of a loop, is about: changed or not."""
    if result.get("skipped"):
        return []
    if call.module in parts.MODULES and "diff" in result and "censored" not in result:
        return _of_difference(call, result)
    if not result.get("changed") or call.module in RUNNERS:
        return []
    return [Change("change", "task", call.task)]


def _of_difference(call: Call, result: Result) -> list[Change]:
    listed = parts.found(call.module, result["diff"], call.arguments)
    if not result.get("changed"):
        return [Change("none", one.kind, one.name, one.after, one.after) for one in listed if one.after is not None]
    steps = tuple(result.get("actions") or [])
    told = [Change(_verb(one), one.kind, one.name, one.before or {}, one.after or {}) for one in listed]
    told = [_with_steps(change, steps) for change in told]
    if any(change.verb != "none" for change in told):
        return told
    if not told:
        return [Change("change", "task", call.task, steps=steps)]
    return [replace(told[0], verb="change", steps=steps), *told[1:]]


def _verb(one: parts.Found) -> Verb:
    if one.before is None:
        return "add"
    if one.after is None:
        return "remove"
    return "none" if one.before == one.after else "change"


def _with_steps(change: Change, steps: tuple[str, ...]) -> Change:
    """Return an unchanged resource as changed when a step says so: a service with a new task definition, say."""
    if change.verb != "none":
        return change
    about = re.compile(rf"(update|start a new deployment of) {re.escape(change.title)}(:|$)")
    told = tuple(step for step in steps if about.match(step))
    return replace(change, verb="change", steps=told) if told else change
