# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Whatever there is, it costs nothing or more, and more tasks never cost less."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._site.cost import cost
from ansible_collections.orchestra.aws.plugins.module_utils._site.cost_billed import NOTHING, task

PRICES = yaml.safe_load((Path(__file__).resolve().parents[2] / "files" / "prices.yml").read_text())
SMALL = {"cpu": "256", "memory": "512"}


def month_of(tasks: list[dict[str, Any]], gateways: int = 0, zones: int = 0) -> dict[str, Any]:
    billed = {**NOTHING, "tasks": tasks, "nat_gateways": gateways, "public_addresses": gateways, "zones": zones}
    return cost(billed, PRICES, "us-east-1")


COUNTS = st.integers(0, 40)
TASKS = st.builds(
    task,
    st.just("a"),
    COUNTS,
    st.sampled_from([SMALL, {**SMALL, "cpu_architecture": "ARM64"}, {**SMALL, "ephemeral_storage_gib": 200}]),
    st.lists(
        st.fixed_dictionaries(
            {
                "capacity_provider": st.sampled_from(["FARGATE", "FARGATE_SPOT"]),
                "base": st.integers(0, 3),
                "weight": st.integers(0, 5),
            }
        ),
        max_size=2,
        unique_by=lambda one: one["capacity_provider"],
    ),
)


@given(st.lists(TASKS, max_size=3), st.integers(0, 3), st.integers(0, 3))
def test_a_cost_is_never_negative(tasks: list[dict[str, Any]], gateways: int, zones: int) -> None:
    found = month_of(tasks, gateways, zones)
    month = found["month"]
    assert 0 <= month["least"] <= month["most"]
    assert all(item["least"] >= 0 for item in month["items"])
    assert all(one["month"] >= 0 for one in found["choices"])


@given(
    COUNTS,
    st.integers(1, 5),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_more_tasks_never_cost_less(
    count: int, more: int, base: int, spot_base: int, weight: int, on_spot: int
) -> None:
    strategy = [
        {"capacity_provider": "FARGATE", "base": base, "weight": weight},
        {"capacity_provider": "FARGATE_SPOT", "base": spot_base, "weight": on_spot},
    ]
    few, many = (month_of([task("a", number, SMALL, strategy)])["month"] for number in (count, count + more))
    assert few["least"] <= many["least"]
