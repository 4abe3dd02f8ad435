# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The autoscaling of an ECS service: what it is, what it shall be, which request gets there. Pure functions.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import metrics
from ansible_collections.orchestra.aws.plugins.module_utils._values import present

_SUSPENDED = {
    "scale_in": "DynamicScalingInSuspended",
    "scale_out": "DynamicScalingOutSuspended",
    "scheduled": "ScheduledScalingSuspended",
}
_POLICY = {
    "target_value": "TargetValue",
    "scale_in_cooldown": "ScaleInCooldown",
    "scale_out_cooldown": "ScaleOutCooldown",
}
_CAPACITY = {"minimum": "MinCapacity", "maximum": "MaxCapacity"}
# In which AWS reads schedules that name no time zone.
_TIMEZONE = "UTC"


def resource(cluster: str, service: str) -> str:
    """Return the id of the scalable target. cluster: its short name."""
    return f"service/{cluster}/{service}"


def settings(
    target: Mapping[str, Any] | None, policies: list[dict[str, Any]], scheduled: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what is compared of the autoscaling; {} for none. Step and predictive policies have no option."""
    if target is None:
        return {}
    suspended = target.get("SuspendedState") or {}
    return {
        **{option: target[name] for option, name in _CAPACITY.items()},
        "suspended": {option: bool(suspended.get(name)) for option, name in _SUSPENDED.items()},
        "target_tracking": {
            item["PolicyName"]: _policy(item["TargetTrackingScalingPolicyConfiguration"])
            for item in policies
            if item["PolicyType"] == "TargetTrackingScaling"
        },
        "scheduled": {item["ScheduledActionName"]: _action(item) for item in scheduled},
    }


def _policy(configuration: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **metrics.settings(configuration),
        **present({option: configuration.get(name) for option, name in _POLICY.items()}),
        "disable_scale_in": bool(configuration.get("DisableScaleIn")),
    }


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    capacity = action.get("ScalableTargetAction") or {}
    return {
        "schedule": action["Schedule"],
        **_zoned(action["Schedule"], action.get("Timezone")),
        **present({option: capacity.get(name) for option, name in _CAPACITY.items()}),
    }


def _zoned(schedule: str, timezone: str | None) -> dict[str, str]:
    """Return the time zone of a schedule, as a setting. A rate has none, whatever AWS still knows from before."""
    return {} if schedule.startswith("rate") else {"timezone": timezone or _TIMEZONE}


def is_wanted(options: Mapping[str, Any]) -> bool:
    """Tell whether there shall be autoscaling: an empty mapping means none."""
    return any(value is not None for value in options.values())


def desired(
    options: Mapping[str, Any], before: Mapping[str, Any], load_balancer: str, target_group: str
) -> dict[str, Any]:
    """Return what the autoscaling shall be: what is left out stays; {} for none.

    load_balancer, target_group: names of what gets the requests that a policy counts.
    """
    if not is_wanted(options):
        return {}
    new: dict[str, Any] = {"suspended": dict.fromkeys(_SUSPENDED, False), "target_tracking": {}, "scheduled": {}}
    after = {**new, **before, **present({key: options.get(key) for key in _CAPACITY})}
    after["suspended"] = {**after["suspended"], **present(options.get("suspended") or {})}
    if options.get("target_tracking") is not None:
        after["target_tracking"] = {
            item["name"]: _desired_policy(
                item, after["target_tracking"].get(item["name"], {}), load_balancer, target_group
            )
            for item in options["target_tracking"]
        }
    if options.get("scheduled") is not None:
        after["scheduled"] = {
            item["name"]: _desired_action(item, after["scheduled"].get(item["name"], {}))
            for item in options["scheduled"]
        }
    return after


def _desired_policy(
    options: Mapping[str, Any], before: Mapping[str, Any], load_balancer: str, target_group: str
) -> dict[str, Any]:
    kept = {key: before[key] for key in (*_POLICY, "disable_scale_in") if key in before}
    given = present({key: options.get(key) for key in (*_POLICY, "disable_scale_in")})
    return {**metrics.desired(options, load_balancer, target_group), "disable_scale_in": False, **kept, **given}


def _desired_action(options: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    given = present({key: options.get(key) for key in ("schedule", "timezone", *_CAPACITY)})
    after = {**before, **given}
    zone = _zoned(after["schedule"], after.pop("timezone", None))
    return {**after, **zone}


def target_request(after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of RegisterScalableTarget but the resource and tags."""
    return {
        **{name: after[option] for option, name in _CAPACITY.items()},
        "SuspendedState": {name: after["suspended"][option] for option, name in _SUSPENDED.items()},
    }


def policy_request(policy: Mapping[str, Any], label: str) -> dict[str, Any]:
    """Return a target tracking configuration. label: of the load balancer and target group that get the requests."""
    return {
        **metrics.request(policy, label),
        **{name: policy[option] for option, name in _POLICY.items() if option in policy},
        "DisableScaleIn": policy["disable_scale_in"],
    }


def action_request(action: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of PutScheduledAction but resource and name."""
    zoned = {"Timezone": action["timezone"]} if "timezone" in action else {}
    capacity = {name: action[option] for option, name in _CAPACITY.items() if option in action}
    return {"Schedule": action["schedule"], **zoned, "ScalableTargetAction": capacity}


def result(configured: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the autoscaling in the form of the option; None for none."""
    if not configured:
        return None
    named = ("target_tracking", "scheduled")
    lists = {key: [{"name": name, **configured[key][name]} for name in sorted(configured[key])] for key in named}
    return {**configured, **lists}
