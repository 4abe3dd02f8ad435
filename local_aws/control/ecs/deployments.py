# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The deployment configuration of a service: its defaults, what an update keeps of it, and what AWS refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.ecs.exceptions import InvalidParameterException
from moto.elbv2.models import elbv2_backends

from local_aws.plane import traffic

Parameters = Mapping[str, Any]

DEFAULTS: dict[str, Any] = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
}
# What one strategy alone has, and its defaults.
_OF_ONE_STRATEGY: dict[str, tuple[str, Parameters]] = {
    "canaryConfiguration": ("CANARY", traffic.CANARY_DEFAULTS),
    "linearConfiguration": ("LINEAR", traffic.LINEAR_DEFAULTS),
}


def merged(current: Parameters, given: Parameters | None) -> dict[str, Any]:
    """The configuration after an update: what is not given stays, unless it belongs to another strategy."""
    configuration = {**current, **(given or {})}
    strategy = configuration["strategy"]
    for name, (owner, defaults) in _OF_ONE_STRATEGY.items():
        if strategy == owner:
            configuration[name] = {**defaults, **(configuration.get(name) or {})}
        else:
            configuration.pop(name, None)
    return configuration


def check(backend: Any, current: Parameters, parameters: Parameters) -> None:
    """InvalidParameterException for a deployment configuration, or load balancers, that do not go with a strategy.

    parameters: of CreateService, or of UpdateService with what it does not change filled in.
    """
    given = parameters.get("deploymentConfiguration") or {}
    if given.get("maximumPercent", 200) <= 0 or given.get("minimumHealthyPercent", 100) < 0:
        raise InvalidParameterException("maximumPercent must be positive and minimumHealthyPercent not negative.")
    strategy = given.get("strategy") or current.get("strategy")
    for name, (owner, _) in _OF_ONE_STRATEGY.items():
        if given.get(name) and strategy != owner:
            raise InvalidParameterException(f"{name} is only valid when the deployment strategy is {owner}.")
    if given.get("strategy") == "BLUE_GREEN" and "bakeTimeInMinutes" not in given:
        raise InvalidParameterException("bakeTimeInMinutes is required for the BLUE_GREEN deployment strategy.")
    if any(hook.get("targetType") == "PAUSE" for hook in given.get("lifecycleHooks") or []):
        raise NotImplementedError("Lifecycle hooks that pause need ContinueServiceDeployment, which is not here.")
    if strategy != traffic.ROLLING:
        for entry in parameters.get("loadBalancers") or []:
            _check_advanced(backend, entry.get("advancedConfiguration") or {})


def _check_advanced(backend: Any, advanced: Parameters) -> None:
    missing = [
        name for name in ("alternateTargetGroupArn", "productionListenerRule", "roleArn") if not advanced.get(name)
    ]
    if missing:
        raise InvalidParameterException(f"advancedConfiguration must have {', '.join(missing)} for this strategy.")
    elb = elbv2_backends[backend.account_id][backend.region_name]
    if advanced["alternateTargetGroupArn"] not in elb.target_groups:
        raise InvalidParameterException("The alternateTargetGroupArn does not exist.")
    known = {arn for item in elb.load_balancers.values() for one in item.listeners.values() for arn in one.rules}
    for name in ("productionListenerRule", "testListenerRule"):
        if advanced.get(name) and advanced[name] not in known:
            raise InvalidParameterException(f"The {name} {advanced[name]} does not exist.")
