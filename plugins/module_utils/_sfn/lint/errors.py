# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of retriers and catchers: names that match nothing, entries that are never taken, numbers.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import place_of, pointer_to
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import error_names, fields
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import JSONPATH, State, number
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.shape import unknown
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.values import numbers

ALL, TASK_FAILED = "States.ALL", "States.TaskFailed"
# The wildcard takes every known error but a time-out. A missed heartbeat is one for States.Timeout too, and the guide
# calls the other two terminal.
_NOT_TAKEN = {ALL, "States.Timeout", "States.HeartbeatTimeout", "States.DataLimitExceeded", "States.Runtime"}
_JITTER = ("FULL", "NONE")


def check(state: State) -> Iterator[Finding]:
    """Check the retriers and catchers of a state."""
    for field, known in (("Retry", fields.RETRIER), ("Catch", fields.catcher(state.language))):
        listed = list(state.entries(field))
        for entry, pointer in listed:
            yield from unknown(entry, known, pointer)
            yield from _names(entry, pointer, state)
            yield from _all(entry, pointer, last=entry is listed[-1][0])
        yield from _shadowed(listed)
    for retrier, pointer in state.entries("Retry"):
        yield from _retrier(retrier, pointer)


def _names(entry: dict[str, Any], pointer: str, state: State) -> Iterator[Finding]:
    names = entry.get("ErrorEquals")
    place = place_of("ErrorEquals", entry, pointer)
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        yield breach("error-names", place, "ErrorEquals must be a list of at least one error name.")
        return
    for index, name in enumerate(names):
        yield from error_names.check(name, pointer_to(place, index), state)


def _all(entry: dict[str, Any], pointer: str, *, last: bool) -> Iterator[Finding]:
    names = entry.get("ErrorEquals")
    place = place_of("ErrorEquals", entry, pointer)
    if not isinstance(names, list) or ALL not in names:
        return
    if len(names) > 1:
        yield breach("error-all-alone", place, "States.ALL must be the only name of its list.")
    if not last:
        yield breach("error-all-last", place, "What follows an entry for States.ALL is never reached: put it last.")


def _shadowed(listed: list[tuple[dict[str, Any], str]]) -> Iterator[Finding]:
    """Find names that an earlier entry has taken, by the name itself or by States.TaskFailed."""
    taken: dict[str, str] = {}
    for entry, pointer in listed:
        names = entry.get("ErrorEquals")
        own: dict[str, str] = {}
        for index, name in enumerate(names if isinstance(names, list) else []):
            if not isinstance(name, str):
                continue
            own[name] = place = pointer_to(pointer, "ErrorEquals", index)
            earlier = taken.get(name) or ("" if name in _NOT_TAKEN else taken.get(TASK_FAILED))
            if earlier:
                yield breach("error-name-shadowed", place, f"{name} is already taken by {earlier}.")
        taken = own | taken


def _retrier(retrier: dict[str, Any], pointer: str) -> Iterator[Finding]:
    yield from numbers(retrier, fields.RETRY_NUMBERS, pointer, JSONPATH)
    jitter = retrier.get("JitterStrategy", "NONE")
    if jitter not in _JITTER:
        sentence = f"JitterStrategy must be FULL or NONE, not {jitter!r}."
        yield breach("field-type", pointer_to(pointer, "JitterStrategy"), sentence)
    longest, first = number(retrier.get("MaxDelaySeconds")), number(retrier.get("IntervalSeconds", 1))
    if longest is not None and first is not None and longest < first:
        sentence = f"MaxDelaySeconds {longest:g} cuts the first wait of {first:g} seconds already."
        yield breach("retry-delay", pointer_to(pointer, "MaxDelaySeconds"), sentence)
