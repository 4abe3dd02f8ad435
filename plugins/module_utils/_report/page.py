# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The whole page: one file that loads nothing and sends nothing, whatever values it shows.

Private to the collection. Its template, style and script are files of their own, which the caller has read.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from string import Template

from ansible_collections.orchestra.aws.plugins.module_utils._report import console, icons, states
from ansible_collections.orchestra.aws.plugins.module_utils._report.graph import graph
from ansible_collections.orchestra.aws.plugins.module_utils._report.markup import Child, Markup, element, joined
from ansible_collections.orchestra.aws.plugins.module_utils._report.model import About, Execution
from ansible_collections.orchestra.aws.plugins.module_utils._report.texts import counted, duration, listed, moment
from ansible_collections.orchestra.aws.plugins.module_utils._report.timeline import timeline
from ansible_collections.orchestra.aws.plugins.module_utils._report.values import folded


@dataclass(frozen=True)
class Look:
    """The files that a page is made of. template: has $title, $policy, $style, $body and $script."""

    template: str
    style: str
    script: str


def execution_page(execution: Execution, look: Look, limit: int) -> str:
    """Return the page of one execution, in which values are cut after C(limit) characters."""
    drawing, narrow = graph(execution)
    parts = states.states(execution, limit)
    body = joined(
        [
            _header(execution),
            _strangers(execution),
            element(
                "div",
                {"class": f"overview {'beside' if narrow else 'below'}"},
                section("graph", "States", scroller("The drawing of the states", drawing), legend()),
                element(
                    "div",
                    {},
                    section("timeline", "Timeline", timeline(execution, states.targets(execution)), bar_legend()),
                    section("result", _result_title(execution), *_result(execution, limit)),
                ),
            ),
            section("states", "What each state did", buttons(), *parts),
        ]
    )
    return assembled(f"{execution.about.title}: {icons.execution_word(execution.status)}", body, look)


def assembled(title: str, body: Markup, look: Look) -> str:
    """Return a page. Its policy lets the browser run this script and apply this style, and load nothing."""
    policy = (
        f"default-src 'none'; style-src '{_digest(look.style)}'; script-src '{_digest(look.script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "title": element("title", {}, title),
        "policy": policy,
        "style": look.style,
        "script": look.script,
        "body": joined([icons.symbols(), body]),
    }
    return Template(look.template).substitute(parts)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def section(name: str, title: str, *children: Child) -> Markup:
    heading = element("h2", {"id": f"{name}-title"}, title)
    return element("section", {"id": name, "aria-labelledby": f"{name}-title"}, heading, *children)


def scroller(label: str, *children: Child) -> Markup:
    """Return a part that scrolls by itself when it is too wide, with the keyboard too."""
    return element("div", {"class": "scroller", "tabindex": "0", "role": "group", "aria-label": label}, *children)


def buttons() -> Markup:
    return element(
        "p",
        {"class": "buttons"},
        element("button", {"type": "button", "data-open": "all"}, "Open all"),
        element("button", {"type": "button", "data-open": "none"}, "Close all"),
    )


def facts(pairs: list[tuple[str, Child]]) -> Markup:
    """Return names with their values, leaving out those without one."""
    known = [(name, value) for name, value in pairs if value is not None]
    items = [element("div", {}, element("dt", {}, name), element("dd", {}, value)) for name, value in known]
    return element("dl", {"class": "facts"}, *items)


def status_badge(status: str) -> Markup:
    kind = icons.execution_status(status)
    return element("span", {"class": f"badge {icons.css_class(kind)}"}, icons.sign(kind), icons.execution_word(status))


def links(about: About) -> Child:
    """Return links into the AWS console; nothing when the execution was not on AWS."""
    if not about.on_aws:
        return None
    found = [
        ("Execution in the AWS console", console.execution(about.arn)),
        ("State machine", console.machine(about.machine_arn)),
        ("Log group", console.log_group(about.log_group, about.machine_arn)),
    ]
    shown = [
        element("a", {"href": address, "rel": "noreferrer"}, text) for text, address in found if address is not None
    ]
    return element("p", {"class": "links"}, *shown) if shown else None


