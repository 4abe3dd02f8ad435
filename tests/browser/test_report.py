# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The pages of the report as those see them who open the file: in a real browser, from a disk, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import EVIL

BOXES, CONTRAST, STRUCTURE = (
    Path(__file__).with_name(f"{name}.js").read_text() for name in ("boxes", "contrast", "structure")
)
PAGES = ["run", "overview"]
LONG = "a state with quite a long name, which is never reached"
PHONE, DESK = 360, 1280
# What WCAG 2 asks of small text on level AA.
LEAST_CONTRAST = 4.5
# The page as somebody has looked at it and found it right: class, name, row and column of each state; the states that
# each line joins, and its class; row and column of each section.
STATES = [
    ["state is-succeeded holds", "prepare", 0, 1],
    ["state is-retried", "look", 1, 0],
    ["state is-succeeded", "pause", 1, 2],
    ["state is-succeeded", "make", 2, 2],
    ["state is-failed", "broken", 3, 1],
    ["state is-not-reached", LONG, 4, 1],
    ["state is-failed", "Failed", 4, 3],
    ["state is-not-reached", "Done", 5, 1],
]
LINES = [
    ["prepare", "broken", "next-taken"],
    ["pause", "make", "next-taken"],
    ["broken", LONG, "next"],
    ["broken", "Failed", "catch-taken"],
    [LONG, "Done", "next"],
]
SECTIONS = {
    PHONE: [["graph", 0, 0], ["timeline", 1, 0], ["result", 2, 0], ["states", 3, 0]],
    DESK: [["graph", 0, 0], ["timeline", 0, 2], ["result", 1, 2], ["states", 2, 1]],
}

type Opened = Callable[..., Page]

each_page = pytest.mark.parametrize("name", PAGES)
each_theme = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.fixture
def opened(browser: Browser, pages: dict[str, Path]) -> Iterator[Opened]:
    """Open a page; whatever it asks for, or complains of, fails the test."""
    contexts, asked, said = [], [], []

    def open_page(name: str, width: int = DESK, theme: Any = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=theme, offline=True, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(pages[name].as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert set(asked) <= {path.as_uri() for path in pages.values()}
    assert said == []


def with_all_open(page: Page) -> Page:
    for button in page.get_by_role("button", name="Open all").all():
        button.click()
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    return page


def test_the_retry_and_the_failure_of_a_real_run_and_no_others(opened: Opened) -> None:
    page = opened("run")
    expected = {
        "prepare": "succeeded",
        "look": "retried",
        "pause": "succeeded",
        "make": "succeeded",
        "broken": "failed",
        LONG: "not reached",
        "Done": "not reached",
        "Failed": "failed",
    }
    for kind in (".graph .state", "details.entry"):
        found = page.eval_on_selector_all(kind, "all => all.map(one => [one.dataset.state, one.dataset.status])")
        assert len(found) == len(expected)
        assert dict(found) == expected
    bars = page.eval_on_selector_all(
        ".timeline li",
        "all => all.map(row => [row.dataset.state, [...row.querySelectorAll('.try, .wait')].map(bar => "
        "bar.getAttribute('class'))])",
    )
    assert dict(bars) == {
        "prepare": [],
        "look": ["wait", "try is-failed", "try is-succeeded"],
        "pause": ["try is-succeeded"],
        "make": ["try is-succeeded"],
        "broken": ["try is-failed"],
    }
    wait = page.locator("li[data-state=look] .wait").bounding_box()
    whole = page.locator("li[data-state=look] .bars").bounding_box()
    assert wait
    assert whole
    # It waited for three seconds of somewhat more than three.
    assert wait["width"] > 0.6 * whole["width"]
    taken = page.eval_on_selector_all(
        ".graph .line", "all => all.filter(one => one.dataset.kind.endsWith('taken')).map(one => one.dataset.to)"
    )
    assert sorted(taken) == ["Failed", "broken", "make"]
    assert "broken failed with" in page.locator(".lead").inner_text()
    assert page.locator("details.entry[open]").evaluate_all("all => all.map(one => one.dataset.state)") == ["broken"]


def test_what_an_input_holds_is_text(opened: Opened) -> None:
    page = with_all_open(opened("run"))
    assert page.evaluate("window.injected") is None
    assert page.locator("main img, main script").count() == 0
    assert EVIL in page.locator("#result").inner_text()
    assert "characters are shown; the value has 20.1 kB." in page.locator("#result .cut").first.inner_text()


@each_page
@each_theme
def test_it_is_accessible(opened: Opened, axe: str, name: str, theme: str) -> None:
    page = with_all_open(opened(name, theme=theme))
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]] == []
    # What it cannot decide is the contrast of texts of drawings, which is measured here instead.
    undecided = [(one["id"], node["html"]) for one in found["incomplete"] for node in one["nodes"]]
    assert [one for one in undecided if one[0] != "color-contrast" or not one[1].startswith("<text ")] == []
    contrasts = page.evaluate(CONTRAST)
    assert len(contrasts) >= len(undecided) > 0
    assert [one for one in contrasts if one[1] < LEAST_CONTRAST] == []
    assert len(found["passes"]) > 15
    assert {one["id"] for one in found["passes"]} >= {"color-contrast", "document-title", "heading-order"}


