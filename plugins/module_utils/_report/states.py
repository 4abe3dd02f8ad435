# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the page says of each state: attempts, error and cause, input and output.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._report import icons
from ansible_collections.orchestra.aws.plugins.module_utils._report.graph import detail
from ansible_collections.orchestra.aws.plugins.module_utils._report.markup import Child, Markup, element
from ansible_collections.orchestra.aws.plugins.module_utils._report.model import Execution
from ansible_collections.orchestra.aws.plugins.module_utils._report.texts import counted, duration
from ansible_collections.orchestra.aws.plugins.module_utils._report.values import folded
from ansible_collections.orchestra.aws.plugins.module_utils._report.visits import Visit

MOST_VISITS = 10


def targets(execution: Execution) -> dict[str, str]:
    """Return the id of the part of the page about each state."""
    return {name: f"state-{index}" for index, name in enumerate(execution.machine.states)}


def states(execution: Execution, limit: int) -> list[Markup]:
    """Return the parts about all states of the definition, in its order."""
    ids = targets(execution)
    return [_state(execution, name, ids, limit) for name in execution.machine.states]


def _state(execution: Execution, name: str, ids: dict[str, str], limit: int) -> Markup:
    visits = execution.by_state.get(name, [])
    state = execution.machine.states[name]
    status = execution.state_status(name)
    heading = element(
        "summary",
        {},
        icons.sign(status),
        element("span", {"class": "heard"}, f"{icons.WORDS[status]}: "),
        element("span", {"class": "name"}, name),
        element("span", {"class": "kind"}, " · ".join(text for text in (state.type, state.resource) if text)),
        element("span", {"class": "outcome"}, detail(execution, name, with_type=False)),
    )
    shown = [_visit(execution, visit, number, len(visits), limit) for number, visit in enumerate(visits, 1)]
    more = None
    if len(visits) > MOST_VISITS:
        left_out = counted(len(visits) - MOST_VISITS, "more visit")
        more = element("p", {"class": "cut"}, f"{left_out} not shown.")
    attributes = {
        "class": f"entry {icons.css_class(status)}",
        "id": ids[name],
        "open": any(visit.state == name for visit in execution.failed()),
        "data-state": name,
        "data-status": status,
    }
    body = element("div", {"class": "body"}, *shown[:MOST_VISITS], more, _leads_to(execution, name, ids))
    return element("details", attributes, heading, body)


def _visit(execution: Execution, visit: Visit, number: int, total: int, limit: int) -> Markup:
    heading = None
    if total > 1:
        began = f"after {duration(visit.entered - execution.began)}"
        heading = element("h4", {}, f"Visit {number} of {total}, {icons.WORDS[visit.status]}, {began}")
    return element(
        "div",
        {"class": "visit"},
        heading,
        _attempts(execution, visit),
        *_earlier_causes(visit, limit),
        error(visit.error, visit.cause, limit, visit.state),
        folded("Input", visit.input, limit, of=visit.state),
        folded("Output", visit.output, limit, of=visit.state),
    )


def error(name: str | None, cause: str | None, limit: int, of: str = "the execution") -> Child:
    """Return an error with its cause, which is open."""
    if name is None and not cause:
        return None
    title = element("p", {"class": "error"}, element("span", {"class": "label"}, "Error "), element("code", {}, name))
    return element(
        "div", {"class": "failure"}, title if name else None, folded("Cause", cause or None, limit, True, of)
    )


def _attempts(execution: Execution, visit: Visit) -> Child:
    """Return what each attempt did; nothing when there was only one that is told of elsewhere."""
    if len(visit.attempts) < 2:
        return None
    rows = []
    before: float | None = None
    for number, attempt in enumerate(visit.attempts, 1):
        ended = execution.last if attempt.ended is None else attempt.ended
        waited = None if before is None else duration(attempt.began - before)
        rows.append(
            element(
                "tr",
                {},
                element("th", {"scope": "row"}, number),
                element("td", {}, duration(attempt.began - execution.began)),
                element("td", {}, waited or "–"),
                element("td", {}, duration(ended - attempt.began)),
                element("td", {}, icons.sign(attempt.status), " ", attempt.error or icons.WORDS[attempt.status]),
            )
        )
        before = ended
    titles = ("Attempt", "Began after", "Waited before", "Took", "Result")
    head = element("tr", {}, *(element("th", {"scope": "col"}, title) for title in titles))
    table = element("table", {}, element("thead", {}, head), element("tbody", {}, *rows))
    label = f"Attempts of {visit.state}"
    return element("div", {"class": "scroller", "tabindex": "0", "role": "group", "aria-label": label}, table)


def _earlier_causes(visit: Visit, limit: int) -> list[Child]:
    """Return why attempts failed that another one followed; that of the last is the state's own."""
    return [
        folded(f"Cause of attempt {number}", attempt.cause or None, limit, of=visit.state)
        for number, attempt in enumerate(visit.attempts[:-1], 1)
    ]


def _leads_to(execution: Execution, name: str, ids: dict[str, str]) -> Child:
    edges = [edge for edge in execution.machine.edges() if edge.source == name]
    if not edges:
        return None
    items = []
    for edge in edges:
        when = " or ".join(edge.conditions)
        word = " after " if edge.catch else "" if not when else " " if when == "otherwise" else " if "
        items.append(element("li", {}, element("a", {"href": f"#{ids[edge.target]}"}, edge.target), f"{word}{when}"))
    label = element("span", {"class": "label"}, "Leads to")
    return element("div", {"class": "leads"}, label, element("ul", {}, *items))
