# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Corrections to moto's Elastic Load Balancing v2; requests are carried by local_aws.plane.alb."""

from __future__ import annotations

from typing import Any

from moto.elbv2 import models
from moto.elbv2.exceptions import (
    DuplicateListenerError,
    DuplicateLoadBalancerName,
    ELBClientError,
    ListenerNotFoundError,
    LoadBalancerNotFoundError,
    RuleNotFoundError,
    TargetGroupNotFoundError,
    TooManyTagsError,
    ValidationError,
)

from local_aws.control import elbv2_interfaces
from local_aws.plane import balancing, health

Backend = models.ELBv2Backend
MAX_TAGS = 50  # per resource ("Quotas for your Application Load Balancers")


def apply() -> None:
    """Install all corrections."""
    target_health_is_real()
    deregistered_targets_drain()
    load_balancer_names_are_unique()
    listener_ports_are_unique()
    load_balancers_are_protected()
    unknown_load_balancers_are_not_found()
    rules_are_in_order_of_priority()
    missing_rules_are_not_found()
    target_groups_name_their_load_balancers()
    tags_belong_to_existing_resources()
    elbv2_interfaces.apply()


def target_health_is_real() -> None:
    """DescribeTargetHealth tells what the health checks found, draining targets included; moto says healthy."""

    def describe_target_health(self: Any, target_group_arn: str, targets: list[dict[str, Any]]) -> list[Any]:
        group = self.target_groups.get(target_group_arn)
        if group is None:
            raise TargetGroupNotFoundError
        registered = [(str(item["Id"]), int(item["Port"])) for item in group.targets.values()]
        known = registered + [item for item in balancing.draining(group.arn) if item not in registered]
        if not targets:
            return [_status(group, *item) for item in known]
        found = []
        for target in targets:
            address, port = str(target["Id"]), target.get("Port")
            match = next((item for item in known if item[0] == address and int(port or item[1]) == item[1]), None)
            if match is not None:
                found.append(_status(group, *match))
            else:
                found.append(_as_moto(group, address, int(port or group.port), health.NOT_REGISTERED))
        return found

    Backend.describe_target_health = describe_target_health


def deregistered_targets_drain() -> None:
    """A target that is deregistered drains before it is gone; in moto it is unused at once."""
    original = Backend.deregister_targets

    def deregister_targets(self: Any, target_group_arn: str, instances: list[dict[str, Any]]) -> None:
        group = self.target_groups.get(target_group_arn)
        ports = {} if group is None else {str(item["Id"]): int(item["Port"]) for item in group.targets.values()}
        original(self, target_group_arn, instances)
        for target in instances:
            balancing.note_draining(target_group_arn, str(target["Id"]), ports[str(target["Id"])])

    Backend.deregister_targets = deregister_targets


def load_balancer_names_are_unique() -> None:
    """CreateLoadBalancer is idempotent, and needs two zones for an application load balancer.

    moto creates a second load balancer of the same name, in one zone if need be.
    """
    original = Backend.create_load_balancer

    def create_load_balancer(self: Any, name: str, security_groups: Any, subnet_ids: Any, **kwargs: Any) -> Any:
        wanted = set(subnet_ids or []) | {item["SubnetId"] for item in kwargs.get("subnet_mappings") or []}
        scheme = kwargs.get("scheme") or "internet-facing"
        for known in self.load_balancers.values():
            if known.name != name:
                continue
            if known.scheme == scheme and {subnet.id for subnet in known.subnets} == wanted:
                return known
            raise DuplicateLoadBalancerName
        if len(name) > 32:
            raise ValidationError(f"The load balancer name '{name}' cannot be longer than '32' characters")
        if (kwargs.get("loadbalancer_type") or "application") == "application":
            _check_zones(self, wanted)
        return original(self, name, security_groups, subnet_ids, **{**kwargs, "scheme": scheme})

    Backend.create_load_balancer = create_load_balancer


def listener_ports_are_unique() -> None:
    """A load balancer has one listener per port; moto looks for the port among ARNs and never finds it."""
    create, modify = Backend.create_listener, Backend.modify_listener

    def create_listener(self: Any, load_balancer_arn: str, protocol: str, port: Any, *args: Any, **kwargs: Any) -> Any:
        balancer = self.load_balancers.get(load_balancer_arn)
        _check_port(balancer, port, None)
        actions = kwargs.get("actions") or []
        _check_association(self, load_balancer_arn, actions)
        return create(self, load_balancer_arn, protocol, port, *args, **kwargs)

    def modify_listener(self: Any, arn: str, port: Any = None, *args: Any, **kwargs: Any) -> Any:
        if port is not None:
            for balancer in self.load_balancers.values():
                if arn in balancer.listeners:
                    _check_port(balancer, port, arn)
        return modify(self, arn, port, *args, **kwargs)

    Backend.create_listener = create_listener
    Backend.modify_listener = modify_listener


