# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._ecs.rollout import Rollout
from ansible_collections.orchestra.aws.plugins.module_utils._targets import kinds, watch
from ansible_collections.orchestra.aws.plugins.module_utils._targets.target import Status, Target


@pytest.mark.parametrize(
    ("judge", "described", "expected"),
    [
        (kinds.nat_gateway_status, {"State": "pending"}, Status("pending", "pending")),
        (kinds.nat_gateway_status, {"State": "available"}, Status("ready", "available")),
        (
            kinds.nat_gateway_status,
            {"State": "failed", "FailureMessage": "no address."},
            Status("failed", "failed", "no address"),
        ),
        (kinds.nat_gateway_status, {"State": "deleting"}, Status("failed", "deleting")),
        (kinds.load_balancer_status, {"State": {"Code": "provisioning"}}, Status("pending", "provisioning")),
        (kinds.load_balancer_status, {"State": {"Code": "active_impaired"}}, Status("ready", "active_impaired")),
        (
            kinds.load_balancer_status,
            {"State": {"Code": "failed", "Reason": "no capacity"}},
            Status("failed", "failed", "no capacity"),
        ),
        (kinds.vpc_link_status, {"VpcLinkStatus": "PENDING"}, Status("pending", "PENDING")),
        (kinds.vpc_link_status, {"VpcLinkStatus": "INACTIVE"}, Status("ready", "INACTIVE")),
        (
            kinds.vpc_link_status,
            {"VpcLinkStatus": "FAILED", "VpcLinkStatusMessage": "zone"},
            Status("failed", "FAILED", "zone"),
        ),
        (kinds.ecs_service_status, Rollout("pending", "1 of 2"), Status("pending", "1 of 2")),
        (kinds.ecs_service_status, Rollout("succeeded", "2 of 2"), Status("ready", "2 of 2")),
        (
            kinds.ecs_service_status,
            Rollout("failed", "Rolled back.", ["Exit code 1."]),
            Status("failed", "failed", "Rolled back.\nExit code 1."),
        ),
    ],
)
def test_states(judge: Any, described: Any, expected: Status) -> None:
    assert judge(described) == expected


def test_each_ecs_service_is_polled_with_its_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    polled = Mock(return_value=Rollout("succeeded", "steady"))
    monkeypatch.setattr(kinds.rollout, "poll", polled)
    target = Target("ecs_service", "cart", "shop", "cart:2", "ecs-svc/1")
    assert kinds.ecs_services(lambda service: service, [target]) == {target: Status("ready", "steady")}
    polled.assert_called_once_with("ecs", "elbv2", "logs", "shop", "cart", "cart:2", "ecs-svc/1", False)
    polled.return_value = Rollout("pending", "0 of 1", ["It fails its health checks."])
    explained = watch.explain(kinds.KINDS, lambda service: service, [Target("nat_gateway", "nat-1"), target])
    assert explained == {target: Status("pending", "0 of 1", "It fails its health checks.")}
    polled.assert_called_with("ecs", "elbv2", "logs", "shop", "cart", "cart:2", "ecs-svc/1", True)


def test_load_balancers_are_found_by_arn_and_by_name_on_any_page() -> None:
    client = boto3.client("elbv2", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    targets = [Target("load_balancer", name) for name in ("one", "arn:two", "three")]
    with Stubber(client) as stub:
        stub.add_response("describe_load_balancers", {"LoadBalancers": [balancer("one")], "NextMarker": "m"}, {})
        stub.add_response("describe_load_balancers", {"LoadBalancers": [balancer("two")]}, {"Marker": "m"})
        found = kinds.load_balancers(lambda service: client, targets)
        stub.assert_no_pending_responses()
    assert list(found) == targets[:2]


def balancer(name: str) -> dict[str, Any]:
    return {"LoadBalancerArn": f"arn:{name}", "LoadBalancerName": name, "State": {"Code": "active"}}
