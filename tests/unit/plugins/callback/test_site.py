# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the callback prints of results, by a clock that the tests turn."""

from __future__ import annotations

import io
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.callback import site

HOST = SimpleNamespace(get_name=lambda: "control")
LOST = {"changed": True, "diff": {"before": {"name": "shop"}, "after": {}}}
MADE = {"changed": True, "diff": {"before": {}, "after": {"name": "shop"}}}
RESIZED = {"changed": True, "diff": {"before": {"name": "shop"}, "after": {"name": "shop", "idle_timeout": 90}}}
SAME = {"changed": False, "diff": {"before": {"name": "shop"}, "after": {"name": "shop"}}}


class Watched:
    """A callback, the lines that it prints, and the time that it is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[str] = []
        self.now = 1000.0
        self.callback = site.CallbackModule()
        self.callback._display = SimpleNamespace(display=lambda text, color=None: self.lines.append(text))
        monkeypatch.setattr(time, "monotonic", lambda: self.now)

    def task(self, loop: bool = False) -> Any:
        made = SimpleNamespace(
            _uuid=str(self.now),
            _parent=None,
            action="orchestra.aws.alb",
            resolved_action="orchestra.aws.alb",
            args={"name": "shop"},
            get_name=lambda: "Make it",
            ignore_errors=False,
            loop=["a"] if loop else None,
        )
        self.callback.v2_runner_on_start(HOST, made)
        return made

    def told(self, event: str, task: Any, seconds: float, result: dict[str, Any]) -> None:
        self.now += seconds
        told = SimpleNamespace(host=HOST, task=task, result=dict(result))
        getattr(self.callback, f"v2_runner_{event}")(told)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


def test_the_time_of_an_item_is_its_own(watched: Watched) -> None:
    loop = watched.task(loop=True)
    watched.told("item_on_ok", loop, 2, MADE)
    watched.told("item_on_ok", loop, 30, SAME)
    watched.told("item_on_ok", loop, 3, RESIZED)
    watched.told("item_on_skipped", loop, 40, {"skipped": True})
    watched.told("item_on_ok", loop, 4, RESIZED)
    watched.told("item_on_failed", loop, 50, {"failed": True, "msg": "It broke."})
    watched.told("item_on_ok", loop, 5, LOST)
    watched.told("on_ok", loop, 60, {"changed": True, "results": []})
    assert watched.lines == [
        "  + load balancer shop  (2.0 s)",
        "  ~ load balancer shop: idle_timeout  (3.0 s)",
        "  ~ load balancer shop: idle_timeout  (4.0 s)",
        "  ! control: Make it\n      It broke.",
        "  - load balancer shop  (5.0 s)",
    ]


def test_each_call_that_changes_a_resource_has_a_line_and_the_resource_is_counted_once(watched: Watched) -> None:
    for seconds, result in ((12, MADE), (3, RESIZED), (1, RESIZED)):
        watched.told("on_ok", watched.task(), seconds, result)
    watched.callback.v2_playbook_on_stats(None)
    assert [line.split(" in ")[0] for line in watched.lines] == [
        "  + load balancer shop  (12 s)",
        "  ~ load balancer shop: idle_timeout  (3.0 s)",
        "  ~ load balancer shop: idle_timeout  (1.0 s)",
        "1 added, 0 changed, 0 removed, 0 unchanged",
    ]


def test_a_plan_tells_the_same_thing_once_and_no_times(watched: Watched) -> None:
    watched.callback._recorder.kind = "plan"
    for result in (RESIZED, RESIZED, SAME):
        watched.told("on_ok", watched.task(), 2, result)
    assert watched.lines == ["  ~ load balancer shop: idle_timeout"]


@pytest.mark.parametrize(("term", "terminal"), [("xterm", True), ("dumb", False), (None, False)])
def test_a_terminal_that_cannot_move_its_cursor_is_none(
    monkeypatch: pytest.MonkeyPatch, term: str | None, terminal: bool
) -> None:
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.delenv("TERM", raising=False)
    if term:
        monkeypatch.setenv("TERM", term)
    assert site._is_terminal() is terminal
    screen.isatty = lambda: False  # type: ignore[method-assign]
    assert not site._is_terminal()
