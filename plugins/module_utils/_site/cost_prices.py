# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The table of prices, and what is wrong with one. Pure functions.

Private to the collection.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

# What each price is for, in words.
PRICES = {
    "nat_gateway_hour": "NAT gateways",
    "public_ipv4_hour": "public IPv4 addresses",
    "load_balancer_hour": "load balancers",
    "load_balancer_lcu_hour": "capacity units of a load balancer",
    "endpoint_hour": "interface endpoints",
    "fargate_x86_vcpu_hour": "vCPUs of tasks on X86_64",
    "fargate_x86_gb_hour": "memory of tasks on X86_64",
    "fargate_arm_vcpu_hour": "vCPUs of tasks on ARM64",
    "fargate_arm_gb_hour": "memory of tasks on ARM64",
    "fargate_storage_gb_hour": "storage of tasks beyond 20 GB",
    "fargate_spot_saving": "tasks on Spot",
    "secret_month": "secrets",
    "alarm_month": "alarms",
    "transitions_thousand": "state transitions",
    "express_million": "requests of an Express workflow",
    "express_gb_second": "duration of an Express workflow",
    "http_api_million": "requests of the HTTP API",
    "lambda_million": "requests of the Lambda function",
    "lambda_x86_gb_second": "duration of the Lambda function on x86_64",
    "lambda_arm_gb_second": "duration of the Lambda function on arm64",
}
# AWS changes a price every few years, and none for a year is rare enough to ask for a look.
_OLD_DAYS = 365


def findings(table: Any) -> list[str]:
    """Return what is wrong with a table of prices, a sentence each."""
    if not isinstance(table, Mapping):
        return ["The table of prices is no mapping of date, currency and regions."]
    return [*_heads(table), *_regions(table.get("regions"))]


def _heads(table: Mapping[str, Any]) -> Iterator[str]:
    if not table.get("date"):
        yield "The table of prices has no date."
    elif date_of(table) is None:
        yield f"The date of the table of prices is {str(table['date'])!r}, and not one like 2026-01-31."
    if not table.get("currency"):
        yield "The table of prices has no currency."
    if not _is_amount(table.get("execution_seconds", 0)):
        yield "execution_seconds of the table of prices is no number of seconds."


def _regions(regions: Any) -> Iterator[str]:
    if not isinstance(regions, Mapping):
        yield "The table of prices has no regions."
        return
    for region, prices in regions.items():
        if not isinstance(prices, Mapping):
            yield f"The table of prices has no prices in {region}."
            continue
        for key, price in prices.items():
            if key not in PRICES:
                yield f"The table of prices has {key} in {region}, which nothing is counted with."
            elif not _is_amount(price):
                yield f"The price {key} in {region} is {price!r}, which is no amount."
        if _is_amount(prices.get("fargate_spot_saving")) and prices["fargate_spot_saving"] > 1:
            yield f"fargate_spot_saving in {region} is more than 1, the whole price."


def date_of(table: Mapping[str, Any]) -> datetime.date | None:
    """Return the date of a table, which YAML may have read as one; None for what is no date."""
    try:
        return datetime.date.fromisoformat(str(table["date"]))
    except ValueError:
        return None


def age(table: Mapping[str, Any], today: datetime.date) -> list[str]:
    """Return a sentence for a table that is older than a year."""
    date = date_of(table)
    if date is None or (today - date).days <= _OLD_DAYS:
        return []
    return [
        f"The prices are those of {date}, more than a year ago: compare them with the pages of AWS, and name a table "
        "of your own with orchestra_prices_file."
    ]


def _is_amount(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf")
