# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Random state machines, and histories of random runs of them with what happened in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

STEPS = 60
ERROR = "ApiGateway.503"


@dataclass
class Run:
    """A history, and what it has to be read as."""

    definition: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)
    # State, the state around it, attempts and whether it failed: in the order in which the states were entered.
    visits: list[list[Any]] = field(default_factory=list)
    taken: set[tuple[str, str]] = field(default_factory=set)

    def add(self, kind: str, after: int, **details: Any) -> int:
        event: dict[str, Any] = {"id": len(self.events) + 1, "previousEventId": after, "type": kind}
        event["timestamp"] = 1000.0 + len(self.events)
        if details:
            event[f"{kind[0].lower()}{kind[1:]}EventDetails"] = details
        self.events.append(event)
        return int(event["id"])


@st.composite
def regions(draw: st.DrawFn, names: Iterator[str], depth: int = 0) -> dict[str, Any]:
    """Return states that lead to each other in any way, also back; the last one ends."""
    own = [next(names) for _ in range(draw(st.integers(1, 4 if depth else 6)))]
    kinds = ["Task", "Task", "Pass", "Choice", *(["Parallel", "Map"] if depth < 2 else [])]
    states: dict[str, Any] = {}
    for index, name in enumerate(own):
        last = index == len(own) - 1
        kind = draw(st.sampled_from([one for one in kinds if one != "Choice"] if last else kinds))
        states[name] = _state(draw, names, kind, own, index, depth)
    return {"StartAt": own[0], "States": states}


def _state(draw: st.DrawFn, names: Iterator[str], kind: str, own: list[str], index: int, depth: int) -> dict[str, Any]:
    state: dict[str, Any] = {"Type": kind}
    following = st.sampled_from(own)
    if kind == "Choice":
        targets = draw(st.lists(following, min_size=1, max_size=3))
        state["Choices"] = [{"Variable": "$.x", "IsNull": True, "Next": target} for target in targets]
        state["Default"] = own[index + 1]
    elif index == len(own) - 1:
        state["End"] = True
    else:
        state["Next"] = own[index + 1]
    if kind == "Task":
        state["Resource"] = "arn:aws:states:::apigateway:invoke"
    if kind == "Parallel":
        state["Branches"] = [draw(regions(names, depth + 1)) for _ in range(draw(st.integers(1, 3)))]
    if kind == "Map":
        state["ItemProcessor"] = draw(regions(names, depth + 1))
    if kind in ("Task", "Parallel", "Map") and draw(st.booleans()):
        state["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": draw(following)}]
    return state


@st.composite
def machines(draw: st.DrawFn) -> dict[str, Any]:
    """Return a definition; its names are of any kind and length."""
    prefix = draw(st.sampled_from(["s", "a rather long name of a state ", "価格の計算", "<b>&'\"", "état "]))
    names = (f"{prefix}{number}" for number in range(1000))
    return draw(regions(names))


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Return a run, which may succeed, fail, or still be going on."""
    run = Run(draw(machines()))
    start = run.add("ExecutionStarted", 0, input="{}")
    steps = _region(draw, run, run.definition, start, None)
    outcome: tuple[int, bool] | None = None
    for _ in range(STEPS):
        try:
            next(steps)
        except StopIteration as end:
            outcome = end.value
            break
    if outcome is not None:
        last, succeeded = outcome
        run.add("ExecutionSucceeded", last, output="{}") if succeeded else run.add("ExecutionFailed", last, error=ERROR)
    return run


def _region(draw: st.DrawFn, run: Run, region: dict[str, Any], after: int, around: str | None) -> Iterator[Any]:
    """Go from state to state; steps may be interleaved with others. Returns the last event and whether all is well."""
    name = region["StartAt"]
    while True:
        state = region["States"][name]
        last, succeeded = yield from _visit(draw, run, name, state, after, around)
        caught = state["Catch"][0]["Next"] if "Catch" in state else None
        following = _next(draw, state) if succeeded else caught
        if not succeeded and following is None:
            return last, False
        after = run.add(f"{state['Type']}StateExited", last, name=name, output="{}")
        if following is None:
            return after, True
        run.taken.add((name, following))
        name = following


def _next(draw: st.DrawFn, state: dict[str, Any]) -> str | None:
    if state["Type"] == "Choice":
        return draw(st.sampled_from([*(choice["Next"] for choice in state["Choices"]), state["Default"]]))
    return state.get("Next")


def _visit(
    draw: st.DrawFn, run: Run, name: str, state: dict[str, Any], after: int, around: str | None
) -> Iterator[Any]:
    last = run.add(f"{state['Type']}StateEntered", after, name=name, input="{}")
    visit: list[Any] = [name, around, 0, False]
    run.visits.append(visit)
    yield
    if state["Type"] == "Task":
        for failing in [*[True] * draw(st.integers(0, 2)), draw(st.booleans())]:
            last = run.add("TaskScheduled", last)
            visit[2] += 1
            visit[3] = failing
            yield
            last = run.add("TaskFailed", last, error=ERROR) if failing else run.add("TaskSucceeded", last, output="{}")
        return last, not visit[3]
    if state["Type"] in ("Parallel", "Map"):
        last, succeeded = yield from _branches(draw, run, name, state, last)
        visit[2], visit[3] = 1, not succeeded
        return last, succeeded
    return last, True


def _branches(draw: st.DrawFn, run: Run, name: str, state: dict[str, Any], last: int) -> Iterator[Any]:
    """Run branches, or items, side by side until all have ended or one has failed."""
    kind = state["Type"]
    started = run.add(f"{kind}StateStarted", last)
    if kind == "Parallel":
        going_on = [_region(draw, run, branch, started, name) for branch in state["Branches"]]
    else:
        items = range(draw(st.integers(1, 3)))
        begins = [run.add("MapIterationStarted", started, name=name, index=index) for index in items]
        going_on = [_region(draw, run, state["ItemProcessor"], begin, name) for begin in begins]
    while going_on:
        branch = draw(st.sampled_from(going_on))
        try:
            yield next(branch)
        except StopIteration as end:
            going_on.remove(branch)
            last, succeeded = end.value
            if not succeeded:
                return run.add(f"{kind}StateFailed", last), False
            if kind == "Map":
                run.add("MapIterationSucceeded", last, name=name, index=0)
    run.add(f"{kind}StateSucceeded", last)
    return last, True
