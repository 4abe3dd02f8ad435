# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""When each service worked, failed and waited, one row for each visit of its state.

Private to the collection. Bars are SVG with lengths in percent, so that they fit any width without a script.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.orchestra.aws.plugins.module_utils._report import icons
from ansible_collections.orchestra.aws.plugins.module_utils._report.markup import Child, Markup, element
from ansible_collections.orchestra.aws.plugins.module_utils._report.model import Execution
from ansible_collections.orchestra.aws.plugins.module_utils._report.texts import counted, duration, ticks
from ansible_collections.orchestra.aws.plugins.module_utils._report.visits import ABORTED, Attempt, Visit

MOST_ROWS = 200
# Names of rows deeper in Parallel and Map states are set in up to this often.
DEEPEST = 3


@dataclass(frozen=True)
class _Scale:
    """Seconds since 1970 to percent of the width."""

    began: float
    seconds: float

    def at(self, moment: float) -> str:
        return self.share(moment - self.began)

    def share(self, seconds: float) -> str:
        percent = 100 * seconds / self.seconds if self.seconds > 0 else 0.0
        return f"{min(max(round(percent, 3), 0.0), 100.0):g}%"


def timeline(execution: Execution, targets: dict[str, str]) -> Markup:
    """Return the rows. targets: the part of the page about each state."""
    visits = in_order(execution.lasting())
    scale = _Scale(execution.began, execution.duration)
    marks = ticks(execution.duration)
    rows = [_row(execution, visit, number, scale, marks, targets) for visit, number in _numbered(visits)[:MOST_ROWS]]
    more = None
    if len(visits) > MOST_ROWS:
        more = element("p", {"class": "cut"}, f"{counted(len(visits) - MOST_ROWS, 'more row')} not shown.")
    return element("div", {"class": "timeline"}, _axis(scale, marks), element("ol", {}, *rows), more)


def in_order(visits: list[Visit]) -> list[Visit]:
    """Return visits with what is inside a Parallel or Map state right below it."""
    inside: dict[int, list[Visit]] = {}
    shown = {id(visit) for visit in visits}
    for visit in visits:
        around = next((one for one in visit.around() if id(one) in shown), None)
        inside.setdefault(id(around), []).append(visit)
    ordered: list[Visit] = []
    stack = list(reversed(inside.get(id(None), [])))
    while stack:
        visit = stack.pop()
        ordered.append(visit)
        stack += reversed(inside.get(id(visit), []))
    return ordered


def spent(visit: Visit) -> str:
    """Return in words how often a visit tried and how long it waited in between."""
    parts = [counted(len(visit.attempts), "attempt")] if len(visit.attempts) > 1 else []
    waited = sum(end - begin for begin, end in visit.waits())
    if waited > 0:
        parts.append(f"waited {duration(waited)}")
    if visit.error:
        parts.append(visit.error)
    if visit.caught:
        parts.append("caught")
    if visit.status == ABORTED:
        parts.append("stopped")
    return " · ".join(parts)


def result(visit: Visit) -> str:
    """Return the status of a visit; one that succeeded at last counts as retried."""
    return "retried" if visit.status == "succeeded" and visit.retries else visit.status


def _numbered(visits: list[Visit]) -> list[tuple[Visit, int]]:
    """Return visits with their numbers: 0 where a state was visited once, else 1, 2 and so on."""
    total: dict[str, int] = {}
    for visit in visits:
        total[visit.state] = total.get(visit.state, 0) + 1
    count: dict[str, int] = {}
    numbered = []
    for visit in visits:
        count[visit.state] = count.get(visit.state, 0) + 1
        numbered.append((visit, count[visit.state] if total[visit.state] > 1 else 0))
    return numbered


def _axis(scale: _Scale, marks: list[float]) -> Markup:
    # Where the page is narrow, more words than three have no room.
    named = marks if len(marks) <= 3 else marks[::2]
    labels = [
        element(
            "text",
            {
                "x": scale.share(mark),
                "y": 14,
                "text-anchor": "start" if index == 0 else "end" if mark > scale.seconds * 0.93 else "middle",
            },
            "0" if mark == 0 else duration(mark),
        )
        for index, mark in enumerate(named)
    ]
    svg = element("svg", {"class": "axis", "height": 20, "aria-hidden": "true"}, *labels)
    return element("div", {"class": "row scale"}, element("span", {}), svg, element("span", {}))


def _row(
    execution: Execution, visit: Visit, number: int, scale: _Scale, marks: list[float], targets: dict[str, str]
) -> Markup:
    name = visit.state if not number else f"{visit.state} #{number}"
    target = targets.get(visit.state)
    label: Child = element("a", {"href": f"#{target}"}, name) if target else name
    notes = spent(visit)
    took = (execution.last if visit.exited is None else visit.exited) - visit.entered
    return element(
        "li",
        {"class": f"row depth-{min(visit.depth, DEEPEST)}", "data-state": visit.state},
        element(
            "div",
            {"class": "who"},
            icons.sign(result(visit)),
            element("span", {"class": "heard"}, f"{icons.WORDS[result(visit)]}: "),
            element("span", {"class": "what"}, label),
        ),
        _bars(execution, visit, scale, marks),
        element("div", {"class": "took"}, duration(took)),
        element("div", {"class": "notes"}, notes) if notes else None,
    )


def _bars(execution: Execution, visit: Visit, scale: _Scale, marks: list[float]) -> Markup:
    end = execution.last if visit.exited is None else visit.exited
    grid = [
        element("line", {"class": "grid", "x1": scale.share(mark), "x2": scale.share(mark), "y1": 0, "y2": "100%"})
        for mark in marks
    ]
    whole = _bar("whole", visit.entered, end, scale, "", 10, 4)
    waits = [
        _bar("wait", begin, until, scale, f"waited {duration(until - begin)}", 6, 12) for begin, until in visit.waits()
    ]
    if visit.type in ("Parallel", "Map"):
        pieces = [_bar("around", visit.entered, end, scale, f"{visit.type}: {duration(end - visit.entered)}", 10, 4)]
    elif not visit.attempts:
        pieces = [
            _bar(f"try {icons.css_class(visit.status)}", visit.entered, end, scale, duration(end - visit.entered))
        ]
    else:
        pieces = [_attempt(attempt, index, end, scale) for index, attempt in enumerate(visit.attempts, 1)]
    svg = {"class": "bars", "height": 24, "aria-hidden": "true"}
    return element("svg", svg, *grid, whole, *waits, *pieces)


def _attempt(attempt: Attempt, number: int, end: float, scale: _Scale) -> Markup:
    ended = end if attempt.ended is None else attempt.ended
    said = f"Attempt {number} {icons.WORDS[attempt.status]} after {duration(ended - attempt.began)}"
    if attempt.error:
        said += f": {attempt.error}"
    return _bar(f"try {icons.css_class(attempt.status)}", attempt.began, ended, scale, said)


def _bar(kind: str, begin: float, end: float, scale: _Scale, said: str, y: int = 5, height: int = 14) -> Markup:
    shape = {"x": scale.at(begin), "width": scale.share(end - begin), "y": y, "height": height, "rx": 2}
    rectangle = element("rect", {"class": kind, **shape})
    return element("g", {}, element("title", {}, said), rectangle) if said else rectangle
