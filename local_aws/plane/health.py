# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Target health: real probes, and the thresholds that turn their results into states."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import http.client
import threading
import time
from typing import Any

from moto.elbv2.models import elbv2_backends

from local_aws import journal
from local_aws.plane import balancing, pace

USER_AGENT = "ELB-HealthChecker/2.0"
PROBES_AT_ONCE = 8
ANSWER_READ = 65536  # bytes
CODE_MISMATCH = "Target.ResponseCodeMismatch"


@dataclasses.dataclass(frozen=True)
class Probe:
    """The result of one health check."""

    ok: bool
    reason: str | None = None
    description: str | None = None


@dataclasses.dataclass(frozen=True)
class TargetHealth:
    """State, reason and description as DescribeTargetHealth has them, and the results in a row behind them."""

    state: str = "initial"
    reason: str | None = "Elb.RegistrationInProgress"
    description: str | None = "Target registration is in progress"
    successes: int = 0
    failures: int = 0

    def after(self, probe: Probe, healthy_threshold: int, unhealthy_threshold: int) -> TargetHealth:
        """The health after one more probe; a new target needs one success only."""
        if probe.ok:
            successes = self.successes + 1
            if self.state != "unhealthy" or successes >= healthy_threshold:
                return TargetHealth("healthy", None, None, successes)
            return dataclasses.replace(self, successes=successes, failures=0)
        failures = self.failures + 1
        if failures >= unhealthy_threshold or self.state == "unhealthy":
            return TargetHealth("unhealthy", probe.reason, probe.description, failures=failures)
        if self.state == "healthy":
            return dataclasses.replace(self, successes=0, failures=failures)
        return dataclasses.replace(CHECKING, failures=failures)


CHECKING = TargetHealth("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
UNUSED = TargetHealth(
    "unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"
)
DRAINING = TargetHealth("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
NOT_REGISTERED = TargetHealth("unused", "Target.NotRegistered", "Target is not registered to the target group")


class HealthChecker:
    """Probes every target of every target group that a listener uses."""

    def __init__(self) -> None:
        self._table: dict[balancing.Target, TargetHealth] = {}
        self._due: dict[balancing.Target, float] = {}
        self._since: dict[balancing.Target, float] = {}
        self._lock = threading.Lock()
        self._pool: concurrent.futures.ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Get ready to probe."""
        self._pool = concurrent.futures.ThreadPoolExecutor(PROBES_AT_ONCE, "health")

    def stop(self) -> None:
        """Begin no further probe."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def health(self, group_arn: str, address: str, port: int) -> TargetHealth:
        """The health of one target."""
        if (address, port) in balancing.draining(group_arn):
            return DRAINING
        with self._lock:
            return self._table.get((group_arn, address, port), TargetHealth())

    def step(self) -> None:
        """Start the probes that are due and forget targets that are gone."""
        now, present = time.monotonic(), set()
        for account in list(elbv2_backends):
            for region, backend in list(elbv2_backends[account].items()):
                used = balancing.in_use(account, region)
                for group in list(backend.target_groups.values()):
                    for target in list(group.targets.values()):
                        key = (group.arn, str(target["Id"]), int(target["Port"]))
                        present.add(key)
                        self._consider(key, group, used, now)
        with self._lock:
            for key in [key for key in self._table if key not in present]:
                del self._table[key]
                self._due.pop(key, None)
                self._since.pop(key, None)

    def _consider(self, key: balancing.Target, group: Any, used: set[str], now: float) -> None:
        with self._lock:
            known = self._table.get(key)
            if group.arn not in used:
                self._table[key] = UNUSED
                return
            if known is None or known is UNUSED:
                self._table[key] = TargetHealth()
                self._since[key] = now
            if self._due.get(key, 0.0) > now or self._pool is None:
                return
            self._due[key] = float("inf")  # until the probe is over
        self._pool.submit(self._probe, key, group)

    def _probe(self, key: balancing.Target, group: Any) -> None:
        try:
            result = probe(group, key[1], key[2])
        except Exception as error:
            result = Probe(False, "Elb.InternalError", type(error).__name__)
        with self._lock:
            before = self._table.get(key)
            if before is None or before is UNUSED:
                self._due.pop(key, None)
                return
            after = self._judge(key, group, before, result)
            self._table[key] = after
            interval = min(float(group.health_check_interval_seconds), pace.HEALTH_CHECK_INTERVAL)
            fast = min(interval, pace.FIRST_HEALTH_CHECK_INTERVAL)
            self._due[key] = time.monotonic() + (interval if after.state == "healthy" else fast)
        if after.state != before.state:
            journal.record(
                "elb.target_health", group=group.name, target=key[1], state=after.state, description=after.description
            )

    def _judge(self, key: balancing.Target, group: Any, before: TargetHealth, result: Probe) -> TargetHealth:
        """The health after a probe; as checks come faster here than on AWS, a slow start is not held against it."""
        threshold, interval = int(group.unhealthy_threshold_count), float(group.health_check_interval_seconds)
        patience = min(threshold * interval, pace.START_PATIENCE)
        unanswered = not result.ok and result.reason != CODE_MISMATCH
        if before.state == "initial" and unanswered and time.monotonic() - self._since[key] < patience:
            return CHECKING
        return before.after(result, int(group.healthy_threshold_count), threshold)


def probe(group: Any, address: str, port: int) -> Probe:
    """One health check of a target as its target group is configured."""
    configured = str(group.health_check_port or "traffic-port")
    endpoint = balancing.endpoint(group, address, port if configured == "traffic-port" else int(configured))
    if endpoint is None:
        return Probe(False, "Target.Timeout", "Request timed out")
    timeout = min(float(group.health_check_timeout_seconds), pace.HEALTH_CHECK_TIMEOUT)
    connection = http.client.HTTPConnection(*endpoint, timeout=timeout)
    try:
        connection.request("GET", group.health_check_path or "/", headers={"User-Agent": USER_AGENT})
        answer = connection.getresponse()
        status = answer.status
        # Closed over an answer that is not read, the connection would be reset, which many a service logs as an error.
        answer.read(ANSWER_READ)
    except TimeoutError:
        return Probe(False, "Target.Timeout", "Request timed out")
    except (OSError, http.client.HTTPException):
        return Probe(False, "Target.FailedHealthChecks", "Health checks failed")
    finally:
        connection.close()
    if matches(str((group.matcher or {}).get("HttpCode") or "200"), status):
        return Probe(True)
    return Probe(False, CODE_MISMATCH, f"Health checks failed with these codes: [{status}]")


def matches(codes: str, status: int) -> bool:
    """Whether a status is one of a matcher's codes such as "200,202" or "200-299"."""
    for part in codes.split(","):
        first, _, last = part.strip().partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


checker = HealthChecker()
