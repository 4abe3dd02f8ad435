# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The pages as trees of elements: what is there, what it says, that nothing of it is markup of somebody else's."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._report import markup, model, overview, page, values

from .histories import CHAIN, EACH, EVIL, FORK, completed, failed, forked, mapped

ROOT = Path(markup.__file__).resolve().parents[3]
FILES = {name: (ROOT / "files" / "report" / name).read_text() for name in ("page.html", "style.css", "script.js")}
LOOK = page.Look(*FILES.values())
ARN = "arn:{}:states:eu-central-1:111122223333:{}:shop-prod-workflow:{}"
ABOUT = model.About("run-1")


def on_aws(partition: str = "aws") -> model.About:
    return model.About(
        "run-1",
        ARN.format(partition, "execution", "run-1"),
        ARN.format(partition, "stateMachine", "x").removesuffix(":x"),
        ARN.format(partition, "stateMachine", "live"),
        ARN.format(partition, "stateMachine", "7"),
        "/aws/vendedlogs/states/shop-prod-workflow",
        on_aws=True,
    )


def body(text: str) -> ElementTree.Element:
    """Return what is in <main>, which is XML as well: every element is closed and every attribute quoted."""
    inner = text.partition("<main")[2].partition("\n</main>")[0].partition(">")[2]
    inner = re.sub(r"<(details|button|section)([^>]*?) (open|disabled)([ >])", r'<\1\2 \3="\3"\4', inner)
    return ElementTree.fromstring(f"<main>{inner}</main>")


def text_of(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def by_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if name in (element.get("class") or "").split()]


def execution_page(
    history: list[dict[str, Any]], definition: Any = CHAIN, about: model.About = ABOUT, limit: int = 4000
) -> str:
    return page.execution_page(model.read(about, definition, history), LOOK, limit)


def test_the_golden_structure() -> None:
    root = body(execution_page(failed()))
    sections = [element.get("id") for element in root.iter("section")]
    assert sections == ["graph", "timeline", "result", "states"]
    headings = [(element.tag, text_of(element)) for element in root.iter() if element.tag in ("h1", "h2", "h3", "h4")]
    assert headings == [
        ("h1", "run-1"),
        ("h2", "States"),
        ("h2", "Timeline"),
        ("h2", "Payload"),
        ("h2", "What each state did"),
    ]
    lead = text_of(by_class(root, "lead")[0])
    assert lead == ("Failed service2 failed with ApiGateway.400. 1 of 3 tasks succeeded, with 1 retry in service1.")


def test_every_state_is_drawn_and_told_once_with_what_became_of_it() -> None:
    root = body(execution_page(failed()))
    expected = {
        "service1": "retried",
        "service2": "failed",
        "service3": "not reached",
        "Completed": "not reached",
        "Failed": "failed",
    }
    for kind in ("state", "entry"):
        found = [(one.get("data-state"), one.get("data-status")) for one in by_class(root, kind)]
        assert len(found) == len(expected)
        assert dict(found) == expected
    taken = {
        (line.get("data-from"), line.get("data-to"))
        for line in by_class(root, "line")
        if (line.get("data-kind") or "").endswith("taken")
    }
    assert taken == {("service1", "service2"), ("service2", "Failed")}


def test_the_states_link_to_what_is_told_of_them() -> None:
    root = body(execution_page(forked(), FORK))
    told = {entry.get("id"): entry.get("data-state") for entry in by_class(root, "entry")}
    for state in by_class(root, "state"):
        (link,) = state.iter("a")
        assert told[(link.get("href") or "").removeprefix("#")] == state.get("data-state")
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in root.iter():
        for name in ("href", "aria-labelledby"):
            target = (element.get(name) or "").removeprefix("#")
            assert not target or target.startswith("http") or target in ids


def test_the_timeline_shows_attempts_and_waits() -> None:
    root = body(execution_page(failed()))
    retried, once = (row for row in by_class(root, "row") if row.get("data-state"))
    tries = [(one.get("class") or "").split()[1] for one in by_class(retried, "try")]
    assert tries == ["is-failed", "is-succeeded"]
    (wait,) = by_class(retried, "wait")
    # 1.5 of 2.1 seconds, after 0.2 seconds.
    assert (wait.get("x"), wait.get("width")) == ("9.524%", "71.429%")
    assert text_of(by_class(retried, "took")[0]) == "2.00 s"
    assert text_of(by_class(retried, "notes")[0]) == "2 attempts · waited 1.50 s"
    assert text_of(by_class(once, "notes")[0]) == "ApiGateway.400 · caught"


def test_error_cause_input_and_output() -> None:
    root = body(execution_page(failed({"data": "y"})))
    entries = {entry.get("data-state"): entry for entry in by_class(root, "entry")}
    service2 = text_of(entries["service2"])
    assert "Error ApiGateway.400" in service2
    assert '{ "message": "no" }' in service2
    assert service2.count('{ "data": "y" }') == 2
    assert [name for name, entry in entries.items() if entry.get("open")] == ["service2"]
    assert "Cause of attempt 1" in text_of(entries["service1"])
    assert "busy" in text_of(entries["service1"])
    assert text_of(entries["service3"]).startswith("not reached: service3")
    assert '"service": "service2"' in text_of(root.find(".//section[@id='result']") or root)


