# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What AWS would refuse of autoscaling is refused here before anything is changed. Raises InputError.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling import scaling
from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling.metrics import REQUESTS
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

# Application Auto Scaling: PutScheduledAction, parameter Schedule.
_SCHEDULE = re.compile(r"(cron\([^()]+\)|rate\(\d+ (minute|hour|day)s?\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))")


def check(options: Mapping[str, Any] | None, *, has_load_balancer: bool) -> None:
    """Check the option. has_load_balancer: whether the module is told of the load balancer."""
    if options is None or not scaling.is_wanted(options):
        return
    least, most = options.get("minimum"), options.get("maximum")
    if least is None or most is None:
        raise InputError("autoscaling needs minimum and maximum; give {} to have no autoscaling.")
    _check_range("autoscaling", least, most)
    for kind in ("target_tracking", "scheduled"):
        names = [item["name"] for item in options.get(kind) or []]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise InputError(f"autoscaling.{kind} has two entries with the name {twice[0]}: each name is given once.")
    for policy in options.get("target_tracking") or []:
        _check_policy(policy, has_load_balancer)
    for action in options.get("scheduled") or []:
        _check_action(action)


def _check_range(what: str, least: int | None, most: int | None) -> None:
    if (least or 0) < 0 or (most or 0) < 0:
        raise InputError(f"{what} has a negative number of tasks: 0 is the least.")
    if least is not None and most is not None and least > most:
        raise InputError(f"{what} has minimum {least} and maximum {most}: the maximum cannot be less.")


def _check_policy(policy: Mapping[str, Any], has_load_balancer: bool) -> None:
    if policy["target_value"] <= 0:
        raise InputError(
            f"The scaling policy {policy['name']} has target_value {policy['target_value']:g}: not above 0."
        )
    if policy.get("metric") == REQUESTS and not has_load_balancer:
        raise InputError(f"The scaling policy {policy['name']} counts requests: give load_balancer.")


def _check_action(action: Mapping[str, Any]) -> None:
    what = f"The scheduled action {action['name']}"
    if not _SCHEDULE.fullmatch(action["schedule"]):
        raise InputError(
            f"{what} has schedule {action['schedule']}: AWS takes cron(fields), rate(5 minutes) and "
            "at(2026-01-31T08:00:00)."
        )
    if action["schedule"].startswith("rate") and action.get("timezone"):
        raise InputError(f"{what} has a rate and a timezone: a rate has none.")
    _check_range(what, action.get("minimum"), action.get("maximum"))
