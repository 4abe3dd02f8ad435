# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""How long the data plane waits where AWS would wait much longer: the configured time, but at most this."""

from __future__ import annotations

RECONCILE = 0.1  # seconds between two looks at the wanted state
HEALTH_CHECK_INTERVAL = 1.0  # AWS: 5 to 300 seconds
HEALTH_CHECK_TIMEOUT = 5.0  # AWS: 2 to 120 seconds
FIRST_HEALTH_CHECK_INTERVAL = 0.2  # until a target is healthy for the first time
HEALTH_CHECK_GRACE = 10.0  # AWS: healthCheckGracePeriodSeconds, up to 68 years
START_PATIENCE = 5.0  # a new target may refuse connections this long; AWS: interval times unhealthy threshold
DEREGISTRATION_DELAY = 0.5  # shown as draining; AWS: deregistration_delay.timeout_seconds, 300 seconds by default
DRAIN = 10.0  # a task that is replaced may finish its requests this long; AWS: the same attribute
STOP_TIMEOUT = 10.0  # AWS: stopTimeout, 30 seconds by default, at most 120
RESTART_DELAY = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)  # before the next task after 0, 1, 2 ... failed ones in a row
STOPPED_TASKS_KEPT = 3600.0  # AWS shows a stopped task for at least one hour
INACTIVE_SERVICES_KEPT = 3600.0
MINUTE = 1.0  # one minute of bake time or of a hook's timeout; AWS: 60 seconds
LONGEST_WAIT = 5.0  # bake times and timeouts together with the line above; AWS: up to 1440 minutes
HOOK = 60.0  # AWS: 24 hours, when a lifecycle hook has no timeout
HOOK_CALLBACK = 0.5  # before a lifecycle hook that is in progress is asked again; AWS: 30 seconds by default


def minutes(number: float) -> float:
    """The seconds that the data plane waits where AWS would wait so many minutes."""
    return min(float(number) * MINUTE, LONGEST_WAIT)
