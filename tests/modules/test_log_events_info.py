# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._logs import look
from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

GROUP = "/ecs/log-events"
TASK = "cart/app/0123456789abcdef"
SOURCES = [
    {"name": "cart", "log_group": GROUP, "stream_prefix": "cart/"},
    {"name": "api", "log_group": "/aws/apigateway/log-events"},
]
# Stream, seconds ago, message.
EVENTS = [
    (GROUP, TASK, 7200, "an ERROR of long ago"),
    (GROUP, TASK, 30, "started"),
    (GROUP, "basket/app/1", 25, "ERROR of another service"),
    ("/aws/apigateway/log-events", "1", 20, '{"status": 503}'),
    (GROUP, TASK, 10, "ERROR with\nanother line\n"),
]


@pytest.fixture(scope="module", autouse=True)
def events(aws: EmbeddedAws) -> None:
    logs, now = aws.client("logs"), int(time.time() * 1000)
    for group in {event[0] for event in EVENTS}:
        logs.create_log_group(logGroupName=group)
    for group, stream in {event[:2] for event in EVENTS}:
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    for group, stream, ago, message in EVENTS:
        event = {"timestamp": now - ago * 1000, "message": message}
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])


def told(modules: Modules, **options: Any) -> list[str]:
    """Return source and message of each line."""
    return [line.split(" ", 1)[1] for line in modules.check("log_events_info", sources=SOURCES, **options)["text"]]


def test_the_newest_lines_of_all_sources_come_sorted_by_time(modules: Modules) -> None:
    assert told(modules) == [
        "cart/01234567 started",
        'api           {"status": 503}',
        "cart/01234567 ERROR with\\nanother line",
    ]


@pytest.mark.parametrize(
    ("options", "number"),
    [({"since": "15s"}, 1), ({"since": "1d"}, 4), ({"lines": 2}, 2), ({"since": "3h", "filter": "ERROR"}, 2)],
)
def test_a_look_is_bounded(modules: Modules, options: dict[str, Any], number: int) -> None:
    lines = told(modules, **options)
    assert len(lines) == number
    assert "ERROR with" in lines[-1]


def test_a_group_that_does_not_exist_is_told(modules: Modules) -> None:
    found = modules("log_events_info", sources=[{"name": "x", "log_group": "/ecs/nobody"}])
    assert (found["missing"], found["lines"], found["changed"]) == (["/ecs/nobody"], [], False)


def test_a_look_through_too_much_is_given_up_and_told(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "MOST_PAGES", 1)
    monkeypatch.setattr(look, "_filtered", lambda *_: {"events": [], "nextToken": "more"})
    assert modules("log_events_info", sources=SOURCES)["incomplete"] == ["api", "cart"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"since": "soon"}, "since is 'soon'"), ({"since": "0m"}, "since is '0m'"), ({"lines": 0}, "lines is 0")],
)
def test_one_sentence_for_a_fault(modules: Modules, options: dict[str, Any], sentence: str) -> None:
    assert sentence in modules.failure("log_events_info", sources=SOURCES, **options)
