# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import listener
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

ARNS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
OURS = f"{ARNS}targetgroup/orders/0a1b2c3d4e5f6071"
THEIRS = f"{ARNS}targetgroup/stock/1a1b2c3d4e5f6071"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"


def described(port: int, *groups: str, **more: Any) -> dict[str, Any]:
    weighted = [{"TargetGroupArn": group, "Weight": 1} for group in groups]
    action = {"Type": "forward", "TargetGroupArn": groups[0], "ForwardConfig": {"TargetGroups": weighted}}
    return {"ListenerArn": f"listener-{port}", "Port": port, "Protocol": "HTTP", "DefaultActions": [action], **more}


REDIRECT = {"Port": 8081, "Protocol": "HTTP", "DefaultActions": [{"Type": "redirect", "RedirectConfig": {}}]}


@pytest.mark.parametrize(
    ("listeners", "group", "found"),
    [
        pytest.param([], None, None, id="none yet"),
        pytest.param([described(8082, THEIRS)], None, None, id="others do not matter"),
        pytest.param([described(8082, THEIRS), described(8081, OURS)], OURS, "listener-8081", id="ours"),
        pytest.param([described(9000, OURS)], OURS, "listener-9000", id="ours, on another port"),
        pytest.param([described(8081, OURS, THEIRS)], OURS, "listener-8081", id="shared by weight"),
        pytest.param([described(8081, OURS), described(9000, OURS)], OURS, "listener-8081", id="two, one on the port"),
    ],
)
def test_find(listeners: list[dict[str, Any]], group: str | None, found: str | None) -> None:
    chosen = listener.find(listeners, 8081, group, "shop")
    assert (chosen["ListenerArn"] if chosen else None) == found


@pytest.mark.parametrize(
    ("listeners", "group", "message"),
    [
        ([described(8081, THEIRS)], OURS, "Port 8081 of load balancer shop already serves target group stock"),
        ([described(8081, THEIRS)], None, "already serves target group stock"),
        ([REDIRECT], OURS, "already serves a default action of type redirect"),
        ([described(8082, OURS), described(9000, OURS)], OURS, "orders is served on the ports 8082, 9000"),
    ],
)
def test_what_is_taken_is_refused(listeners: list[dict[str, Any]], group: str | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        listener.find(listeners, 8081, group, "shop")


def test_settings() -> None:
    secure = described(443, OURS, Protocol="HTTPS", SslPolicy="p", Certificates=[{"CertificateArn": CERTIFICATE}])
    assert listener.settings(secure) == {
        "port": 443,
        "protocol": "HTTPS",
        "certificate_arn": CERTIFICATE,
        "ssl_policy": "p",
        "target_groups": ["orders"],
    }
    assert listener.settings(None) == {}


def test_a_new_plain_listener() -> None:
    wanted = listener.desired({"port": 8081}, "orders", {})
    assert listener.request(wanted, OURS) == {
        "Port": 8081,
        "Protocol": "HTTP",
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": OURS}],
    }


def test_a_new_secure_listener_has_a_modern_policy() -> None:
    wanted = listener.desired({"port": 443, "protocol": "HTTPS", "certificate_arn": CERTIFICATE}, "orders", {})
    request = listener.request(wanted, OURS)
    assert request["Certificates"] == [{"CertificateArn": CERTIFICATE}]
    assert request["SslPolicy"] == listener.SSL_POLICY


def test_a_secure_listener_needs_a_certificate() -> None:
    with pytest.raises(InputError, match="needs load_balancer.listener.certificate_arn"):
        listener.desired({"port": 443, "protocol": "HTTPS"}, "orders", {})


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ({"port": 443}, {}),
        ({"port": 8443}, {"port": 8443}),
        ({"port": 443, "ssl_policy": "q"}, {"ssl_policy": "q"}),
        ({"port": 443, "certificate_arn": "other"}, {"certificate_arn": "other"}),
    ],
    ids=str,
)
def test_what_is_left_out_stays(options: dict[str, Any], changed: dict[str, Any]) -> None:
    before = {
        "port": 443,
        "protocol": "HTTPS",
        "certificate_arn": CERTIFICATE,
        "ssl_policy": "p",
        "target_groups": ["orders"],
    }
    assert listener.desired(options, "orders", before) == {**before, **changed}


def test_from_https_to_http_drops_the_certificate() -> None:
    before = {
        "port": 443,
        "protocol": "HTTPS",
        "certificate_arn": CERTIFICATE,
        "ssl_policy": "p",
        "target_groups": ["o"],
    }
    assert listener.desired({"port": 80, "protocol": "HTTP"}, "o", before) == {
        "port": 80,
        "protocol": "HTTP",
        "target_groups": ["o"],
    }


def test_what_a_plain_listener_had_as_a_secure_one_means_nothing() -> None:
    plain = described(80, OURS, Protocol="HTTP", SslPolicy="p", Certificates=[{"CertificateArn": CERTIFICATE}])
    assert not {"certificate_arn", "ssl_policy"} & listener.settings(plain).keys()