@each_page
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_overlaps_or_sticks_out_in_either_theme(opened: Opened, name: str, width: int) -> None:
    light = with_all_open(opened(name, width, "light")).evaluate(BOXES)
    dark = with_all_open(opened(name, width, "dark")).evaluate(BOXES)
    assert light["wrong"] == []
    assert light["texts"] > 30
    assert light["places"] == dark["places"]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_everything_is_where_it_was_found_right(opened: Opened, width: int) -> None:
    found = opened("run", width).evaluate(STRUCTURE)
    assert sorted(found["states"], key=lambda one: one[2:]) == STATES
    assert sorted(found["lines"]) == sorted(LINES)
    assert found["sections"] == SECTIONS[width]
    # Only on a phone is the drawing wider than its place.
    assert found["cut"] == (width == PHONE)


def colours(page: Page) -> list[str]:
    return page.evaluate("[document.body, document.querySelector('h1')].map(one => getComputedStyle(one).color)") + [
        page.evaluate("getComputedStyle(document.body).backgroundColor")
    ]


def test_the_theme_follows_the_browser(opened: Opened) -> None:
    light, dark = colours(opened("run", theme="light")), colours(opened("run", theme="dark"))
    assert all(one != other for one, other in zip(light, dark, strict=True))


FOCUS = """() => {
  const one = document.activeElement;
  const shown = one.closest("svg") ? one.querySelector(".box") : one;
  const style = getComputedStyle(shown);
  return { tag: one.tagName.toLowerCase(), text: one.textContent.trim().slice(0, 60),
    outlined: one.closest("svg") ? parseFloat(style.strokeWidth) >= 3 : style.outlineStyle !== "none",
    box: one.getBoundingClientRect().toJSON() };
}"""


def tabbed(page: Page) -> list[dict[str, Any]]:
    """Press the tab key until the focus leaves the page, and return what had it."""
    found: list[dict[str, Any]] = []
    while len(found) < 300:
        page.keyboard.press("Tab")
        one = page.evaluate(FOCUS)
        if one["tag"] == "body":
            return found
        found.append(one)
    raise AssertionError("The focus does not leave the page.")


@each_page
def test_the_keyboard_reaches_everything_and_shows_where_it_is(opened: Opened, name: str) -> None:
    page = with_all_open(opened(name))
    page.evaluate("scrollTo(0, 0)")
    page.locator("body").evaluate("body => { body.tabIndex = -1; body.focus(); body.removeAttribute('tabindex'); }")
    reached = tabbed(page)
    assert reached[0]["text"] == "Skip to the content"
    assert reached[0]["box"]["top"] >= 0
    assert [one for one in reached if not one["outlined"]] == []
    number = page.locator("summary, button, main a, .scroller, pre").count()
    assert len(reached) == number + 1


def test_the_keyboard_alone_opens_what_a_state_did(opened: Opened) -> None:
    page = opened("run")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    entry = page.locator("details.entry[data-state=look]")
    assert entry.get_attribute("open") is None
    while page.evaluate("document.activeElement.closest('.state')?.dataset.state") != "look":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'SUMMARY'")
    assert entry.get_attribute("open") is not None
    assert entry.locator("table tbody tr").count() == 2
    page.keyboard.press("Space")
    assert entry.get_attribute("open") is None
    page.get_by_role("button", name="Close all").focus()
    page.keyboard.press("Enter")
    assert page.locator("#states details[open]").count() == 0


@each_page
def test_all_of_it_is_printed(opened: Opened, name: str) -> None:
    page = opened(name, 794)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("button:visible, .skip:visible").count() == 0
    values = page.locator("pre")
    assert values.count() > 0
    assert all(value.is_visible() and value.bounding_box() for value in values.all())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(BOXES)["wrong"] == []
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_it_works_without_scripts(opened: Opened) -> None:
    page = opened("run", scripts=False)
    entry = page.locator("details.entry[data-state=look]")
    assert not entry.locator("table").is_visible()
    entry.locator(":scope > summary").click()
    assert entry.locator("table").is_visible()
    assert page.locator(".graph .state").count() == 8


def test_the_overview_leads_to_each_execution(opened: Opened) -> None:
    page = opened("overview")
    page.get_by_role("link", name="one", exact=True).click()
    entry = page.locator("details#run-0")
    entry.locator(".timeline").wait_for()
    assert entry.locator(".timeline li").count() == 5
    row = page.locator("tr[data-service=look] td").all_inner_texts()
    assert [cell.strip() for cell in row[:4]] == ["1", "100 %", "0", "1"]
