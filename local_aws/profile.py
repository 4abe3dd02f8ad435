# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Provisioning times: resources pass through the states in which AWS shows them before they can be used or are gone.

All times are zero unless a profile says otherwise, and they can be replaced while the server runs. The ECS
controller and the Lambda patches read their own entries of the profile.
"""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from moto.apigatewayv2.models import VpcLink
from moto.ec2.models.nat_gateways import NatGateway
from moto.elbv2.models import FakeLoadBalancer

from local_aws import journal, settings


def replace(profile: settings.Profile) -> None:
    """Put a profile in force; it also governs resources that are in transition now."""
    settings.configure(dataclasses.replace(settings.current(), profile=profile))
    journal.record("profile.replaced", **profile.as_dict())


class Clock:
    """Runs from now for the time that the profile gives `entry`; what is over stays over, whatever the profile says."""

    def __init__(self, entry: str) -> None:
        self._entry = entry
        self._since = time.monotonic()
        self._over = False

    @property
    def running(self) -> bool:
        if not self._over:
            self._over = time.monotonic() - self._since >= settings.current().profile.seconds(self._entry)
        return not self._over


class Transition:
    """An attribute that reads as the transitional state until the time for the assigned state has passed.

    `states` maps an assigned state to the state shown before it and the profile entry that tells how long.
    """

    def __init__(self, states: dict[str, tuple[str, str]]) -> None:
        self._states = states

    def __set_name__(self, owner: type, name: str) -> None:
        self._slot = f"_assigned_{name}"

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value, before, clock = instance.__dict__[self._slot]
        return before if clock is not None and clock.running else value

    def __set__(self, instance: Any, value: Any) -> None:
        before, entry = self._states.get(value, (value, ""))
        instance.__dict__[self._slot] = (value, before, Clock(entry) if entry else None)


def _install(owner: type, name: str, transition: Transition) -> None:
    transition.__set_name__(owner, name)
    setattr(owner, name, transition)


def nat_gateways_take_time() -> None:
    """EC2 DescribeNatGateways shows pending, then available; deleting, then deleted. moto changes at once."""
    states = {"available": ("pending", "nat"), "deleted": ("deleting", "deletions")}
    _install(NatGateway, "state", Transition(states))


def load_balancers_take_time() -> None:
    """ELB DescribeLoadBalancers shows provisioning, then active. moto activates at the first describe."""

    def activate(self: Any) -> None:
        """Nothing to do: the state becomes active by itself."""

    class Provisioning(Transition):
        def __set__(self, instance: Any, value: Any) -> None:
            super().__set__(instance, "active" if value == "provisioning" else value)

    _install(FakeLoadBalancer, "state", Provisioning({"active": ("provisioning", "alb")}))
    FakeLoadBalancer.activate = activate


def vpc_links_take_time() -> None:
    """API Gateway shows PENDING, then AVAILABLE; DELETING, then NotFound. moto shows AVAILABLE and deletes at once."""
    original_init, original_to_json = VpcLink.__init__, VpcLink.to_json

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original_init(self, *args, **kwargs)
        self.status = "AVAILABLE"

    def to_json(self: Any) -> dict[str, Any]:
        return {**original_to_json(self), "vpcLinkStatus": self.status}

    states = {"AVAILABLE": ("PENDING", "vpc_link"), "DELETED": ("DELETING", "deletions")}
    _install(VpcLink, "status", Transition(states))
    VpcLink.__init__, VpcLink.to_json = init, to_json


def apply() -> None:
    """Install all provisioning times."""
    nat_gateways_take_time()
    load_balancers_take_time()
    vpc_links_take_time()
