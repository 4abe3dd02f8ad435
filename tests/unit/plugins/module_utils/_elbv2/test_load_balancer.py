# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import load_balancer
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

DROP = "routing.http.drop_invalid_header_fields.enabled"
IDLE = "idle_timeout.timeout_seconds"


def options(**given: Any) -> dict[str, Any]:
    defaults = {
        "name": "shop",
        "scheme": None,
        "ip_address_type": None,
        "subnets": ["subnet-b", "subnet-a"],
        "security_groups": ["sg-1"],
        "idle_timeout": None,
        "deletion_protection": None,
        "drop_invalid_header_fields": True,
        "access_logs": None,
        "attributes": None,
        "tags": None,
        "purge_tags": True,
    }
    return {**defaults, **given}


def described(**changes: Any) -> dict[str, Any]:
    return {
        "LoadBalancerName": "shop",
        "Type": "application",
        "Scheme": "internal",
        "IpAddressType": "ipv4",
        "AvailabilityZones": [{"SubnetId": "subnet-b"}, {"SubnetId": "subnet-a"}],
        "SecurityGroups": ["sg-1"],
        **changes,
    }


def existing(attributes: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    return load_balancer.settings(described(**changes), attributes or {DROP: "true"}, {"a": "1"})


@pytest.mark.parametrize("name", ["", "-a", "a-", "a_b", "a" * 33, "internal-shop", "a.b"])
def test_names_that_aws_refuses(name: str) -> None:
    with pytest.raises(InputError, match="a load balancer's name has 1 to 32"):
        load_balancer.validate({"name": name})


@pytest.mark.parametrize("name", ["a", "A-1", "a" * 32, "internal"])
def test_names_that_aws_takes(name: str) -> None:
    load_balancer.validate({"name": name})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {DROP: "true"}),
        ({"idle_timeout": 35}, {DROP: "true", IDLE: "35"}),
        ({"deletion_protection": False}, {DROP: "true", "deletion_protection.enabled": "false"}),
        ({"attributes": {"routing.http2.enabled": False}}, {DROP: "true", "routing.http2.enabled": "false"}),
        ({"attributes": {"client_keep_alive.seconds": 90}}, {DROP: "true", "client_keep_alive.seconds": "90"}),
        (
            {"access_logs": {"enabled": True, "bucket": "logs", "prefix": None}},
            {
                DROP: "true",
                "access_logs.s3.enabled": "true",
                "access_logs.s3.bucket": "logs",
                "access_logs.s3.prefix": "",
            },
        ),
        (
            {"access_logs": {"enabled": False, "bucket": None, "prefix": None}},
            {DROP: "true", "access_logs.s3.enabled": "false"},
        ),
    ],
)
def test_wanted_attributes(given: dict[str, Any], expected: dict[str, str]) -> None:
    assert load_balancer.wanted_attributes(options(**given)) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"idle_timeout": 0}, "1 to 4000 seconds"),
        ({"idle_timeout": 4001}, "1 to 4000 seconds"),
        ({"access_logs": {"enabled": True, "bucket": None, "prefix": None}}, "bucket is required"),
        ({"attributes": {"http2": True}}, "'http2' is no attribute"),
        ({"attributes": {IDLE: 5}}, "is set by the option idle_timeout"),
        ({"attributes": {DROP: False}}, "is set by the option drop_invalid_header_fields"),
        (
            {
                "access_logs": {"enabled": True, "bucket": "logs", "prefix": None},
                "attributes": {"access_logs.s3.bucket": "other"},
            },
            "is set by the option access_logs",
        ),
        ({"attributes": {"routing.http2.enabled": None}}, "must be a string, a number or a boolean"),
        ({"attributes": {"routing.http2.enabled": []}}, "must be a string, a number or a boolean"),
    ],
)
def test_attributes_that_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_balancer.wanted_attributes(options(**given))


def test_a_new_load_balancer_is_internal_and_drops_invalid_headers() -> None:
    after = load_balancer.desired(options(), {}, {DROP: "true"})
    assert (after["scheme"], after["ip_address_type"]) == ("internal", "ipv4")
    assert after["subnets"] == ["subnet-a", "subnet-b"]
    assert load_balancer.sentences({}, after) == [
        "create load balancer shop",
        f"set attributes of load balancer shop: {DROP}=true",
    ]


def test_an_attribute_that_is_the_default_need_not_be_set_on_a_new_one() -> None:
    after = load_balancer.desired(options(), {}, {IDLE: "60"})
    assert load_balancer.attribute_changes({}, after) == {}


def test_options_left_out_change_nothing() -> None:
    before = existing(Scheme="internet-facing", IpAddressType="dualstack")
    after = load_balancer.desired(options(subnets=None, security_groups=None), before, {DROP: "true"})
    assert after == before
    assert load_balancer.sentences(before, after) == []


@pytest.mark.parametrize(
    ("given", "wanted", "expected"),
    [
        ({"subnets": ["subnet-a", "subnet-b"]}, {}, []),
        ({"subnets": ["subnet-a", "subnet-c"]}, {}, ["set subnets of load balancer shop"]),
        ({"security_groups": ["sg-2"]}, {}, ["set security groups of load balancer shop"]),
        ({"ip_address_type": "dualstack"}, {}, ["set IP address type of load balancer shop"]),
        ({}, {DROP: "false"}, [f"set attributes of load balancer shop: {DROP}=false"]),
        ({"tags": {}}, {}, ["update tags of load balancer shop"]),
    ],
)
def test_one_change(given: dict[str, Any], wanted: dict[str, str], expected: list[str]) -> None:
    before = existing()
    after = load_balancer.desired(options(**given), before, wanted or {DROP: "true"})
    assert load_balancer.sentences(before, after) == expected


@pytest.mark.parametrize(
    ("given", "before", "message"),
    [
        ({"scheme": "internet-facing"}, existing(), "is internal, which AWS cannot change to internet-facing"),
        ({"subnets": None}, {}, "does not exist yet: subnets are required"),
        ({"subnets": None, "security_groups": None}, {}, "subnets and security_groups are required"),
        ({"subnets": []}, existing(), "subnets is empty"),
        ({"security_groups": []}, existing(), "security_groups is empty"),
    ],
)
def test_what_is_refused(given: dict[str, Any], before: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_balancer.desired(options(**given), before, {})


def test_a_network_load_balancer_is_refused() -> None:
    with pytest.raises(InputError, match="shop is of type network"):
        load_balancer.check_type(described(Type="network"))


def test_attributes_that_aws_does_not_report_have_their_default() -> None:
    assert load_balancer.managed({IDLE: "35"}, {IDLE: "1", DROP: "true"}) == {IDLE: "35", DROP: "false"}


def test_listeners_are_sorted_by_port() -> None:
    found = [{"Port": 8010, "ListenerArn": "b", "Protocol": "HTTP"}, {"Port": 8002, "ListenerArn": "a"}]
    assert load_balancer.listeners(found) == [
        {"port": 8002, "listener_arn": "a"},
        {"port": 8010, "listener_arn": "b"},
    ]
