# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Watch several targets until all are ready, or gone, or one no longer can be.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils import _progress, _wait
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError, ResultError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently
from ansible_collections.orchestra.aws.plugins.module_utils._targets.kinds import GONE, KINDS
from ansible_collections.orchestra.aws.plugins.module_utils._targets.target import Kind, Status, Target
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

# Seconds in which AWS may not yet show what has just been made.
MISSING_SECONDS = 15.0
UNKNOWN = Status("pending", "not known yet")
MISSING = Status("pending", "missing")

Look = Callable[[list[Target]], dict[Target, Status]]
# Told after each look what is still pending; shall return at once and not raise.
Progress = Callable[[Mapping[Target, Status]], None]


@dataclass
class Watch:
    """How far the wait is: the last status of each target, and the seconds until it was ready."""

    targets: list[Target]
    statuses: dict[Target, Status] = field(default_factory=dict)
    seconds: dict[Target, float] = field(default_factory=dict)

    def note(self, found: Mapping[Target, Status], now: float) -> None:
        """Take down what a look has found of the targets that were pending. now: seconds since the start."""
        for target in self.pending():
            self.statuses[target] = found.get(target, MISSING)
            if self.statuses[target].phase == "ready":
                self.seconds[target] = round(now, 1)

    def pending(self) -> dict[Target, Status]:
        return {target: self.statuses.get(target, MISSING) for target in self.targets if target not in self.seconds}

    def result(self) -> list[dict[str, Any]]:
        """Return the targets in the form of the module's return values, in the order of the user."""
        return [
            {
                "kind": target.kind,
                "id": target.id,
                **({"cluster": target.cluster} if target.cluster else {}),
                "phase": self.statuses.get(target, MISSING).phase,
                "state": self.statuses.get(target, MISSING).state,
                "why": self.statuses.get(target, MISSING).why,
                "seconds": self.seconds.get(target),
            }
            for target in self.targets
        ]


def parse(options: Iterable[Mapping[str, Any]]) -> list[Target]:
    """Return the targets that the user names, each once. Raises InputError for what is none."""
    targets = []
    for option in options:
        given = {key: value for key, value in option.items() if value is not None}
        if len(given) != 1:
            raise InputError(f"A target of the wait has {len(given)} keys: give exactly one of {', '.join(KINDS)}.")
        ((kind, value),) = given.items()
        if kind == "ecs_service":
            asked = (value.get("task_definition"), value.get("deployment_id"))
            targets.append(Target(kind, value["service"], value["cluster"], *asked))
        else:
            targets.append(Target(kind, value))
    return list(dict.fromkeys(targets))


def look(kinds: Mapping[str, Kind], clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    """Look once at all targets, the kinds side by side."""
    wanted = {target.kind for target in targets}
    for kind in wanted:
        for service in kinds[kind].services:
            clients(service)  # Made here, because making a client is not thread-safe.
    polls = [partial(kinds[kind].poll, clients, [each for each in targets if each.kind == kind]) for kind in wanted]
    statuses: dict[Target, Status] = {}
    for found in concurrently(*polls):
        statuses |= found
    return statuses


def explain(kinds: Mapping[str, Kind], clients: Clients, targets: list[Target]) -> dict[Target, Status]:
    """Look once more at those targets of which AWS knows more than their state, and ask for that too."""
    statuses: dict[Target, Status] = {}
    for name, kind in kinds.items():
        mine = [target for target in targets if target.kind == name]
        if kind.explain is not None and mine:
            statuses |= kind.explain(clients, mine)
    return statuses


def _know_nothing(targets: list[Target]) -> dict[Target, Status]:
    return {}


def _say_nothing(pending: Mapping[Target, Status]) -> None:
    pass


def _tell(pending: Mapping[Target, Status]) -> None:
    _progress.tell(f"{target.kind} {target.id} is {status.state}" for target, status in pending.items())


def watch(
    targets: list[Target],
    glance: Look,
    timeout: float,
    progress: Progress = _say_nothing,
    last_look: Look = _know_nothing,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Watch:
    """Look until all targets are ready.

    timeout: seconds. last_look: at what is pending when the time is over; it may leave targets out.
    Raises ResultError when one has failed, stays missing, or the time is over.
    """
    state, start = Watch(targets), clock()
    for pause in _wait.pauses():
        found = glance(list(state.pending()))
        now = clock() - start
        state.note(found, now)
        _fail_early(state, now)
        over = now + pause > timeout
        if over and state.pending():
            state.note({**state.pending(), **last_look(list(state.pending()))}, now)
            _fail_early(state, now)
        pending = state.pending()
        if not pending:
            return state
        progress(pending)
        if over:
            raise ResultError(
                f"Waited {timeout:g} seconds in vain for {_list(pending)}.{_others(state, pending)}",
                {"targets": state.result()},
            )
        sleep(pause)
    raise AssertionError("the pauses never end")


def _fail_early(state: Watch, now: float) -> None:
    failed = {target: status for target, status in state.pending().items() if status.phase == "failed"}
    if now >= MISSING_SECONDS:
        failed |= {target: status for target, status in state.pending().items() if status == MISSING}
    if failed:
        raise ResultError(f"{_list(failed)}.{_others(state, failed)}", {"targets": state.result()})


def _list(statuses: Mapping[Target, Status]) -> str:
    return "; ".join(
        f"{target} is {status.state}{': ' if status.why else ''}{status.why.rstrip('.')}"
        for target, status in statuses.items()
    )


def _others(state: Watch, told: Mapping[Target, Status]) -> str:
    others = {target: status for target, status in state.statuses.items() if target not in told}
    return f" Besides, {_list(others)}." if others else ""


def operate(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Wait for the targets; in check mode only report how they stand."""
    targets = parse(params["for"])
    kinds = GONE if params["state"] == "absent" else KINDS
    known = [target for target in targets if not is_unknown([target.id, target.cluster])]
    if check_mode:
        state = Watch(targets, {target: UNKNOWN for target in targets if target not in known})
        state.statuses |= look(kinds, clients, known)
        state.seconds |= {target: 0.0 for target, status in state.statuses.items() if status.phase == "ready"}
    elif len(known) < len(targets):
        unknown = next(target for target in targets if target not in known)
        raise InputError(f"{unknown} cannot be waited for: what makes it has not run.")
    else:
        state = watch(
            targets, partial(look, kinds, clients), params["timeout"], _tell, partial(explain, kinds, clients)
        )
    return Outcome({}, {}, [], {"targets": state.result()})
