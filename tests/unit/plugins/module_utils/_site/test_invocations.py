# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site.invocations import summary


def ended(number: int, **more: Any) -> dict[str, Any]:
    empty = {"key": None, "service": None, "error": None, "cause": None}
    return {"number": number, "status": "completed", "seconds": number / 10, **empty, **more}


def test_the_summary_counts_and_names_the_percentiles_of_the_duration() -> None:
    found = summary([ended(number) for number in range(1, 101)])
    assert (found["inputs"], found["completed"], found["failed"], found["failures"]) == (100, 100, 0, [])
    assert found["seconds"] == {"p50": 5.0, "p90": 9.0, "p99": 9.9, "longest": 10.0}
    assert summary([])["seconds"] == {"p50": None, "p90": None, "p99": None, "longest": None}
    assert summary([ended(3)])["seconds"] == {"p50": 0.3, "p90": 0.3, "p99": 0.3, "longest": 0.3}


def test_the_summary_names_what_failed() -> None:
    why = {"status": "failed", "key": "order-2", "service": "cart", "error": "ApiGateway.500", "cause": "so\nit  is"}
    found = summary([ended(1, status="running"), ended(2, **why), ended(3, status="failed", cause="x" * 200)])
    assert (found["completed"], found["running"], found["failed"]) == (0, 1, 2)
    assert found["failures"] == [
        "input 2 (order-2): cart ApiGateway.500 so it is",
        f"input 3: {'x' * 120}...",
    ]
    many = summary([ended(number, status="failed", error="E") for number in range(25)])
    assert len(many["failures"]) == 21
    assert many["failures"][-1] == "and 5 more"