@pytest.mark.parametrize(
    "evil", [EVIL, '"><svg onload=x>', "&lt;b&gt;", "]]><!--", "\x00\x1b[0m\ud800\ufffe", "\u202e'"]
)
def test_nothing_that_an_execution_holds_becomes_markup(evil: str) -> None:
    definition = json.loads(json.dumps(CHAIN).replace("service2", json.dumps(f"s {evil}")[1:-1]))
    history = json.loads(
        json.dumps(failed({"data": evil, evil: [evil]}, cause=evil)).replace("service2", json.dumps(f"s {evil}")[1:-1])
    )
    text = execution_page(history, definition, replace(ABOUT, title=evil))
    text.encode()
    root = body(text)
    plain = body(execution_page(failed({"data": "x", "y": ["z"]}, cause="c")))
    assert {element.tag for element in root.iter()} == {element.tag for element in plain.iter()}
    names = {name for element in root.iter() for name in element.attrib}
    assert names == {name for element in plain.iter() for name in element.attrib}
    assert text.count("<script") == text.count("</script") == 1
    shown = markup._FORBIDDEN.sub("\ufffd", evil)
    assert text_of(by_class(root, "entry")[1]).count(" ".join(shown.split())) >= 2


def test_large_values_are_cut_and_say_so() -> None:
    text = execution_page(failed({"data": "x" * 200_000}), limit=1000)
    assert len(text) < 60_000
    notes = {text_of(note) for note in by_class(body(text), "cut")}
    assert notes == {"The first 1,000 of 200,016 characters are shown; the value has 200 kB."}


def test_many_visits_are_cut_and_say_so() -> None:
    root = body(execution_page(mapped(300), EACH))
    assert {text_of(note) for note in by_class(root, "cut")} >= {
        "290 more visits not shown.",
        "101 more rows not shown.",
    }
    assert len(by_class(root, "row")) == 201
    assert len(by_class(root, "visit")) <= 40


def test_nothing_is_loaded_and_only_this_script_and_style_are_allowed() -> None:
    text = execution_page(failed())
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        assert content
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(
        r"""(src|srcset|data|action|formaction)\s*=|url\((?!#)|@import|https?://""", text.replace('href="data:,"', "")
    )
    assert " style=" not in text
    assert not re.search(r"<[^>]+\son\w+=", text)


@pytest.mark.parametrize(
    ("partition", "host"),
    [
        ("aws", "eu-central-1.console.aws.amazon.com"),
        ("aws-cn", "eu-central-1.console.amazonaws.cn"),
        ("aws-us-gov", "eu-central-1.console.amazonaws-us-gov.com"),
        ("aws-iso", None),
    ],
)
def test_links_into_the_console(partition: str, host: str | None) -> None:
    links = [link.get("href") or "" for link in body(execution_page(failed(), about=on_aws(partition))).iter("a")]
    console = [link for link in links if not link.startswith("#")]
    if host is None:
        assert console == []
        return
    arn = ARN.format(partition, "execution", "run-1")
    assert console == [
        f"https://{host}/states/home?region=eu-central-1#/v2/executions/details/{arn}",
        f"https://{host}/states/home?region=eu-central-1#/statemachines/view/{on_aws(partition).machine_arn}",
        f"https://{host}/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/"
        "$252Faws$252Fvendedlogs$252Fstates$252Fshop-prod-workflow",
    ]


def test_there_are_no_links_into_the_console_for_what_is_not_on_aws() -> None:
    text = execution_page(failed(), about=replace(on_aws(), on_aws=False))
    assert "https://" not in text
    assert "<dd>live</dd>" in text


def test_the_page_is_the_same_each_time() -> None:
    assert execution_page(failed()) == execution_page(failed())


def test_another_definition_is_told() -> None:
    (warning,) = by_class(body(execution_page(completed(), FORK)), "warning")
    assert text_of(warning) == (
        "Another definition. The history has 3 states that the definition does not have: "
        "service1, service2 and service3."
    )


def several() -> list[model.Execution]:
    histories = [failed(), completed(0.1), completed(0.2), completed(0.4)]
    return [
        model.read(replace(on_aws(), title=f"run-{number}"), CHAIN, history) for number, history in enumerate(histories)
    ]


def test_the_overview() -> None:
    root = body(overview.overview_page("shop-prod-workflow", several(), LOOK, 4000))
    figures = {text_of(dt): text_of(dd) for dt, dd in zip(root.iter("dt"), root.iter("dd"), strict=True)}
    assert figures == {
        "Succeeded": "75 %",
        "p50 duration": "600 ms",
        "p90 duration": "1.20 s",
        "p99 duration": "1.20 s",
    }
    rows = {
        row.get("data-service"): [text_of(cell) for cell in row][1:]
        for row in root.iter("tr")
        if row.get("data-service")
    }
    assert rows == {
        "service1": ["4", "100 %", "0", "1", "200 ms", "2.00 s", "2.00 s"],
        "service2": ["4", "75 %", "1", "0", "200 ms", "400 ms", "400 ms"],
        "service3": ["3", "100 %", "0", "0", "200 ms", "400 ms", "400 ms"],
    }
    runs = [entry.get("id") for entry in by_class(root, "entry")]
    anchors = [link.get("href") for link in root.iter("a") if (link.get("href") or "").startswith("#")]
    assert anchors == [f"#{run}" for run in runs] == [f"#run-{number}" for number in range(4)]
    assert "service2: ApiGateway.400" in text_of(root)


def test_the_overview_of_no_executions() -> None:
    assert "It has no executions yet." in overview.overview_page("shop", [], LOOK, 4000)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"b":1,"a":[true]}', '{\n  "b": 1,\n  "a": [\n    true\n  ]\n}'),
        ("plain", "plain"),
        ("{not json", "{not json"),
        ('{"name":"ä"}', '{\n  "name": "ä"\n}'),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_values_are_indented_when_they_are_json(text: str, shown: str) -> None:
    assert values.readable(text) == shown