def load_balancers_are_protected() -> None:
    """deletion_protection.enabled keeps a load balancer from being deleted; moto deletes it."""
    original = Backend.delete_load_balancer

    def delete_load_balancer(self: Any, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        if balancer is not None and str(balancer.attrs.get("deletion_protection.enabled")) == "true":
            raise ELBClientError(
                "OperationNotPermitted",
                f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            )
        original(self, arn)

    Backend.delete_load_balancer = delete_load_balancer


def unknown_load_balancers_are_not_found() -> None:
    """An ARN or a name that does not exist is an error; moto repeats the load balancer found before it."""
    original = Backend.describe_load_balancers

    def describe_load_balancers(self: Any, arns: list[str] | None, names: list[str] | None) -> Any:
        known = {item.arn for item in self.load_balancers.values()}
        named = {item.name for item in self.load_balancers.values()}
        if not known.issuperset(arns or []) or not named.issuperset(names or []):
            raise LoadBalancerNotFoundError
        return original(self, arns, names)

    Backend.describe_load_balancers = describe_load_balancers


def rules_are_in_order_of_priority() -> None:
    """DescribeRules lists rules by priority, the default one last; moto lists them as they were created."""
    original = Backend.describe_rules

    def describe_rules(self: Any, listener_arn: str | None, rule_arns: list[str] | None) -> list[Any]:
        rules = original(self, listener_arn, rule_arns)
        return sorted(rules, key=lambda rule: (rule.is_default, 0 if rule.is_default else int(rule.priority)))

    Backend.describe_rules = describe_rules


def missing_rules_are_not_found() -> None:
    """DeleteRule of a rule that does not exist is RuleNotFound, of a default rule OperationNotPermitted."""
    original = Backend.delete_rule

    def delete_rule(self: Any, arn: str) -> None:
        for balancer in self.load_balancers.values():
            for listener in balancer.listeners.values():
                for rule in listener.rules.values():
                    if rule.arn == arn and rule.is_default:
                        raise ELBClientError("OperationNotPermitted", "Default rules cannot be deleted")
                    if rule.arn == arn:
                        original(self, arn)
                        return
        raise RuleNotFoundError

    Backend.delete_rule = delete_rule


def target_groups_name_their_load_balancers() -> None:
    """LoadBalancerArns of a target group follows its listeners; in moto it only ever grows."""
    original = Backend.describe_target_groups

    def describe_target_groups(self: Any, load_balancer_arn: str | None, arns: Any, names: Any) -> Any:
        for group in self.target_groups.values():
            group.load_balancer_arns = _balancers_of(self, group.arn)
        return original(self, load_balancer_arn, arns, names)

    Backend.describe_target_groups = describe_target_groups


def tags_belong_to_existing_resources() -> None:
    """DescribeTags fails for a resource that does not exist, and a resource has up to 50 tags; moto: none, 10."""

    def describe_tags(self: Any, resource_arns: list[str]) -> dict[str, dict[str, str]]:
        for arn in resource_arns:
            _check_exists(self, arn)
        return {arn: self.tagging_service.get_tag_dict_for_resource(arn) for arn in resource_arns}

    def add_tags(self: Any, resource_arns: list[str], tags: list[dict[str, str]]) -> None:
        new = self.tagging_service.flatten_tag_list(tags)
        for arn in resource_arns:
            _check_exists(self, arn)
            if len({**self.tagging_service.get_tag_dict_for_resource(arn), **new}) > MAX_TAGS:
                raise TooManyTagsError
        for arn in resource_arns:
            self.tagging_service.tag_resource(arn, tags)

    Backend.describe_tags = describe_tags
    Backend.add_tags = add_tags


def _status(group: Any, address: str, port: int) -> Any:
    return _as_moto(group, address, port, health.checker.health(group.arn, address, port))


def _as_moto(group: Any, address: str, port: int, seen: health.TargetHealth) -> Any:
    check_port = str(port) if group.health_check_port in {None, "traffic-port"} else str(group.health_check_port)
    return models.FakeHealthStatus(address, port, check_port, seen.state, seen.reason, seen.description)


def _check_zones(backend: Any, subnets: set[str]) -> None:
    zones = set()
    for subnet in subnets:
        found = next((zone[subnet] for zone in backend.ec2_backend.subnets.values() if subnet in zone), None)
        if found is None:
            raise ELBClientError("SubnetNotFound", f"The subnet ID '{subnet}' does not exist")
        zones.add(found.availability_zone)
    if len(zones) < 2:
        raise ValidationError("At least two subnets in two different Availability Zones must be specified")


def _check_port(balancer: Any, port: Any, own_arn: str | None) -> None:
    if balancer is None:
        return
    for listener in balancer.listeners.values():
        if str(listener.port) == str(port) and listener.arn != own_arn:
            raise DuplicateListenerError


def _check_association(backend: Any, load_balancer_arn: str, actions: list[dict[str, Any]]) -> None:
    """A target group serves one load balancer only."""
    for action in actions:
        for arn, _ in balancing.forward_groups(action):
            others = [item for item in _balancers_of(backend, arn) if item != load_balancer_arn]
            if others:
                raise ELBClientError(
                    "TargetGroupAssociationLimit",
                    f"The following target groups cannot be associated with more than one load balancer: {arn}",
                )


def _balancers_of(backend: Any, group_arn: str) -> list[str]:
    return [
        balancer.arn
        for balancer in backend.load_balancers.values()
        if any(
            group_arn == arn
            for listener in balancer.listeners.values()
            for rule in listener.rules.values()
            for action in rule.actions
            for arn, _ in balancing.forward_groups(action.data)
        )
    ]


def _check_exists(backend: Any, arn: str) -> None:
    if ":listener/" in arn or ":listener-rule/" in arn:
        listeners = [item for balancer in backend.load_balancers.values() for item in balancer.listeners.values()]
        if ":listener/" in arn and arn not in {listener.arn for listener in listeners}:
            raise ListenerNotFoundError
        if ":listener-rule/" in arn and arn not in {rule.arn for item in listeners for rule in item.rules.values()}:
            raise RuleNotFoundError
        return
    backend._get_resource_by_arn(arn)
