# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Service Quotas: moto's fault that is mended in control/servicequotas.py, and what the embedded AWS does instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.local_aws.harness import RunningAws
from tests.local_aws.unpatched import needed, observe

Client = Callable[[str], Any]
ADDRESSES = {"ServiceCode": "ec2", "QuotaCode": "L-0263D0A3"}


def moto_addresses(client: Client) -> Any:
    return client("service-quotas").get_service_quota(**ADDRESSES)["Quota"]["Value"]


def test_moto_still_needs_quotas_of_other_services() -> None:
    observed = observe("tests.local_aws.test_contract_servicequotas")["moto_addresses"]
    needed(observed, {"error": "NoSuchResourceException", "status": 400}, "servicequotas.quotas_of_other_services")


@pytest.mark.parametrize(("service", "code", "value"), [("ec2", "L-0263D0A3", 5), ("vpc", "L-F678F1CE", 5)])
def test_a_quota(aws: RunningAws, service: str, code: str, value: float) -> None:
    quota = aws.client("service-quotas").get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
    assert (quota["QuotaCode"], quota["Value"]) == (code, value)


def test_a_quota_that_does_not_exist(aws: RunningAws) -> None:
    client = aws.client("service-quotas")
    with pytest.raises(client.exceptions.ClientError, match="NoSuchResource"):
        client.get_service_quota(ServiceCode="ec2", QuotaCode="L-00000000")
