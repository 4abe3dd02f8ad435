# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The network interfaces of load balancers, which keep subnets and security groups from being deleted too early."""

from __future__ import annotations

import threading
from typing import Any

from moto.elbv2 import models

from local_aws import settings
from local_aws.plane import lock

Backend = models.ELBv2Backend


def apply() -> None:
    """Install the correction of this file."""
    load_balancers_have_network_interfaces()


def load_balancers_have_network_interfaces() -> None:
    """A load balancer has one managed interface per subnet, removed some time after it is deleted; moto: none."""
    create, delete = Backend.create_load_balancer, Backend.delete_load_balancer

    def create_load_balancer(self: Any, *args: Any, **kwargs: Any) -> Any:
        balancer = create(self, *args, **kwargs)
        if not _interfaces(self, balancer.arn):
            for subnet in balancer.subnets:
                _create_interface(self, balancer, subnet)
        return balancer

    def delete_load_balancer(self: Any, arn: str) -> None:
        delete(self, arn)
        seconds = settings.current().profile.seconds("deletions")
        if not seconds:
            _delete_interfaces(self, arn)
            return
        timer = threading.Timer(seconds, _delete_interfaces, (self, arn))
        timer.daemon = True
        timer.start()

    Backend.create_load_balancer = create_load_balancer
    Backend.delete_load_balancer = delete_load_balancer


def _create_interface(backend: Any, balancer: Any, subnet: Any) -> None:
    address = str(subnet.get_available_subnet_ip(None))
    groups = list(balancer.security_groups or [])
    interface = backend.ec2_backend.create_network_interface(
        subnet, address, group_ids=groups, description=_description(balancer.arn)
    )
    interface.status, interface.requester_managed, interface.requester_id = "in-use", True, "amazon-elb"


def _delete_interfaces(backend: Any, arn: str) -> None:
    with lock.state:
        for interface in _interfaces(backend, arn):
            backend.ec2_backend.enis.pop(interface.id, None)
            interface.subnet.del_subnet_ip(interface.private_ip_address)


def _interfaces(backend: Any, arn: str) -> list[Any]:
    wanted = _description(arn)
    return [item for item in list(backend.ec2_backend.enis.values()) if item.description == wanted]


def _description(arn: str) -> str:
    return f"ELB {arn.partition(':loadbalancer/')[2]}"
