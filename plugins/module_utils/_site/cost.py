# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What a site costs: a month of what runs by the hour, and a thousand executions. Pure functions.

Private to the collection. What is billed is counted elsewhere: from a plan, or from what AWS has. No price is here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import cost_rows as rows
from ansible_collections.orchestra.aws.plugins.module_utils._site.cost_prices import PRICES, age, findings
from ansible_collections.orchestra.aws.plugins.module_utils._site.cost_rows import HOURS, Row

Billed = Mapping[str, Any]
_CENTS = 2
# A thousand executions may cost less than a cent.
_FINE = 4
_EVERYWHERE = (
    "data through NAT gateways and endpoints, between zones and out of AWS",
    "log ingestion and storage, metrics of Container Insights, traces",
)


def cost(
    billed: Billed,
    table: Mapping[str, Any],
    region: str,
    now: Billed | None = None,
    today: datetime.date | None = None,
) -> dict[str, Any]:
    """Return the cost of what is billed. Raises ValueError, a sentence, for a table that cannot be read.

    now: what is billed before a plan is carried out. today: to tell when the prices are old.
    Without prices for the region there is no number, and C(missing) says so.
    """
    wrong = findings(table)
    if wrong:
        raise ValueError(" ".join(wrong))
    told = {"region": region, "currency": table["currency"], "date": str(table["date"]), "billed": billed}
    prices = table["regions"].get(region)
    if not prices:
        known = ", ".join(sorted(table["regions"])) or "no region"
        return {**told, "missing": [f"The table of prices has none for {region}, only for {known}."]}
    seconds = float(table.get("execution_seconds", 1))
    month = rows.month(billed)
    before = None if now is None else _sum(rows.month(now), prices, _CENTS)["least"]
    thousand = rows.thousand(billed, seconds)
    return {
        **told,
        "month": {"hours": HOURS, "now": before, **_sum(month, prices, _CENTS)},
        "thousand_executions": {"seconds": seconds, **_sum(thousand, prices, _FINE)},
        "choices": [*_choices(billed, prices)],
        "not_counted": [*_not_counted(billed, prices, str(table["currency"]))],
        "missing": [*_missing([*month, *thousand], prices, region)],
        "remarks": age(table, today) if today else [],
    }


def _sum(found: Sequence[Row], prices: Mapping[str, float], digits: int) -> dict[str, Any]:
    """Return the rows that have prices and what they are together. most: None where nothing limits it."""
    items = [(row, _amounts(row, prices)) for row in found if not row.lacks(prices)]
    mosts = [most for _row, (_least, most) in items]
    most = None if None in mosts else round(sum(one or 0 for one in mosts), digits)
    return {
        "least": round(sum(least for _row, (least, _most) in items), digits),
        "most": most,
        "items": [
            {
                "what": row.what,
                "how_many": row.how_many,
                "least": round(least, digits),
                "most": None if most is None else round(most, digits),
            }
            for row, (least, most) in items
        ],
    }


def _amounts(row: Row, prices: Mapping[str, float]) -> tuple[float, float | None]:
    factor = 1 - row.spot * prices["fargate_spot_saving"] if row.spot else 1.0
    least, most = (
        None if uses is None else factor * sum(number * prices[key] for key, number in uses.items())
        for uses in (row.least, row.most)
    )
    return least or 0.0, most


def _missing(found: Sequence[Row], prices: Mapping[str, float], region: str) -> Iterator[str]:
    lacking = dict.fromkeys(key for row in found for key in row.lacks(prices))
    for key in lacking:
        yield f"The table of prices has none for {PRICES[key]} in {region}: they are in no sum."


def _choices(billed: Billed, prices: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """Return what a month costs at least with other settings, where their prices are known."""
    for what, other in _others(billed):
        found = rows.month(other)
        if not any(row.lacks(prices) for row in found):
            yield {"what": what, "month": _sum(found, prices, _CENTS)["least"]}


def _others(billed: Billed) -> Iterator[tuple[str, Billed]]:
    gateways, zones, tasks = billed["nat_gateways"], billed["zones"], billed["tasks"]
    if gateways != 1 and zones:
        yield "one NAT gateway", _gateways(billed, 1)
    if gateways < zones and zones > 1:
        yield f"a NAT gateway in each of the {zones} zones", _gateways(billed, zones)
    if any(task["spot"] < 1 for task in tasks):
        yield "all tasks on Spot, at its cheapest", {**billed, "tasks": [{**task, "spot": 1.0} for task in tasks]}
    if any(task["spot"] > 0 for task in tasks):
        yield "no task on Spot", {**billed, "tasks": [{**task, "spot": 0.0} for task in tasks]}
    if any(task["architecture"] != "ARM64" for task in tasks):
        yield "all tasks on ARM64", {**billed, "tasks": [{**task, "architecture": "ARM64"} for task in tasks]}


def _gateways(billed: Billed, number: int) -> Billed:
    """Return the same with another number of NAT gateways, each of which has an address."""
    addresses = max(billed["public_addresses"] - billed["nat_gateways"], 0) + number
    return {**billed, "nat_gateways": number, "public_addresses": addresses}


def _not_counted(billed: Billed, prices: Mapping[str, float], currency: str) -> Iterator[str]:
    unit = prices.get("load_balancer_lcu_hour")
    if billed["load_balancers"]:
        price = f", {unit} {currency} an hour each" if unit is not None else ""
        yield f"capacity units of the load balancer, by connections and bytes{price}"
    yield from _EVERYWHERE
    retried = (billed["workflow"] or {}).get("retried") or {}
    if retried:
        most = ", ".join(f"{name} up to {number}" for name, number in retried.items())
        yield f"retries of an execution, each one transition and one request more: {most}"
    if billed["tasks"]:
        yield "the tasks of a deployment, which run beside those that they replace"
