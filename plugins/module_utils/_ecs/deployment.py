# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The deployment configuration of a service: what it is, what it shall be, which request gets there. Pure functions.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import shapes
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import present

ROLLING = "ROLLING"
# What ECS does when nothing is said: left out on both sides of the comparison.
_THRESHOLD = {"type": "BOUNDED_PERCENT", "value": 50}
_NO_ALARMS = {"names": [], "enable": False, "rollback": False}
_PERCENTS = {"minimum_healthy_percent": "minimumHealthyPercent", "maximum_percent": "maximumPercent"}
_CANARY = {"percent": "canaryPercent", "bake_time_minutes": "canaryBakeTimeInMinutes"}
_LINEAR = {"step_percent": "stepPercent", "step_bake_time_minutes": "stepBakeTimeInMinutes"}
# Options that one strategy alone has, their AWS names and the names of their parts.
_OF_ONE_STRATEGY = {
    "canary": ("CANARY", "canaryConfiguration", _CANARY),
    "linear": ("LINEAR", "linearConfiguration", _LINEAR),
}


def is_shifting(deployment: Mapping[str, Any]) -> bool:
    """Tell whether the strategy moves traffic between two target groups."""
    return bool(deployment.get("strategy", ROLLING) != ROLLING)


def settings(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is compared of a deployment configuration in AWS's form."""
    alarms = configuration.get("alarms") or {}
    strategy = configuration.get("strategy") or ROLLING
    hooks = [_hook_settings(hook) for hook in configuration.get("lifecycleHooks") or []]
    early = configuration.get("earlySuccessCriteria") or {}
    found: dict[str, Any] = {
        "strategy": strategy,
        **{option: configuration.get(name) for option, name in _PERCENTS.items()},
        "circuit_breaker": _breaker_settings(configuration.get("deploymentCircuitBreaker") or {}),
        "alarms": {
            "names": sorted(alarms.get("alarmNames") or []),
            "enable": bool(alarms.get("enable")),
            "rollback": bool(alarms.get("rollback")),
        },
        "lifecycle_hooks": _sorted(hooks) or None,
        "early_success_criteria": shapes.to_options(early) if early.get("enable") else None,
    }
    if strategy != ROLLING:
        found["bake_time_minutes"] = configuration.get("bakeTimeInMinutes")
    for option, (owner, name, parts) in _OF_ONE_STRATEGY.items():
        if strategy == owner:
            described = configuration.get(name) or {}
            found[option] = present({part: described.get(key) for part, key in parts.items()}) or None
    return present(found)


def _breaker_settings(breaker: Mapping[str, Any]) -> dict[str, Any]:
    threshold = present(breaker.get("thresholdConfiguration") or {})
    found: dict[str, Any] = {"enable": bool(breaker.get("enable")), "rollback": bool(breaker.get("rollback"))}
    if threshold and threshold != _THRESHOLD:
        found["threshold"] = threshold
    if breaker.get("resetOnHealthyTask") is False:
        found["reset_on_healthy_task"] = False
    return found


def _hook_settings(hook: Mapping[str, Any]) -> dict[str, Any]:
    options = {"target_type": "AWS_LAMBDA", **shapes.given(shapes.to_options(hook))}
    return {**options, "lifecycle_stages": sorted(options.get("lifecycle_stages") or [])}


def _sorted(hooks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = ("target_type", "hook_target_arn", "lifecycle_stages")
    return sorted(hooks, key=lambda hook: json.dumps([hook.get(key) for key in keys]))


def desired(options: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the configuration shall be: what is left out stays, unless it belongs to another strategy."""
    plain = ("strategy", "bake_time_minutes", *_PERCENTS)
    after = {**before, **present({key: options.get(key) for key in plain})}
    after["circuit_breaker"] = _desired_breaker(options.get("circuit_breaker") or {}, before["circuit_breaker"])
    alarms = present(options.get("alarms") or {})
    if alarms:
        after["alarms"] = {**before.get("alarms", {}), **alarms, "names": sorted(set(alarms["names"]))}
        if not alarms["names"]:
            after["alarms"] = dict(_NO_ALARMS)
    early = shapes.given(options.get("early_success_criteria") or {})
    if early:
        after["early_success_criteria"] = {**before.get("early_success_criteria", {}), **early}
        if not early["enable"]:
            del after["early_success_criteria"]
    return _of_strategy(after, options, before)


def _of_strategy(after: dict[str, Any], options: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Keep and merge what the strategy has, and drop what it does not have."""
    strategy = after.get("strategy", ROLLING)
    for option, (owner, _name, _parts) in _OF_ONE_STRATEGY.items():
        merged = {**before.get(option, {}), **present(options.get(option) or {})}
        after.pop(option, None)
        if strategy == owner and merged:
            after[option] = merged
        elif strategy != owner and options.get(option):
            raise InputError(f"deployment.{option} is for the strategy {owner}, deployment.strategy is {strategy}.")
    if strategy == ROLLING:
        if options.get("bake_time_minutes"):
            raise InputError("deployment.bake_time_minutes is for a deployment.strategy other than ROLLING.")
        after.pop("bake_time_minutes", None)
        after.pop("lifecycle_hooks", None)
    elif strategy != "BLUE_GREEN":
        after.setdefault("bake_time_minutes", 0)
    elif "bake_time_minutes" not in after:
        raise InputError("deployment.strategy BLUE_GREEN needs deployment.bake_time_minutes.")
    return _with_hooks(after, options, before)


def _with_hooks(after: dict[str, Any], options: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    if options.get("lifecycle_hooks") is None:
        return after
    wanted = _sorted([_hook_settings(hook) for hook in options["lifecycle_hooks"]])
    current = before.get("lifecycle_hooks", [])
    after["lifecycle_hooks"] = current if shapes.covered(wanted, current) else wanted
    return after if after["lifecycle_hooks"] else {key: after[key] for key in after if key != "lifecycle_hooks"}


def _desired_breaker(options: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    after = {**before, **present(options)}
    if after.get("threshold") == _THRESHOLD:
        del after["threshold"]
    if after.get("reset_on_healthy_task"):
        del after["reset_on_healthy_task"]
    if not after["enable"] and options.get("rollback") is None:
        after["rollback"] = False
    return after


def request(deployment: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the settings over the current configuration in AWS's form: what has no option stays."""
    configuration = dict(current)
    strategy = deployment.get("strategy", ROLLING)
    if strategy != ROLLING or not current or "strategy" in current:
        configuration["strategy"] = strategy
    configuration["deploymentCircuitBreaker"] = _breaker_request(
        deployment["circuit_breaker"], configuration.get("deploymentCircuitBreaker") or {}
    )
    alarms = deployment.get("alarms")
    if alarms and (alarms["names"] or configuration.get("alarms")):
        configuration["alarms"] = {
            "alarmNames": alarms["names"],
            "enable": alarms["enable"],
            "rollback": alarms["rollback"],
        }
    for option, (owner, name, parts) in _OF_ONE_STRATEGY.items():
        configuration.pop(name, None)
        if strategy == owner and deployment.get(option):
            configuration[name] = {parts[part]: value for part, value in deployment[option].items()}
    hooks = shapes.to_aws(deployment.get("lifecycle_hooks", []))
    if hooks or configuration.get("lifecycleHooks"):
        configuration["lifecycleHooks"] = hooks
    early = deployment.get("early_success_criteria")
    if early or configuration.get("earlySuccessCriteria"):
        configuration["earlySuccessCriteria"] = shapes.to_aws(early or {"enable": False})
    given = present({name: deployment.get(option) for option, name in _PERCENTS.items()})
    baked = present({"bakeTimeInMinutes": deployment.get("bake_time_minutes")})
    return {**configuration, **given, **baked}


def _breaker_request(breaker: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    made = {**current, "enable": breaker["enable"], "rollback": breaker["rollback"]}
    if "threshold" in breaker or current.get("thresholdConfiguration"):
        made["thresholdConfiguration"] = breaker.get("threshold", _THRESHOLD)
    if "reset_on_healthy_task" in breaker or "resetOnHealthyTask" in current:
        made["resetOnHealthyTask"] = breaker.get("reset_on_healthy_task", True)
    return made
