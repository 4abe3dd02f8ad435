# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.status_text import status_text

CALLER = {"region": "eu-central-1", "account_id": "123456789012"}
EXECUTION = {
    "name": "order-7",
    "status": "SUCCEEDED",
    "version": "3",
    "start_date": "2025-10-19T10:00:00+00:00",
    "duration_seconds": 5.0,
    "error": None,
    "cause": None,
}
SERVICE: dict[str, Any] = {
    "name": "cart",
    "desired_count": 2,
    "running_count": 1,
    "pending_count": 1,
    "task_definition": "shop-prod-cart:4",
    "images": ["docker.io/shop/cart:1.4"],
    "rollout_state": "IN_PROGRESS",
    "rollout_reason": "ECS deployment in progress.",
    "targets": [{"address": "10.0.10.7", "state": "unhealthy", "reason": "Request timed out"}],
}
WORKFLOW: dict[str, Any] = {
    "state_machine_arn": "arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow",
    "type": "STANDARD",
    "status": "ACTIVE",
    "aliases": {"live": {"3": 90, "4": 10}},
    "executions": [EXECUTION],
}


def shown(**changes: Any) -> list[str]:
    status = {"caller": CALLER, "services": [SERVICE], "workflow": WORKFLOW, **changes}
    return status_text("shop-prod", status, ["GET https://x/cart/health"]).splitlines()


def test_everything_is_told() -> None:
    assert shown() == [
        "shop-prod in eu-central-1, account 123456789012",
        "",
        "URLs",
        "  GET https://x/cart/health",
        "",
        "Services",
        "  cart  1 of 2 running, 1 starting  rollout IN_PROGRESS  shop-prod-cart:4  docker.io/shop/cart:1.4",
        "    ECS deployment in progress.",
        "    10.0.10.7 unhealthy (Request timed out)",
        "",
        "Workflow",
        "  shop-prod-workflow  STANDARD  ACTIVE",
        "  alias live: version 3 (90 %), version 4 (10 %)",
        "  2025-10-19T10:00:00+00:00  SUCCEEDED  5.000 s  version 3  order-7",
    ]


def test_of_an_empty_account() -> None:
    lines = status_text("shop", {"caller": CALLER, "services": [], "workflow": None}, []).splitlines()
    assert [line for line in lines if line.startswith("  There is no") or "There are no" in line] == [
        "  There is no API.",
        "  There are no services.",
        "  There is no state machine.",
    ]


@pytest.mark.parametrize(
    ("error", "cause", "told"),
    [
        ("ApiGateway.503", "Service\nUnavailable", "order-7  ApiGateway.503: Service Unavailable"),
        ("States.Timeout", None, "order-7  States.Timeout"),
        ("E", "x" * 300, f"order-7  E: {'x' * 200}..."),
        (
            "WorkflowFailed",
            json.dumps({"status": "failed", "service": "cart", "error": "ApiGateway.500", "cause": "down", "cart": {}}),
            "order-7  WorkflowFailed: cart ApiGateway.500 down",
        ),
    ],
)
def test_why_an_execution_failed(error: str, cause: str | None, told: str) -> None:
    failed = {**EXECUTION, "status": "FAILED", "error": error, "cause": cause}
    assert shown(workflow={**WORKFLOW, "executions": [failed]})[-1].endswith(told)


def test_an_express_workflow_and_a_running_execution() -> None:
    express = shown(workflow={**WORKFLOW, "type": "EXPRESS", "executions": []})
    assert "AWS keeps no list" in express[-1]
    running = {**EXECUTION, "status": "RUNNING", "version": None, "duration_seconds": None}
    assert shown(workflow={**WORKFLOW, "executions": [running]})[-1].endswith("RUNNING  order-7")
