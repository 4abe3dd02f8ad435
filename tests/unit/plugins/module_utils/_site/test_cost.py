# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The examples are calculated by hand with round prices, so that no price of AWS is repeated here."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.orchestra.aws.plugins.module_utils._site.cost import cost
from ansible_collections.orchestra.aws.plugins.module_utils._site.cost_billed import NOTHING, spot, task
from ansible_collections.orchestra.aws.plugins.module_utils._site.cost_prices import PRICES, findings
from ansible_collections.orchestra.aws.plugins.module_utils._site.cost_text import cost_text, markdown

# Prices that multiply easily: an hour of most things costs 0.1, and a thousand of what is counted 1.
ROUND: dict[str, float] = {
    "nat_gateway_hour": 0.1,
    "public_ipv4_hour": 0.01,
    "load_balancer_hour": 0.1,
    "load_balancer_lcu_hour": 0.02,
    "endpoint_hour": 0.1,
    "fargate_x86_vcpu_hour": 0.4,
    "fargate_x86_gb_hour": 0.1,
    "fargate_arm_vcpu_hour": 0.2,
    "fargate_arm_gb_hour": 0.05,
    "fargate_storage_gb_hour": 0.001,
    "fargate_spot_saving": 0.5,
    "secret_month": 0.4,
    "alarm_month": 0.1,
    "transitions_thousand": 1.0,
    "express_million": 1000.0,
    "express_gb_second": 0.016,
    "http_api_million": 1000.0,
    "lambda_million": 1000.0,
    "lambda_x86_gb_second": 0.004,
    "lambda_arm_gb_second": 0.002,
}
TABLE: dict[str, Any] = {"date": "2020-01-01", "currency": "USD", "execution_seconds": 2, "regions": {"here": ROUND}}
FARGATE = [{"capacity_provider": "FARGATE", "base": 1, "weight": 1}]
SPOT = {"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": 3}
SMALL = {"cpu": "256", "memory": "512"}
CHAIN = {
    "type": "STANDARD",
    "transitions": {"least": 4, "most": 4},
    "requests": {"least": 3, "most": 3},
    "retried": {"a": 3},
}
INVOKER = {"memory": 256, "architecture": "arm64"}
SITE: dict[str, Any] = {
    **NOTHING,
    "nat_gateways": 1,
    "public_addresses": 1,
    "load_balancers": 1,
    "zones": 2,
    "endpoints": {"logs": 2},
    "tasks": [task("a", 2, SMALL, FARGATE)],
    "secrets": 1,
    "alarms": 3,
    "workflow": CHAIN,
    "invoker": INVOKER,
}


def of(region: str = "here", **settings: Any) -> dict[str, Any]:
    return cost({**SITE, **settings}, TABLE, region)


def amounts(part: dict[str, Any]) -> dict[str, float]:
    return {item["what"]: item["least"] for item in part["items"]}


def test_a_month_is_what_it_is_by_hand() -> None:
    month = of()["month"]
    assert amounts(month) == {
        "NAT gateway": 73.0,
        "public IPv4 address": 7.3,
        "load balancer": 73.0,
        "endpoint logs": 146.0,  # 2 zones
        "tasks of a": 219.0,  # 730 x 2 x (0.25 x 0.4 + 0.5 x 0.1)
        "secret": 0.4,
        "alarm": 0.3,
    }
    assert (month["hours"], month["least"], month["most"]) == (730, 519.0, 519.0)


def test_a_thousand_executions_are_what_they_are_by_hand() -> None:
    thousand = of()["thousand_executions"]
    assert amounts(thousand) == {
        "state transitions": 4.0,
        "requests of the HTTP API": 3.0,
        "requests of the Lambda function": 1.0,
        "duration of the Lambda function": 1.0,  # 1000 x 2 s x 0.25 GB x 0.002
    }
    assert (thousand["least"], thousand["most"]) == (9.0, 9.0)


def test_an_express_workflow_is_billed_by_request_and_duration() -> None:
    found = amounts(of(workflow={**CHAIN, "type": "EXPRESS"})["thousand_executions"])
    assert found["requests of the Express workflow"] == 1.0
    assert found["duration of the Express workflow"] == 2.0  # 1000 x 2 s x 1/16 GB x 0.016
    assert "state transitions" not in found


def test_arm_spot_storage_and_autoscaling_of_tasks() -> None:
    arm = task("a", 2, {**SMALL, "cpu_architecture": "ARM64", "ephemeral_storage_gib": 120}, FARGATE)
    assert amounts(of(tasks=[arm])["month"])["tasks of a"] == 255.5  # 730 x 2 x (0.25 x 0.2 + 0.5 x 0.05 + 100 x 0.001)
    half = task("a", 4, SMALL, [{**FARGATE[0], "base": 0, "weight": 1}, {**SPOT, "weight": 1}])
    assert amounts(of(tasks=[half])["month"])["tasks of a"] == 328.5  # 730 x 4 x 0.15 x 0.75
    scaling = of(tasks=[{**SITE["tasks"][0], "most": 4}])["month"]
    assert (scaling["least"], scaling["most"]) == (519.0, 738.0)