def _header(execution: Execution) -> Markup:
    about = execution.about
    machine = about.machine_arn.rsplit(":", 1)[1] if about.machine_arn else None
    return element(
        "header",
        {},
        element("p", {"class": "above"}, "Execution", f" of {machine}" if machine else ""),
        element("h1", {}, about.title),
        element("p", {"class": "lead"}, status_badge(execution.status), " ", summary(execution)),
        facts(
            [
                ("Duration", duration(execution.duration)),
                ("Started", moment(execution.began)),
                ("Ended", None if execution.ended is None else moment(execution.ended)),
                ("Alias", _last_part(about.alias_arn)),
                ("Version", _last_part(about.version_arn)),
                ("Events", f"{execution.events:,}"),
            ]
        ),
        links(about),
    )


def summary(execution: Execution) -> str:
    """Return what happened, in a sentence or two."""
    tasks = {visit.state for visit in execution.tasks()}
    done = sum(1 for name in tasks if execution.state_status(name) in ("succeeded", "retried"))
    known = [name for name, state in execution.machine.states.items() if state.type == "Task"]
    whole = f"{done} of {counted(len(known), 'task')} succeeded" if known else "It has no tasks"
    retries = sum(visit.retries for visit in execution.tasks())
    retried = sorted({visit.state for visit in execution.tasks() if visit.retries})
    again = f", with {counted(retries, 'retry', 'retries')} in {listed(retried)}" if retries else ""
    failed = list(dict.fromkeys(visit.state for visit in execution.failed()))
    why = f"{listed(failed)} failed{_with(execution)}. " if failed else ""
    return f"{why}{whole}{again}."


def _with(execution: Execution) -> str:
    errors = list(dict.fromkeys(visit.error for visit in execution.failed() if visit.error))
    return f" with {listed(errors)}" if errors else ""


def _last_part(arn: str | None) -> str | None:
    return arn.rsplit(":", 1)[1] if arn else None


def _strangers(execution: Execution) -> Child:
    names = execution.strangers()
    if not names:
        return None
    sentence = f"The history has {counted(len(names), 'state')} that the definition does not have: {listed(names, 5)}."
    return element("p", {"class": "warning"}, element("strong", {}, "Another definition. "), sentence)


def _result_title(execution: Execution) -> str:
    """Return what the values are: a failed run of the workflow has its payload, a mapping, as cause."""
    mapping = (execution.cause or "").lstrip().startswith("{")
    return "Payload" if execution.output is not None or mapping else "Result"


def _result(execution: Execution, limit: int) -> list[Child]:
    """Return what came out, and what went in. The payload of a failed run is in its cause."""
    return [
        states.error(execution.error, execution.cause, limit),
        folded("Output", execution.output, limit, True),
        folded("Input", execution.input, limit, execution.output is None and execution.cause is None),
    ]


def legend() -> Markup:
    shown = ("succeeded", "retried", "failed", "aborted", "running", "not reached")
    items = [element("li", {}, icons.sign(status), icons.WORDS[status]) for status in shown]
    lines = [
        element("li", {}, element("span", {"class": f"key {kind}"}), text)
        for kind, text in (("taken", "taken"), ("catch", "when caught"))
    ]
    return element("ul", {"class": "legend", "aria-label": "Signs"}, *items, *lines)


def bar_legend() -> Markup:
    shown = (("is-succeeded", "worked"), ("is-failed", "failed"), ("wait", "waited before a retry"))
    items = [element("li", {}, element("span", {"class": f"key {kind}"}), text) for kind, text in shown]
    return element("ul", {"class": "legend", "aria-label": "Bars"}, *items)
