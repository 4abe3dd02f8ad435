# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The rows of a cost: what is billed, and how much of which price. Pure functions.

Private to the collection.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Billed = Mapping[str, Any]
# A month, as AWS's own calculator has it.
HOURS = 730
EXECUTIONS = 1000
_MILLION = 1_000_000
# Storage that each task has without further cost. Fargate pricing page.
_FREE_STORAGE_GB = 20
# An Express workflow is billed for chunks of 64 MB and of 100 ms; small definitions and payloads take one chunk.
_EXPRESS_GB = 64 / 1024


@dataclass(frozen=True)
class Row:
    """One thing that is billed. least, most: key of a price -> how much of it; most is None where nothing limits it.

    spot: the part of it that is on Spot.
    """

    what: str
    how_many: str
    least: Mapping[str, float]
    most: Mapping[str, float] | None
    spot: float = 0.0

    def lacks(self, prices: Mapping[str, float]) -> list[str]:
        """Return the keys of the prices that it needs and that are not known."""
        needed = [*self.least, *(["fargate_spot_saving"] if self.spot else [])]
        return [key for key in needed if key not in prices]


def month(billed: Billed) -> list[Row]:
    """Return what runs by the hour, or is billed by the month, used or not."""
    return [
        *_same("NAT gateway", billed["nat_gateways"], "nat_gateway_hour", HOURS),
        *_same("public IPv4 address", billed["public_addresses"], "public_ipv4_hour", HOURS),
        *_same("load balancer", billed["load_balancers"], "load_balancer_hour", HOURS),
        *(row for name, zones in billed["endpoints"].items() for row in _endpoint(name, zones)),
        *(_task(task) for task in billed["tasks"]),
        *_same("secret", billed["secrets"], "secret_month", 1),
        *_same("alarm", billed["alarms"], "alarm_month", 1),
    ]


def _same(what: str, number: int, price: str, times: float) -> Iterator[Row]:
    if number:
        uses = {price: number * times}
        yield Row(what, f"{number:,}", uses, uses)


def _endpoint(name: str, zones: int) -> Iterator[Row]:
    for row in _same(f"endpoint {name}", zones, "endpoint_hour", HOURS):
        yield Row(row.what, f"in {zones} zone{'s' if zones > 1 else ''}", row.least, row.most)


def _task(task: Mapping[str, Any]) -> Row:
    """Return the tasks of a service. count: as they are now, or shall be; most: when autoscaling has added all."""
    kind = "arm" if task["architecture"] == "ARM64" else "x86"
    storage = max(task["storage_gb"] - _FREE_STORAGE_GB, 0)

    def uses(count: float) -> dict[str, float]:
        extra = {"fargate_storage_gb_hour": count * HOURS * storage} if storage else {}
        vcpu, memory = f"fargate_{kind}_vcpu_hour", f"fargate_{kind}_gb_hour"
        return {vcpu: count * HOURS * task["vcpu"], memory: count * HOURS * task["gb"], **extra}

    count, most = task["count"], max(task["most"], task["count"])
    numbers = f"{count}" if most == count else f"{count} to {most}"
    spot = f", {task['spot']:.0%} on Spot at its cheapest" if task["spot"] else ""
    how_many = f"{numbers} x {task['vcpu']:g} vCPU, {task['gb']:g} GB, {task['architecture']}{spot}"
    return Row(f"tasks of {task['service']}", how_many, uses(count), uses(most), task["spot"])


def thousand(billed: Billed, seconds: float) -> list[Row]:
    """Return what a thousand executions are billed. seconds: that each of them takes."""
    return [*_workflow(billed["workflow"], seconds), *_invoker(billed["invoker"], seconds)]


def _workflow(workflow: Mapping[str, Any] | None, seconds: float) -> Iterator[Row]:
    if workflow is None:
        return
    if workflow["type"] == "STANDARD":
        yield _span("state transitions", workflow["transitions"], "transitions_thousand", 1000)
    else:
        yield from _same("requests of the Express workflow", EXECUTIONS, "express_million", 1 / _MILLION)
        billed = math.ceil(round(seconds * 10, 6)) / 10
        uses = {"express_gb_second": EXECUTIONS * billed * _EXPRESS_GB}
        yield Row("duration of the Express workflow", f"{billed:g} s with 64 MB each", uses, uses)
    yield _span("requests of the HTTP API", workflow["requests"], "http_api_million", _MILLION)


def _span(what: str, span: Mapping[str, Any], price: str, unit: int) -> Row:
    least, most = span["least"] * EXECUTIONS, None if span["most"] is None else span["most"] * EXECUTIONS
    numbers = f"{least:,} and more" if most is None else f"{least:,}" if most == least else f"{least:,} to {most:,}"
    return Row(what, numbers, {price: least / unit}, None if most is None else {price: most / unit})


def _invoker(invoker: Mapping[str, Any] | None, seconds: float) -> Iterator[Row]:
    if invoker is None:
        return
    yield from _same("requests of the Lambda function", EXECUTIONS, "lambda_million", 1 / _MILLION)
    kind = "arm" if invoker["architecture"] == "arm64" else "x86"
    uses = {f"lambda_{kind}_gb_second": EXECUTIONS * seconds * invoker["memory"] / 1024}
    yield Row("duration of the Lambda function", f"{seconds:g} s with {invoker['memory']} MB each", uses, uses)