@pytest.mark.parametrize(
    ("count", "strategy", "share"),
    [
        (2, [], 0.0),
        (2, [SPOT], 1.0),
        (4, [*FARGATE, {**SPOT, "weight": 1}], 0.375),  # one by the base, then 1.5 of 3
        (1, [*FARGATE, SPOT], 0.0),
        (0, [*FARGATE, SPOT], 0.75),
    ],
)
def test_the_part_on_spot(count: int, strategy: list[dict[str, Any]], share: float) -> None:
    assert spot(count, strategy) == share


def test_other_choices_say_what_they_cost() -> None:
    assert {one["what"]: one["month"] for one in of()["choices"]} == {
        "a NAT gateway in each of the 2 zones": 599.3,  # 519 + 73 + 7.3
        "all tasks on Spot, at its cheapest": 409.5,  # 519 - 219 / 2
        "all tasks on ARM64": 409.5,
    }
    other = of(nat_gateways=2, public_addresses=2, tasks=[task("a", 2, SMALL, [SPOT])])
    assert {one["what"] for one in other["choices"]} == {"one NAT gateway", "no task on Spot", "all tasks on ARM64"}


def test_a_plan_says_what_a_month_costs_until_then() -> None:
    found = cost(SITE, TABLE, "here", now={**NOTHING, "load_balancers": 1, "secrets": 1})
    assert found["month"]["now"] == 73.4
    assert any(line.split() == ["as", "it", "is", "now", "73.40"] for line in cost_text(found).splitlines())
    assert of()["month"]["now"] is None


def test_what_nothing_limits_has_no_most() -> None:
    found = of(workflow={**CHAIN, "transitions": {"least": 4, "most": None}})
    assert found["thousand_executions"]["most"] is None
    assert "9.0000 and more" in cost_text(found)


def test_what_is_not_counted_is_named() -> None:
    told = cost_text(of())
    for part in ("0.02 USD an hour", "data through NAT", "log ingestion", "a up to 3", "without taxes, discounts"):
        assert part in told, part
    assert "2020-01-01" in told


def test_prices_that_are_older_than_a_year_are_remarked_on() -> None:
    for day, old in ((datetime.date(2021, 1, 1), True), (datetime.date(2020, 12, 31), False)):
        found = cost(SITE, TABLE, "here", today=day)
        assert any("2020-01-01, more than a year ago" in one for one in found["remarks"]) == old
        assert ("more than a year ago" in cost_text(found)) == ("more than a year ago" in str(markdown(found))) == old


def test_a_region_without_prices_is_one_sentence_and_no_number() -> None:
    found = of("there")
    assert found["missing"] == ["The table of prices has none for there, only for here."]
    assert not {"month", "thousand_executions", "choices"} & found.keys()
    assert cost_text(found).splitlines() == ["Cost in there: not known.", f"  {found['missing'][0]}"]


def test_a_price_that_is_not_known_is_said_and_counted_nowhere() -> None:
    some = {key: price for key, price in ROUND.items() if key != "http_api_million"}
    found = cost(SITE, {**TABLE, "regions": {"here": some}}, "here")
    assert found["missing"] == [
        "The table of prices has none for requests of the HTTP API in here: they are in no sum."
    ]
    assert found["thousand_executions"]["least"] == 6.0


def test_a_part_of_a_site_says_that_it_is_one() -> None:
    assert "part of the site only" in cost_text(of(whole=False))
    assert "part of the site only" not in cost_text(of(whole=True))


def test_markdown_has_the_same_numbers() -> None:
    lines = markdown(of())
    assert "| together |  | 519.00 |" in lines
    assert lines[0] == "#### Cost"


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([], "is no mapping"),
        ({**TABLE, "date": None}, "has no date"),
        ({**TABLE, "date": "spring"}, "is 'spring', and not one like 2026-01-31"),
        ({**TABLE, "currency": ""}, "has no currency"),
        ({**TABLE, "regions": None}, "has no regions"),
        ({**TABLE, "regions": {"here": None}}, "no prices in here"),
        ({**TABLE, "regions": {"here": {"nat_gateway": 1}}}, "nat_gateway in here, which nothing is counted with"),
        ({**TABLE, "regions": {"here": {"nat_gateway_hour": -1}}}, "is -1, which is no amount"),
        ({**TABLE, "regions": {"here": {"nat_gateway_hour": "0.1"}}}, "is '0.1', which is no amount"),
        ({**TABLE, "regions": {"here": {"fargate_spot_saving": 70}}}, "more than 1"),
        ({**TABLE, "execution_seconds": "long"}, "no number of seconds"),
    ],
)
def test_a_table_that_is_wrong_is_told(table: Any, sentence: str) -> None:
    [told] = findings(table)
    assert sentence in told
    with pytest.raises(ValueError, match="price|seconds"):
        cost(SITE, table, "here")


def test_the_table_of_the_collection_is_right() -> None:
    path = Path(__file__).resolve().parents[5] / "files" / "prices.yml"
    table = yaml.safe_load(path.read_text())
    assert findings(table) == []
    assert all(page.startswith("https://aws.amazon.com/") for page in table["compare_with"])
    # The region of the first example is known whole.
    assert table["regions"]["us-east-1"].keys() == PRICES.keys()
