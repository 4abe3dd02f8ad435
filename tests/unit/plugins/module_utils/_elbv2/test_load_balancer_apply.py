# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What no quick test server does: provisioning that takes time, and that fails."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import load_balancer_apply

ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/1"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_wait, "_FIRST_PAUSE", 0.01)


def describes(stub: Stubber, code: str, reason: str | None = None) -> None:
    state = {"Code": code, **({"Reason": reason} if reason else {})}
    stub.add_response("describe_load_balancers", {"LoadBalancers": [{"LoadBalancerArn": ARN, "State": state}]})


@pytest.mark.parametrize("usable", ["active", "active_impaired"])
def test_waits_until_the_load_balancer_is_usable(client: Any, stub: Stubber, usable: str) -> None:
    describes(stub, "provisioning")
    describes(stub, "provisioning")
    describes(stub, usable)
    load_balancer_apply._wait_active(client, "shop", ARN, 5)


def test_a_load_balancer_that_fails_says_why(client: Any, stub: Stubber) -> None:
    describes(stub, "provisioning")
    describes(stub, "failed", "not enough addresses in subnet-a")
    with pytest.raises(AnsibleAWSError, match="Load balancer shop is failed: not enough addresses in subnet-a"):
        load_balancer_apply._wait_active(client, "shop", ARN, 5)


def test_one_that_is_deleted_meanwhile_is_not_awaited(client: Any, stub: Stubber) -> None:
    stub.add_client_error("describe_load_balancers", "LoadBalancerNotFound")
    with pytest.raises(AnsibleAWSError, match="Load balancer shop is deleted"):
        load_balancer_apply._wait_active(client, "shop", ARN, 5)


def test_the_timeout_tells_the_state(client: Any, stub: Stubber) -> None:
    describes(stub, "provisioning")
    with pytest.raises(_wait.WaitTimeout) as caught:
        load_balancer_apply._wait_active(client, "shop", ARN, 0.001)
    assert "load balancer shop to become active in vain; the last state is provisioning" in str(caught.value)
