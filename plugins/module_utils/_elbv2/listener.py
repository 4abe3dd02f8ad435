# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The listener that forwards one port of a load balancer to one service's target group. Pure functions.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2.target_group import name_in
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import present

# AWS's own default, ELBSecurityPolicy-2016-08, still allows TLS 1.0.
SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


def target_groups(listener: Mapping[str, Any]) -> list[str]:
    """Return the ARNs of the target groups to which the default action forwards, sorted."""
    found: set[str] = set()
    for action in listener.get("DefaultActions", []):
        found |= {item["TargetGroupArn"] for item in action.get("ForwardConfig", {}).get("TargetGroups", [])}
        if action.get("TargetGroupArn"):
            found.add(action["TargetGroupArn"])
    return sorted(found)


def _nobodys(_listener: Mapping[str, Any]) -> bool:
    return False


def find(
    listeners: list[dict[str, Any]],
    port: int,
    target_group: str | None,
    balancer: str,
    owned: Callable[[Mapping[str, Any]], bool] = _nobodys,
) -> dict[str, Any] | None:
    """Return the service's listener: the one on the port, else the one on another port that serves its target group.

    Raises InputError when the port serves something else. target_group: its ARN, None when there is none yet.
    owned: tells whether a listener that serves something else is the service's all the same, diverted by somebody.
    """
    ours = [item for item in listeners if target_group and target_groups(item) == [target_group]]
    on_port = [item for item in listeners if item.get("Port") == port]
    if on_port and target_group not in target_groups(on_port[0]) and not owned(on_port[0]):
        raise InputError(
            f"Port {port} of load balancer {balancer} already serves {_what(on_port[0])}: "
            "give load_balancer.listener.port another port."
        )
    if on_port:
        return on_port[0]
    if len(ours) > 1:
        ports = ", ".join(str(item["Port"]) for item in sorted(ours, key=lambda item: item["Port"]))
        raise InputError(
            f"Target group {name_in(ours[0]['DefaultActions'][0]['TargetGroupArn'])} is served on the ports {ports} of "
            f"load balancer {balancer}: delete all listeners but one, or ask for one of these ports."
        )
    return ours[0] if ours else None


def _what(listener: Mapping[str, Any]) -> str:
    groups = [name_in(arn) for arn in target_groups(listener)]
    if groups:
        return f"target group {' and '.join(groups)}"
    return f"a default action of type {listener['DefaultActions'][0]['Type']}"


def settings(listener: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what is compared of a listener; {} for none."""
    if listener is None:
        return {}
    secure = listener["Protocol"] == "HTTPS"
    certificates = [item["CertificateArn"] for item in listener.get("Certificates") or []]
    return present(
        {
            "port": listener["Port"],
            "protocol": listener["Protocol"],
            # What a listener had before it became one of HTTP means nothing.
            "certificate_arn": certificates[0] if certificates and secure else None,
            "ssl_policy": (listener.get("SslPolicy") or None) if secure else None,
            "target_groups": [name_in(arn) for arn in target_groups(listener)],
        }
    )


def desired(options: Mapping[str, Any], target_group: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the listener shall be. target_group: its name."""
    after = {**before, **present({key: options.get(key) for key in ("port", "protocol", "certificate_arn")})}
    after.setdefault("protocol", "HTTP")
    after["target_groups"] = [target_group]
    if after["protocol"] != "HTTPS":
        return {key: value for key, value in after.items() if key not in ("certificate_arn", "ssl_policy")}
    if not after.get("certificate_arn"):
        raise InputError("A listener with protocol HTTPS needs load_balancer.listener.certificate_arn.")
    after["ssl_policy"] = options.get("ssl_policy") or before.get("ssl_policy") or SSL_POLICY
    return after


def request(after: Mapping[str, Any], target_group_arn: str) -> dict[str, Any]:
    """Return the arguments of CreateListener or ModifyListener but load balancer, listener and tags."""
    secure = after["protocol"] == "HTTPS"
    return present(
        {
            "Port": after["port"],
            "Protocol": after["protocol"],
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": target_group_arn}],
            "Certificates": [{"CertificateArn": after["certificate_arn"]}] if secure else None,
            "SslPolicy": after["ssl_policy"] if secure else None,
        }
    )
