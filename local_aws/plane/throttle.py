# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Throttling of routes: one token bucket per API, stage and route."""

from __future__ import annotations

import threading
import time


class Buckets:
    """Token buckets that fill at `rate` per second up to `burst`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._levels: dict[tuple[str, ...], tuple[float, float]] = {}

    def take(self, key: tuple[str, ...], rate: float, burst: int, now: float | None = None) -> bool:
        """Take one token; False when there is none."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            level, since = self._levels.get(key, (float(burst), moment))
            level = min(float(burst), level + (moment - since) * rate)
            allowed = level >= 1.0
            self._levels[key] = (level - 1.0 if allowed else level, moment)
            return allowed
