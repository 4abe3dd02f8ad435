# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""One look at everything that belongs to a service: in bulk, side by side, three calls deep at most.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import plan as autoscaling
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling.apply import look as scaling_look
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling.scaling import resource
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import api, colors
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.colors import options_of
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.service import short_name
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import api as elbv2
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import listener as listeners
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import rule, rule_api
from ansible_collections.orchestra.aws.plugins.module_utils._elbv2.target_group import name_in
from ansible_collections.orchestra.aws.plugins.module_utils._module import concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._retry import refusal
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown


@dataclass(frozen=True)
class Names:
    """What the parts are called; the parts of one service are found by these names."""

    cluster: str
    service: str
    family: str
    target_group: str
    alternate_target_group: str
    load_balancer: str | None

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Names:
        """Take the names from the module's options; what has none is called <cluster>-<service>[-alt]."""
        default = f"{short_name(params['cluster'])}-{params['name']}"
        balancer = params.get("load_balancer") or {}
        group = (balancer.get("target_group") or {}).get("name") or default
        return cls(
            cluster=params["cluster"],
            service=params["name"],
            family=(params.get("task_definition") or {}).get("family") or default,
            target_group=group,
            alternate_target_group=options_of(params).get("alternate_target_group_name") or f"{group}-alt",
            load_balancer=balancer.get("load_balancer_arn") or balancer.get("load_balancer_name"),
        )


@dataclass(frozen=True)
class Found:
    """What exists, as AWS describes it.

    service: the one that is ACTIVE. draining: whether one of the name is still going away, which blocks the name.
    in_use: the revision that the service uses; latest: the newest ACTIVE one of the family.
    listener: the service's own. tags: of target group and listener, by ARN. live: the name of the target group that
    gets the requests, as far as the strategy moves them.
    """

    cluster_exists: bool = True
    service: dict[str, Any] | None = None
    draining: bool = False
    in_use: dict[str, Any] | None = None
    latest: dict[str, Any] | None = None
    load_balancer: dict[str, Any] | None = None
    target_group: dict[str, Any] | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    listener: dict[str, Any] | None = None
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    colors: colors.Found = field(default_factory=colors.Found)
    live: str | None = None
    scaling: autoscaling.Found = field(default_factory=autoscaling.Found)


def look(names: Names, params: Mapping[str, Any], ecs: Client, elb: Client, scaler: Client) -> Found:
    """Describe the parts. Raises InputError when the port of the listener serves something else."""
    balanced, with_tags = names.load_balancer is not None, params.get("tags") is not None
    (cluster_exists, service), latest, balancer, group, scaling = concurrently(
        lambda: find_service(ecs, names),
        lambda: api.task_definition(ecs, names.family),
        _unless(
            not balanced or is_unknown(names.load_balancer), lambda: elbv2.load_balancer(elb, str(names.load_balancer))
        ),
        _unless(not balanced, lambda: elbv2.target_group(elb, names.target_group)),
        _unless(
            params.get("autoscaling") is None or is_unknown(names.cluster),
            lambda: scaling_look(scaler, resource(short_name(names.cluster), names.service), with_tags),
        ),
    )
    live = service if service and service["status"] == "ACTIVE" else None
    latest = latest if latest and latest.get("status") == "ACTIVE" else None
    in_use, attributes, found, live_group = together(
        lambda: _revision_in_use(ecs, live, latest),
        _unless(group is None, lambda: elbv2.target_group_attributes(elb, group["TargetGroupArn"])),
        _unless(balancer is None, lambda: elbv2.listeners(elb, balancer["LoadBalancerArn"])),
        lambda: _live(elb, live),
    )
    listener = _listener(elb, params, balancer, group, found or [])
    second = colors.Found()
    if colors.are_used(params, live):
        served = (found or [], listener, options_of(params).get("test_listener_port"))
        second = colors.look(elb, names.alternate_target_group, balancer, group, served, with_tags)
    tagged = [item for item in (group and group["TargetGroupArn"], listener and listener["ListenerArn"]) if item]
    return Found(
        cluster_exists=cluster_exists,
        service=live,
        draining=bool(service and service["status"] == "DRAINING"),
        in_use=in_use,
        latest=latest,
        load_balancer=balancer,
        target_group=group,
        attributes=attributes or {},
        listener=listener,
        tags=elbv2.tags(elb, tagged) if tagged and with_tags else {},
        colors=second,
        live=live_group,
        scaling=scaling or autoscaling.Found(),
    )


def _listener(
    elb: Client,
    params: Mapping[str, Any],
    balancer: dict[str, Any] | None,
    group: dict[str, Any] | None,
    found: list[dict[str, Any]],
) -> dict[str, Any] | None:
    """Return the service's own one of the listeners of its load balancer."""
    port = ((params.get("load_balancer") or {}).get("listener") or {}).get("port")
    if port is None or balancer is None:
        return None
    group_arn = group["TargetGroupArn"] if group else None
    owned = partial(_has_tags, elb, params.get("tags") or {})
    return listeners.find(found, port, group_arn, balancer["LoadBalancerName"], owned)


def _has_tags(elb: Client, wanted: Mapping[str, Any], listener: Mapping[str, Any]) -> bool:
    """Tell whether a listener carries all tags of the service, as only its own does; without tags none does."""
    arn = listener["ListenerArn"]
    carried = elbv2.tags(elb, [arn]).get(arn, {}) if wanted else {}
    return bool(wanted) and all(carried.get(key) == str(value) for key, value in wanted.items())


def _live(elb: Client, service: Mapping[str, Any] | None) -> str | None:
    """Return the name of the target group to which the production rule of a service sends the requests."""
    described = (service or {}).get("loadBalancers") or [{}]
    arn = (described[0].get("advancedConfiguration") or {}).get("productionListenerRule")
    weights = rule.weights(rule_api.rule(elb, arn) or {}) if arn else {}
    return name_in(max(weights, key=lambda item: weights[item])) if weights else None


def _unless(skipped: bool, call: Callable[[], Any]) -> Callable[[], Any]:
    return (lambda: None) if skipped else call


def find_service(ecs: Client, names: Names) -> tuple[bool, dict[str, Any] | None]:
    """Return whether the cluster exists, and the service of the name in whatever status."""
    if is_unknown(names.cluster):
        return False, None
    try:
        return True, api.service(ecs, names.cluster, names.service)
    except AnsibleAWSError as error:
        if refusal(error)[0] == "ClusterNotFoundException":
            return False, None
        raise


def _revision_in_use(
    ecs: Client, service: dict[str, Any] | None, latest: dict[str, Any] | None
) -> dict[str, Any] | None:
    if service is None:
        return None
    if latest and short_name(service["taskDefinition"]) == short_name(latest["taskDefinitionArn"]):
        return latest
    return api.task_definition(ecs, service["taskDefinition"])
