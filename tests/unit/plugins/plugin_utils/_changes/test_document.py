# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.change import Change
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.document import MOST_LINES, document, markdown
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.tally import Problem, Tally

SMALL, LARGE = {"cpu": 256}, {"cpu": 512}


def tally(*changes: Change) -> Tally:
    made = Tally()
    made.add(changes, "control")
    return made


def example() -> Tally:
    return tally(
        Change("none", "VPC", "shop", SMALL, SMALL),
        Change("add", "role", "shop-a", {}, SMALL),
        Change("change", "task definition", "shop-a", SMALL, LARGE),
        Change("remove", "route", "GET /a", SMALL, {}),
    )


def test_the_document_names_every_resource() -> None:
    told = document(example(), "plan", values=True)
    assert told["summary"] == {"add": 1, "change": 1, "remove": 1, "unchanged": 1}
    assert told["complete"] is True
    assert told["resources"][2] == {
        "action": "change",
        "kind": "task definition",
        "name": "shop-a",
        "host": "control",
        "fields": [{"path": "cpu", "before": 256, "after": 512}],
    }


def test_values_are_only_there_when_asked_for() -> None:
    told = document(example(), "plan", values=False)
    assert told["resources"][2]["fields"] == [{"path": "cpu"}]
    assert "512" not in json.dumps(told) + markdown(told)


def test_markdown_shows_what_changes() -> None:
    assert markdown(document(example(), "plan", values=True)) == (
        "### Plan\n\n1 to add, 1 to change, 1 to remove, 1 unchanged.\n\n```diff\n"
        "+ role shop-a\n! task definition shop-a\n    cpu: 256 -> 512\n- route GET /a\n```\n"
    )


def test_markdown_says_that_nothing_changes_or_that_it_is_not_complete() -> None:
    nothing = tally(Change("none", "VPC", "shop"))
    assert markdown(document(nothing, "drift", values=False)).endswith("\n\nReality is as the inventory says.\n")
    nothing.problems.append(Problem("service2", "Make it", "It broke."))
    told = markdown(document(nothing, "plan", values=False))
    assert "**It is not complete**:\n\n- service2: It broke." in told
    assert "Nothing would change" not in told


def test_markdown_of_a_large_plan_is_cut() -> None:
    many = tally(*(Change("add", "role", f"shop-{number}") for number in range(MOST_LINES + 5)))
    told = markdown(document(many, "plan", values=True))
    assert "... and 5 more lines" in told
    assert told.count("+ role") == MOST_LINES


def test_a_resource_that_two_tasks_touch_is_counted_once() -> None:
    made = Change("add", "role", "a", {}, SMALL)
    changed = Change("change", "role", "a", SMALL, LARGE)
    stays = Change("none", "role", "a", LARGE, LARGE)
    cases = [
        ((stays, changed), "change"),
        ((made, changed), "add"),
        ((made, stays), "add"),
        ((changed, stays), "change"),
        ((Change("remove", "role", "a", SMALL, {}), made), "change"),
    ]
    for pair, verb in cases:
        both = tally(*pair)
        assert [one.verb for one in both.changes.values()] == [verb], pair


def test_what_is_told_again_is_no_news() -> None:
    changed = Change("change", "VPC", "shop", SMALL, LARGE, ("step",))
    counted = Tally()
    assert counted.add([changed], "control") == [changed]
    assert counted.add([changed], "control") == []
