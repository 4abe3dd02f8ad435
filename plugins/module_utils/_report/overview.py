# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The page of many executions: how they went, how long each service took, and each run on its own.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._report import icons, page, statistics
from ansible_collections.orchestra.aws.plugins.module_utils._report.markup import Child, Markup, element, joined
from ansible_collections.orchestra.aws.plugins.module_utils._report.model import Execution
from ansible_collections.orchestra.aws.plugins.module_utils._report.states import error
from ansible_collections.orchestra.aws.plugins.module_utils._report.texts import counted, duration, listed, moment
from ansible_collections.orchestra.aws.plugins.module_utils._report.timeline import timeline

PERCENTILES = (50, 90, 99)


def overview_page(machine: str, executions: list[Execution], look: page.Look, limit: int) -> str:
    """Return the page of the newest executions of a state machine, the newest first."""
    body = joined(
        [
            _header(machine, executions),
            page.section("services", "Services", *_services(executions)),
            page.section("executions", "Executions", page.scroller("Executions", _table(executions))),
            page.section("runs", "Each execution", page.buttons(), *_runs(executions, limit)),
        ]
        if executions
        else [_header(machine, executions)]
    )
    return page.assembled(f"{machine}: executions", body, look)


def _header(machine: str, executions: list[Execution]) -> Markup:
    rate = statistics.success_rate(executions)
    seconds = [execution.duration for execution in executions if execution.status == "SUCCEEDED"]
    figures: list[tuple[str, Child]] = [
        ("Succeeded", None if rate is None else f"{100 * rate:.3g} %"),
        *((f"p{percent} duration", _seconds(statistics.percentile(seconds, percent))) for percent in PERCENTILES),
    ]
    items = [
        element("div", {}, element("dt", {}, name), element("dd", {}, value)) for name, value in figures if value != "–"
    ]
    return element(
        "header",
        {},
        element("p", {"class": "above"}, "Executions of"),
        element("h1", {}, machine),
        element("p", {"class": "lead"}, summary(executions)),
        element("dl", {"class": "figures"}, *items) if executions else None,
    )


def summary(executions: list[Execution]) -> str:
    """Return in a sentence or two how the executions went."""
    if not executions:
        return "It has no executions yet."
    first, last = executions[-1], executions[0]
    counts = {
        word: sum(execution.status in statuses for execution in executions)
        for word, statuses in {
            "succeeded": ("SUCCEEDED",),
            "failed": ("FAILED", "TIMED_OUT"),
            "were stopped": ("ABORTED",),
            "are still running": ("RUNNING",),
        }.items()
    }
    told = listed([f"{count} {word}" for word, count in counts.items() if count], 4)
    when = f"between {moment(first.began)} and {moment(last.began)}" if len(executions) > 1 else moment(last.began)
    return f"{counted(len(executions), 'execution')}, started {when}: {told}."


def _services(executions: list[Execution]) -> list[Child]:
    titles = ("Service", "Runs", "Succeeded", "Failed", "Retries", *(f"p{percent}" for percent in PERCENTILES))
    head = [
        element("th", {"scope": "col", "class": None if index in (0, 2) else "number"}, title)
        for index, title in enumerate(titles)
    ]
    rows = [_service(service) for service in statistics.services(executions)]
    table = element("table", {}, element("thead", {}, element("tr", {}, *head)), element("tbody", {}, *rows))
    note = (
        "Durations are those of runs that succeeded, with all attempts and waits. A percentile is the least duration "
        "that so many percent of them do not exceed."
    )
    return [page.scroller("Services", table), element("p", {"class": "cut"}, note)]


def _service(service: statistics.Service) -> Markup:
    ended = service.succeeded + service.failed
    share = 100 * service.succeeded / ended if ended else None
    drawn = None
    if share is not None:
        shapes = [
            element("rect", {"class": "rest", "width": "100%", "height": "100%", "rx": 3}),
            element("rect", {"class": "good", "width": f"{share:.4g}%", "height": "100%", "rx": 3}),
        ]
        drawn = element("svg", {"class": "share", "aria-hidden": "true"}, *shapes)
    cells: list[Child] = [
        f"{service.failed:,}",
        f"{service.retries:,}",
        *(_seconds(statistics.percentile(service.seconds, percent)) for percent in PERCENTILES),
    ]
    return element(
        "tr",
        {"data-service": service.name},
        element("th", {"scope": "row"}, service.name),
        element("td", {"class": "number"}, f"{service.visits:,}"),
        element("td", {}, "–" if share is None else f"{share:.3g} %", drawn),
        *(element("td", {"class": "number"}, cell) for cell in cells),
    )


def _table(executions: list[Execution]) -> Markup:
    titles = ("Status", "Execution", "Started", "Duration", "Retries", "Failed")
    head = [
        element("th", {"scope": "col", "class": "number" if title in ("Duration", "Retries") else None}, title)
        for title in titles
    ]
    rows = [_execution(execution, index) for index, execution in enumerate(executions)]
    return element("table", {}, element("thead", {}, element("tr", {}, *head)), element("tbody", {}, *rows))


def _execution(execution: Execution, index: int) -> Markup:
    cells = [
        element("td", {}, page.status_badge(execution.status)),
        element("th", {"scope": "row", "class": "run"}, element("a", {"href": f"#run-{index}"}, execution.about.title)),
        element("td", {}, moment(execution.began)),
        element("td", {"class": "number"}, duration(execution.duration)),
        element("td", {"class": "number"}, retries(execution)),
        element("td", {}, _failed(execution)),
    ]
    return element("tr", {}, *cells)


def retries(execution: Execution) -> int:
    return sum(visit.retries for visit in execution.visits)


def _failed(execution: Execution) -> str:
    states = list(dict.fromkeys(visit.state for visit in execution.failed()))
    errors = list(dict.fromkeys(visit.error for visit in execution.failed() if visit.error))
    return f"{listed(states)}: {listed(errors)}" if errors else listed(states)


def _runs(executions: list[Execution], limit: int) -> list[Markup]:
    return [_run(execution, index, limit) for index, execution in enumerate(executions)]


def _run(execution: Execution, index: int, limit: int) -> Markup:
    kind = icons.execution_status(execution.status)
    heading = element(
        "summary",
        {},
        icons.sign(kind),
        element("span", {"class": "heard"}, f"{icons.execution_word(execution.status)}: "),
        element("span", {"class": "name"}, execution.about.title),
        element("span", {"class": "outcome"}, duration(execution.duration)),
    )
    body = element(
        "div",
        {"class": "body"},
        error(execution.error, execution.cause, limit),
        timeline(execution, {}),
        page.links(execution.about),
    )
    return element("details", {"class": f"entry {icons.css_class(kind)}", "id": f"run-{index}"}, heading, body)


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else duration(seconds)
