# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._site.security_groups import security_groups

SERVICES = [
    {"listener_port": 8001, "container_port": 3000},
    {"listener_port": 8002, "container_port": 3000},
]


def test_the_chain_opens_each_port_once_and_nothing_else() -> None:
    link, balancer, tasks = security_groups("shop", SERVICES, [{"protocol": "tcp", "port": 443, "cidr": "0.0.0.0/0"}])
    listener = [{"protocol": "tcp", "port": port} for port in (8001, 8002)]
    assert link["ingress"] == []
    assert link["egress"] == [{**rule, "group": "shop-alb"} for rule in listener]
    assert balancer["ingress"] == [{**rule, "group": "shop-vpc-link"} for rule in listener]
    assert balancer["egress"] == [{"protocol": "tcp", "port": 3000, "group": "shop-tasks"}]
    assert tasks["ingress"] == [{"protocol": "tcp", "port": 3000, "group": "shop-alb"}]
    assert tasks["egress"] == [{"protocol": "tcp", "port": 443, "cidr": "0.0.0.0/0"}]
