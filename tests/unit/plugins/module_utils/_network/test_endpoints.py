# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What endpoints and flow logs shall be, and what is refused before AWS is asked."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._network import endpoints, flow_log
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Found

REGION = "eu-1"
LOGS = {"service": "logs", "security_groups": ["ends"]}
OPTIONS = {"type": None, "security_groups": None, "private_dns": None, "policy": None}
LOG = {
    "log_group": None,
    "role_arn": None,
    "destination_arn": None,
    "traffic_type": "ALL",
    "max_aggregation_interval": 600,
    "log_format": None,
}
GROUP = {"log_group": "group", "role_arn": "arn:aws:iam::1:role/r"}


def params(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    dns = {"enable_dns_support": True, "enable_dns_hostnames": True}
    return {"endpoints": [{**OPTIONS, **entry} for entry in entries], **dns, **more}


def described(number: int, service: str = "s3", state: str = "available", name: str = "") -> dict[str, Any]:
    return {
        "VpcEndpointId": f"vpce-{number}",
        "ServiceName": f"com.amazonaws.{REGION}.{service}",
        "VpcEndpointType": "Gateway",
        "State": state,
        "Tags": [{"Key": "Name", "Value": name}],
    }


def found(*all_endpoints: dict[str, Any], flow_logs: list[dict[str, Any]] | None = None) -> Found:
    return Found([], [], [], region=REGION, endpoints=list(all_endpoints), flow_logs=flow_logs or [])


@pytest.mark.parametrize(
    ("entry", "key", "service"),
    [
        ({"service": "s3"}, "gateway s3", "com.amazonaws.eu-1.s3"),
        ({**LOGS, "service": "s3", "type": "interface"}, "interface s3", "com.amazonaws.eu-1.s3"),
        ({**LOGS, "service": "com.amazonaws.eu-1.ecr.api"}, "interface ecr.api", "com.amazonaws.eu-1.ecr.api"),
        ({**LOGS, "service": "cn.com.amazonaws.eu-1.ecs"}, "interface ecs", "cn.com.amazonaws.eu-1.ecs"),
    ],
)
def test_a_service_has_one_name(entry: dict[str, Any], key: str, service: str) -> None:
    [(found_key, endpoint)] = list(endpoints.wanted(params(entry), REGION).items())
    assert (found_key, endpoint.service) == (key, service)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (params({"service": "logs"}), "The interface endpoint logs needs security_groups"),
        (params({**LOGS, "type": "gateway"}), "gateway endpoint for logs: only s3 and dynamodb"),
        (params({"service": "s3", "security_groups": ["ends"]}), "The gateway endpoint s3 has no security_groups"),
        (params({"service": "s3"}, {"service": "com.amazonaws.eu-1.s3"}), "the gateway s3 endpoint twice"),
        (params(LOGS, enable_dns_hostnames=False), "private_dns of the endpoint logs needs"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(wanted: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        endpoints.wanted(wanted, REGION)


def test_an_endpoint_is_found_by_service_and_by_name_if_there_are_two() -> None:
    asked = endpoints.wanted(params({"service": "s3"}), REGION)
    gone, other = described(1, state="Deleted"), described(2, name="theirs")
    assert endpoints.match("shop", asked, found(gone, other)) == {"gateway s3": other}
    ours = described(3, name="shop-s3")
    assert endpoints.match("shop", asked, found(gone, other, ours)) == {"gateway s3": ours}
    with pytest.raises(InputError, match=r"2 gateway s3 endpoints \(vpce-2, vpce-4\)"):
        endpoints.match("shop", asked, found(other, described(4, name="theirs")))


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ({"log_group": "x"}, "flow_log.log_group needs flow_log.role_arn"),
        ({"role_arn": "x"}, "flow_log has no destination"),
        ({"destination_arn": "bucket"}, "flow_log.destination_arn is bucket"),
        ({"destination_arn": "arn:aws:sqs:eu-1:1:queue"}, "flow_log.destination_arn is arn:aws:sqs"),
    ],
)
def test_a_flow_log_that_cannot_be_is_refused(option: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        flow_log.check({**LOG, **option})


@pytest.mark.parametrize("option", [None, LOG, {**LOG, **GROUP}, {**LOG, "destination_arn": "arn:aws:s3:::bucket"}])
def test_a_flow_log_that_can_be_is_not_refused(option: dict[str, Any] | None) -> None:
    flow_log.check(option)


def test_of_two_flow_logs_of_ours_the_fitting_one_stays() -> None:
    base = {
        "TrafficType": "ALL",
        "MaxAggregationInterval": 600,
        "LogFormat": flow_log.DEFAULT_FORMAT,
        "LogGroupName": "group",
        "DeliverLogsPermissionArn": GROUP["role_arn"],
        "Tags": [{"Key": "Name", "Value": "shop"}],
    }
    fits, differs = {**base, "FlowLogId": "fl-2"}, {**base, "FlowLogId": "fl-1", "TrafficType": "REJECT"}
    theirs = {**base, "FlowLogId": "fl-3", "Tags": []}
    seen = found(flow_logs=[differs, fits, theirs])
    assert flow_log.match("shop", {**LOG, **GROUP}, seen) == (fits, [differs])
    assert flow_log.match("shop", LOG, seen) == (None, [differs, fits])
    assert flow_log.match("shop", None, seen) == (None, [])
